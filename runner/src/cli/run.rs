//! `clerkwork run`: one batch now, in the foreground.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use tokio::sync::watch;

use super::out::Out;
use super::{NEEDS_A_PERSON, Office, WELL};
use crate::clock;
use crate::connections::Connections;
use crate::error::{Error, Result};
use crate::run::{Outcome, Request, Runner};
use crate::schedule::{self, Schedule};
use crate::store::totals::Totals;

/// Run one batch now: read a sheet or the cases of a CRM, decide, tell others, write the results.
///
/// The same command again goes on with an unfinished batch (after a crash, say), and prints the
/// totals of a finished one. Ctrl-C stops after what is under way.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    clerkwork run free-school-meals --input forms.xlsx --output results.xlsx\n  \
    clerkwork run free-school-meals --input forms.csv --lookup school-roll=none --dry-run\n  \
    clerkwork run free-school-meals --input forms.xlsx --lookup school-roll=roll.xlsx --json")]
pub(super) struct Run {
    /// The schedule; each bot has one of its own name.
    schedule: String,
    /// The sheet to read (default: the one file in the schedule's folder, or what is new in its CRM).
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Where the results workbook goes (default: the schedule's place).
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A second source, or none: school-roll=roll.xlsx, school-roll=none.
    #[arg(long, value_name = "NAME=FILE|none", value_parser = lookup)]
    lookup: Vec<(String, Option<PathBuf>)>,
    /// Run a file anew that was run before, as a batch that follows the old one.
    #[arg(long)]
    again: bool,
    /// Try it: nothing is kept but one log entry.
    #[arg(long, conflicts_with = "again")]
    dry_run: bool,
    /// The run's "today", for checks that a date is not in the future.
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
}

/// `run --json`.
#[derive(Serialize)]
struct Answer {
    batch: i64,
    bot: String,
    already: bool,
    dry_run: bool,
    state: &'static str,
    #[serde(flatten)]
    totals: Totals,
    seconds: f64,
    items_per_second: u64,
    output: Option<PathBuf>,
    log_size: u64,
    log_root: String,
    notices: Vec<String>,
}

impl Run {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let schedule = schedule::find(&office.folder, &self.schedule)?;
        if !schedule.limits.foreground {
            return Err(Error::usage(
                format!("{} may not be run in the foreground", schedule.name),
                "its schedule says foreground = false under [limits]",
            ));
        }
        let bot = schedule.bot.clone();
        let input = match self.input {
            Some(file) if file.is_file() => Some(file),
            Some(file) => {
                return Err(Error::failed(
                    format!("the input file {} is not there", file.display()),
                    "see that its name is right",
                ));
            }
            None if schedule.source.is_crm() => None,
            None => Some(only_file(office, &schedule)?),
        };
        let request = Request {
            schedule,
            input,
            output: self.output,
            lookups: self.lookup.into_iter().collect::<BTreeMap<_, _>>(),
            again: self.again,
            dry_run: self.dry_run,
            queued: false,
            name: None,
            opened_by: None,
            today: self.as_of.unwrap_or_else(clock::today),
        };
        let (progress, bar) = out.steps();
        let runner = Runner::new(
            Arc::clone(&office.folder),
            Arc::new(Connections::of(&office.store)),
            Arc::clone(&office.store),
            office.actor.clone(),
            request,
            progress,
            stop_signal(),
        )
        .await?;
        let ran = runner.run().await;
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        let Some(outcome) = ran? else {
            out.object(&json!({ "batch": null, "bot": bot, "rows": 0 }));
            out.say("Nothing is new, and nothing is left to do");
            return Ok(WELL);
        };
        out.object(&answer(&outcome, bot));
        out.say(&text(&outcome));
        let person = outcome.totals.unresolved() > 0 || outcome.stopped;
        Ok(if person { NEEDS_A_PERSON } else { WELL })
    }
}

pub(super) fn lookup(text: &str) -> Result<(String, Option<PathBuf>), String> {
    let (name, file) = text.split_once('=').ok_or("write it as NAME=FILE or NAME=none")?;
    if file.is_empty() {
        return Err(format!("name a file for {name}, or none"));
    }
    Ok((name.to_owned(), (file != "none").then(|| PathBuf::from(file))))
}

/// Turns true at Ctrl-C or when the system asks us to end.
pub(super) fn stop_signal() -> watch::Receiver<bool> {
    use tokio::signal::unix::{SignalKind, signal};
    let (stop, stopped) = watch::channel(false);
    let waiting = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    if let (Ok(mut interrupt), Ok(mut terminate)) = waiting {
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            tracing::warn!("stopping after what is under way; the same command goes on");
            stop.send_replace(true);
            stop.closed().await;
        });
    }
    stopped
}

/// The one file that the schedule's pattern matches.
fn only_file(office: &Office, schedule: &Schedule) -> Result<PathBuf> {
    let pattern = office.folder.inside(&schedule.source.path)?;
    let ending = pattern.file_name().and_then(|name| name.to_str()).unwrap_or("*").to_owned();
    let folder = pattern.parent().unwrap_or(&pattern).to_owned();
    let suffix = ending.trim_start_matches('*').to_owned();
    let mut files: Vec<PathBuf> = folder
        .read_dir()
        .map_err(Error::io(format!("reading {}", folder.display())))?
        .filter_map(|file| file.ok().map(|file| file.path()))
        .filter(|file| file.is_file() && file.to_string_lossy().ends_with(&suffix))
        .collect();
    files.sort();
    match files.as_slice() {
        [file] => Ok(file.clone()),
        [] => Err(Error::usage(
            format!("there is no file in {}", folder.display()),
            "put one there, or name one with --input FILE",
        )),
        several => Err(Error::usage(
            format!("there are {} files in {}", several.len(), folder.display()),
            "name one of them with --input FILE",
        )),
    }
}

fn answer(outcome: &Outcome, bot: String) -> Answer {
    Answer {
        batch: outcome.batch.0,
        bot,
        already: outcome.already,
        dry_run: outcome.dry_run,
        state: outcome.state.as_str(),
        totals: outcome.totals,
        seconds: outcome.seconds.as_secs_f64(),
        items_per_second: per_second(outcome),
        output: outcome.output.clone(),
        log_size: outcome.log.size,
        log_root: outcome.log.root_text(),
        notices: outcome.notices.clone(),
    }
}

fn per_second(outcome: &Outcome) -> u64 {
    let millis = u64::try_from(outcome.seconds.as_millis()).unwrap_or(u64::MAX).max(1);
    outcome.recorded.saturating_mul(1000) / millis
}

fn text(outcome: &Outcome) -> String {
    let totals = &outcome.totals;
    let mut text = String::new();
    for notice in &outcome.notices {
        text.push_str(&format!("note: {notice}\n"));
    }
    let how = match (outcome.dry_run, outcome.already, outcome.stopped) {
        (true, ..) => ", a dry run: nothing was kept",
        (_, true, _) => ", finished before: nothing was done now (--again runs it anew)",
        (_, _, true) => ", stopped: the same command goes on",
        _ => "",
    };
    text.push_str(&format!("Batch {} is {}{how}\n\n", outcome.batch, outcome.state));
    for (label, n) in totals.lines() {
        text.push_str(&format!("{label:<16}{n:>10}\n"));
    }
    if let Some(output) = &outcome.output {
        text.push_str(&format!("\nResults: {}\n", output.display()));
    }
    if totals.referred > 0 && !outcome.dry_run {
        text.push_str(&format!(
            "Needs a person: clerkwork items --batch {} --state referred\n",
            outcome.batch
        ));
    }
    text.push_str(&format!("Log: {}", outcome.log.held()));
    if outcome.recorded > 0 {
        let seconds = outcome.seconds.as_secs_f64();
        text.push_str(&format!("\n{seconds:.1} s, {} items/s", per_second(outcome)));
    }
    text
}
