//! The job log: append-only, provable. All of its SQL and all of its wording live in this folder.
//!
//! Entries are appended in the transaction of the change that they tell of. The tree over their
//! exact bytes (RFC 6962) moves along in the same transaction; checkpoints are signed when a run
//! ends. What a person keeps outside (size and root, printed in each report) convicts even a log
//! that was rebuilt as a whole.

pub mod entry;
pub mod note;
pub mod proof;
pub mod tree;
pub mod verify;

mod check;
mod facet;
mod find;
mod follow;
mod seal;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sqlx::Row as _;

pub use check::{Check, verify};
pub use entry::{Actor, BotMark, Entry, Kind, Written, hex};
pub use find::{Facets, Of, Sought, count, find, stretch_of};
pub use follow::{Begun, begin, follow};
pub use seal::{checkpoint, newest_checkpoint, prove, signing_key};

use crate::db::{Db, ROWS, Tx, rows_sql};
use crate::error::{Error, Result};
use tree::Tree;

/// The log's head: how many entries, and the root over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// Root of the tree.
    pub root: tree::Hash,
}

impl Head {
    /// `SIZE:ROOT`, to be kept outside and held against the log later.
    pub fn held(&self) -> String {
        format!("{}:{}", self.size, self.root_text())
    }

    /// The root in base64, as checkpoints have it.
    pub fn root_text(&self) -> String {
        BASE64.encode(self.root)
    }

    /// Reads what [`Head::held`] wrote.
    pub fn parse_held(text: &str) -> Result<(u64, tree::Hash), String> {
        let (size, root) =
            text.split_once(':').ok_or("write it as SIZE:ROOT, as it was printed")?;
        let size = size.trim().parse().map_err(|_| "SIZE is a whole number".to_owned())?;
        let root = BASE64.decode(root.trim()).ok().and_then(|root| root.try_into().ok());
        Ok((size, root.ok_or("ROOT is 44 characters of base64, as it was printed")?))
    }
}

/// A stored entry.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its index, from 0.
    pub index: i64,
    /// Its bytes as written.
    pub bytes: Vec<u8>,
}

/// Appends entries in the caller's transaction.
pub async fn append(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    append_written(tx, entries.iter().map(Entry::write).collect()).await
}

/// Appends one entry in the caller's transaction; answers its index.
pub async fn append_one(tx: &mut Tx, entry: &Entry) -> Result<i64> {
    append(tx, std::slice::from_ref(entry)).await?;
    let row = sqlx::query("SELECT size FROM log_head WHERE id = 1").fetch_one(&mut **tx).await?;
    Ok(row.get::<i64, _>("size") - 1)
}

/// Appends entries that were written before, in the caller's transaction.
#[tracing::instrument(level = "debug", skip_all, name = "log")]
pub async fn append_written(tx: &mut Tx, entries: Vec<Written>) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let (mut tree, fresh) = load(tx).await?;
    let mut index = i64::try_from(tree.size()).expect("a log has fewer than 2^63 entries");
    let mut tiles = Vec::new();
    let facets = facet::of(tx, &entries).await?;
    let mut facets = facets.into_iter();
    let mut entries = entries.into_iter();
    while entries.len() > 0 {
        let rows = entries.len().min(ROWS);
        let sql =
            rows_sql("INSERT INTO log_entry (idx, subject, entry, facet) VALUES", rows, 4, "");
        let mut query = sqlx::query(sql);
        for (entry, facet) in entries.by_ref().take(rows).zip(facets.by_ref()) {
            tree.append(entry.leaf, &mut tiles);
            query = query.bind(index).bind(entry.subject).bind(entry.bytes).bind(facet);
            index += 1;
        }
        query.execute(&mut **tx).await?;
    }
    for tile in tiles {
        sqlx::query("INSERT INTO log_tile (level, n, hashes) VALUES ($1, $2, $3)")
            .bind(i64::from(tile.level))
            .bind(i64::try_from(tile.index).expect("fewer tiles than entries"))
            .bind(tile.hashes)
            .execute(&mut **tx)
            .await?;
    }
    let sql = if fresh {
        "INSERT INTO log_head (size, root, tree, id) VALUES ($1, $2, $3, 1)"
    } else {
        "UPDATE log_head SET size = $1, root = $2, tree = $3 WHERE id = 1"
    };
    sqlx::query(sql)
        .bind(index)
        .bind(tree.root().to_vec())
        .bind(tree.to_bytes())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn load(tx: &mut Tx) -> Result<(Tree, bool)> {
    let row =
        sqlx::query("SELECT tree FROM log_head WHERE id = 1").fetch_optional(&mut **tx).await?;
    match row {
        None => Ok((Tree::new(), true)),
        Some(row) => Ok((parse_tree(row.get("tree"))?, false)),
    }
}

fn parse_tree(bytes: &[u8]) -> Result<Tree> {
    Tree::from_bytes(bytes).map_err(|fault| {
        Error::failed(
            format!("the job log's head is damaged: {fault}"),
            "stop work, keep the data folder as it is, and run: clerkwork log verify",
        )
    })
}

/// The head as it stands.
pub async fn head(db: &Db) -> Result<Head> {
    let row =
        sqlx::query("SELECT tree FROM log_head WHERE id = 1").fetch_optional(db.readers()).await?;
    let tree = match row {
        None => Tree::new(),
        Some(row) => parse_tree(row.get("tree"))?,
    };
    Ok(Head { size: tree.size(), root: tree.root() })
}

/// Up to `limit` entries from `first` on.
pub async fn read(db: &Db, first: i64, limit: i64) -> Result<Vec<Stored>> {
    let rows =
        sqlx::query("SELECT idx, entry FROM log_entry WHERE idx >= $1 ORDER BY idx LIMIT $2")
            .bind(first)
            .bind(limit)
            .fetch_all(db.readers())
            .await?;
    Ok(rows.iter().map(stored).collect())
}

/// Entries from `first` on that are filed under the subjects `from` to `to` (an item, or a whole
/// batch).
pub async fn of(db: &Db, from: i64, to: i64, first: i64, limit: i64) -> Result<Vec<Stored>> {
    let rows = sqlx::query(
        "SELECT idx, entry FROM log_entry WHERE subject BETWEEN $1 AND $2 AND idx >= $3 \
         ORDER BY idx LIMIT $4",
    )
    .bind(from)
    .bind(to)
    .bind(first)
    .bind(limit)
    .fetch_all(db.readers())
    .await?;
    Ok(rows.iter().map(stored).collect())
}

fn stored(row: &crate::db::Row) -> Stored {
    Stored { index: row.get("idx"), bytes: row.get("entry") }
}
