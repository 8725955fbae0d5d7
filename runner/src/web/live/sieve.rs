//! Which entries a filter lets through, and the filter as it stands in an address.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::Live;
use super::seen::Seen;
use crate::clock;
use crate::job_log::Kind;
use crate::people::Person;
use crate::store::lists::LogFilter;
use crate::web::Fault;
use crate::web::operators::Asked;
use crate::web::parts::Wrong;

/// What may stand in an address besides pages.
const NAMES: [&str; 11] = [
    "kind",
    "who",
    "batch",
    "item",
    "bot",
    "from-day",
    "from-month",
    "from-year",
    "to-day",
    "to-month",
    "to-year",
];

/// A filter as it was asked for.
pub(super) struct Read {
    /// The filter, without what is wrong in it.
    pub(super) filter: LogFilter,
    /// What is wrong in it.
    pub(super) wrong: Vec<Wrong>,
    /// Whether anything was asked for.
    pub(super) any: bool,
}

impl Read {
    /// The filter, if all of it is right.
    pub(super) fn right(self) -> Result<LogFilter, Fault> {
        match self.wrong.first() {
            None => Ok(self.filter),
            Some(wrong) => Err(Fault::bad(
                format!("the filter is not right: {}", wrong.text),
                "open the log again and set it there",
            )),
        }
    }
}

/// Reads the filter; this person sees no other bots' work.
pub(super) fn read(asked: &Asked, person: &Person) -> Read {
    let mut wrong = Vec::new();
    let mut kinds = Vec::new();
    for word in asked.all("kind") {
        let meant = meant(word);
        if meant.is_empty() {
            wrong.push(Wrong::new("kind", "Choose what happened from the list"));
        }
        kinds.extend(meant);
    }
    let bots = asked.given("bot").map(|bot| BTreeSet::from([bot]));
    let from = asked.day("from", &mut wrong);
    let to = asked.day("to", &mut wrong);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        wrong.push(Wrong::new("to-day", "The last day must not be before the first day"));
    }
    let filter = LogFilter {
        bots: match (&person.bots, bots) {
            (Some(theirs), Some(wanted)) => Some(theirs & &wanted),
            (theirs, wanted) => wanted.or_else(|| theirs.clone()),
        },
        kinds,
        actor: asked.given("who").map(|who| actor(&who)),
        batch: asked.parsed("batch", &mut wrong),
        item: asked.parsed("item", &mut wrong),
        from: from.and_then(begins),
        to: to.and_then(|day| day.tomorrow().ok()).and_then(begins).and_then(just_before),
    };
    Read { filter, wrong, any: NAMES.iter().any(|name| asked.given(name).is_some()) }
}

/// The kinds that a word of the list means: one, or all whose names begin with it.
fn meant(word: &str) -> Vec<String> {
    let group = format!("{word}.");
    let all = Kind::ALL.iter().map(|kind| kind.as_str());
    all.filter(|kind| *kind == word || kind.starts_with(&group)).map(str::to_owned).collect()
}

/// A colleague is named by their login alone; everybody else as the log names them.
fn actor(who: &str) -> String {
    let plain = !who.contains(':') && clerkwork_bots::find(who).is_none();
    if plain { format!("user:{}", who.to_lowercase()) } else { who.to_owned() }
}

fn begins(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(clock::zone()).ok()?.timestamp())
}

fn just_before(at: Timestamp) -> Option<Timestamp> {
    at.checked_sub(1.microsecond()).ok()
}

/// Whether a filter lets an entry through: the same that the store's list does.
pub(super) fn lets_through(filter: &LogFilter, live: &Live, seen: &Seen) -> bool {
    let kind = filter.kinds.is_empty() || filter.kinds.contains(&seen.kind);
    let actor = filter.actor.as_ref().is_none_or(|actor| *actor == seen.actor.id);
    if !kind || !actor {
        return false;
    }
    let batch = filter.batch.is_none_or(|batch| seen.batch() == Some(batch));
    let item = filter.item.is_none_or(|item| seen.item() == Some(item));
    batch && item && in_time(filter, seen) && of_their_bots(filter, live, seen)
}

/// What is of no bot's work is everybody's.
fn of_their_bots(filter: &LogFilter, live: &Live, seen: &Seen) -> bool {
    let (Some(bots), Some(batch)) = (&filter.bots, seen.batch()) else { return true };
    live.bot(batch).is_some_and(|bot| bots.contains(&bot))
}

/// Times are written so that they sort as text.
fn in_time(filter: &LogFilter, seen: &Seen) -> bool {
    let from = filter.from.is_none_or(|from| seen.at >= clock::rfc3339(from));
    let to = filter.to.is_none_or(|to| seen.at <= clock::rfc3339(to));
    from && to
}
