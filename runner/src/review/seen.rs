//! What a person saw of an item, and when. It is logged before it is shown; an act that follows
//! names the ruling that was seen and how long before it the case was opened, so that anybody can
//! see later whether a person took part in the decision in earnest.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::Value;

use crate::acts::Seen;
use crate::clock;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::state::Item;
use crate::store::{Store, acts};

/// An item as it was opened. A page carries its text along, so that an act can be held against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The log entry that says so.
    pub entry: i64,
    /// The ruling that stood.
    pub ruling: i64,
    /// Where the item stood.
    pub state: Item,
}

/// Notes that a person looks at an item's case. To be called before it is shown.
pub async fn viewed(store: &Store, actor: &Actor, id: ItemId) -> Result<Opened> {
    let mut tx = store.db.begin().await?;
    let standing = acts::standing(&mut tx, id).await?;
    let entry = Entry::new(Kind::ItemViewed, actor).item(id).seen(standing.ruling, None);
    let entry = job_log::append_one(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Opened { entry, ruling: standing.ruling, state: standing.state })
}

impl Opened {
    /// What an act of this person on this item is held against. The log is believed, not the page:
    /// when they opened it stands there, under their own name.
    pub async fn seen(&self, store: &Store, actor: &Actor, id: ItemId) -> Result<Seen> {
        let stored = job_log::read(&store.db, self.entry, 1).await?;
        let entry = stored.first().filter(|stored| stored.index == self.entry);
        let entry: Value = entry
            .and_then(|stored| serde_json::from_slice(&stored.bytes).ok())
            .unwrap_or(Value::Null);
        let theirs = entry["kind"] == Kind::ItemViewed.as_str()
            && entry["item"] == id.to_string()
            && entry["actor"]["id"] == actor.id
            && entry["ruling"] == self.ruling;
        let at = entry["at"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
        let Some(at) = at.filter(|_| theirs) else { return Err(unopened(id)) };
        let seconds = clock::now().duration_since(at).as_secs().max(0);
        Ok(Seen { ruling: self.ruling, state: self.state, seconds: Some(seconds) })
    }
}

/// Nobody acts on what they have not opened.
pub fn unopened(id: ItemId) -> Error {
    Error::usage(format!("item {id} was not opened before"), "open it, and act on it there")
}

impl fmt::Display for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.entry, self.ruling, self.state)
    }
}

impl FromStr for Opened {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '/');
        let mut part = || parts.next().ok_or(());
        let entry = part()?.parse().map_err(drop)?;
        let ruling = part()?.parse().map_err(drop)?;
        let state = Item::parse(part()?).ok_or(())?;
        Ok(Self { entry, ruling, state })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_opened_reads_back() {
        for state in Item::ALL {
            let opened = Opened { entry: 4711, ruling: 2, state: *state };
            assert_eq!(opened.to_string().parse(), Ok(opened));
        }
        for wrong in ["", "1/2", "1/2/", "a/2/referred", "1/2/perhaps", "1/2/referred/3"] {
            assert_eq!(wrong.parse::<Opened>(), Err(()), "{wrong}");
        }
    }
}
