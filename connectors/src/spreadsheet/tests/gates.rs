use std::fmt::Write;

use super::{Raw, kind, one_sheet, read, read_within, rows, sheet_xml, zip};
use crate::spreadsheet::{FileKind, Limit, Limits, SheetError};

fn code(bytes: &[u8]) -> &'static str {
    read(bytes).map_or_else(|error| error.code(), |_| "read")
}

fn looks_like(bytes: &[u8]) -> String {
    match read(bytes) {
        Err(SheetError::NotASpreadsheet { looks_like }) => looks_like,
        other => panic!("{other:?}"),
    }
}

/// The first sectors of a compound file with these streams.
fn compound(streams: &[&str]) -> Vec<u8> {
    let mut bytes = vec![0; 512];
    bytes[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    for name in ["Root Entry"].iter().chain(streams) {
        let mut entry = vec![0; 128];
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..wide.len()].copy_from_slice(&wide);
        let length = u16::try_from(wide.len() + 2).unwrap();
        entry[64..66].copy_from_slice(&length.to_le_bytes());
        bytes.extend(entry);
    }
    bytes
}

#[test]
fn what_is_no_spreadsheet_is_named() {
    assert_eq!(looks_like(b"<html><table><tr><td>1</td></tr></table>"), "a web page (HTML)");
    assert_eq!(looks_like(b"\xef\xbb\xbf\r\n <TABLE border=1>"), "a web page (HTML)");
    assert_eq!(looks_like(b"<\0h\0t\0m\0l\0>\0"), "a web page (HTML)");
    assert_eq!(looks_like(b"%PDF-1.7 ..."), "a PDF");
    assert_eq!(looks_like(b"{\"rows\": []}"), "JSON");
    assert_eq!(
        looks_like(b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">"),
        "an XML spreadsheet of Excel 2003"
    );
    assert_eq!(looks_like(&zip(&[("word/document.xml", b"")])), "a Word document");
    assert_eq!(looks_like(&zip(&[("photo.jpg", b"")])), "a compressed archive");
    assert_eq!(looks_like(&compound(&["WordDocument"])), "a Word document");
    let noise: Vec<u8> = (0..4096_u32).map(|n| (n * 7 % 251).to_le_bytes()[0]).collect();
    assert!(looks_like(&noise).starts_with("a file that is not text"));
}

#[test]
fn nothing_at_all_is_empty() {
    assert_eq!(read(b""), Err(SheetError::Empty));
}

#[test]
fn a_password_is_told_before_anything_is_opened() {
    assert_eq!(read(&compound(&["EncryptionInfo", "EncryptedPackage"])), Err(SheetError::Password));
    // The word in a cell is not a password.
    let mut workbook = compound(&["Workbook"]);
    workbook.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(code(&workbook), "broken");
}

#[test]
fn a_part_behind_a_password_is_told() {
    let mut bytes = one_sheet("");
    let central = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[central + 8] |= 1;
    assert_eq!(read(&bytes), Err(SheetError::Password));
}

#[test]
fn a_file_cut_short_is_damaged() {
    let bytes = one_sheet(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    for length in [10, 100, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(code(&bytes[..length]), "broken", "{length} bytes");
    }
}

#[test]
fn two_parts_of_one_name_are_refused() {
    let sheet = sheet_xml("");
    let more = [("XL\\Worksheets\\Sheet1.xml", "<worksheet/>")];
    let raw = Raw { sheets: &[("Claims", "", sheet)], more: &more, ..Raw::default() };
    assert_eq!(code(&raw.bytes()), "broken");
    // The very same name, which a writer refuses to write.
    let mut bytes = zip(&[("xl/workbook.xml", b""), ("xl/workbook.xmm", b"")]);
    let ends: Vec<usize> = bytes
        .windows(15)
        .enumerate()
        .filter(|(_, w)| w == b"xl/workbook.xmm")
        .map(|w| w.0)
        .collect();
    for at in ends {
        bytes[at + 14] = b'l';
    }
    assert_eq!(code(&bytes), "broken");
}

#[test]
fn a_bomb_is_counted_while_it_inflates() {
    let bytes = one_sheet(&" ".repeat(40_000_000));
    assert!(bytes.len() < 200_000, "{} bytes", bytes.len());
    let error = read(&bytes).unwrap_err();
    assert_eq!(error, SheetError::TooLarge(Limit::Ratio { limit: 200 }));
    let limits = Limits { inflated_bytes: 1_000_000, ..Limits::default() };
    let error = read_within(&bytes, &limits).unwrap_err();
    assert_eq!(error, SheetError::TooLarge(Limit::InflatedBytes { limit: 1_000_000 }));
}

#[test]
fn what_the_container_says_of_its_parts_is_not_believed() {
    let mut bytes = one_sheet(&" ".repeat(40_000_000));
    // The sheet is the first part: its size stands in both headers.
    let central = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[22..26].copy_from_slice(&100_u32.to_le_bytes());
    bytes[central + 24..central + 28].copy_from_slice(&100_u32.to_le_bytes());
    assert_ne!(code(&bytes), "read");
}

#[test]
fn size_rows_columns_and_cells_have_limits() {
    let mut xml = String::new();
    for row in 1..=20 {
        write!(xml, "<row><c r=\"A{row}\"><v>1</v></c><c r=\"E{row}\"><v>2</v></c></row>").unwrap();
    }
    let bytes = one_sheet(&xml);
    let within = |limits: Limits| match read_within(&bytes, &limits) {
        Ok(events) => panic!("read {} rows", rows(&events).len()),
        Err(SheetError::TooLarge(limit)) => limit,
        Err(error) => panic!("{error}"),
    };
    let all = Limits::default;
    let sheet = || "Claims".to_owned();
    assert_eq!(within(Limits { rows: 19, ..all() }), Limit::Rows { limit: 19, sheet: sheet() });
    assert_eq!(
        within(Limits { columns: 4, ..all() }),
        Limit::Columns { limit: 4, sheet: sheet(), row: 1 }
    );
    assert_eq!(within(Limits { cells: 99, ..all() }), Limit::Cells { limit: 99 });
    let file = Limit::FileBytes { limit: 99, kind: None };
    assert_eq!(within(Limits { file_bytes: 99, ..all() }), file);
    let exact = Limits { rows: 20, columns: 5, cells: 100, ..all() };
    assert_eq!(rows(&read_within(&bytes, &exact).unwrap()).len(), 20);
}

#[test]
fn formats_that_are_read_as_a_whole_have_a_smaller_limit() {
    let limits = Limits { whole_file_bytes: 1_000, ..Limits::default() };
    let xls = include_bytes!("../../../tests/sheets/claims.xls");
    let ods = include_bytes!("../../../tests/sheets/claims.ods");
    for (bytes, ending) in [(xls.as_slice(), "xls"), (ods.as_slice(), "ods")] {
        let error = read_within(bytes, &limits).unwrap_err();
        assert!(error.to_string().contains(&format!(".{ending}")), "{error}");
    }
}

#[test]
fn a_workbook_with_macros_is_known_by_its_parts() {
    let raw = Raw {
        sheets: &[("Claims", "", sheet_xml(""))],
        more: &[("xl/vbaProject.bin", "macros")],
        ..Raw::default()
    };
    assert_eq!(kind(&read(&raw.bytes()).unwrap()), FileKind::Xlsm);
}

#[test]
fn limits_go_to_the_child_as_they_are() {
    let limits = Limits { rows: 7, cpu_seconds: 3, ..Limits::default() };
    assert_eq!(Limits::from_argument(&limits.to_argument()), Some(limits));
    assert_eq!(Limits::from_argument("1,2,3"), None);
    assert_eq!(Limits::from_argument("a,b,c,d,e,f,g,h,i"), None);
}

#[test]
fn every_error_says_what_to_do_and_not_where_the_file_lies() {
    let errors = [
        SheetError::Password,
        SheetError::looks_like("a PDF"),
        SheetError::Empty,
        SheetError::TooLarge(Limit::FileBytes { limit: 50 * 1024 * 1024, kind: None }),
        SheetError::Broken { sheet: Some("Claims".into()), after_row: Some(7) },
        SheetError::MacroSheet,
        SheetError::OutOfMemory,
        SheetError::TooSlow,
        SheetError::Stopped,
    ];
    for error in errors {
        let said = error.to_string();
        assert!(["send", "split"].iter().any(|verb| said.contains(verb)), "{said}");
        assert!(!said.ends_with('.'), "{said}");
    }
}
