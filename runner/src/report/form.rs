//! The spreadsheet template of a bot or a lookup as a workbook that is filled in and run as it is.
//!
//! The first sheet holds nothing but the header row. Example and help stand on sheets of their own
//! whose cells no header search takes for headers.

use std::path::Path;

use clerkwork_bots::kit::{Column, Kind, Template};
use clerkwork_connectors::spreadsheet::{ColumnKind, Heading, Out, Workbook, WriteError, Written};

/// The sheet with a row as it should look.
pub const EXAMPLE: &str = "Example";
/// The sheet that says what each column means.
pub const HELP: &str = "Help";

const YES_NO: [&str; 2] = ["yes", "no"];

/// Excel's limit for the name of a sheet.
const NAME: usize = 31;

/// What the sheet that is filled in is called: `school-roll` as `School roll`.
pub fn title(role: &str) -> String {
    let words = role.replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).take(NAME).collect()
}

/// Writes the workbook for a template; `role` is the source or lookup whose rows it takes.
pub fn write(template: &Template, role: &str, path: &Path) -> Result<Written, WriteError> {
    let mut book = Workbook::create(path)?;
    data(&mut book, template, &title(role))?;
    example(&mut book, template)?;
    help(&mut book, template)?;
    book.finish()
}

fn data(book: &mut Workbook, template: &Template, title: &str) -> Result<(), WriteError> {
    let headings: Vec<Heading<'_>> = template
        .columns
        .iter()
        .map(|column| Heading {
            title: &column.header,
            width: f64::from(column.width),
            kind: kind(column.kind),
        })
        .collect();
    let sheet = book.sheet(title, &headings)?;
    for (at, column) in (0_u16..).zip(&template.columns) {
        book.note(sheet, at, &note(column))?;
        match column.kind {
            Kind::YesNo => book.choices(sheet, at, &YES_NO)?,
            Kind::Choice => book.choices(sheet, at, &column.listed().collect::<Vec<_>>())?,
            Kind::Text
            | Kind::Name
            | Kind::Date { .. }
            | Kind::Dates
            | Kind::Money
            | Kind::Number { .. }
            | Kind::Balance
            | Kind::Digits { .. }
            | Kind::Nino
            | Kind::Postcode => {}
        }
    }
    Ok(())
}

/// One row as it should look. Its headers carry a mark, so that it is never read as data.
fn example(book: &mut Workbook, template: &Template) -> Result<(), WriteError> {
    let titles: Vec<String> =
        template.columns.iter().map(|column| format!("Example: {}", column.header)).collect();
    let headings: Vec<Heading<'_>> = template
        .columns
        .iter()
        .zip(&titles)
        .map(|(column, title)| Heading {
            title,
            width: f64::from(column.width.max(14)),
            kind: ColumnKind::Text,
        })
        .collect();
    let sheet = book.sheet(EXAMPLE, &headings)?;
    let cells: Vec<Out<'_>> =
        template.columns.iter().map(|column| Out::Text(&column.example)).collect();
    book.row(sheet, &cells)
}

fn help(book: &mut Workbook, template: &Template) -> Result<(), WriteError> {
    let titles = [
        ("Where and what", 34.0),
        ("Must be filled in?", 12.0),
        ("What stands there", 40.0),
        ("Meaning", 70.0),
        ("Looks like", 26.0),
        ("Also understood as a heading", 60.0),
    ];
    let headings: Vec<Heading<'_>> = titles
        .iter()
        .map(|(title, width)| Heading { title, width: *width, kind: ColumnKind::Wrapped })
        .collect();
    let sheet = book.sheet(HELP, &headings)?;
    for (at, column) in template.columns.iter().enumerate() {
        let name = format!("Column {}: {}", letters(at), column.header);
        let synonyms = format!("Headings: {}", column.synonyms.join("; "));
        let example = format!("Such as: {}", column.example);
        book.row(
            sheet,
            &[
                Out::Wrapped(&name),
                Out::Text(if column.required { "must be filled in" } else { "may be empty" }),
                Out::Wrapped(&column.expected()),
                Out::Wrapped(&column.help),
                Out::Wrapped(if column.example.is_empty() { "" } else { &example }),
                Out::Wrapped(if column.synonyms.is_empty() { "" } else { &synonyms }),
            ],
        )?;
    }
    Ok(())
}

/// Numbers that are names keep their leading zeros as text.
fn kind(kind: Kind) -> ColumnKind {
    match kind {
        Kind::Date { .. } => ColumnKind::Date,
        Kind::Money | Kind::Balance => ColumnKind::Money,
        Kind::YesNo | Kind::Choice | Kind::Number { .. } => ColumnKind::General,
        Kind::Text
        | Kind::Name
        | Kind::Dates
        | Kind::Digits { .. }
        | Kind::Nino
        | Kind::Postcode => ColumnKind::Text,
    }
}

fn note(column: &Column) -> String {
    let required = if column.required { "Must be filled in." } else { "May be empty." };
    let text = format!("{}\n{required} Expected: {}.", column.help, column.expected());
    if column.example.is_empty() {
        return text;
    }
    format!("{text}\nSuch as: {}", column.example)
}

/// A column's letters: A, Z, AA.
fn letters(mut at: usize) -> String {
    let mut text = String::new();
    loop {
        let letter = u8::try_from(at % 26).map_or('?', |n| char::from(b'A' + n));
        text.insert(0, letter);
        match (at / 26).checked_sub(1) {
            None => return text,
            Some(next) => at = next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        let named: Vec<String> = [0, 25, 26, 51, 52, 701, 702].map(letters).into();
        assert_eq!(named, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn what_has_leading_zeros_is_a_column_of_text() {
        for bot in clerkwork_bots::all() {
            for column in &bot.template().columns {
                let digits = matches!(column.kind, Kind::Digits { .. } | Kind::Nino);
                assert!(!digits || kind(column.kind) == ColumnKind::Text, "{}", column.header);
            }
        }
    }
}
