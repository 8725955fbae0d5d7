//! A due time fires once, whoever serves and whoever dies.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn two_that_serve_one_store_fire_once() {
    let place = Place::new(&cron("*/10 * * * *", "missed = \"all\"")).await;
    let (mut one, mut other) = (place.serve(Way::AtOnce).await, place.serve(Way::AtOnce).await);
    let mut now = time("2026-06-05T10:05:00Z");
    for _ in 0..30 {
        let (a, b) = tokio::join!(one.scheduler.tick(now), other.scheduler.tick(now));
        a.unwrap();
        b.unwrap();
        now = now.checked_add(SignedDuration::from_mins(10)).unwrap();
    }
    let mut begun = [one.begun(), other.begun()].concat();
    assert_eq!(begun.len(), 29);
    begun.sort();
    begun.dedup();
    assert_eq!(begun.len(), 29, "none of them twice");
    assert_eq!(one.entries("schedule.fired").await.len(), 29);
    assert_eq!(one.count(Firing::Done).await, 29);
}

#[tokio::test]
async fn killed_between_claim_and_begin_it_is_begun_at_the_next_start_and_fires_once() {
    for missed in ["all", "last", "none"] {
        let place = Place::new(&cron("0 * * * *", &format!("missed = \"{missed}\""))).await;
        let mut dying = place.serve(Way::Dies).await;
        dying.at("2026-06-05T10:59:00Z").await;
        let jobs = Arc::clone(&dying.jobs);
        tokio::select! {
            _ = dying.at("2026-06-05T11:00:00Z") => panic!("it begins and never comes back"),
            () = jobs.asked.notified() => {}
        }
        assert_eq!(dying.count(Firing::Fired).await, 1, "claimed, and not begun");
        drop((dying, jobs));
        let mut next = place.serve(Way::AtOnce).await;
        next.at("2026-06-05T11:30:00Z").await;
        next.at("2026-06-05T11:30:01Z").await;
        assert_eq!(next.begun(), ["2026-06-05T11:00:00Z"], "{missed}");
        assert_eq!(next.entries("schedule.fired").await.len(), 1, "{missed}");
        assert_eq!(next.count(Firing::Done).await, 1);
    }
}

#[tokio::test]
async fn killed_during_its_run_it_is_begun_again_by_another_that_serves() {
    let place = Place::new(&cron("0 * * * *", "")).await;
    let (mut one, mut other) = (place.serve(Way::GoesOn).await, place.serve(Way::AtOnce).await);
    one.at("2026-06-05T10:59:00Z").await;
    assert_eq!(one.at("2026-06-05T11:00:00Z").await.begun.len(), 1);
    assert!(other.at("2026-06-05T11:00:01Z").await.begun.is_empty(), "its process lives");
    drop(one);
    assert_eq!(other.at("2026-06-05T11:00:02Z").await.begun.len(), 1);
    assert_eq!(other.begun(), ["2026-06-05T11:00:00Z"]);
    assert_eq!(other.entries("schedule.fired").await.len(), 1);
}

#[tokio::test]
async fn with_nothing_to_take_it_is_logged_once_and_no_run_is_begun() {
    let place = Place::new(&cron("0 * * * *", "missed = \"all\"")).await;
    let mut serving = place.serve(Way::AtOnce).await;
    serving.jobs.files.store(0, Ordering::SeqCst);
    serving.through("2026-06-05T10:59:00Z", "2026-06-05T11:20:00Z", 1).await;
    assert!(serving.begun().is_empty());
    let quiet = [("2026-06-05T11:00:00.000000Z".to_owned(), 0)];
    assert_eq!(serving.entries("schedule.fired").await, quiet);
    assert_eq!(serving.count(Firing::Done).await, 1);
    serving.jobs.files.store(2, Ordering::SeqCst);
    serving.at("2026-06-05T12:00:00Z").await;
    assert_eq!(serving.entries("schedule.fired").await[1].1, 2);
}
