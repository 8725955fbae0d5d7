//! Hours and amounts as the answers write them; days and pounds are the kit's.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

pub(super) use crate::kit::words::{day, pounds};

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
