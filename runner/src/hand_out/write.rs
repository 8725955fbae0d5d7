//! A list as a file: a workbook or text. Text that looks like a formula stays text.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use clerkwork_bots::kit::{List, ListKind, Shown};
use clerkwork_connectors::spreadsheet::{ColumnKind, Heading, Out, Workbook, WriteError};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::settings::{Dates, Filled, Format, Laid};
use crate::error::{Error, Result};

/// What a spreadsheet might take for a formula.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r'];
/// Letters that the name of a sheet may have.
const SHEET: usize = 31;
/// Letters that fit a column of a workbook.
const WIDTH: f64 = 20.0;

/// Writes a list to a file that is not there yet; the SHA-256 of its bytes. The same list gives the
/// same bytes.
pub(super) fn list(path: &Path, kind: &ListKind, laid: &Laid, list: &List) -> Result<[u8; 32]> {
    match laid.format {
        Format::Xlsx => workbook(path, kind, laid, list),
        Format::Csv => text(path, laid, list),
    }
}

fn workbook(path: &Path, kind: &ListKind, laid: &Laid, list: &List) -> Result<[u8; 32]> {
    let mut book = Workbook::create(path).map_err(fault)?;
    let date =
        |at: &usize| list.rows.iter().any(|row| matches!(row.cells.get(*at), Some(Shown::Date(_))));
    let headings: Vec<Heading<'_>> = laid
        .columns
        .iter()
        .map(|(title, filled)| {
            let is_date = matches!(filled, Filled::With(at) if date(at));
            let days = is_date && laid.dates == Dates::Uk;
            let kind = if days { ColumnKind::Date } else { ColumnKind::Text };
            Heading { title, width: WIDTH, kind }
        })
        .collect();
    let name = if list.of.is_empty() { kind.title } else { &list.of };
    let sheet = book.sheet(&sheet_name(name, kind), &headings).map_err(fault)?;
    for row in &list.rows {
        let texts: Vec<String> = laid
            .columns
            .iter()
            .map(|(_, filled)| written(filled, &row.cells, laid.dates))
            .collect();
        let cells: Vec<Out<'_>> = laid
            .columns
            .iter()
            .zip(&texts)
            .map(|((_, filled), text)| match filled {
                Filled::With(at) => match row.cells.get(*at) {
                    None | Some(Shown::Empty) => Out::Empty,
                    Some(Shown::Date(day)) if laid.dates == Dates::Uk => Out::Date(*day),
                    Some(Shown::Money(amount)) => Out::Money(*amount),
                    Some(Shown::Number(number)) => Out::Number(*number),
                    Some(Shown::Date(_) | Shown::Text(_)) => Out::Text(text),
                },
                Filled::Always(_) => Out::Text(text),
            })
            .collect();
        book.row(sheet, &cells).map_err(fault)?;
    }
    Ok(book.finish().map_err(fault)?.sha256)
}

fn text(path: &Path, laid: &Laid, list: &List) -> Result<[u8; 32]> {
    let wrong = || Error::io("writing a list");
    let file = OpenOptions::new().write(true).create_new(true).mode(0o640).open(path);
    let mut to = Hashed { to: BufWriter::new(file.map_err(wrong())?), hash: Sha256::new() };
    if laid.headers {
        to.line(laid.columns.iter().map(|(header, _)| cell(header))).map_err(wrong())?;
    }
    for row in &list.rows {
        let cells = laid.columns.iter().map(|(_, it)| cell(&written(it, &row.cells, laid.dates)));
        to.line(cells).map_err(wrong())?;
    }
    let file = to.to.into_inner().map_err(|fault| wrong()(fault.into_error()))?;
    file.sync_all().map_err(wrong())?;
    Ok(to.hash.finalize().into())
}

/// Hashes what is written.
struct Hashed {
    to: BufWriter<File>,
    hash: Sha256,
}

impl Hashed {
    fn line(&mut self, cells: impl Iterator<Item = String>) -> std::io::Result<()> {
        let line = format!("{}\r\n", cells.collect::<Vec<_>>().join(","));
        self.hash.update(&line);
        self.to.write_all(line.as_bytes())
    }
}

fn written(filled: &Filled, cells: &[Shown], dates: Dates) -> String {
    match filled {
        Filled::Always(text) => text.clone(),
        Filled::With(at) => match cells.get(*at) {
            Some(Shown::Date(date)) => day(*date, dates),
            Some(value) => value.to_string(),
            None => String::new(),
        },
    }
}

fn day(day: Date, dates: Dates) -> String {
    match dates {
        Dates::Uk => day.strftime("%d/%m/%Y").to_string(),
        Dates::Iso => day.to_string(),
    }
}

fn cell(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let safe = if line.starts_with(FORMULA) { format!("'{line}") } else { line };
    if safe.contains([',', '"']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

/// What a workbook takes as the name of a sheet.
fn sheet_name(name: &str, kind: &ListKind) -> String {
    let kept = |c: &char| !matches!(c, ':' | '\\' | '/' | '?' | '*' | '[' | ']') && !c.is_control();
    let name: String = name.chars().filter(kept).take(SHEET).collect();
    let name = name.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    if name.is_empty() { kind.title.to_owned() } else { name.to_owned() }
}

fn fault(fault: WriteError) -> Error {
    Error::failed("a list could not be written", fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clerkwork_bots::kit::ListRow;
    use jiff::civil::date;

    fn laid(format: Format) -> Laid {
        let columns = vec![
            ("Forename".to_owned(), Filled::With(0)),
            ("=Flag".to_owned(), Filled::Always("+FSM, yes".to_owned())),
            ("From".to_owned(), Filled::With(1)),
        ];
        Laid { format, dates: Dates::Uk, headers: true, columns }
    }

    fn one() -> List {
        let cells =
            vec![Shown::Text("=cmd|' /C \"calc\"'!A0".to_owned()), Shown::Date(date(2026, 3, 2))];
        let rows = vec![ListRow { who: String::new(), cells }];
        List { kind: "kitchen", of: "A/B: School*".to_owned(), rows }
    }

    fn kind() -> &'static ListKind {
        &clerkwork_bots::find("free-school-meals").unwrap().hand_out().unwrap().lists[0]
    }

    #[test]
    fn text_that_looks_like_a_formula_stays_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.csv");
        let sha256 = list(&path, kind(), &laid(Format::Csv), &one()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "Forename,'=Flag,From\r\n\"'=cmd|' /C \"\"calc\"\"'!A0\",\"'+FSM, yes\",02/03/2026\r\n"
        );
        assert_eq!(sha256, <[u8; 32]>::from(Sha256::digest(&text)));
    }

    #[test]
    fn the_same_list_gives_the_same_workbook() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["1.xlsx", "2.xlsx"].map(|name| {
            list(&folder.path().join(name), kind(), &laid(Format::Xlsx), &one()).unwrap()
        });
        assert_eq!(first, second);
    }
}
