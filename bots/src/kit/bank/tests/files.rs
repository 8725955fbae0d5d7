//! The published files, and files that are not as published.

use super::{Checked, PUBLISHED, SCSUBTAB, Table, VALACDOS, check, hold, table};
use crate::kit::bank::{SUBSTITUTES, TableFault, WEIGHTS};

const ROW: &str = "102400 107999 MOD11 0 0 0 0 0 0 8 7 6 5 4 3 2 1";
const ONES: &str = "1 1 1 1 1 1 1 1 1 1 1 1 1 1";

/// Each text must be refused, on that line, with that in the message.
fn refused(
    cases: &[(String, usize, &str)],
    file: &str,
    parse: fn(&str) -> Result<Table, TableFault>,
) {
    for (text, line, problem) in cases {
        let fault = parse(text).map(|_| ()).expect_err(text);
        assert_eq!((fault.file, fault.line), (file, *line), "{text}\n{fault}");
        let told = fault.to_string();
        assert!(told.starts_with(&format!("{file}, line {line}: ")), "{told}");
        assert!(told.contains(problem), "{told}");
        assert!(told.contains("; take the file from Vocalink again"), "{told}");
    }
}

#[test]
fn the_rows_are_counted() {
    assert_eq!(table().rows(), 25);
    assert_eq!(Table::parse(ROW, SCSUBTAB).unwrap().rows(), 1);
}

#[test]
fn other_line_ends_blank_lines_and_a_byte_order_mark_are_read_over() {
    let valacdos = format!("\u{feff}{}\r\n\r\n  \r\n", VALACDOS.replace('\n', "\r\n"));
    let scsubtab = format!("\u{feff}\n{SCSUBTAB}\n\n");
    let table = Table::parse(&valacdos, &scsubtab).unwrap();
    assert_eq!(table.rows(), 25);
    assert_eq!(check(&table, "938600", "42368003"), Checked::CouldExist);
}

#[test]
fn a_table_of_weights_that_is_not_as_published_is_refused_by_its_line() {
    let second = |row: &str| format!("{ROW}\n{row}");
    let thirteen = "1 1 1 1 1 1 1 1 1 1 1 1 1";
    let cases = [
        (String::new(), 1, "there is no row"),
        ("\n \n".to_owned(), 1, "there is no row"),
        ("<!DOCTYPE html>".to_owned(), 1, "2 columns instead of two sort codes, an algorithm"),
        (second(&format!("200000 200001 MOD11 {thirteen}")), 2, "16 columns"),
        (second(&format!("200000 200001 MOD11 {ONES} 6 6")), 2, "19 columns"),
        (second(&format!("20000 200001 MOD11 {ONES}")), 2, "sort code \"20000\" is not six digits"),
        (second(&format!("200000 20000X MOD11 {ONES}")), 2, "sort code \"20000X\" is not six"),
        (second(&format!("200001 200000 MOD11 {ONES}")), 2, "from 200001 to 200000"),
        (second(&format!("200000 200001 MOD12 {ONES}")), 2, "there is no algorithm \"MOD12\""),
        (second(&format!("200000 200001 MOD11 {thirteen} x")), 2, "the weight \"x\""),
        (second(&format!("200000 200001 MOD11 {thirteen} 1000")), 2, "the weight \"1000\""),
        (second(&format!("200000 200001 MOD11 {thirteen} 1.5")), 2, "the weight \"1.5\""),
        (second(&format!("200000 200001 DBLAL {thirteen} -1")), 2, "a negative weight"),
        (second(&format!("200000 200001 MOD11 {ONES} 15")), 2, "there is no exception \"15\""),
        (second(&format!("200000 200001 MOD11 {ONES} 0")), 2, "there is no exception \"0\""),
        (second(&format!("200000 200001 MOD11 {ONES} A")), 2, "there is no exception \"A\""),
    ];
    refused(&cases, WEIGHTS, |text| Table::parse(text, SCSUBTAB));
}

#[test]
fn ranges_that_overlap_are_refused() {
    let after = |from: &str, to: &str| format!("{ROW}\n\n{from} {to} MOD10 {ONES}");
    let cases = [
        (after("107999", "108000"), 3, "102400 to 107999 and 107999 to 108000 overlap"),
        (after("102400", "107998"), 3, "102400 to 107998 and 102400 to 107999 overlap"),
        (after("103000", "103000"), 3, "overlap"),
        (after("010000", "102400"), 3, "010000 to 102400 and 102400 to 107999 overlap"),
        (format!("{ROW}\n{ROW}\n{ROW}"), 3, "a third row of the range 102400 to 107999"),
    ];
    refused(&cases, WEIGHTS, |text| Table::parse(text, SCSUBTAB));
    assert!(Table::parse(&after("108000", "108000"), SCSUBTAB).is_ok());
    assert!(Table::parse(&after("102400", "107999"), SCSUBTAB).is_ok());
}

#[test]
fn ranges_may_stand_in_any_order_but_the_first_row_of_one_is_checked_first() {
    let lines: Vec<&str> = VALACDOS.lines().collect();
    let turned: Vec<&str> =
        lines.chunk_by(|a, b| a[..13] == b[..13]).rev().flatten().copied().collect();
    assert_ne!(lines, turned);
    hold(&Table::parse(&turned.join("\n"), SCSUBTAB).unwrap(), &PUBLISHED);
    let apart: Vec<&str> = [&lines[..1], &lines[2..], &lines[1..2]].concat();
    hold(&Table::parse(&apart.join("\n"), SCSUBTAB).unwrap(), &PUBLISHED);
    let turned: Vec<&str> = lines.iter().rev().copied().collect();
    let fault = Table::parse(&turned.join("\n"), SCSUBTAB).unwrap_err();
    assert!(fault.problem.contains("exceptions 13 and 12"), "{fault}");
}

#[test]
fn exceptions_that_mean_nothing_so_are_refused() {
    let range = |rows: &[(&str, &str)]| {
        let rows = rows.iter().map(|(algorithm, exception)| {
            format!("200000 200001 {algorithm} {ONES} {exception}\n")
        });
        format!("{ROW}\n{}", rows.collect::<String>())
    };
    let algorithm =
        [("1", "MOD10"), ("3", "MOD11"), ("2", "MOD10"), ("4", "DBLAL"), ("14", "MOD10")]
            .map(|(number, algorithm)| (range(&[(algorithm, number)]), 2, "another algorithm"));
    refused(&algorithm, WEIGHTS, |text| Table::parse(text, SCSUBTAB));

    let alone = [("2", "MOD11"), ("3", "DBLAL"), ("5", "MOD11"), ("9", "MOD11"), ("10", "MOD11")]
        .map(|(number, algorithm)| (range(&[(algorithm, number)]), 2, "no range with exceptions"));
    refused(&alone, WEIGHTS, |text| Table::parse(text, SCSUBTAB));

    let together = [
        [("MOD11", "2"), ("MOD11", "")],
        [("MOD11", "9"), ("MOD11", "2")],
        [("MOD11", "10"), ("MOD10", "13")],
        [("DBLAL", "5"), ("MOD11", "5")],
        [("MOD11", "5"), ("DBLAL", "")],
        [("MOD11", "14"), ("MOD11", "")],
    ]
    .map(|rows| (range(&rows), 2, "no range with exceptions"));
    refused(&together, WEIGHTS, |text| Table::parse(text, SCSUBTAB));
    let fault = Table::parse(&together[0].0, SCSUBTAB).unwrap_err();
    assert!(fault.problem.ends_with("exceptions 2 and none"), "{fault}");

    for rows in [
        vec![("MOD11", "2"), ("MOD11", "9")],
        vec![("MOD11", "5"), ("DBLAL", "5")],
        vec![("MOD11", "12"), ("MOD11", "13")],
        vec![("MOD11", ""), ("DBLAL", "3")],
        vec![("DBLAL", ""), ("MOD11", "")],
        vec![("MOD11", "7")],
    ] {
        assert!(Table::parse(&range(&rows), SCSUBTAB).is_ok(), "{rows:?}");
    }
}

#[test]
fn substitutes_that_are_not_as_published_are_refused_by_their_line() {
    let cases = [
        (String::new(), 1, "there is no row"),
        ("938600".to_owned(), 1, "1 columns instead of two"),
        ("938600 938611\n938602 938343 1".to_owned(), 2, "3 columns instead of two"),
        ("938600 93861".to_owned(), 1, "\"93861\" is not six digits"),
        ("938600 938611\n\n938600 938343".to_owned(), 3, "938600 is substituted twice"),
    ];
    refused(&cases, SUBSTITUTES, |text| Table::parse(VALACDOS, text));
}

#[test]
fn substitutes_may_stand_in_any_order() {
    let table = Table::parse(VALACDOS, "938654 938621\n938600 938611\n938173 938017").unwrap();
    assert_eq!(check(&table, "938600", "42368003"), Checked::CouldExist);
}
