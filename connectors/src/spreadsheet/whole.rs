//! Reads the workbooks that calamine offers only as a whole: `.xls` and `.ods`.

use std::fs::File;
use std::io::{BufReader, Write};

use calamine::{Data, Ods, OdsError, Range, Reader, Xls, XlsError};

use super::cells::from_data;
use super::rows::Rows;
use super::wire::{CellRef, Frames, Stop};
use super::workbook::{Outcome, each_sheet};
use super::{FileKind, Limits, SheetError};

/// Reads `.xls`.
pub(super) fn read_xls<W: Write>(
    file: File,
    limits: &Limits,
    out: &mut Frames<W>,
) -> Result<(), Stop> {
    let book = Xls::new(BufReader::new(file)).map_err(|error| match error {
        XlsError::Password => SheetError::Password,
        _ => SheetError::broken(),
    })?;
    let epoch_1904 = book.has_1904_epoch();
    read(book, FileKind::Xls, epoch_1904, limits, out)
}

/// Reads `.ods`, whose dates are written out and have no epoch.
pub(super) fn read_ods<W: Write>(
    file: File,
    limits: &Limits,
    out: &mut Frames<W>,
) -> Result<(), Stop> {
    let book = Ods::new(BufReader::new(file)).map_err(|error| match error {
        OdsError::Password => SheetError::Password,
        OdsError::CellLimitExceeded { .. } => SheetError::OutOfMemory,
        _ => SheetError::broken(),
    })?;
    read(book, FileKind::Ods, false, limits, out)
}

fn read<W: Write, R: Reader<BufReader<File>>>(
    mut book: R,
    kind: FileKind,
    epoch_1904: bool,
    limits: &Limits,
    out: &mut Frames<W>,
) -> Result<(), Stop> {
    let sheets = book.sheets_metadata().to_vec();
    out.format(kind, sheets.len())?;
    each_sheet(&sheets, epoch_1904, out, |sheet, out| {
        let Ok(range) = book.worksheet_range(&sheet.name) else {
            return Ok(Outcome::Unreadable);
        };
        let formulas = book.worksheet_formula(&sheet.name).unwrap_or_default();
        let mut rows = Rows::new(out, limits, &sheet.name, None);
        send(&range, &formulas, &mut rows)?;
        rows.end_sheet()?;
        Ok(Outcome::Read)
    })
}

fn send<'a, W: Write>(
    range: &'a Range<Data>,
    formulas: &Range<String>,
    rows: &mut Rows<'a, '_, W>,
) -> Result<(), Stop> {
    // A formula may stand beyond the last value, so both ranges are walked.
    let corner = |start: Option<(u32, u32)>, end: Option<(u32, u32)>| start.zip(end);
    let areas = [corner(range.start(), range.end()), corner(formulas.start(), formulas.end())];
    let Some(area) = areas
        .into_iter()
        .flatten()
        .reduce(|((a, b), (c, d)), ((e, f), (g, h))| ((a.min(e), b.min(f)), (c.max(g), d.max(h))))
    else {
        return Ok(());
    };
    let ((first_row, first_column), (last_row, last_column)) = area;
    for row in first_row..=last_row {
        for column in first_column..=last_column {
            let place = (row, column);
            let value = range.get_value(place).map_or(CellRef::Empty, from_data);
            let has_formula =
                || formulas.get_value(place).is_some_and(|formula| !formula.is_empty());
            let value = match value {
                CellRef::Empty if is_unset(range.get_value(place)) && has_formula() => {
                    CellRef::NoValue
                }
                CellRef::Text(text) if is_error_text(&text) && has_formula() => {
                    CellRef::Error(text)
                }
                value => value,
            };
            rows.cell(row, column, value)?;
        }
    }
    Ok(())
}

/// Whether the cell has no value, rather than a text without characters.
fn is_unset(value: Option<&Data>) -> bool {
    matches!(value, None | Some(Data::Empty))
}

/// The errors of `LibreOffice`, which an OpenDocument file keeps as text.
fn is_error_text(text: &str) -> bool {
    matches!(text, "#N/A" | "#VALUE!" | "#REF!" | "#DIV/0!" | "#NUM!" | "#NAME?" | "#NULL!")
        || text.strip_prefix("Err:").is_some_and(|code| code.chars().all(|c| c.is_ascii_digit()))
}
