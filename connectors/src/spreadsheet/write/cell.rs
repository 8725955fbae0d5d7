//! Writes one cell: numbers as numbers, days as days, text as text whatever it looks like.

use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter as xlsx;

use super::super::cells::decimal;
use super::clean::{clean, cut};
use super::{ColumnKind, Out};

/// Writes a cell with this format, or with its column's if none is given.
pub(super) fn write(
    sheet: &mut xlsx::Worksheet,
    row: u32,
    column: u16,
    cell: Out<'_>,
    format: Option<&xlsx::Format>,
) -> Result<(), xlsx::XlsxError> {
    match cell {
        Out::Empty => Ok(()),
        Out::Text(text) | Out::Wrapped(text) => write_text(sheet, row, column, text, format),
        Out::Integer(number) => write_number(sheet, row, column, number.into(), format),
        Out::Number(number) | Out::Money(number) => {
            write_number(sheet, row, column, number, format)
        }
        Out::Date(date) => match excel_day(date) {
            Some(day) => write_moment(sheet, row, column, &day, format),
            None => write_text(sheet, row, column, &date.strftime("%d/%m/%Y").to_string(), None),
        },
        Out::DateTime(at) => match excel_moment(at) {
            Some(moment) => write_moment(sheet, row, column, &moment?, format),
            None => {
                write_text(sheet, row, column, &at.strftime("%d/%m/%Y %H:%M").to_string(), None)
            }
        },
    }
}

fn write_moment(
    sheet: &mut xlsx::Worksheet,
    row: u32,
    column: u16,
    moment: &xlsx::ExcelDateTime,
    format: Option<&xlsx::Format>,
) -> Result<(), xlsx::XlsxError> {
    match format {
        Some(format) => sheet.write_datetime_with_format(row, column, moment, format),
        None => sheet.write_datetime(row, column, moment),
    }
    .map(drop)
}

fn write_text(
    sheet: &mut xlsx::Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: Option<&xlsx::Format>,
) -> Result<(), xlsx::XlsxError> {
    let text = clean(text);
    let text = cut(&text);
    match format {
        _ if text.is_empty() => {}
        Some(format) => {
            sheet.write_string_with_format(row, column, text, format)?;
        }
        None => {
            sheet.write_string(row, column, text)?;
        }
    }
    Ok(())
}

/// Writes a number, or its digits as text where a cell would not keep all of them.
fn write_number(
    sheet: &mut xlsx::Worksheet,
    row: u32,
    column: u16,
    number: Decimal,
    format: Option<&xlsx::Format>,
) -> Result<(), xlsx::XlsxError> {
    match (number.to_f64().filter(|&float| decimal(float) == Some(number)), format) {
        (Some(float), Some(format)) => sheet.write_number_with_format(row, column, float, format),
        (Some(float), None) => sheet.write_number(row, column, float),
        (None, _) => sheet.write_string(row, column, number.to_string()),
    }
    .map(drop)
}

/// The day in Excel, whose calendar is sound from March 1900.
fn excel_day(date: Date) -> Option<xlsx::ExcelDateTime> {
    if date < jiff::civil::date(1900, 3, 1) {
        return None;
    }
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    xlsx::ExcelDateTime::from_ymd(date.year().unsigned_abs(), month, day).ok()
}

pub(super) fn excel_moment(at: DateTime) -> Option<Result<xlsx::ExcelDateTime, xlsx::XlsxError>> {
    let (hour, minute) = (at.hour().unsigned_abs(), at.minute().unsigned_abs());
    excel_day(at.date()).map(|day| day.and_hms(hour.into(), minute, f64::from(at.second())))
}

/// The formats of a workbook's cells.
pub(super) struct Formats {
    pub(super) title: xlsx::Format,
    general: xlsx::Format,
    text: xlsx::Format,
    wrapped: xlsx::Format,
    money: xlsx::Format,
    date: xlsx::Format,
    date_time: xlsx::Format,
}

impl Formats {
    pub(super) fn new() -> Self {
        let with = |format: &str| xlsx::Format::new().set_num_format(format);
        Self {
            title: xlsx::Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(xlsx::FormatAlign::Top)
                .set_border_bottom(xlsx::FormatBorder::Thin),
            general: with("General"),
            text: with("@"),
            wrapped: xlsx::Format::new().set_text_wrap().set_align(xlsx::FormatAlign::Top),
            money: with("#,##0.00"),
            date: with("dd/mm/yyyy"),
            date_time: with("dd/mm/yyyy hh:mm"),
        }
    }

    /// The format of a cell, if it is not that of its column already. The library finds a format by
    /// all that it says, which takes longer than writing the cell.
    pub(super) fn of(&self, cell: Out<'_>, column: ColumnKind) -> Option<&xlsx::Format> {
        use ColumnKind::{Date, DateTime, General, Money, Number, Wrapped};
        let (kinds, format): (&[ColumnKind], _) = match cell {
            Out::Empty | Out::Text(_) => return None,
            Out::Integer(_) | Out::Number(_) => (&[General, Number], &self.general),
            Out::Money(_) => (&[Money], &self.money),
            Out::Date(_) => (&[Date], &self.date),
            Out::DateTime(_) => (&[DateTime], &self.date_time),
            Out::Wrapped(_) => (&[Wrapped], &self.wrapped),
        };
        if kinds.contains(&column) { None } else { Some(format) }
    }

    pub(super) const fn column(&self, kind: ColumnKind) -> Option<&xlsx::Format> {
        match kind {
            ColumnKind::General => None,
            ColumnKind::Text => Some(&self.text),
            ColumnKind::Wrapped => Some(&self.wrapped),
            ColumnKind::Number => Some(&self.general),
            ColumnKind::Money => Some(&self.money),
            ColumnKind::Date => Some(&self.date),
            ColumnKind::DateTime => Some(&self.date_time),
        }
    }
}
