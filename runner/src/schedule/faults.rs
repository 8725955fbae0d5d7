//! What can be wrong with a schedule, found all at once, before anything starts.

use std::collections::BTreeMap;

use clerkwork_bots::kit::Registered;

use super::bound::{DATAVERSE, NOTIFY, SMTP, SPREADSHEET};
use super::calendar::Calendar;
use super::times::Times;
use super::{Again, Schedule, working_days};
use crate::connections;
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
        self.source_faults(folder, &mut say);
        for (name, lookup) in &self.lookups {
            if lookup.connector != SPREADSHEET {
                let connector = &lookup.connector;
                say(format!(
                    "lookup {name:?}: connector {connector:?} is not known; there is: spreadsheet"
                ));
            } else if !lookup.path.is_empty()
                && let Err(fault) = folder.inside(&lookup.path)
            {
                say(format!("lookup {name:?}: {fault}"));
            }
        }
        self.outlet_faults(folder, bot, &mut say);
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
        if !(0..=100).contains(&self.limits.rounds) {
            say(format!("[limits] rounds = {}: from 0 to 100", self.limits.rounds));
        }
        for (what, number, most) in [
            ("times", self.again.times, Again::MOST_TIMES),
            ("days", self.again.days, Again::MOST_DAYS),
        ] {
            if !(1..=most).contains(&number) {
                say(format!("[again] {what} = {number}: from 1 to {most}"));
            }
        }
        faults
    }

    fn source_faults(&self, folder: &Folder, say: &mut impl FnMut(String)) {
        let source = &self.source;
        match source.connector.as_str() {
            SPREADSHEET => {
                if !source.path.is_empty()
                    && let Err(fault) = folder.inside(&source.path)
                {
                    say(format!("source: {fault}"));
                }
                if !source.only.is_empty() {
                    say("source: [source.only] is for cases of a CRM".to_owned());
                }
            }
            DATAVERSE => {
                connection_fault(folder, "source", DATAVERSE, source.connection(), say);
                for column in source.columns.keys().chain(source.only.keys()) {
                    if !is_column(column) {
                        say(format!("source: {column:?} cannot be a column of the CRM"));
                    }
                }
            }
            other => say(format!(
                "source: connector {other:?} is not known; there are: spreadsheet, dataverse"
            )),
        }
    }

    fn outlet_faults(
        &self,
        folder: &Folder,
        bot: Option<&Registered>,
        say: &mut impl FnMut(String),
    ) {
        for (role, bound) in &self.outlets {
            let what = format!("outlet {role:?}");
            let roles = bot.map_or(&[][..], |bot| bot.manifest().outlets);
            if bot.is_some() && !roles.contains(&role.as_str()) {
                say(format!("{what}: the bot has no such outlet; it has: {}", roles.join(", ")));
                continue;
            }
            let fitting: &[&str] = if role == NOTICE { &[NOTIFY, SMTP] } else { &[DATAVERSE] };
            if !fitting.contains(&bound.connector.as_str()) {
                let connector = &bound.connector;
                let fitting = fitting.join(", ");
                say(format!("{what}: connector {connector:?} is not for it; there is: {fitting}"));
                continue;
            }
            connection_fault(folder, &what, &bound.connector, bound.connection(), say);
            if bound.connector == NOTIFY && bound.template.is_none() {
                say(format!("{what}: name the template of GOV.UK Notify: template = \"...\""));
            }
            if bound.to.is_some() && role != NOTICE {
                say(format!("{what}: \"to\" is for the outlet \"notice\""));
            }
            for (column, decision) in &bound.columns {
                if !is_column(column) {
                    say(format!("{what}: {column:?} cannot be a column of the CRM"));
                }
                if let Some(bot) = bot
                    && !bot.decision_columns().contains(&decision.as_str())
                {
                    let known = bot.decision_columns().join(", ");
                    say(format!(
                        "{what}: there is no decision column {decision:?}; there are: {known}"
                    ));
                }
            }
        }
    }
}

/// The outlet by which a person is told.
pub const NOTICE: &str = "notice";

/// A connection that is named and not there, or is of another kind.
fn connection_fault(
    folder: &Folder,
    what: &str,
    connector: &str,
    name: &str,
    say: &mut impl FnMut(String),
) {
    match connections::kind(folder, name) {
        Ok(kind) if kind.as_deref() == Some(connector) => {}
        Ok(Some(kind)) => {
            say(format!("{what}: connection {name:?} is of connector {kind:?}, not {connector:?}"));
        }
        Ok(None) => say(format!("{what}: connections.toml has no [{name}]")),
        Err(fault) => say(format!("{what}: {fault}")),
    }
}

/// What can be the logical name of a column.
fn is_column(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
