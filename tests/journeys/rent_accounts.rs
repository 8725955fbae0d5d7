//! Rent accounts from a sheet to their results: every row has the outcome and the decision that
//! it was made to have, and the marks that only a person may weigh show nowhere.

use std::fs;

use clerkwork_fixtures::Outcome;
use clerkwork_fixtures::accounts::{RentAccount, accounts, kinds};
use clerkwork_fixtures::sheet::{write_accounts, write_accounts_csv};

use crate::harness::{Office, Ran, Results, TODAY};

const ROWS: u64 = 92;

const DECISION: [&str; 5] =
    ["Arrears weeks", "Technical arrears", "Next action", "Action due", "PAR outstanding"];

fn run(office: &Office, sheet: &str, more: &[&str]) -> Ran {
    let (input, output) = (office.file(sheet), office.file("results.xlsx"));
    let mut command = office.command(&["run", "rent-accounts", "--json", "--as-of", TODAY]);
    command.arg("--input").arg(input).arg("--output").arg(output).args(more);
    Ran::of(&mut command)
}

#[test]
fn every_account_comes_out_as_it_was_made_to() {
    assert!(u64::try_from(kinds()).unwrap() * 2 <= ROWS, "each kind twice");
    for sheet in ["accounts.xlsx", "accounts.csv"] {
        let office = Office::open();
        let made: Vec<RentAccount> = accounts(1, ROWS, false).collect();
        if sheet == "accounts.csv" {
            write_accounts_csv(&office.file(sheet), &made).unwrap();
        } else {
            write_accounts(&office.file(sheet), &made).unwrap();
        }
        let ran = run(&office, sheet, &[]);
        assert_eq!(ran.code, 3, "{ran}");
        ran.totals_balance();
        let results = office.results();
        comes_out(&results, &made);
        let count = |outcome| made.iter().filter(|it| it.expect.outcome == outcome).count();
        for (name, outcome) in [
            ("done", Outcome::Decided),
            ("referred", Outcome::Referred),
            ("rejected", Outcome::Rejected),
        ] {
            assert_eq!(ran.count(name), i64::try_from(count(outcome)).unwrap(), "{name}");
        }
        office.log_is_sound();
    }
}

fn comes_out(results: &Results, made: &[RentAccount]) {
    let sheet = results.sheet("Results");
    assert_eq!(sheet.headers[3..8], DECISION);
    assert_eq!(sheet.rows.len(), made.len());
    for column in ["Arrears weeks", "Action due"] {
        sheet.has_no_text_in(column);
    }
    let (outcomes, reasons) = (sheet.column("Outcome"), sheet.column("Reasons"));
    let mut wrong = Vec::new();
    for (at, account) in made.iter().enumerate() {
        let what = format!("row {} ({})", at + 2, account.kind);
        let expect = &account.expect;
        if outcomes[at] != expect.outcome.as_str() {
            let expected = expect.outcome.as_str();
            wrong.push(format!("{what}: {} and not {expected}: {}", outcomes[at], reasons[at]));
        }
        let decision = expect.decision.clone().unwrap_or_default();
        for (header, expected) in DECISION.into_iter().zip(decision) {
            let got = sheet.column(header)[at];
            if got != expected {
                wrong.push(format!("{what}: {header} is {got:?} and not {expected:?}"));
            }
        }
        if !reasons[at].contains(expect.because) {
            wrong.push(format!("{what}: no {:?} in {:?}", expect.because, reasons[at]));
        }
        let errors = results.sheet("Errors");
        let row = (at + 2).to_string();
        let named: Vec<&str> =
            errors.rows.iter().filter(|it| it[1] == row).map(|it| it[2].as_str()).collect();
        let expected = if expect.rejected.is_empty() { vec![] } else { vec![expect.rejected] };
        if named != expected {
            wrong.push(format!("{what}: the Errors sheet names {named:?} and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_marks_that_a_person_weighs_show_nowhere() {
    let office = Office::open();
    let made: Vec<RentAccount> = accounts(2, ROWS, false).collect();
    write_accounts(&office.file("accounts.xlsx"), &made).unwrap();
    let ran = run(&office, "accounts.xlsx", &[]);
    assert_eq!(ran.code, 3, "{ran}");
    let results = office.results();
    for name in &results.names {
        let sheet = results.sheet(name);
        for text in sheet.headers.iter().chain(sheet.rows.iter().flatten()) {
            let text = text.to_lowercase();
            let told = ["domestic", "abuse", "vulnerab"].iter().any(|it| text.contains(it));
            assert!(!told, "sheet {name}: {text}");
        }
    }
    let log = office.file("log.jsonl");
    let shown = office.clerkwork(&["log", "tail", "--json"]);
    fs::write(&log, &shown.stdout).unwrap();
    let everything = format!("{}{}{}", ran.stdout, ran.stderr, shown.stdout).to_lowercase();
    for word in ["domestic", "abuse", "vulnerab", "person-first"] {
        assert!(!everything.contains(word), "{word}");
    }
    assert!(shown.stdout.contains("needs-a-person"), "{shown}");
}

#[test]
fn next_weeks_sheet_of_the_same_accounts_is_decided_anew() {
    let office = Office::open();
    let mut made: Vec<RentAccount> = accounts(3, ROWS, true).collect();
    write_accounts(&office.file("accounts.xlsx"), &made).unwrap();
    let ran = run(&office, "accounts.xlsx", &[]);
    assert_eq!((ran.code, ran.count("done")), (0, 92), "{ran}");
    // The day of the balance is the second column.
    for account in &mut made {
        account.cells[1] = clerkwork_fixtures::applications::Cell::text("29/09/2026");
    }
    write_accounts(&office.file("accounts-2.xlsx"), &made).unwrap();
    let ran = run(&office, "accounts-2.xlsx", &[]);
    assert_eq!((ran.count("items"), ran.count("duplicates")), (92, 0), "{ran}");
    assert_eq!(ran.count("referred"), 0, "{ran}");
}
