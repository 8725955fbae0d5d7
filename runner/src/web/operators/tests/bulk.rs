//! One act on many items: what was confirmed, once each, through any crash.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::operate;
use crate::state::Item;
use crate::store::bulk::{Became, BulkId};
use crate::web::operators::acting;

const SURE: [(&str, &str); 2] = [("why", "their officer has left"), ("sure", "yes")];

/// Asks for all items that are referred to be given to somebody.
async fn assign(olga: &Browser, batch: BatchId, count: &str) -> BulkId {
    let (batch, mut form) = (batch.to_string(), SURE.to_vec());
    form.extend([("which", "all"), ("batch", batch.as_str()), ("state", "referred")]);
    form.extend([("count", count), ("act", "assign"), ("officer", "Tom  Hay")]);
    let answer = olga.post("/items/bulk", &form).await;
    answer.is(303);
    answer.location().strip_prefix("/items/bulk/").unwrap().parse().unwrap()
}

/// How often each item was given to somebody, by the log.
async fn given(site: &Site) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for entry in site.logged("item.assigned").await {
        assert_eq!(entry["officer"], "Tom Hay");
        assert_eq!(entry["actor"]["id"], "user:olga.reid");
        *times.entry(entry["item"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    times
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_on_hundreds_killed_again_and_again_is_done_once_to_each() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let batch = referred(&site, 480).await;
    let id = assign(&olga, batch, "480").await;
    olga.get(&format!("/items/bulk/{id}")).await.is(200).says("0 of 480 items");
    let mut kills = 0;
    while site.app.store.bulk(id).await.unwrap().ended_at.is_none() {
        let app = site.app.clone();
        let round = tokio::spawn(async move { acting::round(&app).await });
        if kills < 6 {
            tokio::time::sleep(Duration::from_millis(150)).await;
            round.abort();
            // What it had in its hands when it was killed has ended one way or the other.
            assert!(round.await.is_ok() || kills < 6);
            kills += 1;
        } else {
            // Two at once, as two processes on one store, still do each item once.
            let (one, other) = tokio::join!(round, acting::round(&site.app));
            one.unwrap().unwrap();
            other.unwrap();
        }
        // A commit that was on its way when its round was killed may still arrive between two looks.
        let logged = given(&site).await.len();
        let bulk = site.app.store.bulk(id).await.unwrap();
        assert_eq!(bulk.items(), 480);
        let done = usize::try_from(bulk.count(Became::Done)).unwrap();
        let what = "what is done is in the log, and no more";
        assert!((logged..=given(&site).await.len()).contains(&done), "{what}");
    }
    let given = given(&site).await;
    assert_eq!(given.len(), 480);
    assert!(given.values().all(|times| *times == 1));
    let item = site.app.store.item(batch.item(2)).await.unwrap();
    assert_eq!(item.assigned_to.as_deref(), Some("Tom Hay"));
    olga.get(&format!("/items/bulk/{id}")).await.is(200).says("480 of 480").says("Ended");
    assert_eq!(site.app.store.bulk_words(id).await.unwrap(), None, "each item has the words now");
    assert_eq!(site.app.store.acts(batch.item(2)).await.unwrap()[0].why, SURE[0].1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_refused_item_by_item_and_says_why() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let batch = referred(&site, 3).await;
    let items = [batch.item(2), batch.item(3), batch.item(4)].map(|item| item.to_string());
    let mut form = SURE.to_vec();
    form.extend([("which", "chosen"), ("count", "3"), ("act", "cancel")]);
    form.extend(items.iter().map(|item| ("item", item.as_str())));
    let answer = olga.post("/items/bulk", &form).await;
    answer.to("/items/bulk/1");
    // Somebody was quicker with one of them.
    let (folder, store) = (&site.app.folder, &site.app.store);
    let actor = olga.person().actor();
    let acting = crate::acts::Acting::new(folder, store, actor, "withdrawn").unwrap();
    operate::cancel(&acting, batch.item(3)).await.unwrap();
    acting::round(&site.app).await.unwrap();
    let bulk = store.bulk(BulkId(1)).await.unwrap();
    assert_eq!((bulk.count(Became::Done), bulk.count(Became::Refused)), (2, 1));
    let page = olga.get("/items/bulk/1").await;
    page.is(200).says(&items[1]).says("cancelled, and cannot be cancelled").says_not(&items[0]);
    olga.get("/items/bulk/1?which=done").await.says(&items[0]).says_not(&items[1]);
    assert_eq!(store.item(batch.item(2)).await.unwrap().state, Item::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_confirmed_with_a_reason_and_the_number_that_was_shown() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let batch = referred(&site, 2).await.to_string();
    let page = olga.get(&format!("/items/bulk?which=all&batch={batch}&state=referred")).await;
    page.is(200).says("Do something to 2 items").says("name=\"count\" value=\"2\"");
    page.says(&format!("name=\"batch\" value=\"{batch}\""));
    let ask = |more: &[(&'static str, &'static str)]| {
        let (olga, batch, more) = (olga.clone(), batch.clone(), more.to_vec());
        async move {
            let mut form = vec![("which", "all"), ("batch", batch.as_str())];
            form.extend(more);
            olga.post("/items/bulk", &form).await
        }
    };
    let act = ("act", "cancel");
    let nothing = ask(&[("count", "2")]).await;
    nothing.is(422).says("Choose what is to be done").says("Enter a reason").says("Confirm that");
    let changed = ask(&[("count", "3"), act, SURE[0], SURE[1]]).await;
    changed.is(422).says("The list has changed meanwhile").says(SURE[0].1);
    let past = [("until-day", "1"), ("until-month", "2"), ("until-year", "2020")];
    let past = [&past[..], &[("count", "2"), ("act", "postpone"), SURE[0], SURE[1]]].concat();
    ask(&past).await.is(422).says("Enter a day that is later than today").says("value=\"2020\"");
    let nobody = [("count", "2"), ("act", "assign"), SURE[0], SURE[1]];
    ask(&nobody).await.is(422).says("Enter the name of the officer");
    assert!(site.app.store.bulks(9).await.unwrap().is_empty());
    olga.get("/items/bulk").await.is(200).says("No item is chosen");
    olga.get("/items/bulk?item=x").await.is(404);
    olga.get("/items/bulk/7").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_stopped_on_the_way_and_the_rest_is_left() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let batch = referred(&site, 4).await;
    let id = assign(&olga, batch, "4").await;
    olga.post(&format!("/items/bulk/{id}/stop"), &[]).await.to(&format!("/items/bulk/{id}"));
    acting::round(&site.app).await.unwrap();
    let bulk = site.app.store.bulk(id).await.unwrap();
    assert!(bulk.stopped && bulk.ended_at.is_some());
    assert_eq!(bulk.count(Became::Left), 4);
    assert!(given(&site).await.is_empty());
    olga.post(&format!("/items/bulk/{id}/stop"), &[]).await.is(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn items_of_bots_that_one_does_not_see_are_not_there() {
    let site = Site::new().await;
    let hana = site.signed_in_seeing("hana.cole", &[Role::Operator], Some(&["hr-queries"])).await;
    let batch = referred(&site, 1).await;
    let item = batch.item(2).to_string();
    hana.get("/items").await.is(200).says_not(&item);
    hana.get(&format!("/items/bulk?which=chosen&item={item}")).await.is(404);
    let all = hana.get(&format!("/items/bulk?which=all&batch={batch}&bot=rent-accounts")).await;
    all.is(200).says("No item is chosen");
    let officer = site.signed_in("ann.bell", &[Role::Officer]).await;
    officer.get("/items/bulk").await.is(403);
    officer.post("/items/bulk", &SURE).await.is(403);
}
