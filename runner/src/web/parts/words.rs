//! Days, times, money and counts as they are written on the page.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::clock;

/// `22 November 2026`.
pub fn date(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// A stored time: `3:04pm`.
pub fn time(micros: i64) -> String {
    clock::local_micros(micros).strftime("%-I:%M%P").to_string()
}

/// A stored time: `22 November 2026 at 3:04pm`.
pub fn moment(micros: i64) -> String {
    format!("{} at {}", date(clock::local_micros(micros).date()), time(micros))
}

/// `£1,234.56`; `-£12.40` for what is below nothing.
pub fn money(amount: Decimal) -> String {
    let plain = format!("{:.2}", amount.abs());
    let (whole, pence) = plain.split_once('.').unwrap_or((&plain, "00"));
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    format!("{sign}£{}.{pence}", grouped(whole))
}

/// `12,345`.
pub fn number(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(&n.unsigned_abs().to_string()))
}

/// `1 item`, `12,345 items`, `No items`; `more` where counting stopped there: `10,000 items or more`.
pub fn count(n: i64, more: bool, one: &str, many: &str) -> String {
    let of = if n == 1 { one } else { many };
    match (n, more) {
        (0, _) => format!("No {many}"),
        (_, false) => format!("{} {of}", number(n)),
        (_, true) => format!("{} {of} or more", number(n)),
    }
}

/// What was typed into the three fields of a day: none if all are empty.
///
/// # Errors
/// What is wrong with it, to be shown at the field.
pub fn date_typed(day: &str, month: &str, year: &str) -> Result<Option<Date>, String> {
    let [day, month, year] = [day, month, year].map(str::trim);
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return Ok(None);
    }
    for (name, part) in [("a day", day), ("a month", month), ("a year", year)] {
        if part.is_empty() {
            return Err(format!("The date must include {name}"));
        }
    }
    let parsed = || Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    let real = parsed().filter(|date| date.year() >= 1900);
    real.map(Some).ok_or_else(|| "The date must be a real date, such as 22 11 2026".to_owned())
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
