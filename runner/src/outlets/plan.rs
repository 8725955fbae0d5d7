//! From a ruling to the effects that follow from it, in their order.

use std::collections::BTreeMap;

use clerkwork_bots::kit::{
    About, Looked, Need, NoticeFault, Policy, PostBack, Registered, Ruling, Say, Shown,
};
use jiff::civil::Date;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Outlets;
use crate::error::Result;
use crate::ids::ItemId;
use crate::notice;
use crate::schedule::NOTICE;
use crate::store::payload::{CasePayload, Label, seal};
use crate::store::post_backs::NewPostBack;
use crate::vault::ItemKey;

/// One effect, as it is kept. Personal.
#[derive(Serialize, Deserialize)]
pub enum Planned {
    /// A note on the case.
    Note {
        /// Its heading.
        subject: String,
        /// Its text.
        text: String,
    },
    /// Columns of the case.
    Change {
        /// By the CRM's own names.
        columns: Map<String, Value>,
    },
    /// The case is resolved.
    Close {
        /// The heading of the resolution.
        subject: String,
        /// Its text.
        text: String,
        /// The status code.
        status: i32,
    },
    /// A message to the case's person.
    Message {
        /// Their address.
        to: String,
        /// One line.
        subject: String,
        /// The text.
        text: String,
    },
}

/// A ruling and everything that is said with it.
pub struct Told<'a> {
    /// The bot.
    pub bot: &'static Registered,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The item.
    pub item: ItemId,
    /// The earlier item that it follows.
    pub follows: Option<ItemId>,
    /// The case.
    pub case: &'a CasePayload,
    /// What the lookups gave.
    pub looked: &'a BTreeMap<String, Looked>,
    /// The ruling.
    pub ruling: &'a Ruling,
    /// Its number.
    pub n: i64,
    /// The day on which it is made.
    pub decided: Date,
    /// The name that the log has for the officer who made it; none where a bot did.
    pub officer: Option<&'a str>,
}

impl Outlets {
    /// What others are to be told of a ruling: outlet, effect, what is said. `Err` is why a person
    /// must see to it first.
    pub fn plan(
        &self,
        told: &Told<'_>,
    ) -> std::result::Result<Vec<(String, String, Planned)>, Need> {
        // Most schedules tell nobody: then nothing is worked out either.
        if self.bound.is_empty() {
            return Ok(Vec::new());
        }
        let case = told.case.case.get().as_bytes();
        let mut planned = Vec::new();
        let posts = told.bot.post_backs(case, told.ruling).map_err(|_| unreadable())?;
        for PostBack { outlet, effect, what } in posts {
            let Some(bound) = self.bound.get(outlet) else { continue };
            // A case that came in a sheet has no record in the CRM that could be told.
            if told.case.origin.is_none() {
                continue;
            }
            let what = match what {
                Say::Note { subject, text } => Planned::Note { subject, text },
                Say::Columns(values) => match columns(&bound.columns, &values) {
                    columns if columns.is_empty() => continue,
                    columns => Planned::Change { columns },
                },
                Say::Close { subject, text } if bound.close => {
                    Planned::Close { subject, text, status: bound.status }
                }
                Say::Close { .. } => continue,
            };
            planned.push((outlet.to_owned(), named(effect, told.n), what));
        }
        if told.ruling.settled() && self.bound.contains_key(NOTICE) {
            planned.push((NOTICE.to_owned(), named(NOTICE, told.n), self.message(told, case)?));
        }
        Ok(planned)
    }

    fn message(&self, told: &Told<'_>, case: &[u8]) -> std::result::Result<Planned, Need> {
        let known = told.bot.address(case, told.looked).map_err(|_| unreadable())?;
        let to = told.case.address.clone().or(known).filter(|to| is_address(to));
        let to = to.ok_or_else(|| {
            Need::new(
                "no-address",
                "There is no e-mail address to send the notice to: tell the person otherwise.",
            )
        })?;
        let (council, bot) = (&self.folder.council, told.bot.manifest().name);
        let nothing = BTreeMap::new();
        let says = council.notices.get(bot).unwrap_or(&nothing);
        let (number, follows) = (told.item.to_string(), told.follows.map(|it| it.to_string()));
        let about = About {
            council: &council.name,
            says,
            item: &number,
            follows: follows.as_deref(),
            decided: told.decided,
            officer: told.officer.map(|name| notice::post(council, says, name)),
        };
        let written = told.bot.notice(case, told.ruling, &about, told.policy);
        let notice = written.map_err(|fault| unwritten(&fault))?.ok_or_else(unreadable)?;
        Ok(Planned::Message { to, subject: notice.subject, text: notice.text })
    }

    /// The effects as they are stored; numbers go on from `first`.
    pub fn sealed(
        key: &ItemKey,
        item: ItemId,
        ruling: i64,
        first: i64,
        planned: Vec<(String, String, Planned)>,
    ) -> Result<Vec<NewPostBack>> {
        let numbered = (first..).zip(planned);
        numbered
            .map(|(n, (outlet, effect, what))| {
                let sealed = seal(key, Label::PostBack, item, &what)?.bytes;
                Ok(NewPostBack { item, n, ruling, outlet, effect, sealed })
            })
            .collect()
    }
}

/// The effects of a later ruling are others than those of the first.
fn named(effect: &str, ruling: i64) -> String {
    if ruling == 1 { effect.to_owned() } else { format!("{effect}/{ruling}") }
}

/// Decision columns as the CRM's columns that the schedule names. What has no value is left alone.
fn columns(mapped: &BTreeMap<String, String>, values: &[(String, Shown)]) -> Map<String, Value> {
    let value = |decision: &String| {
        let (_, shown) = values.iter().find(|(header, _)| header == decision)?;
        written(shown)
    };
    mapped
        .iter()
        .filter_map(|(column, decision)| Some((column.clone(), value(decision)?)))
        .collect()
}

fn written(shown: &Shown) -> Option<Value> {
    Some(match shown {
        Shown::Empty => return None,
        Shown::Text(text) => Value::from(text.as_str()),
        Shown::Date(date) => Value::from(date.to_string()),
        Shown::Money(amount) => Value::from(format!("{amount:.2}")),
        Shown::Number(number) => match number.to_i64().filter(|_| number.is_integer()) {
            Some(whole) => Value::from(whole),
            None => Value::from(number.to_string()),
        },
    })
}

/// Whether a message can be addressed to it; whether it arrives, only sending tells.
fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(who, at)| !who.is_empty() && at.contains('.') && !at.contains('@'))
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<'))
}

fn unreadable() -> Need {
    Need::new(
        "case-unreadable",
        "What is to be told cannot be worked out by this version of the bot: tell it by hand.",
    )
}

fn unwritten(fault: &NoticeFault) -> Need {
    Need::new("notice-unwritten", format!("The notice cannot be written: {fault}."))
}
