//! Rows of a batch that did not become an item, alone.

use super::Store;
use super::rows::Stored;
use crate::error::Result;
use crate::ids::BatchId;
use crate::state;

impl Store {
    /// The next rejected rows of a batch after `after`, in input order; an empty answer is the end.
    pub async fn rejected_rows(
        &self,
        batch: BatchId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Stored>> {
        let rows = sqlx::query(
            "SELECT id, row, kind, key, sealed FROM turned_away \
             WHERE id BETWEEN $1 AND $2 AND kind = $3 ORDER BY id LIMIT $4",
        )
        .bind(batch.item(after + 1).0)
        .bind(batch.span().1)
        .bind(state::Row::Rejected.as_str())
        .bind(limit)
        .fetch_all(self.db.readers())
        .await?;
        Ok(rows.into_iter().map(Stored::TurnedAway).collect())
    }
}
