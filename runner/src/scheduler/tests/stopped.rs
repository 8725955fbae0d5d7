//! Clock changes, holidays, and time in which nobody served.

use super::*;

/// Serves to a moment, is stopped, and serves again from another; what was begun after that.
async fn stopped(when: &str, from: &str, stop: &str, start: &str, to: &str) -> (Place, Serving) {
    let place = Place::new(when).await;
    let mut before = place.serve(Way::AtOnce).await;
    before.through(from, stop, 10).await;
    drop(before);
    let mut after = place.serve(Way::AtOnce).await;
    after.through(start, to, 10).await;
    (place, after)
}

#[tokio::test]
async fn while_the_clocks_change_nothing_is_missed_and_nothing_doubled() {
    for (line, from, to, expected) in [
        // On 29 March 2026 there is no 01:30, on 25 October there are two.
        (
            "30 1 * * *",
            "2026-03-28T00:00:00Z",
            "2026-03-30T12:00:00Z",
            vec!["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
        ),
        (
            "30 1 * * *",
            "2026-10-24T00:00:00Z",
            "2026-10-26T12:00:00Z",
            vec!["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
        ),
        (
            "*/30 0-2 * * Sun",
            "2026-03-29T00:00:00Z",
            "2026-03-29T04:00:00Z",
            vec!["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"],
        ),
        (
            "*/30 1-2 * * Sun",
            "2026-10-24T23:50:00Z",
            "2026-10-25T04:00:00Z",
            vec![
                "2026-10-25T00:00:00Z",
                "2026-10-25T00:30:00Z",
                "2026-10-25T02:00:00Z",
                "2026-10-25T02:30:00Z",
            ],
        ),
    ] {
        for missed in ["all", "last", "none"] {
            let place = Place::new(&cron(line, &format!("missed = \"{missed}\""))).await;
            let mut serving = place.serve(Way::AtOnce).await;
            serving.through(from, to, 5).await;
            assert_eq!(serving.begun(), expected, "{line} {missed}");
            assert_eq!(serving.entries("schedule.fired").await.len(), expected.len());
            assert!(serving.entries("schedule.missed").await.is_empty());
        }
    }
}

#[tokio::test]
async fn stopped_over_a_clock_change_it_makes_up_as_it_is_told() {
    for (stop, start, nights) in [
        (
            "2026-03-28T12:00:00Z",
            "2026-03-30T12:00:00Z",
            ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
        ),
        (
            "2026-10-24T12:00:00Z",
            "2026-10-26T12:00:00Z",
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
        ),
    ] {
        for (missed, expected) in [("all", &nights[..]), ("last", &nights[1..]), ("none", &[])] {
            let when = cron("30 1 * * *", &format!("missed = \"{missed}\""));
            let (_place, serving) = stopped(&when, stop, stop, start, start).await;
            assert_eq!(serving.begun(), expected, "{missed}");
            assert_eq!(serving.count(Firing::Missed).await, 2 - expected.len(), "{missed}");
        }
    }
}

#[tokio::test]
async fn at_christmas_each_nation_keeps_its_own_days() {
    let ends = ["24", "29", "30", "31"];
    for (calendar, january) in
        [("scotland", &["05", "06"][..]), ("england-and-wales", &["04", "05", "06"])]
    {
        let december = ends.iter().map(|day| format!("2026-12-{day}T07:30:00Z"));
        let january = january.iter().map(|day| format!("2027-01-{day}T07:30:00Z"));
        let days: Vec<String> = december.chain(january).collect();
        let last = days.len() - 1;
        for (missed, made_up) in [("all", &days[..]), ("last", &days[last..]), ("none", &[])] {
            let rest = format!("calendar = \"{calendar}\"\nmissed = \"{missed}\"");
            let when = cron("30 7 * * Mon-Fri", &rest);
            let (eve, back) = ("2026-12-23T12:00:00Z", "2027-01-06T12:00:00Z");
            let place = Place::new(&when).await;
            let mut serving = place.serve(Way::AtOnce).await;
            serving.through(eve, back, 30).await;
            // Every half hour is often enough only where no run is late by more than five minutes.
            assert_eq!(serving.begun(), days, "served through, {calendar}");
            let (_place, serving) = stopped(&when, eve, eve, back, back).await;
            assert_eq!(serving.begun(), made_up, "stopped, {calendar} {missed}");
            let lost = serving.count(Firing::Missed).await;
            assert_eq!(lost, days.len() - made_up.len(), "{calendar} {missed}");
        }
    }
}

#[tokio::test]
async fn stopped_for_a_weekend_it_makes_up_as_it_is_told() {
    // From 18:00 on Friday to 08:00 on Monday, British summer time, are 63 hours.
    let (from, stop) = ("2026-06-05T14:55:00Z", "2026-06-05T16:15:00Z");
    for (missed, begun) in [("all", 63), ("last", 1), ("none", 0)] {
        let when = cron("0 * * * *", &format!("missed = \"{missed}\""));
        let late = "2026-06-08T07:10:00Z";
        let (_place, mut serving) = stopped(&when, from, stop, late, late).await;
        assert_eq!(serving.begun().len(), begun, "{missed}");
        assert_eq!(serving.count(Firing::Missed).await, 63 - begun, "{missed}");
        let told = serving.entries("schedule.missed").await;
        match missed {
            "all" => {
                assert_eq!(serving.begun()[0], "2026-06-05T17:00:00Z", "the oldest first");
                assert!(told.is_empty());
            }
            "last" => {
                assert_eq!(serving.begun(), ["2026-06-08T07:00:00Z"]);
                assert_eq!(told, [("2026-06-08T06:00:00.000000Z".to_owned(), 62)]);
            }
            _ => assert_eq!(told, [("2026-06-08T07:00:00.000000Z".to_owned(), 63)]),
        }
        // And then it goes on as ever.
        serving.through("2026-06-08T07:20:00Z", "2026-06-08T08:20:00Z", 10).await;
        assert_eq!(serving.begun().len(), begun + 1, "{missed}");
    }
}

#[tokio::test]
async fn a_run_that_is_due_now_stands_for_those_missed_but_where_each_is_wanted() {
    let (from, stop) = ("2026-06-05T14:55:00Z", "2026-06-05T16:15:00Z");
    for (missed, begun) in [("all", 63), ("last", 1), ("none", 1)] {
        let when = cron("0 * * * *", &format!("missed = \"{missed}\""));
        let on_time = "2026-06-08T07:00:30Z";
        let (_place, serving) = stopped(&when, from, stop, on_time, on_time).await;
        assert_eq!(serving.begun().len(), begun, "{missed}");
        assert_eq!(serving.begun().last().unwrap(), "2026-06-08T07:00:00Z", "{missed}");
        assert_eq!(serving.count(Firing::Missed).await, 63 - begun, "{missed}");
        assert_eq!(serving.count(Firing::Skipped).await, 0, "{missed}");
    }
}

#[tokio::test]
async fn of_very_many_missed_all_are_made_up_for_or_counted() {
    // Every minute of three days: 4,320, of which the first tick may make up for a thousand.
    let (stop, start) = ("2026-06-05T12:00:30Z", "2026-06-08T12:00:30Z");
    let quick = "2026-06-08T12:00:31Z";
    for (missed, begun) in [("all", 4320), ("last", 1), ("none", 1)] {
        let place = Place::new(&cron("* * * * *", &format!("missed = \"{missed}\""))).await;
        place.serve(Way::AtOnce).await.at(stop).await;
        let mut serving = place.serve(Way::AtOnce).await;
        for now in [start, quick, quick, quick, quick] {
            serving.at(now).await;
        }
        assert_eq!(serving.begun().len(), begun, "{missed}");
        let told = serving.entries("schedule.missed").await;
        if missed == "all" {
            let mut once = serving.begun();
            once.dedup();
            assert_eq!((once.len(), told.len()), (4320, 0));
        } else {
            assert_eq!(told.len(), 1);
            assert_eq!(
                told[0].1, 4315,
                "those of the last five minutes are on time: the first of them runs"
            );
        }
    }
}
