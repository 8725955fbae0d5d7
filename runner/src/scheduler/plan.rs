//! What is to be done with each time at which a schedule was due. Pure: time is given to it.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::schedule::Missed;
use crate::schedule::calendar::{Calendar, NotKnown};
use crate::schedule::times::Times;
use crate::store::fires::{Due, Verdict};

/// Due times that are dealt with at one go: each is a row. `missed = "all"` goes on after them; of
/// others the newest have rows, and those before them are counted.
const MOST: usize = 1000;

/// What is to be done now.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// Each due time, in their order, with what is to become of it.
    pub dues: Vec<Due>,
    /// How many more were missed before them.
    pub also_missed: i64,
    /// Up to when everything is dealt with then; `None` if nothing was due.
    pub upto: Option<Timestamp>,
    /// The next time that is due, if it can be told.
    pub next: Option<Timestamp>,
    /// Why it cannot be told what is due today, or was: the calendar does not say.
    pub not_known: Option<NotKnown>,
}

/// Works out what was due after a moment, up to now. What is no more than `late` behind still
/// counts as on time.
pub fn plan(
    times: &Times,
    calendar: &Calendar,
    missed: Missed,
    after: Timestamp,
    now: Timestamp,
    late: SignedDuration,
) -> Plan {
    let mut due = VecDeque::new();
    let mut plan =
        Plan { dues: Vec::new(), also_missed: 0, upto: None, next: None, not_known: None };
    for run in times.after(after, calendar) {
        match run {
            Ok(run) if run.timestamp() > now => {
                plan.next = Some(run.timestamp());
                break;
            }
            Ok(run) => due.push_back(run.timestamp()),
            Err(unknown) => {
                let today = now.to_zoned(times.zone().clone()).date();
                plan.not_known = (unknown.day <= today).then_some(unknown);
                break;
            }
        }
        if due.len() == MOST && missed == Missed::All {
            break;
        }
        if due.len() > MOST {
            due.pop_front();
            plan.also_missed += 1;
        }
    }
    let on_time = |at: &Timestamp| now.duration_since(*at) <= late;
    // A run that is due now does the work of the missed ones; only `all` wants each of them.
    let any_on_time = due.back().is_some_and(on_time);
    let made_up = due.iter().rfind(|at| !on_time(at)).copied();
    plan.upto = due.back().copied();
    plan.dues = due
        .into_iter()
        .map(|at| {
            let verdict = match missed {
                _ if on_time(&at) => Verdict::OnTime,
                Missed::All => Verdict::MakeUp,
                Missed::Last if !any_on_time && made_up == Some(at) => Verdict::MakeUp,
                Missed::Last | Missed::None => Verdict::Miss,
            };
            Due { at, verdict }
        })
        .collect();
    plan
}
