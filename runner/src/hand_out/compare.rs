//! Each list is named, written, and held against the one that was handed out before it.

use std::collections::BTreeSet;

use clerkwork_bots::kit::{HandOut, List, ListKind};
use jiff::civil::Date;

use super::Row;
use super::place::Place;
use super::settings::{Settings, named};
use super::write;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::hand_out::HandedOut;

/// Bytes of a blind index that are kept of each person: enough to tell who is new.
const MARK: usize = 8;

/// What lists are drawn up with.
pub(super) struct Drawn<'a> {
    pub(super) store: &'a Store,
    pub(super) bot: &'static str,
    pub(super) as_at: Date,
}

impl Drawn<'_> {
    /// Writes each list aside, if there is a place to write it to.
    pub(super) fn draw(
        &self,
        lists: &[List],
        what: &HandOut,
        settings: &Settings,
        before: &[HandedOut],
        place: Option<&Place>,
    ) -> Result<Vec<Row>> {
        let kinds: Result<Vec<&'static ListKind>> =
            lists.iter().map(|list| kind(what, list)).collect();
        let kinds = kinds?;
        let formats: Vec<_> = kinds.iter().map(|kind| settings.laid_out(self.bot, kind)).collect();
        let files = named(lists, &formats);
        let mut rows = Vec::with_capacity(lists.len());
        for (((list, kind), laid), file) in lists.iter().zip(kinds).zip(&formats).zip(files) {
            let sha256 = match place {
                Some(place) => write::list(&place.aside(&file), kind, laid, list)?.to_vec(),
                None => Vec::new(),
            };
            let marks = self.marks(list);
            let earlier = before.iter().find(|it| it.kind == list.kind && it.of == list.of);
            let (now, was) = (set(&marks), earlier.map_or_else(BTreeSet::new, |it| set(&it.marks)));
            rows.push(Row {
                title: kind.title,
                new: now.difference(&was).count(),
                gone: was.difference(&now).count(),
                list: HandedOut {
                    kind: list.kind.to_owned(),
                    of: list.of.clone(),
                    file,
                    as_at: self.as_at,
                    count: i64::try_from(list.rows.len()).unwrap_or(i64::MAX),
                    marks,
                    sha256,
                },
            });
        }
        Ok(rows)
    }

    fn marks(&self, list: &List) -> Vec<u8> {
        let label = format!("hand-out {} {}", self.bot, list.kind);
        let blind = |who: &str| self.store.vault.blind(&label, who);
        let marks: BTreeSet<Vec<u8>> =
            list.rows.iter().map(|row| blind(&row.who).into_iter().take(MARK).collect()).collect();
        marks.into_iter().flatten().collect()
    }
}

fn kind(what: &HandOut, list: &List) -> Result<&'static ListKind> {
    what.lists.iter().find(|kind| kind.name == list.kind).ok_or_else(|| {
        Error::failed(format!("the bot made a list of an unknown kind, {}", list.kind), "")
    })
}

fn set(marks: &[u8]) -> BTreeSet<&[u8]> {
    marks.chunks(MARK).collect()
}
