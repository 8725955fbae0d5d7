use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

const LONG: Duration = Duration::from_hours(1);

fn limits(requests: usize, busy: u64, window: u64, at_once: usize) -> Limits {
    Limits {
        requests,
        busy: Duration::from_secs(busy),
        window: Duration::from_secs(window),
        at_once,
    }
}

fn soon() -> Instant {
    Instant::now() + LONG
}

#[tokio::test(start_paused = true)]
async fn no_window_holds_more_requests_than_the_limit() {
    let patience = Patience::new(limits(20, 100_000, 10, 8));
    let starts = Arc::new(Mutex::new(Vec::new()));
    let mut workers = Vec::new();
    for worker in 0..100_u64 {
        let (patience, starts) = (patience.clone(), Arc::clone(&starts));
        workers.push(tokio::spawn(async move {
            for turn in 0..3_u64 {
                let permit = patience.admit(soon()).await.unwrap();
                // The other system counts a request somewhere between sending and answer.
                tokio::time::sleep(Duration::from_millis((worker * 7 + turn) % 40)).await;
                starts.lock().unwrap().push(Instant::now());
                tokio::time::sleep(Duration::from_millis((worker * 3) % 50)).await;
                drop(permit);
            }
        }));
    }
    for worker in workers {
        worker.await.unwrap();
    }
    let mut starts = starts.lock().unwrap().clone();
    starts.sort();
    assert_eq!(starts.len(), 300);
    for (first, next) in starts.iter().zip(&starts[20..]) {
        assert!(*next - *first >= Duration::from_secs(10), "{:?}", *next - *first);
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_are_under_way_than_the_limit_and_all_of_them_are_used() {
    let patience = Patience::new(limits(10_000, 100_000, 300, 7));
    let (now, peak) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let workers: Vec<_> = (0..100)
        .map(|_| {
            let (patience, now, peak) = (patience.clone(), Arc::clone(&now), Arc::clone(&peak));
            tokio::spawn(async move {
                let permit = patience.admit(soon()).await.unwrap();
                let under_way = now.fetch_add(1, Ordering::SeqCst) + 1;
                peak.fetch_max(under_way, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(5)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                drop(permit);
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(peak.load(Ordering::SeqCst), 7);
}

#[tokio::test(start_paused = true)]
async fn the_time_that_requests_take_together_is_limited() {
    let patience = Patience::new(limits(1000, 30, 300, 10));
    let began = Instant::now();
    for _ in 0..3 {
        let permit = patience.admit(soon()).await.unwrap();
        tokio::time::sleep(Duration::from_secs(10)).await;
        drop(permit);
    }
    assert_eq!(began.elapsed(), Duration::from_secs(30));
    drop(patience.admit(soon()).await.unwrap());
    // The first of them ended at 10 s and counts for 300 s more.
    assert!(began.elapsed() >= Duration::from_secs(310), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_everyones_and_a_shorter_one_does_not_end_it() {
    let patience = Patience::new(Limits::default());
    let began = Instant::now();
    patience.pause(Duration::from_secs(40));
    patience.clone().pause(Duration::from_secs(5));
    assert_eq!(patience.paused_for(), Some(Duration::from_secs(40)));
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let patience = patience.clone();
            tokio::spawn(async move {
                drop(patience.admit(soon()).await.unwrap());
                Instant::now()
            })
        })
        .collect();
    for one in waiting {
        assert!(one.await.unwrap() - began >= Duration::from_secs(40));
    }
    assert_eq!(patience.paused_for(), None);
}

#[tokio::test(start_paused = true)]
async fn who_cannot_wait_so_long_is_told_at_once_how_long_it_takes() {
    let patience = Patience::new(limits(1, 100, 300, 5));
    patience.pause(Duration::from_secs(200));
    let no_room = patience.admit(Instant::now() + Duration::from_mins(1)).await.unwrap_err();
    assert_eq!(no_room, NoRoom { after: Duration::from_secs(200), asked: true });
    tokio::time::advance(Duration::from_secs(201)).await;
    drop(patience.admit(soon()).await.unwrap());
    let no_room = patience.admit(Instant::now() + Duration::from_mins(1)).await.unwrap_err();
    assert_eq!(no_room, NoRoom { after: Duration::from_mins(5), asked: false });
}

#[tokio::test(start_paused = true)]
async fn after_a_complaint_fewer_are_under_way_until_it_goes_well_for_a_while() {
    let patience = Patience::new(limits(10_000, 10_000, 300, 52));
    patience.fewer_at_once();
    assert_eq!(patience.at_once(), 26);
    for _ in 0..10 {
        patience.fewer_at_once();
    }
    assert_eq!(patience.at_once(), 1);
    for _ in 0..100 {
        patience.went_well();
    }
    assert_eq!(patience.at_once(), 3);
    patience.suits(2);
    assert_eq!(patience.at_once(), 2);
    patience.suits(1);
    assert_eq!(patience.at_once(), 2, "only the first word counts");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_given_up_still_counts() {
    let patience = Patience::new(limits(1, 100, 10, 5));
    let permit = patience.admit(soon()).await.unwrap();
    let dropped = tokio::spawn(async move {
        let _permit = permit;
        std::future::pending::<()>().await;
    });
    dropped.abort();
    assert!(dropped.await.is_err());
    let began = Instant::now();
    drop(patience.admit(soon()).await.unwrap());
    assert!(began.elapsed() >= Duration::from_secs(10));
}

#[test]
fn pauses_grow_to_a_cap_are_drawn_from_the_whole_span_and_end() {
    let tries = Tries {
        at_most: 5,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(3),
        hold: LONG,
    };
    for (failed, longest) in [(1, 1), (2, 2), (3, 3), (4, 3)] {
        let span = Duration::from_secs(longest);
        let nanos = u64::try_from(span.as_nanos()).unwrap();
        assert_eq!(tries.pause(failed, 0), Some(Duration::ZERO));
        assert_eq!(tries.pause(failed, nanos), Some(span));
        assert_eq!(tries.pause(failed, nanos + 1), Some(Duration::ZERO));
    }
    assert_eq!(tries.pause(5, 7), None);
}

#[test]
fn retry_after_is_read_as_seconds_and_as_a_date() {
    let date = Some("Sun, 22 Nov 2026 10:00:00 GMT");
    let seconds = |value, date| retry_after(value, date).map(|wait| wait.as_secs());
    assert_eq!(seconds("17", None), Some(17));
    assert_eq!(seconds(" 0 ", date), Some(0));
    assert_eq!(seconds("Sun, 22 Nov 2026 10:02:05 GMT", date), Some(125));
    assert_eq!(seconds("Sun, 22 Nov 2026 09:59:00 GMT", date), Some(0), "past already");
    assert_eq!(seconds("Sun, 22 Nov 2026 10:02:05 GMT", None), None);
    assert_eq!(seconds("soon", date), None);
    assert_eq!(seconds("", date), None);
    assert_eq!(seconds("99999999999999999999999", None), Some(86_400));
}

#[test]
fn whoever_speaks_in_the_same_name_shares_one_patience() {
    let register = Register::default();
    let one = register.of("crm app", Limits::default());
    one.fewer_at_once();
    assert_eq!(register.clone().of("crm app", Limits::default()).at_once(), 26);
    assert_eq!(register.of("crm other", Limits::default()).at_once(), 52);
}
