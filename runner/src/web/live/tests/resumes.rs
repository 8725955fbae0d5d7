//! A stream goes on where it was cut, keeps up or says what it left out, and ends when it should.

use super::*;
use crate::db::Db;

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_cut_again_and_again_goes_on_without_gap_or_repeat() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let first = size(&site).await;
    let store = std::sync::Arc::clone(&site.app.store);
    let writer = tokio::spawn(async move {
        write(&store, 300, Duration::from_millis(8)).await;
    });
    let end = first + 299;
    let (mut seen, mut last) = (Vec::new(), Some(first - 1));
    let mut cuts = 0;
    while last < Some(end) {
        let mut viewer = Viewer::open(&olga, "", last).await;
        // Some are cut at once, some in the middle of a stretch.
        for _ in 0..cuts % 23 {
            match viewer.next().await.unwrap() {
                Event::Row(index, row) => {
                    assert!(row.contains("Runner started"), "{row}");
                    seen.push(index);
                }
                Event::Beat => {}
                other => panic!("{other:?}"),
            }
            if viewer.last >= Some(end) {
                break;
            }
        }
        last = viewer.last.or(last);
        cuts += 1;
    }
    writer.await.unwrap();
    assert!(cuts > 10, "{cuts}");
    assert_eq!(seen, (first..=end).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_fast_to_be_read_is_said_and_leaves_no_gap() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let first = size(&site).await;
    let mut viewer = Viewer::open(&olga, &format!("?after={}", first - 1), None).await;
    let many: Vec<Entry> = (0..3000).map(|_| entry(Kind::RunnerStarted)).collect();
    append(&site.app.store, &many).await;
    let covered = viewer.until(first + 2999).await;
    let mut next = first;
    for (from, to) in &covered {
        assert_eq!(*from, next, "{covered:?}");
        next = to + 1;
    }
    assert_eq!(next, first + 3000);
    assert!(covered.len() < 400, "{}", covered.len());
    // Who comes back late is told what they missed, and sees the newest.
    let mut late = Viewer::open(&olga, "", Some(first)).await;
    let covered = late.until(first + 2999).await;
    assert_eq!(covered[0].0, first + 1);
    assert_eq!(covered.len(), 201, "{covered:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_writes_is_seen_within_a_second() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let mut viewer = Viewer::open(&olga, "", None).await;
    assert_eq!(viewer.next().await, Some(Event::Beat));
    let db = Db::open(&site.app.folder.database(), false).await.unwrap();
    let other = Store::of(db, crate::vault::Vault::new(&[1; 32]));
    let index = size(&site).await;
    let begun = tokio::time::Instant::now();
    append(&other, &[entry(Kind::RunnerStopped)]).await;
    viewer.until(index).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session_and_its_place_is_free_again() {
    let site = Site::new().await;
    for how in [
        "UPDATE person SET disabled_at = 1 WHERE login = $1",
        "DELETE FROM session WHERE person = (SELECT id FROM person WHERE login = $1)",
        "UPDATE session SET ends_at = 1 WHERE person = (SELECT id FROM person WHERE login = $1)",
        "UPDATE person SET roles = 'officer' WHERE login = $1",
    ] {
        let login = format!("olga.{}", how.len());
        let olga = site.signed_in(&login, &[Role::Operator]).await;
        let mut viewer = Viewer::open(&olga, "", None).await;
        assert_eq!(viewer.next().await, Some(Event::Beat));
        assert_eq!(viewer.next().await, Some(Event::Beat), "it lasts");
        assert_eq!(site.app.live.watching(), 1);
        let mut tx = site.app.store.db.begin().await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(how)).bind(&login).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut last = viewer.next().await;
        while last == Some(Event::Beat) {
            last = viewer.next().await;
        }
        assert_eq!(last, Some(Event::Ended), "{how}");
        assert_eq!(viewer.next().await, None);
        drop(viewer);
        assert_eq!(site.app.live.watching(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sixth_stream_of_one_person_is_refused() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        open.push(Viewer::open(&olga, "", None).await);
    }
    let refused = olga.get("/log/stream").await;
    refused.is(503).says("lose one of them").says("Refresh");
    let tom = site.signed_in("tom.hay", &[Role::Auditor]).await;
    open.push(Viewer::open(&tom, "", None).await);
    drop(open.remove(0));
    Viewer::open(&olga, "", None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_when_the_server_stops() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let mut viewer = Viewer::open(&olga, "", None).await;
    assert_eq!(viewer.next().await, Some(Event::Beat));
    site.stop();
    assert_eq!(viewer.next().await, None);
}
