//! `clerkwork template`: the sheet that people fill in.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::out::Out;
use super::{WELL, bots};
use crate::error::{Error, Result};
use crate::job_log::hex;
use crate::report::form;

/// Write a bot's spreadsheet template: headers with help, drop-downs, an example and a help sheet.
///
/// Fill in its first sheet and run the file as it is; the other sheets are passed over.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork template free-school-meals -o form.xlsx\n  \
    clerkwork template free-school-meals --lookup school-roll -o roll.xlsx")]
pub(super) struct Template {
    /// The bot; see `clerkwork bots list`.
    bot: String,
    /// Where the workbook goes: a name ending in .xlsx.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// The template of one of the bot's lookups instead of that of its own rows.
    #[arg(long, value_name = "NAME")]
    lookup: Option<String>,
}

impl Template {
    pub(super) fn run(&self, out: Out) -> Result<u8> {
        let bot = bots::find(&self.bot)?;
        let role = self.lookup.as_deref().unwrap_or(bot.manifest().source);
        let template = match &self.lookup {
            None => bot.template(),
            Some(name) => bot.lookup_template(name).ok_or_else(|| {
                let known: Vec<&str> = bot.manifest().lookups.iter().map(|it| it.name).collect();
                Error::usage(
                    format!("{} has no lookup {name:?}", self.bot),
                    format!("it has: {}", known.join(", ")),
                )
            })?,
        };
        if self.output.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("xlsx")) {
            return Err(Error::usage(
                format!("{} is not the name of a workbook", self.output.display()),
                "give it a name that ends in .xlsx",
            ));
        }
        if self.output.exists() {
            return Err(Error::usage(
                format!("{} is there already, and may have been filled in", self.output.display()),
                "give the template another name, or take that file away",
            ));
        }
        let written = form::write(template, role, &self.output)
            .map_err(|fault| Error::failed(format!("the template was not written: {fault}"), ""))?;
        let required = template.columns.iter().filter(|column| column.required).count();
        out.object(&json!({
            "bot": self.bot,
            "lookup": self.lookup,
            "output": self.output,
            "columns": template.columns.len(),
            "required": required,
            "sha256": hex(&written.sha256),
        }));
        let next = match &self.lookup {
            None => format!("clerkwork check {} --input {}", self.bot, self.output.display()),
            Some(name) => {
                format!("clerkwork check {} --lookup {name}={}", self.bot, self.output.display())
            }
        };
        out.say(&format!(
            "Wrote {}: {} columns, {required} of which must be filled in\nFill in the sheet \
             {:?}, then see whether it is right:\n  {next}",
            self.output.display(),
            template.columns.len(),
            form::title(role),
        ));
        Ok(WELL)
    }
}
