//! What can be wrong with a schedule, found all at once, before anything starts.

use std::collections::BTreeMap;

use super::calendar::Calendar;
use super::times::Times;
use super::{Schedule, working_days};
use crate::settings::Folder;

impl Schedule {
    /// Everything that is wrong with it, each beginning with its file.
    pub(super) fn faults(
        &self,
        folder: &Folder,
        calendars: &BTreeMap<String, Calendar>,
    ) -> Vec<String> {
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
            Times::of(when).err().into_iter().flatten().for_each(&mut say);
            if let Some(name) = when.calendar.as_ref().filter(|name| !calendars.contains_key(*name))
            {
                let known = calendars.keys().cloned().collect::<Vec<_>>().join(", ");
                say(format!(
                    "calendar {name:?} is not known, or calendars/{name}.toml is not right; there \
                     is: {known}"
                ));
            }
            if let Some(deadline) =
                when.deadline.as_deref().filter(|text| working_days(text).is_none())
            {
                say(format!("deadline {deadline:?}: such as \"5 working days\", from 1 to 250"));
            }
        }
        if !(1..=10_000).contains(&self.limits.slice) {
            say(format!("[limits] slice = {}: from 1 to 10000", self.limits.slice));
        }
        faults
    }
}
