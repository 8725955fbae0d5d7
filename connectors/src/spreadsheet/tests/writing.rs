use std::fs;
use std::path::Path;

use calamine::{Reader, Xlsx};
use jiff::civil::date;
use rust_decimal::Decimal;
use sha2::Digest;

use super::{assert_rows, day, number, read, row, rows, sheets, text};
use crate::spreadsheet::{Cell, ColumnKind, Heading, Out, Workbook, WriteError, Written};

const HEADINGS: [Heading<'_>; 3] = [
    Heading { title: "Reference", width: 16.0, kind: ColumnKind::Text },
    Heading { title: "Award", width: 12.0, kind: ColumnKind::Money },
    Heading { title: "From", width: 12.0, kind: ColumnKind::Date },
];

fn header() -> super::Row {
    row(1, &["Reference", "Award", "From"].map(text))
}

fn written(fill: impl FnOnce(&mut Workbook) -> Result<(), WriteError>) -> (Vec<u8>, Written) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("results.xlsx");
    let mut book = Workbook::create(&path).unwrap();
    fill(&mut book).unwrap();
    let written = book.finish().unwrap();
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(left, ["results.xlsx"]);
    (fs::read(path).unwrap(), written)
}

#[test]
fn what_is_written_is_read_back() {
    let (bytes, about) = written(|book| {
        let results = book.sheet("Results", &HEADINGS)?;
        let errors = book.sheet("Errors", &HEADINGS[..1])?;
        book.row(
            results,
            &[
                Out::Text("00012345"),
                Out::Money(Decimal::new(85_000, 2)),
                Out::Date(date(2026, 4, 3)),
                Out::Integer(-7),
                Out::Number(Decimal::new(1, 7)),
                Out::DateTime(date(2026, 4, 3).at(17, 30, 0, 0)),
                Out::Wrapped("two\r\nlines"),
            ],
        )?;
        book.row(errors, &[Out::Text("first")])?;
        assert_eq!(book.next_row_number(results), Some(3));
        book.row(results, &[Out::Empty, Out::Empty, Out::Date(date(1899, 1, 2))])?;
        book.row(errors, &[Out::Text("second")])
    });
    let events = read(&bytes).unwrap();
    assert_eq!(sheets(&events), [("Results", true, false), ("Errors", true, false)]);
    let expected = [
        header(),
        row(
            2,
            &[
                text("00012345"),
                number("850"),
                day(2026, 4, 3),
                number("-7"),
                number("0.0000001"),
                day(2026, 4, 3),
                text("two\nlines"),
            ],
        ),
        row(3, &[Cell::Empty, Cell::Empty, text("02/01/1899")]),
        row(1, &[text("Reference")]),
        row(2, &[text("first")]),
        row(3, &[text("second")]),
    ];
    assert_rows(&events, &expected);
    assert_eq!(about.bytes, u64::try_from(bytes.len()).unwrap());
    assert_eq!(about.sha256[..], sha2::Sha256::digest(&bytes)[..]);
}

#[test]
fn text_that_looks_like_a_formula_stays_text() {
    let dangerous = ["=1+1", "=cmd|' /C calc'!A0", "+44 7700 900123", "-2+3", "@SUM(A1)", "\tx"];
    let (bytes, _) = written(|book| {
        let sheet = book.sheet("Results", &HEADINGS)?;
        dangerous.iter().try_for_each(|text| book.row(sheet, &[Out::Text(text)]))
    });
    let events = read(&bytes).unwrap();
    for (row, dangerous) in rows(&events)[1..].iter().zip(dangerous) {
        assert_eq!(row.cells, [text(dangerous)]);
    }
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    assert!(book.worksheet_formula("Results").unwrap().is_empty());
}

#[test]
fn text_that_is_too_long_is_cut_and_says_so() {
    let long = "£".repeat(40_000);
    let wide = format!("x{}", "😀".repeat(20_000));
    let fits = "x".repeat(32_767);
    let (bytes, _) = written(|book| {
        let sheet = book.sheet("Results", &HEADINGS)?;
        book.row(sheet, &[Out::Text(&long), Out::Text(&wide), Out::Text(&fits)])
    });
    let events = read(&bytes).unwrap();
    let cells = &rows(&events)[1].cells;
    for (cell, units) in cells.iter().zip([32_767, 32_766, 32_767]) {
        let Cell::Text(text) = cell else { panic!("text") };
        assert_eq!(text.encode_utf16().count(), units);
    }
    let Cell::Text(cut) = &cells[0] else { panic!("text") };
    assert!(cut.ends_with("£… [cut]"));
    assert_eq!(cells[2], text(&fits));
}

#[test]
fn characters_that_a_workbook_cannot_hold_are_replaced() {
    let (bytes, _) = written(|book| {
        let sheet = book.sheet("Results", &HEADINGS)?;
        book.row(sheet, &[Out::Text("a\0b\u{7}c\u{fffe}"), Out::Text("_x0041_ & <b>")])
    });
    let events = read(&bytes).unwrap();
    let expected = [text("a\u{fffd}b\u{fffd}c\u{fffd}"), text("_x0041_ & <b>")];
    assert_eq!(rows(&events)[1].cells, expected);
}

#[test]
fn a_number_that_a_cell_cannot_keep_is_text() {
    let long: Decimal = "12345678901234567890".parse().unwrap();
    let (bytes, _) = written(|book| {
        let sheet = book.sheet("Results", &HEADINGS)?;
        book.row(sheet, &[Out::Number(long), Out::Integer(i64::MAX), Out::Integer(1 << 40)])
    });
    let expected =
        [text("12345678901234567890"), text("9223372036854775807"), number("1099511627776")];
    assert_eq!(rows(&read(&bytes).unwrap())[1].cells, expected);
}

#[test]
fn the_same_rows_give_the_same_bytes_and_no_one_is_named() {
    let make = || {
        written(|book| {
            book.created_at(date(2026, 4, 3).at(9, 0, 0, 0));
            let sheet = book.sheet("Results", &HEADINGS)?;
            book.choices(sheet, 0, &["yes", "no"])?;
            book.note(sheet, 0, "The reference that the form gave.")?;
            book.row(sheet, &[Out::Text("A1")])
        })
    };
    let ((one, hash), (other, _)) = (make(), make());
    assert_eq!(one, other);
    assert_eq!(hash.sha256[..], sha2::Sha256::digest(&other)[..]);
    let core = part(&one, "docProps/core.xml");
    assert!(core.contains("<dc:creator></dc:creator>") || core.contains("<dc:creator/>"), "{core}");
    assert!(core.contains("2026-04-03T09:00:00Z"));
}

#[test]
fn a_workbook_has_titles_choices_help_and_charts() {
    let many: Vec<String> = (0..100).map(|n| format!("School {n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let (bytes, _) = written(|book| {
        let sheet = book.sheet("Totals", &HEADINGS)?;
        book.choices(sheet, 0, &many)?;
        book.choices(sheet, 1, &["yes", "no"])?;
        book.choices(sheet, 2, &["High Street, Town", "Elsewhere"])?;
        book.note(sheet, 1, "In pounds and pence.")?;
        for (outcome, count) in [("decided", 7), ("referred", 2)] {
            book.row(sheet, &[Out::Text(outcome), Out::Integer(count)])?;
        }
        book.column_chart(sheet, "Outcomes", 2..=3, (0, 1), (6, 0))
    });
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    for expected in [
        r#"state="frozen""#,
        r#"<autoFilter ref="A1:C3"/>"#,
        "<formula1>\"yes,no\"</formula1>",
        "<formula1>Lists!$A$1:$A$100</formula1>",
        "<formula1>Lists!$B$1:$B$2</formula1>",
        r#"sqref="A2:A1048576""#,
    ] {
        assert!(xml.contains(expected), "{expected} in {xml}");
    }
    let chart = part(&bytes, "xl/charts/chart1.xml");
    assert!(chart.contains("<c:f>Totals!$B$2:$B$3</c:f>"), "{chart}");
    assert!(part(&bytes, "xl/comments1.xml").contains("In pounds and pence."));
    let events = read(&bytes).unwrap();
    assert_eq!(sheets(&events), [("Totals", true, false), ("Lists", false, false)]);
    assert_eq!(rows(&events).len(), 3);
}

#[test]
fn a_workbook_that_is_not_finished_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("results.xlsx");
    fs::write(&path, "what stood there before").unwrap();
    let mut book = Workbook::create(&path).unwrap();
    let sheet = book.sheet("Results", &HEADINGS).unwrap();
    book.row(sheet, &[Out::Text("1")]).unwrap();
    drop(book);
    assert_eq!(fs::read(&path).unwrap(), b"what stood there before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn readings_and_workbooks_may_move_between_threads() {
    fn moves<T: Send>() {}
    moves::<Workbook>();
    moves::<crate::spreadsheet::Reading>();
}

#[test]
fn a_folder_that_is_not_there_and_a_bad_name_are_told() {
    let error = Workbook::create(Path::new("/nowhere/at/all/results.xlsx")).err().unwrap();
    assert!(matches!(error, WriteError::Disk(std::io::ErrorKind::NotFound)));
    assert!(!error.to_string().contains("nowhere"));
    let folder = tempfile::tempdir().unwrap();
    let mut book = Workbook::create(&folder.path().join("r.xlsx")).unwrap();
    let error = book.sheet("a:b", &HEADINGS).unwrap_err();
    assert_eq!(error.to_string(), "the workbook cannot hold a sheet of this name");
    // What comes after a failure would be in the wrong place.
    assert!(book.sheet("good", &HEADINGS).is_err());
    assert!(book.finish().is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}
