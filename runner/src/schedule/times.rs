//! When a schedule runs: its cron line on the clock of its time zone, closed days left out.
//!
//! Where the clocks change, one rule: **a time on the clock runs once**. A time that does not
//! exist, because the clocks go forward over it, runs at the first moment after the gap; with
//! others that end up at that moment it is one run. A time that comes twice, because the clocks go
//! back, runs the first time.

use std::collections::BTreeMap;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp, Zoned};

use super::When;
use super::calendar::{Calendar, NotKnown};

#[cfg(test)]
mod tests;

/// A cron line and the clock that it is read by.
#[derive(Clone, Debug)]
pub struct Times {
    pub(super) cron: Cron,
    zone: TimeZone,
}

impl Times {
    /// Reads them; else everything that is wrong with them.
    pub fn of(when: &When) -> Result<Self, Vec<String>> {
        // Five fields, as everybody knows them; a sixth would be taken for seconds or years.
        let parser =
            CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(&when.cron).map_err(|fault| {
            format!(
                "cron {:?}: {fault}; such as \"30 7 * * Mon-Fri\": minute, hour, day of the \
                 month, month, day of the week",
                when.cron
            )
        });
        let zone = TimeZone::get(&when.time_zone).map_err(|_| {
            format!("time_zone {:?} is not known; such as \"Europe/London\"", when.time_zone)
        });
        match (cron, zone) {
            (Ok(cron), Ok(zone)) => {
                let times = Self { cron, zone };
                let never = || vec![format!("cron {:?}: there is no such day", when.cron)];
                // Any day would do: whether a day ever comes does not depend on it.
                let some_day = jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0);
                times.next(some_day).map(|_| times).ok_or_else(never)
            }
            (cron, zone) => Err(cron.err().into_iter().chain(zone.err()).collect()),
        }
    }

    /// Runs after a moment. Ends with [`NotKnown`] at the first day of which the calendar cannot
    /// say whether it is closed.
    pub fn after<'a>(&'a self, after: Timestamp, calendar: &'a Calendar) -> Runs<'a> {
        // Clocks have never changed by more than this; what comes too early is left out again.
        let day_before =
            after.to_zoned(self.zone.clone()).datetime().checked_sub(Span::new().days(1));
        Runs {
            times: self,
            calendar,
            clock: day_before.ok(),
            last: after,
            left_out: BTreeMap::new(),
        }
    }

    /// The time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The next time on the clock, whether or not it exists on that day.
    fn next(&self, clock: DateTime) -> Option<DateTime> {
        self.cron.find_next_occurrence(&clock, false).ok()
    }

    /// The moment at which the clock shows this, by the rule above.
    fn moment(&self, clock: DateTime) -> Option<Timestamp> {
        match self.zone.to_ambiguous_timestamp(clock).offset() {
            AmbiguousOffset::Unambiguous { offset }
            | AmbiguousOffset::Fold { before: offset, .. } => offset.to_timestamp(clock).ok(),
            AmbiguousOffset::Gap { before, .. } => {
                // By the old offset it lies at or after the change, which is the moment sought.
                let late = before.to_timestamp(clock).ok()?;
                let just_after = late.checked_add(Span::new().seconds(1)).ok()?;
                self.zone.preceding(just_after).next().map(|change| change.timestamp())
            }
        }
    }
}

/// Runs, in order.
#[derive(Debug)]
pub struct Runs<'a> {
    times: &'a Times,
    calendar: &'a Calendar,
    clock: Option<DateTime>,
    last: Timestamp,
    left_out: BTreeMap<Date, &'a str>,
}

impl<'a> Runs<'a> {
    /// The days passed over so far because they are closed, and why.
    pub fn left_out(&self) -> &BTreeMap<Date, &'a str> {
        &self.left_out
    }
}

impl Iterator for Runs<'_> {
    type Item = Result<Zoned, NotKnown>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let clock = self.times.next(self.clock?);
            self.clock = clock;
            let moment = self.times.moment(clock?)?;
            if moment <= self.last {
                continue;
            }
            let run = moment.to_zoned(self.times.zone.clone());
            match self.calendar.closed(run.date()) {
                Ok(None) => {
                    self.last = moment;
                    return Some(Ok(run));
                }
                Ok(Some(why)) => {
                    self.left_out.insert(run.date(), why);
                }
                Err(unknown) => {
                    self.clock = None;
                    return Some(Err(unknown));
                }
            }
        }
    }
}
