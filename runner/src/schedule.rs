//! Schedules: one TOML file a job, binding a bot to its source, lookups, outlets and times.
//!
//! The defaults are carried in the program; a file of the same name in the data folder wins.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::settings::Folder;

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
}

/// Where work comes from.
#[derive(Clone, Debug, Deserialize)]
pub struct Source {
    /// The connector: `spreadsheet`.
    pub connector: String,
    /// A watched folder with a pattern, relative to the data folder.
    #[serde(default)]
    pub path: String,
    /// The council's own headers, and the template's that they stand for.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
}

/// A second source.
#[derive(Clone, Debug, Deserialize)]
pub struct LookupSource {
    /// The connector: `spreadsheet`.
    pub connector: String,
    /// A file, relative to the data folder.
    #[serde(default)]
    pub path: String,
    /// The council's own headers.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What is known of it as a whole, such as `session = "2025/26"` for a school roll.
    #[serde(default)]
    pub about: BTreeMap<String, String>,
}

/// A place to post results back to.
#[derive(Clone, Debug, Deserialize)]
pub struct Outlet {
    /// The connector.
    pub connector: String,
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
    /// Bank holidays: scotland, england-and-wales, northern-ireland.
    pub calendar: Option<Calendar>,
    /// What becomes of runs that were missed.
    #[serde(default)]
    pub missed: Missed,
    /// What becomes of a run that is due while the last one is under way.
    #[serde(default)]
    pub overlap: Overlap,
    /// By when a batch should be settled, such as `5 working days`.
    pub deadline: Option<String>,
}

/// Whose bank holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calendar {
    /// Scotland.
    Scotland,
    /// England and Wales.
    EnglandAndWales,
    /// Northern Ireland.
    NorthernIreland,
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
    /// Rounds of post-backs.
    pub rounds: i64,
    /// Batches queued by page, API or folder with more items need a second person.
    pub approve_over: Option<i64>,
    /// Whether `clerkwork run` may be used on it.
    pub foreground: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { slice: 500, rounds: 5, approve_over: None, foreground: true }
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
    let (mut schedules, mut faults) = (BTreeMap::new(), Vec::new());
    for (name, text) in texts {
        match parse(&name, &text) {
            Ok((schedule, unknown)) => {
                faults.extend(unknown);
                faults.extend(schedule.faults(folder));
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
    fn faults(&self, folder: &Folder) -> Vec<String> {
        let mut faults = Vec::new();
        let mut say = |fault: String| faults.push(format!("schedules/{}.toml: {fault}", self.name));
        let bot = clerkwork_bots::find(&self.bot);
        if bot.is_none() {
            say(format!("bot {:?} is not installed; see clerkwork bots list", self.bot));
        }
        let connectors = std::iter::once(("source", &self.source.connector, &self.source.path))
            .chain(self.lookups.values().map(|lookup| ("lookup", &lookup.connector, &lookup.path)));
        for (what, connector, path) in connectors {
            if connector != "spreadsheet" {
                say(format!("{what}: connector {connector:?} is not known; there is: spreadsheet"));
            } else if !path.is_empty()
                && let Err(fault) = folder.inside(path)
            {
                say(format!("{what}: {fault}"));
            }
        }
        for (outlet, bound) in &self.outlets {
            say(format!("outlet {outlet:?}: connector {:?} is not known", bound.connector));
        }
        if let Some(bot) = bot {
            let known: Vec<&str> =
                bot.manifest().lookups.iter().map(|lookup| lookup.name).collect();
            for name in self.lookups.keys().filter(|name| !known.contains(&name.as_str())) {
                say(format!("the bot has no lookup {name:?}; it has: {}", known.join(", ")));
            }
            for name in known.iter().filter(|name| !self.lookups.contains_key(**name)) {
                say(format!("lookup {name:?} is not bound: add [lookups.{name}]"));
            }
            let headers: Vec<&str> =
                bot.template().columns.iter().map(|column| column.header.as_str()).collect();
            for to in self.source.columns.values().filter(|to| !headers.contains(&to.as_str())) {
                say(format!("[source.columns]: the template has no column {to:?}"));
            }
        }
        if let Some(path) = &self.results.path
            && let Err(fault) = folder.inside(&path.replace("{batch}", "1"))
        {
            say(format!("[results]: {fault}"));
        }
        if let Some(when) = &self.when {
            if let Err(fault) = croner::Cron::from_str(&when.cron) {
                say(format!("cron {:?}: {fault}", when.cron));
            }
            if jiff::tz::TimeZone::get(&when.time_zone).is_err() {
                say(format!(
                    "time_zone {:?} is not known; such as \"Europe/London\"",
                    when.time_zone
                ));
            }
            if let Some(deadline) =
                when.deadline.as_deref().filter(|text| working_days(text).is_none())
            {
                say(format!("deadline {deadline:?}: such as \"5 working days\""));
            }
        }
        if !(1..=10_000).contains(&self.limits.slice) {
            say(format!("[limits] slice = {}: from 1 to 10000", self.limits.slice));
        }
        faults
    }
}

/// `5 working days` as 5.
pub fn working_days(text: &str) -> Option<u32> {
    let (n, unit) = text.trim().split_once(' ')?;
    matches!(unit.trim(), "working day" | "working days").then(|| n.parse().ok())?
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
        assert_eq!(working_days("5 days"), None);
    }
}
