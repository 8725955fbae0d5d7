//! What the list is filtered by, as the address says it: codes and numbers alone, so that it can be
//! bookmarked and nobody is named in it.

use std::collections::BTreeSet;

use super::answers::Answers;
use super::days::Days;
use crate::ids::BatchId;
use crate::people::Person;
use crate::state::Item;
use crate::store::lists::{Assigned, ItemFilter, Order};
use crate::web::encoded;

/// The states in which an item may wait for a person.
pub(super) const STATES: &[Item] = &[Item::Referred, Item::Failed, Item::Waiting, Item::Postponed];
/// Those in which it does, if nothing else is asked for.
const USUAL: &[Item] = &[Item::Referred, Item::Failed];

/// Whose items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Of whoever asks.
    Mine,
    /// Of nobody.
    Nobodys,
    /// Of the person of this number.
    Of(i64),
}

/// A filter of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) bot: String,
    pub(super) schedule: String,
    pub(super) batch: Option<BatchId>,
    pub(super) why: String,
    pub(super) states: Vec<Item>,
    pub(super) whose: Option<Whose>,
    pub(super) due: String,
    /// They came from the list: after an act the next of it is shown.
    pub(super) listed: bool,
}

impl Asked {
    /// What an address or a form asks for. What nobody knows is not asked for.
    pub(super) fn of(answers: &Answers) -> Self {
        let state = |code: &str| STATES.iter().copied().find(|state| state.as_str() == code);
        let mut states: Vec<Item> = answers.all("state").filter_map(state).collect();
        states.sort_unstable();
        states.dedup();
        Self {
            bot: code(answers.get("bot")),
            schedule: code(answers.get("schedule")),
            batch: answers.get("batch").parse().ok(),
            why: code(answers.get("reason")),
            states,
            whose: match answers.get("assigned") {
                "me" => Some(Whose::Mine),
                "nobody" => Some(Whose::Nobodys),
                id => id.parse().ok().map(Whose::Of),
            },
            due: ["late", "today", "week", "month"]
                .iter()
                .find(|choice| **choice == answers.get("due"))
                .map_or_else(String::new, |choice| (*choice).to_owned()),
            listed: answers.get("list") == "to-do",
        }
    }

    /// The names and values that ask for this again.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut add = |name: &'static str, value: String| {
            if !value.is_empty() {
                pairs.push((name, value));
            }
        };
        add("bot", self.bot.clone());
        add("schedule", self.schedule.clone());
        add("batch", self.batch.map_or_else(String::new, |batch| batch.to_string()));
        add("reason", self.why.clone());
        for state in &self.states {
            add("state", state.as_str().to_owned());
        }
        add("assigned", self.whose.map_or_else(String::new, Whose::code));
        add("due", self.due.clone());
        pairs
    }

    /// Whether anything is asked for.
    pub(super) fn any(&self) -> bool {
        !self.pairs().is_empty()
    }

    /// The list's address.
    pub(super) fn href(&self, more: &[(&str, &str)]) -> String {
        address("/to-do", &self.pairs(), more)
    }

    /// An item's address, from which the way back into the list is known.
    pub(super) fn item_href(&self, item: &str) -> String {
        let path = format!("/items/{item}");
        if self.listed { address(&path, &self.pairs(), &[("list", "to-do")]) } else { path }
    }

    /// The same, for what is opened from the list.
    pub(super) fn listed(mut self) -> Self {
        self.listed = true;
        self
    }

    /// What the store is asked for, of what this person may see.
    pub(super) fn filter(&self, person: &Person, officers: &[Person], days: &Days) -> ItemFilter {
        let bots = match self.bot.as_str() {
            "" => person.bots.clone(),
            bot if person.sees(bot) => Some(BTreeSet::from([bot.to_owned()])),
            _ => Some(BTreeSet::new()),
        };
        let assigned = self.whose.map(|whose| match whose {
            Whose::Mine => Assigned::To(person.name.clone()),
            Whose::Nobodys => Assigned::Nobody,
            Whose::Of(id) => {
                let officer = officers.iter().find(|officer| officer.id == id);
                // Whoever is gone has no name here, and nothing is found of theirs.
                Assigned::To(officer.map_or_else(String::new, |officer| officer.name.clone()))
            }
        });
        let states = if self.states.is_empty() { USUAL } else { &self.states };
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        ItemFilter {
            bots,
            schedule: some(&self.schedule),
            batch: self.batch,
            states: states.to_vec(),
            reason: some(&self.why),
            assigned,
            due_by: days.due_by(&self.due),
            order: Order::Due,
        }
    }
}

impl Whose {
    /// As the address has it.
    pub(super) fn code(self) -> String {
        match self {
            Self::Mine => "me".to_owned(),
            Self::Nobodys => "nobody".to_owned(),
            Self::Of(id) => id.to_string(),
        }
    }
}

/// A code has letters, digits and hyphens; anything else is nothing that anybody could ask for.
fn code(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if text.len() <= 100 && text.bytes().all(plain) { text.to_owned() } else { String::new() }
}

fn address(path: &str, pairs: &[(&'static str, String)], more: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
    let query: Vec<String> = pairs
        .chain(more.iter().copied())
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_the_same_after_the_way_through_an_address() {
        let answers = Answers::of(&[
            ("bot", "free-school-meals"),
            ("batch", "3"),
            ("reason", "refusal-to-confirm"),
            ("state", "referred"),
            ("state", "waiting"),
            ("assigned", "17"),
            ("due", "week"),
        ]);
        let asked = Asked::of(&answers);
        assert_eq!(
            asked.href(&[("after", "x y")]),
            "/to-do?bot=free-school-meals&batch=3&reason=refusal-to-confirm&state=waiting&\
             state=referred&assigned=17&due=week&after=x%20y"
        );
        let pairs = asked.pairs();
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(Asked::of(&Answers::of(&pairs)), asked);
    }

    #[test]
    fn what_nobody_knows_is_not_asked_for() {
        let answers = Answers::of(&[
            ("bot", "<script>"),
            ("schedule", "x&y=1"),
            ("batch", "0"),
            ("state", "done"),
            ("assigned", "Ann Bell"),
            ("due", "yesterday"),
        ]);
        assert!(!Asked::of(&answers).any());
        assert_eq!(Asked::of(&answers).item_href("3-231"), "/items/3-231");
        assert_eq!(Asked::default().listed().item_href("3-231"), "/items/3-231?list=to-do");
    }
}
