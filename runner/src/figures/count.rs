//! The log becomes counts, stretch by stretch: the counts and the mark up to which the log has been
//! counted move in one transaction, so that each entry counts once whoever dies.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::job_log;
use crate::schedule::calendar::{self, Calendar};
use crate::schedule::{self, Schedule};
use crate::settings::Folder;
use crate::store::Store;
use crate::store::figures::{self, Origin};

use super::seen::{Seen, seen};
use super::tally::Tally;

/// Entries counted in one transaction.
const STRETCH: i64 = 2000;

/// How far the log has been counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Entries counted.
    pub counted: i64,
    /// Entries there are.
    pub of: i64,
}

impl Progress {
    /// How far it is, without counting.
    pub async fn now(store: &Store) -> Result<Self> {
        let of = i64::try_from(job_log::head(&store.db).await?.size).unwrap_or(i64::MAX);
        Ok(Self { counted: store.figures_counted().await?, of })
    }

    /// How many are still to be counted.
    pub fn left(self) -> i64 {
        (self.of - self.counted).max(0)
    }
}

/// Counts what is new in the log; at most so many entries, if a number is given.
pub async fn keep_up(store: &Store, folder: &Folder, most: Option<i64>) -> Result<Progress> {
    let Progress { counted: first, of } = Progress::now(store).await?;
    let end = most.map_or(of, |most| of.min(first.saturating_add(most)));
    let mut counted = first;
    if counted < end {
        let mut books = Books::open(folder)?;
        while counted < end {
            counted = stretch(store, &mut books, counted, STRETCH.min(end - counted)).await?;
        }
    }
    Ok(Progress { counted, of })
}

/// Forgets every count: the log is counted anew, by the calendars as they are now.
pub async fn forget(store: &Store) -> Result<()> {
    let mut tx = store.db.begin().await?;
    figures::forget(&mut tx).await?;
    tx.commit().await
}

/// What counting looks things up in.
struct Books {
    calendars: BTreeMap<String, Calendar>,
    plain: Calendar,
    origins: BTreeMap<BatchId, Origin>,
}

impl Books {
    fn open(folder: &Folder) -> Result<Self> {
        let (calendars, _) = calendar::all(folder)?;
        let (schedules, _) = schedule::all(folder)?;
        let of = |(name, it): (String, Schedule)| Some((name, it.calendar(&calendars)?));
        Ok(Self {
            calendars: schedules.into_iter().filter_map(of).collect(),
            plain: Calendar::weekdays(),
            origins: BTreeMap::new(),
        })
    }

    async fn look_up(&mut self, store: &Store, seen: &[Seen]) -> Result<()> {
        let unknown: BTreeSet<BatchId> =
            seen.iter().map(Seen::batch).filter(|id| !self.origins.contains_key(id)).collect();
        self.origins.extend(store.origins(&unknown).await?);
        Ok(())
    }
}

/// Counts one stretch from an entry on; up to where the log has been counted then.
async fn stretch(store: &Store, books: &mut Books, first: i64, most: i64) -> Result<i64> {
    let entries = job_log::read(&store.db, first, most).await?;
    let last = entries.last().ok_or_else(|| {
        Error::failed(
            format!("entry {first} of the job log is missing"),
            "run: clerkwork log verify",
        )
    })?;
    let end = last.index + 1;
    let mut seen_here = Vec::with_capacity(entries.len());
    for entry in &entries {
        seen_here.extend(seen(entry)?);
    }
    books.look_up(store, &seen_here).await?;
    let mut follows: BTreeMap<ItemId, Option<ItemId>> = BTreeMap::new();
    for it in seen_here.iter().filter(|it| it.another) {
        follows.insert(it.item, store.item(it.item).await?.follows);
    }
    let followed = |it: &Seen| follows.get(&it.item).copied().flatten();

    let mut tx = store.db.begin_forgetful().await?;
    if figures::mark(&mut tx).await? != first {
        tx.rollback().await?;
        return store.figures_counted().await; // somebody else is counting too
    }
    let about: BTreeSet<ItemId> =
        seen_here.iter().filter_map(|it| Tally::about(it, followed(it))).collect();
    let about: Vec<ItemId> = about.into_iter().collect();
    let mut tally = Tally { items: figures::counted(&mut tx, &about).await?, ..Tally::default() };
    for it in &seen_here {
        // Every item has its batch; one without would be a store that was tampered with.
        let Some(origin) = books.origins.get(&it.batch()) else { continue };
        let calendar = books.calendars.get(&origin.schedule).unwrap_or(&books.plain);
        tally.add(it, followed(it), origin, calendar);
    }
    let changed: Vec<_> =
        tally.changed.iter().filter_map(|id| Some((*id, tally.items.get(id)?))).collect();
    figures::keep(&mut tx, &changed).await?;
    figures::add(&mut tx, &tally.counts).await?;
    figures::set_mark(&mut tx, end).await?;
    tx.commit().await?;
    Ok(end)
}
