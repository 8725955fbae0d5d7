//! Files that bring careless readers down, and files that are merely broken.

use std::fs;

use clerkwork_fixtures::hostile;
use clerkwork_runner::state;
use clerkwork_runner::store::totals::Totals;
use sqlx::Row as _;

use crate::harness::{Office, Ran, Sheet, TODAY};

fn run(office: &Office, file: &str) -> Ran {
    let file = office.file(file);
    let mut command = office.command(&["run", "free-school-meals", "--json", "--as-of", TODAY]);
    command.arg("--input").arg(file).args(["--lookup", "school-roll=none"]);
    Ran::of(command.arg("--output").arg(office.file("hostile-results.xlsx")))
}

#[test]
fn no_hostile_file_brings_the_runner_down_or_leaves_anything_behind() {
    let office = Office::open();
    for file in hostile::ALL {
        file.write_into(&office.file("")).unwrap();
        let ran = run(&office, file.file);
        let told = format!("{} ({}): {ran}", file.file, file.about);
        assert!(!ran.stderr.contains("a fault in the program"), "{told}");
        let opened = office.store();
        let batches = opened.wait(opened.store.batches(false, 1)).unwrap();
        let batch = batches.first().unwrap_or_else(|| panic!("no batch: {told}"));
        match ran.code {
            0 | 3 => {
                ran.totals_balance();
                assert!(file.readable, "{told}");
            }
            1 => {
                let why = ran.json()["error"].as_str().unwrap_or_default().to_owned();
                assert!(why.len() > 20, "{told}");
                assert!(!why.contains("panick") && !why.contains("0x"), "{told}");
                assert_eq!(batch.state, state::Batch::Unreadable, "{told}");
                assert_eq!(batch.totals, Totals::default(), "{told}");
                for table in ["item WHERE batch", "turned_away WHERE id / 100000000"] {
                    let sql = format!("SELECT COUNT(*) FROM {table} = {}", batch.id);
                    let query = sqlx::query(sqlx::AssertSqlSafe(sql));
                    let row = query.fetch_one(opened.store.db.readers());
                    assert_eq!(opened.wait(row).unwrap().get::<i64, _>(0), 0, "{told}");
                }
                assert!(!office.file("hostile-results.xlsx").exists(), "{told}");
            }
            _ => panic!("{told}"),
        }
        drop(fs::remove_file(office.file("hostile-results.xlsx")));
    }
    office.log_is_sound();
}

#[test]
fn the_mended_file_is_run_as_if_the_broken_one_had_never_come() {
    let office = Office::open();
    hostile::named("truncated.xlsx").unwrap().write(&office.file("plain.xlsx")).unwrap();
    run(&office, "plain.xlsx").refused(1, &["error:"]);
    run(&office, "plain.xlsx").refused(1, &["error:"]);
    let sheet = Sheet::of(&office, 120);
    let ran = office.run(&sheet);
    assert_eq!(ran.code, 3, "{ran}");
    assert_eq!(ran.json()["already"], false);
    assert_eq!(ran.count("rows"), 120);
    let elsewhere = Office::open();
    let reference = elsewhere.run(&Sheet::of(&elsewhere, 120));
    assert_eq!(ran.totals(), reference.totals());
    office.log_is_sound();
}

#[test]
fn a_sheet_that_breaks_off_in_the_middle_leaves_nothing_of_what_was_read() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 3_000);
    let good = fs::read(&sheet.file).unwrap();
    let mut broken = good.clone();
    let middle = broken.len() / 2;
    for byte in &mut broken[middle..middle + 64] {
        *byte ^= 0x5a;
    }
    fs::write(&sheet.file, broken).unwrap();
    let ran = office.run(&sheet);
    ran.refused(1, &["error:"]);
    let opened = office.store();
    let batch = opened.wait(opened.store.batches(false, 1)).unwrap().remove(0);
    assert_eq!(batch.state, state::Batch::Unreadable);
    assert_eq!(batch.totals, Totals::default());
    assert!(opened.items(batch.id.0).is_empty());
    fs::write(&sheet.file, good).unwrap();
    let mended = office.run(&sheet);
    assert_eq!((mended.code, mended.count("rows")), (3, 3_000), "{mended}");
    assert_eq!(mended.count("duplicates"), expected_duplicates(&sheet), "{mended}");
    office.log_is_sound();
}

fn expected_duplicates(sheet: &Sheet) -> i64 {
    let duplicate = clerkwork_fixtures::Outcome::Duplicate;
    let rows = sheet.applications.iter().filter(|row| row.expect.outcome == duplicate);
    i64::try_from(rows.count()).unwrap()
}

#[test]
fn an_absent_column_is_named_and_nothing_is_kept() {
    let office = Office::open();
    let file = office.file("short.csv");
    fs::write(
        &file,
        "Reference,Applied on,Applicant forename,Applicant surname,Basis,Evidence seen\n\
         A1,01/09/2025,Zebedee,Quillfeather,None,yes\n",
    )
    .unwrap();
    let ran = run(&office, "short.csv");
    ran.refused(1, &["Child surname", "Stage", "Postcode"]);
    assert!(!ran.stderr.contains("Quillfeather"), "{ran}");
}
