//! Writes a workbook as a stream: memory does not grow with the rows, and the file appears under
//! its name when it is whole and on the disk, or not at all.
//!
//! What a text says is never evaluated: text that looks like a formula is written as text.

use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;
use rust_xlsxwriter as xlsx;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use zip::result::ZipError;

mod cell;
mod clean;
mod extras;

use cell::{Formats, excel_moment, write};
use clean::{clean, cut};

/// Rows of a sheet in Excel, the header among them.
const MOST_ROWS: u32 = 1_048_576;

/// The level of deflate: a workbook is packed by one core while everything else waits.
const FAST: u8 = 3;

/// A column of a sheet that is being written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heading<'a> {
    /// What stands in the header row.
    pub title: &'a str,
    /// The width in characters.
    pub width: f64,
    /// What the column holds; it decides the format of the cells that people fill in.
    pub kind: ColumnKind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Anything, as Excel sees fit.
    General,
    /// Text, also where digits are typed: leading noughts stay.
    Text,
    /// Text over several lines.
    Wrapped,
    /// A number.
    Number,
    /// Pounds and pence.
    Money,
    /// A day, as dd/mm/yyyy.
    Date,
    /// A day and a time, as dd/mm/yyyy hh:mm.
    DateTime,
}

/// A cell that is being written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Out<'a> {
    /// Nothing.
    Empty,
    /// Text on one line.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// Pounds and pence, as a number with two decimals.
    Money(Decimal),
    /// A number.
    Number(Decimal),
    /// A day.
    Date(Date),
    /// A day and a time.
    DateTime(DateTime),
    /// Text over several lines.
    Wrapped(&'a str),
}

/// A sheet of the workbook that gave it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetId(usize);

/// A workbook that is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Its size.
    pub bytes: u64,
}

/// Why a workbook could not be written. Nothing stands under its name then that did not before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The disk or the folder refuses.
    #[error("the workbook could not be written to the disk ({0}); check space and permissions")]
    Disk(io::ErrorKind),
    /// A sheet has no more room.
    #[error("sheet {sheet} is full: Excel has {MOST_ROWS} rows")]
    Full {
        /// The sheet's name.
        sheet: String,
    },
    /// Something the workbook cannot hold, such as a sheet name with a colon in it.
    #[error("the workbook cannot hold {what}")]
    Refused {
        /// What it cannot hold; names no cell's contents.
        what: &'static str,
    },
}

/// A workbook that is being written.
pub struct Workbook {
    book: xlsx::Workbook,
    temporary: NamedTempFile,
    path: PathBuf,
    sheets: Vec<Sheet>,
    lists: Vec<Vec<String>>,
    formats: Formats,
    created: DateTime,
    failed: Option<io::ErrorKind>,
}

struct Sheet {
    name: String,
    columns: u16,
    kinds: Vec<ColumnKind>,
    /// The row that comes next, from 0.
    next: u32,
}

impl Workbook {
    /// Begins a workbook in a temporary file beside `path`.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        let folder = folder(path);
        let temporary = tempfile::Builder::new()
            .prefix(".")
            .suffix(".part")
            // For those whom the folder's owner lets in, not for everybody.
            .permissions(Permissions::from_mode(0o660))
            .tempfile_in(folder)
            .map_err(|error| WriteError::Disk(error.kind()))?;
        let mut book = xlsx::Workbook::new();
        book.set_tempdir(folder).map_err(refused)?;
        // A third larger than by the usual level, in a third of the time.
        book.set_zip_compression_level(FAST);
        Ok(Self {
            book,
            temporary,
            path: path.to_owned(),
            sheets: Vec::new(),
            lists: Vec::new(),
            formats: Formats::new(),
            created: jiff::civil::date(1980, 1, 1).at(0, 0, 0, 0),
            failed: None,
        })
    }

    /// Says when the workbook was made. Left out it is the first day a zip container knows, so that
    /// the same rows always give the same bytes.
    pub fn created_at(&mut self, moment: DateTime) {
        self.created = moment;
    }

    /// Begins a sheet: the titles in bold, always in sight, with filters.
    pub fn sheet(&mut self, name: &str, columns: &[Heading<'_>]) -> Result<SheetId, WriteError> {
        let count = u16::try_from(columns.len())
            .map_err(|_| WriteError::Refused { what: "as many columns" })?;
        let (book, formats) = (&mut self.book, &self.formats);
        guarded(&mut self.failed, || {
            let sheet = book.add_worksheet_with_constant_memory()?;
            sheet.set_name(name)?.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
            for (at, column) in (0_u16..).zip(columns) {
                sheet.set_column_width(at, column.width)?;
                if let Some(format) = formats.column(column.kind) {
                    sheet.set_column_format(at, format)?;
                }
                let title = clean(column.title);
                sheet.write_string_with_format(0, at, cut(&title), &formats.title)?;
            }
            Ok(())
        })?;
        let kinds = columns.iter().map(|column| column.kind).collect();
        self.sheets.push(Sheet { name: name.to_owned(), columns: count, kinds, next: 1 });
        Ok(SheetId(self.sheets.len() - 1))
    }

    /// Writes the next row of a sheet. Rows of several sheets may take turns.
    pub fn row(&mut self, sheet: SheetId, cells: &[Out<'_>]) -> Result<(), WriteError> {
        let about = self.sheets.get_mut(sheet.0).ok_or(NO_SHEET)?;
        if about.next >= MOST_ROWS {
            return Err(WriteError::Full { sheet: about.name.clone() });
        }
        let row = about.next;
        about.next += 1;
        let (book, formats) = (&mut self.book, &self.formats);
        let kinds = about.kinds.iter().copied().chain(std::iter::repeat(ColumnKind::General));
        guarded(&mut self.failed, || {
            let worksheet = book.worksheet_from_index(sheet.0)?;
            for ((column, cell), kind) in (0_u16..).zip(cells).zip(kinds) {
                write(worksheet, row, column, *cell, formats.of(*cell, kind))?;
            }
            Ok(())
        })
    }

    /// The number a person will see beside the next row of a sheet.
    pub fn next_row_number(&self, sheet: SheetId) -> Option<u32> {
        self.sheets.get(sheet.0).map(|sheet| sheet.next + 1)
    }

    /// Puts the workbook on the disk under its name.
    pub fn finish(mut self) -> Result<Written, WriteError> {
        for (index, sheet) in self.sheets.iter().enumerate() {
            if sheet.columns > 0 {
                let (last_row, last_column) = (sheet.next - 1, sheet.columns - 1);
                let worksheet = self.book.worksheet_from_index(index).map_err(refused)?;
                worksheet.autofilter(0, 0, last_row, last_column).map_err(refused)?;
            }
        }
        self.write_lists()?;
        if let Some(moment) = excel_moment(self.created) {
            let moment = moment.map_err(refused)?;
            let properties = xlsx::DocProperties::new().set_creation_datetime(&moment);
            self.book.set_properties(&properties);
        }
        let mut to = Hashed { to: self.temporary.as_file(), hash: Sha256::new(), bytes: 0 };
        let book = &mut self.book;
        guarded(&mut self.failed, || book.save_to_writer(&mut to))?;
        let written = Written { sha256: to.hash.finalize().into(), bytes: to.bytes };
        let disk = |error: io::Error| WriteError::Disk(error.kind());
        self.temporary.as_file().sync_all().map_err(disk)?;
        self.temporary.persist(&self.path).map_err(|error| disk(error.error))?;
        File::open(folder(&self.path)).and_then(|folder| folder.sync_all()).map_err(disk)?;
        Ok(written)
    }
}

const NO_SHEET: WriteError = WriteError::Refused { what: "a row of another workbook's sheet" };

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// The library ends in a panic when its temporary file cannot be written to. A full disk is no
/// reason to do so. A workbook that failed once stays failed: rows may be missing in it.
fn guarded(
    failed: &mut Option<io::ErrorKind>,
    write: impl FnOnce() -> Result<(), xlsx::XlsxError>,
) -> Result<(), WriteError> {
    if let Some(kind) = *failed {
        return Err(WriteError::Disk(kind));
    }
    let result = match catch_unwind(AssertUnwindSafe(write)) {
        Ok(result) => result.map_err(refused),
        Err(_) => Err(WriteError::Disk(io::ErrorKind::StorageFull)),
    };
    if let Err(error) = &result {
        *failed = Some(match error {
            WriteError::Disk(kind) => *kind,
            WriteError::Full { .. } | WriteError::Refused { .. } => io::ErrorKind::Other,
        });
    }
    result
}

fn refused(error: xlsx::XlsxError) -> WriteError {
    match error {
        xlsx::XlsxError::IoError(error) | xlsx::XlsxError::TempFileError(_, error) => {
            WriteError::Disk(error.kind())
        }
        xlsx::XlsxError::ZipError(ZipError::Io(error)) => WriteError::Disk(error.kind()),
        xlsx::XlsxError::RowColumnLimitError => WriteError::Refused { what: "as many columns" },
        xlsx::XlsxError::SheetnameCannotBeBlank(_)
        | xlsx::XlsxError::SheetnameLengthExceeded(_)
        | xlsx::XlsxError::SheetnameReused(_)
        | xlsx::XlsxError::SheetnameContainsInvalidCharacter(_)
        | xlsx::XlsxError::SheetnameStartsOrEndsWithApostrophe(_) => {
            WriteError::Refused { what: "a sheet of this name" }
        }
        _ => WriteError::Refused { what: "what was to be written" },
    }
}

/// Hashes what goes by.
struct Hashed<'a> {
    to: &'a File,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += u64::try_from(written).unwrap_or_default();
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
