//! Weeks from Monday to Sunday, months, and from one day to another; days of the United Kingdom.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::error::{Error, Result};

/// The longest that is shown at once, in days: five years.
const LONGEST: i32 = 1830;

/// What a period is a piece of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// Any days.
    Days,
}

/// From one day to another, both among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// What it is a piece of.
    pub step: Step,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
}

impl Period {
    /// The week in which a day lies.
    pub fn week(day: Date) -> Self {
        let since_monday = i32::from(day.weekday().to_monday_zero_offset());
        let from = day.saturating_sub(since_monday.days());
        Self { step: Step::Week, from, to: from.saturating_add(6.days()) }
    }

    /// The month in which a day lies.
    pub fn month(day: Date) -> Self {
        Self { step: Step::Month, from: day.first_of_month(), to: day.last_of_month() }
    }

    /// From one day to another.
    pub fn days(from: Date, to: Date) -> Result<Self> {
        if to < from {
            return Err(Error::usage(
                "the last day is before the first",
                "give the earlier day first, as 2026-11-01 and 2026-11-30",
            ));
        }
        if from.until(to).map_or(i32::MAX, |span| span.get_days()) > LONGEST {
            return Err(Error::usage("that is too long", "five years at most at once"));
        }
        Ok(Self { step: Step::Days, from, to })
    }

    /// The one before it, as long as it is.
    pub fn previous(self) -> Self {
        let day_before = self.from.saturating_sub(1.day());
        match self.step {
            Step::Week => Self::week(day_before),
            Step::Month => Self::month(day_before),
            Step::Days => Self {
                from: self.from.saturating_sub(self.length().days()),
                to: day_before,
                ..self
            },
        }
    }

    /// The one after it.
    pub fn next(self) -> Self {
        let day_after = self.to.saturating_add(1.day());
        match self.step {
            Step::Week => Self::week(day_after),
            Step::Month => Self::month(day_after),
            Step::Days => {
                Self { from: day_after, to: self.to.saturating_add(self.length().days()), ..self }
            }
        }
    }

    /// How many days it has.
    fn length(self) -> i32 {
        self.from.until(self.to).map_or(0, |span| span.get_days()) + 1
    }

    /// How people say it: "16 to 22 November 2026", "November 2026".
    pub fn title(self) -> String {
        let said = |day: Date| day.strftime("%-d %B %Y").to_string();
        if self.step == Step::Month {
            return self.from.strftime("%B %Y").to_string();
        }
        if self.from == self.to {
            return said(self.from);
        }
        let from = match (self.from.year() == self.to.year(), self.from.month() == self.to.month())
        {
            (true, true) => self.from.strftime("%-d").to_string(),
            (true, false) => self.from.strftime("%-d %B").to_string(),
            (false, _) => said(self.from),
        };
        format!("{from} to {}", said(self.to))
    }

    /// The parts in which what was done is drawn: days up to a month, then weeks, then months.
    pub fn parts(self) -> Vec<Self> {
        let part = |day: Date| match self.length() {
            ..=31 => Self { step: Step::Days, from: day, to: day },
            32..=190 => Self::week(day),
            _ => Self::month(day),
        };
        let (mut parts, mut day) = (Vec::new(), self.from);
        while day <= self.to {
            let whole = part(day);
            let Some(after) = whole.to.tomorrow().ok() else { break };
            parts.push(Self {
                from: whole.from.max(self.from),
                to: whole.to.min(self.to),
                ..whole
            });
            day = after;
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_week_is_from_monday_to_sunday_and_a_month_whole() {
        let week = Period::week(date(2026, 11, 22));
        assert_eq!((week.from, week.to), (date(2026, 11, 16), date(2026, 11, 22)));
        assert_eq!(week.title(), "16 to 22 November 2026");
        assert_eq!(Period::week(date(2026, 11, 16)), week);
        assert_eq!(week.previous().next(), week);
        let month = Period::month(date(2028, 2, 10));
        assert_eq!((month.to, month.title().as_str()), (date(2028, 2, 29), "February 2028"));
        assert_eq!(month.previous().title(), "January 2028");
        assert_eq!(Period::week(date(2026, 12, 31)).title(), "28 December 2026 to 3 January 2027");
    }

    #[test]
    fn days_have_an_order_and_an_end() {
        let some = Period::days(date(2026, 4, 1), date(2026, 4, 10)).unwrap();
        assert_eq!(some.previous().from, date(2026, 3, 22));
        assert_eq!(some.previous().next(), some);
        assert!(Period::days(date(2026, 4, 2), date(2026, 4, 1)).is_err());
        assert!(Period::days(date(2020, 4, 2), date(2026, 4, 1)).is_err());
    }

    #[test]
    fn the_parts_are_the_whole() {
        let of = |from, to| Period::days(from, to).unwrap().parts();
        assert_eq!(of(date(2026, 11, 1), date(2026, 11, 30)).len(), 30);
        let weeks = of(date(2026, 9, 2), date(2026, 11, 30));
        assert_eq!((weeks[0].from, weeks[0].to), (date(2026, 9, 2), date(2026, 9, 6)));
        assert_eq!(weeks.last().unwrap().to, date(2026, 11, 30));
        assert_eq!(of(date(2026, 1, 1), date(2026, 12, 31)).len(), 12);
    }
}
