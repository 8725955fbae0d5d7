//! Pension age by date of birth, and ages.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Born by this day: pension age was reached before 1 April 2021.
const BEFORE_APRIL_2021: Date = date(1955, 3, 31);

/// Whole years on a day; somebody born on 29 February has a birthday on 1 March in other years.
pub(super) fn age(born: Date, on: Date) -> i16 {
    let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
    on.year() - born.year() - i16::from(!had_birthday)
}

/// Has pension age been reached by the day?
pub(super) fn reached(born: Date, on: Date) -> bool {
    if born < date(1954, 10, 6) {
        return on >= date(2020, 10, 6);
    }
    if born < date(1960, 4, 6) {
        return age(born, on) >= 66;
    }
    if born >= date(1961, 3, 6) {
        // Those born later than 5 April 1977 reach it later still, long after any figure here.
        return age(born, on) >= 67 && born < date(1977, 4, 6);
    }
    // A month more for each month of birth, which runs from the 6th to the 5th.
    let begun = i32::from(born.day() >= 6);
    let months = i32::from(born.year() - 1960) * 12 + i32::from(born.month()) - 4 + begun;
    born.checked_add((66 * 12 + months).months()).is_ok_and(|day| on >= day)
}

/// Was it reached before 1 April 2021?
pub(super) fn before_april_2021(born: Date) -> bool {
    born <= BEFORE_APRIL_2021
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pension_age_rises_by_a_month_for_each_month_of_birth() {
        for (born, first) in [
            (date(1950, 1, 1), date(2020, 10, 6)),
            (date(1954, 10, 5), date(2020, 10, 6)),
            (date(1954, 10, 6), date(2020, 10, 6)),
            (date(1955, 3, 31), date(2021, 3, 31)),
            (date(1956, 2, 29), date(2022, 3, 1)),
            (date(1960, 4, 5), date(2026, 4, 5)),
            (date(1960, 4, 6), date(2026, 5, 6)),
            (date(1960, 5, 5), date(2026, 6, 5)),
            (date(1960, 5, 6), date(2026, 7, 6)),
            (date(1960, 7, 31), date(2026, 11, 30)),
            (date(1960, 12, 31), date(2027, 9, 30)),
            (date(1961, 1, 5), date(2027, 10, 5)),
            (date(1961, 1, 6), date(2027, 11, 6)),
            (date(1961, 2, 6), date(2028, 1, 6)),
            (date(1961, 3, 5), date(2028, 2, 5)),
            (date(1961, 3, 6), date(2028, 3, 6)),
            (date(1977, 4, 5), date(2044, 4, 5)),
        ] {
            let eve = first.yesterday().unwrap();
            assert!(reached(born, first) && !reached(born, eve), "{born} {first}");
        }
        assert!(!reached(date(1977, 4, 6), date(2044, 4, 6)));
        assert!(before_april_2021(date(1955, 3, 31)) && !before_april_2021(date(1955, 4, 1)));
    }

    #[test]
    fn birthdays_of_29_february_fall_on_1_march() {
        let born = date(2008, 2, 29);
        assert_eq!(age(born, date(2024, 2, 28)), 15);
        assert_eq!(age(born, date(2024, 2, 29)), 16);
        assert_eq!((age(born, date(2026, 2, 28)), age(born, date(2026, 3, 1))), (17, 18));
    }
}
