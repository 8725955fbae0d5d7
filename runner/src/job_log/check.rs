//! Verifies the stored log from its bytes: recomputes the tree, compares tiles, head, checkpoints
//! and what is held outside, and names the first entry that is not as it was written.

use std::ops::ControlFlow;

use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;
use tokio::task::JoinHandle;

use super::entry::subject_of;
use super::tree::{Hash, Tree};
use super::verify::{Claims, Fault, Head, Report, Verifier, Weighed};
use crate::db::{Db, Row};
use crate::error::{Error, Result};
use crate::settings::Folder;

/// Entries read at a time: whole tiles.
const STRETCH: i64 = 16 * TILE;
/// Entries in a tile of leaves.
const TILE: i64 = 256;

/// What a log is to be held to.
#[derive(Default)]
pub struct Check {
    /// Sizes and roots that were kept outside.
    pub held: Vec<(u64, Hash)>,
    /// Checkpoints that were kept outside, with where they are from.
    pub checkpoints: Vec<(String, String)>,
}

/// Verifies the whole log; `progress` is told how many entries have been checked.
pub async fn verify(
    db: &Db,
    folder: &Folder,
    check: Check,
    progress: impl Fn(u64),
) -> Result<Report> {
    let mut tx = db.readers().begin().await?; // one snapshot: a runner may be at work
    let head = sqlx::query("SELECT size, root, tree FROM log_head WHERE id = 1")
        .fetch_optional(&mut *tx)
        .await?;
    let stored = sqlx::query("SELECT size, note FROM log_checkpoint ORDER BY size")
        .fetch_all(&mut *tx)
        .await?;
    let mut checkpoints: Vec<(String, String)> = stored
        .iter()
        .map(|row| (format!("the store, at size {}", row.get::<i64, _>("size")), row.get("note")))
        .collect();
    checkpoints.extend(check.checkpoints);
    let key = super::signing_key(folder)?;
    let mut verifier = Verifier::new(Claims {
        // A store without its head claims to have no entries.
        head: Some(head.as_ref().map_or_else(no_head, claimed_head)),
        checkpoints,
        keys: vec![key.verifier().clone()],
        held: check.held,
    });
    // The verifier wants the upper tiles first, and each tile of leaves before its entries.
    feed_tiles(&mut tx, &mut verifier, "level > 0 AND n BETWEEN $1 AND $2", (0, i64::MAX)).await?;
    let mut next = 0;
    let mut weighing: Option<JoinHandle<Vec<Read>>> = None;
    loop {
        let rows = sqlx::query(
            "SELECT idx, subject, entry FROM log_entry WHERE idx >= $1 ORDER BY idx LIMIT $2",
        )
        .bind(next)
        .bind(STRETCH)
        .fetch_all(&mut *tx)
        .await?;
        let Some(last) = rows.last() else { break };
        let end = last.get::<i64, _>("idx") + 1;
        let tiles = (next / TILE, (end - 1) / TILE);
        feed_tiles(&mut tx, &mut verifier, "level = 0 AND n BETWEEN $1 AND $2", tiles).await?;
        // A stretch is weighed while the next one is read.
        let ahead = tokio::task::spawn_blocking(move || rows.iter().map(weigh).collect());
        if let Some(weighed) = weighing.replace(ahead)
            && feed(&mut verifier, weighed).await?.is_break()
        {
            return Ok(verifier.finish());
        }
        progress(u64::try_from(next).unwrap_or(0));
        next = end;
    }
    if let Some(weighed) = weighing {
        // Nothing follows, so it is all one whether it broke.
        let _ended = feed(&mut verifier, weighed).await?;
    }
    Ok(verifier.finish())
}

fn claimed_head(row: &Row) -> Head {
    let root: Vec<u8> = row.get("root");
    Head {
        size: u64::try_from(row.get::<i64, _>("size")).unwrap_or(u64::MAX),
        root: root.try_into().unwrap_or([0; 32]),
        state: row.get("tree"),
    }
}

fn no_head() -> Head {
    let tree = Tree::new();
    Head { size: 0, root: tree.root(), state: tree.to_bytes() }
}

async fn feed_tiles(
    reader: &mut SqliteConnection,
    verifier: &mut Verifier,
    which: &'static str,
    (first, last): (i64, i64),
) -> Result<()> {
    let sql = format!("SELECT level, n, hashes FROM log_tile WHERE {which} ORDER BY level, n");
    let tiles =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(first).bind(last).fetch_all(reader).await?;
    for tile in &tiles {
        let (level, n) = (tile.get::<i64, _>("level"), tile.get::<i64, _>("n"));
        if let (Ok(level), Ok(n)) = (u8::try_from(level), u64::try_from(n)) {
            verifier.tile(level, n, tile.get("hashes"));
        }
    }
    Ok(())
}

/// An entry as it was read: what its bytes give, and whether it is filed under its own subject.
struct Read {
    index: u64,
    weighed: Weighed,
    filed: bool,
}

fn weigh(row: &Row) -> Read {
    let bytes: &[u8] = row.get("entry");
    Read {
        index: u64::try_from(row.get::<i64, _>("idx")).unwrap_or(u64::MAX),
        weighed: Weighed::of(bytes),
        filed: subject_of(bytes) == Some(row.get("subject")),
    }
}

async fn feed(verifier: &mut Verifier, weighed: JoinHandle<Vec<Read>>) -> Result<ControlFlow<()>> {
    let entries = weighed
        .await
        .map_err(|died| Error::failed(format!("weighing entries ended early: {died}"), ""))?;
    for entry in entries {
        let index = entry.index;
        if verifier.weighed(index, &entry.weighed).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if !entry.filed {
            verifier.fail(Fault::Column { index, column: "subject".to_owned() });
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}
