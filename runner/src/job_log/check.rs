//! Verifies the stored log from its bytes: recomputes the tree, compares tiles, head, checkpoints
//! and what is held outside, and names the first entry that is not as it was written.

use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;

use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;
use tokio::task::JoinHandle;

use super::entry::subject_of;
use super::tree::{Hash, Tree};
use super::verify::{Claims, Fault, Head, Named, Report, Verifier, Weighed};
use crate::db::{Db, Row};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::settings::Folder;

/// Entries read at a time: whole tiles.
const STRETCH: i64 = 16 * TILE;
/// Stretches that are weighed at a time.
const AHEAD: usize = 2;
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
    let facets = Arc::new(Facets::read(&mut tx).await?);
    let mut next = 0;
    let mut weighing = VecDeque::new();
    while let Some(stretch) = Stretch::read(&mut tx, next).await? {
        let tiles = (stretch.first / TILE, stretch.last / TILE);
        feed_tiles(&mut tx, &mut verifier, "level = 0 AND n BETWEEN $1 AND $2", tiles).await?;
        progress(u64::try_from(next).unwrap_or(0));
        next = stretch.last.saturating_add(1);
        // Weighed side by side, while the next one is read.
        let facets = Arc::clone(&facets);
        weighing.push_back(tokio::task::spawn_blocking(move || stretch.weigh(&facets)));
        if weighing.len() > AHEAD
            && let Some(weighed) = weighing.pop_front()
            && feed(&mut verifier, weighed).await?.is_break()
        {
            return Ok(verifier.finish());
        }
    }
    for weighed in weighing {
        if feed(&mut verifier, weighed).await?.is_break() {
            break;
        }
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

/// Entries that follow one another, read in one piece: a row for each would take longer to fetch
/// than to verify.
struct Stretch {
    first: i64,
    last: i64,
    /// The entries, one after the other.
    bytes: Vec<u8>,
    /// Of each entry its index, subject, facet and length in bytes.
    about: [String; 4],
}

/// An entry as it was read: what its bytes give, and a column that does not say the same.
struct Read {
    index: u64,
    weighed: Weighed,
    column: Option<&'static str>,
}

/// What the numbers by which entries are looked for stand for: one that says otherwise than its
/// entry would hide it from a search.
struct Facets {
    /// Kind, actor in quotes, and bot.
    named: HashMap<i64, (String, String, String)>,
    bots: HashMap<i64, String>,
}

impl Facets {
    async fn read(reader: &mut SqliteConnection) -> Result<Self> {
        let facets = sqlx::query("SELECT id, kind, actor, bot FROM log_facet")
            .fetch_all(&mut *reader)
            .await?;
        let batches = sqlx::query("SELECT id, bot FROM batch").fetch_all(reader).await?;
        let quoted = |row: &Row| serde_json::Value::from(row.get::<&str, _>("actor")).to_string();
        let named = |row: &Row| (row.get("kind"), quoted(row), row.get("bot"));
        Ok(Self {
            named: facets.iter().map(|row| (row.get("id"), named(row))).collect(),
            bots: batches.iter().map(|row| (row.get("id"), row.get("bot"))).collect(),
        })
    }

    fn agrees(&self, facet: i64, subject: i64, entry: Named<'_>) -> bool {
        let bot = self.bots.get(&ItemId(subject).batch().0).map_or("", String::as_str);
        self.named.get(&facet).is_some_and(|(kind, actor, of)| {
            // What was written before its batch was opened is of no bot's work.
            entry.kind == Some(kind) && entry.actor == Some(actor) && (of == bot || of.is_empty())
        })
    }
}

impl Stretch {
    /// The entries from `next` on; `None` after the last.
    async fn read(reader: &mut SqliteConnection, next: i64) -> Result<Option<Self>> {
        let row = sqlx::query(
            "SELECT MIN(idx) AS first, MAX(idx) AS last, \
             CAST(group_concat(entry, '') AS BLOB) AS bytes, group_concat(idx) AS indexes, \
             group_concat(subject) AS subjects, group_concat(facet) AS facets, \
             group_concat(octet_length(entry)) AS lengths \
             FROM (SELECT idx, subject, facet, entry FROM log_entry WHERE idx >= $1 ORDER BY idx LIMIT $2)",
        )
        .bind(next)
        .bind(STRETCH)
        .fetch_one(reader)
        .await?;
        let Some(first) = row.get::<Option<i64>, _>("first") else { return Ok(None) };
        Ok(Some(Self {
            first,
            last: row.get("last"),
            bytes: row.get("bytes"),
            about: [row.get("indexes"), row.get("subjects"), row.get("facets"), row.get("lengths")],
        }))
    }

    fn weigh(self, facets: &Facets) -> Vec<Read> {
        let [indexes, subjects, filed, lengths] = self.about.each_ref().map(|list| list.split(','));
        let mut rest = &self.bytes[..];
        let about = indexes.zip(subjects).zip(filed).zip(lengths);
        let entries = about.map(|(((index, subject), facet), length)| {
            let length = length.parse().unwrap_or(0).min(rest.len());
            let (entry, after) = rest.split_at(length);
            rest = after;
            let (weighed, named) = Weighed::and_named(entry);
            let (subject, facet) = (subject.parse().ok(), facet.parse().ok());
            let column = if subject.is_none() || named.and_then(subject_of) != subject {
                Some("subject")
            } else {
                let agrees = |name| facets.agrees(facet?, subject?, name).then_some(());
                if named.and_then(agrees).is_none() { Some("facet") } else { None }
            };
            Read { index: index.parse().unwrap_or(u64::MAX), weighed, column }
        });
        entries.collect()
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
        if let Some(column) = entry.column {
            verifier.fail(Fault::Column { index, column: column.to_owned() });
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}
