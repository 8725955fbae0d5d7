//! `clerkwork serve` and `work`: a file put into a watched folder comes out as a results workbook,
//! whatever happens on the way.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clerkwork_runner::ids::BatchId;
use clerkwork_runner::job_log;
use clerkwork_runner::store::fires;
use serde_json::Value;

use crate::harness::{Office, Results, Running, Sheet};

/// How long a condition may take on a machine that is busy.
const LONGEST: Duration = Duration::from_mins(5);

/// An office whose free school meals are due every minute of every day, with its roll in place.
fn every_minute(office: &Office, sheet: &Sheet) -> PathBuf {
    office.edit("schedules/free-school-meals.toml", |text| {
        let text = text.replace("cron = \"30 7 * * Mon-Fri\"", "cron = \"* * * * *\"");
        let lines = text.lines().filter(|line| !line.starts_with("calendar"));
        lines.collect::<Vec<_>>().join("\n")
    });
    fs::copy(&sheet.roll, office.data().join("rolls/school-roll.xlsx")).unwrap();
    let inbox = office.data().join("inbox/fsm");
    fs::create_dir_all(&inbox).unwrap();
    inbox
}

fn listed(folder: &Path) -> Vec<String> {
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Waits until something is so.
fn wait_until(what: &str, so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < LONGEST, "{what}: not after {LONGEST:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn entries(office: &Office) -> Vec<Value> {
    let opened = office.store();
    let stored = opened.wait(job_log::read(&opened.store.db, 0, i64::MAX)).unwrap();
    stored.iter().map(|entry| serde_json::from_slice(&entry.bytes).unwrap()).collect()
}

/// The sheet came in once, each of its items was ruled on once, and its results are there.
fn all_of_it_once(office: &Office, sheet: &Sheet) {
    let opened = office.store();
    let batches = opened.wait(opened.store.batches(false, 10)).unwrap();
    assert_eq!(batches.len(), 1, "{batches:?}");
    assert_eq!(batches[0].totals.in_hand, 0);
    assert_eq!(usize::try_from(batches[0].totals.rows).unwrap(), sheet.rows.len());
    for item in opened.items(1) {
        assert_eq!(opened.wait(opened.store.rulings(item.id)).unwrap().len(), 1, "{}", item.id);
    }
    let results = Results::read(&office.data().join("outbox/fsm/1-results.xlsx"));
    let rows: Vec<String> = sheet.rows.iter().map(u32::to_string).collect();
    assert_eq!(results.sheet("Results").column("Row"), rows);
    let mut due = BTreeMap::new();
    for entry in entries(office).iter().filter(|entry| entry["kind"] == "schedule.fired") {
        let name = format!("{} {}", entry["schedule"], entry["due"]);
        *due.entry(name).or_insert(0) += 1;
    }
    assert!(due.values().all(|fired| *fired == 1), "{due:?}");
    office.log_is_sound();
}

#[test]
fn a_half_written_file_is_waited_for_and_a_broken_one_is_put_aside() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 80);
    let inbox = every_minute(&office, &sheet);
    let bytes = fs::read(&sheet.file).unwrap();
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    fs::write(inbox.join("Ann Example.xlsx"), first).unwrap();
    fs::write(inbox.join("~$Ann Example.xlsx"), "somebody has it open").unwrap();
    fs::write(inbox.join("letter.xlsx"), "Dear Sir or Madam").unwrap();
    let mut serving = Running::start(office.command(&["serve", "--no-page"]));
    assert!(serving.until("stage waiting", 1), "it ended by itself");
    assert!(inbox.join("Ann Example.xlsx").exists());
    assert_eq!(listed(&inbox.join("refused")), ["letter.xlsx", "letter.xlsx.why.txt"]);
    let why = fs::read_to_string(inbox.join("refused/letter.xlsx.why.txt")).unwrap();
    assert!(why.contains("nothing of it was decided") && !why.contains("Madam"), "{why}");
    fs::write(inbox.join("Ann Example.xlsx"), [first, rest].concat()).unwrap();
    assert!(serving.until("stage reported", 1), "it ended by itself");
    let taken = office.data().join("taken/free-school-meals");
    wait_until("what was taken in is removed", || listed(&taken).is_empty());
    assert_eq!(listed(&inbox), ["refused", "~$Ann Example.xlsx"]);
    serving.terminate();
    let ended = serving.end();
    assert_eq!(ended.code, 0, "{ended}");
    assert!(ended.stdout.contains("free-school-meals: begun, due "), "{ended}");
    assert!(!ended.stdout.contains("Ann") && !ended.stderr.contains("Ann"), "{ended}");
    let kinds: Vec<Value> = entries(&office).iter().map(|it| it["kind"].clone()).collect();
    assert!(kinds.contains(&"runner.started".into()) && kinds.contains(&"runner.stopped".into()));
    let opened = office.store();
    let unreadable = opened.wait(opened.store.batches(false, 10)).unwrap();
    let states: Vec<&str> = unreadable.iter().map(|batch| batch.state.as_str()).collect();
    assert_eq!(states, ["unresolved", "unreadable"]);
    let fired = fires::newest(&opened.store.db, "free-school-meals", 100);
    let fired = opened.wait(fired).unwrap();
    let refused: Vec<_> = fired.iter().filter(|fire| fire.reason == "file-refused").collect();
    assert_eq!(refused.len(), 1, "{fired:?}");
    assert_eq!((refused[0].files, refused[0].batch), (Some(2), Some(BatchId(2))), "{fired:?}");
    let shown = office.clerkwork(&["schedules", "free-school-meals", "--json"]).json();
    assert!(shown["schedules"][0]["last"]["run"]["due"].is_string(), "{shown}");
    office.log_is_sound();
}

#[test]
fn killed_in_the_middle_and_started_again_it_loses_nothing_and_doubles_nothing() {
    let office = Office::open();
    office.small_slices(10);
    let sheet = Sheet::of(&office, 400);
    let inbox = every_minute(&office, &sheet);
    fs::copy(&sheet.file, inbox.join("forms.xlsx")).unwrap();
    for (stage, times) in [("stage taken-in", 1), ("stage recorded", 3)] {
        let mut serving = Running::start(office.command(&["serve", "--no-page"]));
        assert!(serving.until(stage, times), "it ended by itself before {stage}");
        assert!(serving.kill());
        assert!(!office.data().join("outbox/fsm/1-results.xlsx").exists(), "killed too late");
    }
    let mut serving = Running::start(office.command(&["serve", "--no-page"]));
    assert!(serving.until("stage reported", 1), "it ended by itself");
    let taken = office.data().join("taken/free-school-meals");
    wait_until("what was taken in is removed", || listed(&taken).is_empty());
    serving.terminate();
    let ended = serving.end();
    assert_eq!(ended.code, 0, "{ended}");
    all_of_it_once(&office, &sheet);
}

#[test]
fn sigterm_lets_slices_finish_and_work_goes_on_with_the_rest() {
    let office = Office::open();
    office.small_slices(10);
    let sheet = Sheet::of(&office, 400);
    let inbox = every_minute(&office, &sheet);
    fs::copy(&sheet.file, inbox.join("forms.xlsx")).unwrap();
    let mut serving = Running::start(office.command(&["serve", "--no-page"]));
    assert!(serving.until("stage recorded", 3), "it ended by itself");
    serving.terminate();
    let ended = serving.end();
    assert_eq!(ended.code, 0, "{ended}");
    assert!(ended.stdout.ends_with("Stopped.\n"), "{ended}");
    let opened = office.store();
    assert!(opened.wait(opened.store.batches(true, 1)).unwrap()[0].totals.in_hand > 0);
    let held = "SELECT COUNT(*) FROM lease";
    let held: i64 =
        opened.wait(sqlx::query_scalar(held).fetch_one(opened.store.db.readers())).unwrap();
    assert_eq!(held, 0, "nothing is left in anybody's hands");
    drop(opened);
    // Nothing is in the folders any more: it goes on from the sealed original.
    assert!(listed(&inbox).is_empty());
    assert!(listed(&office.data().join("taken/free-school-meals")).is_empty());
    let mut working = Running::start(office.command(&["work"]));
    assert!(working.until("stage reported", 1), "it ended by itself");
    working.terminate();
    let ended = working.end();
    assert_eq!(ended.code, 0, "{ended}");
    all_of_it_once(&office, &sheet);
}
