//! Awards without an application, from the council's lists to their results: every row has the
//! outcome that it was made to have, a child in both lists is one, and a grant is paid once
//! whichever bot awards it.

use clerkwork_fixtures::applications::{Cell, Cells, Decision, HEADERS};
use clerkwork_fixtures::school_awards::{DECISION, ListedChild, kinds};
use clerkwork_fixtures::sheet::{RollFormat, write_lists};
use clerkwork_fixtures::{Council, Options, Outcome};
use clerkwork_runner::state::Payment;
use clerkwork_runner::store::payments::Filter;
use jiff::civil::date;
use rust_decimal::Decimal;

use crate::harness::{Office, Ran, Results, Sheet, TODAY};

const ROWS: u64 = 120;

fn lists(office: &Office, rows: u64, clean: bool) -> Vec<ListedChild> {
    let council = Council::invent(1);
    council.roll_sheet(&office.file("roll.xlsx"), RollFormat::Xlsx).unwrap();
    let made: Vec<ListedChild> = council.lists(rows, clean).collect();
    write_lists(&office.file("lists.xlsx"), &made).unwrap();
    made
}

fn run(office: &Office, more: &[&str]) -> Ran {
    let (input, output) = (office.file("lists.xlsx"), office.file("results.xlsx"));
    let mut command = office.command(&["run", "school-awards", "--json", "--as-of", TODAY]);
    command.arg("--input").arg(input).arg("--output").arg(output);
    command.arg("--lookup").arg(format!("school-roll={}", office.file("roll.xlsx").display()));
    Ran::of(command.args(more))
}

/// How many payments are due, and how many pounds.
fn due(office: &Office) -> (i64, i64) {
    let opened = office.store();
    let totals = opened.wait(opened.store.payment_totals(&Filter::default())).unwrap();
    totals.get(&Payment::Due).map_or((0, 0), |it| (it.count, it.pence / 100))
}

#[test]
fn every_child_on_the_lists_comes_out_as_it_was_made_to() {
    assert!(u64::try_from(kinds()).unwrap() * 3 <= ROWS, "each kind twice or more");
    let office = Office::open();
    let made = lists(&office, ROWS, false);
    let ran = run(&office, &[]);
    assert_eq!(ran.code, 3, "{ran}");
    ran.totals_balance();
    comes_out(&office.results(), &made);
    for (name, outcome) in [
        ("done", "decided"),
        ("referred", "referred"),
        ("rejected", "rejected"),
        ("duplicates", "duplicate"),
        ("cancelled", "cancelled"),
    ] {
        let count = made.iter().filter(|it| it.expect.outcome == outcome).count();
        assert_eq!(ran.count(name), i64::try_from(count).unwrap(), "{name}");
    }
    let pays = made.iter().filter_map(|it| it.expect.pays);
    let expected = (i64::try_from(pays.clone().count()).unwrap(), pays.sum::<i64>());
    assert_eq!(due(&office), expected);
    office.log_is_sound();

    // The same lists again decide and pay nothing more.
    let again = run(&office, &["--again"]);
    assert!([0, 3].contains(&again.code), "{again}");
    again.totals_balance();
    assert_eq!(due(&office), expected);
}

/// Money as it is written, with or without its pence.
fn amount(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

fn comes_out(results: &Results, made: &[ListedChild]) {
    let sheet = results.sheet("Results");
    assert_eq!(sheet.headers[3..10], DECISION);
    assert_eq!(sheet.rows.len(), made.len());
    let (outcomes, reasons) = (sheet.column("Outcome"), sheet.column("Reasons"));
    let mut wrong = Vec::new();
    for (at, child) in made.iter().enumerate() {
        let what = format!("row {} ({})", at + 2, child.kind);
        let expect = &child.expect;
        if outcomes[at] != expect.outcome {
            let expected = expect.outcome;
            wrong.push(format!("{what}: {} and not {expected}: {}", outcomes[at], reasons[at]));
        }
        let decision = expect.decision.clone().unwrap_or_default();
        for (header, expected) in DECISION.into_iter().zip(decision) {
            let got = sheet.column(header)[at].replace("T00:00:00", "");
            let same = amount(&got).zip(amount(&expected));
            let same = same.map_or(got == expected, |(got, expected)| got == expected);
            if expect.outcome != "rejected" && !same {
                wrong.push(format!("{what}: {header} is {got:?} and not {expected:?}"));
            }
        }
        if !reasons[at].contains(expect.because) {
            wrong.push(format!("{what}: no {:?} in {:?}", expect.because, reasons[at]));
        }
        let row = (at + 2).to_string();
        let errors = results.sheet("Errors").rows.iter().filter(|it| it[1] == row);
        let named: Vec<&str> = errors.map(|it| it[2].as_str()).collect();
        let expected = if expect.rejected.is_empty() { vec![] } else { vec![expect.rejected] };
        if named != expected {
            wrong.push(format!("{what}: the Errors sheet names {named:?} and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_application_for_a_child_that_has_its_award_pays_no_second_grant() {
    let office = Office::open();
    let awarded = lists(&office, 40, true);
    let ran = run(&office, &[]);
    assert_eq!((ran.code, ran.count("done")), (0, 40), "{ran}");
    let before = due(&office);
    assert_eq!(before.0, 40);

    // Applications that get a grant in the same session, for the same children by SCN.
    let at = HEADERS.iter().position(|it| it.name == "SCN").unwrap();
    let made = Council::invent(1).applications(300, Options::clean());
    let child = |cells: &Cells| awarded.iter().any(|it| cells[at] == Cell::text(&it.pupil.scn));
    let mut applied: Vec<_> = made
        .filter(|it| it.expect.outcome == Outcome::Decided && child(&it.cells))
        .filter(|it| {
            let session = |it: &Decision| it.meals_to == Some(date(2026, 6, 30));
            it.expect.decision.as_ref().is_some_and(|it| it.grant == "awarded" && session(it))
        })
        .collect();
    assert!(applied.len() >= 4, "{} applications", applied.len());
    let second_parent = applied.pop().unwrap();
    let sheet = Sheet::holding(&office, "applications.xlsx", applied);
    let ran = office.run(&sheet);
    assert!(ran.count("done") >= 3, "{ran}");
    let opened = office.store();
    let grants = Filter { kind: Some("clothing-grant".to_owned()), ..Filter::default() };
    let totals = opened.wait(opened.store.payment_totals(&grants)).unwrap();
    assert_eq!(totals.get(&Payment::Due).map(|it| it.count), Some(before.0), "no second grant");

    // Another parent of a child that has its award applies: a person says who is paid.
    let mut other = second_parent;
    for (header, value) in [
        ("Applicant forename", "Somebody"),
        ("Applicant surname", "Else"),
        ("Applicant NINO", "JY123456A"),
        ("Sort code", "107999"),
        ("Account number", "88837491"),
    ] {
        other.cells[HEADERS.iter().position(|it| it.name == header).unwrap()] = Cell::text(value);
    }
    let child = office.run(&Sheet::holding(&office, "another.xlsx", vec![other]));
    assert_eq!(child.count("done"), 1, "{child}");
    let make = ["payments", "make", "--due-by", "2030-01-01", "--why", "a test", "--json"];
    assert_eq!(office.clerkwork(&make).code, 3);
    let filter = Filter { states: vec![Payment::Referred], ..grants };
    let doubted = opened.wait(opened.store.payments(&filter, None)).unwrap();
    let why: Vec<&str> = doubted.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(why, ["payee-changed"]);
}
