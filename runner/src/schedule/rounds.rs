//! When an item's post-backs are tried again, by our own clock.

use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::Schedule;
use super::calendar::Calendar;

/// How often, and after how long.
#[derive(Clone, Debug)]
pub struct Rounds {
    limit: i64,
    pauses: Vec<u32>,
    calendar: Calendar,
    zone: TimeZone,
}

impl Rounds {
    /// Those of a schedule; `calendar` is its own.
    pub fn of(schedule: &Schedule, calendar: Calendar) -> Self {
        let zone = schedule.when.as_ref().and_then(|when| TimeZone::get(&when.time_zone).ok());
        Self {
            limit: schedule.limits.rounds,
            pauses: schedule.limits.pauses.clone(),
            calendar,
            zone: zone.unwrap_or(TimeZone::UTC),
        }
    }

    /// When the next round is due after so many have failed; none if that was the last one.
    pub fn next(&self, failed: i64, now: Timestamp) -> Option<Timestamp> {
        if failed > self.limit {
            return None;
        }
        let pause = usize::try_from(failed - 1).ok().and_then(|at| self.pauses.get(at));
        match pause {
            Some(seconds) => now.checked_add(i64::from(*seconds).seconds()).ok(),
            None => Some(self.next_working_day(now)),
        }
    }

    /// Eight in the morning of the next working day. Past the last day that the calendar knows it
    /// is the next day: a round too many does no harm, one that never comes does.
    fn next_working_day(&self, now: Timestamp) -> Timestamp {
        let today = now.to_zoned(self.zone.clone()).date();
        let day = self.calendar.add_working_days(today, 1).or_else(|_| today.tomorrow());
        let at =
            day.ok().and_then(|day| self.zone.to_timestamp(day.to_datetime(time(8, 0, 0, 0))).ok());
        at.unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::calendar::Division;

    #[test]
    fn an_item_waits_longer_each_time_and_at_last_until_a_working_day() {
        let rounds = Rounds {
            limit: 5,
            pauses: vec![60, 600, 3600, 21600],
            calendar: Calendar::of(Division::Scotland),
            zone: TimeZone::get("Europe/London").unwrap(),
        };
        // Friday before Christmas; 25 and 28 December are bank holidays in Scotland, as 1 and 4
        // January are.
        let now: Timestamp = "2026-12-24T16:00:00Z".parse().unwrap();
        let next = |failed| rounds.next(failed, now).map(|at| at.to_string());
        assert_eq!(next(1).as_deref(), Some("2026-12-24T16:01:00Z"));
        assert_eq!(next(4).as_deref(), Some("2026-12-24T22:00:00Z"));
        assert_eq!(next(5).as_deref(), Some("2026-12-29T08:00:00Z"));
        assert_eq!(next(6), None);
    }
}
