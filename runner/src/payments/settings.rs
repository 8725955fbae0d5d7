//! `payments.toml` in the data folder: the council's limits, checks, and the layout of its file.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::layout::Layout;
use crate::error::{Error, Result};
use crate::settings::{self, Folder};

/// The file.
pub const FILE: &str = "payments.toml";

/// `payments.toml`. Without the file nothing leaves: what is to be paid is noted and shown.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where released files are put, inside the data folder.
    #[serde(default = "folder")]
    pub folder: String,
    /// The second person's part.
    pub release: Release,
    /// What is doubted before money moves.
    pub checks: Checks,
    /// The columns of the file.
    #[serde(default)]
    pub file: Layout,
}

/// Who releases what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// One payment over this sum takes a higher approver.
    pub higher_over_payment: Pounds,
    /// A file over this sum in all takes one too.
    pub higher_over_file: Pounds,
    /// Higher approvers, by the name that the log has for them.
    pub higher: Vec<String>,
}

/// A sum of money, written in quotes: "25000.00".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pounds(pub Decimal);

impl TryFrom<String> for Pounds {
    type Error = &'static str;

    fn try_from(text: String) -> std::result::Result<Self, Self::Error> {
        let sum = text.parse::<Decimal>().ok();
        let sum = sum.filter(|sum| !sum.is_sign_negative() && sum.scale() <= 2);
        sum.map(Self).ok_or("write a sum of money as \"250.00\"")
    }
}

/// What is doubted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// An account that so many payees or more have named.
    pub shared_by: i64,
    /// An account that is another than the one before, if that was named within so many days.
    pub changed_within: i64,
}

fn folder() -> String {
    "outbox/payments".to_owned()
}

impl Settings {
    /// The council's own; an error says how to begin where there is none.
    pub fn of(folder: &Folder) -> Result<Self> {
        let text = std::fs::read_to_string(folder.root().join(FILE)).map_err(|fault| {
            if fault.kind() == std::io::ErrorKind::NotFound {
                Error::usage(
                    format!("the data folder has no {FILE}: nobody may pay yet"),
                    "docs/payments.md has one to begin with; the limits in it are the council's",
                )
            } else {
                Error::io(format!("reading {FILE}"))(fault)
            }
        })?;
        let settings: Self = settings::parse(&text, FILE)?;
        let wrong = |what: &str| Err(Error::usage(format!("{FILE} is not right"), what.to_owned()));
        if settings.checks.shared_by < 2 {
            return wrong("[checks] shared_by: 2 or more, for one payee's own account is no doubt");
        }
        if settings.checks.changed_within < 0 {
            return wrong("[checks] changed_within: days, 0 or more");
        }
        if settings.release.higher.is_empty() {
            return wrong("[release] higher: name at least one higher approver");
        }
        folder.inside(&settings.folder)?;
        settings.file.check().map_err(|what| {
            Error::usage(format!("{FILE} is not right"), format!("[file] {what}"))
        })?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings> {
        settings::parse(text, FILE)
    }

    const CHECKS: &str = "[checks]\nshared_by = 3\nchanged_within = 28\n";

    #[test]
    fn limits_are_sums_in_quotes_and_unknown_keys_are_refused() {
        let limits = |payment: &str| {
            format!(
                "{CHECKS}[release]\nhigher_over_payment = {payment}\nhigher_over_file = \"1000000\"\n\
                 higher = [\"irene.moss\"]\n"
            )
        };
        let it = read(&limits("\"250.00\"")).unwrap();
        assert_eq!(it.release.higher_over_payment, Pounds(Decimal::new(25_000, 2)));
        assert_eq!(it.release.higher_over_file, Pounds(Decimal::from(1_000_000)));
        assert_eq!(it.folder, "outbox/payments");
        assert_eq!(it.file, Layout::default());
        for wrong in ["250.00", "\"-1\"", "\"1.005\"", "\"much\""] {
            assert!(read(&limits(wrong)).is_err(), "{wrong}");
        }
        assert!(read(&format!("{}colour = \"red\"\n", limits("\"1\""))).is_err());
        assert!(read(CHECKS).is_err(), "without limits nobody pays");
    }
}
