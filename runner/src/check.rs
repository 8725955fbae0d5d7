//! Everything that must be right before a run, looked over without effect: settings, keys,
//! policies, schedules, lookups, and the rows of a sheet as a run would find them.

mod outside;
mod rows;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use clerkwork_bots::kit::{Policy, Registered};
use jiff::civil::Date;
use serde::Serialize;

use crate::alerts;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::health::{Finding, settings};
use crate::lookups;
use crate::pipeline;
use crate::schedule::{self, Schedule};
use crate::settings::Folder;
use crate::store::matches;

pub use rows::{Counts, Look, Through, Wrong};

/// Faults that are told in full; more are counted.
pub const TOLD: usize = 1000;

/// What is to be looked over.
pub struct Request<'a> {
    /// One schedule; all of them if not given.
    pub schedule: Option<&'a str>,
    /// A sheet to be read as a run of that schedule would read it.
    pub input: Option<&'a Path>,
    /// Lookups named at the command line: a file, or none.
    pub lookups: &'a BTreeMap<String, Option<PathBuf>>,
    /// The run's day.
    pub today: Date,
}

/// What was found.
#[derive(Debug, Default, Serialize)]
pub struct Checked {
    /// Everything about settings and lookups.
    pub findings: Vec<Finding>,
    /// The sheet, if one was named and could be read.
    pub sheet: Option<Sheet>,
    /// The sheet or a lookup could not be read.
    pub unreadable: bool,
}

/// What a run would find in a sheet, sameness left aside. Holds nothing that was found in a cell.
#[derive(Debug, Default, Serialize)]
pub struct Sheet {
    /// Non-blank rows below the header.
    pub rows: u64,
    /// Rows that would become a case.
    pub good: u64,
    /// Rows that would be rejected.
    pub rejected: u64,
    /// What is wrong with them, the first [`TOLD`].
    pub faults: Vec<RowFault>,
    /// How many faults there are in all.
    pub faults_in_all: usize,
    /// Headers not recognised, sheets passed over, and what else there is to know.
    pub notices: Vec<String>,
}

/// One thing wrong with one row.
#[derive(Debug, Serialize)]
pub struct RowFault {
    /// The sheet's name.
    pub sheet: String,
    /// The sheet's own row number.
    pub row: i64,
    /// The column's header.
    pub column: String,
    /// Code of the fault.
    pub code: String,
    /// What is expected and what to do.
    pub expected: String,
}

/// Looks everything over.
pub async fn check(folder: &Folder, request: &Request<'_>) -> Result<Checked> {
    let mut checked = Checked::default();
    checked.findings.push(Finding::ok("settings", "clerkwork.toml and council.toml are right"));
    checked.findings.extend(settings::look(folder));
    checked.findings.extend(settings::keys(folder));
    if folder.database().exists() {
        let db = Db::open_reading(&folder.database()).await?;
        checked.findings.extend(settings::right_key(folder, &db).await?);
    } else {
        let advice = "put it back from your backup, or make a new data folder: clerkwork init";
        checked.findings.push(Finding::bad("store", "clerkwork.db is not there", advice));
    }
    checked.findings.extend(settings::schedules(folder, request.schedule)?);
    checked.findings.extend(settings::calendars(folder, request.schedule, request.today)?);
    let (mut schedules, _) = schedule::all(folder)?;
    if folder.database().exists() {
        let db = Db::open_reading(&folder.database()).await?;
        for schedule in schedules.values_mut() {
            schedule.source.also(matches::matched(&db, &schedule.name).await?);
        }
    }
    let wanted = |name: &str| request.schedule.is_none_or(|only| only == name);
    let schedules: Vec<&Schedule> = schedules.values().filter(|it| wanted(&it.name)).collect();
    let only = request.schedule.map(|_| schedules.first().map_or("", |it| it.bot.as_str()));
    if only != Some("") {
        checked.findings.extend(settings::policies(folder, only));
        checked.findings.extend(settings::notices(folder, only));
    }
    checked.findings.extend(settings::retention(folder));
    checked.findings.extend(settings::hand_out(folder));
    checked.findings.extend(alerts::list::findings(folder, None).await);
    for schedule in &schedules {
        let Some(bot) = clerkwork_bots::find(&schedule.bot) else { continue };
        for lookup in bot.manifest().lookups {
            look_at(folder, request, schedule, bot, lookup.name, &mut checked).await;
        }
    }
    checked.findings.extend(outside::look(folder, &schedules).await);
    if let (Some(input), [schedule]) = (request.input, schedules.as_slice()) {
        read(folder, request, schedule, input, &mut checked).await;
    }
    Ok(checked)
}

/// One lookup of a schedule: is it there, can it be read, which of its rows cannot.
async fn look_at(
    folder: &Folder,
    request: &Request<'_>,
    schedule: &Schedule,
    bot: &'static Registered,
    name: &str,
    checked: &mut Checked,
) {
    let Some(bound) = schedule.lookups.get(name) else { return };
    let path = match request.lookups.get(name) {
        Some(None) => {
            let says = format!("{name}: left aside, as asked");
            return checked.findings.push(Finding::ok("lookup", says));
        }
        Some(Some(path)) => path.clone(),
        None => match folder.inside(&bound.path) {
            Ok(path) => path,
            Err(_) => return, // the schedule's own faults tell of it
        },
    };
    if !path.is_file() {
        return checked.findings.push(Finding::bad(
            "lookup",
            format!("{name} is not there: {}", path.display()),
            format!("put it there, name one with --lookup {name}=FILE, or run without it: --lookup {name}=none"),
        ));
    }
    let (columns, about) = (&bound.columns, &bound.about);
    match lookups::load(bot, name, &path, columns, about, request.today).await {
        Err(fault) => {
            checked.unreadable = true;
            checked.findings.push(Finding::of("file", &fault));
        }
        Ok(loaded) if loaded.faults.is_empty() => {
            let says = format!("{name}: {} records", loaded.records);
            checked.findings.push(Finding::ok("lookup", says));
        }
        Ok(loaded) => {
            let mut advice: Vec<String> = loaded.faults.iter().take(20).cloned().collect();
            if loaded.faults.len() > advice.len() {
                advice.push(format!("and {} more", loaded.faults.len() - advice.len()));
            }
            checked.findings.push(Finding::warning(
                "lookup",
                format!(
                    "{name}: {} records; rows that cannot be read are left out",
                    loaded.records
                ),
                advice.join("\n"),
            ));
        }
    }
}

async fn read(
    folder: &Folder,
    request: &Request<'_>,
    schedule: &Schedule,
    input: &Path,
    checked: &mut Checked,
) {
    let Some(bot) = clerkwork_bots::find(&schedule.bot) else { return };
    let Ok(policy) = pipeline::policy(folder, bot) else { return };
    match rows(bot, &policy, schedule, input, request.today).await {
        Ok(sheet) => checked.sheet = Some(sheet),
        Err(fault) => {
            checked.unreadable = true;
            checked.findings.push(Finding::of("file", &fault));
        }
    }
}

async fn rows(
    bot: &'static Registered,
    policy: &Policy,
    schedule: &Schedule,
    input: &Path,
    today: Date,
) -> Result<Sheet> {
    let file = File::open(input).map_err(Error::io("opening the input file"))?;
    let mut sheet = Sheet::default();
    let look = Look { bot, policy, columns: &schedule.source.columns, today };
    let (counts, notices) = {
        let mut wrong = |fault: Wrong<'_>| sheet.tell(fault);
        let through = look.through(file, &mut |_| (), &mut wrong).await;
        (through.counts, through.notices?)
    };
    Ok(Sheet { rows: counts.rows, good: counts.good, rejected: counts.rejected, notices, ..sheet })
}

impl Sheet {
    fn tell(&mut self, fault: Wrong<'_>) {
        self.faults_in_all += 1;
        if self.faults.len() < TOLD {
            self.faults.push(RowFault {
                sheet: fault.sheet.to_owned(),
                row: fault.row,
                column: fault.problem.column,
                code: fault.problem.code,
                expected: fault.problem.expected,
            });
        }
    }
}
