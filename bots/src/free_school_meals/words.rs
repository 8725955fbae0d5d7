//! Days and amounts as they are written to people.

use jiff::civil::Date;
use rust_decimal::Decimal;

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

/// `1 April 2025`.
pub(super) fn day(day: Date) -> String {
    let month = usize::try_from(day.month() - 1).expect("months are counted from 1");
    format!("{} {} {}", day.day(), MONTHS[month], day.year())
}

/// `£1,012.40`.
pub(super) fn pounds(amount: Decimal) -> String {
    let plain = format!("{amount:.2}");
    let whole = plain.find('.').unwrap_or(plain.len());
    let mut text = String::with_capacity(plain.len() + 6);
    text.push('£');
    for (place, letter) in plain.char_indices() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(letter);
    }
    text
}
