//! Times at which schedules were due, and what became of each. A row is put here by one process
//! only, in the transaction of its log entry: so a schedule fires once on any number of hosts.

mod dealing;

pub use dealing::{Dealing, Due, Verdict};

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::Row as _;

use super::Store;
use crate::db::{Db, Row, Tx};
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::job_log::Actor;
use crate::state::{self, Firing};

/// Nothing lay there to be taken.
pub const NOTHING_TO_TAKE: &str = "nothing-to-take";
/// Nobody served when it was due.
pub const NOT_SERVED: &str = "not-served";
/// Nobody served when it was due, and now it is made up for.
pub const MADE_UP: &str = "made-up";
/// The last run was under way.
pub const UNDER_WAY: &str = "under-way";
/// The last run was under way, and another waits already.
pub const ANOTHER_WAITS: &str = "another-waits";
/// Missed ones are made up for first.
pub const BEHIND_OTHERS: &str = "behind-others";
/// A person asked for it.
pub const ASKED_FOR: &str = "asked-for";
/// The schedule is not there any more.
pub const GONE: &str = "schedule-gone";

/// Since when a schedule is watched, by which times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The times, as text that changes when they do.
    pub times: String,
    /// Nothing before it is made up for.
    pub since: Timestamp,
    /// Every due time up to this one has been dealt with.
    pub upto: Timestamp,
}

/// A time at which a schedule was due.
#[derive(Clone, Debug)]
pub struct Fire {
    /// The schedule's name.
    pub schedule: String,
    /// When it was due.
    pub due: Timestamp,
    /// What became of it.
    pub state: Firing,
    /// Since when it is so.
    pub handled_at: Timestamp,
    /// The process that has it in hand.
    pub holder: Option<String>,
    /// A code of why.
    pub reason: String,
    /// Files that were taken.
    pub files: Option<i64>,
    /// The last batch that came of it.
    pub batch: Option<BatchId>,
    /// Where that batch stands.
    pub batch_state: Option<state::Batch>,
}

/// Who deals with it, and when.
#[derive(Clone, Copy)]
pub struct Hand<'a> {
    /// The process.
    pub holder: &'a str,
    /// In whose name the log is written.
    pub actor: &'a Actor,
    /// Now.
    pub now: Timestamp,
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Not to its end.
    pub failed: bool,
    /// A code of why.
    pub reason: String,
    /// Files that were taken.
    pub files: Option<i64>,
    /// The last batch that came of it.
    pub batch: Option<BatchId>,
}

const COLUMNS: &str = "SELECT schedule, due_at, state, handled_at, holder, reason, files, batch, \
     (SELECT state FROM batch WHERE id = schedule_fire.batch) AS batch_state FROM schedule_fire";

impl Store {
    /// Every schedule that is watched.
    pub async fn watches(&self) -> Result<BTreeMap<String, Watch>> {
        watches(&self.db).await
    }

    /// Watches a schedule from now on; one that is watched by these times already stays as it is.
    pub async fn watch(&self, schedule: &str, times: &str, now: Timestamp) -> Result<Watch> {
        let mut tx = self.db.begin().await?;
        if let Some(watch) = watched(&mut tx, schedule).await?.filter(|it| it.times == times) {
            return Ok(watch);
        }
        sqlx::query(
            "INSERT INTO schedule_watch (schedule, times, since, upto) VALUES ($1, $2, $3, $3) \
             ON CONFLICT (schedule) DO UPDATE SET times = excluded.times, \
             since = excluded.since, upto = excluded.upto",
        )
        .bind(schedule)
        .bind(times)
        .bind(now.as_microsecond())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Watch { times: times.to_owned(), since: now, upto: now })
    }

    /// Notes that nothing was due up to a moment, so that a calendar that is changed later does not
    /// make it so.
    pub async fn nothing_due(&self, schedule: &str, upto: Timestamp) -> Result<()> {
        let mut tx = self.db.begin().await?;
        sqlx::query("UPDATE schedule_watch SET upto = $1 WHERE schedule = $2 AND upto < $1")
            .bind(upto.as_microsecond())
            .bind(schedule)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// Forgets a schedule that is not there any more, or has no times; what waits will not run.
    pub async fn unwatch(&self, schedule: &str, now: Timestamp) -> Result<()> {
        let mut tx = self.db.begin().await?;
        sqlx::query("DELETE FROM schedule_watch WHERE schedule = $1")
            .bind(schedule)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "UPDATE schedule_fire SET state = 'failed', reason = $1, handled_at = $2 \
             WHERE schedule = $3 AND state = 'queued'",
        )
        .bind(GONE)
        .bind(now.as_microsecond())
        .bind(schedule)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// What has not ended, oldest first.
    pub async fn fires_open(&self) -> Result<Vec<Fire>> {
        let sql = format!("{COLUMNS} WHERE state IN ('queued', 'fired', 'begun') ORDER BY due_at");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(self.db.readers()).await?;
        rows.iter().map(fire).collect()
    }

    /// Takes a firing over from a process that died with it; false if somebody else has.
    pub async fn take_over(&self, it: &Fire, by: Hand<'_>) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let taken = sqlx::query(
            "UPDATE schedule_fire SET state = 'fired', holder = $1, handled_at = $2 \
             WHERE schedule = $3 AND due_at = $4 AND state IN ('fired', 'begun') \
             AND holder IS $5",
        )
        .bind(by.holder)
        .bind(by.now.as_microsecond())
        .bind(&it.schedule)
        .bind(it.due.as_microsecond())
        .bind(&it.holder)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        tx.commit().await?;
        Ok(taken == 1)
    }

    /// Its run is under way.
    pub async fn fire_begun(&self, schedule: &str, due: Timestamp, by: Hand<'_>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "UPDATE schedule_fire SET state = 'begun', handled_at = $1 \
             WHERE schedule = $2 AND due_at = $3 AND state = 'fired' AND holder = $4",
        )
        .bind(by.now.as_microsecond())
        .bind(schedule)
        .bind(due.as_microsecond())
        .bind(by.holder)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// Its run has ended.
    pub async fn fire_ended(
        &self,
        schedule: &str,
        due: Timestamp,
        ended: &Ended,
        now: Timestamp,
    ) -> Result<()> {
        let state = if ended.failed { Firing::Failed } else { Firing::Done };
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "UPDATE schedule_fire SET state = $1, reason = $2, files = COALESCE($3, files), \
             batch = $4, handled_at = $5 \
             WHERE schedule = $6 AND due_at = $7 AND state IN ('fired', 'begun')",
        )
        .bind(state.as_str())
        .bind(&ended.reason)
        .bind(ended.files)
        .bind(ended.batch.map(|batch| batch.0))
        .bind(now.as_microsecond())
        .bind(schedule)
        .bind(due.as_microsecond())
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}

/// Every schedule that is watched, by name.
pub async fn watches(db: &Db) -> Result<BTreeMap<String, Watch>> {
    let rows = sqlx::query("SELECT schedule, times, since, upto FROM schedule_watch")
        .fetch_all(db.readers())
        .await?;
    rows.iter().map(|row| Ok((row.get("schedule"), watch(row)?))).collect()
}

/// The newest due times of a schedule that were dealt with, newest first.
pub async fn newest(db: &Db, schedule: &str, limit: i64) -> Result<Vec<Fire>> {
    let sql = format!("{COLUMNS} WHERE schedule = $1 ORDER BY due_at DESC LIMIT $2");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(schedule)
        .bind(limit)
        .fetch_all(db.readers())
        .await?;
    rows.iter().map(fire).collect()
}

async fn watched(tx: &mut Tx, schedule: &str) -> Result<Option<Watch>> {
    let row = sqlx::query("SELECT times, since, upto FROM schedule_watch WHERE schedule = $1")
        .bind(schedule)
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(watch).transpose()
}

/// Whether a schedule has a firing in one of these states.
async fn any(tx: &mut Tx, schedule: &str, states: &str) -> Result<bool> {
    let sql = format!(
        "SELECT 1 AS one FROM schedule_fire WHERE schedule = $1 AND state IN ({states}) LIMIT 1"
    );
    let row =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(schedule).fetch_optional(&mut **tx).await?;
    Ok(row.is_some())
}

fn watch(row: &Row) -> Result<Watch> {
    Ok(Watch {
        times: row.get("times"),
        since: moment(row.get("since"))?,
        upto: moment(row.get("upto"))?,
    })
}

fn fire(row: &Row) -> Result<Fire> {
    Ok(Fire {
        schedule: row.get("schedule"),
        due: moment(row.get("due_at"))?,
        state: Firing::parse(row.get("state")).ok_or_else(damaged)?,
        handled_at: moment(row.get("handled_at"))?,
        holder: row.get("holder"),
        reason: row.get("reason"),
        files: row.get("files"),
        batch: row.get::<Option<i64>, _>("batch").map(BatchId),
        batch_state: row.get::<Option<&str>, _>("batch_state").and_then(state::Batch::parse),
    })
}

fn moment(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|_| damaged())
}

fn damaged() -> Error {
    Error::failed("a stored due time is damaged", "run: clerkwork doctor")
}
