//! `clerkwork check`: is everything right, before anything starts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::out::Out;
use super::{Global, WELL};
use crate::check::{self, Checked, Request, Sheet};
use crate::clock;
use crate::error::{Error, Result};
use crate::health::Level;
use crate::settings::Folder;

/// Rows at fault that are listed on the screen; --json lists a thousand.
const LISTED: usize = 50;

/// Look over settings, keys, policies, schedules and lookups, and the rows of a sheet.
///
/// It changes nothing. Exit code 0 if all is well, 2 if a setting is bad (a run would be refused),
/// 1 if the sheet or a lookup cannot be read. Rows that a run would reject are listed with sheet,
/// row, column and what is expected; what they hold is not shown.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork check\n  \
    clerkwork check free-school-meals --input forms.xlsx\n  \
    clerkwork check free-school-meals --lookup school-roll=roll.xlsx --json")]
pub(super) struct Check {
    /// The schedule; all of them if not given.
    schedule: Option<String>,
    /// A sheet: what would a run find in it?
    #[arg(long, value_name = "FILE", requires = "schedule")]
    input: Option<PathBuf>,
    /// A second source, or none: school-roll=roll.xlsx, school-roll=none.
    #[arg(long, value_name = "NAME=FILE|none", value_parser = super::run::lookup)]
    lookup: Vec<(String, Option<PathBuf>)>,
    /// The run's "today", for checks that a date is not in the future.
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
}

impl Check {
    pub(super) async fn run(self, global: &Global, out: &Out) -> Result<u8> {
        let folder = Folder::find(global.data.as_deref())?;
        if let Some(file) = self.input.as_ref().filter(|file| !file.is_file()) {
            return Err(Error::failed(
                format!("the input file {} is not there", file.display()),
                "see that its name is right",
            ));
        }
        let lookups: BTreeMap<String, Option<PathBuf>> = self.lookup.into_iter().collect();
        let request = Request {
            schedule: self.schedule.as_deref(),
            input: self.input.as_deref(),
            lookups: &lookups,
            today: self.as_of.unwrap_or_else(clock::today),
        };
        let checked = check::check(&folder, &request).await?;
        let exit = exit(&checked);
        let mut object = json!(checked);
        object["well"] = json!(exit == WELL);
        out.object(&object);
        out.answer(&text(&checked, exit));
        Ok(exit)
    }
}

/// What a run would be refused for comes before what it could not read.
fn exit(checked: &Checked) -> u8 {
    let bad = |about: fn(&str) -> bool| {
        checked.findings.iter().any(|it| it.level == Level::Bad && about(it.about))
    };
    if bad(|about| about != "file") {
        2
    } else if checked.unreadable {
        1
    } else {
        WELL
    }
}

fn text(checked: &Checked, exit: u8) -> String {
    let mut text: Vec<String> = checked.findings.iter().map(ToString::to_string).collect();
    if let Some(sheet) = &checked.sheet {
        text.push(String::new());
        text.extend(lines(sheet));
    }
    text.push(String::new());
    text.push(match exit {
        WELL if checked.sheet.as_ref().is_some_and(|sheet| sheet.rejected > 0) => {
            "All settings are right; the rows above would be rejected. Nothing was changed"
                .to_owned()
        }
        WELL => "All well; nothing was changed".to_owned(),
        1 => "A file cannot be read; nothing was changed".to_owned(),
        _ => "A run would be refused; mend what is bad above. Nothing was changed".to_owned(),
    });
    text.join("\n")
}

fn lines(sheet: &Sheet) -> Vec<String> {
    let mut lines = vec![format!(
        "{} rows: {} would be taken in, {} would be rejected",
        sheet.rows, sheet.good, sheet.rejected
    )];
    for fault in sheet.faults.iter().take(LISTED) {
        lines.push(format!(
            "  sheet {:?}, row {}, column {}: expected {}",
            fault.sheet, fault.row, fault.column, fault.expected
        ));
    }
    let more = sheet.faults_in_all.saturating_sub(LISTED);
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    lines.extend(sheet.notices.iter().map(|notice| format!("note: {notice}")));
    lines
}
