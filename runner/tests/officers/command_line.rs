//! The commands: exit codes, what they print, and that nothing personal is in --json.

use std::process::Command;

use serde_json::Value;

use super::harness::{Form, Office, PROGRAM};

/// What a form of the harness says of people, and an officer's words.
const PERSONAL: &[&str] = &[
    "REF-0",
    "Morven",
    "Auchterlee",
    "JY123456A",
    "ZE9 9ZZ",
    "Kilcraig",
    "1988-02-14",
    "14/02/1988",
    "2015-05-21",
    "21/05/2015",
    "Child",
    "4321.09",
    "100000001",
    "statement seen",
];

#[tokio::test]
async fn nothing_personal_is_in_json() {
    let office = Office::open().await;
    let batch = office.run(&[Form::refused(1), Form::refused(2), Form::unclear(3), Form::new(4)]);
    let lookup = "school-roll=none";
    let output = office.root.join("results.xlsx");
    let output = output.to_str().unwrap();
    let words = "statement seen of Morven Auchterlee";
    assert_eq!(batch.to_string(), "1");
    for (code, arguments) in [
        (0, &["batches"][..]),
        (0, &["items", "--batch", "1"]),
        (0, &["items", "--state", "referred", "--limit", "1"]),
        (0, &["show", "1"]),
        (0, &["show", "1-2"]),
        (0, &["assign", "1-2", "1-3", "--to", "Ann Bell", "--why", words]),
        (0, &["confirm", "1-2", "--why", words]),
        (2, &["confirm", "1-4", "--why", words]),
        (2, &["change", "1-3", "--set", "Meals=Kilcraig", "--why", words]),
        (0, &["ask-evidence", "1-4", "--until", "2099-01-01", "--why", words]),
        (1, &["cancel", "1-3", "1-2", "--why", words]),
        (0, &["by-hand", "1-4", "--why", words]),
        (3, &["follow", "1-5", "--as", "review", "--lookup", lookup, "--why", words]),
        (2, &["pause", "2", "--why", words]),
        (0, &["cancel", "2", "--why", words]),
        (0, &["show", "1-2"]),
        (0, &["show", "2"]),
        (0, &["results", "1", "-o", output]),
    ] {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        let (got, out, err) = office.clerkwork(&arguments);
        assert_eq!(got, code, "{arguments:?}\n{out}{err}");
        let answer: Value = serde_json::from_str(&out).unwrap();
        assert!(answer.is_object(), "one object: {arguments:?}");
        for personal in PERSONAL {
            assert!(!out.contains(personal), "{personal} in {arguments:?}: {out}");
            assert!(!err.contains(personal), "{personal} in {arguments:?}: {err}");
        }
    }
    office.is_sound().await;
}

#[tokio::test]
async fn an_item_is_shown_in_full_and_the_look_is_logged() {
    let office = Office::open().await;
    office.run(&[Form::refused(1), Form::new(2), Form::new(3)]);
    let (code, out, _) = office.clerkwork(&["show", "1-2"]);
    assert_eq!(code, 0);
    for said in [
        "Item 1-2 is referred",
        "Applicant surname        Auchterlee",
        "UC net earnings          £4321.09",
        "RECOMMENDATION (ruling 1, free-school-meals 1",
        "Meals           refused",
        "A person is needed for",
        "£4,321.09",
        "uc_limit from 01/04/2025",
        "item.ruled",
    ] {
        assert!(out.contains(said), "{said} in\n{out}");
    }
    let viewed =
        |entries: Vec<Value>| entries.iter().filter(|entry| entry["kind"] == "item.viewed").count();
    let item = "1-2".parse().unwrap();
    assert_eq!(viewed(office.entries(item).await), 1);
    office.clerkwork(&["show", "1-2", "--json"]);
    assert_eq!(viewed(office.entries(item).await), 1, "nothing personal was shown");
}

#[tokio::test]
async fn a_row_that_did_not_become_an_item_says_why() {
    let office = Office::open().await;
    let again = Form::new(2).with("Reference", "REF-0099");
    let wrong = Form::new(1).with("Postcode", "nowhere").with("UC net earnings", "lots");
    let answer = office.run_any(&[wrong, Form::new(2), again]);
    assert_eq!((&answer["rejected"], &answer["duplicates"]), (&1.into(), &1.into()));
    let (code, out, _) = office.clerkwork(&["show", "1-2"]);
    assert_eq!(code, 0);
    assert!(out.contains("did not become an item: rejected"), "{out}");
    assert!(out.contains("- Postcode: expected a postcode"), "{out}");
    assert!(out.contains("- UC net earnings: expected pounds and pence"), "{out}");
    assert!(!out.contains("nowhere") && !out.contains("lots"), "{out}");
    let (_, out, _) = office.clerkwork(&["show", "1-4", "--json"]);
    let row: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&row["outcome"], &row["repeats"]), (&"duplicate".into(), &"1-3".into()));
    let (code, _, err) = office.clerkwork(&["confirm", "1-2", "--why", "x"]);
    assert_eq!(code, 2, "{err}");
}

#[tokio::test]
async fn many_at_once_are_counted_first() {
    let office = Office::open().await;
    office.run(&(1..=4).map(Form::refused).collect::<Vec<_>>());
    let all = ["confirm", "--batch", "1", "--state", "referred", "--why", "checked in the sheet"];
    let (code, _, err) = office.clerkwork(&all);
    assert_eq!(code, 2);
    assert!(err.contains("would confirm 4 items") && err.contains("--yes"), "{err}");
    let (code, out, err) = office.clerkwork(&[&all[..], &["--yes"]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("Batch 1 is complete"), "{out}");
    let (code, _, err) = office.clerkwork(&[&all[..], &["--yes"]].concat());
    assert_eq!(code, 2);
    assert!(err.contains("has no item that is referred"), "{err}");
}

#[tokio::test]
async fn what_is_typed_wrongly_is_told_with_what_is_right() {
    let office = Office::open().await;
    office.run(&[Form::refused(1)]);
    for (arguments, said) in [
        (&["show", "1-99"][..], "there is no item 1-99"),
        (&["show", "7"], "there is no batch 7"),
        (&["show", "seven"], "named by its number"),
        (&["confirm", "1-2"], "--why"),
        (&["confirm", "--why", "x"], "ITEM"),
        (&["confirm", "1-2", "--why", " "], "an act needs its reason"),
        (&["change", "1-2", "--why", "x", "--set", "Meals"], "COLUMN=VALUE"),
        (&["items", "--state", "lost"], "one of: ready"),
        (&["retry", "1-2", "--why", "x"], "that is for items that are failed, postponed"),
        (&["follow", "1-2", "--as", "appeal", "--why", "x"], "one of: correction"),
        (&["cancel", "1-2", "1", "--why", "x"], "1 is a batch"),
        (&["results", "1", "-o", "/"], "is a folder"),
    ] {
        let (code, _, err) = office.clerkwork(arguments);
        assert_eq!(code, 2, "{arguments:?}: {err}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in [
        "batches",
        "items",
        "show",
        "results",
        "confirm",
        "change",
        "ask-evidence",
        "assign",
        "by-hand",
        "approve",
        "pause",
        "resume",
        "cancel",
        "retry",
        "postpone",
        "follow",
    ] {
        let help = Command::new(PROGRAM).args([command, "--help"]).output().unwrap();
        let text = String::from_utf8(help.stdout).unwrap();
        assert!(text.contains(&format!("  clerkwork {command} ")), "{command}: {text}");
    }
}
