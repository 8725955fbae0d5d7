//! `payments.toml` in the data folder: the council's limits, checks, and the layout of its file.

use serde::{Deserialize, Serialize};

use super::layout::Layout;
use crate::error::{Error, Result};
use crate::settings::figures::Amount;
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
    pub higher_over_payment: Amount,
    /// A file over this sum in all takes one too.
    pub higher_over_file: Amount,
    /// Higher approvers, by the name that the log has for them.
    pub higher: Vec<String>,
}

/// What is doubted.
#[derive(Debug, Serialize, Deserialize)]
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
