//! Files made to harm, read by a child process: whatever becomes of the child, this process gets an
//! answer in words.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

use std::fs::File;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clerkwork_connectors::spreadsheet::{
    Cell, ColumnKind, Event, FileKind, Heading, Limits, Notice, Out, Reading, Row, SheetError,
    Workbook,
};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The example that answers `read-sheet`, which cargo builds for the tests beside them.
fn child() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let built = tests.parent().and_then(Path::parent).unwrap();
    let program = built.join("examples/read-sheet");
    assert!(program.exists(), "build it first: cargo build -p clerkwork-connectors --examples");
    program
}

fn limits() -> Limits {
    Limits { program: Some(child()), ..Limits::default() }
}

async fn read_within(bytes: &[u8], limits: Limits) -> Result<Vec<Event>, SheetError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sheet");
    std::fs::write(&path, bytes).unwrap();
    let mut reading = Reading::start(File::open(&path).unwrap(), limits).await?;
    let mut events = Vec::new();
    loop {
        match reading.next().await {
            Ok(Some(event)) => events.push(event),
            Ok(None) => {
                assert_eq!(reading.next().await, Ok(None), "the end stays the end");
                return Ok(events);
            }
            Err(error) => {
                assert_eq!(reading.next().await, Err(error.clone()), "the error stays");
                return Err(error);
            }
        }
    }
}

async fn read(bytes: &[u8]) -> Result<Vec<Event>, SheetError> {
    read_within(bytes, limits()).await
}

fn rows(events: Vec<Event>) -> Vec<Row> {
    let rows = |event| if let Event::Rows(rows) = event { rows } else { Vec::new() };
    events.into_iter().flat_map(rows).collect()
}

fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook with one sheet and one table of shared strings, as XML.
fn workbook(rows: &str, shared: &str) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = format!(
        r#"<Relationships><Relationship Id="b" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let relations = format!(
        r#"<Relationships><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
    );
    zip(&[
        ("_rels/.rels", &package),
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="Claims" r:id="r1"/></sheets></workbook>"#,
        ),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/sharedStrings.xml", shared),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

/// A spreadsheet of the OpenDocument kind with this table.
fn open_document(table: &str) -> Vec<u8> {
    zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        (
            "content.xml",
            &format!(
                r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="Claims">{table}</table:table></office:spreadsheet></office:body></office:document-content>"#
            ),
        ),
    ])
}

#[tokio::test]
async fn a_workbook_of_our_own_comes_through_the_pipe_whole() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("claims.xlsx");
    let mut book = Workbook::create(&path).unwrap();
    let heading = |title| Heading { title, width: 12.0, kind: ColumnKind::General };
    let sheet = book.sheet("Claims", &["Reference", "Row"].map(heading)).unwrap();
    for number in 0..5_000 {
        let reference = format!("R{number}");
        book.row(sheet, &[Out::Text(&reference), Out::Integer(number)]).unwrap();
    }
    book.finish().unwrap();
    let events = read(&std::fs::read(&path).unwrap()).await.unwrap();
    assert_eq!(events[0], Event::Format { kind: FileKind::Xlsx, sheets: 1 });
    assert!(events.iter().any(|event| matches!(event, Event::Rows(rows) if rows.len() > 100)));
    let rows = rows(events);
    assert_eq!(rows.len(), 5_001);
    for (row, number) in rows[1..].iter().zip(0_u32..) {
        assert_eq!(row.number, number + 2);
        assert_eq!(row.cells, [Cell::Text(format!("R{number}")), Cell::Number(number.into())]);
    }
}

#[tokio::test]
async fn corners_far_apart_end_neither_the_child_nor_us() {
    for (far, cell) in [("1048576", "XFD1048576"), ("16777217", "A16777217"), ("1", "ZZZZZZZZ1")] {
        let bytes = workbook(
            &format!(
                r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="{far}"><c r="{cell}"><v>2</v></c></row>"#
            ),
            "<sst/>",
        );
        assert!(bytes.len() < 1_500);
        let error = read(&bytes).await.unwrap_err();
        assert!(["too-large", "broken"].contains(&error.code()), "{cell}: {error}");
    }
}

#[tokio::test]
async fn a_child_that_asks_for_too_much_memory_is_told_of() {
    // A table that says it has forty thousand million strings.
    let bytes = workbook("", r#"<sst uniqueCount="40000000000"><si><t>a</t></si></sst>"#);
    assert_eq!(read(&bytes).await, Err(SheetError::OutOfMemory));
    // A cell of spaces without end.
    let spaces = open_document(
        r#"<table:table-row><table:table-cell office:value-type="string"><text:p>a<text:s text:c="2000000000"/></text:p></table:table-cell></table:table-row>"#,
    );
    let limits = Limits { memory_bytes: 128 * 1024 * 1024, ..limits() };
    assert_eq!(read_within(&spaces, limits).await, Err(SheetError::OutOfMemory));
}

#[tokio::test]
async fn a_row_said_to_repeat_for_ever_is_told_of() {
    let rows = open_document(
        r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>"#,
    );
    assert_eq!(read(&rows).await.unwrap_err().code(), "out-of-memory");
}

#[tokio::test]
async fn a_child_that_works_too_long_is_told_of() {
    let cells = "<row><c><v>1</v></c></row>".repeat(1_000_000);
    let bytes = workbook(&cells, "<sst/>");
    let limits = Limits { cpu_seconds: 0, ..limits() };
    let before = Instant::now();
    assert_eq!(read_within(&bytes, limits).await, Err(SheetError::TooSlow));
    assert!(before.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn entities_are_not_expanded() {
    let bomb = r#"<!DOCTYPE sst [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;&b;</t></si></sst>"#;
    let bytes = workbook(r#"<row><c t="s"><v>0</v></c></row>"#, bomb);
    assert_eq!(read(&bytes).await.unwrap_err().code(), "broken");
}

#[tokio::test]
async fn a_program_that_does_not_answer_is_told_of() {
    let bytes = b"a,b\n1,2\n";
    for program in ["/bin/echo", "/bin/true", "/bin/cat"] {
        let limits = Limits { program: Some(program.into()), ..Limits::default() };
        let error = read_within(bytes, limits).await.unwrap_err();
        assert!(["no-reader", "broken"].contains(&error.code()), "{program}: {error}");
    }
    let limits = Limits { program: Some("/nowhere".into()), ..Limits::default() };
    assert_eq!(read_within(bytes, limits).await.unwrap_err().code(), "no-reader");
}

#[tokio::test]
async fn a_folder_is_not_a_file() {
    let error = Reading::start(File::open("/").unwrap(), limits()).await.unwrap_err();
    assert_eq!(error.code(), "unreadable");
}

#[tokio::test]
async fn a_reading_that_is_dropped_ends_its_child() {
    let bytes = workbook(&"<row><c><v>1</v></c></row>".repeat(500_000), "<sst/>");
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    let mut reading = Reading::start(file, limits()).await.unwrap();
    assert!(matches!(reading.next().await, Ok(Some(Event::Format { .. }))));
    let process = format!("/proc/{}", reading.process().unwrap());
    assert!(Path::new(&process).exists());
    drop(reading);
    let before = Instant::now();
    while Path::new(&process).exists() && before.elapsed() < Duration::from_secs(20) {
        // The runtime collects what it has ended when it comes round.
        tokio::task::yield_now().await;
    }
    assert!(!Path::new(&process).exists());
}

/// Flips, cuts and doubles bytes of good files, always in the same way. Whatever is made of them,
/// there is an answer, and it is not that the reader went wrong.
#[tokio::test]
async fn damaged_files_always_get_an_answer() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("claims.xlsx");
    let mut book = Workbook::create(&path).unwrap();
    let heading = |title| Heading { title, width: 12.0, kind: ColumnKind::General };
    let sheet = book.sheet("Claims", &["Reference", "Row"].map(heading)).unwrap();
    for number in 0..50 {
        book.row(sheet, &[Out::Text("a claim"), Out::Integer(number)]).unwrap();
    }
    book.finish().unwrap();
    let good = [
        std::fs::read(&path).unwrap(),
        workbook(
            r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><f>1+1</f></c></row>"#,
            "<sst><si><t>a</t></si></sst>",
        ),
        include_bytes!("sheets/claims.xls").to_vec(),
        include_bytes!("sheets/claims.ods").to_vec(),
        b"a;b\n1;\"two\nlines\"\n".to_vec(),
    ];
    let mut seed = 0x2026_1122_u64;
    let mut random = move |below: usize| {
        // xorshift: any numbers do, so long as they are always the same.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(below).unwrap()).unwrap()
    };
    let (mut read_well, mut refused) = (0, 0);
    for round in 0..300 {
        let mut bytes = good[round % good.len()].clone();
        for _ in 0..=random(6) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] ^= 1 << random(8),
                1 => bytes[at] = [0, 0xff, 0x7f, b'9'][random(4)],
                2 => {
                    let run: Vec<u8> = bytes[at..bytes.len().min(at + 1 + random(64))].to_vec();
                    bytes.splice(at..at, run);
                }
                _ if bytes.len() > 64 && random(4) == 0 => bytes.truncate(at.max(1)),
                _ => {
                    bytes.remove(at);
                }
            }
            if bytes.is_empty() {
                bytes.push(b'x');
            }
        }
        match read(&bytes).await {
            Ok(_) => read_well += 1,
            Err(error) => {
                assert!(error.is_of_the_file(), "round {round}: {error}");
                refused += 1;
            }
        }
    }
    assert!(read_well > 20 && refused > 20, "{read_well} read, {refused} refused");
}

#[tokio::test]
async fn hidden_rows_come_with_a_notice() {
    let rows = r#"<row r="1"><c><v>1</v></c></row><row r="2" hidden="1"><c><v>2</v></c></row>"#;
    let events = read(&workbook(rows, "<sst/>")).await.unwrap();
    let sheet = "Claims".to_owned();
    let notice = Notice::HiddenRows { sheet, rows: 1, first: 2 };
    assert_eq!(events.last(), Some(&Event::Notice(notice)));
}
