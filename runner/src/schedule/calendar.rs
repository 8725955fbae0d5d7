//! Working days: bank holidays as they were published, and the council's own days.
//!
//! The days are dated data. Past the last year that is published nothing is known, and nobody
//! guesses: every answer may be [`NotKnown`].

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::settings::{self, Folder};

#[cfg(test)]
mod tests;

/// Whose bank holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Division {
    /// England and Wales.
    EnglandAndWales,
    /// Scotland.
    Scotland,
    /// Northern Ireland.
    NorthernIreland,
}

impl Division {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::EnglandAndWales, Self::Scotland, Self::NorthernIreland];

    /// As schedules and files name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "england-and-wales",
            Self::Scotland => "scotland",
            Self::NorthernIreland => "northern-ireland",
        }
    }

    const fn bank_holidays(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "bank holidays of England and Wales",
            Self::Scotland => "Scottish bank holidays",
            Self::NorthernIreland => "bank holidays of Northern Ireland",
        }
    }
}

/// The file that is carried in the program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Published {
    from: Date,
    until: Date,
    #[expect(dead_code, reason = "for people, and the file must have it")]
    source: String,
    #[expect(dead_code, reason = "for people, and the file must have it")]
    published: Date,
    #[expect(dead_code, reason = "for people, and the file must have it")]
    law: String,
    england_and_wales: BTreeMap<Date, String>,
    scotland: BTreeMap<Date, String>,
    northern_ireland: BTreeMap<Date, String>,
}

static PUBLISHED: LazyLock<Published> = LazyLock::new(|| {
    toml::from_str(include_str!("bank-holidays.toml")).expect("a test reads every day of it")
});

/// A council's own file, `calendars/NAME.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    /// A division, or `none`; if not given, the division that the file is named after.
    bank_holidays: Option<String>,
    /// To what day the file is complete, where that is later than what the program carries.
    until: Option<Date>,
    #[serde(default)]
    closed: BTreeMap<Date, String>,
    #[serde(default)]
    open: BTreeMap<Date, String>,
}

/// Which days are closed, and the days between which that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    name: String,
    division: Option<Division>,
    closed: BTreeMap<Date, String>,
    own: usize,
    open: BTreeMap<Date, String>,
    from: Date,
    until: Date,
}

/// A day of which a calendar cannot say whether it is closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the calendar {calendar} knows bank holidays from {} to {} and cannot say of {}",
    .from.strftime("%d/%m/%Y"), .until.strftime("%d/%m/%Y"), .day.strftime("%d/%m/%Y")
)]
pub struct NotKnown {
    /// The calendar.
    pub calendar: String,
    /// The day.
    pub day: Date,
    /// Its first known day.
    pub from: Date,
    /// Its last known day.
    pub until: Date,
}

impl Calendar {
    /// A division's bank holidays as published.
    pub fn of(division: Division) -> Self {
        let days = match division {
            Division::EnglandAndWales => &PUBLISHED.england_and_wales,
            Division::Scotland => &PUBLISHED.scotland,
            Division::NorthernIreland => &PUBLISHED.northern_ireland,
        };
        Self {
            name: division.as_str().to_owned(),
            division: Some(division),
            closed: days.clone(),
            own: 0,
            open: BTreeMap::new(),
            from: PUBLISHED.from,
            until: PUBLISHED.until,
        }
    }

    /// Monday to Friday and nothing else, for a schedule that names no calendar.
    pub fn weekdays() -> Self {
        Self {
            name: String::new(),
            division: None,
            closed: BTreeMap::new(),
            own: 0,
            open: BTreeMap::new(),
            from: Date::MIN,
            until: Date::MAX,
        }
    }

    /// As schedules name it; empty for [`Calendar::weekdays`].
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last day of which bank holidays are known, if it has any.
    pub fn until(&self) -> Option<Date> {
        self.division.map(|_| self.until)
    }

    /// What it closes, to stand behind "not on"; `None` if it closes nothing.
    pub fn closes(&self) -> Option<String> {
        let own = (self.own > 0).then_some("the council's closed days");
        let all: Vec<&str> =
            self.division.map(Division::bank_holidays).into_iter().chain(own).collect();
        (!all.is_empty()).then(|| all.join(" or "))
    }

    /// Why a day is closed; weekends are not its matter. A day on which the council works is not.
    pub fn closed(&self, day: Date) -> Result<Option<&str>, NotKnown> {
        if self.open.contains_key(&day) {
            return Ok(None);
        }
        match self.closed.get(&day) {
            Some(name) => Ok(Some(name)),
            None if (self.from..=self.until).contains(&day) => Ok(None),
            None => Err(self.not_known(day)),
        }
    }

    /// Monday to Friday, if not closed; and a Saturday or Sunday on which the council works.
    pub fn is_working_day(&self, day: Date) -> Result<bool, NotKnown> {
        if self.open.contains_key(&day) {
            return Ok(true);
        }
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        Ok(!weekend && self.closed(day)?.is_none())
    }

    /// So many working days on; the day itself is not counted.
    pub fn add_working_days(&self, from: Date, days: u32) -> Result<Date, NotKnown> {
        let (mut day, mut left) = (from, days);
        while left > 0 {
            day = day.tomorrow().map_err(|_| self.not_known(day))?;
            if self.is_working_day(day)? {
                left -= 1;
            }
        }
        Ok(day)
    }

    /// How many working days lie after one day, up to another and with it.
    pub fn working_days(&self, after: Date, to: Date) -> Result<u32, NotKnown> {
        let (mut day, mut count) = (after, 0);
        while day < to {
            day = day.tomorrow().map_err(|_| self.not_known(day))?;
            count += u32::from(self.is_working_day(day)?);
        }
        Ok(count)
    }

    fn not_known(&self, day: Date) -> NotKnown {
        NotKnown { calendar: self.name.clone(), day, from: self.from, until: self.until }
    }

    /// A council's own file laid over what is published.
    fn own(name: &str, text: &str) -> Result<Self> {
        let file = format!("calendars/{name}.toml");
        let wrong = |advice: String| Error::usage(format!("{file} is not right"), advice);
        let own: Own = settings::parse(text, &file)?;
        let named = own.bank_holidays.as_deref().unwrap_or(name);
        let division = Division::ALL.into_iter().find(|it| it.as_str() == named);
        if division.is_none() && own.bank_holidays.as_deref() != Some("none") {
            let what = format!("bank_holidays = {named:?}");
            return Err(wrong(match own.bank_holidays {
                Some(_) => format!("{what}: write one of {}, none", names()),
                None => format!(
                    "say whose bank holidays it has: bank_holidays = one of {}, none",
                    names()
                ),
            }));
        }
        if let Some(day) = own.closed.keys().find(|day| own.open.contains_key(day)) {
            return Err(wrong(format!("{day} stands under [closed] and under [open]")));
        }
        let mut calendar = division.map_or_else(Self::weekdays, Self::of);
        if let Some(until) = own.until {
            if division.is_none() || until <= calendar.until {
                return Err(wrong(format!(
                    "until = \"{until}\": only for bank holidays later than those in the program, \
                     which end on {}; leave it out",
                    PUBLISHED.until
                )));
            }
            calendar.until = until;
        }
        name.clone_into(&mut calendar.name);
        calendar.own = own.closed.len();
        calendar.closed.extend(own.closed);
        calendar.open = own.open;
        Ok(calendar)
    }
}

/// The divisions by name.
fn names() -> String {
    Division::ALL.map(Division::as_str).join(", ")
}

/// Every calendar of a data folder, by name, and everything that is wrong with its own files. One
/// that is wrong is left out: what is carried in the program does not take its place.
pub fn all(folder: &Folder) -> Result<(BTreeMap<String, Calendar>, Vec<String>)> {
    let carried = Division::ALL.map(|it| (it.as_str().to_owned(), Calendar::of(it)));
    let mut calendars = BTreeMap::from(carried);
    let mut faults = Vec::new();
    let path = folder.root().join("calendars");
    if !path.is_dir() {
        return Ok((calendars, faults));
    }
    for file in std::fs::read_dir(&path).map_err(Error::io("reading the folder of calendars"))? {
        let file = file.map_err(Error::io("reading the folder of calendars"))?.path();
        let (Some(name), Some("toml")) =
            (file.file_stem().and_then(|s| s.to_str()), file.extension().and_then(|s| s.to_str()))
        else {
            continue;
        };
        let text = std::fs::read_to_string(&file).map_err(Error::io("reading a calendar"))?;
        match Calendar::own(name, &text) {
            Ok(calendar) => calendars.insert(name.to_owned(), calendar),
            Err(fault) => {
                faults.push(fault.to_string());
                calendars.remove(name)
            }
        };
    }
    faults.sort();
    Ok((calendars, faults))
}
