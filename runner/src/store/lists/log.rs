//! The job log, newest first.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{At, COUNTED, Counted, Edge, Listing};
use crate::error::Result;
use crate::ids::{BatchId, ItemId};
use crate::job_log::{self, Facets, Of, Sought, Stored};
use crate::store::Store;

/// Which entries a list is to hold. What is empty is not asked for.
#[derive(Clone, Debug, Default)]
pub struct LogFilter {
    /// Only of the work of these bots, or of no bot's.
    pub bots: Option<BTreeSet<String>>,
    /// Only of one of these kinds.
    pub kinds: Vec<String>,
    /// Only what this actor did.
    pub actor: Option<String>,
    /// Only of this batch, its items among it.
    pub batch: Option<BatchId>,
    /// Only of this item.
    pub item: Option<ItemId>,
    /// From the first entry that was made then or later.
    pub from: Option<Timestamp>,
    /// To the last entry that was made then or earlier.
    pub to: Option<Timestamp>,
}

impl Store {
    /// Entries that a filter lets through, newest first. A cursor is an entry's index, so with
    /// `before` a watcher goes on from the newest one that they have: they get the next ones, the
    /// oldest of these if there are more than the page has.
    pub async fn list_log(&self, filter: &LogFilter, at: &At) -> Result<Listing<Stored>> {
        let from = Edge::of(at, |cursor| cursor.parse::<i64>().ok())?;
        let Some(sought) = self.sought(filter).await? else {
            let (rows, count) = (Vec::new(), Counted::default());
            return Ok(Listing { rows, next: None, previous: None, count });
        };
        let page = match from {
            Edge::Start => sought.clone(),
            Edge::After(index) => {
                Sought { last: sought.last.min(index.saturating_sub(1)), ..sought.clone() }
            }
            Edge::Before(index) => {
                Sought { first: sought.first.max(index.saturating_add(1)), ..sought.clone() }
            }
        };
        let rows = job_log::find(&self.db, &page, from.backwards(), at.rows() + 1).await?;
        let count = Counted::of(job_log::count(&self.db, &sought, COUNTED + 1).await?);
        Ok(Listing::of(rows, &from, at.rows(), count, |entry| entry.index.to_string()))
    }

    /// `None`: there can be no such entry.
    async fn sought(&self, filter: &LogFilter) -> Result<Option<Sought>> {
        let of = match (filter.item, filter.batch) {
            (Some(item), Some(batch)) if item.batch() != batch => return Ok(None),
            (Some(item), _) => Of::Item(item),
            (None, Some(batch)) => Of::Batch(batch),
            (None, None) => Of::Any,
        };
        let facets = Facets {
            kinds: filter.kinds.clone(),
            actor: filter.actor.clone(),
            bots: filter.bots.clone(),
        };
        if filter.from.is_none() && filter.to.is_none() {
            return Ok(Some(Sought { facets, of, ..Sought::default() }));
        }
        let stretch = job_log::stretch_of(&self.db, filter.from, filter.to).await?;
        Ok(stretch.map(|(first, last)| Sought { facets, of, first, last }))
    }
}
