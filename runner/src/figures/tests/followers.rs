//! How items that follow earlier ones are counted.

use super::*;

#[tokio::test]
async fn a_look_at_what_was_put_off_is_neither_new_work_nor_a_cancelled_item() {
    let office = Office::open().await;
    let first = office.referred(0, &["not-on-roll"]).await;
    let source = Sha256::digest(format!("look at item {first}")).into();
    let now = office.batch(FSM, 14, source).await.item(1);
    office.item_row(now, first).await;
    let look = format!("INSERT INTO look VALUES ({}, {}, 1, '2099-01-05', 0)", now.0, first.0);
    office.store.db.statement(look).await.unwrap();
    let why = vec!["looked-at-again".to_owned()];
    let closed = moved(Kind::ItemMoved, first, Item::Postponed, Item::Cancelled, at(14));
    let done = decided(now, at_hour(14, 10));
    office.log(&[came(now, 14).follows(first), closed.reasons(why), done]).await;
    let figures = office.figures().await;
    let volumes = &figures.all.volumes;
    assert_eq!((volumes.items, volumes.cancelled), (1, 0));
    let origins = office.store.origins(&BTreeSet::from([now.batch()])).await.unwrap();
    assert_eq!(origins[&now.batch()].created_at, at(0).as_microsecond(), "since it came in first");
}

#[tokio::test]
async fn an_application_of_somebody_else_is_no_repeat() {
    let office = Office::open().await;
    let item = office.settled(0).await;
    let other = office.again(item, 3).await;
    assert_eq!(office.figures().await.all.first_time.came_again, 1, "as far as is known");
    office.log(&[refer(other, 3, &["another-applicant", "refusal-to-confirm"])]).await;
    let first = office.figures().await.all.first_time;
    assert_eq!((first.came_again, first.all), (0, of(1, 1, "100.0")));
}
