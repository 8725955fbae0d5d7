//! How many items a list holds: from the batches' own counts where they say it, else one by one.

use super::items::{Assigned, ItemFilter};
use super::paths::{all_wait, counts};
use crate::db::Statement;
use crate::error::Result;
use crate::state;
use crate::store::Store;

impl Store {
    /// How many items a filter lets through, exactly: for acts on all of them.
    pub async fn count_items(&self, filter: &ItemFilter) -> Result<i64> {
        self.count_up_to(filter, i64::MAX).await
    }

    /// The same, counted up to `most` or a little further.
    pub(super) async fn count_up_to(&self, filter: &ItemFilter, most: i64) -> Result<i64> {
        let Some(states) = filter.sought() else { return Ok(0) };
        if filter.reason.is_none() && filter.due_by.is_none() {
            if filter.assigned.is_none() {
                return self.counted(filter, &states).await;
            }
            if filter.assigned == Some(Assigned::Nobody) && !all_wait(&states) {
                // Of all that is settled few are anybody's, and these are indexed.
                return self.nobodys(filter, &states).await;
            }
        }
        let mut n = 0;
        for sql in counts(filter, most) {
            n += sql.number(&self.db).await?;
        }
        Ok(n)
    }

    /// By the batches' counts, which move with the items.
    async fn counted(&self, filter: &ItemFilter, states: &[state::Item]) -> Result<i64> {
        let mut sql = Statement::new(
            "SELECT SUM(n) FROM batch_count JOIN batch ON batch.id = batch_count.batch WHERE 1 = 1",
        );
        if !states.is_empty() {
            sql.push(" AND batch_count.state IN ").words(states.iter().map(|it| it.as_str()));
        }
        of_batches(&mut sql, filter);
        sql.number(&self.db).await
    }

    async fn nobodys(&self, filter: &ItemFilter, states: &[state::Item]) -> Result<i64> {
        let mut sql = Statement::new(
            "SELECT COUNT(*) FROM item INDEXED BY item_assigned \
             CROSS JOIN batch ON batch.id = item.batch WHERE item.assigned_to IS NOT NULL",
        );
        if !states.is_empty() {
            sql.push(" AND item.state IN ").words(states.iter().map(|it| it.as_str()));
        }
        of_batches(&mut sql, filter);
        let all = self.counted(filter, states).await?;
        Ok((all - sql.number(&self.db).await?).max(0))
    }
}

fn of_batches(sql: &mut Statement, filter: &ItemFilter) {
    if let Some(bots) = &filter.bots {
        sql.push(" AND batch.bot IN ").words(bots.iter().map(String::as_str));
    }
    if let Some(schedule) = &filter.schedule {
        sql.push(" AND batch.schedule = ").word(schedule);
    }
    if let Some(batch) = filter.batch {
        sql.push(" AND batch.id = ").int(batch.0);
    }
}
