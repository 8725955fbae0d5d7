use std::io::Cursor;

use super::{
    Raw, assert_rows, day, kind, notices, number, one_sheet, read, row, rows, sheet_xml, sheets,
    text, zip,
};
use crate::spreadsheet::{Cell, FileKind, Notice, SheetError};

#[test]
fn every_sort_of_cell_is_told_apart() {
    let cells = r#"<row r="1">
        <c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>in line</t></is></c>
        <c r="C1" t="inlineStr"><is><r><t>rich </t></r><r><t xml:space="preserve">text</t></r></is></c>
        <c r="D1"><v>7700900123</v></c><c r="E1"><v>125.10000000000001</v></c>
        <c r="F1" s="1"><v>46115</v></c><c r="G1" s="1"><v>46115.5</v></c>
        <c r="H1" s="2"><v>0.5</v></c><c r="I1" s="3"><v>1.5625</v></c>
        <c r="J1" t="b"><v>1</v></c><c r="K1" t="e"><v>#N/A</v></c>
        <c r="L1" t="str"><f>A1</f><v>worked out</v></c><c r="M1" t="d"><v>2019-02-28</v></c>
        <c r="N1" t="inlineStr"><is><t>00012345</t></is></c><c r="P1"><v>1</v></c></row>"#;
    let raw = Raw {
        sheets: &[("Claims", "", sheet_xml(cells))],
        shared: &["shared &amp; kept"],
        ..Raw::default()
    };
    let expected = [
        text("shared & kept"),
        text("in line"),
        text("richtext"),
        number("7700900123"),
        number("125.1"),
        day(2026, 4, 3),
        day(2026, 4, 3),
        text("12:00"),
        text("37:30"),
        Cell::Bool(true),
        Cell::Error("#N/A".to_owned()),
        text("worked out"),
        day(2019, 2, 28),
        text("00012345"),
        Cell::Empty,
        number("1"),
    ];
    assert_rows(&read(&raw.bytes()).unwrap(), &[row(1, &expected)]);
}

#[test]
fn a_formula_without_its_value_is_not_an_empty_cell() {
    let cells = r#"<row r="1"><c r="A1"><f>B1*2</f></c><c r="B1"><f>1+1</f><v></v></c>
        <c r="C1"><f>1+1</f><v>2</v></c><c r="D1" t="str"><f>""</f><v></v></c><c r="E1" s="1"/>
        <c r="F1"><f t="shared" si="0" ref="F1:F2">A1</f></c></row>
        <row r="2"><c r="F2"><f t="shared" si="0"/></c></row>
        <row r="3"><c r="A3" t="str"><f>""</f><v></v></c></row>"#;
    let expected = [
        row(
            1,
            &[Cell::NoValue, Cell::NoValue, number("2"), Cell::Empty, Cell::Empty, Cell::NoValue],
        ),
        row(2, &[Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::NoValue]),
    ];
    assert_rows(&read(&one_sheet(cells)).unwrap(), &expected);
}

#[test]
fn errors_that_only_some_programs_know_are_errors_in_their_place() {
    use std::fmt::Write;
    let mut cells = String::new();
    let mut expected = Vec::new();
    for number in 1..=3_000 {
        write!(
            cells,
            r#"<row r="{number}"><c r="A{number}" t="e"><f>x</f><v>#ERROR!</v></c><c r="B{number}" t="e"><v>#N/A</v></c><x:c r="D{number}" t="e"><x:v>Err:508</x:v></x:c><c r="E{number}"><v>{number}</v></c></row>"#
        )
        .unwrap();
        let error = |text: &str| Cell::Error(text.to_owned());
        expected.push(row(
            number,
            &[
                error("#ERROR!"),
                error("#N/A"),
                Cell::Empty,
                error("Err:508"),
                Cell::Number(number.into()),
            ],
        ));
    }
    assert_rows(&read(&one_sheet(&cells)).unwrap(), &expected);
}

#[test]
fn rows_and_columns_keep_their_places() {
    let cells = r#"<row r="3"><c r="C3" t="inlineStr"><is><t>Claims for March</t></is></c></row>
        <row r="4"><c r="B4" t="inlineStr"><is><t> </t></is></c><c r="C4" t="inlineStr"><is><t xml:space="preserve">&#160;</t></is></c></row>
        <row r="7"><c r="B7"><v>2</v></c><c r="A7"><v>1</v></c></row>
        <row><c><v>3</v></c><c/><c><v>4</v></c></row>"#;
    let expected = [
        row(3, &[Cell::Empty, Cell::Empty, text("Claims for March")]),
        row(7, &[number("1"), number("2")]),
        row(8, &[number("3"), Cell::Empty, number("4")]),
    ];
    assert_rows(&read(&one_sheet(cells)).unwrap(), &expected);
}

#[test]
fn styled_cells_without_anything_in_them_do_not_count() {
    let cells = r#"<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>
        <row r="1048576"><c r="A1048576" s="1"/></row>"#;
    assert_rows(&read(&one_sheet(cells)).unwrap(), &[row(1, &[number("1")])]);
}

#[test]
fn hidden_sheets_are_announced_and_not_read() {
    let cell = |value: &str| sheet_xml(&format!("<row><c><v>{value}</v></c></row>"));
    let raw = Raw {
        sheets: &[
            ("Claims ", "", cell("1")),
            ("Old", r#"state="hidden""#, cell("2")),
            ("Lists", r#"state="veryHidden""#, cell("3")),
            ("Children", r#"state="visible""#, cell("4")),
        ],
        ..Raw::default()
    };
    let events = read(&raw.bytes()).unwrap();
    assert_eq!(
        sheets(&events),
        [
            ("Claims ", true, false),
            ("Old", false, false),
            ("Lists", false, false),
            ("Children", true, false)
        ]
    );
    assert_rows(&events, &[row(1, &[number("1")]), row(1, &[number("4")])]);
}

#[test]
fn hidden_rows_and_columns_are_read_and_told() {
    let xml = r#"<worksheet><cols><col min="2" max="2" hidden="1" width="0"/><col min="4" max="16384" hidden="true"/></cols><sheetData>
        <row r="1"><c r="A1"><v>1</v></c><c r="E1"><v>1</v></c></row>
        <row r="2" hidden="1"><c r="A2"><v>2</v></c></row>
        <x:row r="3" ht="5" hidden='true'><c r="A3"><v>3</v></c></x:row>
        <row r="4" hidden="0"><c r="A4"><v>4</v></c></row>
        <row r="5" hidden="1"/></sheetData></worksheet>"#;
    let plain = sheet_xml("<row r=\"2\"><c><v>5</v></c></row>");
    let sheets =
        [("Plain", "", plain.clone()), ("Filtered", "", xml.to_owned()), ("More", "", plain)];
    let events = read(&Raw { sheets: &sheets, ..Raw::default() }.bytes()).unwrap();
    let sheet = "Filtered".to_owned();
    assert_eq!(
        notices(&events),
        [
            &Notice::HiddenRows { sheet: sheet.clone(), rows: 2, first: 2 },
            &Notice::HiddenColumns { sheet, columns: vec!["B".into(), "D".into(), "E".into()] },
        ]
    );
    assert_eq!(rows(&events).len(), 6);
}

#[test]
fn days_that_count_from_1904_are_the_right_days() {
    let cells = r#"<row r="1"><c r="A1" s="1"><v>42062</v></c><c r="B1"><v>42062</v></c></row>"#;
    let raw = Raw {
        properties: r#"date1904="1""#,
        sheets: &[("Claims", "", sheet_xml(cells))],
        ..Raw::default()
    };
    let events = read(&raw.bytes()).unwrap();
    assert_eq!(sheets(&events), [("Claims", true, true)]);
    assert_rows(&events, &[row(1, &[day(2019, 2, 28), number("42062")])]);
}

#[test]
fn a_broken_sheet_among_good_ones_is_told_and_the_others_are_read() {
    let good = sheet_xml("<row><c><v>1</v></c></row>");
    let bad = "<worksheet><dimension ref=\"\"/><sheetData>".to_owned();
    let named = |bad: String| {
        Raw { sheets: &[("Bad", "", bad), ("Good", "", good.clone())], ..Raw::default() }.bytes()
    };
    let events = read(&named(bad.clone())).unwrap();
    assert_eq!(notices(&events), [&Notice::SheetUnreadable { sheet: "Bad".into() }]);
    assert_rows(&events, &[row(1, &[number("1")])]);
    let alone = Raw { sheets: &[("Bad", "", bad)], ..Raw::default() };
    let error = SheetError::Broken { sheet: Some("Bad".into()), after_row: None };
    assert_eq!(read(&alone.bytes()), Err(error));
}

#[test]
fn half_a_sheet_is_refused() {
    let half = "<worksheet><sheetData><row r=\"1\"><c><v>1</v></c></row><row r=\"2\"><c><v>2</v></c></row><row r=\"3\"><c t=\"s\"><v>99</v></c>";
    let good = sheet_xml("<row><c><v>1</v></c></row>");
    let sheets = [("Good", "", good), ("Half", "", half.to_owned())];
    let error = read(&Raw { sheets: &sheets, ..Raw::default() }.bytes()).unwrap_err();
    assert_eq!(error, SheetError::Broken { sheet: Some("Half".into()), after_row: Some(1) });
    assert_eq!(
        error.to_string(),
        "the file is damaged in sheet Half after row 1; open it in Excel, save it as a new Excel \
         Workbook (.xlsx) and send that"
    );
}

#[test]
fn rows_out_of_order_are_refused() {
    let cells = r#"<row r="5"><c r="A5"><v>5</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>"#;
    let error = SheetError::Broken { sheet: Some("Claims".into()), after_row: Some(5) };
    assert_eq!(read(&one_sheet(cells)), Err(error));
}

#[test]
fn sparse_corners_are_an_answer() {
    let corners = r#"<row r="1"><c r="A1"><v>1</v></c></row>
        <row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#;
    assert_eq!(read(&one_sheet(corners)).unwrap_err().code(), "too-large");
    let below = r#"<row r="1"><c r="A1"><v>1</v></c></row>
        <row r="1048576"><c r="A1048576"><v>2</v></c></row>"#;
    let expected = [row(1, &[number("1")]), row(1_048_576, &[number("2")])];
    assert_rows(&read(&one_sheet(below)).unwrap(), &expected);
    let beyond = r#"<row r="16777217"><c r="A16777217"><v>1</v></c></row>"#;
    assert_eq!(read(&one_sheet(beyond)).unwrap_err().code(), "too-large");
}

#[test]
fn an_old_workbook_is_read() {
    let events = read(include_bytes!("../../../tests/sheets/claims.xls")).unwrap();
    assert_eq!(kind(&events), FileKind::Xls);
    assert_eq!(sheets(&events), [("Claims ", true, false), ("Old", false, false)]);
    let heads = ["Reference", "Hours", "Rent", "Born", "Lone parent", "Total"].map(text);
    let expected = [
        row(2, &[Cell::Empty, text("Claims for March")]),
        row(4, &[&[Cell::Empty], heads.as_slice()].concat()),
        row(
            5,
            &[
                Cell::Empty,
                text("00012345"),
                number("7700900123"),
                number("125.1"),
                day(2019, 2, 28),
                Cell::Bool(true),
                // The formula: an .xls file has one sign for no value and for a text without
                // characters, so this cannot be told.
            ],
        ),
    ];
    assert_rows(&events, &expected);
    let events = read(include_bytes!("../../../tests/sheets/from-1904.xls")).unwrap();
    assert_eq!(sheets(&events), [("Days", true, true)]);
    assert_rows(&events, &[row(1, &[day(2019, 2, 28), number("42062")])]);
}

#[test]
fn an_open_document_is_read() {
    let events = read(include_bytes!("../../../tests/sheets/claims.ods")).unwrap();
    assert_eq!(kind(&events), FileKind::Ods);
    assert_eq!(sheets(&events), [("Claims", true, false), ("Old", false, false)]);
    let expected = [
        Cell::Empty,
        text("00012345"),
        number("7700900123"),
        day(2019, 2, 28),
        text("37:30"),
        Cell::Bool(true),
        Cell::NoValue,
        Cell::Error("#N/A".to_owned()),
    ];
    assert_rows(&events, &[row(3, &expected)]);
}

/// A record of a binary workbook.
fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let [low, high] = kind.to_le_bytes();
    let mut bytes =
        if kind < 0x80 { vec![low] } else { vec![low | 0x80, (high << 1) | (low >> 7)] };
    bytes.push(u8::try_from(body.len()).unwrap());
    bytes.extend_from_slice(body);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = u32::try_from(units.len()).unwrap().to_le_bytes().to_vec();
    bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes
}

fn at_column(column: u32, value: &[u8]) -> Vec<u8> {
    [&column.to_le_bytes(), [0; 4].as_slice(), value].concat()
}

#[test]
fn a_binary_workbook_is_read() {
    let bundle = |state: u32, id: &str, name: &str| {
        let number = [state.to_le_bytes(), 1_u32.to_le_bytes()].concat();
        record(0x9c, &[number, wide(id), wide(name)].concat())
    };
    let book =
        [bundle(0, "r1", "Claims"), bundle(1, "r2", "Old"), record(0x90, &[]), record(0x9d, &[])]
            .concat();
    let sheet = [
        record(0x94, &[0; 16]),
        record(0x91, &[]),
        record(0x00, &4_u32.to_le_bytes()),
        record(0x06, &at_column(1, &wide("00012345"))),
        record(0x05, &at_column(2, &125.1_f64.to_le_bytes())),
        record(0x02, &at_column(3, &((7_i32 << 2) | 2).to_le_bytes())),
        record(0x04, &at_column(4, &[1])),
        record(0x03, &at_column(5, &[0x2a])),
        record(0x92, &[]),
    ]
    .concat();
    let relations = r#"<Relationships><Relationship Id="r1" Target="worksheets/sheet1.bin"/><Relationship Id="r2" Target="worksheets/sheet2.bin"/></Relationships>"#;
    let bytes = zip(&[
        ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
        ("xl/workbook.bin", &book),
        ("xl/worksheets/sheet1.bin", &sheet),
    ]);
    let events = read(&bytes).unwrap();
    assert_eq!(kind(&events), FileKind::Xlsb);
    assert_eq!(sheets(&events), [("Claims", true, false), ("Old", false, false)]);
    let expected = [
        Cell::Empty,
        text("00012345"),
        number("125.1"),
        number("7"),
        Cell::Bool(true),
        Cell::Error("#N/A".to_owned()),
    ];
    assert_rows(&events, &[row(5, &expected)]);
}

#[test]
fn a_container_of_64_bits_is_read() {
    let good = one_sheet("<row><c><v>1</v></c></row>");
    let mut from = zip::ZipArchive::new(Cursor::new(good)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        let large = zip::write::SimpleFileOptions::default().large_file(true);
        to.start_file(part.name().unwrap().into_owned(), large).unwrap();
        std::io::copy(&mut part, &mut to).unwrap();
    }
    let bytes = to.finish().unwrap().into_inner();
    assert_rows(&read(&bytes).unwrap(), &[row(1, &[number("1")])]);
}
