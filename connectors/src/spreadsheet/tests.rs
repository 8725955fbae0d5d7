//! Reads files within this process, made here byte by byte or with our own writer. What may end the
//! process that reads it is tested with a child, in `tests/children.rs`.

use std::fs::File;
use std::io::{Cursor, Seek, SeekFrom, Write};

use jiff::civil::date;
use rust_decimal::Decimal;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::wire::{self, Said};
use super::{Cell, Event, FileKind, Limits, Notice, Row, SheetError, child};

mod gates;
mod numbers;
mod texts;
mod workbooks;
mod writing;

/// What is said of a file with these bytes.
fn read(bytes: &[u8]) -> Result<Vec<Event>, SheetError> {
    read_within(bytes, &Limits::default())
}

fn read_within(bytes: &[u8], limits: &Limits) -> Result<Vec<Event>, SheetError> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    read_file(file, limits)
}

fn read_file(mut file: File, limits: &Limits) -> Result<Vec<Event>, SheetError> {
    file.seek(SeekFrom::Start(0)).unwrap();
    let mut pipe = Vec::new();
    assert!(child::read(file, limits, &mut pipe).is_ok(), "a vector does not close");
    events(&pipe)
}

/// The frames of a pipe that was closed in good order.
fn events(pipe: &[u8]) -> Result<Vec<Event>, SheetError> {
    let mut rest = pipe.strip_prefix(&wire::GREETING).unwrap();
    let mut events = Vec::new();
    loop {
        let (length, after) = rest.split_first_chunk::<4>().unwrap();
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap();
        let (body, after) = after.split_at(length);
        rest = after;
        match wire::decode(body).unwrap() {
            Said::Event(event) => events.push(event),
            Said::Fault(error) => return Err(error),
            Said::End => return Ok(events),
        }
    }
}

fn rows(events: &[Event]) -> Vec<&Row> {
    events
        .iter()
        .filter_map(|event| if let Event::Rows(rows) = event { Some(rows) } else { None })
        .flatten()
        .collect()
}

fn notices(events: &[Event]) -> Vec<&Notice> {
    events
        .iter()
        .filter_map(|event| if let Event::Notice(notice) = event { Some(notice) } else { None })
        .collect()
}

fn kind(events: &[Event]) -> FileKind {
    match events.first() {
        Some(Event::Format { kind, .. }) => *kind,
        other => panic!("the format comes first, not {other:?}"),
    }
}

fn sheets(events: &[Event]) -> Vec<(&str, bool, bool)> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Sheet { name, visible, epoch_1904, .. } => {
                Some((name.as_str(), *visible, *epoch_1904))
            }
            Event::Format { .. } | Event::Rows(_) | Event::Notice(_) => None,
        })
        .collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn number(digits: &str) -> Cell {
    Cell::Number(digits.parse::<Decimal>().unwrap())
}

fn day(year: i16, month: i8, day: i8) -> Cell {
    Cell::Date(date(year, month, day))
}

fn row(number: u32, cells: &[Cell]) -> Row {
    Row { number, cells: cells.to_vec() }
}

/// Compares and on a difference shows what is in the cells, which `Debug` does not.
#[track_caller]
fn assert_rows(events: &[Event], expected: &[Row]) {
    let shown = |rows: &[&Row]| in_words(rows);
    let found = rows(events);
    let expected: Vec<&Row> = expected.iter().collect();
    assert!(found == expected, "found {}\nexpected {}", shown(&found), shown(&expected));
}

fn in_words(rows: &[&Row]) -> String {
    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => format!("{text:?}"),
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Bool(yes) => yes.to_string(),
        Cell::Error(error) => error.clone(),
        Cell::Empty => "-".to_owned(),
        Cell::NoValue => "?".to_owned(),
    };
    let line = |row: &&Row| {
        let cells: Vec<String> = row.cells.iter().map(cell).collect();
        format!("{}: {}", row.number, cells.join(" | "))
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A zip container with these parts.
fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What a raw workbook says around its sheets.
#[derive(Default)]
struct Raw<'a> {
    /// Attributes of `workbookPr`.
    properties: &'a str,
    /// Name, attributes and XML of each sheet.
    sheets: &'a [(&'a str, &'a str, String)],
    shared: &'a [&'a str],
    /// More parts.
    more: &'a [(&'a str, &'a str)],
}

impl Raw<'_> {
    /// The workbook; style 1 is a date, 2 a time, 3 a length of time.
    fn bytes(&self) -> Vec<u8> {
        use std::fmt::Write;
        const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
        let mut list = String::new();
        let mut relations = String::new();
        let mut parts: Vec<(String, String)> = Vec::new();
        for (index, (name, attributes, xml)) in self.sheets.iter().enumerate() {
            let id = index + 1;
            write!(list, r#"<sheet name="{name}" sheetId="{id}" r:id="r{id}" {attributes}/>"#)
                .unwrap();
            let path = format!("worksheets/sheet{id}.xml");
            write!(
                relations,
                r#"<Relationship Id="r{id}" Type="{OFFICE}/worksheet" Target="{path}"/>"#
            )
            .unwrap();
            parts.push((format!("xl/{path}"), xml.clone()));
        }
        let strings = self.shared.join("</t></si><si><t>");
        let strings = format!("<si><t>{strings}</t></si>");
        parts.extend([
            ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
            (
                "_rels/.rels".to_owned(),
                format!(
                    r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="b" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
                ),
            ),
            (
                "xl/workbook.xml".to_owned(),
                format!(
                    r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr {}/><sheets>{list}</sheets></workbook>"#,
                    self.properties
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels".to_owned(),
                format!(r#"<Relationships xmlns="{PACKAGE}">{relations}</Relationships>"#),
            ),
            ("xl/sharedStrings.xml".to_owned(), format!(r#"<sst xmlns="{MAIN}">{strings}</sst>"#)),
            (
                "xl/styles.xml".to_owned(),
                format!(
                    r#"<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="46"/></cellXfs></styleSheet>"#
                ),
            ),
        ]);
        parts.extend(self.more.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())));
        let parts: Vec<(&str, &[u8])> =
            parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        zip(&parts)
    }
}

/// The XML of a sheet with these rows.
fn sheet_xml(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

/// A workbook with one sheet of these rows.
fn one_sheet(rows: &str) -> Vec<u8> {
    Raw { sheets: &[("Claims", "", sheet_xml(rows))], ..Raw::default() }.bytes()
}
