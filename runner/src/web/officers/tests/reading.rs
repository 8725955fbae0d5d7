//! What is read, and by whom.

use super::{hidden, office};
use crate::people::Role;
use crate::web::tests::Site;

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_shown_with_all_that_its_bot_knows_and_the_log_says_so_first() {
    let (site, ann, item) = office(1).await;
    let page = ann.get(&format!("/items/{item}")).await;
    page.is(200).says(&format!("Item {item}")).says("Referred");
    page.says("The balance is in dispute").says("What a person is needed for");
    page.says("Tenant surname").says("Auchterlee").says("£320.00").says("12 October 2026");
    page.says("Recommendation").says("Reasons").says("Working").says("Rests on");
    page.says("https://www.legislation.gov.uk/").says("Nobody has done anything with it yet");
    let viewed = site.logged("item.viewed").await;
    assert_eq!(viewed.len(), 1);
    assert_eq!(viewed[0]["actor"]["id"], "user:ann.bell");
    assert_eq!((&viewed[0]["item"], &viewed[0]["ruling"]), (&item.to_string().into(), &1.into()));
    // The page carries the entry, so that an act can be held against it.
    let seen = hidden(&page.text(), "confirm", "seen");
    assert!(seen.ends_with("/1/referred"), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_field_holds_is_text_whatever_it_looks_like() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", &[Role::Officer]).await;
    let script = "<script>alert(1)</script>";
    let row = [("Dispute", "yes"), ("Tenant surname", script)];
    let item = site.batch_of("rent-accounts", &[&row]).await.item(2);
    let page = ann.get(&format!("/items/{item}")).await;
    page.is(200).says_not("<script>alert").says("&lt;script&gt;alert(1)");
    let page = ann.get(&format!("/items/{item}/follow")).await;
    page.is(200).says_not("<script>alert").says("&lt;script&gt;alert(1)");
    let seen = hidden(&page.text(), "follow", "seen");
    let typed = "\"><script>alert(2)</script>";
    let sent = [("seen", seen.as_str()), ("kind", "perhaps"), ("why", typed)];
    let page = ann.post(&format!("/items/{item}/follow"), &sent).await;
    page.is(422).says_not("<script>alert").says("&lt;script&gt;alert(2)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sensitive_reason_is_read_by_whoever_sees_the_case_and_stands_nowhere_else() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", &[Role::Officer]).await;
    let row = [("Domestic abuse flag", "yes")];
    let item = site.batch_of("benefits-claims", &[&row]).await.item(2);
    let list = ann.get("/to-do").await;
    list.is(200).says(&item.to_string());
    // Its filter offers every reason that a bot can have; the row says none.
    let text = list.text();
    let rows = &text[text.find("<tbody").unwrap()..text.find("</tbody>").unwrap()];
    assert!(rows.contains("A person is needed") && !rows.contains("abuse"), "{rows}");
    ann.get(&format!("/items/{item}")).await.says("There is a marker for domestic abuse");
    let log = format!("{:?}", site.log().await);
    assert!(!log.contains("abuse"), "{log}");
    for role in [Role::Submitter, Role::Operator, Role::Approver, Role::Administrator] {
        let other = site.signed_in(&format!("some.{role}"), &[role]).await;
        other.get(&format!("/items/{item}")).await.is(403).says_not("abuse");
        other.get("/to-do").await.is(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_of_a_bot_that_somebody_does_not_see_is_not_there_for_them() {
    let (site, ann, item) = office(1).await;
    let cal = site.signed_in_seeing("cal.dunn", &[Role::Officer], Some(&["hr-queries"])).await;
    let seen = super::open(&ann, item).await;
    let viewed = site.logged("item.viewed").await.len();
    let none = cal.get("/items/999-7").await;
    for path in ["", "/follow", "/notice"] {
        let answer = cal.get(&format!("/items/{item}{path}")).await;
        answer.is(404).says_not("Auchterlee");
        assert_eq!(answer.text(), none.text(), "it is told like what is not there");
    }
    for act in ["confirm", "change", "ask-evidence", "postpone", "assign", "by-hand", "follow"] {
        let sent = [("why", "mine now"), ("seen", seen.as_str()), ("kind", "review"), ("to", "1")];
        cal.post(&format!("/items/{item}/{act}"), &sent).await.is(404);
    }
    let chosen = item.to_string();
    let sent = [("item", chosen.as_str()), ("to", "1"), ("why", "mine"), ("sure", "yes")];
    cal.post("/to-do/assign", &sent).await.is(404);
    for filter in ["", "?bot=rent-accounts", "?reason=dispute"] {
        cal.get(&format!("/to-do{filter}")).await.is(200).says_not(&chosen);
    }
    cal.post("/to-do/find", &[("reference", "T-2")])
        .await
        .is(422)
        .says("no item of that reference");
    cal.post("/to-do/find", &[("reference", &chosen)]).await.is(422);
    assert_eq!(site.logged("item.viewed").await.len(), viewed, "nothing was shown");
    assert!(site.app.store.acts(item).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_reads_and_does_nothing() {
    let (site, _ann, item) = office(1).await;
    let eve = site.signed_in("eve.orr", &[Role::Auditor]).await;
    let page = eve.get(&format!("/items/{item}")).await;
    page.is(200).says("Auchterlee").says_not("What you can do").says_not("name=\"why\"");
    for act in ["confirm", "change", "ask-evidence", "postpone", "assign", "by-hand", "follow"] {
        eve.post(&format!("/items/{item}/{act}"), &[("why", "it is wrong")]).await.is(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_says_what_waits_and_until_when_and_keeps_its_filter() {
    let (_site, ann, item) = office(3).await;
    let list = ann.get("/to-do").await;
    list.is(200).says("3 items").says("The balance is in dispute").says("in 5 working days");
    list.says_not("Auchterlee").says_not("T-2");
    let batch = item.batch();
    let filtered = format!("/to-do?bot=rent-accounts&batch={batch}&reason=dispute&assigned=nobody");
    let page = ann.get(&filtered).await;
    page.is(200).says("3 items").says("of those you asked for");
    let link = format!(
        "/items/{item}?bot=rent-accounts&amp;batch={batch}&amp;reason=dispute&amp;assigned=nobody&amp;list=to-do"
    );
    page.says(&link);
    for none in ["?assigned=me", "?due=late", "?state=postponed", "?reason=deceased", "?batch=7"] {
        let page = ann.get(&format!("/to-do{none}")).await;
        page.is(200).says("Nothing that you asked for waits").says("See everything that waits");
    }
    let empty = Site::new().await;
    let cal = empty.signed_in("cal.dunn", &[Role::Officer]).await;
    cal.get("/to-do").await.is(200).says("Nothing waits for a person").says("See the batches");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_one_item_of_the_list_there_is_a_way_to_the_next() {
    let (_site, ann, item) = office(3).await;
    let (second, third) = (item.batch().item(4), item.batch().item(5));
    let page = ann.get(&format!("/items/{second}?reason=dispute&list=to-do")).await;
    for (id, mark) in [(item, "rel=\"prev\" data-previous"), (third, "rel=\"next\" data-next")] {
        page.says(&format!("href=\"/items/{id}?reason=dispute&amp;list=to-do\" {mark}"));
    }
    let first = ann.get(&format!("/items/{item}?reason=dispute&list=to-do")).await;
    first.says("data-next").says_not("data-previous");
    ann.get(&format!("/items/{second}")).await.says_not("data-next").says_not("data-previous");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_found_by_its_reference_which_stands_in_no_address() {
    let (site, ann, item) = office(1).await;
    ann.post("/to-do/find", &[("reference", "T-2")]).await.to(&format!("/items/{item}"));
    ann.post("/to-do/find", &[("reference", &item.to_string())])
        .await
        .to(&format!("/items/{item}"));
    let none = ann.post("/to-do/find", &[("reference", "T-<99>")]).await;
    none.is(422).says("There is a problem").says("value=\"T-&lt;99&gt;\"").says("#reference");
    ann.post("/to-do/find", &[("reference", " ")]).await.is(422).says("Enter a reference");
    // The same reference again, of another application.
    let row = [("Dispute", "yes"), ("Reference", "T-2"), ("Tenant surname", "Lamb")];
    let other = site.batch_of("rent-accounts", &[&row]).await.item(2);
    let several = ann.post("/to-do/find", &[("reference", "T-2")]).await;
    several.is(200).says(&format!("/items/{item}")).says(&format!("/items/{other}"));
}
