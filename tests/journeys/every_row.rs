//! Each row comes out once, in order, with the outcome and the decision that were known from how
//! it was made: in every layout of a workbook and every form of a text file.

use std::collections::{BTreeMap, BTreeSet};

use clerkwork_fixtures::applications::{Decision, Kind};
use clerkwork_fixtures::sheet::CsvForm;
use clerkwork_fixtures::{Application, Layout, Outcome};
use clerkwork_runner::ids::BatchId;

use crate::harness::{Office, Ran, Results, Sheet};

const ROWS: u64 = 500;

#[test]
fn every_row_of_a_workbook_comes_out_as_it_must_in_every_layout() {
    for layout in Layout::ALL {
        let office = Office::open();
        let sheet = Sheet::laid_out(&office, ROWS, layout);
        let ran = office.run(&sheet);
        comes_out_right(layout.name, &office, &sheet, &ran);
    }
}

#[test]
fn every_row_of_a_text_file_comes_out_as_it_must_in_every_form() {
    for (name, form) in CsvForm::ALL {
        let office = Office::open();
        let sheet = Sheet::as_text(&office, ROWS, name, *form);
        let ran = office.run(&sheet);
        comes_out_right(name, &office, &sheet, &ran);
    }
}

#[test]
fn the_sheet_of_500_rows_has_every_kind_of_row() {
    let office = Office::open();
    let sheet = Sheet::of(&office, ROWS);
    let made: BTreeSet<Kind> = sheet.applications.iter().map(|row| row.kind).collect();
    let absent: Vec<&str> =
        Kind::particular().filter(|kind| !made.contains(kind)).map(Kind::name).collect();
    assert!(absent.is_empty(), "{absent:?}");
}

#[test]
fn the_results_have_the_sheets_and_columns_that_are_promised() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 120);
    let ran = office.run(&sheet);
    let results = office.results();
    assert_eq!(results.names, ["Results", "To do", "Errors", "Payments", "Totals"]);
    let decision =
        ["Meals", "Income based", "Meals from", "Meals to", "Clothing grant", "Grant amount"];
    let columns = [
        &["Reference", "Row", "Outcome"][..],
        &decision,
        &["Reasons", "Law", "Working", "Batch", "Decided at"],
    ];
    assert_eq!(results.sheet("Results").headers, columns.concat());
    for column in ["Row", "Meals from", "Meals to", "Grant amount", "Batch", "Decided at"] {
        results.sheet("Results").has_no_text_in(column);
    }
    let errors = ["Sheet", "Row", "Column", "Found", "Expected"];
    assert_eq!(results.sheet("Errors").headers, errors);
    let todo = &results.sheet("To do").headers;
    for column in ["Item", "Act", "Why", "Officer", "New: Meals", "New: Grant amount"] {
        assert!(todo.iter().any(|it| it == column), "{todo:?}");
    }
    for (label, count) in [
        ("Rows", "rows"),
        ("Rejected", "rejected"),
        ("Duplicates", "duplicates"),
        ("Items", "items"),
        ("Decided", "done"),
        ("Referred", "referred"),
    ] {
        assert_eq!(results.total(label), ran.count(count).to_string(), "{label}");
    }
    assert_eq!(results.total("Every row is accounted for"), "yes");
    let (size, now) = (results.total("Log size"), ran.count("log_size"));
    assert!(size.parse::<i64>().unwrap() <= now, "the report shows the log as it stood");
}

/// Everything that is wrong with the results is told at once.
fn comes_out_right(name: &str, office: &Office, sheet: &Sheet, ran: &Ran) {
    assert_eq!(ran.code, 3, "{name}: {ran}");
    ran.totals_balance();
    assert_eq!(ran.count("rows"), i64::try_from(sheet.rows.len()).unwrap(), "{name}");
    assert_eq!(ran.count("in_hand"), 0);
    let results = office.results();
    let mut wrong = rows_in_order(&results, sheet);
    wrong.extend(outcomes(&results, sheet));
    wrong.extend(decisions(&results, sheet));
    wrong.extend(errors(&results, sheet));
    wrong.extend(needs(office, ran.count("batch"), sheet));
    wrong.extend(earlier(&results, sheet));
    for (outcome, count) in [
        (Outcome::Decided, "done"),
        (Outcome::Referred, "referred"),
        (Outcome::Rejected, "rejected"),
        (Outcome::Duplicate, "duplicates"),
    ] {
        let expected = sheet.applications.iter().filter(|row| row.expect.outcome == outcome);
        let expected = i64::try_from(expected.count()).unwrap();
        if ran.count(count) != expected {
            wrong.push(format!("{count}: expected {expected}, got {}", ran.count(count)));
        }
    }
    assert!(wrong.is_empty(), "{name}: {} faults\n{}", wrong.len(), wrong.join("\n"));
    office.log_is_sound();
}

fn rows_in_order(results: &Results, sheet: &Sheet) -> Vec<String> {
    let rows: Vec<String> = sheet.rows.iter().map(u32::to_string).collect();
    if results.sheet("Results").column("Row") == rows {
        return Vec::new();
    }
    vec![format!("rows: expected {rows:?}\n got {:?}", results.sheet("Results").column("Row"))]
}

/// What is wrong with one column, row by row.
fn column(
    results: &Results,
    sheet: &Sheet,
    header: &str,
    expected: impl Fn(&Application) -> Option<String>,
) -> Vec<String> {
    let got = results.sheet("Results").column(header);
    let rows = sheet.applications.iter().zip(&sheet.rows).zip(got);
    rows.filter_map(|((application, row), got)| {
        let expected = expected(application)?;
        let kind = application.kind.name();
        (got != expected).then(|| {
            format!("row {row} ({kind}), {header}: expected {expected:?}\n{:>30} {got:?}", "got")
        })
    })
    .collect()
}

fn outcomes(results: &Results, sheet: &Sheet) -> Vec<String> {
    let mut wrong =
        column(results, sheet, "Outcome", |row| Some(row.expect.outcome.as_str().to_owned()));
    wrong.extend(column(results, sheet, "Reference", |row| Some(row.reference.clone())));
    wrong
}

fn decisions(results: &Results, sheet: &Sheet) -> Vec<String> {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let of = |header: &str, cell: fn(&Decision) -> String| {
        column(results, sheet, header, move |row| row.expect.decision.as_ref().map(cell))
    };
    let mut wrong = of("Meals", |it| it.meals.to_owned());
    wrong.extend(of("Income based", |it| it.income_based.to_owned()));
    wrong.extend(of("Clothing grant", |it| it.grant.to_owned()));
    wrong.extend(of("Grant amount", |it| {
        it.amount.map(|amount| amount.normalize().to_string()).unwrap_or_default()
    }));
    let row = |get: fn(&Decision) -> Option<jiff::civil::Date>| {
        move |row: &Application| row.expect.decision.as_ref().map(|it| day(get(it)))
    };
    wrong.extend(column(results, sheet, "Meals from", row(|it| it.meals_from)));
    wrong.extend(column(results, sheet, "Meals to", row(|it| it.meals_to)));
    wrong
}

/// Each rejected row is on the Errors sheet, with the columns that are wrong.
fn errors(results: &Results, sheet: &Sheet) -> Vec<String> {
    let errors = results.sheet("Errors");
    let mut named: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (row, column) in errors.column("Row").into_iter().zip(errors.column("Column")) {
        named.entry(row).or_default().push(column);
    }
    let mut wrong = Vec::new();
    for (application, row) in sheet.applications.iter().zip(&sheet.rows) {
        let named = named.remove(row.to_string().as_str()).unwrap_or_default();
        let expected = &application.expect;
        let absent = expected.rejected.iter().any(|column| !named.contains(column));
        let rejected = expected.outcome == Outcome::Rejected;
        if absent || rejected == named.is_empty() {
            let kind = application.kind.name();
            wrong.push(format!(
                "row {row} ({kind}): errors expected in {:?}\n got {named:?}",
                expected.rejected
            ));
        }
    }
    wrong.extend(named.keys().map(|row| format!("an error in row {row}, which is not there")));
    wrong
}

/// The codes of why a person is needed, from the rulings in the store.
fn needs(office: &Office, batch: i64, sheet: &Sheet) -> Vec<String> {
    let opened = office.store();
    let mut wrong = Vec::new();
    for (application, row) in sheet.applications.iter().zip(&sheet.rows) {
        if application.expect.needs.is_empty() {
            continue;
        }
        let id = BatchId(batch).item(i64::from(*row));
        let rulings = opened.wait(opened.store.rulings(id)).unwrap();
        let ruling = rulings.last().map(|ruled| &ruled.payload.ruling);
        let codes: Vec<&str> = ruling
            .map(|ruling| ruling.needs.iter().map(|need| need.code.as_str()).collect())
            .unwrap_or_default();
        if application.expect.needs.iter().any(|code| !codes.contains(code)) {
            let (kind, needs) = (application.kind.name(), &application.expect.needs);
            wrong.push(format!("row {row} ({kind}): needs {needs:?}\n got {codes:?}"));
        }
    }
    wrong
}

/// A duplicate and a reference used twice name the row that was there first.
fn earlier(results: &Results, sheet: &Sheet) -> Vec<String> {
    let place: BTreeMap<&str, u32> = sheet
        .applications
        .iter()
        .zip(&sheet.rows)
        .rev()
        .map(|(row, number)| (row.reference.as_str(), *number))
        .collect();
    let reasons = results.sheet("Results").column("Reasons");
    let mut wrong = Vec::new();
    for ((application, row), why) in sheet.applications.iter().zip(&sheet.rows).zip(reasons) {
        let Some(first) = &application.expect.earlier else { continue };
        if application.expect.outcome == Outcome::Referred {
            continue;
        }
        let first = place[first.as_str()];
        if !why.contains(&format!("row {first} ")) {
            wrong.push(format!("row {row} should name row {first}: {why:?}"));
        }
    }
    wrong
}
