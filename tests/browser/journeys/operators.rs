//! An operator watches the log while others work, and stops and starts what runs.

use std::time::Duration;

use serde_json::Value;

use super::{both_ways, go};
use crate::browser::day::Day;
use crate::browser::until;
use crate::browser::window::{Scripts, Window};

/// How late an entry may be to be seen.
const LATE: Duration = Duration::from_secs(1);

#[test]
fn entries_come_by_themselves_within_a_second_and_wait_while_it_is_paused() {
    go(watches, Scripts::Run);
}

both_ways! {
    an_operator_looks_for_what_was_done: super::looks,
    an_operator_acts_on_many_items_at_once: super::acts_on_many,
    an_operator_stops_a_bot_and_starts_it_again: super::stops,
    an_operator_runs_a_schedule_and_holds_its_batch: super::holds,
}

/// Something that is logged: a colleague notes something.
fn something_happens(day: &Day, n: usize) {
    let why = format!("looked at once more, {n}");
    let ran =
        day.served.office.clerkwork(&["assign", &day.referred, "--to", "Iain Ross", "--why", &why]);
    assert_eq!(ran.code, 0, "{ran}");
}

/// The index of the newest entry that is shown.
fn newest(window: &Window) -> i64 {
    let script = "return Number(document.querySelector('#log tr')?.id.split('-').pop() ?? -1)";
    window.ask(script, Vec::new()).as_i64().unwrap()
}

/// How late the newest entry was, in milliseconds: between its time and its coming on the page.
fn late(window: &Window) -> Option<i64> {
    window.ask("return window.cwLate ?? null", Vec::new()).as_i64()
}

fn watches(window: &Window, day: &Day) {
    window.sign_in("olu.grant");
    window.follow("Job log");
    window.is_at("/log");
    window.sees("New entries are added as they come");
    let watch = "new MutationObserver(() => {
            const at = document.querySelector('#log tr time').dateTime;
            window.cwLate = Date.now() - new Date(at).getTime();
        }).observe(document.querySelector('#log'), { childList: true });";
    window.ask(watch, Vec::new());
    let mut lates = Vec::new();
    for n in 0..5 {
        let before = newest(window);
        window.ask("delete window.cwLate", Vec::new());
        something_happens(day, n);
        lates.push(until(|| "no entry came".to_owned(), || late(window)));
        assert!(newest(window) > before);
    }
    // A machine that is busy may be late now and then; the page is not.
    lates.sort_unstable();
    assert!(u128::try_from(lates[2]).unwrap() < LATE.as_millis(), "{lates:?} ms late");

    window.tap("Pause");
    window.sees("Paused: new entries are counted, not added");
    let before = newest(window);
    something_happens(day, 5);
    something_happens(day, 6);
    window.sees("Show 2 new entries");
    assert_eq!(newest(window), before, "rows moved while it was paused");
    window.tap("Show 2 new entries");
    until(|| "they are not shown".to_owned(), || (newest(window) > before).then_some(()));
    window.tap("Go on");
    window.sees("New entries are added as they come");
    // A filter stands in the address, and what is live keeps to it.
    window.unfold("Filter");
    window.fill("Batch", "2");
    window.press("Apply filters");
    assert!(window.path().contains("batch=2"), "{}", window.path());
    let before = newest(window);
    something_happens(day, 7);
    let ran = day.served.office.clerkwork(&["cancel", "2", "--why", "sent by mistake"]);
    assert_eq!(ran.code, 0, "{ran}");
    until(
        || "the batch's entry does not come".to_owned(),
        || (newest(window) > before).then_some(()),
    );
    window.does_not_see("Item 1-");
}

fn looks(window: &Window, day: &Day) {
    window.sign_in("olu.grant");
    window.follow("Job log");
    window.unfold("Filter");
    window.fill("Item", &day.referred);
    window.press("Apply filters");
    window.sees("Clear filters");
    let rows = "return [...document.querySelectorAll('#log tr')].map((it) => it.innerText)";
    let rows = window.ask(rows, Vec::new());
    let rows: Vec<&str> = rows.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.contains(&day.referred)), "{rows:?}");
    something_happens(day, 0);
    window.follow("Refresh");
    window.sees(&format!("Item {}", day.referred));
    let path = window.path();
    assert!(path.contains(&format!("item={}", day.referred)), "{path} can be kept and sent on");
}

fn acts_on_many(window: &Window, day: &Day) {
    window.sign_in("olu.grant");
    window.follow("Items");
    window.unfold("Filter");
    window.fill("Batch", "1");
    window.press("Apply filters");
    // Those that are referred, of this batch.
    window.follow("Referred");
    assert!(window.path().contains("batch=1"), "the filter is kept: {}", window.path());
    let opened = day.served.office.store();
    let referred: Vec<String> = opened
        .items(1)
        .iter()
        .filter(|item| item.state.as_str() == "referred")
        .map(|item| item.id.to_string())
        .collect();
    let n = referred.len();
    window.press(&format!("Do something to all {n} items"));
    window.sees(&format!("Do something to {n} items"));
    // Not sure, and without a reason: nothing is done, and what was chosen stands.
    window.choose("Give to an officer");
    window.fill("Officer", "Iain Ross");
    window.press("Do it");
    window.sees("There is a problem");
    assert!(window.holds("return document.querySelector('input[type=radio]:checked') !== null"));
    window.fill("Reason", "Ann is away this week");
    window.choose("Yes, to all");
    window.press("Do it");
    window.is_at("/items/bulk/");
    window.sees_in_time("Ended");
    let opened = day.served.office.store();
    for item in opened.items(1).iter().filter(|item| referred.contains(&item.id.to_string())) {
        assert_eq!(item.assigned_to.as_deref(), Some("Iain Ross"), "{}", item.id);
    }
}

fn stops(window: &Window, _: &Day) {
    window.sign_in("olu.grant");
    window.follow("Schedules");
    window.follow("Questions to HR");
    window.sees("Run now");
    window.act("Run now", &[("Reason", "")], "Run now");
    window.sees("There is a problem");
    window.go("/bots/hr-queries");
    window.act("Stop this bot", &[("Reason", "the policy is being looked at")], "Stop the bot");
    window.sees("The bot is stopped");
    window.sees("the policy is being looked at");
    window.go("/schedules/hr-queries");
    window.act("Run now", &[("Reason", "a file came late")], "Run now");
    window.sees("has been stopped by a person");
    window.go("/bots/hr-queries");
    window.act("Start this bot again", &[("Reason", "it was looked at")], "Start the bot");
    window.sees("The bot takes work again");
}

fn holds(window: &Window, day: &Day) {
    let office = &day.served.office;
    let inbox = office.data().join("inbox/fsm");
    std::fs::create_dir_all(&inbox).unwrap();
    std::fs::copy(office.file("forms-2.xlsx"), inbox.join("forms.xlsx")).unwrap();
    window.sign_in("olu.grant");
    window.go("/schedules/free-school-meals");
    window.act("Run now", &[("Reason", "the forms came late")], "Run now");
    window.sees("The run was asked for");
    // Over its limit it waits for somebody else; meanwhile its bot is stopped, so that it stays.
    window.go("/batches/4");
    window.sees_in_time("Somebody else than who queued it must agree");
    window.go("/bots/free-school-meals");
    window.act("Stop this bot", &[("Reason", "the policy is being looked at")], "Stop the bot");
    window.press("Sign out");
    window.sign_in("petra.muir");
    window.go("/batches/4");
    window.act("Agree to this batch", &[("Reason", "as every month")], "Agree");
    assert!(!window.has("summary", "Pause this batch"), "an approver may pause");
    window.press("Sign out");
    window.sign_in("olu.grant");
    window.go("/batches/4");
    window.act("Pause this batch", &[("Reason", "")], "Pause");
    window.sees("There is a problem");
    window.act("Pause this batch", &[("Reason", "one form is missing")], "Pause");
    window.sees("An operator holds it");
    window.sees("one form is missing");
    window.act("Let this batch go on", &[("Reason", "it was found")], "Resume");
    window.go("/bots/free-school-meals");
    window.act("Start this bot again", &[("Reason", "it was looked at")], "Start the bot");
    window.go("/batches/4");
    window.sees_in_time("It is unresolved until nothing is left");
}
