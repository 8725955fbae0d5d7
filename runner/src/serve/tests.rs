use super::*;

/// Work of which so much is under way.
struct Under(watch::Sender<usize>);

impl Jobs for Under {
    fn waiting<'a>(&'a self, _: &'a Schedule) -> Answer<'a, Option<i64>> {
        Box::pin(async { Ok(None) })
    }

    fn busy<'a>(&'a self, _: &'a Schedule) -> Answer<'a, bool> {
        Box::pin(async { Ok(false) })
    }

    fn begin<'a>(&'a self, _: &'a Schedule, _: Timestamp) -> Answer<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

impl Work for Under {
    fn pick_up<'a>(&'a self, _: &'a [Schedule]) -> Answer<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn under_way(&self) -> watch::Receiver<usize> {
        self.0.subscribe()
    }
}

/// How many are left under way, with `then` done while they are waited for.
async fn left(within: Duration, then: impl FnOnce(&Under, &watch::Sender<Stop>)) -> usize {
    let work = Under(watch::Sender::new(2));
    let (stop, mut stopped) = watch::channel(Stop::Finish);
    let mut notify = Notify::default();
    let waiting = finish(&|_| {}, &work, within, &mut stopped, &mut notify);
    let (left, ()) = tokio::join!(waiting, async { then(&work, &stop) });
    left
}

#[tokio::test]
async fn what_is_in_hand_may_finish_but_only_for_so_long() {
    let hour = Duration::from_hours(1);
    assert_eq!(left(hour, |work, _| work.0.send_modify(|n| *n = 0)).await, 0);
    assert_eq!(left(Duration::from_millis(20), |_, _| {}).await, 2);
    let half = |work: &Under, _: &watch::Sender<Stop>| work.0.send_modify(|n| *n = 1);
    assert_eq!(left(Duration::from_millis(20), half).await, 1);
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let now = |_: &Under, stop: &watch::Sender<Stop>| stop.send_modify(|it| *it = Stop::Now);
    assert_eq!(left(Duration::from_hours(1), now).await, 2);
}

#[test]
fn it_wakes_just_after_each_second() {
    let at: Timestamp = "2026-06-05T10:00:00.250Z".parse().unwrap();
    assert_eq!(until_the_next_second(at), Duration::from_millis(752));
    let at: Timestamp = "2026-06-05T10:00:01Z".parse().unwrap();
    assert_eq!(until_the_next_second(at), Duration::from_millis(1002));
}
