//! What else `clerkwork serve` does by itself: cases of a CRM, rounds that are due, and batches that
//! a second person must agree to.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clerkwork_fixtures::dataverse::{Fault, Rule};
use clerkwork_fixtures::trial::brisk;
use clerkwork_runner::acts::Acting;
use clerkwork_runner::ids::BatchId;
use clerkwork_runner::job_log::Actor;
use clerkwork_runner::operate;

use super::crm::{Crm, cases};
use crate::harness::{Office, Running, Sheet};

/// How long a condition may take on a machine that is busy.
const LONGEST: Duration = Duration::from_mins(5);

/// Due every minute of every day.
fn every_minute(schedule: String) -> String {
    let lines = schedule.lines().filter(|line| !line.starts_with("calendar"));
    lines
        .map(|line| if line.starts_with("cron") { "cron = \"* * * * *\"" } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn cases_are_taken_and_told_by_themselves_also_when_the_crm_fails_for_a_while() {
    let crm = Crm::with(cases(10), |schedule| every_minute(brisk(schedule)));
    // So often that some wait for another round, which nobody but serve looks for.
    crm.stand_in.fail(Rule::new(Fault::Unavailable).below("$batch").times(8));
    let serving = Running::start(crm.office.command(&["serve", "--no-page"], true));
    let begun = Instant::now();
    let closed = || {
        let done = crm.stand_in.cases().into_iter();
        done.filter(|case| crm.stand_in.column("incidents", *case, "statecode") == Some(1.into()))
            .count()
    };
    while closed() < 6 {
        assert!(begun.elapsed() < LONGEST, "{} are closed after {LONGEST:?}", closed());
        std::thread::sleep(Duration::from_millis(100));
    }
    serving.terminate();
    let ended = serving.end();
    assert_eq!(ended.code, 0, "{ended}");
    let listed = crm.clerkwork(&["items", "--json"]).json();
    let states: Vec<&str> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["state"].as_str().unwrap())
        .collect();
    assert_eq!(states.iter().filter(|it| **it == "done").count(), 6, "{states:?}");
    assert_eq!(states.iter().filter(|it| **it == "referred").count(), 4, "{states:?}");
    let record = crm.stand_in.record();
    assert_eq!(record.events.iter().filter(|it| it.set == "annotations").count(), 10);
}

#[test]
fn a_file_with_more_items_than_one_person_may_queue_waits_for_a_second_one() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 60);
    office.edit("schedules/free-school-meals.toml", |text| {
        assert!(text.contains("approve_over = 500"));
        every_minute(text.replace("approve_over = 500", "approve_over = 10"))
    });
    fs::copy(&sheet.roll, office.data().join("rolls/school-roll.xlsx")).unwrap();
    let inbox = office.data().join("inbox/fsm");
    fs::create_dir_all(&inbox).unwrap();
    fs::copy(&sheet.file, inbox.join("forms.xlsx")).unwrap();
    let mut serving = Running::start(office.command(&["serve", "--no-page"]));
    assert!(serving.until("stage checked", 1), "it ended by itself");
    let state = || {
        let opened = office.store();
        opened.wait(opened.store.batch(BatchId(1))).unwrap().state
    };
    let until = |word: &str| {
        let begun = Instant::now();
        while state().as_str() != word {
            assert!(begun.elapsed() < LONGEST, "it is {} and not {word}", state());
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    until("awaiting approval");
    // Whose file it is has queued it, and is no second person.
    let own = office.clerkwork(&["approve", "1", "--why", "totals agree"]);
    own.refused(2, &["opened by you"]);
    assert!(!office.data().join("outbox/fsm/1-results.xlsx").exists());
    {
        let opened = office.store();
        let folder =
            Arc::new(clerkwork_runner::settings::Folder::find(Some(&office.data())).unwrap());
        let second = Actor { id: "officer:Cal Dunn".to_owned(), kind: "person" };
        let acting = Acting::new(&folder, &opened.store, second, "totals agree").unwrap();
        opened.wait(operate::approve(&acting, BatchId(1))).unwrap();
    }
    assert!(serving.until("stage reported", 1), "it ended by itself");
    until("unresolved");
    serving.terminate();
    assert_eq!(serving.end().code, 0);
    assert!(office.data().join("outbox/fsm/1-results.xlsx").exists());
}
