//! The schedules as their files have them now. They are read anew when a file has changed, so that
//! an edit takes effect without a restart, and a mistake is told and not passed over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::schedule::calendar::{self, Calendar};
use crate::schedule::times::Times;
use crate::schedule::{self, Schedule, When};
use crate::settings::Folder;

/// Name, time of change and size of each file that schedules are made of.
type Marks = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// Schedules, and what is wrong with those that are not among them.
#[derive(Default)]
pub(super) struct Book {
    /// Without fault, by name.
    pub(super) schedules: BTreeMap<String, Schedule>,
    /// Of those that run at times: the times and the calendar.
    pub(super) timed: BTreeMap<String, Timed>,
    /// What is wrong with the others, by name.
    pub(super) faults: BTreeMap<String, String>,
    marks: Option<Marks>,
}

/// When a schedule runs.
pub(super) struct Timed {
    /// Its `[when]`.
    pub(super) when: When,
    /// The cron line on its clock.
    pub(super) times: Times,
    /// The days that are closed.
    pub(super) calendar: Calendar,
}

impl Timed {
    /// What makes it another schedule to watch: text that changes with it.
    pub(super) fn mark(&self) -> String {
        let calendar = self.when.calendar.as_deref().unwrap_or("-");
        format!("{} | {} | {calendar}", self.when.cron.trim(), self.when.time_zone)
    }
}

impl Book {
    /// The book of a data folder if it differs from this one.
    pub(super) fn newer(&self, folder: &Folder) -> Result<Option<Self>> {
        let mut marks = marks(&folder.root().join("schedules"))?;
        marks.extend(marks_of_calendars(folder)?);
        if self.marks.as_ref() == Some(&marks) {
            return Ok(None);
        }
        let mut book = Self { marks: Some(marks), ..Self::default() };
        let (schedules, faults) = schedule::all(folder)?;
        let (calendars, _) = calendar::all(folder)?;
        for fault in faults {
            let (name, what) = named(&fault);
            let told = book.faults.entry(name.to_owned()).or_default();
            if !told.is_empty() {
                told.push_str("; ");
            }
            told.push_str(what);
        }
        for (name, schedule) in schedules {
            if book.faults.contains_key(&name) {
                continue;
            }
            if let Some(when) = schedule.when.clone()
                && let (Ok(times), Some(calendar)) =
                    (Times::of(&when), schedule.calendar(&calendars))
            {
                book.timed.insert(name.clone(), Timed { when, times, calendar });
            }
            book.schedules.insert(name, schedule);
        }
        Ok(Some(book))
    }

    /// Whether there is a schedule of that name that runs at times, be it right or wrong.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.timed.contains_key(name) || self.faults.contains_key(name)
    }
}

/// `schedules/NAME.toml: what` as its two parts.
fn named(fault: &str) -> (&str, &str) {
    let split = fault.strip_prefix("schedules/").and_then(|rest| rest.split_once(".toml: "));
    split.unwrap_or(("schedules", fault))
}

fn marks_of_calendars(folder: &Folder) -> Result<Marks> {
    marks(&folder.root().join("calendars"))
}

fn marks(folder: &Path) -> Result<Marks> {
    let doing = || Error::io("looking at the files of schedules");
    let mut marks = Marks::new();
    if !folder.is_dir() {
        return Ok(marks);
    }
    for file in folder.read_dir().map_err(doing())? {
        let file = file.map_err(doing())?;
        // It may just have been replaced: then the next look sees what is there.
        if let Ok(about) = std::fs::metadata(file.path()) {
            marks.push((file.path(), about.modified().ok(), about.len()));
        }
    }
    marks.sort();
    Ok(marks)
}
