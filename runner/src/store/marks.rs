//! Up to where a schedule has read its CRM. The mark moves with the rows that were read, so that
//! none is left out and none comes twice.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;

use super::Store;
use super::payload::{Label, open, seal};
use crate::clock;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::ItemId;

/// A mark belongs to no item.
const NO_ITEM: ItemId = ItemId(0);

impl Store {
    /// The mark of a schedule's last reading.
    pub async fn mark<T: DeserializeOwned>(&self, schedule: &str) -> Result<Option<T>> {
        let row = sqlx::query("SELECT key, sealed FROM source_mark WHERE schedule = $1")
            .bind(schedule)
            .fetch_optional(self.db.readers())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let key = self.vault.unwrap_key(row.get("key"))?;
        open(&key, Label::Mark, NO_ITEM, row.get("sealed")).map(Some)
    }

    /// Moves it, in the transaction that stores what was read.
    pub async fn keep_mark<T: Serialize>(
        &self,
        tx: &mut Tx,
        schedule: &str,
        mark: &T,
    ) -> Result<()> {
        let (key, wrapped) = self.vault.new_key()?;
        let sealed = seal(&key, Label::Mark, NO_ITEM, mark)?;
        sqlx::query(
            "INSERT INTO source_mark (schedule, key, sealed, changed_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (schedule) DO UPDATE SET key = excluded.key, sealed = excluded.sealed, \
             changed_at = excluded.changed_at",
        )
        .bind(schedule)
        .bind(wrapped)
        .bind(sealed.bytes)
        .bind(clock::micros())
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}
