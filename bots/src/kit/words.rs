//! Days and amounts as they are written to people.

use jiff::civil::Date;
use rust_decimal::Decimal;

/// `1 April 2025`.
pub(crate) fn day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// `£1,012.40`; `-£12.40` for what is below nothing.
pub(crate) fn pounds(amount: Decimal) -> String {
    let plain = format!("{:.2}", amount.abs());
    let whole = plain.find('.').unwrap_or(plain.len());
    let mut text = String::with_capacity(plain.len() + 7);
    if amount.is_sign_negative() && !amount.is_zero() {
        text.push('-');
    }
    text.push('£');
    for (place, letter) in plain.char_indices() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn amounts_have_commas_between_thousands_and_their_sign_in_front() {
        let shown = |pence: i64| pounds(Decimal::new(pence, 2));
        let amounts = [0, 5, -5, 99_999, 100_000, -123_456_789];
        assert_eq!(
            amounts.map(shown),
            ["£0.00", "£0.05", "-£0.05", "£999.99", "£1,000.00", "-£1,234,567.89"]
        );
    }

    #[test]
    fn days_are_written_out() {
        assert_eq!(day(date(2026, 3, 1)), "1 March 2026");
    }
}
