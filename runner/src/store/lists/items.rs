//! Items: what each kind of user asks for, a page at a time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use sqlx::Row as _;

use super::paths::{Key, walks};
use super::{At, COUNTED, Counted, Edge, Listing};
use crate::db::{Row, Statement};
use crate::error::Result;
use crate::ids::{BatchId, ItemId};
use crate::state;
use crate::store::Store;
use crate::store::items::{Filter, Listed, listed};

/// The states in which an item waits for a person or a later day.
pub const WAITS: [state::Item; 4] =
    [state::Item::Waiting, state::Item::Referred, state::Item::Failed, state::Item::Postponed];

/// Whose items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// This officer's.
    To(String),
    /// Nobody's yet.
    Nobody,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What is due first comes first, then as taken in; what has no date comes last. Only what
    /// waits (see [`WAITS`]) is due, so nothing else is listed.
    Due,
    /// What came in last comes first.
    Newest,
    /// Batch by batch, as the rows stood in their sheets.
    #[default]
    Row,
}

/// Which items a list is to hold, and in which order. What is empty is not asked for.
#[derive(Clone, Debug, Default)]
pub struct ItemFilter {
    /// Only of these bots.
    pub bots: Option<BTreeSet<String>>,
    /// Only of this schedule.
    pub schedule: Option<String>,
    /// Only of this batch.
    pub batch: Option<BatchId>,
    /// Only in one of these states.
    pub states: Vec<state::Item>,
    /// Only those that wait for a person for this reason, by its code.
    pub reason: Option<String>,
    /// Only this officer's, or nobody's.
    pub assigned: Option<Assigned>,
    /// Only what waits and is due by this day.
    pub due_by: Option<Date>,
    /// In which order.
    pub order: Order,
}

/// An item in a list.
#[derive(Clone, Debug)]
pub struct ItemRow {
    /// The item.
    pub item: Listed,
    /// Its bot.
    pub bot: String,
    /// Its schedule.
    pub schedule: String,
    /// By when it is to be settled.
    pub due: Option<Date>,
}

impl ItemFilter {
    /// Whether only what waits can be in the list.
    pub(super) fn only_waits(&self) -> bool {
        self.order == Order::Due || self.due_by.is_some()
    }

    /// The states to look for; empty: all. `None`: there can be no such item.
    pub(super) fn sought(&self) -> Option<Vec<state::Item>> {
        let mut states = self.states.clone();
        states.sort_unstable();
        states.dedup();
        if !self.only_waits() {
            return Some(states);
        }
        if states.is_empty() {
            return Some(WAITS.to_vec());
        }
        states.retain(|state| WAITS.contains(state));
        (!states.is_empty()).then_some(states)
    }
}

impl Store {
    /// Items that a filter lets through.
    pub async fn list_items(&self, filter: &ItemFilter, at: &At) -> Result<Listing<ItemRow>> {
        let mut edge = Edge::of(at, Key::parse)?;
        let limit = at.rows() + 1;
        let mut rows = self.walk(filter, &edge, limit).await?;
        if edge.backwards() && i64::try_from(rows.len()).unwrap_or(i64::MAX) < limit {
            // Nothing stands before that page: it is the first, and shown in full.
            edge = Edge::Start;
            rows = self.walk(filter, &edge, limit).await?;
        }
        let count = Counted::of(self.count_up_to(filter, COUNTED + 1).await?);
        Ok(Listing::of(rows, &edge, at.rows(), count, |row| Key::of(row).to_string()))
    }

    /// The ids of such items, in the order of their ids whatever order is asked for: for acts on
    /// all of them, a stretch at a time.
    pub async fn item_ids(
        &self,
        filter: &ItemFilter,
        after: Option<ItemId>,
        limit: i64,
    ) -> Result<Vec<ItemId>> {
        let filter = ItemFilter {
            // What is due is not lost with its order.
            states: match filter.sought() {
                Some(states) => states,
                None => return Ok(Vec::new()),
            },
            order: Order::Row,
            ..filter.clone()
        };
        let edge = after.map_or(Edge::Start, |id| Edge::After(Key::row(id)));
        let mut ids = Vec::new();
        for sql in walks(&filter, &edge, limit, "item.id") {
            let rows = sql.rows(&self.db).await?;
            ids.extend(rows.iter().map(|row| ItemId(row.get("id"))));
        }
        ids.sort_unstable();
        ids.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(ids)
    }

    /// Items that the command line asks for, in the order of their ids.
    pub async fn items(&self, filter: &Filter) -> Result<Vec<Listed>> {
        let wanted = ItemFilter {
            batch: filter.batch,
            states: filter.state.into_iter().collect(),
            assigned: filter.assigned_to.clone().map(Assigned::To),
            ..ItemFilter::default()
        };
        let edge = Edge::After(Key::row(ItemId(filter.after)));
        let rows = self.walk(&wanted, &edge, filter.limit).await?;
        Ok(rows.into_iter().map(|row| row.item).collect())
    }

    /// The items before and after this one in a list, whether or not it is in the list itself: it
    /// may just have been settled.
    pub async fn neighbours(
        &self,
        filter: &ItemFilter,
        id: ItemId,
    ) -> Result<(Option<ItemId>, Option<ItemId>)> {
        let mut sql = Statement::new("SELECT due_order FROM item WHERE id = ");
        let rows = sql.int(id.0).clone().rows(&self.db).await?;
        let Some(row) = rows.first() else { return Ok((None, None)) };
        let key = Key { due: row.get("due_order"), id };
        let mut found = [None, None];
        for (at, edge) in [Edge::Before(key.clone()), Edge::After(key)].into_iter().enumerate() {
            let rows = self.walk(filter, &edge, 1).await?;
            found[at] = rows.first().map(|row| row.item.id);
        }
        Ok(found.into())
    }

    /// The items that have this reference, newest first. Whoever asks must see that the bots of
    /// these items are theirs.
    pub async fn items_by_reference(&self, reference: &str) -> Result<Vec<ItemId>> {
        let bots = Statement::new("SELECT DISTINCT bot FROM batch").rows(&self.db).await?;
        let mut found = BTreeSet::new();
        for bot in &bots {
            let label = format!("reference {}", bot.get::<&str, _>("bot"));
            let index = self.vault.blind(&label, reference.trim());
            let rows = sqlx::query(
                "SELECT item.id FROM item JOIN batch ON batch.id = item.batch \
                 WHERE reference_index = $1 AND bot = $2",
            )
            .bind(index)
            .bind(bot.get::<&str, _>("bot"))
            .fetch_all(self.db.readers())
            .await?;
            found.extend(rows.iter().map(|row| ItemId(row.get("id"))));
        }
        Ok(found.into_iter().rev().collect())
    }

    /// How many items are in each state; of these bots.
    pub async fn item_counts(
        &self,
        bots: Option<&BTreeSet<String>>,
    ) -> Result<BTreeMap<state::Item, i64>> {
        let mut sql = Statement::new(
            "SELECT batch_count.state, SUM(n) AS n FROM batch_count \
             JOIN batch ON batch.id = batch_count.batch",
        );
        if let Some(bots) = bots {
            sql.push(" WHERE bot IN ").words(bots.iter().map(String::as_str));
        }
        sql.push(" GROUP BY batch_count.state");
        let rows = sql.rows(&self.db).await?;
        let counts = rows.iter().filter_map(|row| {
            Some((state::Item::parse(row.get("state"))?, row.get::<i64, _>("n")))
        });
        Ok(counts.collect())
    }

    /// Up to `limit` rows, in the direction of reading.
    async fn walk(
        &self,
        filter: &ItemFilter,
        edge: &Edge<Key>,
        limit: i64,
    ) -> Result<Vec<ItemRow>> {
        const COLUMNS: &str = "item.id, item.row, item.state, item.reason, item.award, \
             item.ruling, item.follows, item.assigned_to, item.until, item.decided_at, \
             item.changed_at, item.due, batch.bot, batch.schedule";
        let walks = walks(filter, edge, limit, COLUMNS);
        let many = walks.len() > 1;
        let mut found = Vec::new();
        for sql in walks {
            let rows = sql.rows(&self.db).await?;
            found.extend(rows.iter().map(item_row));
        }
        if many {
            found.sort_by_cached_key(|row| Key::of(row).rank(filter.order, edge.backwards()));
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(found)
    }
}

fn item_row(row: &Row) -> ItemRow {
    ItemRow {
        item: listed(row),
        bot: row.get("bot"),
        schedule: row.get("schedule"),
        due: row.get::<Option<&str>, _>("due").and_then(|due| due.parse().ok()),
    }
}
