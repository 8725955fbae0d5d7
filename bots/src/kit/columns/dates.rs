//! Dates as people and spreadsheets write them: the day first, never guessed.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::is_gap;

/// Why a text or number is no date: completes "expected a date, as dd/mm/yyyy".
pub(super) type NoDate = &'static str;

const NOT_A_DATE: NoDate = "";
const NO_SUCH_DAY: NoDate = "; that day does not exist";
const NO_SUCH_MONTH: NoDate = "; the day comes first, and there are twelve months";
const SHORT_YEAR: NoDate = "; the year needs four digits";
const NO_SERIAL: NoDate = "; that number is no day";

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `03/04/2025`, `3.4.2025`, `2025-04-03`, `2025-04-03T00:00:00`, `3 April 2025`, `45750`.
pub(super) fn from_text(text: &str, epoch_1904: bool) -> Result<Date, NoDate> {
    let text = text.trim_matches(is_gap);
    if text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let serial = text.parse::<Decimal>().map_err(|_| NOT_A_DATE)?;
        return from_serial(serial, epoch_1904);
    }
    let mut parts = [""; 3];
    let mut count = 0;
    let separators = |letter: char| matches!(letter, '/' | '-' | '.' | ',') || is_gap(letter);
    for part in text.split(separators).filter(|part| !part.is_empty()) {
        if count == 3 {
            // What follows a whole date can only be a time.
            if !is_time(part) {
                return Err(NOT_A_DATE);
            }
            break;
        }
        parts[count] = part;
        count += 1;
    }
    if count < 3 {
        return Err(NOT_A_DATE);
    }
    let [first, second, third] = parts;
    if first.len() == 4 {
        let day = third.split_once(['T', 't']).map_or(Ok(third), |(day, time)| {
            if is_time(time) { Ok(day) } else { Err(NOT_A_DATE) }
        })?;
        return day_of(number(first, 4)?, number(second, 2)?, number(day, 2)?);
    }
    let day = number(first, 2).or_else(|_| ordinal(first))?;
    let month = match number(second, 2) {
        Ok(month) => month,
        Err(_) => month_named(second)?,
    };
    match number(third, 4)? {
        _ if third.len() == 2 => Err(SHORT_YEAR),
        _ if third.len() != 4 => Err(NOT_A_DATE),
        year => day_of(year, month, day),
    }
}

/// A day counted from the workbook's first, its time of day dropped.
pub(super) fn from_serial(serial: Decimal, epoch_1904: bool) -> Result<Date, NoDate> {
    let days = serial.trunc().to_i64().ok_or(NO_SERIAL)?;
    let (from, days) = match (epoch_1904, days) {
        (true, 0..=2_957_003) => (date(1904, 1, 1), days),
        // Excel has a 29 February 1900, serial 60, which never was.
        (false, 1..=59) => (date(1899, 12, 31), days),
        (false, 61..=2_958_465) => (date(1899, 12, 30), days),
        _ => return Err(NO_SERIAL),
    };
    from.checked_add(days.days()).map_err(|_| NO_SERIAL)
}

fn day_of(year: i16, month: i16, day: i16) -> Result<Date, NoDate> {
    if !(1..=12).contains(&month) {
        return Err(NO_SUCH_MONTH);
    }
    if year < 1000 {
        return Err(SHORT_YEAR);
    }
    let (month, day) = (i8::try_from(month), i8::try_from(day));
    let (Ok(month), Ok(day)) = (month, day) else { return Err(NO_SUCH_DAY) };
    Date::new(year, month, day).map_err(|_| NO_SUCH_DAY)
}

fn number(text: &str, longest: usize) -> Result<i16, NoDate> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() || text.len() > longest || !digits {
        return Err(NOT_A_DATE);
    }
    text.parse().map_err(|_| NOT_A_DATE)
}

fn ordinal(text: &str) -> Result<i16, NoDate> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let ending = &text[digits.len()..];
    let known = ["st", "nd", "rd", "th"].iter().any(|known| known.eq_ignore_ascii_case(ending));
    if known { number(digits, 2) } else { Err(NOT_A_DATE) }
}

fn month_named(text: &str) -> Result<i16, NoDate> {
    let text = text.to_ascii_lowercase();
    let short = text.len() == 3 || text == "sept";
    let found =
        MONTHS.iter().position(|month| *month == text || (short && month.starts_with(&text)));
    found.and_then(|index| i16::try_from(index + 1).ok()).ok_or(NOT_A_DATE)
}

fn is_time(text: &str) -> bool {
    let text = text.trim_end_matches(['Z', 'z']);
    let clock = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    clock.is_empty() && matches!(text, "am" | "pm" | "AM" | "PM")
        || clock.contains(':')
            && clock.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'+'))
}
