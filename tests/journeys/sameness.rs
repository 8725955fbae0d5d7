//! What came in before: repeats, corrections, other applicants, across files.

use clerkwork_fixtures::applications::{Cell, Kind};
use clerkwork_fixtures::{Application, Council, Options};
use clerkwork_runner::ids::{BatchId, ItemId};
use clerkwork_runner::job_log::{Actor, Entry, Kind as Logged};
use clerkwork_runner::state::Item;
use clerkwork_runner::store::moves::{self, Move, Moved};
use rust_decimal::Decimal;

use crate::harness::{Office, Ran, Sheet, column};

/// Ordinary applications of Universal Credit: decided, with something awarded.
fn awarded(n: usize) -> Vec<Application> {
    let council = Council::invent(1);
    let all = council.applications(300, Options { mistakes: 0, ..Options::default() });
    let uc = |row: &Application| {
        let decision = row.expect.decision.as_ref();
        row.kind == Kind::Ordinary
            && row.cells[column("UC net earnings")] != Cell::Empty
            && decision.is_some_and(|it| it.income_based == "yes" && it.meals != "not asked")
    };
    let rows: Vec<Application> = all.filter(uc).take(n).collect();
    assert_eq!(rows.len(), n);
    rows
}

fn with(row: &Application, reference: &str, changes: &[(&str, Cell)]) -> Application {
    let mut row = row.clone();
    reference.clone_into(&mut row.reference);
    row.cells[column("Reference")] = Cell::text(reference);
    for (header, cell) in changes {
        row.cells[column(header)] = cell.clone();
    }
    row
}

fn money(pounds: i64) -> Cell {
    Cell::Number(Decimal::from(pounds))
}

/// The outcomes of a file of these rows.
fn outcomes(office: &Office, name: &str, rows: &[Application]) -> (Ran, Vec<String>) {
    let sheet = Sheet::holding(office, name, rows.to_vec());
    let ran = office.run(&sheet);
    assert!(matches!(ran.code, 0 | 3), "{ran}");
    ran.totals_balance();
    let results = office.results();
    let outcomes = results.sheet("Results").column("Outcome");
    (ran, outcomes.into_iter().map(ToOwned::to_owned).collect())
}

fn follows(office: &Office, batch: i64, row: i64) -> Option<ItemId> {
    let opened = office.store();
    opened.wait(opened.store.item(BatchId(batch).item(row))).unwrap().follows
}

fn needs(office: &Office, batch: i64, row: i64) -> Vec<String> {
    let opened = office.store();
    let rulings = opened.wait(opened.store.rulings(BatchId(batch).item(row))).unwrap();
    let needs = &rulings.last().unwrap().payload.ruling.needs;
    needs.iter().map(|need| need.code.clone()).collect()
}

#[test]
fn a_repeat_in_another_file_is_a_duplicate_whatever_its_reference() {
    let office = Office::open();
    let rows = awarded(2);
    let (_, first) = outcomes(&office, "first.xlsx", &rows);
    assert_eq!(first, ["decided", "decided"]);
    let again = [rows[0].clone(), with(&rows[1], "OTHER-1", &[])];
    let (ran, second) = outcomes(&office, "second.xlsx", &again);
    assert_eq!(second, ["duplicate", "duplicate"]);
    assert_eq!((ran.code, ran.count("items")), (0, 0), "{ran}");
    assert_eq!(ran.json()["state"], "complete");
    let results = office.results();
    let reasons = results.sheet("Results").column("Reasons");
    assert!(reasons[0].contains("row 2 of batch 1"), "{reasons:?}");
    assert!(reasons[1].contains("row 3 of batch 1"), "{reasons:?}");
    office.log_is_sound();
}

#[test]
fn a_correction_follows_the_award_and_goes_to_a_person() {
    let office = Office::open();
    let rows = awarded(1);
    outcomes(&office, "first.xlsx", &rows);
    let corrected = with(&rows[0], "CORRECTED-1", &[("UC net earnings", money(17))]);
    // A dry run knows what it would follow, though that is in the real store.
    let sheet = Sheet::holding(&office, "second.xlsx", vec![corrected.clone()]);
    let dry = office.run_with(&sheet, &["--dry-run"]);
    assert_eq!((dry.code, dry.count("referred")), (3, 1), "{dry}");
    let (ran, second) = outcomes(&office, "second.xlsx", &[corrected]);
    assert_eq!((ran.code, second), (3, vec!["referred".to_owned()]));
    assert_eq!(follows(&office, 2, 2), Some(BatchId(1).item(2)));
    assert!(needs(&office, 2, 2).contains(&"award-stands".to_owned()));
    office.log_is_sound();
}

#[test]
fn another_applicant_for_the_same_child_goes_to_a_person() {
    let office = Office::open();
    let rows = awarded(2);
    outcomes(&office, "first.xlsx", &rows[..1]);
    let other = |header: &str| rows[1].cells[column(header)].clone();
    let changes: Vec<(&str, Cell)> =
        ["Applicant forename", "Applicant surname", "Applicant date of birth", "Applicant NINO"]
            .into_iter()
            .map(|header| (header, other(header)))
            .collect();
    let (_, second) = outcomes(&office, "second.xlsx", &[with(&rows[0], "OTHER-1", &changes)]);
    assert_eq!(second, ["referred"]);
    assert!(needs(&office, 2, 2).contains(&"another-applicant".to_owned()));
    assert_eq!(follows(&office, 2, 2), Some(BatchId(1).item(2)));
}

#[test]
fn the_same_reference_in_another_file_with_other_content_follows() {
    let office = Office::open();
    let rows = awarded(2);
    outcomes(&office, "first.xlsx", &rows[..1]);
    let taken = with(&rows[1], &rows[0].reference, &[]);
    let (_, second) = outcomes(&office, "second.xlsx", &[taken]);
    assert_eq!(follows(&office, 2, 2), Some(BatchId(1).item(2)));
    assert_eq!(second, ["referred"], "an award stands under that reference");
}

#[test]
fn a_rejected_row_reserves_nothing() {
    let office = Office::open();
    let rows = awarded(1);
    let faulty = with(&rows[0], &rows[0].reference, &[("Stage", Cell::text("P8"))]);
    let (_, first) = outcomes(&office, "first.xlsx", &[faulty.clone(), rows[0].clone()]);
    assert_eq!(first, ["rejected", "decided"], "nor its reference in the same file");
    let other = Office::open();
    outcomes(&other, "first.xlsx", &[faulty]);
    let (_, second) = outcomes(&other, "second.xlsx", &rows);
    assert_eq!(second, ["decided"]);
    assert_eq!(follows(&other, 2, 2), None);
}

#[test]
fn what_was_refused_may_be_asked_again_and_follows() {
    let office = Office::open();
    let rows = awarded(1);
    let over = with(
        &rows[0],
        "OVER-1",
        &[
            ("UC net earnings", money(2_000)),
            ("Clothing grant wanted", Cell::text("yes")),
            ("Sort code", Cell::text("069999")),
            ("Account number", Cell::text("12345678")),
        ],
    );
    let (_, first) = outcomes(&office, "first.xlsx", std::slice::from_ref(&over));
    assert_eq!(first, ["referred"]);
    settle(&office, BatchId(1), BatchId(1).item(2), false);
    let again = with(&over, "OVER-2", &[]);
    let (_, second) = outcomes(&office, "second.xlsx", &[again]);
    assert_eq!(second, ["referred"]);
    assert_eq!(follows(&office, 2, 2), Some(BatchId(1).item(2)));
    assert!(!needs(&office, 2, 2).contains(&"award-stands".to_owned()));
    office.log_is_sound();
}

#[test]
fn what_is_still_with_a_person_makes_a_repeat_a_duplicate() {
    let office = Office::open();
    let rows = awarded(1);
    let unseen = with(&rows[0], "UNSEEN-1", &[("Evidence seen", Cell::text("no"))]);
    let (_, first) = outcomes(&office, "first.xlsx", std::slice::from_ref(&unseen));
    assert_eq!(first, ["referred"]);
    let (_, second) = outcomes(&office, "second.xlsx", &[with(&unseen, "UNSEEN-2", &[])]);
    assert_eq!(second, ["duplicate"]);
    let (_, third) = outcomes(&office, "third.xlsx", &[with(&rows[0], "SEEN-1", &[])]);
    assert_eq!(third, ["decided"], "the evidence came, and no award stands yet");
    assert_eq!(follows(&office, 3, 2), Some(BatchId(1).item(2)));
}

/// An officer makes the bot's recommendation stand.
fn settle(office: &Office, batch: BatchId, item: ItemId, award: bool) {
    let opened = office.store();
    let officer = Actor { id: "officer:Test".to_owned(), kind: "person" };
    opened.wait(async {
        for (from, to) in [(Item::Referred, Item::Decided), (Item::Decided, Item::Done)] {
            let mut tx = opened.store.db.begin().await.unwrap();
            let step = Move { item, from, to, reason: String::new(), award, ruling: 1 };
            let entry = Entry::new(Logged::ItemMoved, &officer).item(item).item_move(from, to);
            let moved = moves::items(&mut tx, batch, None, &[step], vec![entry.write()], &officer)
                .await
                .unwrap();
            assert_eq!(moved, Moved::All);
            tx.commit().await.unwrap();
        }
    });
    let settled = opened.wait(opened.store.batch(batch)).unwrap();
    assert!(settled.totals.balance());
}
