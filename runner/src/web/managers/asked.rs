//! The period that an address asks for: `?period=week&of=2026-11-22`, or from one day to another.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::clock;
use crate::error::Error;
use crate::figures::{Period, Step};
use crate::web::parts::{Wrong, date_typed};

/// What stands in an address.
pub(super) type Query = BTreeMap<String, String>;

/// The period, and what is wrong with what was typed.
pub(super) struct Asked {
    pub(super) period: Period,
    pub(super) wrong: Vec<Wrong>,
    /// The two days as they were typed, for the form.
    pub(super) typed: (String, String),
}

impl Asked {
    /// This week, where nothing or nothing right is asked for.
    pub(super) fn of(query: &Query) -> Self {
        let word = |name: &str| query.get(name).map_or("", |text| text.trim());
        let (from, to) = (day(query, "from"), day(query, "to"));
        let today = clock::today();
        let of = word("of").parse().unwrap_or(today);
        let usual = if word("period") == "month" { Period::month(of) } else { Period::week(of) };
        let typed = (from.1, to.1);
        let mut wrong = Vec::new();
        let period = match (from.0, to.0) {
            (Ok(None), Ok(None)) => usual,
            (Ok(Some(from)), Ok(Some(to))) => Period::days(from, to).unwrap_or_else(|fault| {
                wrong.push(Wrong::new("from-day", said(&fault)));
                usual
            }),
            (from, to) => {
                for (name, day) in [("from", from), ("to", to)] {
                    let text = match day {
                        Ok(Some(_)) => continue,
                        Ok(None) => "Enter the other day too".to_owned(),
                        Err(text) => text,
                    };
                    wrong.push(Wrong::new(format!("{name}-day"), text));
                }
                usual
            }
        };
        Self { period, wrong, typed }
    }
}

/// A day of the query, whole or in the three fields of a form; and as it was typed.
fn day(query: &Query, name: &str) -> (Result<Option<Date>, String>, String) {
    let part = |part: &str| query.get(&format!("{name}-{part}")).map_or("", |text| text.trim());
    if let Some(text) = query.get(name).filter(|text| !text.is_empty()) {
        let day = text.parse().map(Some).map_err(|_| "Write it as 2026-11-22".to_owned());
        return (day, text.clone());
    }
    let (day, month, year) = (part("day"), part("month"), part("year"));
    let typed = if day.is_empty() && month.is_empty() && year.is_empty() {
        String::new()
    } else {
        format!("{day}/{month}/{year}")
    };
    (date_typed(day, month, year), typed)
}

fn said(fault: &Error) -> String {
    match fault {
        Error::Usage(said) => crate::web::layout::sentence(&said.what),
        other => other.to_string(),
    }
}

/// The address of a period.
pub(super) fn href(path: &str, period: Period) -> String {
    match period.step {
        Step::Week => format!("{path}?period=week&of={}", period.from),
        Step::Month => format!("{path}?period=month&of={}", period.from),
        Step::Days => format!("{path}?from={}&to={}", period.from, period.to),
    }
}
