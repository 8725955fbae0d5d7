//! The limits in force, and how they go to the child.

use std::path::PathBuf;

/// How much a file may hold and how much its reading may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, in bytes.
    pub file_bytes: u64,
    /// The largest `.xls`, `.xlsb` or `.ods` file, which are not read as a stream.
    pub whole_file_bytes: u64,
    /// The most bytes that a workbook's parts may come to when inflated.
    pub inflated_bytes: u64,
    /// The most inflated bytes for each byte of the file.
    pub ratio: u64,
    /// The most rows of a sheet, and of a file.
    pub rows: u32,
    /// The most columns.
    pub columns: u32,
    /// The most cells of a file, counted as rows times the columns each uses.
    pub cells: u64,
    /// Address space of the child, in bytes.
    pub memory_bytes: u64,
    /// Processor time of the child, in seconds.
    pub cpu_seconds: u64,
    /// The program that answers `read-sheet`; this same program if none is named. A test binary
    /// answers for itself and so has to name one.
    pub program: Option<PathBuf>,
}

impl Default for Limits {
    fn default() -> Self {
        const MB: u64 = 1024 * 1024;
        Self {
            file_bytes: 50 * MB,
            whole_file_bytes: 10 * MB,
            inflated_bytes: 600 * MB,
            ratio: 200,
            rows: 1_048_576,
            columns: 500,
            cells: 20_000_000,
            memory_bytes: 1024 * MB,
            cpu_seconds: 60,
            program: None,
        }
    }
}

impl Limits {
    /// As arguments of the child.
    pub(super) fn to_argument(&self) -> String {
        let numbers = [
            self.file_bytes,
            self.whole_file_bytes,
            self.inflated_bytes,
            self.ratio,
            self.rows.into(),
            self.columns.into(),
            self.cells,
            self.memory_bytes,
            self.cpu_seconds,
        ];
        numbers.map(|number| number.to_string()).join(",")
    }

    pub(super) fn from_argument(text: &str) -> Option<Self> {
        let numbers: Vec<u64> =
            text.split(',').map(|number| number.parse().ok()).collect::<Option<_>>()?;
        let [file, whole, inflated, ratio, rows, columns, cells, memory, cpu] = numbers[..] else {
            return None;
        };
        Some(Self {
            file_bytes: file,
            whole_file_bytes: whole,
            inflated_bytes: inflated,
            ratio,
            rows: rows.try_into().ok()?,
            columns: columns.try_into().ok()?,
            cells,
            memory_bytes: memory,
            cpu_seconds: cpu,
            program: None,
        })
    }
}
