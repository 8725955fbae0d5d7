//! Payments that wait for an officer on the page: what is seen of them, and what is done with them.

use super::payments::{FIRST, PERSONAL, SECOND, WHY, approver, made, paying, states};
use crate::job_log::Actor;
use crate::people::Role;
use crate::state::Payment;
use crate::store::payments::{Filter, move_payments};
use crate::web::tests::{Browser, Site};

async fn officer(site: &Site) -> Browser {
    site.signed_in("ann.bell", &[Role::Officer]).await
}

/// Two payments that left, of which the bank gave the first back, and where that one is settled.
async fn came_back() -> (Site, String) {
    let site = paying(&[]).await;
    made(&site, &[FIRST, SECOND]).await;
    approver(&site).await.post("/payments/1/release", WHY).await.to("/payments/1");
    let filter = Filter { states: vec![Payment::Released], ..Filter::default() };
    let first = site.app.store.payments(&filter, Some(1)).await.unwrap().remove(0);
    let actor = Actor { id: "user:jean.dow".to_owned(), kind: "person" };
    let mut tx = site.app.store.db.begin().await.unwrap();
    let step = first.step(Payment::Returned, "account-closed");
    move_payments(&mut tx, &[step], &actor).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/payments/to-settle/{}", first.id);
    (site, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_waits_the_page_says_what_would() {
    let site = paying(&[]).await;
    let ann = officer(&site).await;
    ann.get("/payments/to-settle").await.is(200).says("No payment waits for an officer");
    ann.get("/payments/to-settle/1").await.is(404);
    ann.get("/to-do").await.says_not("to settle");
    ann.get("/").await.says_not("for an officer");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bank_gave_back_is_on_the_officers_list_and_is_paid_again() {
    let (site, path) = came_back().await;
    let ann = officer(&site).await;
    ann.get("/").await.says("payment waits for an officer");
    ann.get("/to-do").await.says("1 payment to settle");
    ann.get("/payments").await.says("1 payment to settle");
    let page = ann.get("/payments/to-settle").await;
    page.is(200).says("Account closed").says("Returned").says("Clothing grant, ");
    page.says(&path);
    let page = ann.get(&path).await;
    page.is(200).says("Pay it again").says("Withdraw it").says("Correct it in the case");
    page.says_not("Clear it");
    for it in PERSONAL {
        page.says_not(it);
    }
    let act = format!("{path}/pay-again");
    ann.post(&act, &[("why", " ")]).await.is(422).says("Enter a reason");
    ann.post(&act, WHY).await.to("/payments/to-settle");
    ann.get("/payments/to-settle").await.says("is due in place of").says("No payment waits");
    let now = [(Payment::Due, 1), (Payment::Released, 1), (Payment::Withdrawn, 1)];
    assert_eq!(states(&site).await, now);
    // Whoever comes second is told how it stands.
    let page = ann.post(&act, WHY).await;
    page.is(409).says("there is nothing to pay again").says("Nothing is to be settled");
    assert_eq!(states(&site).await, now);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_officers_who_see_the_bot_settle_payments() {
    let (site, path) = came_back().await;
    for role in Role::ALL.iter().filter(|role| **role != Role::Officer) {
        let browser = site.signed_in(&format!("a.{role}"), &[*role]).await;
        browser.get("/payments/to-settle").await.is(403);
        browser.get(&path).await.is(403);
        browser.post(&format!("{path}/withdraw"), WHY).await.is(403);
    }
    let hana = site.signed_in_seeing("hana.cole", &[Role::Officer], Some(&["hr-queries"])).await;
    hana.get("/payments/to-settle").await.is(200).says("No payment waits");
    hana.get(&path).await.is(404);
    hana.post(&format!("{path}/withdraw"), WHY).await.is(404);
    assert_eq!(states(&site).await, [(Payment::Released, 1), (Payment::Returned, 1)]);
}
