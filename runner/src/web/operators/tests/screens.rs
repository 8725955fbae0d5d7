//! Lists of what there is.

use super::*;
use crate::holder::Holder;
use crate::store::leases::Work;
use crate::web::tests::{RENT_DECIDED, RENT_WRONG};

#[tokio::test(flavor = "multi_thread")]
async fn items_are_listed_by_state_without_their_cases() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    olga.get("/items").await.is(200).says("No item is like that").says("first batch");
    let batch = site.batch_of("rent-accounts", &[RENT_DECIDED, RENT_REFERRED, RENT_WRONG]).await;
    let (decided, waits) = (batch.item(2).to_string(), batch.item(3).to_string());
    let all = olga.get("/items").await;
    all.is(200).says("2 items").says(&decided).says(&waits).says_not("T-1");
    let some = olga.get("/items?state=referred").await;
    some.says("1 item.")
        .says(&format!("value=\"{waits}\""))
        .says_not(&format!("value=\"{decided}\""));
    some.says("aria-current=\"page\"").says("Nobody");
    olga.get("/items?assigned=nobody&state=referred").await.says(&waits);
    olga.get("/items?assigned=Tom+Hay").await.says("No item is like that").says("Show every item");
    olga.get(&format!("/items?batch={batch}&order=row")).await.says(&waits);
    olga.get("/items?batch=x").await.is(200).says("There is a problem").says("value=\"x\"");
    olga.get("/items?after=nonsense").await.is(409);
    // Who may settle them comes to their page; who may not act is offered no act.
    let ann = site.signed_in("ann.bell", &[Role::Officer]).await;
    let list = ann.get("/items").await;
    list.is(200).says(&format!("href=\"/items/{waits}\"")).says_not("Do something");
    for role in [Role::Submitter, Role::Administrator] {
        site.signed_in(&format!("a.{role}"), &[role]).await.get("/items").await.is(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_are_shown_with_what_they_have_in_hand_alive_or_dead() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    olga.get("/workers").await.is(200).says("No process takes work");
    let holder = Holder::register(site.app.folder.root()).unwrap();
    olga.get("/workers").await.says(holder.name()).says("Works").says("Nothing just now");
    let batch = referred(&site, 5).await;
    let mut tx = site.app.store.db.begin().await.unwrap();
    for sql in [
        "UPDATE item SET state = 'ready'",
        "UPDATE batch SET state = 'running'",
        "UPDATE batch_count SET n = (SELECT count(*) FROM item) WHERE state = 'ready'",
        "UPDATE batch_count SET n = 0 WHERE state <> 'ready'",
    ] {
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    for name in [holder.name(), "00000000deadbeef"] {
        site.app.store.claim(batch, Work::Decide, 2, name, 60).await.unwrap().unwrap();
    }
    let page = olga.get("/workers").await;
    page.says("2 items of ").says("Died").says("00000000deadbeef").says("Works");
    let hana = site.signed_in_seeing("hana.cole", &[Role::Operator], Some(&["hr-queries"])).await;
    hana.get("/workers").await.is(200).says_not(&format!("/batches/{batch}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn outlets_show_whether_they_answer_and_what_is_used_of_their_limits() {
    let text = "[crm]\nconnector = \"dataverse\"\naddress = \"https://crm.example\"\n\
        tenant = \"t\"\napplication = \"A1\"\n[post]\nconnector = \"smtp\"\nhost = 7\n";
    let site = Site::with(|data| {
        std::fs::write(data.join("connections.toml"), text).unwrap();
    })
    .await;
    let olga = operator(&site).await;
    let later = crate::clock::micros() + 3_600_000_000;
    let store = &site.app.store;
    store.outlet_down("crm", later, "unavailable").await.unwrap();
    store.outlet_down("gone", 1, "timeout").await.unwrap();
    let mut tx = store.db.begin().await.unwrap();
    for (at, connection) in [(later, "https://crm.example a1"), (1, "https://crm.example a1")] {
        sqlx::query("INSERT INTO outlet_use (connection, at, requests) VALUES ($1, $2, 40)")
            .bind(connection)
            .bind(at)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let page = olga.get("/outlets").await;
    page.is(200).says("crm").says("Paused until").says("unavailable").says("40 of 6,000");
    page.says("Not right").says("gone").says("Tried again with the next item");
    store.outlet_up("crm").await.unwrap();
    olga.get("/outlets").await.says("Up");
    let bare = Site::new().await;
    operator(&bare).await.get("/outlets").await.says("No other system is connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_what_to_do_and_schedules_what_is_not_right() {
    let site = Site::with(|data| {
        std::fs::write(data.join("schedules/wrong.toml"), "bot = \"rent-accounts\"\ncolour = 1\n")
            .unwrap();
    })
    .await;
    let olga = operator(&site).await;
    let item = referred(&site, 1).await.item(2);
    let page = olga.get("/health").await;
    page.is(200).says("Room on the disk").says("root").says("wrong.toml");
    page.says(&format!("Item {item}, since")).says("No alert is open").says("None that was made");
    let head = crate::job_log::head(&site.app.store.db).await.unwrap();
    page.says(&head.root_text());
    olga.get("/schedules").await.is(200).says("wrong.toml").says("does not run");
    site.signed_in("ad.min", &[Role::Administrator]).await.get("/health").await.is(200);
    site.signed_in("ann.bell", &[Role::Officer]).await.get("/health").await.is(403);
}
