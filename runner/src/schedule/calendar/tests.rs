use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn scotland() -> Calendar {
    Calendar::of(Division::Scotland)
}

/// Days that a proclamation made, for which there is no rule.
const PROCLAIMED: &[(Division, Date)] = &[(Division::Scotland, date(2026, 6, 15))];

/// Easter Sunday by the anonymous Gregorian computus.
fn easter(year: i16) -> Date {
    let year_of = i32::from(year);
    let (golden, century, rest) = (year_of % 19, year_of / 100, year_of % 100);
    let leaps = century - century / 4 - (century - (century + 8) / 25 + 1) / 3;
    let moon = (19 * golden + leaps + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let at = moon + to_sunday - 7 * ((golden + 11 * moon + 22 * to_sunday) / 451) + 114;
    Date::new(year, (at / 31).try_into().unwrap(), (at % 31 + 1).try_into().unwrap()).unwrap()
}

fn weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// A year's bank holidays by the rules of law and the custom of proclamations.
fn by_rule(division: Division, year: i16) -> BTreeSet<Date> {
    use Division::{EnglandAndWales, NorthernIreland, Scotland};
    let monday =
        |month, nth| Date::constant(year, month, 1).nth_weekday_of_month(nth, Weekday::Monday);
    let mut fixed = vec![date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)];
    let mut days =
        BTreeSet::from([easter(year) - 2.days(), monday(5, 1).unwrap(), monday(5, -1).unwrap()]);
    match division {
        EnglandAndWales => {}
        Scotland => fixed.extend([date(year, 1, 2), date(year, 11, 30)]),
        NorthernIreland => fixed.extend([date(year, 3, 17), date(year, 7, 12)]),
    }
    if division == Scotland {
        days.insert(monday(8, 1).unwrap());
    } else {
        days.extend([easter(year) + 1.day(), monday(8, -1).unwrap()]);
    }
    fixed.sort();
    for day in &fixed {
        let mut kept = *day;
        while weekend(kept) || days.contains(&kept) || kept != *day && fixed.contains(&kept) {
            kept = kept.tomorrow().unwrap();
        }
        days.insert(kept);
    }
    days
}

#[test]
fn easter_is_when_it_was_and_will_be() {
    let known = ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16"];
    assert_eq!((2024..=2028).map(easter).collect::<Vec<_>>(), known.map(day));
}

#[test]
fn every_bank_holiday_that_is_carried_follows_its_rule_or_a_proclamation() {
    for division in Division::ALL {
        let calendar = Calendar::of(division);
        let mut expected: BTreeSet<Date> =
            (2024..=2028).flat_map(|year| by_rule(division, year)).collect();
        expected.extend(PROCLAIMED.iter().filter(|it| it.0 == division).map(|it| it.1));
        let carried: BTreeSet<Date> = calendar.closed.keys().copied().collect();
        assert_eq!(carried, expected, "{division:?}");
        assert_eq!((calendar.from, calendar.until), (date(2024, 1, 1), date(2028, 12, 31)));
    }
}

#[test]
fn a_substitute_day_is_called_one_and_no_other_is() {
    for (division, year) in
        Division::ALL.into_iter().flat_map(|it| (2024..=2028).map(move |y| (it, y)))
    {
        let fixed = [(1, 1), (1, 2), (3, 17), (7, 12), (11, 30), (12, 25), (12, 26)];
        let fixed = fixed.map(|(month, day)| date(year, month, day));
        for (day, name) in
            Calendar::of(division).closed.range(date(year, 1, 1)..=date(year, 12, 31))
        {
            let by_name = name.ends_with(", substitute day");
            let moved = ["New Year", "2nd", "Patrick", "Boyne", "Andrew", "Christmas", "Boxing"];
            let movable = moved.iter().any(|it| name.contains(it));
            assert_eq!(by_name, movable && !fixed.contains(day), "{division:?} {day} {name}");
        }
    }
}

#[test]
fn christmas_2026_and_new_year_are_closed_in_scotland_and_england() {
    let england = Calendar::of(Division::EnglandAndWales);
    for calendar in [&england, &scotland()] {
        assert!(!calendar.is_working_day(day("2026-12-25")).unwrap());
        assert!(!calendar.is_working_day(day("2026-12-26")).unwrap(), "a Saturday");
        assert_eq!(calendar.closed(day("2026-12-26")).unwrap(), None);
        assert_eq!(calendar.closed(day("2026-12-28")).unwrap(), Some("Boxing Day, substitute day"));
        assert!(calendar.is_working_day(day("2026-12-29")).unwrap());
        assert!(!calendar.is_working_day(day("2027-01-01")).unwrap());
    }
    assert_eq!(scotland().closed(day("2027-01-04")).unwrap(), Some("2nd January, substitute day"));
    assert!(england.is_working_day(day("2027-01-04")).unwrap());
    // New Year 2028 is a Saturday: two substitute days in Scotland, one in England.
    assert!(!scotland().is_working_day(day("2028-01-04")).unwrap());
    assert!(england.is_working_day(day("2028-01-04")).unwrap());
}

#[test]
fn st_andrews_day_is_scotlands_and_easter_monday_is_not() {
    let england = Calendar::of(Division::EnglandAndWales);
    assert!(!scotland().is_working_day(day("2026-11-30")).unwrap());
    assert!(england.is_working_day(day("2026-11-30")).unwrap());
    assert!(scotland().is_working_day(day("2026-04-06")).unwrap());
    assert!(!england.is_working_day(day("2026-04-06")).unwrap());
    assert!(!scotland().is_working_day(day("2026-08-03")).unwrap(), "the first Monday of August");
    assert!(!england.is_working_day(day("2026-08-31")).unwrap(), "the last Monday of August");
}

#[test]
fn deadlines_go_over_bank_holidays() {
    let england = Calendar::of(Division::EnglandAndWales);
    let due = |calendar: &Calendar, from: &str, days| {
        calendar.add_working_days(day(from), days).unwrap().to_string()
    };
    assert_eq!(due(&Calendar::weekdays(), "2026-01-08", 5), "2026-01-15");
    assert_eq!(due(&scotland(), "2026-01-08", 2), "2026-01-12");
    // Wednesday 23 December: 24, 29, 30, 31 December, then 5 January in Scotland, 4 in England.
    assert_eq!(due(&scotland(), "2026-12-23", 5), "2027-01-05");
    assert_eq!(due(&england, "2026-12-23", 5), "2027-01-04");
    assert_eq!(due(&Calendar::weekdays(), "2026-12-23", 5), "2026-12-30");
    assert_eq!(due(&scotland(), "2026-11-27", 1), "2026-12-01");
    assert_eq!(due(&scotland(), "2026-04-02", 1), "2026-04-06");
    assert_eq!(due(&england, "2026-04-02", 1), "2026-04-07");
    assert_eq!(due(&scotland(), "2026-11-28", 0), "2026-11-28");
}

#[test]
fn past_what_is_published_nothing_is_guessed() {
    let unknown = scotland().add_working_days(day("2028-12-28"), 2).unwrap_err();
    assert_eq!(unknown.day, day("2029-01-01"));
    assert_eq!(
        unknown.to_string(),
        "the calendar scotland knows bank holidays from 01/01/2024 to 31/12/2028 and cannot say \
         of 01/01/2029"
    );
    assert!(scotland().is_working_day(day("2023-12-29")).is_err());
    assert_eq!(scotland().add_working_days(day("2028-12-28"), 1).unwrap(), day("2028-12-29"));
    assert!(Calendar::weekdays().is_working_day(day("2031-01-01")).unwrap());
    assert!(Calendar::weekdays().add_working_days(Date::MAX, 1).is_err());
}

#[test]
fn a_councils_own_days_are_laid_over_those_published() {
    let text = "[closed]\n2026-04-06 = \"Easter Monday\"\n\
                [open]\n2026-11-30 = \"St Andrew's Day\"\n2026-10-03 = \"count of votes\"\n";
    let own = Calendar::own("scotland", text).unwrap();
    assert_eq!(own.closed(day("2026-04-06")).unwrap(), Some("Easter Monday"));
    assert!(own.is_working_day(day("2026-11-30")).unwrap());
    assert!(own.is_working_day(day("2026-10-03")).unwrap(), "a Saturday on which it works");
    assert!(!own.is_working_day(day("2026-12-25")).unwrap());
    assert_eq!(own.closes().unwrap(), "Scottish bank holidays or the council's closed days");
    let other = Calendar::own("depot", "bank_holidays = \"none\"\n").unwrap();
    assert!(other.is_working_day(day("2026-12-25")).unwrap());
    assert_eq!((other.closes(), other.until()), (None, None));
}

#[test]
fn a_council_may_know_a_later_year_than_the_program() {
    let text = "until = \"2029-12-31\"\n[closed]\n2029-01-01 = \"New Year's Day\"\n";
    let own = Calendar::own("scotland", text).unwrap();
    assert!(!own.is_working_day(day("2029-01-01")).unwrap());
    assert!(own.is_working_day(day("2029-01-03")).unwrap());
    assert!(own.is_working_day(day("2030-01-03")).is_err());
}

#[test]
fn what_is_wrong_with_a_councils_file_is_told() {
    let wrong = |name: &str, text: &str| Calendar::own(name, text).unwrap_err().to_string();
    let both = "[closed]\n2026-04-06 = \"a\"\n[open]\n2026-04-06 = \"b\"\n";
    assert!(wrong("scotland", both).contains("2026-04-06 stands under [closed] and under [open]"));
    assert!(wrong("depot", "").contains("say whose bank holidays it has"));
    assert!(wrong("depot", "bank_holidays = \"wales\"").contains("bank_holidays = \"wales\""));
    assert!(wrong("scotland", "until = \"2027-12-31\"").contains("end on 2028-12-31"));
    assert!(
        wrong("scotland", "[closed]\n2026-02-30 = \"a\"\n").contains("calendars/scotland.toml")
    );
    assert!(wrong("scotland", "colour = 1").contains("colour"));
}

proptest! {
    #[test]
    fn days_added_are_days_counted(division in 0..3_usize, start in 0..1200_i32, days in 0..250_u32) {
        let calendar = Calendar::of(Division::ALL[division]);
        let from = date(2024, 1, 1) + start.days();
        let to = calendar.add_working_days(from, days).unwrap();
        prop_assert_eq!(calendar.working_days(from, to).unwrap(), days);
        prop_assert!(days == 0 || calendar.is_working_day(to).unwrap());
    }
}
