//! What goes through the pipe between the child that reads and the process that started it:
//! a greeting, then frames of a length, a tag and a body.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Event, FileKind, Notice, Row, SheetError};

/// The first bytes the child writes; another program's output does not begin so.
pub(super) const GREETING: [u8; 8] = *b"CWSHEET1";

/// A frame longer than this does not come from our child: the longest row has 500 cells of 32,767
/// characters of at most 4 bytes.
pub(super) const LONGEST_FRAME: u32 = 72 * 1024 * 1024;

const ROWS: u8 = 0;
const OTHER: u8 = 1;

/// Rows are sent when they come to this many bytes or this many rows.
const FULL_BYTES: usize = 48 * 1024;
const FULL_ROWS: u32 = 512;

/// A cell on its way into a frame, borrowed from the workbook where that is possible. The variants
/// stand in the order of [`super::Cell`], which is what the other side makes of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) enum CellRef<'a> {
    Empty,
    Text(Cow<'a, str>),
    Number(#[serde(with = "decimal")] Decimal),
    Date(#[serde(with = "date")] Date),
    Bool(bool),
    Error(Cow<'a, str>),
    NoValue,
}

/// Any frame but rows.
#[derive(Debug, Serialize, Deserialize)]
enum Other {
    Format { kind: FileKind, sheets: u64 },
    Sheet { index: u32, name: String, visible: bool, epoch_1904: bool },
    Notice(Notice),
    Fault(SheetError),
    End,
}

/// Why reading stops before the end.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file cannot be read.
    Fault(SheetError),
    /// Nobody listens any more.
    Gone,
}

impl From<SheetError> for Stop {
    fn from(error: SheetError) -> Self {
        Self::Fault(error)
    }
}

/// Writes frames.
pub(super) struct Frames<W> {
    to: W,
    rows: Vec<u8>,
    row_count: u32,
    rows_sent: u32,
    cells_sent: u64,
}

impl<W: Write> Frames<W> {
    pub(super) fn new(to: W) -> Result<Self, Stop> {
        let mut frames = Self { to, rows: Vec::new(), row_count: 0, rows_sent: 0, cells_sent: 0 };
        frames.begin_rows();
        frames.to.write_all(&GREETING).map_err(gone)?;
        Ok(frames)
    }

    pub(super) fn format(&mut self, kind: FileKind, sheets: usize) -> Result<(), Stop> {
        let sheets = u64::try_from(sheets).unwrap_or(u64::MAX);
        self.other(&Other::Format { kind, sheets })
    }

    pub(super) fn sheet(
        &mut self,
        index: usize,
        name: &str,
        visible: bool,
        epoch_1904: bool,
    ) -> Result<(), Stop> {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        self.other(&Other::Sheet { index, name: name.to_owned(), visible, epoch_1904 })
    }

    pub(super) fn notice(&mut self, notice: Notice) -> Result<(), Stop> {
        self.other(&Other::Notice(notice))
    }

    pub(super) fn row(&mut self, number: u32, cells: &[CellRef<'_>]) -> Result<(), Stop> {
        self.rows_sent = self.rows_sent.saturating_add(1);
        self.cells_sent += u64::try_from(cells.len()).unwrap_or(u64::MAX);
        self.row_count += 1;
        let rows = std::mem::take(&mut self.rows);
        self.rows = encode(&(number, cells), rows);
        if self.row_count >= FULL_ROWS || self.rows.len() >= FULL_BYTES {
            self.flush_rows()?;
        }
        Ok(())
    }

    /// Rows of the file so far.
    pub(super) const fn rows_sent(&self) -> u32 {
        self.rows_sent
    }

    /// Cells of the file so far.
    pub(super) const fn cells_sent(&self) -> u64 {
        self.cells_sent
    }

    pub(super) fn fault(&mut self, error: SheetError) -> Result<(), Stop> {
        self.other(&Other::Fault(error))
    }

    pub(super) fn end(&mut self) -> Result<(), Stop> {
        self.other(&Other::End)
    }

    fn other(&mut self, frame: &Other) -> Result<(), Stop> {
        self.flush_rows()?;
        let frame = encode(frame, vec![0, 0, 0, 0, OTHER]);
        self.send(frame).map(drop)
    }

    fn flush_rows(&mut self) -> Result<(), Stop> {
        if self.row_count == 0 {
            return Ok(());
        }
        let mut frame = std::mem::take(&mut self.rows);
        frame[5..9].copy_from_slice(&self.row_count.to_le_bytes());
        self.rows = self.send(frame)?;
        self.begin_rows();
        Ok(())
    }

    /// Leaves room for what is known last: the length of the frame and the number of rows.
    fn begin_rows(&mut self) {
        self.row_count = 0;
        self.rows.clear();
        self.rows.extend_from_slice(&[0, 0, 0, 0, ROWS, 0, 0, 0, 0]);
    }

    fn send(&mut self, mut frame: Vec<u8>) -> Result<Vec<u8>, Stop> {
        let length = u32::try_from(frame.len() - 4).map_err(|_| Stop::Gone)?;
        frame[..4].copy_from_slice(&length.to_le_bytes());
        self.to.write_all(&frame).map_err(gone)?;
        Ok(frame)
    }
}

fn gone(_: io::Error) -> Stop {
    Stop::Gone
}

fn encode<T: Serialize + ?Sized>(value: &T, onto: Vec<u8>) -> Vec<u8> {
    postcard::to_extend(value, onto).expect("our own types serialise to a vector")
}

/// What a frame says.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    Event(Event),
    Fault(SheetError),
    End,
}

/// Reads the body of a frame, without its length. `None` is a frame that our child cannot have
/// written.
pub(super) fn decode(body: &[u8]) -> Option<Said> {
    match body.split_first()? {
        (&ROWS, rest) => {
            let (count, mut rest) = rest.split_first_chunk::<4>()?;
            let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
            let mut rows = Vec::with_capacity(count.min(4096));
            for _ in 0..count {
                let row: Row;
                (row, rest) = postcard::take_from_bytes(rest).ok()?;
                rows.push(row);
            }
            rest.is_empty().then_some(Said::Event(Event::Rows(rows)))
        }
        (&OTHER, rest) => Some(match whole(rest)? {
            Other::Format { kind, sheets } => {
                Said::Event(Event::Format { kind, sheets: usize::try_from(sheets).ok()? })
            }
            Other::Sheet { index, name, visible, epoch_1904 } => {
                Said::Event(Event::Sheet { index, name, visible, epoch_1904 })
            }
            Other::Notice(notice) => Said::Event(Event::Notice(notice)),
            Other::Fault(error) => Said::Fault(error),
            Other::End => Said::End,
        }),
        _ => None,
    }
}

fn whole<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
}

/// Numbers as their digits and the place of the point.
pub(super) mod decimal {
    use rust_decimal::Decimal;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        number: &Decimal,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        (number.mantissa(), number.scale()).serialize(to)
    }

    pub(in super::super) fn deserialize<'a, D: Deserializer<'a>>(
        from: D,
    ) -> Result<Decimal, D::Error> {
        let (mantissa, scale) = Deserialize::deserialize(from)?;
        Decimal::try_from_i128_with_scale(mantissa, scale).map_err(D::Error::custom)
    }
}

/// Dates as year, month and day.
pub(super) mod date {
    use jiff::civil::Date;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(in super::super) fn serialize<S: Serializer>(
        date: &Date,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        (date.year(), date.month(), date.day()).serialize(to)
    }

    pub(in super::super) fn deserialize<'a, D: Deserializer<'a>>(
        from: D,
    ) -> Result<Date, D::Error> {
        let (year, month, day) = Deserialize::deserialize(from)?;
        Date::new(year, month, day).map_err(D::Error::custom)
    }
}
