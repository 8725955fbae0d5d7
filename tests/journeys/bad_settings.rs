//! Settings that are wrong are told before anything starts, all at once, with what to do.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rustix::process::getuid;

use crate::harness::{Office, Ran, Sheet};

const SCHEDULE: &str = "schedules/free-school-meals.toml";

#[test]
fn every_fault_of_a_schedule_is_told_at_once() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 20);
    office.edit(SCHEDULE, |text| {
        let text = text.replace("title =", "colour = \"blue\"\ntitle =");
        let text = text.replace("inbox/fsm/*.xlsx", "../../etc/*.xlsx");
        let text = text.replace("30 7 * * Mon-Fri", "half past seven");
        let text = text.replace("Europe/London", "Europe/Strathmarnock");
        let text = text.replace("\"UC net earnings\"", "\"UC gross earnings\"");
        let text = text.replace("outbox/fsm/", "/tmp/");
        format!("{text}sclice = 3\n[outlets.case]\nconnector = \"pigeon\"\n")
    });
    let ran = office.run(&sheet);
    ran.refused(
        2,
        &[
            "unknown key colour",
            "unknown key limits.sclice",
            "leads outside the data folder",
            "half past seven",
            "Europe/Strathmarnock",
            "UC gross earnings",
            "pigeon",
            "[results]",
        ],
    );
    assert!(office.store().items(1).is_empty());
}

#[test]
fn a_schedule_that_is_no_toml_is_told_with_its_line() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 20);
    office.edit(SCHEDULE, |text| text.replace("[source]", "[source"));
    office.run(&sheet).refused(2, &["schedules/free-school-meals.toml"]);
}

#[test]
fn a_schedule_that_is_not_there_is_told_with_those_that_are() {
    let office = Office::open();
    let ran = office.clerkwork(&["run", "free-school-milk"]);
    ran.refused(2, &["free-school-milk", "free-school-meals, hr-queries"]);
}

#[test]
fn every_fault_of_a_councils_policy_is_told_at_once() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 20);
    office.edit("policy/free-school-meals.toml", |text| {
        let text = text.replace("[[figures.grant_primary]]", "[[figures.grant_nursery]]");
        text.replace("value = \"175.00\"", "value = \"much\"")
    });
    office.run(&sheet).refused(
        2,
        &["policy/free-school-meals.toml", "grant_nursery", "grant_secondary row 2.value"],
    );
}

#[test]
fn a_file_or_lookup_that_is_not_there_is_told() {
    let office = Office::open();
    let mut sheet = Sheet::of(&office, 20);
    let roll = sheet.roll.clone();
    sheet.roll = office.file("no-roll.xlsx");
    office.run(&sheet).refused(2, &["no-roll.xlsx", "school-roll=none"]);
    sheet.roll = roll;
    sheet.file = office.file("no-sheet.xlsx");
    office.run(&sheet).refused(1, &["no-sheet.xlsx"]);
    let unknown = office.run_with(&Sheet::of(&office, 20), &["--lookup", "roll=none"]);
    unknown.refused(2, &["has no lookup", "school-roll"]);
}

#[test]
fn a_folder_that_is_no_data_folder_is_told() {
    let office = Office::open();
    let mut command = office.command(&["log", "verify"]);
    let elsewhere = Ran::of(command.arg("--data").arg(office.file("")));
    assert_eq!(elsewhere.code, 2, "{elsewhere}");
    office.edit("clerkwork.toml", |text| format!("{text}colour = \"blue\"\n"));
    office.clerkwork(&["log", "verify"]).refused(2, &["clerkwork.toml", "colour"]);
}

#[test]
fn a_data_folder_is_never_made_over_something_else() {
    let office = Office::open();
    let again =
        Ran::of(std::process::Command::new(crate::harness::PROGRAM).arg("init").arg(office.data()));
    again.refused(2, &["is not empty"]);
    let inside = office.file("new");
    let mut init = std::process::Command::new(crate::harness::PROGRAM);
    init.arg("init").arg(&inside).arg("--keys").arg(inside.join("keys"));
    Ran::of(&mut init).refused(2, &["keys do not belong in the data folder"]);
}

#[test]
fn without_its_master_key_nothing_is_done() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 20);
    let key = office.keys().join("master.key");
    let kept = fs::read_to_string(&key).unwrap();
    fs::remove_file(&key).unwrap();
    office.run(&sheet).refused(1, &["master key", "put back the copy you kept"]);
    fs::write(&key, "not a key").unwrap();
    office.run(&sheet).refused(2, &["is not a key", "44 characters"]);
    let mut given = office.running(&sheet, &[]);
    let ran = Ran::of(given.env("CLERKWORK_MASTER_KEY", kept.trim()));
    assert_eq!(ran.code, 3, "the key may come from the environment: {ran}");
}

#[test]
fn with_another_master_key_nothing_is_done() {
    let office = Office::open();
    let first = Sheet::one_of_several(&office, 0, 20, 100).with_roll();
    let second = Sheet::one_of_several(&office, 1, 20, 100).with_roll();
    assert_eq!(office.run(&first).code, 3);
    let key = office.keys().join("master.key");
    let kept = fs::read_to_string(&key).unwrap();
    fs::write(&key, BASE64.encode([7; 32])).unwrap();
    // A new sheet, the same again, and a dry run: nothing may be sealed under a second key.
    office.run(&second).refused(1, &["master key"]);
    office.run(&first).refused(1, &["master key"]);
    office.run_with(&second, &["--dry-run"]).refused(1, &["master key"]);
    fs::write(&key, kept).unwrap();
    let ran = office.run(&second);
    assert_eq!((ran.code, ran.count("batch")), (3, 2), "{ran}");
    office.log_is_sound();
}

#[test]
fn with_another_signing_key_the_log_is_not_sound() {
    let office = Office::open();
    assert!(matches!(office.run(&Sheet::of(&office, 20)).code, 0 | 3));
    let key = office.keys().join("log.key");
    let other = Office::open();
    fs::copy(other.keys().join("log.key"), &key).unwrap();
    let verified = office.clerkwork(&["log", "verify"]);
    assert_eq!(verified.code, 1, "{verified}");
    fs::remove_file(&key).unwrap();
    office.clerkwork(&["log", "verify"]).refused(1, &["signing key"]);
}

#[test]
fn a_data_folder_that_may_not_be_written_is_told() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 20);
    let root = getuid().is_root();
    let nobody = 65_534;
    let all: Vec<_> = walk(&office.data()).into_iter().chain(walk(&office.keys())).collect();
    for path in &all {
        let mode = if path.is_dir() { 0o555 } else { 0o444 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        if root {
            chown(path, Some(nobody), Some(nobody)).unwrap();
        }
    }
    for path in [office.file(""), sheet.file.clone(), sheet.roll.clone()] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = office.running(&sheet, &[]);
    if root {
        // Nothing is forbidden to root, so somebody else tries.
        command.uid(nobody).gid(nobody);
    }
    let ran = Ran::of(&mut command);
    for path in &all {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    ran.refused(1, &["error:"]);
    assert!(ran.stderr.contains("read") || ran.stderr.contains("write"), "{ran}");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut all = vec![folder.to_owned()];
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() { all.extend(walk(&path)) } else { all.push(path) }
    }
    all
}
