//! `clerkwork schedules`: each schedule in plain English, with its last run and its next ones.

mod last;

use std::collections::BTreeMap;

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::Serialize;
use serde_json::json;

use last::Last;

use super::out::Out;
use super::table::{pairs, wrapped};
use super::{Global, WELL};
use crate::clock;
use crate::error::{Error, Result};
use crate::schedule::calendar::{self, Calendar};
use crate::schedule::times::Times;
use crate::schedule::{self, Schedule, words};
use crate::settings::Folder;

/// Runs that are shown.
const NEXT: usize = 5;
/// A setting is bad.
const BAD: u8 = 2;

/// Show each schedule: when it runs in plain English, its last run, its next five, its deadline.
///
/// It changes nothing. Exit code 2 if anything shown is not right; `clerkwork check` says more.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork schedules\n  \
    clerkwork schedules free-school-meals --as-of 2026-12-23")]
pub(super) struct Schedules {
    /// The schedule; all of them if not given.
    name: Option<String>,
    /// The runs from this day on, instead of from now on.
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
}

/// One schedule of `schedules --json`.
#[derive(Serialize)]
struct Shown {
    schedule: String,
    bot: String,
    title: String,
    source: String,
    cron: Option<String>,
    time_zone: Option<String>,
    calendar: Option<String>,
    when: String,
    /// What came of the last run, where it ever ran by itself.
    last: Last,
    next: Vec<Run>,
    /// Days between them that are closed.
    left_out: Vec<LeftOut>,
    /// Why there are no more, if there are fewer than asked for.
    then: Option<String>,
    deadline: Option<String>,
    faults: Vec<String>,
}

#[derive(Serialize)]
struct LeftOut {
    day: Date,
    why: String,
}

#[derive(Serialize)]
struct Run {
    at: String,
    says: String,
}

impl Schedules {
    pub(super) async fn run(self, global: &Global, out: &Out) -> Result<u8> {
        let folder = Folder::find(global.data.as_deref())?;
        let (schedules, mut faults) = schedule::all(&folder)?;
        let (calendars, wrong) = calendar::all(&folder)?;
        faults.extend(wrong);
        let file = self.name.as_ref().map(|name| format!("schedules/{name}.toml: "));
        if let Some(file) = &file {
            faults.retain(|fault| fault.starts_with(file));
        }
        let wanted = |it: &&Schedule| self.name.as_ref().is_none_or(|name| *name == it.name);
        let mut shown: Vec<Shown> = schedules
            .values()
            .filter(wanted)
            .map(|it| self.shown(it, &calendars, &mut faults))
            .collect();
        for it in &mut shown {
            it.last = Last::of(&folder, &it.schedule).await?;
        }
        if let (Some(name), [], []) = (&self.name, shown.as_slice(), faults.as_slice()) {
            let names = schedules.keys().cloned().collect::<Vec<_>>().join(", ");
            let advice = format!("there are: {names}");
            return Err(Error::usage(format!("there is no schedule {name:?}"), advice));
        }
        let well = faults.is_empty() && shown.iter().all(|it| it.faults.is_empty());
        out.object(&json!({
            "as_of": self.as_of.unwrap_or_else(clock::today).to_string(),
            "run_by": "clerkwork serve",
            "schedules": shown,
            "faults": faults,
            "well": well,
        }));
        out.answer(&text(&shown, &faults));
        Ok(if well { WELL } else { BAD })
    }

    /// Takes what is wrong with it from the list of all faults.
    fn shown(
        &self,
        it: &Schedule,
        calendars: &BTreeMap<String, Calendar>,
        faults: &mut Vec<String>,
    ) -> Shown {
        let file = format!("schedules/{}.toml: ", it.name);
        let mine = faults.extract_if(.., |fault| fault.starts_with(&file)).collect();
        let mut shown = Shown {
            schedule: it.name.clone(),
            bot: it.bot.clone(),
            title: it.title.clone(),
            source: format!("{} {}", it.source.connector, it.source.path).trim_end().to_owned(),
            cron: it.when.as_ref().map(|when| when.cron.clone()),
            time_zone: it.when.as_ref().map(|when| when.time_zone.clone()),
            calendar: it.when.as_ref().and_then(|when| when.calendar.clone()),
            when: "only when it is asked to: it has no [when]".to_owned(),
            last: Last::default(),
            next: Vec::new(),
            left_out: Vec::new(),
            then: None,
            deadline: None,
            faults: mine,
        };
        let Some(when) = &it.when else { return shown };
        let (Ok(times), Some(calendar)) = (Times::of(when), it.calendar(calendars)) else {
            "cannot be told: see what is wrong".clone_into(&mut shown.when);
            return shown;
        };
        shown.when = words::when(when, &times, &calendar);
        shown.deadline = words::deadline(it, &calendar, self.as_of.unwrap_or_else(clock::today));
        let from = self.from(times.zone());
        let mut offset = from.to_zoned(times.zone().clone()).offset();
        let mut runs = times.after(from, &calendar);
        for run in runs.by_ref().take(NEXT) {
            match run {
                Ok(at) => {
                    let changed = at.offset() != offset;
                    offset = at.offset();
                    shown.next.push(Run { at: moment(&at), says: said(&at, changed) });
                }
                Err(unknown) => shown.then = Some(unknown.to_string()),
            }
        }
        let left_out = runs.left_out().iter();
        shown.left_out =
            left_out.map(|(day, why)| LeftOut { day: *day, why: (*why).to_owned() }).collect();
        shown
    }

    /// The moment before which no run is shown: now, or just before the day named.
    fn from(&self, zone: &TimeZone) -> Timestamp {
        let start = self.as_of.and_then(|day| day.to_zoned(zone.clone()).ok());
        let start = start
            .and_then(|at| at.timestamp().checked_sub(jiff::SignedDuration::from_secs(1)).ok());
        start.unwrap_or_else(clock::now)
    }
}

fn moment(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn said(at: &Zoned, changed: bool) -> String {
    let changed = if changed {
        at.strftime("  (the clocks have changed: UTC%:z)").to_string()
    } else {
        String::new()
    };
    format!("{}{changed}", words::run(at))
}

fn text(shown: &[Shown], faults: &[String]) -> String {
    let mut text: Vec<String> = shown.iter().map(one).collect();
    if shown.is_empty() && faults.is_empty() {
        text.push(
            "There is no schedule. Make one in schedules/: a file for each job, as \
             docs/schedules.md says"
                .to_owned(),
        );
    }
    if !faults.is_empty() {
        let lines: Vec<String> = faults.iter().map(|fault| wrapped("-", fault)).collect();
        text.push(format!("Not right:\n{}", lines.join("\n")));
    }
    if shown.iter().any(|it| it.cron.is_some()) {
        text.push("They run by themselves as long as clerkwork serve runs.".to_owned());
    }
    text.join("\n\n")
}

fn one(it: &Shown) -> String {
    let mut lines = vec![
        ("Bot".to_owned(), it.bot.clone()),
        ("Source".to_owned(), it.source.clone()),
        ("Runs".to_owned(), it.when.clone()),
    ];
    if it.cron.is_some() {
        lines.extend(it.last.lines());
    }
    for (at, run) in it.next.iter().enumerate() {
        let label = if at == 0 { "Next" } else { "" };
        lines.push((label.to_owned(), run.says.clone()));
    }
    let label = if it.next.is_empty() { "Next" } else { "" };
    lines.extend(it.then.iter().map(|then| (label.to_owned(), then.clone())));
    for (at, closed) in it.left_out.iter().enumerate() {
        let label = if at == 0 { "Left out" } else { "" };
        lines.push((label.to_owned(), format!("{}: {}", words::day(closed.day), closed.why)));
    }
    lines.extend(it.deadline.iter().map(|says| ("Deadline".to_owned(), says.clone())));
    for fault in &it.faults {
        lines.push(("NOT RIGHT".to_owned(), fault.clone()));
    }
    let title = if it.title.is_empty() { String::new() } else { format!(": {}", it.title) };
    format!("{}{title}\n{}", it.schedule, pairs(&lines))
}
