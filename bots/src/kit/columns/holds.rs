//! What a decision column holds, and how the value that an officer gives it is read.

use rust_decimal::Decimal;

use super::{Cell, dates, is_blank, money, plain};
use crate::kit::ruling::Shown;

/// What a decision column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// An answer out of a list. Without one nothing is decided.
    Words(&'static [&'static str]),
    /// A date.
    Date,
    /// Pounds and pence, not negative.
    Money,
    /// A plain number.
    Number,
    /// Any words.
    Text,
}

impl Holds {
    /// Reads an officer's value; the fault says what would be right. A blank one is empty.
    pub fn read(self, cell: Cell<'_>, epoch_1904: bool) -> Result<Shown, String> {
        let wrong = |problem: &str| format!("{}{problem}", self.expected());
        match (self, cell) {
            (_, Cell::Empty) => Ok(Shown::Empty),
            (_, Cell::Text(text)) if is_blank(text) => Ok(Shown::Empty),
            (Holds::Words(words), Cell::Text(text)) => {
                let found = words.iter().find(|word| plain(word) == plain(text));
                found.map(|word| Shown::words(word)).ok_or_else(|| wrong(""))
            }
            (Holds::Words(words), Cell::Bool(yes)) => {
                let said = if yes { "yes" } else { "no" };
                words.contains(&said).then(|| Shown::words(said)).ok_or_else(|| wrong(""))
            }
            (Holds::Date, Cell::Date(date)) => Ok(Shown::Date(date)),
            (Holds::Date, Cell::Text(text)) => {
                dates::from_text(text, epoch_1904).map(Shown::Date).map_err(wrong)
            }
            (Holds::Date, Cell::Number(serial)) => {
                dates::from_serial(serial, epoch_1904).map(Shown::Date).map_err(wrong)
            }
            (Holds::Money, Cell::Number(amount)) => {
                money::from_number(amount).map(Shown::Money).map_err(wrong)
            }
            (Holds::Money, Cell::Text(text)) => {
                money::from_text(text).map(Shown::Money).map_err(wrong)
            }
            (Holds::Number, Cell::Number(number)) => Ok(Shown::Number(number.normalize())),
            (Holds::Number, Cell::Text(text)) => {
                let number: Result<Decimal, _> = text.trim().parse();
                number.map(Shown::Number).map_err(|_| wrong(""))
            }
            (Holds::Text, Cell::Text(text)) => Ok(Shown::words(text.trim())),
            (Holds::Text, Cell::Number(number)) => Ok(Shown::Text(number.normalize().to_string())),
            _ => Err(wrong("")),
        }
    }

    /// What would be right.
    pub fn expected(self) -> String {
        match self {
            Holds::Words(words) => format!("one of: {}", words.join(", ")),
            Holds::Date => "a date, as dd/mm/yyyy".to_owned(),
            Holds::Money => "pounds and pence, as 123.45".to_owned(),
            Holds::Number => "a number".to_owned(),
            Holds::Text => "text".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_officers_value_is_read_as_what_the_column_holds() {
        let answer = Holds::Words(&["awarded", "not asked"]);
        let text = |text| Cell::Text(text);
        let day = Shown::Date(date(2026, 6, 30));
        for (holds, cell, read) in [
            (answer, text(" Not  Asked "), Some(Shown::words("not asked"))),
            (answer, text("perhaps"), None),
            (answer, Cell::Number(Decimal::ONE), None),
            (Holds::Words(&["yes", "no"]), Cell::Bool(false), Some(Shown::words("no"))),
            (Holds::Date, text("30/06/2026"), Some(day.clone())),
            (Holds::Date, text("2026-06-30"), Some(day)),
            (Holds::Date, text("31/06/2026"), None),
            (Holds::Money, text("£1,150"), Some(Shown::Money(Decimal::new(1150, 0)))),
            (Holds::Money, text("-5"), None),
            (Holds::Number, text("3"), Some(Shown::Number(Decimal::from(3)))),
            (Holds::Text, text(" as agreed "), Some(Shown::words("as agreed"))),
            (Holds::Date, Cell::Empty, Some(Shown::Empty)),
            (Holds::Money, text("  "), Some(Shown::Empty)),
            (Holds::Text, Cell::Error("#N/A"), None),
        ] {
            assert_eq!(holds.read(cell, false).ok(), read, "{holds:?}");
        }
    }
}
