//! A results workbook's To do sheet, filled in and imported.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use clerkwork_connectors::spreadsheet::{
    Cell, ColumnKind, Event, Heading, Limits, Out, Reading, Workbook,
};
use clerkwork_runner::job_log::Actor;
use clerkwork_runner::review::{self, Imported, Outcome, Todo};
use clerkwork_runner::state::Item;

use super::harness::{Form, Office, PROGRAM, TODAY};

fn limits() -> Limits {
    Limits { program: Some(PathBuf::from(PROGRAM)), ..Limits::default() }
}

type Filled<'a> = Vec<(&'a str, &'a str)>;

/// The To do sheet as the report wrote it: headers, then rows by item.
async fn todo(file: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reading = Reading::start(File::open(file).unwrap(), limits()).await.unwrap();
    let (mut here, mut rows) = (false, Vec::new());
    while let Some(event) = reading.next().await.unwrap() {
        match event {
            Event::Sheet { name, .. } => here = name == "To do",
            Event::Rows(read) if here => rows.extend(read),
            _ => {}
        }
    }
    let text = |cell: &Cell| match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let mut rows = rows.iter().map(|row| row.cells.iter().map(text).collect::<Vec<_>>());
    (rows.next().unwrap(), rows.collect())
}

/// Writes the sheet again with cells filled in, as an officer would in Excel.
async fn fill(from: &Path, to: &Path, filled: &BTreeMap<String, Filled<'_>>) {
    let (headers, rows) = todo(from).await;
    let mut book = Workbook::create(to).unwrap();
    let heading = |title| Heading { title, width: 12.0, kind: ColumnKind::General };
    let headings: Vec<Heading<'_>> = headers.iter().map(|title| heading(title)).collect();
    let notes = book.sheet("Notes", &[heading("Item"), heading("Act")]).unwrap();
    book.row(notes, &[Out::Text("1-2"), Out::Text("cancel")]).unwrap();
    let sheet = book.sheet("To do", &headings).unwrap();
    for mut row in rows {
        row.resize(headers.len(), String::new());
        for (header, value) in filled.get(&row[0]).cloned().unwrap_or_default() {
            let at = headers.iter().position(|known| known == header).unwrap();
            value.clone_into(&mut row[at]);
        }
        let cells: Vec<Out<'_>> = row.iter().map(|cell| Out::Text(cell)).collect();
        book.row(sheet, &cells).unwrap();
    }
    book.finish().unwrap();
}

async fn import(office: &Office, file: &Path, dry: bool) -> Imported {
    let todo = Todo::read(File::open(file).unwrap(), limits()).await.unwrap();
    let importer = Actor { id: "os:clerk@desk".to_owned(), kind: "person" };
    review::import(&office.folder, &office.store, &importer, todo, TODAY, dry).await.unwrap()
}

#[tokio::test]
async fn a_sheet_filled_in_is_done_row_by_row_and_twice_is_once() {
    let office = Office::open().await;
    let forms = (1..=5).map(Form::refused).chain([Form::unclear(6), Form::unclear(7)]);
    let batch = office.run(&forms.chain((8..=10).map(Form::refused)).collect::<Vec<_>>());
    let (results, sheet) = (office.root.join("results.xlsx"), office.root.join("sheet.xlsx"));
    let number = batch.to_string();
    let wrote = office.clerkwork(&["results", &number, "-o", results.to_str().unwrap()]);
    assert_eq!(wrote.0, 0, "{}", wrote.2);

    let why = ("Why", "statement seen");
    let ann = ("Officer", " Ann  Bell ");
    let mut filled: BTreeMap<String, Filled<'_>> = BTreeMap::new();
    let mut fill_in = |place, cells: Filled<'static>| {
        drop(filled.insert(batch.item(place).to_string(), cells));
    };
    fill_in(2, vec![("Act", "Confirm"), why, ann]);
    let awarded = vec![
        ("Act", "change"),
        why,
        ("Officer", "Cal Dunn"),
        ("New: Meals", "awarded"),
        ("New: Income based", "yes"),
        ("New: Meals from", "06/10/2025"),
        ("New: Meals to", "30/06/2026"),
    ];
    fill_in(3, awarded);
    fill_in(4, vec![("Act", "by hand"), why, ann]);
    fill_in(5, vec![("Act", "cancel"), why, ann]);
    fill_in(7, vec![("Act", "ask for evidence"), why, ann]);
    fill_in(8, vec![("Act", "confirm"), why, ann]); // has no answer
    fill_in(9, vec![("Act", "agree"), ("New: Meals", "awarded")]); // act, why and officer
    fill_in(10, vec![("Act", "change"), why, ann, ("New: Meals", "maybe")]);
    fill_in(11, vec![("Act", "confirm"), why, ann, ("Reference", "REF-9999")]);
    fill(&results, &sheet, &filled).await;

    let size = office.log_size().await;
    let dry = import(&office, &sheet, true).await;
    assert_eq!(office.log_size().await, size, "a trial leaves everything");
    let done = import(&office, &sheet, false).await;
    for came in [&dry, &done] {
        assert_eq!((came.count(Outcome::Done), came.blank), (5, 1));
        let faults: Vec<&str> = came.faults.iter().map(|fault| fault.column.as_str()).collect();
        assert_eq!(faults, ["Act", "Act", "Why", "Officer", "New: Meals", "Reference"]);
        assert!(came.remains());
    }
    for (place, state) in [
        (2, Item::Done),
        (3, Item::Done),
        (4, Item::ByHand),
        (5, Item::Cancelled),
        (6, Item::Referred),
        (7, Item::Referred),
        (8, Item::Referred),
        (11, Item::Referred),
    ] {
        assert_eq!(office.state(batch.item(place)).await, state, "row {place}");
    }
    let entry = office.entries(batch.item(2)).await.pop().unwrap();
    assert_eq!(entry["actor"]["id"], "officer:Ann Bell");
    assert_eq!(entry["entered_by"], "os:clerk@desk");
    let changed = office.store.rulings(batch.item(3)).await.unwrap().pop().unwrap();
    assert_eq!(changed.by, "officer:Cal Dunn");
    assert!(changed.payload.ruling.award);

    let size = office.log_size().await;
    let again = import(&office, &sheet, false).await;
    assert_eq!((again.count(Outcome::Done), again.count(Outcome::Already)), (0, 5));
    assert_eq!(again.faults, done.faults);
    assert_eq!(office.log_size().await, size, "the same sheet twice does nothing twice");

    let (code, out, _) = office.clerkwork(&["review", "import", sheet.to_str().unwrap(), "--json"]);
    assert_eq!(code, 3, "things remain for a person");
    for personal in ["statement seen", "Ann", "REF-", "maybe", "Childb"] {
        assert!(!out.contains(personal), "{personal} in {out}");
    }
    let (code, out, _) = office.clerkwork(&["review", "import", sheet.to_str().unwrap()]);
    assert_eq!(code, 3);
    assert!(out.contains("5 rows settled as asked already"), "{out}");
    assert!(out.contains("sheet \"To do\", row 10, column New: Meals: expected one of"), "{out}");
    office.is_sound().await;
}

#[tokio::test]
async fn a_file_without_a_to_do_sheet_is_refused() {
    let office = Office::open().await;
    let file = office.root.join("other.csv");
    std::fs::write(&file, "Item,Row\n1-2,3\n").unwrap();
    let (code, _, err) = office.clerkwork(&["review", "import", file.to_str().unwrap()]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("no sheet \"To do\""), "{err}");
}
