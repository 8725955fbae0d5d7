//! A To do sheet filled in: each row is done under its officer's name, by itself. A row with a
//! fault is told and left; a row that was done before is left too, so the same file twice does
//! nothing twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use clerkwork_bots::kit;
use clerkwork_connectors::spreadsheet::Cell;
use jiff::civil::Date;

use super::decide::{Given, read, recommended};
use super::todo::{Filled, Problem, Todo};
use super::{ask_evidence, by_hand, change, confirm};
use crate::acts::{Acted, Acting, What};
use crate::error::{Advice, Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::job_log::Actor;
use crate::report::{ACT, ITEM, NEW, REFERENCE};
use crate::settings::Folder;
use crate::state::{self, Item};
use crate::store::Store;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done, or would be.
    Done,
    /// The item is settled as the row asks, by this file or otherwise.
    Already,
    /// It was left undone; the faults say why.
    Fault,
}

/// One row that was filled in.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The sheet's own row number.
    pub row: u32,
    /// The item.
    pub item: ItemId,
    /// What was asked for.
    pub act: What,
    /// What became of it.
    pub outcome: Outcome,
}

/// What came of an import.
pub struct Imported {
    /// The sheet's name.
    pub sheet: String,
    /// Every row that could be understood.
    pub lines: Vec<Line>,
    /// Everything that is wrong, row by row.
    pub faults: Vec<Problem>,
    /// Rows that nobody filled in.
    pub blank: usize,
    /// The batches it touched: where they stand, and how many items in them need a person.
    pub batches: BTreeMap<BatchId, (state::Batch, i64)>,
}

impl Imported {
    /// How many rows came out like this.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.lines.iter().filter(|line| line.outcome == outcome).count()
    }

    /// Whether a person still has something to do: a fault, or an item that is not settled.
    pub fn remains(&self) -> bool {
        !self.faults.is_empty() || self.batches.values().any(|(_, unresolved)| *unresolved > 0)
    }
}

/// Does what a To do sheet asks for. Dry, it says what would be done and leaves everything.
pub async fn import(
    folder: &Arc<Folder>,
    store: &Store,
    entered_by: &Actor,
    todo: Todo,
    today: Date,
    dry: bool,
) -> Result<Imported> {
    let Todo { sheet, rows, mut faults, blank, epoch_1904 } = todo;
    let (mut lines, mut batches) = (Vec::with_capacity(rows.len()), BTreeMap::new());
    for filled in rows {
        let outcome = match row(folder, store, entered_by, &filled, epoch_1904, today, dry).await {
            Ok(outcome) => outcome,
            Err(Stop::Row(mut wrong)) => {
                faults.append(&mut wrong);
                Outcome::Fault
            }
            Err(Stop::All(fault)) => return Err(fault),
        };
        let Filled { row, item, act, .. } = filled;
        lines.push(Line { row, item, act, outcome });
    }
    let touched = lines.iter().map(|line| line.item.batch());
    for id in touched.collect::<std::collections::BTreeSet<_>>() {
        match store.batch(id).await {
            Ok(batch) => drop(batches.insert(id, (batch.state, batch.totals.unresolved()))),
            Err(Error::Usage(_)) => {} // its rows have faults that say so
            Err(fault) => return Err(fault),
        }
    }
    faults.sort_by_key(|fault| fault.row);
    Ok(Imported { sheet, lines, faults, blank, batches })
}

/// Why a row was not done.
enum Stop {
    /// The row is at fault; the others go on.
    Row(Vec<Problem>),
    /// The store is; nothing goes on.
    All(Error),
}

async fn row(
    folder: &Arc<Folder>,
    store: &Store,
    entered_by: &Actor,
    filled: &Filled,
    epoch_1904: bool,
    today: Date,
    dry: bool,
) -> Result<Outcome, Stop> {
    let at = |column: &'static str| {
        move |fault: Error| match fault {
            Error::Usage(advice) | Error::Failed(advice) => {
                Stop::Row(vec![problem(filled.row, column, one_line(&advice))])
            }
            Error::Store(_) | Error::Io { .. } | Error::Sealed(_) => Stop::All(fault),
        }
    };
    let item = store.item(filled.item).await.map_err(at(ITEM))?;
    let (_, case) = store.case(filled.item).await.map_err(at(ITEM))?;
    if !same_reference(&filled.reference, &case.reference) {
        let expected = "the reference of that item; see that the sheet is of this installation";
        return Err(Stop::Row(vec![problem(filled.row, REFERENCE, expected.to_owned())]));
    }
    let given: Vec<Given<'_>> =
        filled.new.iter().map(|(header, cell)| (header.as_str(), of_kit(cell))).collect();
    let actor = Actor { id: format!("officer:{}", filled.officer), kind: "person" };
    if already(store, item.state, filled, &actor, &given, epoch_1904).await.map_err(at(ACT))? {
        return Ok(Outcome::Already);
    }
    if filled.act == What::Change && item.state == Item::Referred {
        let (bot, ruled) = recommended(store, filled.item).await.map_err(at(ITEM))?;
        if let Err(wrong) = read(bot, &ruled.payload.ruling, &given, epoch_1904) {
            let faults = wrong.into_iter();
            let faults =
                faults.map(|it| problem(filled.row, &format!("{NEW}{}", it.column), it.expected));
            return Err(Stop::Row(faults.collect()));
        }
    }
    let mut acting =
        Acting::new(folder, store, actor, &filled.why).map_err(at(crate::report::WHY))?;
    acting.entered_by = Some(entered_by.clone());
    acting.dry = dry;
    done(&acting, filled, &given, epoch_1904, today).await.map_err(at(ACT))?;
    Ok(Outcome::Done)
}

async fn done(
    acting: &Acting<'_>,
    filled: &Filled,
    given: &[Given<'_>],
    epoch_1904: bool,
    today: Date,
) -> Result<Acted> {
    let id = filled.item;
    match filled.act {
        What::Confirm => confirm(acting, id).await,
        What::Change => change(acting, id, given, epoch_1904).await,
        What::AskEvidence => ask_evidence(acting, id, None, today).await,
        What::ByHand => by_hand(acting, id).await,
        What::Cancel => acting.settle(id, What::Cancel, Item::Cancelled).await,
        What::Assign | What::Retry | What::Postpone | What::Follow => {
            Err(Error::usage("that is not done by a sheet", ""))
        }
    }
}

/// Whether the item stands as the row asks: by the same file before, or by another hand.
async fn already(
    store: &Store,
    state: Item,
    filled: &Filled,
    actor: &Actor,
    given: &[Given<'_>],
    epoch_1904: bool,
) -> Result<bool> {
    match (filled.act, state) {
        (What::ByHand, Item::ByHand) | (What::Cancel, Item::Cancelled) => Ok(true),
        (What::Confirm | What::Change, Item::Done) => {
            let (bot, ruled) = recommended(store, filled.item).await?;
            let ruling = &ruled.payload.ruling;
            let by_officer = ruling.reasons.last().map_or("", |reason| reason.code.as_str());
            if filled.act == What::Confirm {
                return Ok(by_officer == "confirmed-by-officer");
            }
            let asked = read(bot, ruling, given, epoch_1904).unwrap_or_default();
            let same = asked.iter().all(|(header, value)| ruling.decision_value(header) == value);
            Ok(by_officer == "changed-by-officer" && !asked.is_empty() && same)
        }
        (What::AskEvidence, Item::Referred) => {
            let acts = store.acts(filled.item).await?;
            Ok(acts.iter().any(|act| {
                act.what == filled.act.as_str() && act.by == actor.id && act.why == filled.why
            }))
        }
        _ => Ok(false),
    }
}

/// The sheet may have lost leading zeros on its way; a blank one says nothing.
fn same_reference(sheet: &str, own: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim();
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.trim_start_matches('0').to_owned() } else { text.to_owned() }
    };
    sheet.trim().is_empty() || bare(sheet) == bare(own)
}

fn problem(row: u32, column: &str, expected: String) -> Problem {
    Problem { row, column: column.to_owned(), expected }
}

fn one_line(advice: &Advice) -> String {
    let Advice { what, advice } = advice;
    if advice.is_empty() { what.clone() } else { format!("{what} ({})", advice.replace('\n', " ")) }
}

fn of_kit(cell: &Cell) -> kit::Cell<'_> {
    match cell {
        Cell::Empty => kit::Cell::Empty,
        Cell::Text(text) => kit::Cell::Text(text),
        Cell::Number(number) => kit::Cell::Number(*number),
        Cell::Date(date) => kit::Cell::Date(*date),
        Cell::Bool(yes) => kit::Cell::Bool(*yes),
        Cell::Error(error) => kit::Cell::Error(error),
        Cell::NoValue => kit::Cell::NoValue,
    }
}

#[cfg(test)]
mod tests {
    use super::same_reference;

    #[test]
    fn a_reference_may_have_lost_its_zeros_and_nothing_else() {
        assert!(same_reference("17", "0017"));
        assert!(same_reference("", "FSM-1"));
        assert!(same_reference(" FSM-1 ", "FSM-1"));
        assert!(!same_reference("FSM-2", "FSM-1"));
    }
}
