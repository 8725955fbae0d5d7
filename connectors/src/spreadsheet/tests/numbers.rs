use std::borrow::Cow;

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};
use jiff::civil::date;
use rust_decimal::Decimal;

use crate::spreadsheet::cells::{decimal, from_ref, is_blank};
use crate::spreadsheet::error::column_letters;
use crate::spreadsheet::wire::CellRef;

fn shown(number: f64) -> String {
    decimal(number).map_or_else(|| "none".to_owned(), |number| number.to_string())
}

#[test]
fn a_number_has_the_digits_that_excel_shows() {
    let cases = [
        (0.0, "0"),
        (-0.0, "0"),
        (7_700_900_123.0, "7700900123"),
        (125.1, "125.1"),
        (0.1 + 0.2, "0.3"),
        (-12.5, "-12.5"),
        (1_234.56, "1234.56"),
        (1.0 / 3.0, "0.333333333333333"),
        (2.0 / 3.0, "0.666666666666667"),
        (99_999_999_999_999.9, "99999999999999.9"),
        (9_007_199_254_740_993.0, "9007199254740990"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
        (4.35, "4.35"),
        (1e-20, "0.00000000000000000001"),
        (5e-324, "0"),
        (1e300, "none"),
        (-1e29, "none"),
    ];
    for (number, expected) in cases {
        assert_eq!(shown(number), expected, "{number:e}");
    }
}

#[test]
fn every_penny_to_ten_million_pounds_is_exact() {
    for pence in (0_i64..1_000_000_000).step_by(9_973) {
        let exact = Decimal::new(pence, 2);
        let float: f64 = exact.to_string().parse().unwrap();
        assert_eq!(decimal(float), Some(exact.normalize()));
    }
}

#[test]
fn what_is_no_number_is_an_error_and_what_is_too_large_is_text() {
    assert_eq!(from_ref(DataRef::Float(f64::NAN)), CellRef::Error(Cow::Borrowed("#NUM!")));
    assert_eq!(from_ref(DataRef::Float(f64::INFINITY)), CellRef::Error(Cow::Borrowed("#NUM!")));
    assert_eq!(from_ref(DataRef::Float(1e300)), CellRef::Text(Cow::Borrowed("1E300")));
    assert_eq!(from_ref(DataRef::Int(-7)), CellRef::Number(Decimal::from(-7)));
}

#[test]
fn a_moment_is_its_day_and_a_time_alone_is_text() {
    let moment = |value, is_1904| {
        let kind = ExcelDateTimeType::DateTime;
        from_ref(DataRef::DateTime(ExcelDateTime::new(value, kind, is_1904)))
    };
    let text = |text: &'static str| CellRef::Text(Cow::Borrowed(text));
    assert_eq!(moment(46_115.0, false), CellRef::Date(date(2026, 4, 3)));
    assert_eq!(moment(46_115.75, false), CellRef::Date(date(2026, 4, 3)));
    assert_eq!(moment(42_062.0, true), CellRef::Date(date(2019, 2, 28)));
    assert_eq!(moment(1.0, false), CellRef::Date(date(1900, 1, 1)));
    assert_eq!(moment(60.0, false), text("29/02/1900"));
    assert_eq!(moment(61.0, false), CellRef::Date(date(1900, 3, 1)));
    assert_eq!(moment(0.5, false), text("12:00"));
    assert_eq!(moment(-3.0, false), CellRef::Number(Decimal::from(-3)));
}

#[test]
fn a_length_of_time_reads_as_excel_shows_it() {
    let length = |value| {
        let kind = ExcelDateTimeType::TimeDelta;
        from_ref(DataRef::DateTime(ExcelDateTime::new(value, kind, false)))
    };
    let text = |text: &'static str| CellRef::Text(Cow::Borrowed(text));
    assert_eq!(length(1.5625), text("37:30"));
    assert_eq!(length(-0.5), text("-12:00"));
    assert_eq!(length(1.0 / 86_400.0), text("0:00:01"));
    assert_eq!(from_ref(DataRef::DurationIso("PT37H30M00S".into())), text("37:30"));
    assert_eq!(from_ref(DataRef::DurationIso("a while".into())), text("a while"));
}

#[test]
fn written_out_dates_are_dates() {
    let iso = |text: &str| from_ref(DataRef::DateTimeIso(text.into()));
    assert_eq!(iso("2019-02-28"), CellRef::Date(date(2019, 2, 28)));
    assert_eq!(iso("2019-02-28T10:30:00"), CellRef::Date(date(2019, 2, 28)));
    assert_eq!(iso("2019-02-30"), CellRef::Text(Cow::Borrowed("2019-02-30")));
    assert_eq!(iso("£000000000"), CellRef::Text(Cow::Borrowed("£000000000")));
}

#[test]
fn spaces_of_every_kind_are_blank() {
    for blank in ["", " ", "\t\n", "\u{a0}", "\u{2003}\u{200b}", "\u{feff}"] {
        assert!(is_blank(&CellRef::Text(Cow::Borrowed(blank))), "{blank:?}");
    }
    for not_blank in ["-", "0", "\u{a0}x"] {
        assert!(!is_blank(&CellRef::Text(Cow::Borrowed(not_blank))));
    }
}

#[test]
fn columns_have_excels_letters() {
    let letters = [0, 25, 26, 701, 702, 16_383, u32::MAX].map(column_letters);
    assert_eq!(letters, ["A", "Z", "AA", "ZZ", "AAA", "XFD", "MWLQKWV"]);
}
