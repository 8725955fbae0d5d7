//! The store looked over: is the file whole, do the totals balance and agree with what is stored,
//! who holds slices, which batches are late.

use std::collections::BTreeMap;

use sqlx::Row as _;

use super::{Finding, conditions};
use crate::clock;
use crate::db::Db;
use crate::error::Result;
use crate::holder;
use crate::originals;
use crate::settings::Folder;
use crate::state;
use crate::store::batches::Batch;
use crate::store::{Store, rows};

/// Batches that are named one by one; more are counted.
const NAMED: usize = 5;

/// Whether the database itself is whole.
pub(super) async fn integrity(db: &Db) -> Result<Vec<Finding>> {
    let lines: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(db.readers()).await?;
    let strays = sqlx::query("PRAGMA foreign_key_check").fetch_all(db.readers()).await?.len();
    let advice = "stop all work, keep the folder as it is, and put back the newest backup; see \
                  clerkwork backup --help";
    let mut found = Vec::new();
    if lines == ["ok"] {
        found.push(Finding::ok("store", "the database is whole"));
    } else {
        found.push(Finding::bad(
            "store",
            format!("the database is damaged: {}", lines.join("; ")),
            advice,
        ));
    }
    if strays > 0 {
        found.push(Finding::bad(
            "store",
            format!("{strays} stored rows belong to nothing"),
            advice,
        ));
    }
    Ok(found)
}

/// Whether every batch's totals balance, and are what is counted anew from what is stored.
pub(super) async fn totals(store: &Store) -> Result<Vec<Finding>> {
    let mut items: BTreeMap<i64, BTreeMap<&'static str, i64>> = BTreeMap::new();
    let mut away: BTreeMap<(i64, String), i64> = BTreeMap::new();
    let sql = "SELECT batch, state, COUNT(*) AS n FROM item GROUP BY batch, state";
    for row in sqlx::query(sql).fetch_all(store.db.readers()).await? {
        let counts = items.entry(row.get("batch")).or_default();
        counts.insert(rows::item_state(&row).as_str(), row.get("n"));
    }
    let sql = "SELECT id / 100000000 AS batch, kind, COUNT(*) AS n FROM turned_away GROUP BY 1, 2";
    for row in sqlx::query(sql).fetch_all(store.db.readers()).await? {
        away.insert((row.get("batch"), row.get("kind")), row.get("n"));
    }
    let kept = sqlx::query("SELECT batch, state, n FROM batch_count WHERE n > 0")
        .fetch_all(store.db.readers())
        .await?;
    let mut counted: BTreeMap<i64, BTreeMap<String, i64>> = BTreeMap::new();
    for row in kept {
        counted.entry(row.get("batch")).or_default().insert(row.get("state"), row.get("n"));
    }
    let batches = store.batches(false, i64::MAX).await?;
    let mut found = Vec::new();
    for batch in &batches {
        let stored = items.remove(&batch.id.0).unwrap_or_default();
        let stored: BTreeMap<String, i64> =
            stored.into_iter().map(|(state, n)| (state.to_owned(), n)).collect();
        let told = counted.remove(&batch.id.0).unwrap_or_default();
        let turned = |kind: &str| away.get(&(batch.id.0, kind.to_owned())).copied().unwrap_or(0);
        let totals = &batch.totals;
        let wrong = if !totals.balance() {
            "its totals do not balance"
        } else if stored != told || stored.values().sum::<i64>() != totals.items {
            "its totals are not what its items add up to"
        } else if turned("rejected") != totals.rejected || turned("duplicate") != totals.duplicates
        {
            "its totals are not what the rows turned away add up to"
        } else {
            continue;
        };
        found.push(Finding::bad(
            "totals",
            format!("batch {}: {wrong}", batch.id),
            "stop work on it, keep the folder as it is, and compare with the job log: clerkwork log verify",
        ));
    }
    if found.is_empty() {
        let says = format!(
            "the control totals of {} batches balance and agree with what is stored",
            batches.len()
        );
        found.push(Finding::ok("totals", says));
    }
    Ok(found)
}

/// Slices in the hands of processes that died.
pub(super) async fn leases(folder: &Folder, db: &Db) -> Result<Vec<Finding>> {
    let locks = folder.root().join("locks");
    let leases = sqlx::query("SELECT holder, COUNT(*) AS n FROM lease GROUP BY holder")
        .fetch_all(db.readers())
        .await?;
    let (mut living, mut dead) = (0, 0);
    for lease in &leases {
        let n: i64 = lease.get("n");
        if holder::lives(&locks, lease.get("holder")) { living += n } else { dead += n }
    }
    Ok(vec![if dead > 0 {
        Finding::warning(
            "leases",
            format!("slices held by a process that died: {dead}"),
            "run the same command again: it takes them back at once, and nothing is done twice",
        )
    } else {
        Finding::ok(
            "leases",
            format!("slices under way: {living}; none is held by a process that died"),
        )
    }])
}

/// Batches that nobody goes on with, that lack their original, or that are past their deadline.
pub(super) async fn batches(folder: &Folder, store: &Store) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    let open = store.batches(true, i64::MAX).await?;
    let busy = sqlx::query_scalar::<_, i64>("SELECT DISTINCT batch FROM lease")
        .fetch_all(store.db.readers())
        .await?;
    let left: Vec<String> = open
        .iter()
        .filter(|batch| {
            matches!(
                batch.state,
                state::Batch::Loading | state::Batch::Checked | state::Batch::Running
            ) && !busy.contains(&batch.id.0)
        })
        .map(|batch| batch.id.to_string())
        .collect();
    if !left.is_empty() {
        found.push(Finding::warning(
            "batches",
            format!("{} begun and not under way: {}", many(left.len()), named(&left)),
            "if no run is at work: the same run command goes on where it stopped",
        ));
    }
    let late_ones = conditions::waited_for(store, open.clone(), clock::today()).await?;
    found.extend(late(folder, &late_ones)?);
    let kept = sqlx::query_scalar::<_, i64>(
        "SELECT id FROM batch WHERE sealed_source IS NOT NULL AND key IS NOT NULL ORDER BY id",
    )
    .fetch_all(store.db.readers())
    .await?;
    let gone: Vec<String> = kept
        .into_iter()
        .map(crate::ids::BatchId)
        .filter(|id| !originals::path(folder.root(), *id).is_file())
        .map(|id| id.to_string())
        .collect();
    if !gone.is_empty() {
        found.push(Finding::bad(
            "originals",
            format!("{} without the sealed original: {}", many(gone.len()), named(&gone)),
            "put originals/ back from a backup; decisions and log are not touched by this",
        ));
    }
    if found.is_empty() {
        let says = format!("{} open, none left lying, none past its deadline", many(open.len()));
        found.push(Finding::ok("batches", says));
    }
    Ok(found)
}

/// Batches past their deadline, and those of which nobody can say.
fn late(folder: &Folder, open: &[Batch]) -> Result<Vec<Finding>> {
    let (mut late, mut unknown, mut why) = (Vec::new(), Vec::new(), String::new());
    for batch in conditions::late(folder, open, clock::today())? {
        match batch.deadline {
            Ok(_) => late.push(batch.batch.to_string()),
            Err(fault) => {
                unknown.push(batch.batch.to_string());
                why = fault.to_string();
            }
        }
    }
    let mut found = Vec::new();
    if !late.is_empty() {
        found.push(Finding::warning(
            "batches",
            format!("{} past the deadline: {}", many(late.len()), named(&late)),
            "see what waits for a person: clerkwork items --state referred",
        ));
    }
    if !unknown.is_empty() {
        let ids = named(&unknown);
        found.push(Finding::warning(
            "batches",
            format!("{} without a known deadline: {ids}; {why}", many(unknown.len())),
            "see docs/schedules.md on calendars",
        ));
    }
    Ok(found)
}

fn many(n: usize) -> String {
    if n == 1 { "1 batch".to_owned() } else { format!("{n} batches") }
}

fn named(ids: &[String]) -> String {
    let text = ids.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match ids.len().saturating_sub(NAMED) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}
