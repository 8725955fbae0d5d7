//! Slices in somebody's hands. A lease has a holder and a deadline; a holder that died is known
//! by its lock file, which the system frees with it, so nobody waits for the deadline.

use sqlx::Row as _;

use super::Store;
use crate::clock;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{BatchId, ItemId};
use crate::job_log::{self, Actor, Entry, Kind};

/// What is to be done with a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Its items are to be decided.
    Decide,
    /// Others are to be told of its items.
    Post,
}

/// Up to N items of one batch, under one lease.
#[derive(Clone, Debug)]
pub struct Slice {
    /// What is to be done with it.
    pub work: Work,
    /// The lease.
    pub lease: i64,
    /// The batch.
    pub batch: BatchId,
    /// The first item.
    pub first: ItemId,
    /// The last item. Those between that are not under this lease are not of the slice.
    pub last: ItemId,
}

impl Store {
    /// Claims the next slice of a batch for this work, or `None` when no item of it is free for it,
    /// the batch does not run, or its bot has been stopped.
    pub async fn claim(
        &self,
        batch: BatchId,
        work: Work,
        size: i64,
        holder: &str,
        seconds: i64,
    ) -> Result<Option<Slice>> {
        let tx = self.db.begin_forgetful().await?;
        claim(tx, batch, work, size, holder, seconds).await
    }

    /// Puts off the deadlines of everything this holder holds.
    pub async fn renew(&self, holder: &str, seconds: i64) -> Result<()> {
        let mut tx = self.db.begin_forgetful().await?;
        sqlx::query("UPDATE lease SET until = $1 WHERE holder = $2")
            .bind(clock::micros() + seconds * 1_000_000)
            .bind(holder)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// Who holds slices of a batch.
    pub async fn holders(&self, batch: BatchId) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT DISTINCT holder FROM lease WHERE batch = $1")
            .bind(batch.0)
            .fetch_all(self.db.readers())
            .await?;
        Ok(rows.iter().map(|row| row.get("holder")).collect())
    }

    /// Gives slices back unworked.
    pub async fn release(&self, slices: &[Slice]) -> Result<()> {
        let mut tx = self.db.begin().await?;
        for slice in slices {
            free(&mut tx, slice.lease, slice.first.0, slice.last.0).await?;
        }
        tx.commit().await
    }

    /// Takes back what holders left behind who are dead (as `alive` says) or past the deadline.
    pub async fn reclaim(&self, alive: impl Fn(&str) -> bool, actor: &Actor) -> Result<usize> {
        let mut tx = self.db.begin().await?;
        let now = clock::micros();
        let leases = sqlx::query("SELECT id, batch, first, last, holder, until FROM lease")
            .fetch_all(&mut *tx)
            .await?;
        let mut entries = Vec::new();
        for lease in &leases {
            if lease.get::<i64, _>("until") >= now && alive(lease.get("holder")) {
                continue;
            }
            let freed =
                free(&mut tx, lease.get("id"), lease.get("first"), lease.get("last")).await?;
            let batch = BatchId(lease.get("batch"));
            entries.push(Entry::new(Kind::LeaseLost, actor).batch(batch).count(freed));
        }
        job_log::append(&mut tx, &entries).await?;
        tx.commit().await?;
        Ok(entries.len())
    }
}

/// Takes every item of a batch out of whoever's hands: what they have worked out is dropped.
pub async fn void(tx: &mut Tx, batch: BatchId) -> Result<()> {
    sqlx::query("UPDATE item SET lease = NULL WHERE batch = $1 AND lease IS NOT NULL")
        .bind(batch.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM lease WHERE batch = $1").bind(batch.0).execute(&mut **tx).await?;
    Ok(())
}

/// Items that are free to be decided.
const READY: &str = "SELECT id FROM item WHERE state = 'ready' AND batch = $1 AND lease IS NULL \
     AND EXISTS (SELECT 1 FROM batch WHERE id = $1 AND state = 'running' \
     AND bot NOT IN (SELECT bot FROM stopped_bot)) ORDER BY id LIMIT $2";

/// Items of which others are to be told now: decided, left half told by a runner that died, or due
/// for another round.
const TO_POST: &str = "SELECT id FROM (SELECT id FROM item WHERE state IN ('decided', 'posting') \
     AND batch = $1 AND lease IS NULL UNION SELECT id FROM item WHERE next_round_at <= $3 \
     AND batch = $1 AND lease IS NULL) AS open WHERE EXISTS (SELECT 1 FROM batch WHERE id = $1 \
     AND state IN ('running', 'unresolved') AND bot NOT IN (SELECT bot FROM stopped_bot)) \
     ORDER BY id LIMIT $2";

/// One slice, in a transaction whose turn has come: what is measured here is the queue's cost.
#[tracing::instrument(level = "debug", skip_all, name = "claim")]
async fn claim(
    mut tx: Tx,
    batch: BatchId,
    work: Work,
    size: i64,
    holder: &str,
    seconds: i64,
) -> Result<Option<Slice>> {
    let now = clock::micros();
    let lease: i64 = sqlx::query(
        "INSERT INTO lease (batch, first, last, holder, until) VALUES ($1, 0, 0, $2, $3) RETURNING id",
    )
    .bind(batch.0)
    .bind(holder)
    .bind(now + seconds * 1_000_000)
    .fetch_one(&mut *tx)
    .await?
    .get("id");
    let next = match work {
        Work::Decide => READY,
        Work::Post => TO_POST,
    };
    let sql = format!("SELECT MIN(id) AS first, MAX(id) AS last FROM ({next}) AS next");
    let free = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(batch.0).bind(size).bind(now);
    let free = free.fetch_one(&mut *tx).await?;
    let (Some(first), Some(last)) = (free.get("first"), free.get("last")) else {
        return Ok(None);
    };
    let which = match work {
        Work::Decide => "state = 'ready'",
        Work::Post => "(state IN ('decided', 'posting') OR next_round_at <= $5)",
    };
    let sql = format!(
        "UPDATE item SET lease = $1 WHERE batch = $2 AND id BETWEEN $3 AND $4 AND lease IS NULL \
         AND {which}"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(lease)
        .bind(batch.0)
        .bind::<i64>(first)
        .bind::<i64>(last)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE lease SET first = $1, last = $2 WHERE id = $3")
        .bind(first)
        .bind(last)
        .bind(lease)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Some(Slice { work, lease, batch, first: ItemId(first), last: ItemId(last) }))
}

/// Lets one item of a slice go as it is; `false` if it is not under this lease any more.
pub async fn let_go(tx: &mut Tx, lease: i64, item: ItemId) -> Result<bool> {
    let freed = sqlx::query("UPDATE item SET lease = NULL WHERE id = $1 AND lease = $2")
        .bind(item.0)
        .bind(lease)
        .execute(&mut **tx)
        .await?
        .rows_affected();
    Ok(freed == 1)
}

/// Ends a lease whose items have been moved.
pub async fn end(tx: &mut Tx, lease: i64) -> Result<()> {
    sqlx::query("DELETE FROM lease WHERE id = $1").bind(lease).execute(&mut **tx).await?;
    Ok(())
}

async fn free(tx: &mut Tx, lease: i64, first: i64, last: i64) -> Result<i64> {
    let freed =
        sqlx::query("UPDATE item SET lease = NULL WHERE id BETWEEN $1 AND $2 AND lease = $3")
            .bind(first)
            .bind(last)
            .bind(lease)
            .execute(&mut **tx)
            .await?
            .rows_affected();
    end(tx, lease).await?;
    Ok(i64::try_from(freed).unwrap_or(i64::MAX))
}
