//! Cases of a CRM through the real program: taken in, answered or referred, and told there, exactly
//! once, whatever fails and whoever dies.

use std::path::PathBuf;
use std::time::Duration;

use clerkwork_fixtures::dataverse::{Did, Fault, Filling, Options, Rule, StandIn};
use clerkwork_fixtures::questions::End;
use clerkwork_fixtures::trial::{self, Trial, brisk};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::harness::{PROGRAM, Ran};

/// A stand-in and an office beside it.
pub(super) struct Crm {
    pub(super) stand_in: StandIn,
    pub(super) office: trial::Office,
    pub(super) runtime: Runtime,
}

impl Crm {
    fn open(options: Options) -> Self {
        Self::with(options, brisk)
    }

    pub(super) fn with(options: Options, edit: impl FnOnce(String) -> String) -> Self {
        let runtime = Runtime::new().unwrap();
        let options = Options { filling: Filling::HrQueries { seed: 7 }, ..options };
        let cases = options.cases;
        let stand_in = runtime.block_on(StandIn::start(options)).unwrap();
        let program = (PathBuf::from(PROGRAM), Vec::new());
        let office = trial::Office::open(&program, &stand_in, 7, cases, edit).unwrap();
        Self { stand_in, office, runtime }
    }

    pub(super) fn clerkwork(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.office.command(arguments, true))
    }

    pub(super) fn run(&self) -> Ran {
        self.clerkwork(&["run", "hr-cases", "--json"])
    }

    /// The first item of batch 1 that came to this end; items are in the order of the cases'
    /// changes, which is that of their numbers.
    fn first(&self, end: End) -> (String, usize) {
        let at = self.stand_in.questions().iter().position(|it| it.end == end).unwrap();
        (format!("1-{}", at + 1), at)
    }

    pub(super) fn item(&self, item: &str) -> Value {
        self.clerkwork(&["show", item, "--json"]).json()
    }
}

pub(super) fn cases(cases: u32) -> Options {
    Options { cases, ..Options::default() }
}

#[test]
fn every_case_is_answered_or_referred_exactly_once_whatever_fails_and_whoever_dies() {
    let trial = Trial {
        program: (PathBuf::from(PROGRAM), Vec::new()),
        cases: 200,
        faults_per_mille: 300,
        kill_every: Some(Duration::from_millis(1500)),
        latency: Duration::from_millis(2),
        seed: 11,
        no_longer_than: Duration::from_mins(10),
    };
    let told = trial.run().unwrap();
    assert!(told.wrong.is_empty(), "{}", told.wrong.join("\n"));
    assert_eq!((told.answered, told.referred), (120, 80));
    assert!(told.kills >= 2, "too few were killed to show anything: {}", told.kills);
    let ways = told.faults.len();
    assert!(ways >= 15, "only {ways} ways to fail came up");
    assert!(told.most_within_window <= 6000 && told.at_once <= 52);
}

#[test]
fn cases_are_taken_from_the_crm_answered_there_and_not_taken_twice() {
    let crm = Crm::open(cases(20));
    let ran = crm.run();
    assert_eq!(ran.code, 3, "{ran}");
    ran.totals_balance();
    assert_eq!((ran.count("rows"), ran.count("done"), ran.count("referred")), (20, 12, 8), "{ran}");
    let (_, answered) = crm.first(End::Answered);
    let case = crm.stand_in.cases()[answered];
    let column = |name: &str| crm.stand_in.column("incidents", case, name).unwrap_or_default();
    assert_eq!(column("statecode"), json!(1));
    assert_eq!(column("new_answeredby"), json!("bot"));
    assert!(!column("new_answer").as_str().unwrap_or_default().is_empty());

    // A case that is referred stays open, with a note that says why.
    let (item, referred) = crm.first(End::Unsure);
    let case = crm.stand_in.cases()[referred];
    assert_eq!(crm.stand_in.column("incidents", case, "statecode"), Some(json!(0)));
    let shown = crm.item(&item);
    assert_eq!(shown["state"], "referred", "{shown}");
    assert_eq!(shown["told"][0]["effect"], "referral", "{shown}");
    assert_eq!(shown["told"][0]["state"], "made", "{shown}");

    let again = crm.run();
    assert_eq!(again.code, 0, "{again}");
    assert_eq!(again.json()["batch"], Value::Null, "{again}");
    let record = crm.stand_in.record();
    let notes = record.events.iter().filter(|it| it.set == "annotations").count();
    assert_eq!(notes, 20);
    let verified = crm.clerkwork(&["log", "verify", "--json"]);
    assert_eq!(verified.json()["sound"], true, "{verified}");
}

#[test]
fn what_a_person_changed_meanwhile_is_not_written_over_and_the_officer_is_told_who_it_was() {
    let crm = Crm::open(cases(1));
    let case = crm.stand_in.cases()[0];
    // The CRM takes nothing for a while, so that what was decided waits.
    crm.stand_in.fail(Rule::new(Fault::Unavailable).below("$batch").times(6));
    let ran = crm.run();
    assert_eq!((ran.code, ran.count("waiting")), (3, 1), "{ran}");
    crm.stand_in.officer_changes(case, "prioritycode", json!(1));
    let mut state = json!("waiting");
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(200));
        crm.run();
        state = crm.item("1-1")["state"].clone();
        if state != "waiting" {
            break;
        }
    }
    assert_eq!(state, "referred");
    let record = crm.stand_in.record();
    assert_eq!(
        (record.done_to_case(Did::Changed, case), record.done_to_case(Did::Closed, case)),
        (0, 0)
    );
    assert_eq!(crm.stand_in.column("incidents", case, "prioritycode"), Some(json!(1)));
    let shown = crm.item("1-1");
    assert_eq!(shown["reason"], "changed-in-crm", "{shown}");
    let page = crm.clerkwork(&["show", "1-1"]);
    let said = page.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("Morag Invented changed the case in the CRM on"), "{page}");
    assert!(said.contains("nothing that the bot read of it"), "{page}");
    // What the log says of it names nobody.
    let log = crm.clerkwork(&["log", "tail", "--json"]);
    assert!(!log.stdout.contains("Morag"), "{log}");

    // The officer has looked at the case and lets the answer stand: now it is told.
    let confirmed = crm.clerkwork(&["confirm", "1-1", "--why", "the priority changes nothing"]);
    assert_eq!(confirmed.code, 0, "{confirmed}");
    assert_eq!(crm.item("1-1")["state"], "decided");
    crm.run();
    let shown = crm.item("1-1");
    assert_eq!(shown["state"], "done", "{shown}");
    assert_eq!(crm.stand_in.column("incidents", case, "statecode"), Some(json!(1)));
    assert_eq!(crm.stand_in.record().done_to_case(Did::Closed, case), 1);
}

#[test]
fn an_officers_answer_is_told_in_the_crm() {
    let crm = Crm::open(cases(10));
    assert_eq!(crm.run().code, 3);
    let (item, at) = crm.first(End::Unsure);
    let case = crm.stand_in.cases()[at];
    let changed = crm.clerkwork(&[
        "change",
        &item,
        "--set",
        "Topic=other",
        "--set",
        "Answer=Please call us: we look at it together.",
        "--set",
        "Answered by=person",
        "--why",
        "the question is vague",
    ]);
    assert_eq!(changed.code, 0, "{changed}");
    crm.run();
    assert_eq!(crm.item(&item)["state"], "done");
    let column = |name: &str| crm.stand_in.column("incidents", case, name).unwrap_or_default();
    assert_eq!(column("statecode"), json!(1));
    assert_eq!(column("new_answeredby"), json!("person"));
    // The note of the referral and the one of the answer.
    assert_eq!(
        crm.stand_in
            .record()
            .events
            .iter()
            .filter(|it| it.set == "annotations" && it.case == Some(case))
            .count(),
        2
    );
}

#[test]
fn without_its_crm_a_run_says_so_and_what_is_right_is_checked() {
    let crm = Crm::open(Options { lacks: Some("prvCreateNote"), ..cases(3) });
    let checked = crm.clerkwork(&["check", "hr-cases"]);
    assert_eq!(checked.code, 2, "{checked}");
    assert!(checked.stdout.contains("prvCreateNote"), "{checked}");
    let well = Crm::open(cases(3));
    let checked = well.clerkwork(&["check", "hr-cases"]);
    assert_eq!(checked.code, 0, "{checked}");
    let Crm { stand_in, office, .. } = well;
    drop(stand_in);
    let ran = Ran::of(&mut office.command(&["run", "hr-cases"], true));
    ran.refused(1, &["cases could not be read from the CRM"]);
}
