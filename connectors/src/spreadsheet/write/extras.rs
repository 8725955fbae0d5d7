//! What stands beside the rows: choices, help and charts.

use std::ops::RangeInclusive;

use rust_xlsxwriter as xlsx;

use super::{MOST_ROWS, NO_SHEET, SheetId, Workbook, WriteError, clean, cut, guarded, refused};

/// The hidden sheet that keeps lists which are too long to stand in a cell's rule.
const LISTS: &str = "Lists";

/// Excel's limit for a list within a rule, and for the title and the text of help.
const RULE_UNITS: usize = 255;

impl Workbook {
    /// Lets people choose from these values in a column, counted from 0, below its title. Another
    /// value is refused.
    pub fn choices(
        &mut self,
        sheet: SheetId,
        column: u16,
        values: &[&str],
    ) -> Result<(), WriteError> {
        self.sheets.get(sheet.0).ok_or(NO_SHEET)?;
        let units: usize = values.iter().map(|value| value.encode_utf16().count() + 1).sum();
        let rule = xlsx::DataValidation::new();
        let rule = if units <= RULE_UNITS && !values.iter().any(|value| value.contains(',')) {
            rule.allow_list_strings(values).map_err(refused)?
        } else {
            self.lists.push(values.iter().map(|&value| clean(value).into_owned()).collect());
            let letters = super::super::error::column_letters(
                u32::try_from(self.lists.len() - 1).unwrap_or(u32::MAX),
            );
            let formula = format!("={LISTS}!${letters}$1:${letters}${}", values.len());
            rule.allow_list_formula(xlsx::Formula::new(formula))
        };
        let rule = rule
            .set_error_title("Not one of the choices")
            .and_then(|rule| rule.set_error_message("Choose a value from the list."))
            .map_err(refused)?;
        let worksheet = self.book.worksheet_from_index(sheet.0).map_err(refused)?;
        worksheet
            .add_data_validation(1, column, MOST_ROWS - 1, column, &rule)
            .map(drop)
            .map_err(refused)
    }

    /// Puts a note with help on a column's title.
    pub fn note(&mut self, sheet: SheetId, column: u16, help: &str) -> Result<(), WriteError> {
        let worksheet = self.worksheet(sheet)?;
        let text = clean(help);
        let note = xlsx::Note::new(cut(&text))
            .set_author("")
            .add_author_prefix(false)
            .set_width(300)
            .set_height(120);
        worksheet.insert_note(0, column, &note).map(drop).map_err(refused)
    }

    /// Draws a chart of columns. `rows` are the numbers a person sees; `categories` and `values`
    /// are columns counted from 0; `at` is where the chart's corner goes: such a row and column.
    pub fn column_chart(
        &mut self,
        sheet: SheetId,
        title: &str,
        rows: RangeInclusive<u32>,
        (categories, values): (u16, u16),
        at: (u32, u16),
    ) -> Result<(), WriteError> {
        let name = self.sheets.get(sheet.0).ok_or(NO_SHEET)?.name.clone();
        let (first, last) = (rows.start().saturating_sub(1), rows.end().saturating_sub(1));
        let mut chart = xlsx::Chart::new(xlsx::ChartType::Column);
        chart.title().set_name(clean(title).as_ref());
        chart.legend().set_hidden();
        chart
            .add_series()
            .set_categories((name.as_str(), first, categories, last, categories))
            .set_values((name.as_str(), first, values, last, values));
        let worksheet = self.worksheet(sheet)?;
        worksheet.insert_chart(at.0.saturating_sub(1), at.1, &chart).map(drop).map_err(refused)
    }

    /// Writes the lists to a hidden sheet at the end.
    pub(super) fn write_lists(&mut self) -> Result<(), WriteError> {
        if self.lists.is_empty() {
            return Ok(());
        }
        let (book, lists) = (&mut self.book, &self.lists);
        guarded(&mut self.failed, || {
            let sheet = book.add_worksheet();
            sheet.set_name(LISTS)?.set_hidden(true);
            for (column, list) in (0_u16..).zip(lists) {
                for (row, value) in (0_u32..).zip(list) {
                    sheet.write_string(row, column, value)?;
                }
            }
            Ok(())
        })
    }

    fn worksheet(&mut self, sheet: SheetId) -> Result<&mut xlsx::Worksheet, WriteError> {
        self.sheets.get(sheet.0).ok_or(NO_SHEET)?;
        self.book.worksheet_from_index(sheet.0).map_err(refused)
    }
}
