use super::*;
use crate::schedule::calendar::Division;
use crate::schedule::{Missed, Overlap};

fn when(cron: &str) -> When {
    When {
        cron: cron.to_owned(),
        time_zone: "Europe/London".to_owned(),
        calendar: None,
        missed: Missed::Last,
        overlap: Overlap::Skip,
        deadline: None,
    }
}

/// The next runs after a moment, on the clock with its offset.
fn runs(cron: &str, after: &str, calendar: &Calendar, many: usize) -> Vec<String> {
    let times = Times::of(&when(cron)).unwrap();
    let runs = times.after(after.parse().unwrap(), calendar).take(many);
    runs.map(|run| run.unwrap().strftime("%m-%d %H:%M%:z").to_string()).collect()
}

fn any_day(cron: &str, after: &str, many: usize) -> Vec<String> {
    runs(cron, after, &Calendar::weekdays(), many)
}

#[test]
fn a_time_that_does_not_exist_runs_once_at_the_first_moment_after_the_gap() {
    // On 29 March 2026 the clocks go from 01:00 to 02:00.
    assert_eq!(
        any_day("30 1 * * *", "2026-03-28T00:00:00Z", 3),
        ["03-28 01:30+00:00", "03-29 02:00+01:00", "03-30 01:30+01:00"]
    );
    assert_eq!(any_day("0 1 * * *", "2026-03-28T12:00:00Z", 1), ["03-29 02:00+01:00"]);
    assert_eq!(any_day("59 1 * * *", "2026-03-28T12:00:00Z", 1), ["03-29 02:00+01:00"]);
    // Several that end up at that moment, and one that belongs there, are one run.
    assert_eq!(
        any_day("*/30 * * * *", "2026-03-29T00:20:00Z", 3),
        ["03-29 00:30+00:00", "03-29 02:00+01:00", "03-29 02:30+01:00"]
    );
}

#[test]
fn after_the_gap_its_run_is_not_made_again() {
    assert_eq!(any_day("30 1 * * *", "2026-03-29T01:00:00Z", 1), ["03-30 01:30+01:00"]);
    assert_eq!(any_day("30 1 * * *", "2026-03-29T00:59:59Z", 1), ["03-29 02:00+01:00"]);
}

#[test]
fn a_time_that_comes_twice_runs_the_first_time_only() {
    // On 25 October 2026 the clocks go from 02:00 back to 01:00.
    assert_eq!(
        any_day("30 1 * * *", "2026-10-24T00:00:00Z", 3),
        ["10-24 01:30+01:00", "10-25 01:30+01:00", "10-26 01:30+00:00"]
    );
    assert_eq!(
        any_day("*/30 * * * *", "2026-10-24T23:50:00Z", 4),
        ["10-25 01:00+01:00", "10-25 01:30+01:00", "10-25 02:00+00:00", "10-25 02:30+00:00"]
    );
}

#[test]
fn the_second_time_is_not_a_run_wherever_one_begins_to_look() {
    for after in ["2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"] {
        assert_eq!(any_day("30 1 * * *", after, 1), ["10-26 01:30+00:00"], "{after}");
    }
}

#[test]
fn a_morning_run_keeps_its_time_on_the_clock() {
    assert_eq!(
        any_day("30 7 * * *", "2026-03-28T08:00:00Z", 2),
        ["03-29 07:30+01:00", "03-30 07:30+01:00"]
    );
    assert_eq!(
        any_day("30 7 * * *", "2026-10-24T08:00:00Z", 2),
        ["10-25 07:30+00:00", "10-26 07:30+00:00"]
    );
}

#[test]
fn a_closed_day_is_left_out_and_a_weekend_is_the_cron_lines_matter() {
    let scotland = Calendar::of(Division::Scotland);
    assert_eq!(
        runs("30 7 * * Mon-Fri", "2026-12-24T08:00:00Z", &scotland, 4),
        ["12-29 07:30+00:00", "12-30 07:30+00:00", "12-31 07:30+00:00", "01-05 07:30+00:00"]
    );
    let times = Times::of(&when("30 7 * * Mon-Fri")).unwrap();
    let mut runs_of = times.after("2026-12-24T08:00:00Z".parse().unwrap(), &scotland);
    assert_eq!(runs_of.by_ref().take(3).flatten().count(), 3);
    let left_out: Vec<String> = runs_of.left_out().keys().map(ToString::to_string).collect();
    assert_eq!(left_out, ["2026-12-25", "2026-12-28"]);
    assert_eq!(
        runs("30 7 * * *", "2026-12-24T08:00:00Z", &scotland, 3),
        ["12-26 07:30+00:00", "12-27 07:30+00:00", "12-29 07:30+00:00"]
    );
}

#[test]
fn runs_end_where_the_calendar_ends() {
    let times = Times::of(&when("30 7 * * Mon-Fri")).unwrap();
    let scotland = Calendar::of(Division::Scotland);
    let after = "2028-12-28T12:00:00Z".parse().unwrap();
    let mut runs = times.after(after, &scotland);
    assert_eq!(runs.next().unwrap().unwrap().date().to_string(), "2028-12-29");
    assert_eq!(runs.next().unwrap().unwrap_err().day.to_string(), "2029-01-01");
    assert!(runs.next().is_none());
    // One that is closed every year it is known ends too.
    let times = Times::of(&when("0 9 25 12 *")).unwrap();
    let mut christmas = times.after("2025-06-01T00:00:00Z".parse().unwrap(), &scotland);
    let first = christmas.next().unwrap().unwrap().date().to_string();
    assert_eq!(first, "2027-12-25", "a Saturday, kept on the Monday");
    assert!(christmas.next().unwrap().is_err());
}

#[test]
fn what_is_wrong_with_times_is_told_all_at_once() {
    let mut wrong = when("0 30 7 * * Mon-Fri");
    wrong.time_zone = "Europe/Strathmarnock".to_owned();
    let faults = Times::of(&wrong).unwrap_err();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("minute, hour, day of the month"), "{faults:?}");
    assert!(faults[1].contains("Europe/Strathmarnock"), "{faults:?}");
    assert!(Times::of(&when("0 7 30 2 *")).unwrap_err()[0].contains("no such day"));
    assert!(Times::of(&when("0 7 29 2 *")).is_ok(), "it comes every four years");
}
