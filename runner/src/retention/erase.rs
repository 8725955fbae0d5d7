//! Erases what is due: a transaction a batch and rule, with its log entry.

use sqlx::Row as _;

use super::{Due, List};
use crate::db::{ROWS, Tx};
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::job_log::{self, Actor, Entry, Kind};
use crate::originals;
use crate::settings::Folder;
use crate::store::Store;

/// What was erased.
#[derive(Clone, Copy, Debug, Default)]
pub struct Erased {
    /// Items and rows.
    pub count: usize,
    /// Sealed originals.
    pub originals: usize,
    /// No trace is left in the write-ahead log either. `false`: somebody reads the store just now.
    pub wal_emptied: bool,
}

/// Erases everything on the list.
pub async fn erase(folder: &Folder, store: &Store, list: &List, actor: &Actor) -> Result<Erased> {
    let mut erased = Erased::default();
    for due in &list.due {
        erased.count += batch(store, due, actor).await?;
    }
    erased.originals = sweep(folder, store).await?;
    erased.wal_emptied = store.db.truncate_wal().await?;
    Ok(erased)
}

async fn batch(store: &Store, due: &Due, actor: &Actor) -> Result<usize> {
    let mut tx = store.db.begin().await?;
    let mut gone = 0;
    for chunk in due.items.chunks(ROWS) {
        gone += if due.rule.what.items() {
            items(&mut tx, chunk).await?
        } else {
            turned_away(&mut tx, chunk).await?
        };
    }
    if gone == 0 {
        return Ok(0); // somebody else erased them meanwhile
    }
    // The original holds every row of the batch, those that are erased now among them.
    sqlx::query("UPDATE batch SET key = NULL, sealed_source = NULL WHERE id = $1")
        .bind(due.batch.0)
        .execute(&mut *tx)
        .await?;
    let count = i64::try_from(gone).expect("a batch has fewer than 2^63 rows");
    let entry = Entry::new(Kind::PayloadErased, actor)
        .batch(due.batch)
        .count(count)
        .reasons(vec![due.rule.id.clone()]);
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await?;
    Ok(gone)
}

async fn items(tx: &mut Tx, items: &[ItemId]) -> Result<usize> {
    let list = marks(items.len());
    let mut gone = 0;
    let acts = "DELETE FROM payment_act WHERE payment IN (SELECT id FROM payment WHERE item IN";
    run(tx, &format!("{acts} ({list}))"), items).await?;
    for (counted, head) in [
        (false, "DELETE FROM ruling WHERE item IN"),
        (false, "DELETE FROM act WHERE item IN"),
        (false, "UPDATE post_back SET sealed = X'', receipt = NULL WHERE item IN"),
        (
            false,
            "UPDATE item SET reference_index = NULL, strong_index = NULL, weak_index = NULL WHERE id IN",
        ),
        (
            false,
            "UPDATE payment SET strong = NULL, weak = NULL, account = NULL, payee = NULL, \
             whom = NULL, sealed = NULL WHERE item IN",
        ),
        (true, "DELETE FROM payload WHERE item IN"),
    ] {
        let n = run(tx, &format!("{head} ({list})"), items).await?;
        if counted {
            gone = n;
        }
    }
    Ok(gone)
}

/// The row stays, so that the totals can be counted anew; what it says goes.
async fn turned_away(tx: &mut Tx, rows: &[ItemId]) -> Result<usize> {
    let sql = format!(
        "UPDATE turned_away SET key = X'', sealed = X'' WHERE length(key) > 0 AND id IN ({})",
        marks(rows.len())
    );
    run(tx, &sql, rows).await
}

async fn run(tx: &mut Tx, sql: &str, ids: &[ItemId]) -> Result<usize> {
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
    for id in ids {
        query = query.bind(id.0);
    }
    let n = query.execute(&mut **tx).await?.rows_affected();
    Ok(usize::try_from(n).expect("a chunk is short"))
}

fn marks(n: usize) -> String {
    (1..=n).map(|n| format!("${n}")).collect::<Vec<_>>().join(",")
}

/// Removes originals whose key is gone, also those that an earlier erasure did not get to.
async fn sweep(folder: &Folder, store: &Store) -> Result<usize> {
    let rows = sqlx::query("SELECT id FROM batch WHERE key IS NULL ORDER BY id")
        .fetch_all(store.db.readers())
        .await?;
    let mut swept = 0;
    for row in rows {
        let file = originals::path(folder.root(), BatchId(row.get("id")));
        match std::fs::remove_file(&file) {
            Ok(()) => swept += 1,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {}
            Err(fault) => return Err(Error::io("removing a sealed original")(fault)),
        }
    }
    Ok(swept)
}
