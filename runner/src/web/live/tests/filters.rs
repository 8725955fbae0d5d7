//! The same filter lets through the same entries, in the list and in the stream.

use super::*;
use crate::web::tests::{RENT_DECIDED, RENT_REFERRED, RENT_WRONG};

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_shows_what_the_list_shows() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let first = site.batch_of("rent-accounts", &[RENT_DECIDED, RENT_REFERRED, RENT_WRONG]).await;
    let end = size(&site).await - 1;
    for (query, some) in [
        (String::new(), true),
        ("kind=item.ruled".to_owned(), true),
        ("kind=item".to_owned(), true),
        ("kind=item.ruled&kind=row.rejected".to_owned(), true),
        ("who=rent-accounts".to_owned(), true),
        ("who=nobody.here".to_owned(), false),
        (format!("batch={first}"), true),
        ("batch=99".to_owned(), false),
        (format!("item={first}-2"), true),
        ("bot=rent-accounts".to_owned(), true),
        ("bot=hr-queries".to_owned(), true),
        ("from-day=1&from-month=1&from-year=2020".to_owned(), true),
        ("to-day=1&to-month=1&to-year=2020".to_owned(), false),
    ] {
        let page = olga.get(&format!("/log?{query}")).await;
        page.is(200);
        let listed = ids(&page.text());
        let mut viewer = Viewer::open(&olga, &format!("?after=-1&{query}"), None).await;
        let mut streamed = Vec::new();
        while viewer.last.is_none_or(|last| last < end) {
            if let Event::Row(index, _) = viewer.next().await.unwrap() {
                streamed.push(index);
            }
        }
        streamed.reverse();
        assert_eq!(listed, streamed, "{query}");
        assert_eq!(!listed.is_empty(), some, "{query}");
    }
}

/// The entries that a page shows, in order.
fn ids(text: &str) -> Vec<i64> {
    let found = text.split("id=\"entry-").skip(1);
    found.map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_one_bots_work_sees_no_other_in_the_list_and_live() {
    let site = Site::new().await;
    let hr = site.signed_in_seeing("hana.cole", &[Role::Operator], Some(&["hr-queries"])).await;
    let from = size(&site).await;
    let batch = site.batch_of("rent-accounts", &[RENT_DECIDED]).await;
    let page = hr.get("/log").await;
    page.is(200).says_not(&format!("/batches/{batch}"));
    let asked = hr.get("/log?bot=rent-accounts").await;
    asked.is(200).says_not(&format!("/batches/{batch}"));
    let mut viewer = Viewer::open(&hr, &format!("?after={}", from - 1), None).await;
    let end = size(&site).await;
    append(&site.app.store, &[entry(Kind::RunnerStopped)]).await;
    while viewer.last.is_none_or(|last| last < end) {
        if let Event::Row(_, row) = viewer.next().await.unwrap() {
            assert!(!row.contains("/batches/"), "{row}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_is_wrong_is_said_and_kept() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let page = olga.get("/log?batch=x&kind=nonsense&from-day=31&from-month=2&from-year=2026").await;
    page.is(200).says("There is a problem").says("value=\"x\"").says("Error: Job log");
    olga.get("/log/stream?batch=x").await.is(422).says("The filter is not right");
    olga.get("/log/stream?after=x").await.is(422);
    let none = olga.get("/log?who=nobody.here").await;
    none.is(200).says("No entry is like that").says("Clear the filters");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_operators_and_auditors_see_the_log() {
    let site = Site::new().await;
    for role in Role::ALL {
        let login = format!("a.{role}");
        let browser = site.signed_in(&login, &[*role]).await;
        let may = matches!(role, Role::Operator | Role::Auditor);
        browser.get("/log").await.is(if may { 200 } else { 403 });
        let stream = browser.watch("/log/stream", &[]).await;
        assert_eq!(stream.status(), if may { 200 } else { 403 }, "{role}");
    }
    site.nobody().get("/log/stream").await.is(303);
}
