//! Batches, newest first.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row as _;

use super::{At, COUNTED, Counted, Edge, Listing};
use crate::db::Statement;
use crate::error::Result;
use crate::state;
use crate::store::Store;
use crate::store::batches::{self, Batch};

/// Which batches a list is to hold. What is empty is not asked for.
#[derive(Clone, Debug, Default)]
pub struct BatchFilter {
    /// Only of these bots.
    pub bots: Option<BTreeSet<String>>,
    /// Only of this schedule.
    pub schedule: Option<String>,
    /// Only in one of these states.
    pub states: Vec<state::Batch>,
    /// Only those that this actor opened.
    pub opened_by: Option<String>,
}

impl BatchFilter {
    fn terms(&self) -> Statement {
        let mut sql = Statement::new(" WHERE 1 = 1");
        if let Some(bots) = &self.bots {
            sql.push(" AND bot IN ").words(bots.iter().map(String::as_str));
        }
        if let Some(schedule) = &self.schedule {
            sql.push(" AND schedule = ").word(schedule);
        }
        if !self.states.is_empty() {
            sql.push(" AND state IN ").words(self.states.iter().map(|state| state.as_str()));
        }
        if let Some(actor) = &self.opened_by {
            sql.push(" AND opened_by = ").word(actor);
        }
        sql
    }
}

impl Store {
    /// Batches that a filter lets through, newest first.
    pub async fn list_batches(&self, filter: &BatchFilter, at: &At) -> Result<Listing<Batch>> {
        let from = Edge::of(at, |cursor| cursor.parse::<i64>().ok())?;
        let mut ids = self.batch_ids(filter, &from, at.rows() + 1).await?;
        let mut from = from;
        if from.backwards() && i64::try_from(ids.len()).unwrap_or(i64::MAX) <= at.rows() {
            // Nothing stands before that page: it is the first, and shown in full.
            from = Edge::Start;
            ids = self.batch_ids(filter, &from, at.rows() + 1).await?;
        }
        let mut sql =
            Statement::new("SELECT COUNT(*) FROM (SELECT 1 FROM batch INDEXED BY batch_brief");
        sql.append(filter.terms()).push(" LIMIT ").int(COUNTED + 1).push(")");
        let count = Counted::of(sql.number(&self.db).await?);
        let listing = Listing::of(ids, &from, at.rows(), count, ToString::to_string);
        let rows = these(self, &listing.rows).await?;
        let Listing { next, previous, count, .. } = listing;
        Ok(Listing { rows, next, previous, count })
    }

    async fn batch_ids(
        &self,
        filter: &BatchFilter,
        from: &Edge<i64>,
        limit: i64,
    ) -> Result<Vec<i64>> {
        let mut sql = Statement::new("SELECT id FROM batch INDEXED BY batch_brief");
        sql.append(filter.terms());
        match from {
            Edge::Start => {}
            Edge::After(id) => {
                sql.push(" AND id < ").int(*id);
            }
            Edge::Before(id) => {
                sql.push(" AND id > ").int(*id);
            }
        }
        sql.push(if from.backwards() { " ORDER BY id LIMIT " } else { " ORDER BY id DESC LIMIT " });
        sql.int(limit);
        let rows = sql.rows(&self.db).await?;
        Ok(rows.iter().map(|row| sqlx::Row::get(row, "id")).collect())
    }
}

/// The batches of these numbers, in their order.
async fn these(store: &Store, ids: &[i64]) -> Result<Vec<Batch>> {
    let mut sql = Statement::new(batches::COLUMNS);
    sql.push(" WHERE id IN ").ints(ids.iter().copied());
    let mut found = BTreeMap::new();
    for row in sql.rows(&store.db).await? {
        let batch = batches::batch(&row)?;
        found.insert(batch.id.0, batch);
    }
    let mut sql = Statement::new("SELECT batch, state, n FROM batch_count WHERE batch IN ");
    sql.ints(ids.iter().copied());
    for row in sql.rows(&store.db).await? {
        let state = state::Item::parse(row.get("state"));
        if let (Some(batch), Some(state)) = (found.get_mut(&row.get::<i64, _>("batch")), state) {
            batch.totals.count(state, row.get("n"));
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
