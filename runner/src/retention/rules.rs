//! The council's retention rules, from `retention.toml` in the data folder.

use clerkwork_bots::kit::Policy;
use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::pipeline::policy;
use crate::settings::{Folder, parse};

/// The file in the data folder.
pub const FILE: &str = "retention.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Rule>,
}

/// One rule: what is kept how long, from when, and on whose word.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name in the log.
    pub id: String,
    /// The bot.
    pub process: String,
    /// What it is about.
    pub what: What,
    /// From when the period counts.
    pub trigger: Trigger,
    /// Such as `6 years`.
    pub period: String,
    /// What happens then.
    pub action: Action,
    /// On whose word.
    pub authority: String,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Settled items with an award.
    Awarded,
    /// Settled items without one.
    NotAwarded,
    /// Rows that could not become a case.
    Rejected,
    /// Rows that repeat an item.
    Duplicates,
}

impl What {
    /// Everything that holds personal data.
    pub const ALL: [Self; 4] = [Self::Awarded, Self::NotAwarded, Self::Rejected, Self::Duplicates];

    /// As in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Awarded => "awarded",
            Self::NotAwarded => "not-awarded",
            Self::Rejected => "rejected",
            Self::Duplicates => "duplicates",
        }
    }

    /// Whether it is about items, which have a case.
    pub const fn items(self) -> bool {
        matches!(self, Self::Awarded | Self::NotAwarded)
    }
}

/// From when a period counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// The batch was taken in.
    TakenIn,
    /// The item was settled.
    Settled,
    /// The row of a table of the council's policy that holds on the day that decides has ended.
    #[serde(untagged)]
    Ended {
        /// The table.
        table: String,
        /// Its column with the first day.
        begins: String,
        /// Its column with the last day.
        ends: String,
    },
}

/// What happens at the end of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// What is personal is erased.
    Erase,
}

impl Rule {
    /// The day on which the period that began on `day` is over.
    pub fn after(&self, day: Date) -> Option<Date> {
        day.checked_add(span(&self.period)?).ok()
    }
}

/// `6 years` as a span of time.
fn span(text: &str) -> Option<Span> {
    let (n, unit) = text.trim().split_once(' ')?;
    let n: i64 = n.parse().ok().filter(|n| *n > 0)?;
    let span = Span::new();
    match unit.trim() {
        "year" | "years" => span.try_years(n).ok(),
        "month" | "months" => span.try_months(n).ok(),
        "day" | "days" => span.try_days(n).ok(),
        _ => None,
    }
}

/// The council's rules; none where there is no file. Every fault at once.
pub fn rules(folder: &Folder) -> Result<Vec<Rule>> {
    let text = match std::fs::read_to_string(folder.root().join(FILE)) {
        Ok(text) => text,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(fault) => return Err(Error::io("reading retention.toml")(fault)),
    };
    let rules = parse::<File>(&text, FILE)?.rule;
    let mut faults = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let mut say = |fault: &str| faults.push(format!("rule {:?}: {fault}", rule.id));
        if rule.id.trim().is_empty() || rule.authority.trim().is_empty() {
            say("id and authority must say something");
        }
        if rules[..at].iter().any(|other| other.id == rule.id) {
            say("the id is used twice");
        }
        if rules[..at]
            .iter()
            .any(|other| (&other.process, other.what) == (&rule.process, rule.what))
        {
            say("another rule is about the same");
        }
        if span(&rule.period).is_none() {
            say("write the period as \"6 years\", \"18 months\" or \"90 days\"");
        }
        let Some(bot) = clerkwork_bots::find(&rule.process) else {
            say("there is no such bot as its process; see: clerkwork bots list");
            continue;
        };
        if let Trigger::Ended { table, begins, ends } = &rule.trigger {
            if !rule.what.items() {
                say("a row that is no item has no day that decides; use trigger = \"taken-in\"");
            } else if let Ok(policy) = policy(folder, bot)
                && !dated(&policy, table, begins, ends)
            {
                say("its trigger names a table or dates that the council's policy does not have");
            }
        }
    }
    if faults.is_empty() {
        Ok(rules)
    } else {
        Err(Error::usage("retention.toml is not right", faults.join("\n")))
    }
}

fn dated(policy: &Policy, table: &str, begins: &str, ends: &str) -> bool {
    let rows = policy.rows(table);
    !rows.is_empty()
        && rows.iter().all(|row| row.date(begins).is_some() && row.date(ends).is_some())
}

/// What no rule is about, as `bot: what`: it is kept for ever.
pub fn uncovered(rules: &[Rule]) -> Vec<String> {
    let mut all = Vec::new();
    for bot in clerkwork_bots::all() {
        let name = bot.manifest().name;
        for what in What::ALL {
            if !rules.iter().any(|rule| rule.process == name && rule.what == what) {
                all.push(format!("{name}: {}", what.as_str()));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Rule> {
        parse::<File>(text, FILE).unwrap().rule
    }

    #[test]
    fn periods_are_counted_by_the_calendar() {
        let text = include_str!("../../../fixtures/council/retention.toml");
        let rules = read(text);
        assert_eq!(uncovered(&rules).iter().filter(|it| it.starts_with("free-school")).count(), 0);
        let six_years = &rules[0];
        assert!(matches!(six_years.trigger, Trigger::Ended { .. }));
        let after = six_years.after("2026-06-30".parse().unwrap()).unwrap();
        assert_eq!(after.to_string(), "2032-06-30");
        assert_eq!(rules[2].trigger, Trigger::TakenIn);
    }

    #[test]
    fn a_period_without_a_unit_is_none() {
        for wrong in ["6", "years", "6 weeks", "0 years", "-1 years", "6years", ""] {
            assert!(span(wrong).is_none(), "{wrong}");
        }
    }
}
