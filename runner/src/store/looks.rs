//! Items that are put off until a later day, and the looks that are taken at them again.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::Row as _;

use super::Store;
use super::leases::Slice;
use crate::db::{Row, Tx};
use crate::error::Result;
use crate::ids::{BatchId, ItemId};

/// Who put an item off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A person: looks are counted from there.
    Person,
    /// Itself, after a look: they are counted on.
    Itself,
}

/// An item whose day has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The item.
    pub item: ItemId,
    /// Its schedule.
    pub schedule: String,
    /// Until when it was put off.
    pub until: Date,
}

/// Puts an item off until this day. It is not late before it.
pub async fn put_off(tx: &mut Tx, id: ItemId, until: Date, by: By) -> Result<()> {
    let until = until.to_string();
    sqlx::query(
        "UPDATE item SET until = $1, due = CASE WHEN due < $1 THEN $1 ELSE due END WHERE id = $2",
    )
    .bind(&until)
    .bind(id.0)
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE look SET by_itself = $1 WHERE item = $2")
        .bind(i64::from(by == By::Itself))
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Until when an item is put off, seen under the write lock.
pub async fn until(tx: &mut Tx, id: ItemId) -> Result<Option<Date>> {
    let row = sqlx::query("SELECT until FROM item WHERE id = $1 AND state = 'postponed'")
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.and_then(|row| row.get::<Option<&str>, _>("until")?.parse().ok()))
}

/// Whether an item was decided before, whatever became of it after that.
pub async fn was_decided(tx: &mut Tx, id: ItemId) -> Result<bool> {
    let row = sqlx::query("SELECT 1 FROM item WHERE id = $1 AND decided_at IS NOT NULL")
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

/// The item that took the place of this one, if one that counts does.
pub async fn overtaken_by(tx: &mut Tx, id: ItemId) -> Result<Option<ItemId>> {
    let row = sqlx::query(
        "SELECT id FROM item WHERE follows = $1 AND state <> 'cancelled' ORDER BY id DESC LIMIT 1",
    )
    .bind(id.0)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| ItemId(row.get("id"))))
}

/// Notes that an item was opened by a look at an earlier one.
pub async fn insert(tx: &mut Tx, item: ItemId, earlier: ItemId, day: Date) -> Result<()> {
    sqlx::query(
        "INSERT INTO look (item, first, n, day) \
         SELECT $1, COALESCE(MAX(first), $2), COALESCE(MAX(n), 0) + 1, $3 FROM look \
         WHERE item = $2 AND by_itself = 1",
    )
    .bind(item.0)
    .bind(earlier.0)
    .bind(day.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl Store {
    /// Items whose day has come by this one, the longest due first. A batch that is paused, or that
    /// nobody has agreed to yet, waits with all that is in it.
    pub async fn due_again(&self, by: Date) -> Result<Vec<Due>> {
        let rows = sqlx::query(
            "SELECT item.id, item.until, batch.schedule FROM item \
             JOIN batch ON batch.id = item.batch WHERE item.state = 'postponed' \
             AND item.until <= $1 AND batch.state IN ('running', 'unresolved') ORDER BY item.until, item.id",
        )
        .bind(by.to_string())
        .fetch_all(self.db.readers())
        .await?;
        Ok(rows.iter().filter_map(due).collect())
    }

    /// Items of a batch that are put off until this day or later.
    pub async fn put_off_from(&self, batch: BatchId, day: Date) -> Result<i64> {
        let (first, last) = batch.span();
        let row = sqlx::query(
            "SELECT COUNT(*) AS n FROM item WHERE state = 'postponed' AND until >= $1 \
             AND id BETWEEN $2 AND $3",
        )
        .bind(day.to_string())
        .bind(first)
        .bind(last)
        .fetch_one(self.db.readers())
        .await?;
        Ok(row.get("n"))
    }

    /// Batches that looks opened and that are not decided yet, oldest first.
    pub async fn unfinished_looks(&self) -> Result<Vec<BatchId>> {
        let rows = sqlx::query(
            "SELECT DISTINCT item.batch FROM look JOIN item ON item.id = look.item \
             JOIN batch ON batch.id = item.batch WHERE batch.state = 'running' \
             AND item.state IN ('ready', 'decided', 'posting') ORDER BY item.batch",
        )
        .fetch_all(self.db.readers())
        .await?;
        Ok(rows.iter().map(|row| BatchId(row.get("batch"))).collect())
    }

    /// The days on which a case was looked at again, up to this item of it.
    pub async fn looks(&self, id: ItemId) -> Result<Vec<Date>> {
        let rows = sqlx::query(
            "SELECT look.day FROM look AS this JOIN look ON look.first = this.first \
             AND look.n <= this.n WHERE this.item = $1 ORDER BY look.n",
        )
        .bind(id.0)
        .fetch_all(self.db.readers())
        .await?;
        Ok(rows.iter().filter_map(|row| row.get::<&str, _>("day").parse().ok()).collect())
    }

    /// The same for those items of a slice that looks have opened; of most slices none was.
    pub async fn looks_of(&self, slice: &Slice) -> Result<BTreeMap<ItemId, Vec<Date>>> {
        let rows = sqlx::query("SELECT item FROM look WHERE item BETWEEN $1 AND $2")
            .bind(slice.first.0)
            .bind(slice.last.0)
            .fetch_all(self.db.readers())
            .await?;
        let mut looks = BTreeMap::new();
        for row in &rows {
            let item = ItemId(row.get("item"));
            looks.insert(item, self.looks(item).await?);
        }
        Ok(looks)
    }
}

fn due(row: &Row) -> Option<Due> {
    Some(Due {
        item: ItemId(row.get("id")),
        schedule: row.get("schedule"),
        until: row.get::<&str, _>("until").parse().ok()?,
    })
}
