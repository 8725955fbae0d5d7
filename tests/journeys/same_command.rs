//! The same command again: goes on, or says that it is done; never does anything twice.

use std::fs;

use crate::harness::{Office, Running, Sheet};

#[test]
fn without_a_roll_the_form_is_taken_at_its_word_and_the_totals_balance() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 200);
    let ran = office.run_with(&sheet, &["--lookup", "school-roll=none"]);
    assert_eq!(ran.code, 3, "{ran}");
    ran.totals_balance();
    assert_eq!(ran.count("rows"), 200);
    let results = office.results();
    assert_eq!(results.total("Lookup school-roll"), "not looked at");
    let rows: Vec<String> = sheet.rows.iter().map(u32::to_string).collect();
    assert_eq!(results.sheet("Results").column("Row"), rows);
}

#[test]
fn the_same_command_after_the_end_does_nothing_and_says_the_same() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 150);
    let first = office.run(&sheet);
    let before = office.results();
    fs::remove_file(office.file("results.xlsx")).unwrap();
    let second = office.run(&sheet);
    assert_eq!(
        (first.json()["already"].clone(), second.json()["already"].clone()),
        (false.into(), true.into())
    );
    assert_eq!((second.code, second.totals()), (first.code, first.totals()));
    assert_eq!(second.count("batch"), first.count("batch"));
    let after = office.results();
    assert_eq!(after.sheet("Results").rows, before.sheet("Results").rows);
    assert_eq!(after.sheet("To do").rows, before.sheet("To do").rows);
    assert_eq!(after.sheet("Errors").rows, before.sheet("Errors").rows);
    let written_again = 1;
    assert_eq!(second.count("log_size"), first.count("log_size") + written_again);
    let verified = office.clerkwork(&["log", "verify", "--json"]);
    assert_eq!(verified.count("covered"), second.count("log_size"), "what is printed is signed");
}

#[test]
fn again_opens_a_batch_that_follows_and_repeats_are_duplicates() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 150);
    let first = office.run(&sheet);
    let second = office.run_with(&sheet, &["--again"]);
    second.totals_balance();
    assert_eq!(second.json()["already"], false, "{second}");
    assert_eq!(second.count("batch"), first.count("batch") + 1);
    assert_eq!(second.count("rows"), first.count("rows"));
    assert_eq!(second.count("rejected"), first.count("rejected"));
    let opened = office.store();
    let batches = opened.wait(opened.store.batches(false, 10)).unwrap();
    assert_eq!(batches[0].follows, Some(batches[1].id));
    // Whatever is awarded or with a person is there already.
    assert!(second.count("duplicates") >= first.count("referred"), "{second}");
    assert_eq!(
        second.count("items") + second.count("duplicates"),
        first.count("items") + first.count("duplicates")
    );
    let third = office.run(&sheet);
    assert_eq!(third.json()["already"], true, "{third}");
    assert_eq!(third.count("batch"), second.count("batch"));
    office.log_is_sound();
}

#[test]
fn a_dry_run_says_what_the_real_run_would_and_leaves_one_log_entry() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 300);
    let opened = office.store();
    let size = || opened.wait(clerkwork_runner::job_log::head(&opened.store.db)).unwrap().size;
    let before = size();
    let dry = office.run_with(&sheet, &["--dry-run"]);
    assert_eq!(size(), before + 1);
    assert_eq!(dry.json()["dry_run"], true, "{dry}");
    assert!(opened.wait(opened.store.batches(false, 10)).unwrap().is_empty());
    assert_eq!(fs::read_dir(office.data().join("originals")).unwrap().count(), 0);
    assert!(sheet.file.exists());
    let tried = office.results();
    let real = office.run(&sheet);
    assert_eq!((dry.code, dry.totals()), (real.code, real.totals()));
    let really = office.results();
    for column in ["Row", "Reference", "Outcome", "Meals", "Grant amount", "Reasons"] {
        let (tried, really) = (tried.sheet("Results"), really.sheet("Results"));
        assert_eq!(tried.column(column), really.column(column), "{column}");
    }
    office.log_is_sound();
}

#[test]
fn a_dry_run_after_a_real_one_sees_what_is_there_already() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 150);
    office.run(&sheet);
    let dry = office.run_with(&sheet, &["--dry-run"]);
    let real = office.run_with(&sheet, &["--again"]);
    assert_eq!((dry.code, dry.totals()), (real.code, real.totals()));
    office.log_is_sound();
}

#[test]
fn another_lookup_is_refused_while_the_batch_is_unfinished_and_ignored_when_it_is_done() {
    let office = Office::open();
    office.small_slices(10);
    let sheet = Sheet::of(&office, 150);
    let mut running = Running::start(office.running(&sheet, &[]));
    assert!(running.until("stage recorded", 2));
    assert!(running.kill());

    let other = office.run_with(&sheet, &["--lookup", "school-roll=none"]);
    other.refused(2, &["school-roll", "batch 1"]);
    let first = office.run(&sheet);
    assert_eq!(first.code, 3, "{first}");
    assert_eq!(first.count("batch"), 1);

    let other = office.run_with(&sheet, &["--lookup", "school-roll=none"]);
    assert_eq!(other.code, 3, "{other}");
    assert_eq!(other.json()["already"], true);
    assert_eq!(other.totals(), first.totals());
    assert!(other.stderr.contains("another lookup"), "{other}");
    office.log_is_sound();
}
