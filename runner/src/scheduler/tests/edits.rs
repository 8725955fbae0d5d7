//! Files that are changed, broken or mended while it serves, and calendars that end.

use super::*;

#[tokio::test]
async fn a_new_schedule_makes_up_for_nothing_and_a_changed_one_neither() {
    let place = Place::new(&cron("0 * * * *", "missed = \"all\"")).await;
    let mut serving = place.serve(Way::AtOnce).await;
    serving.at("2026-06-05T10:30:00Z").await;
    assert!(serving.begun().is_empty(), "what was due before it was first seen");
    place.work(&cron("15 * * * *", "missed = \"all\""));
    serving.at("2026-06-05T10:40:00Z").await;
    assert!(serving.begun().is_empty(), "10:15 was before these times were seen");
    serving.through("2026-06-05T10:41:00Z", "2026-06-05T11:20:00Z", 1).await;
    assert_eq!(serving.begun(), ["2026-06-05T11:15:00Z"], "by the new times, and not at 11:00");
    // Changed while nobody served.
    drop(serving);
    place.work(&cron("45 * * * *", "missed = \"all\""));
    let mut serving = place.serve(Way::AtOnce).await;
    serving.at("2026-06-05T15:00:00Z").await;
    assert!(serving.begun().is_empty());
}

#[tokio::test]
async fn a_broken_schedule_stops_and_says_so_until_it_is_mended() {
    let place = Place::new(&cron("0 * * * *", "missed = \"last\"")).await;
    let mut serving = place.serve(Way::AtOnce).await;
    serving.at("2026-06-05T10:59:00Z").await;
    for broken in ["cron = \"0 25 * * *\"", "cron = ", "cron = \"0 * * * *\"\ncolour = 1"] {
        place.work(broken);
        let ticked = serving.at("2026-06-05T11:00:00Z").await;
        assert!(ticked.begun.is_empty(), "{broken}: the last good one is not used");
        let told = &ticked.troubles["work"];
        assert!(!told.is_empty(), "{broken}");
        assert_eq!(serving.at("2026-06-05T12:00:00Z").await.troubles["work"], *told);
    }
    place.work(&cron("0 * * * *", "missed = \"last\""));
    let ticked = serving.at("2026-06-05T12:30:00Z").await;
    assert!(ticked.troubles.is_empty());
    assert_eq!(serving.begun(), ["2026-06-05T12:00:00Z"], "made up for as it says");
}

#[tokio::test]
async fn a_schedule_that_is_gone_is_forgotten() {
    let place = Place::new(&cron("0 * * * *", "missed = \"all\"\noverlap = \"queue\"")).await;
    let mut serving = place.serve(Way::GoesOn).await;
    serving.through("2026-06-05T10:59:00Z", "2026-06-05T12:01:00Z", 1).await;
    assert_eq!(serving.count(Firing::Queued).await, 1);
    let file = place.folder.path().join("schedules/work.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    serving.at("2026-06-05T12:02:00Z").await;
    assert_eq!(serving.count(Firing::Queued).await, 0);
    fs::write(&file, text).unwrap();
    serving.at("2026-06-05T18:30:00Z").await;
    assert_eq!(serving.begun().len(), 1, "it is a new one");
}

#[tokio::test]
async fn a_day_that_is_opened_afterwards_does_not_run_afterwards() {
    let place = Place::new(&cron("0 9 * * *", "calendar = \"scotland\"\nmissed = \"all\"")).await;
    let mut serving = place.serve(Way::AtOnce).await;
    serving.through("2026-11-29T10:00:00Z", "2026-11-30T12:00:00Z", 60).await;
    assert!(serving.begun().is_empty(), "St Andrew's Day");
    place.put("calendars/scotland.toml", "[open]\n2026-11-30 = \"St Andrew's Day\"\n");
    serving.at("2026-11-30T13:00:00Z").await;
    assert!(serving.begun().is_empty());
    serving.at("2026-12-01T09:00:00Z").await;
    assert_eq!(serving.begun(), ["2026-12-01T09:00:00Z"]);
}

#[tokio::test]
async fn past_the_end_of_a_calendar_it_says_so_and_guesses_nothing() {
    let when = cron("0 9 * * *", "calendar = \"scotland\"\nmissed = \"all\"");
    let place = Place::new(&when).await;
    let mut serving = place.serve(Way::AtOnce).await;
    serving.through("2028-12-30T08:00:00Z", "2028-12-31T12:00:00Z", 60).await;
    assert_eq!(serving.begun(), ["2028-12-30T09:00:00Z", "2028-12-31T09:00:00Z"]);
    let ticked = serving.at("2029-01-02T12:00:00Z").await;
    assert!(ticked.begun.is_empty());
    assert!(ticked.troubles["work"].contains("cannot say of 01/01/2029"), "{ticked:?}");
    // The council writes down what is known, and what was due meanwhile is made up for.
    let own = "until = \"2029-12-31\"\n[closed]\n2029-01-01 = \"New Year's Day\"\n";
    place.put("calendars/scotland.toml", own);
    let ticked = serving.at("2029-01-03T08:00:00Z").await;
    assert!(ticked.troubles.is_empty(), "{ticked:?}");
    assert_eq!(serving.begun()[2..], ["2029-01-02T09:00:00Z"]);
}
