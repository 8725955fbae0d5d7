//! The employee's record: who asks, under which book, and what is known of the contract.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::words::day;
use crate::kit::{Fields, Looked, Need, Ruling, plain};

/// What the record says. What is empty or cannot be read is none, and asked for where needed.
pub(super) struct Employee {
    pub(super) start: Option<Date>,
    /// Start of continuous service: the start where no earlier service counts.
    pub(super) service: Option<Date>,
    pub(super) leaving: Option<Date>,
    pub(super) contract_hours: Option<Decimal>,
    pub(super) full_time_hours: Option<Decimal>,
    pub(super) weekly_pay: Option<Decimal>,
    /// Day and month.
    pub(super) leave_year_starts: Option<(i8, i8)>,
    pub(super) leave_taken: Option<Decimal>,
    pub(super) sick_full_used: Option<Decimal>,
    pub(super) sick_half_used: Option<Decimal>,
    pub(super) tax_code: Option<String>,
    pub(super) pension_fund: Option<String>,
    pub(super) post: Option<String>,
}

/// A number of an employee, however it is spelled out; zeros that a spreadsheet takes away from
/// the front do not count.
pub(super) fn key(number: &str) -> Option<String> {
    let number = plain(number);
    let bare = number.trim_start_matches('0');
    (!bare.is_empty()).then(|| bare.to_owned())
}

/// The record, if there is one that a bot may answer from.
pub(super) fn of(employees: &Looked, on: Date, ruling: &mut Ruling) -> Option<Employee> {
    let records = match employees {
        Looked::NotLookedAt => {
            let why = "No list of employees was looked at, so nothing is known of the contract.";
            ruling.need(Need::new("employees-not-looked-at", why));
            return None;
        }
        Looked::Found { records, .. } if !records.is_empty() => records,
        Looked::Found { .. } | Looked::Nothing { .. } => {
            let why = "The employee number is not on the list of employees: check the number.";
            ruling.need(Need::new("employee-not-found", why));
            return None;
        }
    };
    let first = &records[0];
    if records.iter().any(|other| other != first) {
        let why = "The employee number has more than one record, perhaps for two posts: find \
                   which one is meant.";
        ruling.need(Need::new("several-records", why));
        return None;
    }
    let book = first.text("book").unwrap_or_default();
    ruling.fact("Conditions of service", known_book(book), "the list of employees");
    if known_book(book) != "SJC" {
        let why = "Only staff under the SJC conditions are answered by the bot: teachers and \
                   chief officials have books of their own.";
        ruling.need(Need::new("another-book", why));
        return None;
    }
    let employee = Employee::read(first);
    if let Some(leaving) = employee.leaving.filter(|leaving| *leaving < on) {
        ruling.fact("Leaving date", day(leaving), "the list of employees");
        ruling.need(Need::new("left-the-council", "The record says that the person has left."));
        return None;
    }
    Some(employee)
}

/// The work e-mail address of the one record; none of somebody who has left, as others may read
/// there now.
pub(super) fn address(employees: &Looked, on: Date) -> Option<String> {
    let Looked::Found { records, .. } = employees else { return None };
    let (first, others) = records.split_first()?;
    if others.iter().any(|other| other != first) {
        return None;
    }
    if first.date("leaving_date").is_some_and(|leaving| leaving < on) {
        return None;
    }
    let address = first.text("email")?.trim();
    let (name, host) = address.split_once('@')?;
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '@';
    let sound = !name.is_empty() && !host.is_empty() && !name.contains(odd) && !host.contains(odd);
    sound.then(|| address.to_owned())
}

fn known_book(book: &str) -> &'static str {
    match plain(book).as_str() {
        "sjc" | "redbook" | "sjcredbook" => "SJC",
        "snct" | "teacher" | "teachers" => "SNCT",
        "chiefofficials" | "chiefofficial" | "chiefofficers" | "chiefofficer" => "Chief officials",
        "" => "not on the record",
        _ => "not one that is known",
    }
}

impl Employee {
    fn read(record: &Fields) -> Employee {
        let number = |key: &str| record.text(key).and_then(number);
        let text = |key: &str| record.text(key).map(str::to_owned);
        let start = record.date("start_date");
        Employee {
            start,
            service: record.date("continuous_service_date").or(start),
            leaving: record.date("leaving_date"),
            contract_hours: number("contract_hours"),
            full_time_hours: number("full_time_hours"),
            weekly_pay: number("weekly_pay"),
            leave_year_starts: record.text("leave_year_starts").and_then(day_and_month),
            leave_taken: number("leave_taken_hours"),
            sick_full_used: number("sick_weeks_full_pay_used"),
            sick_half_used: number("sick_weeks_half_pay_used"),
            tax_code: text("tax_code"),
            pension_fund: text("pension_fund"),
            post: text("post"),
        }
    }
}

/// `18.5`, `£1,012.40`; not negative.
fn number(text: &str) -> Option<Decimal> {
    let bare: String = text.chars().filter(|letter| !matches!(letter, '£' | ',' | ' ')).collect();
    let number: Decimal = bare.parse().ok()?;
    let sound = !number.is_sign_negative() && number < Decimal::from(1_000_000);
    sound.then(|| number.normalize())
}

/// `01/04`, `1 April`, or a whole date whose year does not matter.
pub(super) fn day_and_month(text: &str) -> Option<(i8, i8)> {
    let parts: Vec<&str> = text
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    let (day, month) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (*day, *month),
        [day, month] | [day, month, _] => (*day, *month),
        _ => return None,
    };
    let months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let named = |month: &str| {
        let short = month.get(..3)?.to_ascii_lowercase();
        let place = months.iter().position(|name| *name == short)?;
        i8::try_from(place + 1).ok()
    };
    let month = month.parse().ok().or_else(|| named(month))?;
    let day: i8 = day.parse().ok()?;
    // Checked in a year that has no 29 February: no leave year starts there.
    Date::new(2025, month, day).ok().map(|_| (day, month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leave_year_starts_on_a_day_of_a_month() {
        for (text, read) in [
            ("01/01", Some((1, 1))),
            ("1 April", Some((1, 4))),
            ("01/04/2026", Some((1, 4))),
            ("2026-09-01", Some((1, 9))),
            ("31/11", None),
            ("29/02", None),
            ("April", None),
            ("", None),
        ] {
            assert_eq!(day_and_month(text), read, "{text}");
        }
    }

    #[test]
    fn zeros_at_the_front_of_a_number_do_not_count() {
        assert_eq!(key("000123"), key("123"));
        assert_eq!(key(" E-00123 "), Some("e00123".to_owned()));
        assert_eq!(key("000"), None);
    }

    #[test]
    fn hours_are_numbers_and_words_are_none() {
        assert_eq!(number("18.50"), Some(Decimal::new(185, 1)));
        assert_eq!(number("£1,012.40"), Some(Decimal::new(10124, 1)));
        assert_eq!(number("-4"), None);
        assert_eq!(number("full"), None);
    }
}
