//! Schedules: one TOML file a job, binding a bot to its source, lookups, outlets and times.
//!
//! The defaults are carried in the program; a file of the same name in the data folder wins.

pub mod calendar;
pub mod rounds;
pub mod times;
pub mod words;

pub mod bound;
mod faults;

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::settings::Folder;
pub use bound::{LookupSource, Outlet, Source};
use calendar::{Calendar, NotKnown};
pub use faults::NOTICE;

/// Embeds files of `schedules/` by name.
macro_rules! carried {
    ($($name:literal,)*) => {
        &[$(($name, include_str!(concat!("../../schedules/", $name, ".toml"))),)*]
    };
}

/// The schedules that come with the program: name and text.
#[rustfmt::skip] // One name a line, so that `clerkwork bots new` can add one.
pub const DEFAULTS: &[(&str, &str)] = carried![
    "benefits-claims",
    "free-school-meals",
    "hr-queries",
    "rent-accounts",
    "school-awards",
];

/// A schedule as its file has it.
#[derive(Clone, Debug, Deserialize)]
pub struct Schedule {
    /// Its file's name without `.toml`.
    #[serde(skip)]
    pub name: String,
    /// The bot.
    pub bot: String,
    /// A title for lists.
    #[serde(default)]
    pub title: String,
    /// Where work comes from.
    pub source: Source,
    /// Second sources, by the bot's own names for them.
    #[serde(default)]
    pub lookups: BTreeMap<String, LookupSource>,
    /// Where results go besides the report.
    #[serde(default)]
    pub outlets: BTreeMap<String, Outlet>,
    /// Where the report goes.
    #[serde(default)]
    pub results: Results,
    /// When it runs by itself.
    pub when: Option<When>,
    /// Limits.
    #[serde(default)]
    pub limits: Limits,
    /// How often what still waits is looked at again.
    #[serde(default)]
    pub again: Again,
}

/// How often a case that was put off is looked at again while it still waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Again {
    /// So many looks; then it is an officer's.
    pub times: i64,
    /// So many days lie between two looks.
    pub days: i64,
}

impl Again {
    /// The most looks at a case.
    pub const MOST_TIMES: i64 = 50;
    /// The most days between two.
    pub const MOST_DAYS: i64 = 366;

    /// The day of the look after one on this day.
    pub fn next(&self, day: Date) -> Date {
        day.checked_add(self.days.days()).unwrap_or(Date::MAX)
    }
}

impl Default for Again {
    fn default() -> Self {
        Self { times: 3, days: 7 }
    }
}

/// Where the report goes.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Results {
    /// A path relative to the data folder; `{batch}` becomes the batch's number.
    #[serde(default)]
    pub path: Option<String>,
}

/// When a schedule runs by itself.
#[derive(Clone, Debug, Deserialize)]
pub struct When {
    /// Five fields: minute, hour, day of month, month, day of week.
    pub cron: String,
    /// An IANA time zone.
    pub time_zone: String,
    /// A calendar, by name: a division's bank holidays, with the council's own days.
    pub calendar: Option<String>,
    /// What becomes of runs that were missed.
    #[serde(default)]
    pub missed: Missed,
    /// What becomes of a run that is due while the last one is under way.
    #[serde(default)]
    pub overlap: Overlap,
    /// By when a batch should be settled, such as `5 working days`.
    pub deadline: Option<String>,
}

/// What becomes of runs that were missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missed {
    /// Each of them is made up for.
    All,
    /// The last of them is.
    #[default]
    Last,
    /// None is.
    None,
}

/// What becomes of a run that is due while the last one is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overlap {
    /// It is left out.
    #[default]
    Skip,
    /// It waits.
    Queue,
}

/// Limits of a schedule.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Items a slice.
    pub slice: i64,
    /// Further rounds of post-backs after the first.
    pub rounds: i64,
    /// How long an item waits after each round that failed, in seconds; past the last of them it
    /// waits until the next working day.
    pub pauses: Vec<u32>,
    /// Batches from a watched folder with more items need a second person.
    pub approve_over: Option<i64>,
    /// Whether `clerkwork run` may be used on it.
    pub foreground: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            slice: 500,
            rounds: 5,
            pauses: vec![60, 600, 3600, 6 * 3600],
            approve_over: None,
            foreground: true,
        }
    }
}

/// Every schedule of a data folder, by name, and everything that is wrong with them.
pub fn all(folder: &Folder) -> Result<(BTreeMap<String, Schedule>, Vec<String>)> {
    let mut texts: BTreeMap<String, String> =
        DEFAULTS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let path = folder.root().join("schedules");
    if path.is_dir() {
        for file in
            std::fs::read_dir(&path).map_err(Error::io("reading the folder of schedules"))?
        {
            let file = file.map_err(Error::io("reading the folder of schedules"))?.path();
            let (Some(name), Some("toml")) = (
                file.file_stem().and_then(|s| s.to_str()),
                file.extension().and_then(|s| s.to_str()),
            ) else {
                continue;
            };
            let text = std::fs::read_to_string(&file).map_err(Error::io("reading a schedule"))?;
            texts.insert(name.to_owned(), text);
        }
    }
    let (calendars, _) = calendar::all(folder)?;
    let (mut schedules, mut faults) = (BTreeMap::new(), Vec::new());
    for (name, text) in texts {
        match parse(&name, &text) {
            Ok((schedule, unknown)) => {
                faults.extend(unknown);
                faults.extend(schedule.faults(folder, &calendars));
                schedules.insert(name, schedule);
            }
            Err(fault) => faults.push(fault),
        }
    }
    Ok((schedules, faults))
}

/// One schedule, without fault.
pub fn find(folder: &Folder, name: &str) -> Result<Schedule> {
    let (mut schedules, faults) = all(folder)?;
    let mine = format!("schedules/{name}.toml: ");
    let faults: Vec<String> = faults.into_iter().filter(|fault| fault.starts_with(&mine)).collect();
    if !faults.is_empty() {
        return Err(Error::usage(format!("the schedule {name} is not right"), faults.join("\n")));
    }
    let names = schedules.keys().cloned().collect::<Vec<_>>().join(", ");
    schedules.remove(name).ok_or_else(|| {
        Error::usage(format!("there is no schedule {name:?}"), format!("there are: {names}"))
    })
}

/// A schedule and the keys in it that nobody knows.
fn parse(name: &str, text: &str) -> Result<(Schedule, Vec<String>), String> {
    let at = |fault: &dyn std::fmt::Display| format!("schedules/{name}.toml: {fault}");
    let deserializer = toml::Deserializer::parse(text).map_err(|fault| at(&fault))?;
    let mut unknown = Vec::new();
    let schedule: Schedule = serde_ignored::deserialize(deserializer, |path| {
        unknown.push(at(&format!("unknown key {path}")));
    })
    .map_err(|fault| at(&fault))?;
    Ok((Schedule { name: name.to_owned(), ..schedule }, unknown))
}

impl Schedule {
    /// Its calendar: Monday to Friday if it names none, `None` if there is none of that name.
    pub fn calendar(&self, calendars: &BTreeMap<String, Calendar>) -> Option<Calendar> {
        match self.when.as_ref().and_then(|when| when.calendar.as_ref()) {
            Some(name) => calendars.get(name).cloned(),
            None => Some(Calendar::weekdays()),
        }
    }

    /// The column of the source that holds the address of each case's person.
    pub fn address_column(&self) -> Option<&str> {
        self.outlets.get(NOTICE)?.to.as_deref()
    }

    /// The last day on which what came in on a day should be settled, by its calendar; `None` where
    /// the schedule names no deadline.
    pub fn due(
        &self,
        calendars: &BTreeMap<String, Calendar>,
        came_in: Date,
    ) -> Option<Result<Date, NotKnown>> {
        let days = self.deadline_days()?;
        Some(self.calendar(calendars)?.add_working_days(came_in, days))
    }

    /// In how many working days a batch should be settled, if the schedule says.
    pub fn deadline_days(&self) -> Option<u32> {
        working_days(self.when.as_ref()?.deadline.as_deref()?)
    }
}

/// `5 working days` as 5; from 1 to 250, a year of them.
fn working_days(text: &str) -> Option<u32> {
    let (n, unit) = text.trim().split_once(' ')?;
    let n = matches!(unit.trim(), "working day" | "working days").then(|| n.parse().ok())??;
    (1..=250).contains(&n).then_some(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_all_found() {
        let text = "bot = \"x\"\ncolour = 1\n[source]\nconnector = \"spreadsheet\"\npth = \"a\"\n";
        let (_, unknown) = parse("x", text).unwrap();
        assert_eq!(
            unknown,
            ["schedules/x.toml: unknown key colour", "schedules/x.toml: unknown key source.pth"]
        );
    }

    #[test]
    fn every_bot_has_a_schedule_of_its_own_name() {
        for bot in clerkwork_bots::all() {
            let name = bot.manifest().name;
            assert!(DEFAULTS.iter().any(|(schedule, _)| *schedule == name), "{name}");
        }
    }

    #[test]
    fn deadlines_are_in_working_days() {
        assert_eq!(working_days("5 working days"), Some(5));
        assert_eq!(working_days("1 working day"), Some(1));
        assert_eq!(working_days("5 days"), None);
        assert_eq!(working_days("0 working days"), None);
        assert_eq!(working_days("251 working days"), None);
    }
}
