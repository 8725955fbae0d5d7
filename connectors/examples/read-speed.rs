//! Writes a workbook of 100,000 rows, reads it through a child process, and says how fast that was
//! and how much memory it took. `cargo run --release --example read-speed [FILE]` reads FILE instead.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

use calamine::{Reader, Xlsx};
use clerkwork_connectors::spreadsheet::{
    ColumnKind, Event, Heading, Limits, Out, Reading, Workbook, answer_read_sheet,
};
use jiff::civil::date;
use rust_decimal::Decimal;

const ROWS: u32 = 100_000;

#[expect(clippy::print_stdout, reason = "its whole purpose is to tell")]
fn main() -> Result<(), Box<dyn Error>> {
    answer_read_sheet();
    let folder = tempfile::tempdir()?;
    let path = if let Some(path) = std::env::args_os().nth(1) {
        PathBuf::from(path)
    } else {
        let path = folder.path().join("speed.xlsx");
        for columns in [16, 27] {
            let before = Instant::now();
            write(&path, columns)?;
            println!("written: {ROWS} rows of {columns} in {:.2?}", before.elapsed());
        }
        println!("memory of this process so far: {}", peak("self"));
        path
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for _ in 0..3 {
        let before = Instant::now();
        let (rows, cells, memory) = runtime.block_on(read(&path))?;
        let seconds = before.elapsed();
        println!(
            "read: {rows} rows, {cells} cells in {seconds:.2?}; memory of the child: {memory}"
        );
    }
    println!("memory of this process: {}", peak("self"));
    let before = Instant::now();
    let cells = bare(&path)?;
    println!("the library alone, in this process: {cells} cells in {:.2?}", before.elapsed());
    Ok(())
}

/// Reads the first sheet with nothing round it: no child, no gate, no rows made of the cells.
fn bare(path: &Path) -> Result<usize, Box<dyn Error>> {
    let mut book: Xlsx<_> = calamine::open_workbook(path)?;
    let name = book.sheet_names().into_iter().next().unwrap_or_default();
    let mut reader = book.worksheet_cells_reader(&name)?;
    let mut cells = 0;
    while reader.next_cell()?.is_some() {
        cells += 1;
    }
    Ok(cells)
}

async fn read(path: &Path) -> Result<(usize, usize, String), Box<dyn Error>> {
    let mut reading = Reading::start(File::open(path)?, Limits::default()).await?;
    let (mut rows, mut cells, mut memory) = (0, 0, String::new());
    let mut batches = 0_u32;
    while let Some(event) = reading.next().await? {
        if let Event::Rows(some) = event {
            rows += some.len();
            cells += some.iter().map(|row| row.cells.len()).sum::<usize>();
            batches += 1;
            if batches.is_multiple_of(64) {
                memory = reading.process().map(|id| peak(&id.to_string())).unwrap_or_default();
            }
        }
    }
    Ok((rows, cells, memory))
}

/// The most memory a process has had, as the system has it.
fn peak(process: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or("not known here").trim().to_owned()
}

/// Two in five columns text, half of it always the same; one in five dates; the rest numbers.
fn write(path: &Path, columns: u16) -> Result<(), Box<dyn Error>> {
    let title: Vec<String> = (0..columns).map(|column| format!("Column {column}")).collect();
    let headings: Vec<Heading<'_>> = title
        .iter()
        .zip(
            [
                ColumnKind::Text,
                ColumnKind::Text,
                ColumnKind::Date,
                ColumnKind::Number,
                ColumnKind::Money,
            ]
            .into_iter()
            .cycle(),
        )
        .map(|(title, kind)| Heading { title, width: 14.0, kind })
        .collect();
    let mut book = Workbook::create(path)?;
    let sheet = book.sheet("Claims", &headings)?;
    for row in 0..ROWS {
        let unique: Vec<String> = (0..columns).map(|column| format!("R{row}-{column}")).collect();
        let cells: Vec<Out<'_>> = (0..columns)
            .map(|column| match column % 5 {
                0 => Out::Text(&unique[usize::from(column)]),
                1 => Out::Text("the same text in every row"),
                2 => Out::Date(date(2026, 3, 14)),
                3 => Out::Integer(i64::from(row) * 7 + i64::from(column)),
                _ => Out::Money(Decimal::new(i64::from(row) * 31, 2)),
            })
            .collect();
        book.row(sheet, &cells)?;
    }
    book.finish()?;
    Ok(())
}
