//! Spreadsheets in and out: told apart by their bytes, read row by row in a child process that
//! limits itself, written as a stream to a temporary file that is renamed when it is whole.
//!
//! Reading must not know what the columns mean; that is the templates' business.
//!
//! A file from outside may be made to harm: a workbook of 1.4 KB can ask for 512 GB of memory, and
//! an allocation that fails ends the process it is in. So no file is opened in the process that
//! runs the queue: [`Reading::start`] starts this same program again as `read-sheet`, with the file
//! as its standard input, and every binary calls [`answer_read_sheet`] first in `main`.

mod cells;
mod child;
mod error;
mod gate;
mod limits;
mod marks;
mod reading;
mod rows;
mod text;
mod whole;
mod wire;
mod workbook;
mod write;
mod zipped;

#[cfg(test)]
mod tests;

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use child::answer_read_sheet;
pub use error::{Limit, SheetError};
pub use limits::Limits;
pub use reading::Reading;
pub use write::{ColumnKind, Heading, Out, SheetId, Workbook, WriteError, Written};

/// The kind of a file, told by its bytes and never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// Excel workbook of 2007 or later.
    Xlsx,
    /// The same with macros in it; they are never run.
    Xlsm,
    /// Excel binary workbook.
    Xlsb,
    /// Excel workbook of 97 to 2003.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// Text with a comma, semicolon or vertical bar between the fields.
    Csv,
    /// Text with a tab between the fields.
    Tsv,
}

impl FileKind {
    /// The usual ending of such a file's name, without the dot.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xlsm => "xlsm",
            Self::Xlsb => "xlsb",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ending())
    }
}

/// What a file holds, in the order in which it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// First of all: what the file is.
    Format {
        /// The kind of the file.
        kind: FileKind,
        /// How many sheets it holds, hidden ones and charts included.
        sheets: usize,
    },
    /// A sheet begins; its rows follow. A sheet that is not visible is announced and not read.
    Sheet {
        /// The sheet's place in the workbook, from 0.
        index: u32,
        /// Its name as the file has it.
        name: String,
        /// Whether a person who opens the file sees it.
        visible: bool,
        /// Whether its day numbers count from 1904. Dates are resolved already; this is for a date
        /// column whose cells are plain numbers.
        epoch_1904: bool,
    },
    /// Rows of the sheet announced last, a few hundred at most. Blank rows are left out.
    Rows(Vec<Row>),
    /// Something a person should be told.
    Notice(Notice),
}

/// A row with anything in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The number a person sees beside the row in Excel, from 1.
    pub number: u32,
    /// The cells; the first is column A. Empty cells at the end are left out.
    pub cells: Vec<Cell>,
}

/// A cell as the file has it, before any template has looked at it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing, or a text without characters.
    Empty,
    /// Text, also where it looks like a number; spaces are kept.
    Text(String),
    /// A number, from the 15 significant digits that Excel keeps.
    Number(#[serde(with = "wire::decimal")] Decimal),
    /// A number shown as a date, without its time of day.
    Date(#[serde(with = "wire::date")] Date),
    /// TRUE or FALSE.
    Bool(bool),
    /// An error such as `#N/A`.
    Error(String),
    /// A formula whose value was never saved: the file has to be opened and saved in Excel.
    NoValue,
}

impl Cell {
    /// What it says, as one would read it aloud: empty where it says nothing, or nothing sound.
    pub fn words(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.normalize().to_string(),
            Self::Date(date) => date.strftime("%d/%m/%Y").to_string(),
            Self::Empty | Self::Bool(_) | Self::Error(_) | Self::NoValue => String::new(),
        }
    }
}

/// Names the sort of cell and never what is in it, so that a row in a log tells nothing.
impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Text(_) => "Text(..)",
            Self::Number(_) => "Number(..)",
            Self::Date(_) => "Date(..)",
            Self::Bool(_) => "Bool(..)",
            Self::Error(_) => "Error(..)",
            Self::NoValue => "NoValue",
        })
    }
}

/// Something about a file that a person should be told; reading goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Notice {
    /// A visible chart, dialog or macro sheet, which has no rows.
    SheetSkipped {
        /// The sheet's name.
        sheet: String,
    },
    /// A sheet that could not be read at all, while others can be.
    SheetUnreadable {
        /// The sheet's name.
        sheet: String,
    },
    /// Rows that are hidden or filtered out in Excel were read like the others.
    HiddenRows {
        /// The sheet's name.
        sheet: String,
        /// How many of the rows read are hidden.
        rows: u32,
        /// The first of them.
        first: u32,
    },
    /// Columns that are hidden in Excel were read like the others.
    HiddenColumns {
        /// The sheet's name.
        sheet: String,
        /// Their letters, in order.
        columns: Vec<String>,
    },
    /// The workbook holds macros; they were not run.
    Macros,
    /// A text file without a mark of its encoding was not valid UTF-8 and was read as this one.
    Encoding {
        /// The encoding's name.
        name: String,
    },
    /// NUL characters in a text file were left out.
    NulsLeftOut {
        /// How many.
        count: u64,
    },
    /// Rows of a text file have more fields than its first rows: a separator stands inside a field
    /// without quotation marks, and what follows is in the wrong column.
    LongRows {
        /// How many rows.
        rows: u32,
        /// The first of them.
        first: u32,
        /// The most fields that the first rows have.
        usual: u32,
    },
}

impl Notice {
    /// The notice's fixed name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SheetSkipped { .. } => "sheet-skipped",
            Self::SheetUnreadable { .. } => "sheet-unreadable",
            Self::HiddenRows { .. } => "hidden-rows",
            Self::HiddenColumns { .. } => "hidden-columns",
            Self::Macros => "macros",
            Self::Encoding { .. } => "encoding",
            Self::NulsLeftOut { .. } => "nuls-left-out",
            Self::LongRows { .. } => "long-rows",
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SheetSkipped { sheet } => {
                write!(f, "sheet {sheet} is not a sheet of rows and was not read")
            }
            Self::SheetUnreadable { sheet } => write!(
                f,
                "sheet {sheet} is damaged and was not read; open the file in Excel, save it again \
                 and check that sheet"
            ),
            Self::HiddenRows { sheet, rows, first } => write!(
                f,
                "{rows} hidden or filtered rows of sheet {sheet} were read, the first is row {first}"
            ),
            Self::HiddenColumns { sheet, columns } => {
                write!(f, "hidden columns of sheet {sheet} were read: {}", columns.join(", "))
            }
            Self::Macros => f.write_str("the file holds macros; they were not run"),
            Self::Encoding { name } => {
                write!(f, "the text does not say how it is encoded and was read as {name}")
            }
            Self::NulsLeftOut { count } => write!(f, "{count} NUL characters were left out"),
            Self::LongRows { rows, first, usual } => write!(
                f,
                "{rows} rows have more than {usual} fields, the first is row {first}; put \
                 quotation marks round text that holds a separator"
            ),
        }
    }
}
