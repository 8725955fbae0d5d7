//! Killed anywhere, the same command goes on: nothing is lost and nothing is done twice.

use std::time::Duration;

use crate::harness::{Office, Ran, Results, Running, Sheet};

/// Kills in all, over as many runs as that takes.
const KILLS: usize = 100;
/// Rows of each sheet.
const ROWS: u64 = 700;
/// What must be there from the start to the first row stored, item recorded or report written.
/// Generous, since machines that test are busy; on a quiet one it is well under a second.
const LONGEST: Duration = Duration::from_secs(5);
/// When to kill: at the first line that tells of a stage, the n-th of them, or after some time.
enum When {
    Stage(&'static str, usize),
    After(Duration),
}

/// The kills of one batch, in the order of the flow; a list that one batch has used up begins anew
/// with the next.
fn plan(random: &mut impl FnMut(u64) -> u64) -> Vec<When> {
    let mut some = |most| usize::try_from(random(most)).unwrap() + 1;
    let mut plan = vec![
        When::Stage("stage opened", 1),
        When::Stage("stage taken-in", 1),
        When::Stage("stage taken-in", 1),
        When::Stage("stage checked", 1),
    ];
    for stage in ["stage claimed", "stage decided", "stage recorded"] {
        plan.extend([When::Stage(stage, 1), When::Stage(stage, some(6))]);
    }
    for _ in 0..6 {
        plan.push(When::After(Duration::from_millis(random(160))));
    }
    plan.push(When::Stage("stage reported", 1));
    plan
}

#[test]
fn a_hundred_kills_lose_no_row_and_double_none() {
    let mut seed = 0x5EED_u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let (office, undisturbed) = (Office::open(), Office::open());
    office.small_slices(5);
    let none = ["--lookup", "school-roll=none"];
    let (mut kills, mut restarts) = (0, Vec::new());
    let mut at_stage = std::collections::BTreeMap::<&str, usize>::new();
    for n in 0.. {
        if kills >= KILLS {
            break;
        }
        let sheet = Sheet::one_of_several(&office, n, ROWS, 40 * ROWS);
        let mut killed = false;
        for when in plan(&mut random) {
            let mut running = Running::start(office.running(&sheet, &none));
            let stage = match when {
                When::Stage(stage, times) if running.until(stage, times) => stage,
                When::Stage(..) => {
                    running.end();
                    continue;
                }
                When::After(time) => {
                    running.listen(time);
                    "at random"
                }
            };
            if killed {
                restarts.extend(running.first_progress);
            }
            if running.kill() {
                *at_stage.entry(stage).or_default() += 1;
                (killed, kills) = (true, kills + 1);
            }
        }
        let ran = office.run_with(&sheet, &none);
        let results = office.results();
        let reference = undisturbed.run_with(&sheet, &none);
        same(&ran, &results, &reference, &undisturbed.results(), &sheet);
    }
    office.log_is_sound();
    let longest = restarts.iter().max().copied().unwrap_or_default();
    let mean = restarts.iter().sum::<Duration>() / u32::try_from(restarts.len()).unwrap();
    eprintln!("{kills} kills: {at_stage:?}");
    eprintln!("from restart to new progress: {longest:?} at most, {mean:?} on average");
    assert!(longest < LONGEST, "{longest:?}");
    assert_eq!(at_stage.len(), 8, "not every stage was hit: {at_stage:?}");
}

/// What came of a batch that was killed is what comes of one that was not.
fn same(ran: &Ran, results: &Results, reference: &Ran, undisturbed: &Results, sheet: &Sheet) {
    assert_eq!(ran.code, 3, "{ran}");
    ran.totals_balance();
    assert_eq!(ran.count("in_hand"), 0);
    assert_eq!(ran.totals(), reference.totals());
    let (killed, whole) = (results.sheet("Results"), undisturbed.sheet("Results"));
    let rows: Vec<String> = sheet.rows.iter().map(u32::to_string).collect();
    assert_eq!(killed.column("Row"), rows);
    for column in ["Reference", "Outcome", "Meals", "Meals from", "Grant amount", "Reasons"] {
        assert_eq!(killed.column(column), whole.column(column), "{column}");
    }
    assert_eq!(results.sheet("Errors").rows, undisturbed.sheet("Errors").rows);
}

#[test]
fn a_report_that_was_cut_off_leaves_no_half_file() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 300);
    office.run(&sheet);
    std::fs::remove_file(office.file("results.xlsx")).unwrap();
    for delay in [0, 5, 10, 20, 40] {
        let mut running = Running::start(office.running(&sheet, &[]));
        running.listen(Duration::from_millis(delay));
        running.kill();
        if office.file("results.xlsx").exists() {
            // Then it is whole.
            assert_eq!(office.results().sheet("Results").rows.len(), 300);
        }
    }
    office.run(&sheet);
    assert_eq!(office.results().sheet("Results").rows.len(), 300);
}

#[test]
fn a_reader_that_dies_takes_nothing_with_it_and_the_same_command_reads_anew() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 5_000);
    let mut running = Running::start(office.running(&sheet, &["--lookup", "school-roll=none"]));
    assert!(running.until("stage taken-in", 1));
    let children = format!("/proc/{0}/task/{0}/children", running.id());
    let mut all = String::new();
    // Any of its threads may have started the child.
    for task in std::fs::read_dir(format!("/proc/{}/task", running.id())).unwrap() {
        all += &std::fs::read_to_string(task.unwrap().path().join("children")).unwrap();
        all += " ";
    }
    let child = all.split_whitespace().next().unwrap_or_else(|| panic!("no child in {children}"));
    let pid = rustix::process::Pid::from_raw(child.parse().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let ended = running.end();
    assert_eq!(ended.code, 1, "{ended}");
    assert_eq!(ended.json()["exit"], 1);
    let opened = office.store();
    assert!(opened.items(1).is_empty(), "what was stored before is taken back");
    let again = office.run(&sheet);
    assert_eq!(again.code, 3, "{again}");
    assert_eq!(again.count("rows"), 5_000);
    again.totals_balance();
    office.log_is_sound();
}
