//! A new item that follows an old one.

use std::collections::BTreeMap;
use std::sync::Arc;

use clerkwork_runner::error::Result;
use clerkwork_runner::ids::{BatchId, ItemId};
use clerkwork_runner::operate::{self, As, Followed, Following};
use clerkwork_runner::review;
use clerkwork_runner::state::{self, Item};
use clerkwork_runner::store::lists::{At, ItemFilter};
use jiff::civil::date;

use super::harness::{Form, Office, TODAY, bot};

async fn follow(
    office: &Office,
    earlier: ItemId,
    kind: As,
    set: &[(&str, &str)],
) -> Result<Followed> {
    let set: Vec<(String, String)> =
        set.iter().map(|(column, value)| ((*column).to_owned(), (*value).to_owned())).collect();
    let lookups = BTreeMap::from([("school-roll".to_owned(), "none".to_owned())]);
    let asked = Following {
        earlier,
        kind,
        set: &set,
        schedule: "free-school-meals",
        lookups: &lookups,
        today: TODAY,
        due: None,
    };
    let acting = office.acting("statement of 3 March");
    operate::follow(&acting, &Arc::clone(&office.store), bot(), &office.policy(), &asked).await
}

#[tokio::test]
async fn a_correction_takes_the_place_of_an_item_that_is_still_open() {
    let office = Office::open().await;
    let old = office.run(&[Form::refused(1)]).item(2);
    let followed =
        follow(&office, old, As::Correction, &[("uc net earnings", "£640.00")]).await.unwrap();
    assert_eq!(office.state(old).await, Item::Cancelled, "it is overtaken");
    assert_eq!(office.state(followed.item).await, Item::Ready);
    assert_eq!(office.store.batch(old.batch()).await.unwrap().state, state::Batch::Complete);
    let batch = office.store.batch(followed.batch).await.unwrap();
    assert_eq!((batch.totals.rows, batch.totals.items, batch.totals.in_hand), (1, 1, 1));
    assert_eq!(office.store.item(followed.item).await.unwrap().follows, Some(old));
    let fields = |case: &str| bot().fields(case.as_bytes()).unwrap().0;
    let (_, before) = office.store.case(old).await.unwrap();
    let (_, after) = office.store.case(followed.item).await.unwrap();
    let (before, mut after) = (fields(before.case.get()), fields(after.case.get()));
    assert_eq!(after["uc_net_earnings"], "640.00");
    after.insert("uc_net_earnings".to_owned(), before["uc_net_earnings"].clone());
    assert_eq!(before, after, "nothing else differs");
    let last = office.entries(old).await.pop().unwrap();
    assert_eq!((&last["to"], &last["reasons"][0]), (&"cancelled".into(), &"superseded".into()));

    let again = follow(&office, old, As::Correction, &[("UC net earnings", "640")]).await.unwrap();
    assert_eq!((again.item, again.already), (followed.item, true), "the same command goes on");
    let fault = follow(&office, old, As::Review, &[]).await.unwrap_err();
    assert!(fault.to_string().contains("superseded by"), "{fault}");
    office.is_sound().await;
}

#[tokio::test]
async fn what_a_sheet_could_not_hold_is_refused_and_nothing_is_written() {
    let office = Office::open().await;
    let batch = office.run(&[Form::new(1), Form::new(2), Form::refused(3)]);
    let (done, referred) = (batch.item(2), batch.item(4));
    let size = office.log_size().await;
    let twice = [("Stage", "P6"), ("Stage", "P7")];
    let other = [("SCN", "100000002"), ("Child forename", "Childc"), ("Reference", "REF-0002")];
    for (item, kind, set, said) in [
        (done, As::Correction, &[][..], "a correction changes something"),
        (done, As::Correction, &[("Staage", "P6")], "no column \"Staage\""),
        (done, As::Correction, &twice, "changed once"),
        (done, As::Correction, &[("Stage", "P9")], "Stage: one of"),
        (done, As::Correction, &[("UC net earnings", "")], "UC net earnings"),
        (done, As::Correction, &other, "it would repeat item"),
        (referred, As::Review, &[], "no decision yet"),
    ] {
        let fault = follow(&office, item, kind, set).await.unwrap_err().to_string();
        assert!(fault.contains(said), "{fault}");
        assert!(!fault.contains("P9"), "what was found is not told: {fault}");
    }
    assert_eq!(office.log_size().await, size);
    assert_eq!(office.store.batches(false, 10).await.unwrap().len(), 1);
}

#[test]
fn reviews_and_corrections_of_awards_are_decided_by_people() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let office = runtime.block_on(Office::open());
    let batch = office.run(&[Form::new(1), Form::new(2), Form::refused(3)]);
    let follow = |item: i64, more: &[&str]| {
        let item = batch.item(item).to_string();
        let mut arguments = vec!["follow", item.as_str(), "--why", "letter", "--json"];
        arguments.extend(["--lookup", "school-roll=none"]);
        arguments.extend(more);
        let (code, out, err) = office.clerkwork(&arguments);
        let out: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(err, "");
        (code, out["state"].to_string(), out["reason"].to_string())
    };
    let own = |code, state: &str, reason: &str| (code, format!("{state:?}"), format!("{reason:?}"));
    assert_eq!(follow(2, &["--as", "review"]), own(3, "referred", "review-asked"));
    let lower = ["--as", "correction", "--set", "UC net earnings=9000"];
    assert_eq!(follow(3, &lower), own(3, "referred", "refusal-to-confirm"));
    let right = ["--as", "correction", "--set", "UC net earnings=640"];
    assert_eq!(follow(4, &right), own(0, "done", ""));
    runtime.block_on(office.is_sound());
}

#[tokio::test]
async fn an_item_is_due_by_the_deadline_of_its_schedule_and_evidence_moves_that() {
    let office = Office::open().await;
    let waits = office.run(&[Form::refused(1)]).item(2);
    let due = |batch: BatchId| {
        let store = Arc::clone(&office.store);
        async move {
            let filter = ItemFilter { batch: Some(batch), ..ItemFilter::default() };
            store.list_items(&filter, &At::first(1)).await.unwrap().rows[0].due
        }
    };
    let batch = office.store.batch(waits.batch()).await.unwrap();
    let days = batch.today.until(batch.due.unwrap()).unwrap().get_days();
    assert!((5..=15).contains(&days), "five working days: {days}");
    assert_eq!(due(waits.batch()).await, batch.due);
    let done = office.run(&[Form::new(2)]).item(2);
    let item = office.item_in(done, Item::Referred).await;
    assert_eq!(due(item.batch()).await, None, "whoever opened it named no day");
    let day = date(2026, 2, 3);
    let acting = office.acting("payslips of January");
    review::ask_evidence(&acting, item, Some(day), TODAY).await.unwrap();
    assert_eq!(due(item.batch()).await, Some(day));
}
