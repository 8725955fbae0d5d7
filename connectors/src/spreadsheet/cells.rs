//! From what calamine says of a cell to what we say of it: numbers by their 15 significant digits,
//! days without their time.
#![expect(
    clippy::float_arithmetic,
    reason = "spreadsheets hold floats; here they end, and decimals begin"
)]

use std::borrow::Cow;

use calamine::{Data, DataRef, ExcelDateTime};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::wire::CellRef;

/// The cell of a stream.
pub(super) fn from_ref(value: DataRef<'_>) -> CellRef<'_> {
    match value {
        DataRef::Empty => CellRef::Empty,
        DataRef::Int(number) => CellRef::Number(number.into()),
        DataRef::Float(number) => from_float(number),
        DataRef::String(text) => from_text(Cow::Owned(text)),
        DataRef::SharedString(text) => from_text(Cow::Borrowed(text)),
        DataRef::Bool(yes) => CellRef::Bool(yes),
        DataRef::DateTime(moment) => from_moment(moment),
        DataRef::DateTimeIso(text) => from_iso_moment(Cow::Owned(text)),
        DataRef::DurationIso(text) => from_iso_duration(Cow::Owned(text)),
        DataRef::Error(error) => CellRef::Error(Cow::Owned(error.to_string())),
    }
}

/// The cell of a sheet that was read as a whole.
pub(super) fn from_data(value: &Data) -> CellRef<'_> {
    match value {
        Data::Empty => CellRef::Empty,
        Data::Int(number) => CellRef::Number((*number).into()),
        Data::Float(number) => from_float(*number),
        Data::String(text) => from_text(Cow::Borrowed(text)),
        Data::Bool(yes) => CellRef::Bool(*yes),
        Data::DateTime(moment) => from_moment(*moment),
        Data::DateTimeIso(text) => from_iso_moment(Cow::Borrowed(text)),
        Data::DurationIso(text) => from_iso_duration(Cow::Borrowed(text)),
        Data::Error(error) => CellRef::Error(Cow::Owned(error.to_string())),
    }
}

/// A text; without characters it is no text at all.
pub(super) fn from_text(text: Cow<'_, str>) -> CellRef<'_> {
    if text.is_empty() { CellRef::Empty } else { CellRef::Text(text) }
}

/// Whether a person sees nothing in the cell.
pub(super) fn is_blank(cell: &CellRef<'_>) -> bool {
    match cell {
        CellRef::Empty => true,
        CellRef::Text(text) => text.chars().all(|c| c.is_whitespace() || is_invisible(c)),
        CellRef::Number(_)
        | CellRef::Date(_)
        | CellRef::Bool(_)
        | CellRef::Error(_)
        | CellRef::NoValue => false,
    }
}

/// Characters without width that Unicode does not count as spaces.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn from_float(number: f64) -> CellRef<'static> {
    if !number.is_finite() {
        return CellRef::Error(Cow::Borrowed("#NUM!"));
    }
    match decimal(number) {
        Some(number) => CellRef::Number(number),
        None => CellRef::Text(Cow::Owned(format!("{number:E}"))),
    }
}

/// The number with 15 significant digits, which is what Excel keeps and shows; `None` beyond what a
/// decimal holds.
pub(super) fn decimal(number: f64) -> Option<Decimal> {
    short_decimal(number).or_else(|| {
        let digits = format!("{number:.14e}");
        let exact = Decimal::from_scientific(&digits).or_else(|_| {
            // Too many places after the point: a number next to nothing.
            if number.abs() < 1.0 { format!("{number:.28}").parse() } else { digits.parse() }
        });
        exact.ok().map(|number| number.normalize())
    })
}

/// The usual case without a detour by text: a whole number or one with few places. Of the decimals
/// with at most 15 digits no two are the same float, so one that gives the float back is the one.
fn short_decimal(number: f64) -> Option<Decimal> {
    const TENS: [(f64, u32); 7] =
        [(1.0, 0), (1e1, 1), (1e2, 2), (1e3, 3), (1e4, 4), (1e5, 5), (1e6, 6)];
    TENS.iter().find_map(|&(ten, places)| {
        let digits = (number * ten).round();
        (digits.abs() < 1e15 && is_same(digits / ten, number))
            .then(|| Decimal::new(whole(digits), places))
    })
}

#[expect(clippy::float_cmp, reason = "the same float to the last bit is what is asked")]
fn is_same(one: f64, other: f64) -> bool {
    one == other
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a whole number below 10^15 is exact in both"
)]
fn whole(number: f64) -> i64 {
    number as i64
}

fn from_moment(moment: ExcelDateTime) -> CellRef<'static> {
    let value = moment.as_f64();
    if moment.is_duration() {
        return from_seconds((value * 86_400.0).round());
    }
    // A day number below nought is shown as #####: it is a number with the wrong format.
    if value < 0.0 {
        return from_float(value);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if value < 1.0 {
        return CellRef::Text(Cow::Owned(if second == 0 {
            format!("{hour:02}:{minute:02}")
        } else {
            format!("{hour:02}:{minute:02}:{second:02}")
        }));
    }
    match calendar_day(year, month, day) {
        Some(date) => CellRef::Date(date),
        // Excel believes in 29 February 1900.
        None => CellRef::Text(Cow::Owned(format!("{day:02}/{month:02}/{year}"))),
    }
}

fn calendar_day(year: u16, month: u8, day: u8) -> Option<Date> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// Hours and minutes as Excel shows them, beyond 24 hours too.
fn from_seconds(seconds: f64) -> CellRef<'static> {
    if seconds.is_nan() || seconds.abs() >= 1e15 {
        return CellRef::Error(Cow::Borrowed("#NUM!"));
    }
    let sign = if seconds < 0.0 { "-" } else { "" };
    let seconds = whole(seconds.abs());
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    CellRef::Text(Cow::Owned(if seconds == 0 {
        format!("{sign}{hours}:{minutes:02}")
    } else {
        format!("{sign}{hours}:{minutes:02}:{seconds:02}")
    }))
}

fn from_iso_moment(text: Cow<'_, str>) -> CellRef<'_> {
    match text.get(..10).and_then(|day| day.parse::<Date>().ok()) {
        Some(date) => CellRef::Date(date),
        None => from_text(text),
    }
}

fn from_iso_duration(text: Cow<'_, str>) -> CellRef<'_> {
    match iso_seconds(&text) {
        Some(seconds) => from_seconds(seconds),
        None => from_text(text),
    }
}

/// The seconds of `PT37H30M00S`.
fn iso_seconds(text: &str) -> Option<f64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let mut seconds = 0.0;
    let mut rest = text.strip_prefix("PT")?;
    while let Some(end) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let (number, unit) = (rest.get(..end)?, rest.get(end..=end)?);
        let number: f64 = number.parse().ok()?;
        seconds += match unit {
            "H" => number * 3600.0,
            "M" => number * 60.0,
            "S" => number,
            _ => return None,
        };
        rest = rest.get(end + 1..)?;
    }
    rest.is_empty().then(|| (sign * seconds).round())
}
