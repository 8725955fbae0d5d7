//! Due while the last run is under way.

use super::*;

async fn under_way(overlap: &str) -> (Place, Serving) {
    let place = Place::new(&cron("0 * * * *", &format!("overlap = \"{overlap}\""))).await;
    let mut serving = place.serve(Way::GoesOn).await;
    serving.through("2026-06-05T10:59:00Z", "2026-06-05T13:01:00Z", 1).await;
    assert_eq!(serving.begun(), ["2026-06-05T11:00:00Z"], "{overlap}");
    (place, serving)
}

#[tokio::test]
async fn skip_leaves_it_out_and_logs_that() {
    let (_place, mut serving) = under_way("skip").await;
    assert_eq!(serving.count(Firing::Skipped).await, 2);
    let skipped: Vec<String> =
        serving.entries("schedule.skipped").await.into_iter().map(|(due, _)| due).collect();
    assert_eq!(skipped, ["2026-06-05T12:00:00.000000Z", "2026-06-05T13:00:00.000000Z"]);
    serving.end("2026-06-05T11:00:00Z").await;
    serving.at("2026-06-05T13:02:00Z").await;
    assert_eq!(serving.begun().len(), 1, "what is left out is not made up for");
    serving.at("2026-06-05T14:00:00Z").await;
    assert_eq!(serving.begun().len(), 2);
}

#[tokio::test]
async fn queue_lets_one_wait_and_no_more() {
    let (_place, mut serving) = under_way("queue").await;
    assert_eq!((serving.count(Firing::Queued).await, serving.count(Firing::Skipped).await), (1, 1));
    assert_eq!(serving.entries("schedule.fired").await.len(), 1, "what waits has not fired");
    serving.end("2026-06-05T11:00:00Z").await;
    serving.at("2026-06-05T13:02:00Z").await;
    assert_eq!(serving.begun(), ["2026-06-05T11:00:00Z", "2026-06-05T12:00:00Z"]);
    assert_eq!(serving.entries("schedule.fired").await.len(), 2);
    serving.at("2026-06-05T13:03:00Z").await;
    assert_eq!(serving.begun().len(), 2, "it is under way now");
}

#[tokio::test]
async fn what_waited_when_the_process_died_still_runs() {
    let (place, serving) = under_way("queue").await;
    drop(serving);
    let mut next = place.serve(Way::AtOnce).await;
    next.at("2026-06-05T13:02:00Z").await;
    assert_eq!(next.begun(), ["2026-06-05T11:00:00Z", "2026-06-05T12:00:00Z"]);
}
