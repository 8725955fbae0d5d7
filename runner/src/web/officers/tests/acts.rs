//! What is done, and what is refused.

use super::{hidden, office, open};
use crate::ids::ItemId;
use crate::people::Role;
use crate::state::Item;
use crate::web::tests::{Browser, Site};

async fn state(site: &Site, id: ItemId) -> Item {
    site.app.store.item(id).await.unwrap().state
}

async fn rulings(site: &Site, id: ItemId) -> usize {
    site.app.store.rulings(id).await.unwrap().len()
}

async fn act(
    browser: &Browser,
    id: ItemId,
    act: &str,
    more: &[(&str, &str)],
) -> crate::web::tests::Answer {
    let seen = open(browser, id).await;
    let mut sent = vec![("seen", seen.as_str())];
    sent.extend(more);
    browser.post(&format!("/items/{id}/{act}"), &sent).await
}

/// A decision that is whole: what the recommendation of a disputed account lacks is added.
const LETTER: &[(&str, &str)] =
    &[("new-2", "letter 1"), ("new-3", "20/10/2026"), ("why", "the tenant agrees to the balance")];

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_item_is_done_and_the_log_says_what_was_seen_and_for_how_long() {
    let (site, ann, item) = office(1).await;
    let done = act(&ann, item, "confirm", &[("why", "statement seen")]).await;
    done.to(&format!("/items/{item}"));
    assert_eq!((state(&site, item).await, rulings(&site, item).await), (Item::Done, 2));
    let page = ann.get(&format!("/items/{item}")).await;
    page.says(&format!("Item {item} is confirmed.")).says("statement seen").says("Ann Bell");
    page.says("Decision").says("Open it again").says_not("Confirm the recommendation");
    let moved = site.logged("item.moved").await;
    let acts: Vec<_> = moved.iter().filter(|entry| entry["seconds"].is_i64()).collect();
    assert_eq!(acts.len(), 1, "one entry tells of the act: {moved:?}");
    assert_eq!((&acts[0]["ruling"], &acts[0]["actor"]["id"]), (&1.into(), &"user:ann.bell".into()));
    assert!(acts[0]["seconds"].as_i64().unwrap() < 60, "{acts:?}");
    assert!(!format!("{:?}", site.log().await).contains("statement seen"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_without_its_reason_is_not_done_and_the_form_says_so() {
    let (site, ann, item) = office(1).await;
    for (name, id) in [("confirm", "why-confirm"), ("by-hand", "why-by-hand")] {
        let page = act(&ann, item, name, &[("why", "  ")]).await;
        page.is(422).says("<title>Error: ").says("There is a problem").says("Enter the reason");
        page.says(&format!("href=\"#{id}\"")).says(&format!("id=\"{id}\""));
        page.says("open");
    }
    let long = "x".repeat(2001);
    act(&ann, item, "confirm", &[("why", &long)]).await.is(422).says("The reason is too long");
    assert_eq!((state(&site, item).await, rulings(&site, item).await), (Item::Referred, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_column_that_is_changed_wrongly_is_named_and_what_was_typed_is_kept() {
    let (site, ann, item) = office(1).await;
    let wrong = [("new-0", "many"), ("new-2", "eviction"), ("new-3", "31/06/2026"), ("why", "")];
    let page = act(&ann, item, "change", &wrong).await;
    page.is(422).says("Arrears weeks must be a number").says("Next action must be one of");
    page.says("Action due must be a date").says("Enter the reason");
    page.says("value=\"many\"").says("value=\"31/06/2026\"").says("#new-3");
    let same = act(&ann, item, "change", &[("why", "as it is")]).await;
    same.is(422).says("Change something, or confirm");
    let short =
        act(&ann, item, "change", &[("new-2", "letter 1"), ("new-3", ""), ("why", "x")]).await;
    short.is(409).says("Action due has no date").says_not("--set");
    assert_eq!((state(&site, item).await, rulings(&site, item).await), (Item::Referred, 1));
    act(&ann, item, "change", LETTER).await.to(&format!("/items/{item}"));
    assert_eq!((state(&site, item).await, rulings(&site, item).await), (Item::Done, 2));
    let page = ann.get(&format!("/items/{item}")).await;
    page.says("letter 1").says("20 October 2026").says("An officer changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_put_off_until_a_day_that_is_later_and_the_page_says_so() {
    let (site, ann, item) = office(1).await;
    let day = |day, month, year| [("until-day", day), ("until-month", month), ("until-year", year)];
    for wrong in [day("", "", ""), day("31", "6", "2099"), day("1", "1", "2020")] {
        let page = act(&ann, item, "postpone", &[&wrong[..], &[("why", "later")]].concat()).await;
        page.is(422).says("#until-day").says_not("Put off until</dt>");
    }
    let page = act(&ann, item, "postpone", &day("5", "1", "2099")).await;
    page.is(422).says("Enter the reason").says("value=\"2099\"");
    assert_eq!(state(&site, item).await, Item::Referred);
    let sent = [&day("5", "1", "2099")[..], &[("why", "the claim is pending")]].concat();
    act(&ann, item, "postpone", &sent).await.to(&format!("/items/{item}"));
    assert_eq!(state(&site, item).await, Item::Postponed);
    let page = ann.get(&format!("/items/{item}")).await;
    page.says(&format!("Item {item} is put off.")).says("Put off until").says("5 January 2099");
    page.says("Looked at again").says("Not yet; 3 times at most").says("Close it by hand");
    page.says_not("Put it off, and have it looked at again");
    // Whoever acts before its day wins.
    act(&ann, item, "change", LETTER).await.to(&format!("/items/{item}"));
    assert_eq!(state(&site, item).await, Item::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_have_it_open_the_second_is_told_what_happened_meanwhile() {
    let (site, ann, item) = office(1).await;
    let cal = site.signed_in("cal.dunn", &[Role::Officer]).await;
    let (anns, cals) = (open(&ann, item).await, open(&cal, item).await);
    let path = format!("/items/{item}/by-hand");
    cal.post(&path, &[("seen", &cals), ("why", "settled at the counter")]).await.is(303);
    let sent = [("seen", anns.as_str()), ("why", "statement seen")];
    for act in ["confirm", "ask-evidence", "by-hand"] {
        let late = ann.post(&format!("/items/{item}/{act}"), &sent).await;
        late.is(409).says("by hand").says("user:cal.dunn").says("settled at the counter");
        late.says_not("clerkwork ");
    }
    // An act that is allowed in the new state too is held against what was seen all the same.
    let follow = [("seen", anns.as_str()), ("why", "letter"), ("kind", "review")];
    let late = ann.post(&format!("/items/{item}/follow"), &follow).await;
    late.is(409).says("was referred when you opened it, and is by hand now");
    assert_eq!(site.app.store.acts(item).await.unwrap().len(), 1);
    assert!(site.app.store.superseded_by(item).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_acts_on_what_they_have_not_opened_themselves() {
    let (site, ann, item) = office(2).await;
    let cal = site.signed_in("cal.dunn", &[Role::Officer]).await;
    let (mine, other) = (open(&ann, item).await, item.batch().item(4));
    let cals = open(&cal, item).await;
    let invented = "0/1/referred";
    let path = format!("/items/{item}/confirm");
    for seen in ["", "x", invented, cals.as_str(), "999999/1/referred"] {
        let refused = ann.post(&path, &[("seen", seen), ("why", "surely")]).await;
        refused.is(409).says("was not opened before");
    }
    let elsewhere = format!("/items/{other}/confirm");
    ann.post(&elsewhere, &[("seen", &mine), ("why", "surely")]).await.is(409);
    assert_eq!((rulings(&site, item).await, rulings(&site, other).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_asked_for_until_a_working_day_and_an_item_is_given_to_a_colleague() {
    let (site, ann, item) = office(1).await;
    let cal = site.signed_in("cal.dunn", &[Role::Officer]).await;
    let hr = site.signed_in_seeing("eve.orr", &[Role::Officer], Some(&["hr-queries"])).await;
    let page = act(&ann, item, "ask-evidence", &[("days", "0"), ("why", "the lease")]).await;
    page.is(422).says("must be from 1 to 130").says("the lease").says("value=\"0\"");
    act(&ann, item, "ask-evidence", &[("days", "10"), ("why", "the lease")]).await.is(303);
    let listed = site.app.store.item(item).await.unwrap();
    assert_eq!(listed.state, Item::Referred);
    assert_eq!(listed.until, site.app.store.due(item).await.unwrap().map(|day| day.to_string()));
    ann.get("/to-do").await.says("in 10 working days");
    for nobody in ["", "7777", &hr.person().id.to_string()] {
        let page = act(&ann, item, "assign", &[("to", nobody), ("why", "knows the street")]).await;
        page.is(422).says("Choose who is to have it").says("knows the street");
    }
    let to = cal.person().id.to_string();
    act(&ann, item, "assign", &[("to", &to), ("why", "knows the street")]).await.is(303);
    let assigned = site.logged("item.assigned").await;
    assert_eq!((assigned.len(), &assigned[0]["officer"]), (1, &"Cal Dunn".into()));
    cal.get("/to-do?assigned=me").await.says(&item.to_string());
    ann.get(&format!("/to-do?assigned={to}")).await.says(&item.to_string());
    ann.get("/to-do?assigned=me").await.says_not(&format!("item-{item}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_act_the_next_item_of_the_same_list_is_shown() {
    let (_site, ann, item) = office(2).await;
    let next = item.batch().item(4);
    let list = [("list", "to-do"), ("reason", "dispute"), ("why", "settled there")];
    act(&ann, item, "by-hand", &list).await.to(&format!("/items/{next}?reason=dispute&list=to-do"));
    act(&ann, next, "by-hand", &list).await.to("/to-do?reason=dispute");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_given_after_asking_once_more_each_with_its_entry() {
    let (site, ann, item) = office(4).await;
    let cal = site.signed_in("cal.dunn", &[Role::Officer]).await;
    let to = cal.person().id.to_string();
    let all = [("all", "yes"), ("reason", "dispute"), ("to", to.as_str())];
    let page = ann.post("/to-do/assign", &all).await;
    page.is(200).says("Give 4 items to somebody").says("name=\"sure\" value=\"yes\"");
    page.says_not("There is a problem");
    assert!(site.logged("item.assigned").await.is_empty(), "nothing is done before they are sure");
    let mut sent = all.to_vec();
    sent.extend([("sure", "yes"), ("why", " ")]);
    ann.post("/to-do/assign", &sent).await.is(422).says("Enter the reason");
    let one = item.to_string();
    let chosen = [
        ("item", one.as_str()),
        ("item", one.as_str()),
        ("to", &to),
        ("sure", "yes"),
        ("why", "knows them"),
    ];
    ann.post("/to-do/assign", &chosen).await.to("/to-do");
    assert_eq!(site.logged("item.assigned").await.len(), 1, "each once");
    ann.get("/to-do").await.says("1 item given to Cal Dunn.");
    sent.pop();
    sent.push(("why", "while Ann is away"));
    ann.post("/to-do/assign", &sent).await.to("/to-do?reason=dispute");
    let entries = site.logged("item.assigned").await;
    assert_eq!(entries.len(), 5);
    assert!(entries.iter().all(|entry| entry["payload"].is_string()), "each commits to the reason");
    cal.get("/to-do?assigned=me").await.says("4 items");
    ann.post("/to-do/assign", &[("to", &to)]).await.is(200).says("You chose no item");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_wrong_is_corrected_and_decided_anew_at_once() {
    let (site, ann, item) = office(1).await;
    let path = format!("/items/{item}/follow");
    let seen = hidden(&ann.get(&path).await.is(200).text(), "follow", "seen");
    let send = async |more: &[(&str, &str)]| {
        let mut sent = vec![("seen", seen.as_str())];
        sent.extend(more);
        ann.post(&path, &sent).await
    };
    send(&[("why", "x")]).await.is(422).says("Choose what it is");
    send(&[("kind", "correction"), ("why", "x")]).await.is(422).says("Change what was wrong");
    send(&[("kind", "correction"), ("field-dispute", "no")]).await.is(422).says("Enter the reason");
    let typed = [("kind", "correction"), ("field-balance", "some"), ("why", "x")];
    send(&typed).await.is(409).says("would be rejected").says("value=\"some\"");
    send(&[("kind", "review"), ("why", "x")])
        .await
        .is(409)
        .says("no decision yet to look at again");
    assert!(site.app.store.superseded_by(item).await.unwrap().is_empty());
    let right = [("kind", "correction"), ("field-dispute", "no"), ("why", "letter"), ("days", "3")];
    let done = send(&right).await;
    let new = site.app.store.superseded_by(item).await.unwrap().pop().expect("it is followed");
    done.to(&format!("/items/{new}"));
    assert_eq!(state(&site, item).await, Item::Cancelled);
    assert_eq!(state(&site, new).await, Item::Done);
    let followed = site.logged("item.followed").await;
    assert!(followed[0]["seconds"].is_i64() && followed[0]["ruling"] == 1, "{followed:?}");
    let page = ann.get(&format!("/items/{new}")).await;
    page.says("Follows").says(&format!("Item {new} follows item {item}."));
    ann.get(&format!("/items/{item}")).await.says("Superseded by").says(&new.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_of_what_was_decided_waits_for_a_person_until_its_day() {
    let (site, ann, item) = office(0).await;
    let decided = item.batch().item(2);
    assert_eq!(state(&site, decided).await, Item::Done);
    let path = format!("/items/{decided}/follow");
    let seen = hidden(&ann.get(&path).await.is(200).text(), "follow", "seen");
    let sent =
        [("seen", seen.as_str()), ("kind", "representation"), ("days", "3"), ("why", "letter")];
    ann.post(&path, &sent).await.is(303);
    let new = site.app.store.superseded_by(decided).await.unwrap().pop().unwrap();
    assert_eq!(state(&site, new).await, Item::Referred);
    ann.get("/to-do").await.says("in 3 working days").says("The applicant says");
}
