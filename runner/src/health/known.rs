//! What the store knows of schedules that did not fire and of systems that do not answer.

use jiff::{SignedDuration, Timestamp};

use super::conditions::{DownOutlet, Known, MissedRun};
use crate::db::Db;
use crate::error::Result;
use crate::schedule::calendar;
use crate::schedule::times::Times;
use crate::schedule::{self, Schedule};
use crate::settings::Folder;
use crate::state::Firing;
use crate::store::fires::{self, Watch};
use crate::store::post_backs::outlets_down;

/// What is later than this should have been dealt with.
const LATE: SignedDuration = SignedDuration::from_mins(5);

/// Everything that is known now. What cannot be found out is left open.
pub async fn known(folder: &Folder, db: &Db, now: Timestamp) -> Known {
    let unseen = |what: &str, fault: crate::error::Error| tracing::warn!("{what}: {fault}");
    let missed = missed(folder, db, now).await;
    let missed = missed.map_err(|it| unseen("schedules could not be looked at", it)).ok();
    let outlets = down(db).await;
    let outlets = outlets.map_err(|it| unseen("outlets could not be looked at", it)).ok();
    Known { missed, outlets }
}

async fn down(db: &Db) -> Result<Vec<DownOutlet>> {
    let moment = |micros| Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    let down = outlets_down(db).await?.into_iter();
    Ok(down
        .map(|(outlet, since, _, code)| DownOutlet { outlet, since: moment(since), code })
        .collect())
}

/// Schedules whose last due time passed without a run.
async fn missed(folder: &Folder, db: &Db, now: Timestamp) -> Result<Vec<MissedRun>> {
    let (schedules, _) = schedule::all(folder)?;
    let mut missed = Vec::new();
    for (name, watch) in fires::watches(db).await? {
        let Some(schedule) = schedules.get(&name) else { continue };
        let mut due = nobody_came(folder, schedule, &watch, now)?;
        if due.is_none() {
            let newest = fires::newest(db, &name, 1).await?;
            due = newest.first().filter(|it| it.state == Firing::Missed).map(|it| it.due);
        }
        missed.extend(due.map(|due| MissedRun { schedule: name, due }));
    }
    Ok(missed)
}

/// The first due time that nobody has dealt with, though it is over: nobody serves.
fn nobody_came(
    folder: &Folder,
    schedule: &Schedule,
    watch: &Watch,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let Some(Ok(times)) = schedule.when.as_ref().map(Times::of) else { return Ok(None) };
    let (calendars, _) = calendar::all(folder)?;
    let Some(calendar) = schedule.calendar(&calendars) else { return Ok(None) };
    let next = times.after(watch.upto, &calendar).next().and_then(Result::ok);
    let late = now.checked_sub(LATE).unwrap_or(now);
    Ok(next.map(|due| due.timestamp()).filter(|due| *due < late))
}
