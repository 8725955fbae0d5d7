//! The lists of a bot, its case type erased.

use super::super::bot::Bot;
use super::super::hand_out::{ForLists, HandOut, Lists, NoLists};
use super::super::ruling::Ruling;
use super::{CaseUnreadable, Registered};

type Listed = fn(&[u8], &Ruling) -> Result<Option<Vec<u8>>, serde_json::Error>;

/// What a bot gives to lists.
#[derive(Debug)]
pub(super) struct HandingOut {
    what: Option<HandOut>,
    listed: Listed,
    lists: fn(&ForLists<'_>) -> Result<Lists, NoLists>,
}

impl HandingOut {
    pub(super) const fn of<B: Bot>() -> Self {
        HandingOut { what: B::HAND_OUT, listed: listed::<B>, lists: B::lists }
    }
}

impl Registered {
    /// What lists the bot makes that others work by, if it makes any.
    pub fn hand_out(&self) -> Option<&HandOut> {
        self.hand_out.what.as_ref()
    }

    /// What of a ruling that stands for a stored case belongs in the lists; nothing while a person
    /// must still settle something.
    pub fn listed(&self, case: &[u8], ruling: &Ruling) -> Result<Option<Vec<u8>>, CaseUnreadable> {
        (self.hand_out.listed)(case, ruling)
            .map_err(|error| CaseUnreadable::new(self.manifest, &error))
    }

    /// The lists. The same rulings, records, day and policy always give the same lists.
    pub fn lists(&self, of: &ForLists<'_>) -> Result<Lists, NoLists> {
        (self.hand_out.lists)(of)
    }
}

fn listed<B: Bot>(case: &[u8], ruling: &Ruling) -> Result<Option<Vec<u8>>, serde_json::Error> {
    if !ruling.settled() {
        return Ok(None);
    }
    let case = serde_json::from_slice(case)?;
    let said = B::listed(&case, ruling);
    Ok(said.map(|said| said.to_string().into_bytes()))
}
