//! What managers see, over a real store.

use std::fs;

use crate::people::Role;
use crate::web::tests::{RENT_DECIDED, RENT_REFERRED, RENT_WRONG, Site};

/// A site with three rows: one decided, one for a person, one wrong; and a council that says how long
/// an item takes by hand.
async fn site() -> Site {
    let site = Site::with(|data| {
        let file = data.join("council.toml");
        let text = fs::read_to_string(&file).unwrap();
        let own = "\n[figures]\nhourly_cost = \"21.50\"\n[figures.minutes]\nrent-accounts = 12\n";
        let text = match text.split_once("\n[figures]") {
            Some((before, _)) => format!("{before}{own}"),
            None => format!("{text}{own}"),
        };
        fs::write(file, text).unwrap();
    })
    .await;
    site.batch_of("rent-accounts", &[RENT_DECIDED, RENT_REFERRED, RENT_WRONG]).await;
    // As serving does: a page by itself waits for no more than a moment.
    crate::figures::keep_up(&site.app.store, &site.app.folder, None).await.unwrap();
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_this_week_say_what_was_done_and_what_they_rest_on() {
    let site = site().await;
    let admin = site.signed_in("mia.lang", &[Role::Administrator]).await;
    let page = admin.get("/figures").await;
    page.is(200).says("Figures: ").says("3: 2 became items, 1 rejected, 0 repeat an item");
    page.says("1: 1 by the bot, 0 confirmed and 0 changed by officers, 0 by hand");
    page.says("100.0% (1 of 1); the target is 80%, met").says("there is no target");
    page.says("12 minutes: 1 item settled without a person");
    page.says("£4.30: that time at £21.50 an hour").says("fewer than 5");
    page.says("provisional until").says("role=\"img\"");
    page.says_not("T-1").says_not("Auchterlee");
    admin.get("/figures?period=month&of=2020-02-01").await.is(200).says("Nothing was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_are_none_are_refused_and_kept() {
    let site = Site::new().await;
    let admin = site.signed_in("mia.lang", &[Role::Administrator]).await;
    let wrong = "from-day=31&from-month=2&from-year=2026&to-day=1&to-month=3&to-year=2026";
    let page = admin.get(&format!("/figures?{wrong}")).await;
    page.is(200).says("Error: ").says("must be a real date").says("value=\"31\"");
    page.says("href=\"#from-day\"");
    let turned = "from=2026-03-02&to=2026-03-01";
    admin.get(&format!("/figures?{turned}")).await.is(200).says("last day is before the first");
    admin.get(&format!("/figures.csv?{turned}")).await.is(422);
    let half = admin.get("/figures?from=2026-03-02").await;
    half.is(200).says("Enter the other day too");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_typed_noted_in_the_log_and_hold_nothing_personal() {
    let site = site().await;
    let operator = site.signed_in("olga.reid", &[Role::Operator]).await;
    let text = operator.get("/figures.csv").await;
    text.is(200)
        .says("Rent accounts and arrears,Settled by the bot,1,number")
        .says("Saved,4.30,pounds");
    text.says_not("T-1").says_not("Auchterlee");
    let book = operator.get("/figures.xlsx").await;
    book.is(200);
    assert_eq!(&book.bytes[..2], b"PK");
    let name = book.headers["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"figures-20"), "{name}");
    let logged = site.logged("figures.exported").await;
    assert_eq!(logged.len(), 2);
    assert_eq!(logged[0]["actor"]["id"], "user:olga.reid");
    assert_eq!(logged[0]["sha256"].as_str().unwrap().len(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_refused_and_other_bots_are_not_counted() {
    let site = site().await;
    for role in [Role::Submitter, Role::Officer] {
        let other = site.signed_in(role.as_str(), &[role]).await;
        for path in ["/figures", "/figures.csv", "/figures.xlsx"] {
            other.get(path).await.is(403);
        }
    }
    let hr = [Role::Approver];
    let hr = site.signed_in_seeing("hr.approver", &hr, Some(&["hr-queries"])).await;
    hr.get("/figures").await.is(200).says("Nothing was done").says_not("Rent accounts");
    hr.get("/figures.csv").await.is(200).says_not("Rent accounts");
    assert_eq!(site.logged("access.refused").await.len(), 6);
}
