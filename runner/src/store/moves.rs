//! The one place where the state of a batch or an item is written, together with its log entries.

use std::collections::BTreeMap;

use sqlx::Row as _;

use super::batches;
use crate::clock;
use crate::db::{ROWS, Tx, values};
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::job_log::{self, Actor, Entry, Kind, Written};
use crate::state;

/// An item's move. Everything that it changes about the item stands here.
#[derive(Clone, Debug)]
pub struct Move {
    /// The item.
    pub item: ItemId,
    /// Where it must stand now.
    pub from: state::Item,
    /// Where it goes.
    pub to: state::Item,
    /// Code of why it waits for a person; empty otherwise.
    pub reason: String,
    /// Whether something is awarded.
    pub award: bool,
    /// The number of the ruling that stands.
    pub ruling: i64,
}

/// What came of a request to move items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Moved {
    /// All of them.
    All,
    /// None: somebody else holds them or has moved them. Roll back.
    Lost,
}

/// Moves items of one batch and writes the entries; then the batch follows its items.
///
/// With a lease the move is fenced by it: a runner that was given up on cannot write.
pub async fn items(
    tx: &mut Tx,
    batch: BatchId,
    lease: Option<i64>,
    moves: &[Move],
    entries: Vec<Written>,
    actor: &Actor,
) -> Result<Moved> {
    through(tx, batch, lease, &[moves], entries, actor).await
}

/// Moves items that stay in the hands of whoever holds the lease.
pub async fn held(
    tx: &mut Tx,
    batch: BatchId,
    lease: i64,
    moves: &[Move],
    entries: Vec<Written>,
    actor: &Actor,
) -> Result<Moved> {
    let mut delta = BTreeMap::new();
    if step(tx, Some(lease), moves, &mut delta, Hands::Keep).await? == Moved::Lost {
        return Ok(Moved::Lost);
    }
    settle(tx, batch, &delta, entries, actor).await
}

/// Whether a move gives an item out of the hands of whoever holds it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hands {
    Free,
    Keep,
}

/// Moves items of one batch through several states at once, stage after stage; the batch follows
/// when they have arrived.
pub async fn through(
    tx: &mut Tx,
    batch: BatchId,
    lease: Option<i64>,
    stages: &[&[Move]],
    entries: Vec<Written>,
    actor: &Actor,
) -> Result<Moved> {
    let mut delta: BTreeMap<state::Item, i64> = BTreeMap::new();
    let mut fence = lease;
    for stage in stages {
        if step(tx, fence, stage, &mut delta, Hands::Free).await? == Moved::Lost {
            return Ok(Moved::Lost);
        }
        fence = None; // the first stage gave the lease back
    }
    settle(tx, batch, &delta, entries, actor).await
}

/// The batch's counts, the entries, and the batch itself follow what its items did.
async fn settle(
    tx: &mut Tx,
    batch: BatchId,
    delta: &BTreeMap<state::Item, i64>,
    entries: Vec<Written>,
    actor: &Actor,
) -> Result<Moved> {
    count(tx, batch, delta).await?;
    job_log::append_written(tx, entries).await?;
    follow(tx, batch, actor).await?;
    Ok(Moved::All)
}

async fn step(
    tx: &mut Tx,
    lease: Option<i64>,
    steps: &[Move],
    delta: &mut BTreeMap<state::Item, i64>,
    hands: Hands,
) -> Result<Moved> {
    let now = clock::micros();
    let held = if hands == Hands::Keep { "item.lease" } else { "NULL" };
    for chunk in steps.chunks(ROWS) {
        // Parameters stand in the order of the text: the rows, the time, the fence.
        let sql = format!(
            "WITH v (id, was, state, reason, award, ruling, decided_at) AS (VALUES {}) \
             UPDATE item SET state = v.state, reason = v.reason, award = v.award, ruling = v.ruling, \
             decided_at = COALESCE(v.decided_at, item.decided_at), changed_at = ?, lease = {held}, \
             next_round_at = NULL FROM v WHERE item.id = v.id AND item.state = v.was AND item.lease IS ?",
            values(chunk.len(), 7)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for step in chunk {
            assert!(step.from.may_become(step.to), "{} may not become {}", step.from, step.to);
            let decided =
                matches!(step.to, state::Item::Done | state::Item::Decided).then_some(now);
            query = query
                .bind(step.item.0)
                .bind(step.from.as_str())
                .bind(step.to.as_str())
                .bind(&step.reason)
                .bind(i64::from(step.award))
                .bind(step.ruling)
                .bind(decided);
            *delta.entry(step.from).or_default() -= 1;
            *delta.entry(step.to).or_default() += 1;
        }
        let moved = query.bind(now).bind(lease).execute(&mut **tx).await?.rows_affected();
        if usize::try_from(moved).ok() != Some(chunk.len()) {
            return Ok(Moved::Lost);
        }
    }
    Ok(Moved::All)
}

/// Moves a batch at somebody's word.
pub async fn batch(tx: &mut Tx, id: BatchId, to: state::Batch, entry: Entry) -> Result<()> {
    let (from, _) = batches::totals(tx, id).await?;
    if !from.may_become(to) {
        return Err(Error::usage(
            format!("batch {id} is {from}, and cannot become {to}"),
            format!("from {from} it may become: {}", names(from.next())),
        ));
    }
    write(tx, id, from, to, entry).await
}

fn names(states: &[state::Batch]) -> String {
    if states.is_empty() {
        return "nothing any more".to_owned();
    }
    states.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ")
}

/// Lets a batch follow its items: unresolved or complete when nothing is in hand, and back.
pub async fn follow(tx: &mut Tx, id: BatchId, actor: &Actor) -> Result<()> {
    let (from, totals) = batches::totals(tx, id).await?;
    let to = match from {
        state::Batch::Running | state::Batch::Unresolved => {
            if totals.in_hand > 0 {
                state::Batch::Running
            } else if totals.unresolved() > 0 {
                state::Batch::Unresolved
            } else {
                state::Batch::Complete
            }
        }
        state::Batch::Loading
        | state::Batch::Unreadable
        | state::Batch::Checked
        | state::Batch::AwaitingApproval
        | state::Batch::Paused
        | state::Batch::Complete
        | state::Batch::Cancelled => from,
    };
    if to == from {
        return Ok(());
    }
    write(tx, id, from, to, Entry::new(Kind::BatchMoved, actor)).await
}

async fn write(
    tx: &mut Tx,
    id: BatchId,
    from: state::Batch,
    to: state::Batch,
    entry: Entry,
) -> Result<()> {
    let ended = !matches!(to, state::Batch::Running | state::Batch::Checked);
    sqlx::query("UPDATE batch SET state = $1, ended_at = CASE WHEN $2 THEN COALESCE(ended_at, $3) END WHERE id = $4")
        .bind(to.as_str())
        .bind(ended)
        .bind(clock::micros())
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    job_log::append(tx, &[entry.batch(id).batch_move(Some(from), to)]).await
}

/// Adds to a batch's counts by state.
pub async fn count(tx: &mut Tx, batch: BatchId, delta: &BTreeMap<state::Item, i64>) -> Result<()> {
    for (state, n) in delta.iter().filter(|(_, n)| **n != 0) {
        // The row may not be there yet; a count below zero is refused by the table itself.
        sqlx::query(
            "INSERT INTO batch_count (batch, state, n) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
        )
        .bind(batch.0)
        .bind(state.as_str())
        .execute(&mut **tx)
        .await?;
        sqlx::query("UPDATE batch_count SET n = n + $1 WHERE batch = $2 AND state = $3")
            .bind(n)
            .bind(batch.0)
            .bind(state.as_str())
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// The items of a batch in one state that nobody holds: for acts on whole batches.
pub async fn in_state(tx: &mut Tx, batch: BatchId, state: state::Item) -> Result<Vec<ItemId>> {
    let rows = sqlx::query(
        "SELECT id FROM item WHERE batch = $1 AND state = $2 AND lease IS NULL ORDER BY id",
    )
    .bind(batch.0)
    .bind(state.as_str())
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.iter().map(|row| ItemId(row.get("id"))).collect())
}
