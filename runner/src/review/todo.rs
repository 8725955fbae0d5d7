//! The To do sheet of a results workbook, filled in by officers, as it is read: which rows ask for
//! what, and what is wrong with the others. Nothing is looked up here.

use std::fs::File;

use clerkwork_bots::kit::plain;
use clerkwork_connectors::spreadsheet::{Cell, Event, FileKind, Limits, Reading, Row, SheetError};

use crate::acts::{What, officer};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::report::{ACT, ACTS, ITEM, NEW, OFFICER, REFERENCE, TODO, WHY};

/// Rows that are looked through for the header.
const LOOK: usize = 40;
const ITEM_EXPECTED: &str = "the item as the report names it, such as 3-231";

/// A row that asks for something.
pub struct Filled {
    /// The sheet's own row number.
    pub row: u32,
    /// The item.
    pub item: ItemId,
    /// Its reference as the sheet has it, to be held against the item's own.
    pub reference: String,
    /// What is to be done.
    pub act: What,
    /// Why, in the officer's words.
    pub why: String,
    /// The officer's name.
    pub officer: String,
    /// New values, by decision column.
    pub new: Vec<(String, Cell)>,
}

/// What is wrong with a row; never what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The sheet's own row number.
    pub row: u32,
    /// The column's header.
    pub column: String,
    /// What is expected, and what to do.
    pub expected: String,
}

/// A To do sheet as it was read.
#[derive(Default)]
pub struct Todo {
    /// The sheet's name.
    pub sheet: String,
    /// Rows that ask for something.
    pub rows: Vec<Filled>,
    /// Rows that cannot be done.
    pub faults: Vec<Problem>,
    /// Rows that nobody filled in.
    pub blank: usize,
    /// Serial dates count from 1904.
    pub epoch_1904: bool,
}

impl Todo {
    /// Reads the sheet out of a results workbook, or a text file that was saved of it.
    pub async fn read(file: File, limits: Limits) -> Result<Self> {
        let mut reading = Reading::start(file, limits).await.map_err(|fault| unreadable(&fault))?;
        let mut todo = Self::default();
        let (mut columns, mut looked, mut here, mut only) = (None, 0, false, false);
        while let Some(event) = reading.next().await.map_err(|fault| unreadable(&fault))? {
            match event {
                Event::Format { kind, .. } => only = matches!(kind, FileKind::Csv | FileKind::Tsv),
                Event::Sheet { name, epoch_1904, .. } => {
                    here = only || plain(&name) == plain(TODO);
                    if here {
                        (todo.sheet, todo.epoch_1904) = (name, epoch_1904);
                    }
                }
                Event::Rows(rows) if here => {
                    for row in &rows {
                        match &columns {
                            Some(columns) => todo.take(columns, row),
                            None if looked < LOOK => columns = Columns::of(row),
                            None => {}
                        }
                        looked += 1;
                    }
                }
                Event::Rows(_) | Event::Notice(_) => {}
            }
        }
        if columns.is_none() {
            return Err(Error::failed(
                format!(
                    "the file has no sheet {TODO:?} with the columns {ITEM}, {ACT}, {WHY} and {OFFICER}"
                ),
                "fill in that sheet of a results workbook, as: clerkwork results BATCH -o FILE",
            ));
        }
        Ok(todo)
    }

    fn take(&mut self, columns: &Columns, row: &Row) {
        let new: Vec<(String, Cell)> = columns
            .new
            .iter()
            .map(|(header, at)| (header.clone(), cell(row, *at).clone()))
            .filter(|(_, cell)| !blank(cell))
            .collect();
        let (act, why, name) =
            (cell(row, columns.act), cell(row, columns.why), cell(row, columns.officer));
        if blank(act) && blank(why) && blank(name) && new.is_empty() {
            self.blank += usize::from(!blank(cell(row, columns.item)));
            return;
        }
        let mut faults = Vec::new();
        let mut wrong = |column: &str, expected: String| {
            faults.push(Problem { row: row.number, column: column.to_owned(), expected });
        };
        let item = cell(row, columns.item).words().trim().parse::<ItemId>().ok();
        match item {
            None => wrong(ITEM, ITEM_EXPECTED.to_owned()),
            Some(item) if self.rows.iter().any(|other| other.item == item) => {
                wrong(ITEM, "an item that stands once in the sheet".to_owned());
            }
            Some(_) => {}
        }
        let act = acted(&act.words());
        if act.is_none() {
            wrong(ACT, format!("one of: {}", ACTS.join(", ")));
        }
        let why = why.words().trim().to_owned();
        if why.is_empty() {
            wrong(WHY, "the reason, in the officer's words".to_owned());
        }
        let name = officer(&name.words());
        if name.is_err() {
            wrong(OFFICER, "the name of the officer who decided".to_owned());
        }
        match act {
            Some(What::Change) if new.is_empty() => {
                wrong(ACT, format!("for a change, a value in a column {NEW}..."));
            }
            Some(act) if act != What::Change => {
                for (header, _) in &new {
                    let expected = format!("nothing, or {:?} in {ACT}", What::Change.as_str());
                    wrong(&format!("{NEW}{header}"), expected);
                }
            }
            _ => {}
        }
        let reference = columns.reference.map_or_else(String::new, |at| cell(row, at).words());
        match (item, act, name) {
            (Some(item), Some(act), Ok(officer)) if faults.is_empty() => {
                self.rows.push(Filled { row: row.number, item, reference, act, why, officer, new });
            }
            _ => self.faults.append(&mut faults),
        }
    }
}

/// Where the columns stand.
struct Columns {
    item: usize,
    reference: Option<usize>,
    act: usize,
    why: usize,
    officer: usize,
    new: Vec<(String, usize)>,
}

impl Columns {
    fn of(row: &Row) -> Option<Self> {
        let headers: Vec<String> = row.cells.iter().map(Cell::words).collect();
        let find = |wanted: &str| headers.iter().position(|header| plain(header) == plain(wanted));
        let new = headers.iter().enumerate().filter_map(|(at, header)| {
            let column = header.trim().strip_prefix(NEW.trim())?.trim();
            (!column.is_empty()).then(|| (column.to_owned(), at))
        });
        Some(Self {
            item: find(ITEM)?,
            reference: find(REFERENCE),
            act: find(ACT)?,
            why: find(WHY)?,
            officer: find(OFFICER)?,
            new: new.collect(),
        })
    }
}

fn acted(text: &str) -> Option<What> {
    let acts = [What::Confirm, What::Change, What::AskEvidence, What::ByHand, What::Cancel];
    acts.into_iter().find(|act| plain(act.as_str()) == plain(text))
}

fn cell(row: &Row, at: usize) -> &Cell {
    row.cells.get(at).unwrap_or(&Cell::Empty)
}

fn blank(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => text.chars().all(|letter| letter.is_whitespace() || letter == '\u{a0}'),
        Cell::Number(_) | Cell::Date(_) | Cell::Bool(_) | Cell::Error(_) | Cell::NoValue => false,
    }
}

fn unreadable(fault: &SheetError) -> Error {
    Error::failed(fault.to_string(), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_of_the_sheet_is_known() {
        for act in ACTS {
            assert_eq!(acted(act).map(What::as_str), Some(*act));
        }
        assert_eq!(acted("Ask for  evidence"), Some(What::AskEvidence));
        assert_eq!(acted("approve"), None);
    }
}
