//! The columns of a payments file, which the council sets, and the file's bytes.

use serde::{Deserialize, Serialize};

use super::pounds;
use crate::error::{Error, Result};
use crate::store::payments::{Payee, Payment};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// Our number of the payment, by which it is read back.
    Payment,
    /// Whose account it is.
    Payee,
    /// Six digits.
    SortCode,
    /// Eight digits.
    Account,
    /// Pounds, as 150.00.
    Amount,
    /// Pence, as 15000.
    AmountPence,
    /// By when, as 2026-08-01.
    Due,
    /// By when, as 01/08/2026.
    DueUk,
    /// What stands on the payee's statement.
    Reference,
    /// Nothing: the importing system wants the column.
    Empty,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// What it holds.
    pub holds: Holds,
}

/// The columns of the file, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Layout {
    /// Each once, but empty ones.
    pub columns: Vec<Column>,
    /// Whether the headers are the first line.
    pub headers: bool,
}

impl Default for Layout {
    fn default() -> Self {
        let column = |(header, holds): (&str, Holds)| Column { header: header.to_owned(), holds };
        let columns = [
            ("Payment", Holds::Payment),
            ("Payee", Holds::Payee),
            ("Sort code", Holds::SortCode),
            ("Account", Holds::Account),
            ("Amount", Holds::Amount),
            ("Due", Holds::Due),
            ("Reference", Holds::Reference),
        ];
        Self { columns: columns.into_iter().map(column).collect(), headers: true }
    }
}

impl Layout {
    /// What a file cannot go without.
    pub(super) fn check(&self) -> std::result::Result<(), String> {
        let has = |holds: &[Holds]| self.columns.iter().any(|column| holds.contains(&column.holds));
        for (holds, what) in [
            (&[Holds::Payment][..], "payment, by which what was paid and returned is read back"),
            (&[Holds::Payee], "payee"),
            (&[Holds::SortCode], "sort-code"),
            (&[Holds::Account], "account"),
            (&[Holds::Amount, Holds::AmountPence], "amount or amount-pence"),
        ] {
            if !has(holds) {
                return Err(format!("columns: one of them holds {what}"));
            }
        }
        Ok(())
    }

    /// As it is kept with a file.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("a layout is plain data")
    }

    /// As it was kept.
    pub(super) fn of(text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|_| Error::failed("the layout of the payments file cannot be read", ""))
    }

    /// The file. The same payments give the same bytes.
    pub(super) fn bytes<'p>(
        &self,
        payments: impl Iterator<Item = (&'p Payment, &'p Payee)>,
    ) -> Vec<u8> {
        let mut text = String::new();
        let mut line = |cells: Vec<String>| {
            let cells: Vec<String> = cells.iter().map(|it| cell(it)).collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        };
        if self.headers {
            line(self.columns.iter().map(|it| it.header.clone()).collect());
        }
        for (payment, payee) in payments {
            line(self.columns.iter().map(|it| it.holds.of(payment, payee)).collect());
        }
        text.into_bytes()
    }
}

impl Holds {
    fn of(self, payment: &Payment, payee: &Payee) -> String {
        match self {
            Self::Payment => payment.id.to_string(),
            Self::Payee => plain(&payee.name),
            Self::SortCode => payee.sort_code.clone(),
            Self::Account => payee.account.clone(),
            Self::Amount => pounds(payment.pence),
            Self::AmountPence => payment.pence.to_string(),
            Self::Due => payment.due.to_string(),
            Self::DueUk => payment.due.strftime("%d/%m/%Y").to_string(),
            Self::Reference => payee.reference.clone(),
            Self::Empty => String::new(),
        }
    }
}

/// A header of the council's may hold what parts cells; what we write ourselves does not.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A name as a bank and a spreadsheet take it: it begins with a letter or digit, and is no formula.
fn plain(name: &str) -> String {
    let kept = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '\'' | '&' | '/');
    let text: String = name.chars().map(|c| if kept(c) { c } else { ' ' }).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ItemId;
    use crate::state;

    fn one() -> (Payment, Payee) {
        let payment = Payment {
            id: 17,
            item: ItemId(1),
            ruling: 1,
            kind: "clothing-grant".to_owned(),
            period: "2026/27".to_owned(),
            n: 1,
            pence: 15_005,
            due: jiff::civil::date(2026, 8, 1),
            state: state::Payment::Released,
            reason: String::new(),
            cleared: None,
            file: Some(1),
        };
        let payee = Payee {
            name: "=cmd|' /C calc'!A0, \"Zoë\" O'Neil-Grant".to_owned(),
            sort_code: "089999".to_owned(),
            account: "06374958".to_owned(),
            reference: "SCHOOL CLOTHING".to_owned(),
        };
        (payment, payee)
    }

    #[test]
    fn a_file_is_made_as_the_council_lays_it_out() {
        let (payment, payee) = one();
        let bytes = Layout::default().bytes([(&payment, &payee)].into_iter());
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "Payment,Payee,Sort code,Account,Amount,Due,Reference\r\n\
             17,cmd ' /C calc' A0 Zoë O'Neil-Grant,089999,06374958,150.05,2026-08-01,SCHOOL CLOTHING\r\n"
        );
        let layout: Layout = toml::from_str(
            "headers = false\ncolumns = [{header = \"\", holds = \"due-uk\"}, \
             {header = \"\", holds = \"empty\"}, {header = \"\", holds = \"amount-pence\"}]",
        )
        .unwrap();
        let bytes = layout.bytes([(&payment, &payee)].into_iter());
        assert_eq!(String::from_utf8(bytes).unwrap(), "01/08/2026,,15005\r\n");
        assert!(layout.check().unwrap_err().contains("read back"));
        assert_eq!(Layout::default().check(), Ok(()));
        assert_eq!(Layout::of(&layout.text()).unwrap(), layout);
    }
}
