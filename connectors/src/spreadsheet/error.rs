//! Why a file could not be read, in words that say what to do. No message holds what a cell holds,
//! nor where the file lies.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SheetError {
    /// The file needs a password.
    #[error(
        "the file is protected with a password; open it in Excel, remove the password under File, \
         Info, Protect Workbook, save it and send it again"
    )]
    Password,
    /// The bytes are not those of a spreadsheet, whatever the name says.
    #[error(
        "the file is not a spreadsheet: it looks like {looks_like}; open it in the program it \
         comes from, save it as Excel Workbook (.xlsx) or CSV and send that"
    )]
    NotASpreadsheet {
        /// What it looks like, with its article.
        looks_like: String,
    },
    /// There is nothing in the file.
    #[error("the file is empty; check that its export or upload was finished and send it again")]
    Empty,
    /// One of the limits is passed.
    #[error("the file is too large: {0}")]
    TooLarge(Limit),
    /// The file is damaged, or was not made by a spreadsheet program.
    #[error(
        "the file is damaged{}; open it in Excel, save it as a new Excel Workbook (.xlsx) and send \
         that", in_sheet(sheet.as_deref(), *after_row)
    )]
    Broken {
        /// The sheet in which reading stopped, if it came so far.
        sheet: Option<String>,
        /// The last row that was read of it.
        after_row: Option<u32>,
    },
    /// A workbook with a macro sheet of Excel 4, which cannot be read in part.
    #[error(
        "the workbook holds a macro sheet of Excel 4; copy the sheets with data to a new Excel \
         Workbook (.xlsx) and send that"
    )]
    MacroSheet,
    /// Reading it took more memory than is allowed.
    #[error(
        "reading the file takes more memory than is allowed; it is damaged or far larger than it \
         looks: copy the rows to a new Excel Workbook (.xlsx) and send that"
    )]
    OutOfMemory,
    /// Reading it took more time than is allowed.
    #[error(
        "reading the file takes too long; it is damaged or far larger than it looks: split it, or \
         copy the rows to a new Excel Workbook (.xlsx) and send that"
    )]
    TooSlow,
    /// The process that read it was ended from outside.
    #[error("reading was stopped from outside, perhaps for want of memory; send the file again")]
    Stopped,
    /// The file itself could not be read from where it lies.
    #[error("the file could not be read from the disk ({reason}); send it again")]
    Unreadable {
        /// The operating system's word for it.
        reason: String,
    },
    /// The reading process could not be started, or is not ours.
    #[error("the reading process could not be started ({reason}); tell who runs the program")]
    NoReader {
        /// What went wrong.
        reason: String,
    },
}

/// The limit that a file passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Limit {
    /// The file itself.
    FileBytes {
        /// The limit.
        limit: u64,
        /// The kind of the file where the limit is the kind's own.
        kind: Option<String>,
    },
    /// What its parts come to when inflated.
    InflatedBytes {
        /// The limit.
        limit: u64,
    },
    /// What its parts come to for each byte of the file.
    Ratio {
        /// The limit.
        limit: u64,
    },
    /// Parts of a workbook.
    Parts {
        /// The limit.
        limit: u64,
    },
    /// Rows.
    Rows {
        /// The limit.
        limit: u32,
        /// The sheet.
        sheet: String,
    },
    /// Columns.
    Columns {
        /// The limit.
        limit: u32,
        /// The sheet.
        sheet: String,
        /// The row in which something stands beyond the limit.
        row: u32,
    },
    /// Cells.
    Cells {
        /// The limit.
        limit: u64,
    },
    /// Characters of one cell.
    Characters {
        /// The limit.
        limit: u32,
        /// The sheet.
        sheet: String,
        /// The row.
        row: u32,
    },
}

impl SheetError {
    /// The error's fixed name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::NotASpreadsheet { .. } => "not-a-spreadsheet",
            Self::Empty => "empty",
            Self::TooLarge(_) => "too-large",
            Self::Broken { .. } => "broken",
            Self::MacroSheet => "macro-sheet",
            Self::OutOfMemory => "out-of-memory",
            Self::TooSlow => "too-slow",
            Self::Stopped => "stopped",
            Self::Unreadable { .. } => "unreadable",
            Self::NoReader { .. } => "no-reader",
        }
    }

    /// Whether the file is to blame; otherwise the same file may well be read the next time.
    pub const fn is_of_the_file(&self) -> bool {
        !matches!(self, Self::Stopped | Self::Unreadable { .. } | Self::NoReader { .. })
    }

    pub(super) const fn broken() -> Self {
        Self::Broken { sheet: None, after_row: None }
    }

    pub(super) fn looks_like(what: &str) -> Self {
        Self::NotASpreadsheet { looks_like: what.to_owned() }
    }

    pub(super) fn unreadable(error: &std::io::Error) -> Self {
        Self::Unreadable { reason: error.kind().to_string() }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FileBytes { limit, kind: None } => {
                write!(f, "more than {}; split it into smaller files", megabytes(*limit))
            }
            Self::FileBytes { limit, kind: Some(kind) } => write!(
                f,
                "a .{kind} file may have {}; save it as Excel Workbook (.xlsx)",
                megabytes(*limit)
            ),
            Self::InflatedBytes { limit } => write!(
                f,
                "it unpacks to more than {}; copy the rows to a new Excel Workbook (.xlsx)",
                megabytes(*limit)
            ),
            Self::Ratio { limit } => write!(
                f,
                "it unpacks to more than {limit} times its size, as files do that are made to \
                 harm; copy the rows to a new Excel Workbook (.xlsx)"
            ),
            Self::Parts { limit } => write!(
                f,
                "the workbook has more than {limit} parts; copy the rows to a new Excel Workbook \
                 (.xlsx)"
            ),
            Self::Rows { limit, sheet } => write!(
                f,
                "sheet {sheet} has something below the last row that may be used, {limit}; split \
                 it into smaller files"
            ),
            Self::Columns { limit, sheet, row } => write!(
                f,
                "row {row} of sheet {sheet} has something beyond the last column that may be used, \
                 {} ({limit}); delete what is not needed to the right",
                column_letters(limit.saturating_sub(1))
            ),
            Self::Cells { limit } => {
                write!(f, "more than {limit} cells; split it into smaller files")
            }
            Self::Characters { limit, sheet, row } => write!(
                f,
                "a cell in row {row} of sheet {sheet} has more than {limit} characters; in a CSV \
                 file check that every quotation mark is closed"
            ),
        }
    }
}

fn in_sheet(sheet: Option<&str>, after_row: Option<u32>) -> String {
    match (sheet, after_row) {
        (Some(sheet), Some(row)) => format!(" in sheet {sheet} after row {row}"),
        (Some(sheet), None) => format!(" in sheet {sheet}"),
        (None, _) => String::new(),
    }
}

fn megabytes(bytes: u64) -> String {
    const MB: u64 = 1024 * 1024;
    if bytes.is_multiple_of(MB) { format!("{} MB", bytes / MB) } else { format!("{bytes} bytes") }
}

/// The letters over a column, counted from 0: `A`, `Z`, `AA`.
pub(super) fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).expect("a remainder of 26 fits in a byte");
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}
