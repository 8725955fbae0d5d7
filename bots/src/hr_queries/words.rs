//! Days, amounts and hours as they are written to people.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

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

/// `115.44`: two decimals at most, and none that say nothing.
pub(super) fn plain_number(number: Decimal) -> String {
    rounded(number).normalize().to_string()
}

/// To two decimals, half up: the one rounding of hours, at the end.
pub(super) fn rounded(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// `01/04/2025`.
pub(super) fn short_day(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// `£12,570`, for an amount that has no pence.
pub(super) fn whole_pounds(amount: u32) -> String {
    let text = pounds(Decimal::from(amount));
    text.strip_suffix(".00").map_or_else(|| text.clone(), str::to_owned)
}
