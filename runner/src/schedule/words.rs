//! Times, days and deadlines in plain English.

use croner::CronComponent;
use jiff::Zoned;
use jiff::civil::Date;

use super::calendar::Calendar;
use super::times::Times;
use super::{Schedule, When};

#[cfg(test)]
mod tests;

const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// So many times of a day are named one by one.
const NAMED: usize = 4;

/// `07:30, Monday to Friday, not on Scottish bank holidays`.
pub fn when(when: &When, times: &Times, calendar: &Calendar) -> String {
    let pattern = &times.cron.pattern;
    let special = [&pattern.minutes, &pattern.hours, &pattern.days, &pattern.months];
    let special = special.into_iter().chain([&pattern.days_of_week]);
    let mut text = if special.into_iter().any(CronComponent::has_modifiers) {
        format!("by the cron line {:?}", when.cron)
    } else {
        let mut text = clock(&pattern.hours.values(), &pattern.minutes.values());
        text.push_str(", ");
        text.push_str(&days(times));
        let months = pattern.months.values();
        if months.len() < MONTHS.len() {
            let names = months.iter().filter_map(|month| name(&MONTHS, month.checked_sub(1)?));
            text.push_str(" in ");
            text.push_str(&list(&names.collect::<Vec<_>>()));
        }
        text
    };
    if let Some(closes) = calendar.closes() {
        text.push_str(", not on ");
        text.push_str(&closes);
    }
    if when.time_zone != "Europe/London" {
        text.push_str(&format!(", by the clock of {}", when.time_zone));
    }
    text
}

/// `Monday 23 November 2026, 07:30`.
pub fn run(at: &Zoned) -> String {
    at.strftime("%A %-d %B %Y, %H:%M").to_string()
}

/// `Monday 23 November 2026`.
pub fn day(date: Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}

/// `within 5 working days: what comes in on ... by ...`; `None` where there is no deadline.
pub fn deadline(schedule: &Schedule, calendar: &Calendar, today: Date) -> Option<String> {
    let days = schedule.deadline_days()?;
    let unit = if days == 1 { "working day" } else { "working days" };
    let due = match calendar.add_working_days(today, days) {
        Ok(due) => format!("what comes in on {} is due by {}", day(today), day(due)),
        Err(unknown) => unknown.to_string(),
    };
    Some(format!("{days} {unit}: {due}"))
}

/// The days of month and week. As in every cron, one of the two is enough if both are named.
fn days(times: &Times) -> String {
    let pattern = &times.cron.pattern;
    let of_week = pattern.days_of_week.values();
    let all_week = pattern.is_dow_wildcard() || of_week.len() == WEEKDAYS.len();
    let of_month: Vec<String> = pattern.days.values().into_iter().map(ordinal).collect();
    match (pattern.is_dom_wildcard(), all_week) {
        (true, true) => "every day".to_owned(),
        (true, false) => weekdays(&of_week),
        (false, true) => format!("on the {} of the month", list(&of_month)),
        (false, false) => {
            format!("on the {} of the month and also {}", list(&of_month), weekdays(&of_week))
        }
    }
}

/// From Monday on; three or more in a row as a span.
fn weekdays(values: &[u16]) -> String {
    let mut values: Vec<u16> = values.iter().map(|day| if *day == 0 { 7 } else { *day }).collect();
    values.sort_unstable();
    let named = |day: u16| name(&WEEKDAYS, day % 7);
    if let (Some(first), Some(last), Some(1), true) =
        (values.first(), values.last(), step(&values), values.len() > 2)
        && let (Some(first), Some(last)) = (named(*first), named(*last))
    {
        return format!("{first} to {last}");
    }
    list(&values.iter().filter_map(|day| named(*day)).collect::<Vec<_>>())
}

/// The times of a day.
fn clock(hours: &[u16], minutes: &[u16]) -> String {
    let at = |hour: u16, minute: u16| format!("{hour:02}:{minute:02}");
    let all: Vec<String> = hours
        .iter()
        .flat_map(|hour| minutes.iter().map(move |minute| at(*hour, *minute)))
        .collect();
    let span = match (all.first(), all.last()) {
        (Some(first), Some(last)) if all.len() > NAMED => format!("from {first} to {last}"),
        _ => return list(&all),
    };
    match (step(hours), step(minutes)) {
        (Some(1), None) if minutes.len() == 1 => format!("every hour {span}"),
        (Some(hours), None) if minutes.len() == 1 => format!("every {hours} hours {span}"),
        (by, Some(minutes_by))
            if whole(minutes, minutes_by) && (by == Some(1) || hours.len() == 1) =>
        {
            match minutes_by {
                1 => format!("every minute {span}"),
                minutes => format!("every {minutes} minutes {span}"),
            }
        }
        _ => format!("{} times {span}", all.len()),
    }
}

/// Whether a step goes on into the next hour without a break.
fn whole(minutes: &[u16], step: u16) -> bool {
    match (minutes.first(), minutes.last()) {
        (Some(first), Some(last)) => last + step == 60 + first,
        _ => false,
    }
}

/// The distance between neighbours, if it is the same for all.
fn step(values: &[u16]) -> Option<u16> {
    let mut steps = values.windows(2).map(|pair| match pair {
        [a, b] => b.saturating_sub(*a),
        _ => 0,
    });
    let first = steps.next()?;
    steps.all(|step| step == first).then_some(first)
}

fn ordinal(day: u16) -> String {
    let ending = match (day % 10, day / 10) {
        (1, 0 | 2 | 3) => "st",
        (2, 0 | 2) => "nd",
        (3, 0 | 2) => "rd",
        _ => "th",
    };
    format!("{day}{ending}")
}

fn name(names: &[&'static str], at: u16) -> Option<&'static str> {
    names.get(usize::from(at)).copied()
}

/// `a, b and c`.
fn list<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
