//! Two at once, and Ctrl-C.

use crate::harness::{Office, Running, Sheet};

#[test]
fn two_processes_with_the_same_command_do_the_work_once() {
    let office = Office::open();
    office.small_slices(20);
    let sheet = Sheet::of(&office, 400);
    let other = office.file("other.xlsx");
    let first = Running::start(office.running(&sheet, &[]));
    let output = ["--output", other.to_str().unwrap()];
    let second = Running::start(office.running(&sheet, &output));
    let (first, second) = (first.end(), second.end());
    for ran in [&first, &second] {
        assert_eq!(ran.code, 3, "{ran}");
        assert_eq!(ran.count("batch"), 1);
        ran.totals_balance();
        assert_eq!(ran.count("rows"), 400);
    }
    let rows: Vec<String> = sheet.rows.iter().map(u32::to_string).collect();
    let again = office.run(&sheet);
    assert_eq!(again.json()["already"], true);
    assert_eq!(office.results().sheet("Results").column("Row"), rows);
    let opened = office.store();
    assert_eq!(opened.wait(opened.store.batches(false, 10)).unwrap().len(), 1);
    for item in opened.items(1) {
        assert_eq!(opened.wait(opened.store.rulings(item.id)).unwrap().len(), 1, "{}", item.id);
    }
    office.log_is_sound();
}

#[test]
fn two_processes_with_different_sheets_do_not_wait_for_each_others_decisions() {
    let office = Office::open();
    let (one, two) = (
        Sheet::one_of_several(&office, 0, 200, 600).with_roll(),
        Sheet::one_of_several(&office, 1, 200, 600).with_roll(),
    );
    let other = office.file("other.xlsx");
    let first = Running::start(office.running(&one, &[]));
    let output = ["--output", other.to_str().unwrap()];
    let second = Running::start(office.running(&two, &output));
    for ran in [first.end(), second.end()] {
        assert_eq!(ran.code, 3, "{ran}");
        assert_eq!(ran.count("rows"), 200);
        ran.totals_balance();
    }
    office.log_is_sound();
}

#[test]
fn ctrl_c_stops_after_what_is_under_way_and_the_same_command_goes_on() {
    let office = Office::open();
    office.small_slices(10);
    let sheet = Sheet::of(&office, 400);
    let mut running = Running::start(office.running(&sheet, &[]));
    assert!(running.until("stage recorded", 3));
    running.interrupt();
    let stopped = running.end();
    assert_eq!(stopped.code, 3, "{stopped}");
    stopped.totals_balance();
    assert!(stopped.count("in_hand") > 0, "{stopped}");
    assert!(stopped.stderr.contains("stopping after what is under way"), "{stopped}");
    assert!(!office.file("results.xlsx").exists(), "a batch in hand has no report");
    let opened = office.store();
    let held = "SELECT COUNT(*) FROM lease";
    let held: i64 =
        opened.wait(sqlx::query_scalar(held).fetch_one(opened.store.db.readers())).unwrap();
    assert_eq!(held, 0, "nothing is left in anybody's hands");
    let on = office.run(&sheet);
    assert_eq!((on.code, on.count("batch"), on.count("in_hand")), (3, 1, 0), "{on}");
    assert_eq!(on.json()["already"], false);
    on.totals_balance();
    assert_eq!(office.results().sheet("Results").rows.len(), 400);
    office.log_is_sound();
}
