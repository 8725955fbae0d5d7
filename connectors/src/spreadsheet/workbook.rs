//! Reads the workbooks that come as a stream of cells: `.xlsx`, `.xlsm` and `.xlsb`.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

use calamine::{DataRef, Reader, Sheet, SheetType, SheetVisible, Xlsb, XlsbError, Xlsx, XlsxError};

use super::cells::from_ref;
use super::marks::{Marks, MarksByPart};
use super::rows::Rows;
use super::wire::{CellRef, Frames, Stop};
use super::zipped::Zipped;
use super::{Limits, Notice, SheetError};

/// Reads `.xlsx` and `.xlsm`.
pub(super) fn read_xlsx<W: Write>(
    file: File,
    zipped: &Zipped,
    limits: &Limits,
    out: &mut Frames<W>,
) -> Result<(), Stop> {
    let place = Rc::new(Cell::new(0));
    let watched = Watched::new(file, Rc::clone(&place));
    let mut book = Xlsx::new(watched).map_err(|error| not_opened(&error))?;
    let epoch_1904 = book.has_1904_epoch();
    let sheets = book.sheets_metadata().to_vec();
    out.format(zipped.kind, sheets.len())?;
    if zipped.macros {
        out.notice(Notice::Macros)?;
    }
    each_sheet(&sheets, epoch_1904, out, |sheet, out| {
        let mut reader = match book.worksheet_cells_reader(&sheet.name) {
            Ok(reader) => reader,
            Err(XlsxError::NotAWorksheet(_)) => return Ok(Outcome::Skipped),
            Err(_) => return Ok(Outcome::Unreadable),
        };
        let marks = part_at(&zipped.marks, place.get());
        let mut odd_errors = marks.map_or(&[][..], Marks::errors).iter();
        let mut rows = Rows::new(out, limits, &sheet.name, marks);
        loop {
            match reader.next_cell_with_formula_metadata() {
                Ok(Some(cell)) => {
                    let (row, column) = cell.pos;
                    let value = match (cell.value, cell.formula) {
                        (DataRef::Empty, Some(_)) => CellRef::NoValue,
                        (value, _) => from_ref(value),
                    };
                    rows.cell(row, column, value)?;
                }
                Ok(None) => break,
                // The reader can go on after this one; only the cell is lost, and it was marked.
                Err(XlsxError::CellError(text)) => match odd_errors.next() {
                    Some(odd) if odd.text == text => {
                        rows.cell(odd.row, odd.column, CellRef::Error(text.into()))?;
                    }
                    _ => return Err(rows.broken().into()),
                },
                Err(_) if rows.last_sent().is_none() => return Ok(Outcome::Unreadable),
                Err(_) => return Err(rows.broken().into()),
            }
        }
        rows.end_sheet()?;
        Ok(Outcome::Read)
    })
}

/// Reads `.xlsb`, where a formula always has its value.
pub(super) fn read_xlsb<W: Write>(
    file: File,
    zipped: &Zipped,
    limits: &Limits,
    out: &mut Frames<W>,
) -> Result<(), Stop> {
    let mut book = Xlsb::new(BufReader::new(file)).map_err(|error| match error {
        XlsbError::Password => SheetError::Password,
        XlsbError::Unrecognized { typ: "BoundSheet8:dt", .. } => SheetError::MacroSheet,
        _ => SheetError::broken(),
    })?;
    let epoch_1904 = book.has_1904_epoch();
    let sheets = book.sheets_metadata().to_vec();
    out.format(zipped.kind, sheets.len())?;
    if zipped.macros {
        out.notice(Notice::Macros)?;
    }
    each_sheet(&sheets, epoch_1904, out, |sheet, out| {
        let Ok(mut reader) = book.worksheet_cells_reader(&sheet.name) else {
            return Ok(Outcome::Unreadable);
        };
        let mut rows = Rows::new(out, limits, &sheet.name, None);
        loop {
            match reader.next_cell() {
                Ok(Some(cell)) => {
                    let (row, column) = cell.get_position();
                    rows.cell(row, column, from_ref(cell.get_value().clone()))?;
                }
                Ok(None) => break,
                Err(_) if rows.last_sent().is_none() => return Ok(Outcome::Unreadable),
                Err(_) => return Err(rows.broken().into()),
            }
        }
        rows.end_sheet()?;
        Ok(Outcome::Read)
    })
}

/// What became of a sheet. One that breaks off after rows of it were sent is not among these: half
/// a sheet is worse than none, so the whole file is refused.
pub(super) enum Outcome {
    Read,
    Skipped,
    Unreadable,
}

/// Announces the sheets in the workbook's order and reads the visible ones.
pub(super) fn each_sheet<W: Write>(
    sheets: &[Sheet],
    epoch_1904: bool,
    out: &mut Frames<W>,
    mut read: impl FnMut(&Sheet, &mut Frames<W>) -> Result<Outcome, Stop>,
) -> Result<(), Stop> {
    // The reader finds a sheet by its name; with two of one name the first would be read twice.
    let twice =
        |(index, sheet): (usize, &Sheet)| sheets[..index].iter().any(|s| s.name == sheet.name);
    if sheets.iter().enumerate().any(twice) {
        return Err(SheetError::broken().into());
    }
    let (mut good, mut bad) = (0, None);
    for (index, sheet) in sheets.iter().enumerate() {
        let visible = sheet.visible == SheetVisible::Visible;
        out.sheet(index, &sheet.name, visible, epoch_1904)?;
        if !visible {
            continue;
        }
        let outcome = match sheet.typ {
            SheetType::WorkSheet => read(sheet, out)?,
            SheetType::DialogSheet
            | SheetType::MacroSheet
            | SheetType::ChartSheet
            | SheetType::Vba => Outcome::Skipped,
        };
        let sheet = sheet.name.clone();
        match outcome {
            Outcome::Read => good += 1,
            Outcome::Skipped => out.notice(Notice::SheetSkipped { sheet })?,
            Outcome::Unreadable => {
                bad = Some(sheet.clone());
                out.notice(Notice::SheetUnreadable { sheet })?;
            }
        }
    }
    match bad {
        Some(sheet) if good == 0 => {
            Err(SheetError::Broken { sheet: Some(sheet), after_row: None }.into())
        }
        _ => Ok(()),
    }
}

fn not_opened(error: &XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::Password,
        XlsxError::Unrecognized { typ: "sheet:type", .. } => SheetError::MacroSheet,
        _ => SheetError::broken(),
    }
}

/// The marks of the part in which this place of the file lies.
fn part_at(parts: &MarksByPart, place: u64) -> Option<&Marks> {
    parts.range(..=place).next_back().map(|(_, marks)| marks)
}

/// A file that says where it was read last. The reader does not tell which part of the container a
/// sheet is; where it reads does.
struct Watched {
    file: BufReader<File>,
    at: u64,
    place: Rc<Cell<u64>>,
}

impl Watched {
    fn new(file: File, place: Rc<Cell<u64>>) -> Self {
        Self { file: BufReader::with_capacity(64 * 1024, file), at: 0, place }
    }
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        if read > 0 {
            self.place.set(self.at);
            self.at += u64::try_from(read).unwrap_or_default();
        }
        Ok(read)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}
