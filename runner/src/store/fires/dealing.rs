//! Due times are dealt with: each gets its row and its log entry in one transaction.

use jiff::Timestamp;
use sqlx::Row as _;

use super::{
    ANOTHER_WAITS, BEHIND_OTHERS, Hand, MADE_UP, NOT_SERVED, NOTHING_TO_TAKE, UNDER_WAY, Watch,
    any, moment, watched,
};
use crate::db::Tx;
use crate::error::Result;
use crate::job_log::{self, Entry, Kind};
use crate::state::Firing;
use crate::store::Store;

/// What is to become of a due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is due now.
    OnTime,
    /// It was missed, and is made up for.
    MakeUp,
    /// It was missed.
    Miss,
}

/// A due time, and what is to become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: Timestamp,
    /// What is to become of it.
    pub verdict: Verdict,
}

/// Due times of one schedule that are to be dealt with together.
pub struct Dealing<'a> {
    /// The schedule's name.
    pub schedule: &'a str,
    /// The watch that they were worked out from: if it has moved, somebody else has dealt with them.
    pub watch: &'a Watch,
    /// In their order.
    pub dues: &'a [Due],
    /// How many more were missed before them, too many for a row each.
    pub also_missed: i64,
    /// Up to when everything is dealt with then.
    pub upto: Timestamp,
    /// A run of it is under way that no firing began.
    pub busy: bool,
    /// Whether one that is due meanwhile waits, instead of being left out.
    pub queue: bool,
    /// Files that lie there, where that can be told.
    pub files: Option<i64>,
}

impl Store {
    /// Deals with due times; the one of them whose run is to be begun now, if there is one.
    pub async fn deal(&self, it: &Dealing<'_>, by: Hand<'_>) -> Result<Option<Timestamp>> {
        let mut tx = self.db.begin().await?;
        if watched(&mut tx, it.schedule).await?.as_ref() != Some(it.watch) {
            return Ok(None);
        }
        let mut under_way = it.busy || any(&mut tx, it.schedule, "'fired', 'begun'").await?;
        let mut waits = any(&mut tx, it.schedule, "'queued'").await?;
        let (mut entries, mut begin, mut missed) = (Vec::new(), None, None);
        let mut lost = it.also_missed;
        for due in it.dues {
            let nothing = it.files == Some(0);
            let (state, reason) = match due.verdict {
                Verdict::Miss => (Firing::Missed, NOT_SERVED),
                Verdict::MakeUp => (Firing::Queued, MADE_UP),
                Verdict::OnTime if !under_way && waits => (Firing::Queued, BEHIND_OTHERS),
                Verdict::OnTime if !under_way && nothing => (Firing::Done, NOTHING_TO_TAKE),
                Verdict::OnTime if !under_way => (Firing::Fired, ""),
                Verdict::OnTime if !it.queue => (Firing::Skipped, UNDER_WAY),
                Verdict::OnTime if waits => (Firing::Skipped, ANOTHER_WAITS),
                Verdict::OnTime => (Firing::Queued, UNDER_WAY),
            };
            if !insert(&mut tx, it, due.at, state, reason, by).await? {
                continue;
            }
            let entry = |kind| Entry::new(kind, by.actor).schedule(it.schedule, due.at);
            match state {
                Firing::Queued => waits = true,
                Firing::Done => entries.push(entry(Kind::ScheduleFired).count(0)),
                Firing::Fired => {
                    (under_way, begin) = (true, Some(due.at));
                    entries.push(with_files(entry(Kind::ScheduleFired), it.files));
                }
                Firing::Skipped => {
                    let why = vec![reason.to_owned()];
                    entries.push(entry(Kind::ScheduleSkipped).reasons(why));
                }
                Firing::Missed => {
                    lost += 1;
                    missed = Some(due.at);
                }
                Firing::Begun | Firing::Failed => {}
            }
        }
        if let Some(last) = missed {
            let entry = Entry::new(Kind::ScheduleMissed, by.actor).schedule(it.schedule, last);
            entries.insert(0, entry.count(lost));
        }
        sqlx::query("UPDATE schedule_watch SET upto = $1 WHERE schedule = $2")
            .bind(it.upto.as_microsecond())
            .bind(it.schedule)
            .execute(&mut *tx)
            .await?;
        job_log::append(&mut tx, &entries).await?;
        tx.commit().await?;
        Ok(begin)
    }

    /// Fires the one that has waited longest, unless a run is under way: when it was due, and
    /// whether its run is to be begun. It is not if nothing lies there.
    pub async fn fire_queued(
        &self,
        schedule: &str,
        files: Option<i64>,
        by: Hand<'_>,
    ) -> Result<Option<(Timestamp, bool)>> {
        let mut tx = self.db.begin().await?;
        if any(&mut tx, schedule, "'fired', 'begun'").await? {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT due_at, reason FROM schedule_fire WHERE schedule = $1 AND state = 'queued' \
             ORDER BY due_at LIMIT 1",
        )
        .bind(schedule)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (due, was) = (moment(row.get("due_at"))?, row.get::<String, _>("reason"));
        let begin = files != Some(0);
        let (state, reason) =
            if begin { (Firing::Fired, was.as_str()) } else { (Firing::Done, NOTHING_TO_TAKE) };
        sqlx::query(
            "UPDATE schedule_fire SET state = $1, reason = $2, holder = $3, handled_at = $4, \
             files = $5 WHERE schedule = $6 AND due_at = $7",
        )
        .bind(state.as_str())
        .bind(reason)
        .bind(by.holder)
        .bind(by.now.as_microsecond())
        .bind(files)
        .bind(schedule)
        .bind(due.as_microsecond())
        .execute(&mut *tx)
        .await?;
        let entry = Entry::new(Kind::ScheduleFired, by.actor).schedule(schedule, due);
        let entry = with_files(entry.reasons(vec![was]), files);
        job_log::append(&mut tx, &[entry]).await?;
        tx.commit().await?;
        Ok(Some((due, begin)))
    }
}

/// Puts a due time down; false if it stands there already.
async fn insert(
    tx: &mut Tx,
    it: &Dealing<'_>,
    at: Timestamp,
    state: Firing,
    reason: &str,
    by: Hand<'_>,
) -> Result<bool> {
    let in_hand = matches!(state, Firing::Fired | Firing::Done);
    let inserted = sqlx::query(
        "INSERT INTO schedule_fire (schedule, due_at, state, handled_at, holder, reason, files) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(it.schedule)
    .bind(at.as_microsecond())
    .bind(state.as_str())
    .bind(by.now.as_microsecond())
    .bind(in_hand.then_some(by.holder))
    .bind(reason)
    .bind(it.files.filter(|_| in_hand))
    .execute(&mut **tx)
    .await?
    .rows_affected();
    Ok(inserted == 1)
}

fn with_files(entry: Entry, files: Option<i64>) -> Entry {
    match files {
        Some(files) => entry.count(files),
        None => entry,
    }
}
