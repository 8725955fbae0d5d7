//! Working days in words, by the calendar of each schedule.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::clock;
use crate::error::Result;
use crate::schedule::calendar::Calendar;
use crate::schedule::{self, Schedule};
use crate::settings::Folder;
use crate::web::parts::number;

/// The calendars of all schedules, and the day it is.
pub(super) struct Days {
    /// Every schedule, by name.
    pub(super) schedules: BTreeMap<String, Schedule>,
    calendars: BTreeMap<String, Calendar>,
    /// The day it is.
    pub(super) today: Date,
}

/// The most working days that somebody may be given: half a year of them.
const MOST: u32 = 130;

impl Days {
    pub(super) fn of(folder: &Folder) -> Result<Self> {
        let (schedules, _) = schedule::all(folder)?;
        let (known, _) = schedule::calendar::all(folder)?;
        let calendars = schedules.iter().map(|(name, schedule)| {
            (name.clone(), schedule.calendar(&known).unwrap_or_else(Calendar::weekdays))
        });
        Ok(Self { calendars: calendars.collect(), schedules, today: clock::today() })
    }

    fn calendar(&self, schedule: &str) -> Calendar {
        self.calendars.get(schedule).cloned().unwrap_or_else(Calendar::weekdays)
    }

    /// How long there is until this day, such as `in 3 working days`.
    pub(super) fn left(&self, schedule: &str, due: Date) -> String {
        let calendar = self.calendar(schedule);
        let (from, to) = if due < self.today { (due, self.today) } else { (self.today, due) };
        // Past the end of what a calendar knows, weekdays are counted.
        let days = calendar.working_days(from, to);
        let days = days.or_else(|_| Calendar::weekdays().working_days(from, to)).unwrap_or(0);
        let n = number(i64::from(days));
        match (due < self.today, days) {
            (false, _) if due == self.today => "today".to_owned(),
            (false, 0) => "before the next working day".to_owned(),
            (false, 1) => "in 1 working day".to_owned(),
            (false, _) => format!("in {n} working days"),
            (true, 0) => "late, since the last working day".to_owned(),
            (true, 1) => "1 working day late".to_owned(),
            (true, _) => format!("{n} working days late"),
        }
    }

    /// The day that lies so many working days ahead, as somebody typed the number. None if nothing
    /// was typed.
    pub(super) fn ahead(&self, schedule: &str, typed: &str) -> Result<Option<Date>, String> {
        if typed.is_empty() {
            return Ok(None);
        }
        let days = typed.parse().ok().filter(|days| (1..=MOST).contains(days));
        let Some(days) = days else {
            return Err(format!("The number of working days must be from 1 to {MOST}"));
        };
        let day = self.calendar(schedule).add_working_days(self.today, days);
        day.or_else(|_| Calendar::weekdays().add_working_days(self.today, days))
            .map(Some)
            .map_err(|_| "That day is too far ahead".to_owned())
    }

    /// The day up to which a choice of the filter goes: what is late, today, within a week.
    pub(super) fn due_by(&self, choice: &str) -> Option<Date> {
        let weekdays = Calendar::weekdays();
        match choice {
            "late" => self.today.yesterday().ok(),
            "today" => Some(self.today),
            "week" => weekdays.add_working_days(self.today, 5).ok(),
            "month" => weekdays.add_working_days(self.today, 20).ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn time_left_is_said_in_working_days() {
        // A Friday.
        let today = date(2026, 11, 20);
        let days = Days { schedules: BTreeMap::new(), calendars: BTreeMap::new(), today };
        for (due, said) in [
            (date(2026, 11, 20), "today"),
            (date(2026, 11, 21), "before the next working day"),
            (date(2026, 11, 23), "in 1 working day"),
            (date(2026, 11, 25), "in 3 working days"),
            (date(2026, 11, 19), "1 working day late"),
            (date(2026, 11, 13), "5 working days late"),
        ] {
            assert_eq!(days.left("any", due), said, "{due}");
        }
        assert_eq!(days.ahead("any", "3"), Ok(Some(date(2026, 11, 25))));
        assert_eq!(days.ahead("any", ""), Ok(None));
        for wrong in ["0", "-1", "soon", "131", "1.5"] {
            assert!(days.ahead("any", wrong).unwrap_err().contains("from 1 to 130"), "{wrong}");
        }
        assert_eq!(days.due_by("late"), Some(date(2026, 11, 19)));
        assert_eq!(days.due_by("week"), Some(date(2026, 11, 27)));
        assert_eq!(days.due_by("any"), None);
    }
}
