//! A run that a person asked for is begun once, by whichever process serves.

use super::*;

fn olga() -> Actor {
    Actor { id: "user:olga.reid".to_owned(), kind: "person" }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_asked_for_is_begun_once_by_two_that_serve() {
    for when in [cron("0 7 * * *", ""), String::new()] {
        let place = Place::new(&when).await;
        if when.is_empty() {
            // Without times of its own it runs only when it is asked to.
            let text = "bot = \"rent-accounts\"\n[source]\nconnector = \"spreadsheet\"\n\
                path = \"inbox/work/*.xlsx\"\n";
            place.put("schedules/work.toml", text);
        }
        let (mut one, mut other) = (place.serve(Way::AtOnce).await, place.serve(Way::AtOnce).await);
        let asked = time("2026-06-05T10:05:00Z");
        assert!(one.store.ask_for_run("work", "late", &olga(), asked).await.unwrap());
        let more = time("2026-06-05T10:05:01Z");
        assert!(!other.store.ask_for_run("work", "late", &olga(), more).await.unwrap());
        for _ in 0..5 {
            let (a, b) = tokio::join!(one.scheduler.tick(more), other.scheduler.tick(more));
            a.unwrap();
            b.unwrap();
        }
        assert_eq!([one.begun(), other.begun()].concat(), ["2026-06-05T10:05:00Z"]);
        assert_eq!(one.entries("schedule.fired").await.len(), 1);
        assert_eq!(one.count(Firing::Done).await, 1);
        // It can be asked for again.
        assert!(one.store.ask_for_run("work", "again", &olga(), more).await.unwrap());
        one.scheduler.tick(more).await.unwrap();
        assert_eq!(one.count(Firing::Done).await, 2);
    }
}

#[tokio::test]
async fn a_run_of_a_schedule_that_is_gone_fails_and_one_that_is_wrong_waits() {
    let place = Place::new(&cron("0 7 * * *", "")).await;
    let mut one = place.serve(Way::AtOnce).await;
    let asked = time("2026-06-05T10:05:00Z");
    place.put("schedules/work.toml", "bot = \"no-such-bot\"\n");
    assert!(one.store.ask_for_run("work", "late", &olga(), asked).await.unwrap());
    one.scheduler.tick(asked).await.unwrap();
    assert_eq!(one.count(Firing::Queued).await, 1);
    fs::remove_file(place.folder.path().join("schedules/work.toml")).unwrap();
    one.scheduler.tick(asked).await.unwrap();
    assert_eq!((one.count(Firing::Queued).await, one.count(Firing::Failed).await), (0, 1));
    assert!(one.begun().is_empty());
}
