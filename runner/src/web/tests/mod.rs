//! A whole page over a real store in a folder that is gone afterwards, and browsers that look at it.
//!
//! ```ignore
//! let site = Site::new().await;
//! let ann = site.signed_in("ann.bell", &[Role::Officer]).await;
//! let batch = site.batch_of("rent-accounts", &[RENT_DECIDED, RENT_REFERRED]).await;
//! let answer = ann.get("/to-do").await;
//! assert_eq!(answer.status, StatusCode::OK);
//! ann.post(&format!("/items/{batch}-3/confirm"), &[("why", "agreed")]).await.to("/to-do");
//! ```

mod browser;
mod security;
mod sheets;
mod site;

pub(in crate::web) use browser::{Answer, Browser};
pub(in crate::web) use sheets::{RENT_DECIDED, RENT_REFERRED, RENT_WRONG, Row, sheet};
pub(in crate::web) use site::Site;

use axum::http::StatusCode;

use crate::people::Role;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_signed_in_is_sent_to_sign_in() {
    let site = Site::new().await;
    site.nobody().get("/").await.to("/sign-in?to=/");
    let ann = site.signed_in("ann.bell", &[Role::Officer]).await;
    ann.get("/").await.is(200).says("Ann Bell");
    let request = ann.request("POST", "/").body(axum::body::Body::empty()).unwrap();
    // From nowhere that a browser would name.
    let answer: Answer = ann.send(request).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    ann.post("/", &[("why", "no such act")]).await.is(405).says_not("no such act");
    ann.upload("/", &[], ("file", "a.csv", b"a")).await.is(405);
    assert_eq!(ann.person().name, "Ann Bell");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_a_site_is_a_real_one() {
    let site = Site::new().await;
    let rows: &[Row<'_>] = &[RENT_DECIDED, RENT_REFERRED, RENT_WRONG];
    let batch = site.batch_of("rent-accounts", rows).await;
    let batch = site.app.store.batch(batch).await.unwrap();
    let totals = batch.totals;
    assert_eq!((totals.rows, totals.done, totals.referred, totals.rejected), (3, 1, 1, 1));
    assert_eq!(site.logged("row.rejected").await.len(), 1);
}
