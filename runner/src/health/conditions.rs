//! Conditions that somebody must be told of: one list, for the doctor's report and for alerts.
//! Nothing here is personal: batches, schedules, bots and outlets are named, and nobody else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;
use sqlx::Row as _;

use super::{Finding, Level, settings};
use crate::clock;
use crate::db::Db;
use crate::error::Result;
use crate::ids::BatchId;
use crate::payments::pounds;
use crate::schedule;
use crate::schedule::calendar::{self, NotKnown};
use crate::settings::Folder;
use crate::state::{self, Payment};
use crate::store::batches::Batch;
use crate::store::payments::Filter;
use crate::store::{Store, stops};

#[cfg(test)]
mod tests;

/// With less room than this, work will stop.
pub const NO_ROOM_MB: u64 = 200;

macro_rules! codes {
    ($($variant:ident = $name:literal : $means:literal,)+) => {
        /// What kind of condition.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        pub enum Code { $(#[doc = $means] #[serde(rename = $name)] $variant,)+ }

        impl Code {
            /// Every kind, for the documents.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in settings, messages and the log. It never changes.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// One line for the documents.
            pub const fn means(self) -> &'static str {
                match self { $(Self::$variant => $means,)+ }
            }
        }
    };
}

codes! {
    BatchLate = "batch-late": "a batch is not settled, and its deadline is past",
    DeadlineUnknown = "deadline-unknown": "a batch is not settled, and its calendar does not reach to its deadline",
    ScheduleMissed = "schedule-missed": "a schedule was due and did not run",
    OutletDown = "outlet-down": "an outside system has been out of reach for longer than is borne",
    DiskLow = "disk-low": "the disk is nearly full",
    LogUnsound = "log-unsound": "the job log does not verify",
    BotStopped = "bot-stopped": "a bot was stopped by a person",
    KeyOpen = "key-open": "the master key lies where it should not, or others may read it",
    LookLate = "look-late": "something was put off until a day that is past, and nothing looked at it again",
    PaymentLate = "payment-late": "something was to be paid by a day that is past, and is not known to be paid",
    WebhookOff = "webhook-off": "the webhook's receiver wants no more messages, and gets none",
}

/// From when on a condition is one; the part `[watch]` of `alerts.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Watch {
    /// An outlet may be down for so long.
    pub outlet_down_minutes: u32,
    /// So much room there should be on the disk.
    pub disk_free_mb: u64,
    /// Conditions that nobody is to be told of.
    pub leave_out: BTreeSet<Code>,
}

impl Default for Watch {
    fn default() -> Self {
        Self { outlet_down_minutes: 60, disk_free_mb: 2048, leave_out: BTreeSet::new() }
    }
}

/// What the caller knows and the store does not say. `None`: it is not known now, which ends no
/// alert.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Runs that were due and did not begin.
    pub missed: Option<Vec<MissedRun>>,
    /// Outlets that are paused or out of reach.
    pub outlets: Option<Vec<DownOutlet>>,
}

/// A run that was due and did not begin.
#[derive(Clone, Debug)]
pub struct MissedRun {
    /// The schedule.
    pub schedule: String,
    /// When it was due.
    pub due: Timestamp,
}

/// An outlet that is paused or out of reach.
#[derive(Clone, Debug)]
pub struct DownOutlet {
    /// Its name in the schedules.
    pub outlet: String,
    /// Since when.
    pub since: Timestamp,
    /// The fixed name of the reason.
    pub code: String,
}

/// Something that lasts until somebody sees to it. What it is and of whom are its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What it is.
    pub code: Code,
    /// Of whom: a batch's number, a schedule, an outlet, a bot.
    pub subject: String,
    /// The batch, if it is of one.
    pub batch: Option<BatchId>,
    /// How bad it is.
    pub level: Level,
    /// What was found.
    pub says: String,
    /// What to do.
    pub advice: String,
}

impl Condition {
    fn new(code: Code, subject: impl Into<String>, level: Level) -> Self {
        let (says, advice) = (String::new(), String::new());
        Self { code, subject: subject.into(), batch: None, level, says, advice }
    }

    fn says(self, says: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { says: says.into(), advice: advice.into(), ..self }
    }

    /// As the doctor's report has it.
    pub fn finding(&self, about: &'static str) -> Finding {
        Finding { about, level: self.level, says: self.says.clone(), advice: self.advice.clone() }
    }
}

/// A batch that is late, or of which nobody can say.
#[derive(Clone, Debug)]
pub struct Late {
    /// The batch.
    pub batch: BatchId,
    /// Its deadline, if the calendar reaches so far.
    pub deadline: Result<Date, NotKnown>,
}

/// Open batches past their deadline in working days, and those of which nobody can say.
pub fn late(folder: &Folder, open: &[Batch], today: Date) -> Result<Vec<Late>> {
    let (schedules, _) = schedule::all(folder)?;
    let (calendars, _) = calendar::all(folder)?;
    let late = open.iter().filter_map(|batch| {
        let came_in = clock::local_micros(batch.created_at).date();
        let deadline = schedules.get(&batch.schedule)?.due(&calendars, came_in)?;
        let told = deadline.as_ref().map_or(true, |day| *day < today);
        told.then_some(Late { batch: batch.id, deadline })
    });
    Ok(late.collect())
}

impl Late {
    fn condition(self) -> Condition {
        let id = self.batch;
        let about = |code| Condition {
            batch: Some(id),
            ..Condition::new(code, id.to_string(), Level::Warning)
        };
        match self.deadline {
            Ok(day) => about(Code::BatchLate).says(
                format!("batch {id} is not settled; it was due by {}", day.strftime("%d/%m/%Y")),
                format!("see what waits for a person: clerkwork items --batch {id}"),
            ),
            Err(fault) => about(Code::DeadlineUnknown).says(
                format!("nobody can say whether batch {id} is late: {fault}"),
                "see docs/schedules.md on calendars",
            ),
        }
    }
}

/// Batches that are late, as conditions.
pub async fn batches(folder: &Folder, store: &Store, today: Date) -> Result<Vec<Condition>> {
    let open = waited_for(store, store.batches(true, i64::MAX).await?, today).await?;
    Ok(late(folder, &open, today)?.into_iter().map(Late::condition).collect())
}

/// Open batches without those of which all that is open is put off, until today or later.
pub async fn waited_for(store: &Store, open: Vec<Batch>, today: Date) -> Result<Vec<Batch>> {
    let mut kept = Vec::with_capacity(open.len());
    for batch in open {
        let (totals, state) = (&batch.totals, batch.state);
        let waits = state == state::Batch::Unresolved
            && totals.postponed > 0
            && totals.unresolved() == totals.postponed;
        if !waits || store.put_off_from(batch.id, today).await? < totals.postponed {
            kept.push(batch);
        }
    }
    Ok(kept)
}

/// What was put off until a day that has been past for more than one, and that nothing took up.
pub async fn looks(store: &Store, today: Date) -> Result<Vec<Condition>> {
    let by = today.checked_sub(2.days()).unwrap_or(today);
    let mut schedules: BTreeMap<String, usize> = BTreeMap::new();
    for due in store.due_again(by).await? {
        *schedules.entry(due.schedule).or_default() += 1;
    }
    let late = schedules.into_iter().map(|(schedule, n)| {
        let items = if n == 1 { "1 item".to_owned() } else { format!("{n} items") };
        Condition::new(Code::LookLate, &schedule, Level::Warning).says(
            format!("{items} of {schedule} put off until a day that is past: not looked at again"),
            format!(
                "see that clerkwork serve runs; to do it now, and to see what stands in the way: \
                 clerkwork look-again --schedule {schedule}"
            ),
        )
    });
    Ok(late.collect())
}

/// What was to be paid by a day that is past, and is not known to be paid.
pub async fn payments(store: &Store, today: Date) -> Result<Vec<Condition>> {
    let states =
        [Payment::Due, Payment::Referred, Payment::Awaiting, Payment::Released, Payment::Returned];
    let due_by = Some(today.yesterday().unwrap_or(today));
    let late = Filter { states: states.to_vec(), due_by, ..Filter::default() };
    let late = store.payment_totals(&late).await?;
    if late.is_empty() {
        return Ok(Vec::new());
    }
    let (count, pence) =
        late.values().fold((0, 0), |(n, pence), it| (n + it.count, pence + it.pence));
    let states: Vec<String> =
        late.iter().map(|(state, it)| format!("{} {state}", it.count)).collect();
    let late = Condition::new(Code::PaymentLate, "payments", Level::Warning).says(
        format!("{count} payments of £{} are past their day: {}", pounds(pence), states.join(", ")),
        "see which: clerkwork payments list --due-by YESTERDAY; docs/payments.md says what each \
         waits for",
    );
    Ok(vec![late])
}

/// Bots that a person has stopped.
pub async fn stopped(db: &Db) -> Result<Vec<Condition>> {
    let stopped = stops::stopped(db).await?.into_iter().map(|stop| {
        // Who did it is for the doctor and the log: a message goes further.
        let says = format!("the bot {} was stopped by a person, and takes no work", stop.bot);
        let advice =
            format!("when it may work again: clerkwork bots start {} --why \"...\"", stop.bot);
        Condition::new(Code::BotStopped, stop.bot, Level::Warning).says(says, advice)
    });
    Ok(stopped.collect())
}

/// Room on the disk of the data folder, in MB; `None` if the system does not say.
pub fn free_mb(root: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(root).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize) >> 20)
}

/// Whether that is too little. While it is, a tenth more is asked for, so that an alert does not
/// come and go with every file.
pub fn disk(free_mb: u64, watch: &Watch, lasts: bool) -> Option<Condition> {
    let wanted = if lasts { watch.disk_free_mb / 10 * 11 } else { watch.disk_free_mb };
    let level = if free_mb < NO_ROOM_MB { Level::Bad } else { Level::Warning };
    (free_mb < wanted.max(NO_ROOM_MB)).then(|| {
        Condition::new(Code::DiskLow, "data folder", level).says(
            format!("{free_mb} MB are free on the disk"),
            "make room: old reports in outbox/ can be rendered again at any time",
        )
    })
}

/// What is wrong with the log, as a condition.
pub fn log(why: &str) -> Condition {
    Condition::new(Code::LogUnsound, "job log", Level::Bad).says(
        format!("the job log is NOT sound: {why}"),
        "if an old copy was put back: put back a newer one. Else somebody or something \
         changed it: stop work, keep the folder as it is, tell whoever answers for audit",
    )
}

/// The master key where it should not be, or open to others.
pub fn key(folder: &Folder) -> Option<Condition> {
    if !folder.master_key_is_a_file() {
        return None;
    }
    let master = &folder.settings.keys.master;
    let found = settings::place(folder.root(), master, "the master key")?;
    let open = Condition::new(Code::KeyOpen, "master key", found.level);
    Some(open.says(found.says, found.advice))
}

/// Runs that the caller found missing.
pub fn missed(runs: &[MissedRun]) -> Vec<Condition> {
    // One a schedule, whichever run was the first.
    let mut first: BTreeMap<&str, &MissedRun> = BTreeMap::new();
    for run in runs {
        let known = first.entry(&run.schedule).or_insert(run);
        if run.due < known.due {
            *known = run;
        }
    }
    let missed = first.into_values().map(|run| {
        let due = clock::local(run.due).strftime("%d/%m/%Y %H:%M");
        Condition::new(Code::ScheduleMissed, &run.schedule, Level::Bad).says(
            format!("the schedule {} was due on {due} and did not run", run.schedule),
            format!(
                "see that clerkwork runs; then: clerkwork run {}. Its next times: clerkwork \
                 schedules {}",
                run.schedule, run.schedule
            ),
        )
    });
    missed.collect()
}

/// Outlets that have been down for longer than is borne.
pub fn down(outlets: &[DownOutlet], watch: &Watch, now: Timestamp) -> Vec<Condition> {
    let borne = i64::from(watch.outlet_down_minutes) * 60;
    let down = outlets.iter().filter(|it| now.as_second() - it.since.as_second() >= borne);
    let down = down.map(|it| {
        let since = clock::local(it.since).strftime("%d/%m/%Y %H:%M");
        Condition::new(Code::OutletDown, &it.outlet, Level::Bad).says(
            format!("the outlet {} has been down since {since} ({})", it.outlet, it.code),
            "nothing is lost, and it is tried again; ask whoever runs that system. To look: \
             clerkwork items --state waiting",
        )
    });
    down.collect()
}

/// The webhook of alerts itself, if its receiver wants no more.
pub async fn webhook_off(db: &Db) -> Result<Option<Condition>> {
    // A store of an older version has no such table until it is next opened for work.
    let there = sqlx::query("SELECT 1 FROM sqlite_master WHERE name = 'alert_off'")
        .fetch_optional(db.readers())
        .await?;
    if there.is_none() {
        return Ok(None);
    }
    let row = sqlx::query("SELECT MAX(at) AS at FROM alert_off").fetch_one(db.readers()).await?;
    Ok(row.get::<Option<i64>, _>("at").map(|at| {
        let at = clock::local_micros(at).strftime("%d/%m/%Y %H:%M");
        Condition::new(Code::WebhookOff, "webhook", Level::Warning).says(
            format!("the receiver of the alerts' webhook switched it off on {at} (status 410)"),
            "give another address in alerts.toml, or switch it on again there and run: clerkwork \
             alerts test",
        )
    }))
}
