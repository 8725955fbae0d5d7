//! Puts cells together to rows and holds them to the limits, whatever kind of file they come from.

use std::io::Write;

use super::cells::is_blank;
use super::marks::Marks;
use super::wire::{CellRef, Frames, Stop};
use super::{Limit, Limits, Notice, SheetError, error};

/// No cell of Excel holds more characters.
const MOST_CHARACTERS: u32 = 32_767;

/// The row that is being put together, and what was seen of its sheet.
pub(super) struct Rows<'a, 'o, W> {
    out: &'o mut Frames<W>,
    limits: &'o Limits,
    sheet: &'o str,
    marks: Option<&'o Marks>,
    /// Counted from 0, as in the file.
    row: u32,
    cells: Vec<CellRef<'a>>,
    last_sent: Option<u32>,
    widest: usize,
    not_shown: u32,
    first_not_shown: u32,
}

impl<'a, 'o, W: Write> Rows<'a, 'o, W> {
    pub(super) fn new(
        out: &'o mut Frames<W>,
        limits: &'o Limits,
        sheet: &'o str,
        marks: Option<&'o Marks>,
    ) -> Self {
        Self {
            out,
            limits,
            sheet,
            marks,
            row: 0,
            cells: Vec::new(),
            last_sent: None,
            widest: 0,
            not_shown: 0,
            first_not_shown: 0,
        }
    }

    /// Takes the next cell in the order of the file, its place counted from 0.
    pub(super) fn cell(&mut self, row: u32, column: u32, cell: CellRef<'a>) -> Result<(), Stop> {
        if cell == CellRef::Empty {
            return Ok(());
        }
        if row != self.row {
            self.end_row()?;
            // A file with its rows out of order is not one that a spreadsheet program wrote, and
            // what stands where in it is anybody's guess.
            if row < self.row {
                return Err(self.broken().into());
            }
            self.row = row;
        }
        if row >= self.limits.rows {
            let sheet = self.sheet.to_owned();
            return Err(too_large(Limit::Rows { limit: self.limits.rows, sheet }));
        }
        if column >= self.limits.columns {
            if is_blank(&cell) {
                return Ok(());
            }
            return Err(too_large(Limit::Columns {
                limit: self.limits.columns,
                sheet: self.sheet.to_owned(),
                row: row.saturating_add(1),
            }));
        }
        self.check_length(&cell)?;
        let column = usize::try_from(column).map_err(|_| self.broken())?;
        if column >= self.cells.len() {
            self.cells.resize(column, CellRef::Empty);
            self.cells.push(cell);
        } else {
            self.cells[column] = cell;
        }
        Ok(())
    }

    /// The sheet is read to its end: sends the last row, and what is to be said of it.
    pub(super) fn end_sheet(mut self) -> Result<(), Stop> {
        self.end_row()?;
        let sheet = self.sheet.to_owned();
        if self.not_shown > 0 {
            let (rows, first) = (self.not_shown, self.first_not_shown);
            self.out.notice(Notice::HiddenRows { sheet: sheet.clone(), rows, first })?;
        }
        let columns = self.marks.map_or(Vec::new(), |marks| marks.columns(self.widest));
        if !columns.is_empty() {
            let columns = columns.into_iter().map(error::column_letters).collect();
            self.out.notice(Notice::HiddenColumns { sheet, columns })?;
        }
        Ok(())
    }

    /// The last row that was sent, by the number a person sees.
    pub(super) const fn last_sent(&self) -> Option<u32> {
        self.last_sent
    }

    /// The sheet cannot be read on.
    pub(super) fn broken(&self) -> SheetError {
        SheetError::Broken { sheet: Some(self.sheet.to_owned()), after_row: self.last_sent }
    }

    fn end_row(&mut self) -> Result<(), Stop> {
        if !self.cells.iter().all(is_blank) {
            let number = self.row + 1;
            self.widest = self.widest.max(self.cells.len());
            if self.marks.is_some_and(|marks| marks.has_row(number)) {
                if self.not_shown == 0 {
                    self.first_not_shown = number;
                }
                self.not_shown += 1;
            }
            self.out.row(number, &self.cells)?;
            self.last_sent = Some(number);
            if self.out.rows_sent() > self.limits.rows {
                let sheet = self.sheet.to_owned();
                return Err(too_large(Limit::Rows { limit: self.limits.rows, sheet }));
            }
            if self.out.cells_sent() > self.limits.cells {
                return Err(too_large(Limit::Cells { limit: self.limits.cells }));
            }
        }
        self.cells.clear();
        Ok(())
    }

    fn check_length(&self, cell: &CellRef<'_>) -> Result<(), Stop> {
        let CellRef::Text(text) = cell else { return Ok(()) };
        // As many bytes hold no more characters.
        let most = usize::try_from(MOST_CHARACTERS).unwrap_or(usize::MAX);
        if text.len() > most && text.chars().count() > most {
            return Err(too_large(Limit::Characters {
                limit: MOST_CHARACTERS,
                sheet: self.sheet.to_owned(),
                row: self.row + 1,
            }));
        }
        Ok(())
    }
}

fn too_large(limit: Limit) -> Stop {
    Stop::Fault(SheetError::TooLarge(limit))
}
