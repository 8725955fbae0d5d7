//! What is written on the page, letter by letter.

use jiff::civil;
use rust_decimal::Decimal;

use super::{count, date, date_typed, moment, money, number};

#[test]
fn days_times_money_and_counts_are_written_as_people_write_them() {
    assert_eq!(date(civil::date(2026, 11, 2)), "2 November 2026");
    // Half past three in the afternoon in London, in summer.
    let micros = "2026-07-01T14:30:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond();
    assert_eq!(moment(micros), "1 July 2026 at 3:30pm");
    let amounts = [0, 5, -5, 99_999, 123_456_789].map(|pence| money(Decimal::new(pence, 2)));
    assert_eq!(amounts, ["£0.00", "£0.05", "-£0.05", "£999.99", "£1,234,567.89"]);
    assert_eq!([0, 999, 1000, -1_234_567].map(number), ["0", "999", "1,000", "-1,234,567"]);
    assert_eq!(count(0, false, "item", "items"), "No items");
    assert_eq!(count(1, false, "item", "items"), "1 item");
    assert_eq!(count(10_000, true, "item", "items"), "10,000 items or more");
}

#[test]
fn a_day_that_was_typed_is_a_real_one_or_says_what_is_missing() {
    assert_eq!(date_typed("", " ", ""), Ok(None));
    assert_eq!(date_typed("22", "11", "2026"), Ok(Some(civil::date(2026, 11, 22))));
    assert_eq!(date_typed("22", "", "2026").unwrap_err(), "The date must include a month");
    for (day, month, year) in [("31", "2", "2026"), ("x", "1", "2026"), ("1", "1", "26")] {
        let wrong = date_typed(day, month, year).unwrap_err();
        assert!(wrong.contains("real date"), "{wrong}");
    }
}
