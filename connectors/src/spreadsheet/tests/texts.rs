use encoding_rs::WINDOWS_1252;

use super::{assert_rows, kind, notices, number, read, row, rows, text};
use crate::spreadsheet::{Cell, Event, FileKind, Limit, Notice, SheetError};

#[test]
fn a_csv_file_keeps_every_field_as_text() {
    let events = read(b"Reference,Born\r\n00012345,28/02/2019\r\n").unwrap();
    assert_eq!(events[0], Event::Format { kind: FileKind::Csv, sheets: 1 });
    assert_rows(
        &events,
        &[
            row(1, &[text("Reference"), text("Born")]),
            row(2, &[text("00012345"), text("28/02/2019")]),
        ],
    );
    assert_ne!(rows(&events)[1].cells[0], number("12345"));
}

#[test]
fn rows_have_the_numbers_that_excel_gives_them() {
    let events = read(b"a,b\n\n\"two\nlines\",1\n , \nlast,2").unwrap();
    assert_rows(
        &events,
        &[
            row(1, &[text("a"), text("b")]),
            row(3, &[text("two\nlines"), text("1")]),
            row(5, &[text("last"), text("2")]),
        ],
    );
}

#[test]
fn the_separator_is_found() {
    let cases: [(&[u8], FileKind); 5] = [
        (b"a,b,c\n1,2,3\n", FileKind::Csv),
        (b"a;b;c\n1;2;3\n", FileKind::Csv),
        (b"a\tb\tc\n1\t2\t3\n", FileKind::Tsv),
        (b"a|b|c\n1|2|3\n", FileKind::Csv),
        (b"Claims, March\n\na;b;c\n1;2, High Street, Town, AB1 2CD;3\n", FileKind::Csv),
    ];
    for (bytes, expected) in cases {
        let events = read(bytes).unwrap();
        assert_eq!(kind(&events), expected);
        let last = rows(&events).last().unwrap().cells.clone();
        assert_eq!(last.len(), 3, "{}", String::from_utf8_lossy(bytes));
        assert_eq!(last[2], text("3"));
    }
}

#[test]
fn a_line_that_names_the_separator_is_dropped_and_not_counted() {
    for start in ["sep=;\r\n", "SEP=;\n", "\"sep=;\"\n", "\u{feff}sep=;\r\n"] {
        let events = read(format!("{start}a,x;b\n1;2\n").as_bytes()).unwrap();
        let expected = [row(1, &[text("a,x"), text("b")]), row(2, &[text("1"), text("2")])];
        assert_rows(&events, &expected);
    }
    let events = read(b"sep=\ta,b\n").unwrap();
    assert_rows(&events, &[row(1, &[text("sep=\ta"), text("b")])]);
}

#[test]
fn every_usual_encoding_is_read() {
    let said = "Name,Rent\nO’Brien,£125\n";
    let expected =
        [row(1, &[text("Name"), text("Rent")]), row(2, &[text("O’Brien"), text("£125")])];
    let wide = |to: fn(u16) -> [u8; 2]| said.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
    let files: [(Vec<u8>, Option<&str>); 7] = [
        (said.as_bytes().to_vec(), None),
        ([b"\xef\xbb\xbf", said.as_bytes()].concat(), None),
        ([b"\xff\xfe", little.as_slice()].concat(), None),
        ([b"\xfe\xff", big.as_slice()].concat(), None),
        (little, Some("UTF-16LE")),
        (big, Some("UTF-16BE")),
        (WINDOWS_1252.encode(said).0.into_owned(), Some("windows-1252")),
    ];
    for (bytes, guessed) in files {
        let events = read(&bytes).unwrap();
        assert_rows(&events, &expected);
        let expected = guessed.map(|name| Notice::Encoding { name: name.to_owned() });
        assert_eq!(notices(&events), expected.iter().collect::<Vec<_>>());
    }
}

#[test]
fn quotation_marks_work_as_in_excel() {
    let events = read(b"a,b,c\n\"say \"\"hi\"\"\",\"x\"y,5\" pipe\n\"\",\"a,b\",\n").unwrap();
    assert_rows(
        &events,
        &[
            row(1, &[text("a"), text("b"), text("c")]),
            row(2, &[text("say \"hi\""), text("xy"), text("5\" pipe")]),
            row(3, &[Cell::Empty, text("a,b")]),
        ],
    );
}

#[test]
fn a_mark_that_is_never_closed_does_not_pass_for_a_field() {
    let mut bytes = b"a,b\n1,\"oh\n".to_vec();
    bytes.extend("2,more\n".repeat(10_000).as_bytes());
    let error = read(&bytes).unwrap_err();
    let SheetError::TooLarge(Limit::Characters { row: 2, .. }) = error else {
        panic!("{error}");
    };
    assert!(error.to_string().contains("quotation mark"));
}

#[test]
fn fields_beyond_the_header_are_pointed_out() {
    let mut bytes = b"a,b,c\n".to_vec();
    bytes.extend("1,2,3\n".repeat(30).as_bytes());
    bytes.extend(b"1,Flat 2, High Street,3\n1,2,3,\n1,2\n");
    let events = read(&bytes).unwrap();
    assert_eq!(notices(&events), [&Notice::LongRows { rows: 1, first: 32, usual: 3 }]);
    assert_eq!(rows(&events).len(), 34);
}

#[test]
fn stray_nuls_are_left_out_and_said() {
    let events = read(b"a,b\n1\0,2\0\0\nand more text so that it is text\n").unwrap();
    assert_eq!(notices(&events), [&Notice::NulsLeftOut { count: 3 }]);
    assert_eq!(rows(&events)[1], &row(2, &[text("1"), text("2")]));
}

#[test]
fn old_line_ends_are_line_ends() {
    let events = read(b"a,b\r1,2\r\r3,4").unwrap();
    let numbers: Vec<u32> = rows(&events).iter().map(|row| row.number).collect();
    assert_eq!(numbers, [1, 2, 4]);
}
