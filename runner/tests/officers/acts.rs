//! Every act in every state, and what it leaves behind.

use clerkwork_bots::kit::{Cell, Shown};
use clerkwork_runner::acts::{Acted, Acting, What};
use clerkwork_runner::error::{Error, Result};
use clerkwork_runner::ids::ItemId;
use clerkwork_runner::job_log::{Actor, Entry, Kind};
use clerkwork_runner::state::{self, Item};
use clerkwork_runner::store::leases::Work;
use clerkwork_runner::store::moves::{self, Move, Moved};
use clerkwork_runner::{operate, review};
use jiff::civil::date;

use super::harness::{Form, Office, TODAY, actor, store};

async fn act(acting: &Acting<'_>, what: What, id: ItemId) -> Result<Acted> {
    match what {
        What::Confirm => review::confirm(acting, id).await,
        What::Change => {
            let given = [
                ("Meals", Cell::Text("refused")),
                ("Income based", Cell::Text("no")),
                ("Clothing grant", Cell::Text("refused")),
            ];
            review::change(acting, id, &given, false).await
        }
        What::AskEvidence => review::ask_evidence(acting, id, None, TODAY).await,
        What::Assign => review::assign(acting, id, "Cal Dunn").await,
        What::ByHand => review::by_hand(acting, id).await,
        What::Cancel => operate::cancel(acting, id).await,
        What::Retry => operate::retry(acting, id).await,
        What::Postpone => operate::postpone(acting, id, date(2026, 4, 1), TODAY).await,
        What::Follow => unreachable!("it has tests of its own"),
    }
}

/// What an act makes of an item in this state; nothing where it is refused.
fn expected(what: What, from: Item) -> Option<Item> {
    use Item::{ByHand, Cancelled, Done, Failed, Postponed, Ready, Referred, Waiting};
    match (what, from) {
        (What::Confirm | What::Change, Referred | Postponed) => Some(Done),
        (What::AskEvidence, Referred) => Some(Referred),
        (What::Assign, Referred | Waiting | Failed | Postponed) => Some(from),
        (What::ByHand, Referred | Waiting | Failed | Postponed) => Some(ByHand),
        (What::Cancel, Ready | Referred | Waiting | Failed | Postponed) => Some(Cancelled),
        (What::Retry, Failed | Postponed) => Some(Ready),
        (What::Postpone, Ready | Referred) => Some(Postponed),
        _ => None,
    }
}

#[tokio::test]
async fn every_act_is_allowed_in_its_states_and_refused_in_all_others() {
    let office = Office::open().await;
    let acts: Vec<What> = What::ALL.iter().copied().filter(|act| *act != What::Follow).collect();
    let forms: Vec<Form> = (0..acts.len() * Item::ALL.len()).map(Form::new).collect();
    let batch = office.run(&forms);
    let mut places = 2..;
    for what in acts {
        for from in Item::ALL {
            let done = batch.item(places.next().unwrap());
            let item = office.item_in(done, *from).await;
            let size = office.log_size().await;
            let acted = act(&office.acting("as agreed"), what, item).await;
            let now = office.state(item).await;
            let Some(to) = expected(what, *from) else {
                assert!(matches!(acted, Err(Error::Usage(_))), "{what:?} {from}");
                assert_eq!(now, *from, "{what:?} {from}");
                assert_eq!(office.log_size().await, size, "{what:?} {from}");
                assert!(office.store.acts(item).await.unwrap().is_empty());
                continue;
            };
            let acted = acted.unwrap_or_else(|fault| panic!("{what:?} {from}: {fault}"));
            assert_eq!((acted.state, now), (to, to), "{what:?} {from}");
            let acts = office.store.acts(item).await.unwrap();
            assert_eq!((acts.len(), acts[0].why.as_str()), (1, "as agreed"));
            assert_eq!(acts[0].by, "officer:Ann Bell");
            let last = office.entries(item).await.pop().unwrap();
            assert_eq!(last["actor"]["id"], "officer:Ann Bell", "{what:?} {from}");
            assert!(last["payload"].is_string(), "its words are committed to");
            let batch = office.store.batch(item.batch()).await.unwrap();
            assert_eq!(batch.state, acted.batch);
            assert_eq!(batch.state == state::Batch::Complete, to.next().is_empty());
        }
    }
    office.is_sound().await;
}

#[tokio::test]
async fn a_confirmed_recommendation_stands_and_needs_nobody() {
    let office = Office::open().await;
    let item = office.run(&[Form::refused(1), Form::new(2)]).item(2);
    assert_eq!(office.state(item).await, Item::Referred);
    let acted = review::confirm(&office.acting("statement seen"), item).await.unwrap();
    assert_eq!((acted.state, acted.batch), (Item::Done, state::Batch::Complete));
    let rulings = office.store.rulings(item).await.unwrap();
    assert_eq!(rulings.len(), 2, "the bot's is kept");
    let (bots, own) = (&rulings[0].payload.ruling, &rulings[1].payload.ruling);
    assert!(!bots.settled() && own.settled());
    assert_eq!(own.decision, bots.decision);
    assert_eq!((own.award, own.adverse), (bots.award, bots.adverse));
    assert_eq!(own.reasons.len(), bots.reasons.len() + 1);
    assert_eq!(rulings[1].by, "officer:Ann Bell");
    let listed = office.store.item(item).await.unwrap();
    assert_eq!((listed.ruling, listed.reason.as_str()), (2, ""));
    assert!(listed.decided_at.is_some());
    let kinds: Vec<String> = office
        .entries(item)
        .await
        .iter()
        .map(|entry| format!("{} {}", entry["kind"], entry["to"]).replace('"', ""))
        .collect();
    assert_eq!(kinds[2..], ["item.changed decided", "item.moved done"]);
    assert!(!format!("{:?}", office.entries(item).await).contains("statement seen"));
    office.is_sound().await;
}

#[tokio::test]
async fn what_lacks_an_answer_is_not_confirmed_but_changed() {
    let office = Office::open().await;
    let item = office.run(&[Form::unclear(1)]).item(2);
    let size = office.log_size().await;
    let fault = review::confirm(&office.acting("fine"), item).await.unwrap_err().to_string();
    assert!(fault.contains("Meals has no answer"), "{fault}");
    assert!(fault.contains("ask-evidence"), "{fault}");
    let wrong = [
        ("Meals", Cell::Text("perhaps")),
        ("Mails", Cell::Text("awarded")),
        ("Meals to", Cell::Text("31/06/2026")),
        ("grant amount", Cell::Text("-3")),
        ("Clothing grant", Cell::Text("refused")),
        ("Clothing grant", Cell::Text("refused")),
    ];
    let fault = review::change(&office.acting("fine"), item, &wrong, false).await;
    let fault = fault.unwrap_err().to_string();
    assert_eq!(fault.lines().count(), 6, "every fault at once: {fault}");
    let short = [("Meals", Cell::Text("awarded"))];
    let fault = review::change(&office.acting("fine"), item, &short, false).await.unwrap_err();
    assert!(fault.to_string().contains("Meals from has no date"), "{fault}");
    assert_eq!(office.log_size().await, size, "nothing was written");

    let given = [
        ("meals", Cell::Text("Awarded")),
        ("Income based", Cell::Bool(false)),
        ("Meals from", Cell::Date(date(2025, 10, 6))),
        ("Meals to", Cell::Text("30/06/2026")),
        ("Clothing grant", Cell::Text("awarded")),
        ("Grant amount", Cell::Text("£150")),
    ];
    review::change(&office.acting("hardship"), item, &given, false).await.unwrap();
    let ruled = office.store.rulings(item).await.unwrap().pop().unwrap();
    let ruling = ruled.payload.ruling;
    assert_eq!(*ruling.decision_value("Meals to"), Shown::Date(date(2026, 6, 30)));
    assert!(ruling.award && !ruling.adverse && ruling.settled());
    let said = &ruling.reasons.last().unwrap().text;
    assert!(said.contains("Clothing grant from nothing to awarded"), "{said}");
    assert!(said.ends_with(": hardship"), "{said}");
    assert!(office.store.item(item).await.unwrap().award, "sameness sees the award");
    office.is_sound().await;
}

#[tokio::test]
async fn of_two_who_settle_at_once_one_does_and_the_other_is_told() {
    let office = Office::open().await;
    let forms: Vec<Form> = (0..12).map(Form::refused).collect();
    let batch = office.run(&forms);
    let other = store(&office.root).await;
    for place in 2..14 {
        let item = batch.item(place);
        let ann = office.acting("statement seen");
        let cal =
            Acting::new(&office.folder, &other, actor("Cal Dunn"), "withdrawn at the counter")
                .unwrap();
        let (one, two) = tokio::join!(review::confirm(&ann, item), review::by_hand(&cal, item));
        let (won, lost) = match (one, two) {
            (Ok(acted), Err(fault)) | (Err(fault), Ok(acted)) => (acted, fault.to_string()),
            both => panic!("one of them settles it: {both:?}"),
        };
        assert!(lost.contains(&format!("item {item} is {}", won.state)), "{lost}");
        assert!(lost.contains("officer:"), "who did is told: {lost}");
        assert_eq!(office.state(item).await, won.state);
        assert_eq!(office.store.acts(item).await.unwrap().len(), 1);
        let rulings = if won.state == Item::Done { 2 } else { 1 };
        assert_eq!(office.store.rulings(item).await.unwrap().len(), rulings);
    }
    office.is_sound().await;
}

#[tokio::test]
async fn a_batch_is_paused_resumed_and_cancelled_with_what_runners_hold() {
    let office = Office::open().await;
    let done = office.run(&[Form::new(1)]).item(2);
    let item = office.item_in(done, Item::Ready).await;
    let id = item.batch();
    let acting = office.acting("wrong roll");
    assert_eq!(operate::pause(&acting, id).await.unwrap().state, state::Batch::Paused);
    assert!(operate::pause(&acting, id).await.is_err());
    assert!(operate::approve(&acting, id).await.is_err(), "it does not await approval");
    assert!(office.store.claim(id, Work::Decide, 10, "runner", 60).await.unwrap().is_none());
    assert_eq!(operate::resume(&acting, id).await.unwrap().state, state::Batch::Running);
    let slice = office.store.claim(id, Work::Decide, 10, "runner", 60).await.unwrap().unwrap();
    let fault = operate::cancel(&acting, item).await.unwrap_err();
    assert!(matches!(fault, Error::Failed(_)), "a runner has it: {fault}");
    let cancelled = operate::cancel_batch(&acting, id).await.unwrap();
    assert_eq!((cancelled.state, cancelled.totals.cancelled), (state::Batch::Cancelled, 1));

    let bot = Actor { id: "free-school-meals".to_owned(), kind: "bot" };
    let entry = Entry::new(Kind::ItemMoved, &bot).item(item);
    let (from, to) = (Item::Ready, Item::Done);
    let step = Move { item, from, to, reason: String::new(), award: true, ruling: 1 };
    let mut tx = office.store.db.begin().await.unwrap();
    let late =
        moves::items(&mut tx, id, Some(slice.lease), &[step], vec![entry.write()], &bot).await;
    assert_eq!(late.unwrap(), Moved::Lost, "the runner's work is dropped");
    tx.rollback().await.unwrap();
    let acts = office.store.batch_acts(id).await.unwrap();
    let whats: Vec<&str> = acts.iter().map(|act| act.what.as_str()).collect();
    assert_eq!(whats, ["pause", "resume", "cancel"]);
    assert_eq!(acts[0].why, "wrong roll");
    office.is_sound().await;
}

#[tokio::test]
async fn a_second_person_approves() {
    let office = Office::open().await;
    let done = office.run(&[Form::new(1)]).item(2);
    let item = office.item_in(done, Item::Ready).await;
    let id = item.batch();
    // Intake of a page or folder makes a batch wait; here it is set back to where it would be.
    let mut tx = office.store.db.begin().await.unwrap();
    let wait = "UPDATE batch SET state = 'awaiting approval' WHERE id = $1";
    sqlx::query(wait).bind(id.0).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let fault = operate::approve(&office.acting("fine"), id).await.unwrap_err();
    assert!(fault.to_string().contains("opened by you"), "{fault}");
    let second =
        Acting::new(&office.folder, &office.store, actor("Cal Dunn"), "totals agree").unwrap();
    assert_eq!(operate::approve(&second, id).await.unwrap().state, state::Batch::Running);
    office.is_sound().await;
}

#[tokio::test]
async fn a_postponed_item_waits_for_its_day_and_an_act_needs_its_reason() {
    let office = Office::open().await;
    let done = office.run(&[Form::new(1)]).item(2);
    let item = office.item_in(done, Item::Ready).await;
    let acting = office.acting("the new limit is not published");
    assert!(operate::postpone(&acting, item, TODAY, TODAY).await.is_err());
    operate::postpone(&acting, item, date(2026, 4, 1), TODAY).await.unwrap();
    let listed = office.store.item(item).await.unwrap();
    assert_eq!(listed.until.as_deref(), Some("2026-04-01"));
    operate::retry(&acting, item).await.unwrap();
    assert_eq!(office.store.item(item).await.unwrap().until, None);
    for why in ["", "  \n", &"x".repeat(2001)] {
        assert!(Acting::new(&office.folder, &office.store, actor("Ann Bell"), why).is_err());
    }
    assert!(review::assign(&acting, item, "17").await.is_err());
}
