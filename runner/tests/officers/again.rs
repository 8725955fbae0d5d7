//! Putting off what is referred, and taking it up on its day: when, and by whom.

use std::collections::BTreeMap;
use std::sync::Arc;

use clerkwork_runner::clock;
use clerkwork_runner::health::conditions::{self, Code};
use clerkwork_runner::ids::{BatchId, ItemId};
use clerkwork_runner::operate::{self, Looked, Looking, Read};
use clerkwork_runner::review;
use clerkwork_runner::state::{Batch, Item};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::harness::{Form, Office, bot};

/// An office with one item that waits for its proof, put off for sixty days from today.
async fn put_off() -> (Office, ItemId, Date) {
    let office = Office::open().await;
    let item = office.run(&[Form::new(1).with("Evidence seen", "No")]).item(2);
    assert_eq!(office.store.item(item).await.unwrap().reason, "ask-for-evidence");
    let today = clock::today();
    let until = today.checked_add(60.days()).unwrap();
    operate::postpone(&office.acting("the claim is pending"), item, until, today).await.unwrap();
    (office, item, until)
}

async fn look(office: &Office, item: ItemId, today: Date, early: bool) -> Looked {
    let (_, kept) = office.store.case(item).await.unwrap();
    let lookups = BTreeMap::from([("school-roll".to_owned(), "none".to_owned())]);
    let asked = Looking {
        earlier: item,
        kept,
        read: Read::Kept(None),
        early,
        schedule: "free-school-meals",
        lookups: &lookups,
        today,
        due: None,
    };
    let (acting, policy) = (office.acting("its day has come"), office.policy());
    operate::look_again(&acting, &office.store, bot(), &policy, asked).await.unwrap()
}

#[tokio::test]
async fn what_is_put_off_is_not_late_before_its_day_and_is_told_of_when_nothing_took_it_up() {
    let (office, item, until) = put_off().await;
    assert_eq!(office.store.due(item).await.unwrap(), Some(until));
    let day = |days: i64| until.checked_add(days.days()).unwrap();
    let (folder, store) = (&office.folder, &office.store);
    for (days, batches, looks) in [(-20, 0, 0), (0, 0, 0), (1, 1, 0), (2, 1, 1)] {
        let late = conditions::batches(folder, store, day(days)).await.unwrap();
        let told = conditions::looks(store, day(days)).await.unwrap();
        assert_eq!((late.len(), told.len()), (batches, looks), "{days} days after: {late:?}");
        assert!(told.iter().all(|it| it.code == Code::LookLate));
    }
    operate::retry(&office.acting("it is urgent"), item).await.unwrap();
    assert_eq!(conditions::batches(folder, store, day(-20)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_look_is_taken_on_the_day_or_when_somebody_asks_and_once() {
    let (office, item, until) = put_off().await;
    let before = until.yesterday().unwrap();
    assert_eq!(look(&office, item, before, false).await, Looked::No);
    let acting = office.acting("mind this one");
    review::assign(&acting, item, "Cal Dunn").await.unwrap();
    let Looked::Opened(batch, now) = look(&office, item, before, true).await else {
        panic!("somebody asked for it");
    };
    let (old, new) =
        (office.store.item(item).await.unwrap(), office.store.item(now).await.unwrap());
    assert_eq!((old.state, new.state), (Item::Cancelled, Item::Ready));
    assert_eq!((new.follows, new.assigned_to.as_deref()), (Some(item), Some("Cal Dunn")));
    assert_eq!(office.store.looks(now).await.unwrap(), [before]);
    assert_eq!(office.store.batch(item.batch()).await.unwrap().state, Batch::Complete);
    assert_eq!(office.store.batch(batch).await.unwrap().state, Batch::Running);
    assert_eq!(look(&office, item, until, true).await, Looked::No, "it is put off no more");
    office.is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_take_up_the_same_item_at_once_one_gets_it() {
    let (office, item, until) = put_off().await;
    let office = Arc::new(office);
    let looks = (0..8).map(|_| {
        let office = Arc::clone(&office);
        tokio::spawn(async move { look(&office, item, until, false).await })
    });
    let mut opened = 0;
    for look in looks.collect::<Vec<_>>() {
        opened += usize::from(matches!(look.await.unwrap(), Looked::Opened(..)));
    }
    assert_eq!((opened, office.store.superseded_by(item).await.unwrap().len()), (1, 1));
    office.is_sound().await;
}

#[tokio::test]
async fn a_batch_that_is_paused_waits_with_what_is_put_off_in_it() {
    let office = Office::open().await;
    let batch = office.run(&[Form::unclear(1), Form::new(2)]);
    let (waits, ready) = (batch.item(2), office.item_in(batch.item(3), Item::Ready).await);
    let (today, acting) = (clock::today(), office.acting("later"));
    let until = today.tomorrow().unwrap();
    operate::postpone(&acting, ready, until, today).await.unwrap();
    operate::postpone(&acting, waits, until, today).await.unwrap();
    let held: BatchId = ready.batch();
    let due = office.store.due_again(until).await.unwrap();
    assert_eq!(due.iter().map(|it| it.item).collect::<Vec<_>>(), [waits, ready]);
    let sql = format!("UPDATE batch SET state = 'paused' WHERE id = {held}");
    let mut tx = office.store.db.begin().await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(office.store.due_again(until).await.unwrap().len(), 1);
    assert_eq!(look(&office, ready, until, true).await, Looked::No);
    assert_eq!(office.state(ready).await, Item::Postponed);
}

#[tokio::test]
async fn what_intake_or_a_person_wanted_looked_at_is_not_forgotten_by_a_look() {
    let office = Office::open().await;
    let done = office.run(&[Form::new(1)]).item(2);
    let review = office.item_in(done, Item::Referred).await;
    let (today, acting) = (clock::today(), office.acting("when she is back"));
    let until = today.tomorrow().unwrap();
    operate::postpone(&acting, review, until, today).await.unwrap();
    let Looked::Opened(_, now) = look(&office, review, until, false).await else {
        panic!("its day has come");
    };
    let (_, case) = office.store.case(now).await.unwrap();
    let needs: Vec<&str> = case.needs.iter().map(|need| need.code.as_str()).collect();
    assert_eq!(needs, ["review-asked"]);
}

#[tokio::test]
async fn what_was_decided_and_is_only_still_to_be_told_is_not_put_off() {
    let office = Office::open().await;
    let done = office.run(&[Form::new(1)]).item(2);
    let item = office.item_in(done, Item::Referred).await;
    let sql = format!("UPDATE item SET decided_at = 1 WHERE id = {}", item.0);
    let mut tx = office.store.db.begin().await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let (today, acting) = (clock::today(), office.acting("later"));
    let refused = operate::postpone(&acting, item, today.tomorrow().unwrap(), today).await;
    assert!(refused.unwrap_err().to_string().contains("has been decided"));
    assert_eq!(office.state(item).await, Item::Referred);
}
