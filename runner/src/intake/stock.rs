//! Stores a stretch of parsed rows: each is held against what came in before it, then sealed.

use std::sync::Arc;

use clerkwork_bots::kit::{Prepared, Sameness};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::known::{Keys, Known};
use super::same::{Verdict, judge};
use super::{Intake, Parsed};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::{self, Entry, Kind, Written};
use crate::state::{self, Item};
use crate::store::payload::{self, CasePayload, Label, Problem, TurnedAway, seal};
use crate::store::rows::{self, Candidate, NewItem, NewTurnedAway};

/// How far a reading is that comes with its rows.
pub(super) struct Progress<'a, T> {
    /// The schedule.
    pub(super) schedule: &'a str,
    /// Up to where it has read.
    pub(super) reading: &'a T,
    /// By which the CRM's support finds the request.
    pub(super) request_id: Option<Uuid>,
}

/// A row that was read, sealed while the row before it is stored: nearly all are stored as they are.
pub(super) struct Sealed {
    place: i64,
    row: i64,
    sheet: Arc<str>,
    what: Result<Case, (Vec<Problem>, String)>,
}

/// A case with its wrapped key and its seal.
struct Case {
    keys: Keys,
    payload: CasePayload,
    sealed: (Vec<u8>, payload::Sealed),
}

/// The stretch as it becomes rows of the store.
#[derive(Default)]
pub(super) struct Stretch {
    pub(super) items: Vec<NewItem>,
    pub(super) turned_away: Vec<NewTurnedAway>,
    pub(super) entries: Vec<Written>,
}

impl Intake {
    /// Stores a stretch in one transaction, which also looks for what came in before: of two runs
    /// at once, the later sees what the earlier stored.
    ///
    /// `progress` is what must be known of the reading with these rows, or not at all.
    pub(super) async fn stock<T: Serialize>(
        &self,
        rows: Vec<Sealed>,
        progress: Option<Progress<'_, T>>,
    ) -> Result<()> {
        let Some(last_place) = rows.last().map(|row| row.place) else { return Ok(()) };
        let mut stretch = Stretch::default();
        // A power cut may undo it: then the rows are read again. The batch counts as taken in by
        // the transaction that says so, which flushes.
        let mut tx = self.store.db.begin_forgetful().await?;
        if let Some(Progress { schedule, reading, request_id }) = progress {
            self.store.keep_mark(&mut tx, schedule, reading).await?;
            let entry = Entry::new(Kind::CasesRead, &self.actor).batch(self.batch);
            let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let entry = entry.count(count).request(request_id);
            job_log::append(&mut tx, &[entry]).await?;
        }
        self.judge_all(&mut tx, &mut stretch, rows).await?;
        let Stretch { items, turned_away, entries } = stretch;
        rows::insert(&mut tx, self.batch, items, turned_away, last_place, entries).await?;
        tx.commit().await?;
        tracing::debug!(batch = %self.batch, place = last_place, "stage taken-in");
        Ok(())
    }

    async fn judge_all(&self, tx: &mut Tx, stretch: &mut Stretch, rows: Vec<Sealed>) -> Result<()> {
        let keys: Vec<&Keys> =
            rows.iter().filter_map(|row| row.what.as_ref().ok()).map(|case| &case.keys).collect();
        let mut known = Known::default();
        for candidate in self.candidates(tx, &keys).await? {
            known.add(candidate);
        }
        for row in rows {
            let id = self.batch.item(row.place);
            match row.what {
                Ok(case) => self.sort(stretch, &mut known, id, row.row, case)?,
                Err((faults, reference)) => {
                    self.reject(stretch, id, row.row, &row.sheet, reference, faults)?;
                }
            }
        }
        Ok(())
    }

    /// Makes a row's blind indexes and its seal, before its turn to be stored has come.
    pub(super) fn seal_ahead(&self, parsed: Parsed) -> Result<Sealed> {
        let Parsed { place, row, sheet, what, address, origin } = parsed;
        let what = match what {
            Err(faults) => Err(faults),
            Ok(prepared) => {
                let keys = self.keys(&prepared);
                let payload = CasePayload { address, origin, ..payload_of(prepared, &sheet)? };
                let sealed = self.seal(self.batch.item(place), &payload)?;
                Ok(Case { keys, payload, sealed })
            }
        };
        Ok(Sealed { place, row, sheet, what })
    }

    /// A new key, wrapped, and the payload sealed under it.
    pub(super) fn seal(
        &self,
        id: ItemId,
        payload: &CasePayload,
    ) -> Result<(Vec<u8>, payload::Sealed)> {
        let (key, wrapped) = self.store.vault.new_key()?;
        Ok((wrapped, seal(&key, Label::Case, id, payload)?))
    }

    pub(super) fn keys(&self, case: &Prepared) -> Keys {
        let name = self.bot.manifest().name;
        let blind =
            |what: &str, value: &str| self.store.vault.blind(&format!("{what} {name}"), value);
        let Sameness { keys: [strong, weak], .. } = &case.sameness;
        Keys {
            reference: blind("reference", &case.reference),
            strong: strong.as_deref().map(|key| blind("strong", key)),
            weak: weak.as_deref().map(|key| blind("weak", key)),
        }
    }

    #[tracing::instrument(level = "debug", skip_all, name = "sameness")]
    pub(super) async fn candidates(&self, tx: &mut Tx, keys: &[&Keys]) -> Result<Vec<Candidate>> {
        let references: Vec<Vec<u8>> = keys.iter().map(|key| key.reference.clone()).collect();
        let strong: Vec<Vec<u8>> = keys.iter().filter_map(|key| key.strong.clone()).collect();
        let weak: Vec<Vec<u8>> = keys.iter().filter_map(|key| key.weak.clone()).collect();
        let mut found = self.store.candidates(tx, &references, &strong, &weak).await?;
        if let Some(also) = &self.also {
            let mut reader = also.db.readers().acquire().await?;
            found.extend(also.candidates(&mut reader, &references, &strong, &weak).await?);
        }
        Ok(found)
    }

    /// Judges a case by sameness and puts it where it belongs.
    fn sort(
        &self,
        stretch: &mut Stretch,
        known: &mut Known,
        id: ItemId,
        row: i64,
        case: Case,
    ) -> Result<()> {
        let Case { keys, mut payload, mut sealed } = case;
        let mut follows = None;
        match judge(self.batch, &payload, &known.earlier(&keys, payload.strong.as_deref())) {
            Verdict::New => {}
            // Of a CRM, it is the same case that came twice while it was read.
            Verdict::ReferenceTwice { first } if payload.origin.is_some() => {
                let first = (first, known.name(first));
                return self.repeat(stretch, id, row, &payload, &first, false);
            }
            Verdict::ReferenceTwice { first } => {
                let fault = Problem {
                    column: "Reference".to_owned(),
                    code: "used-twice".to_owned(),
                    expected: format!(
                        "a reference that is used once in the file; {} has it already",
                        known.name(first)
                    ),
                    found: payload.reference.clone(),
                };
                let (sheet, reference) = (payload.sheet, payload.reference);
                return self.reject(stretch, id, row, &sheet, reference, vec![fault]);
            }
            Verdict::Duplicate { of, outranked } => {
                let of = (of, known.name(of));
                return self.repeat(stretch, id, row, &payload, &of, outranked);
            }
            Verdict::Follows { earlier, needs } => {
                follows = Some(earlier);
                if !needs.is_empty() {
                    payload.needs = needs;
                    sealed = self.seal(id, &payload)?;
                }
            }
        }
        self.accept(stretch, id, row, follows, &keys, sealed);
        known.add(Candidate {
            id,
            row,
            state: Item::Ready,
            award: false,
            reference: Some(keys.reference),
            strong: keys.strong,
            weak: keys.weak,
            payload,
        });
        Ok(())
    }

    /// A sealed case becomes an item.
    pub(super) fn accept(
        &self,
        stretch: &mut Stretch,
        id: ItemId,
        row: i64,
        follows: Option<ItemId>,
        keys: &Keys,
        (key, sealed): (Vec<u8>, payload::Sealed),
    ) {
        let mut entry = Entry::new(Kind::ItemTakenIn, &self.actor)
            .item(id)
            .row(row)
            .payload(&sealed.commitment);
        if let Some(earlier) = follows {
            entry = entry.follows(earlier);
        }
        stretch.entries.push(entry.write());
        stretch.items.push(NewItem {
            id,
            row,
            follows,
            reference: keys.reference.clone(),
            strong: keys.strong.clone(),
            weak: keys.weak.clone(),
            key,
            sealed: sealed.bytes,
        });
    }

    fn reject(
        &self,
        stretch: &mut Stretch,
        id: ItemId,
        row: i64,
        sheet: &str,
        reference: String,
        faults: Vec<Problem>,
    ) -> Result<()> {
        let columns = faults.iter().map(|fault| fault.column.clone()).collect();
        let codes = faults.iter().map(|fault| fault.code.clone()).collect();
        let why = faults
            .iter()
            .map(|fault| format!("{}: {}", fault.column, fault.expected))
            .collect::<Vec<_>>()
            .join("; ");
        let away = TurnedAway { reference, sheet: sheet.to_owned(), faults, repeats: None, why };
        let entry = Entry::new(Kind::RowRejected, &self.actor).columns(columns).reasons(codes);
        self.turn_away(stretch, id, row, state::Row::Rejected, &away, entry)
    }

    fn repeat(
        &self,
        stretch: &mut Stretch,
        id: ItemId,
        row: i64,
        payload: &CasePayload,
        (of, name): &(ItemId, String),
        outranked: bool,
    ) -> Result<()> {
        let why = if outranked {
            format!("gives way to {name}, which is of the same application and counts before it")
        } else {
            format!("repeats {name}, and nothing that decides differs")
        };
        let away = TurnedAway {
            reference: payload.reference.clone(),
            sheet: payload.sheet.clone(),
            faults: Vec::new(),
            repeats: Some(of.to_string()),
            why,
        };
        let entry = Entry::new(Kind::RowDuplicate, &self.actor).follows(*of);
        self.turn_away(stretch, id, row, state::Row::Duplicate, &away, entry)
    }

    fn turn_away(
        &self,
        stretch: &mut Stretch,
        id: ItemId,
        row: i64,
        kind: state::Row,
        away: &TurnedAway,
        entry: Entry,
    ) -> Result<()> {
        let (key, wrapped) = self.store.vault.new_key()?;
        let sealed = seal(&key, Label::TurnedAway, id, away)?;
        stretch.entries.push(entry.item(id).row(row).payload(&sealed.commitment).write());
        stretch.turned_away.push(NewTurnedAway {
            id,
            row,
            kind,
            key: wrapped,
            sealed: sealed.bytes,
        });
        Ok(())
    }
}

pub(super) fn payload_of(prepared: Prepared, sheet: &str) -> Result<CasePayload> {
    let case =
        String::from_utf8(prepared.case).ok().and_then(|text| RawValue::from_string(text).ok());
    let Sameness { keys: [strong, _], applicant, decides } = prepared.sameness;
    Ok(CasePayload {
        reference: prepared.reference,
        sheet: sheet.to_owned(),
        applicant,
        decides,
        strong,
        rank: prepared.rank,
        needs: Vec::new(),
        address: None,
        origin: None,
        case: case.ok_or_else(|| Error::failed("a bot made a case that is not JSON", ""))?,
    })
}
