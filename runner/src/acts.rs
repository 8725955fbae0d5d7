//! What every act of a person has in common: who does it and why, from which states it is allowed,
//! and one transaction for the move, the sealed words and the log entry.

mod seen;

pub use seen::Seen;

use std::sync::Arc;

use crate::clock;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::job_log::{Actor, Entry, Kind};
use crate::settings::Folder;
use crate::state::{self, Item};
use crate::store::Store;
use crate::store::acts::{self, Standing};
use crate::store::batches;
use crate::store::bulk::{self, BulkId};
use crate::store::items::insert_act;
use crate::store::moves::{self, Move, Moved};
use crate::store::payments;
use crate::store::post_backs;

/// The longest reason that is kept, in characters.
const LONGEST: usize = 2000;
/// The longest name of an officer.
const LONGEST_NAME: usize = 100;

/// Who acts on what, and why.
pub struct Acting<'a> {
    /// The data folder, whose schedules say who is told of what comes of it.
    pub folder: &'a Arc<Folder>,
    /// The store.
    pub store: &'a Store,
    /// Who acts.
    pub actor: Actor,
    /// Who typed it in, where that was somebody else.
    pub entered_by: Option<Actor>,
    /// What the person saw of the item before: it may not have moved since.
    pub seen: Option<Seen>,
    /// Look whether it could be done, and leave everything as it is.
    pub dry: bool,
    /// The act on many items that it is a part of: then it is done to each of them once.
    pub bulk: Option<BulkId>,
    why: String,
}

/// What can be done to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The recommendation stands.
    Confirm,
    /// An officer decides otherwise.
    Change,
    /// The applicant is asked for evidence.
    AskEvidence,
    /// It is given to an officer.
    Assign,
    /// It is closed outside the flow.
    ByHand,
    /// It will not be decided.
    Cancel,
    /// It is worked again.
    Retry,
    /// It is put off to a later day.
    Postpone,
    /// A new item is opened that follows it.
    Follow,
}

/// Where an item and its batch stand after an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acted {
    /// The item.
    pub item: ItemId,
    /// Its state now.
    pub state: Item,
    /// Its batch's state now.
    pub batch: state::Batch,
}

impl What {
    /// Everything that can be done to an item.
    pub const ALL: &'static [Self] = &[
        Self::Confirm,
        Self::Change,
        Self::AskEvidence,
        Self::Assign,
        Self::ByHand,
        Self::Cancel,
        Self::Retry,
        Self::Postpone,
        Self::Follow,
    ];

    /// The words that are stored, logged and written into the To do sheet.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Change => "change",
            Self::AskEvidence => "ask for evidence",
            Self::Assign => "assign",
            Self::ByHand => "by hand",
            Self::Cancel => "cancel",
            Self::Retry => "retry",
            Self::Postpone => "postpone",
            Self::Follow => "follow",
        }
    }

    /// An item cannot be ...
    const fn done(self) -> &'static str {
        match self {
            Self::Confirm => "confirmed",
            Self::Change => "changed",
            Self::AskEvidence => "sent back for evidence",
            Self::Assign => "assigned",
            Self::ByHand => "closed by hand",
            Self::Cancel => "cancelled",
            Self::Retry => "tried again",
            Self::Postpone => "postponed",
            Self::Follow => "followed",
        }
    }

    /// The states in which it is allowed; each move that comes of it is in the table of moves.
    pub const fn from(self) -> &'static [Item] {
        match self {
            Self::Confirm | Self::Change => &[Item::Referred, Item::Postponed],
            Self::AskEvidence => &[Item::Referred],
            Self::Assign | Self::ByHand => {
                &[Item::Waiting, Item::Referred, Item::Failed, Item::Postponed]
            }
            Self::Cancel => {
                &[Item::Ready, Item::Waiting, Item::Referred, Item::Failed, Item::Postponed]
            }
            Self::Retry => &[Item::Failed, Item::Postponed],
            Self::Postpone => &[Item::Ready, Item::Referred],
            Self::Follow => &[
                Item::Ready,
                Item::Waiting,
                Item::Referred,
                Item::Failed,
                Item::Postponed,
                Item::Done,
                Item::ByHand,
                Item::Cancelled,
            ],
        }
    }
}

impl<'a> Acting<'a> {
    /// An act needs its reason.
    pub fn new(folder: &'a Arc<Folder>, store: &'a Store, actor: Actor, why: &str) -> Result<Self> {
        let why = why.trim();
        if why.is_empty() {
            return Err(Error::usage("an act needs its reason", "give it with --why \"...\""));
        }
        if why.chars().count() > LONGEST {
            return Err(Error::usage(
                "the reason is too long",
                format!("{LONGEST} characters at most: keep the rest where the case is kept"),
            ));
        }
        Ok(Self {
            folder,
            store,
            actor,
            entered_by: None,
            seen: None,
            dry: false,
            bulk: None,
            why: why.to_owned(),
        })
    }

    /// The reason, in the person's own words. Personal.
    pub fn why(&self) -> &str {
        &self.why
    }

    /// An entry of this kind by the person who acts.
    pub fn entry(&self, kind: Kind) -> Entry {
        Entry::new(kind, &self.actor).entered_by(self.entered_by.as_ref())
    }

    /// Begins an act under the write lock; refused where the item does not stand right for it.
    pub async fn begin(&self, id: ItemId, what: What) -> Result<(Tx, Standing)> {
        let mut tx = self.store.db.begin().await?;
        let standing = self.stands(&mut tx, id, what).await?;
        Ok((tx, standing))
    }

    /// Where an item stands, if it stands right for an act.
    pub async fn stands(&self, tx: &mut Tx, id: ItemId, what: What) -> Result<Standing> {
        let standing = acts::standing(tx, id).await?;
        if standing.batch == state::Batch::Loading {
            return Err(Error::usage(
                format!("batch {} is still being read", id.batch()),
                "wait until it has been read, or go on with the command that reads it",
            ));
        }
        if let Some(seen) = self.seen.filter(|seen| seen.moved(&standing)) {
            let last = acts::last(tx, id).await?;
            return Err(seen::moved(&seen, &standing, last.as_ref()));
        }
        if !what.from().contains(&standing.state) {
            let last = acts::last(tx, id).await?;
            return Err(refusal(&standing, what, last.as_ref()));
        }
        if standing.leased {
            return Err(in_hand(id));
        }
        if let Some(bulk) = self.bulk {
            bulk::take(tx, bulk, id).await?;
        }
        Ok(standing)
    }

    /// Keeps the words of an act; the entry commits to them, and says what the person had seen.
    pub async fn keep(&self, tx: &mut Tx, id: ItemId, what: &str, entry: Entry) -> Result<Entry> {
        let key = self.store.item_key(tx, id).await?;
        let words = insert_act(tx, &key, id, &self.actor.id, what, &self.why).await?;
        let entry = entry.item(id).payload(&words);
        Ok(match self.seen {
            Some(seen) => entry.seen(seen.ruling, seen.seconds),
            None => entry,
        })
    }

    /// One move with its words and its entry.
    pub async fn settle(&self, id: ItemId, what: What, to: Item) -> Result<Acted> {
        let (mut tx, standing) = self.begin(id, what).await?;
        self.step(&mut tx, &standing, what, to).await?;
        self.end(tx, id).await
    }

    /// The same in a transaction that does more.
    pub async fn step(&self, tx: &mut Tx, at: &Standing, what: What, to: Item) -> Result<()> {
        let entry =
            self.entry(Kind::ItemMoved).item_move(at.state, to).reasons(vec![code(what.as_str())]);
        let entry = self.keep(tx, at.id, what.as_str(), entry).await?;
        self.through(tx, at, &[one(at, to)], &[entry]).await
    }

    /// Moves an item through these steps.
    pub async fn through(
        &self,
        tx: &mut Tx,
        at: &Standing,
        steps: &[Move],
        entries: &[Entry],
    ) -> Result<()> {
        let stages: Vec<&[Move]> = steps.iter().map(std::slice::from_ref).collect();
        let batch = at.id.batch();
        let written = entries.iter().map(Entry::write).collect();
        // What is put off is told of when it has been looked at again.
        let settled = |step: &Move| {
            matches!(step.to, Item::Decided | Item::ByHand | Item::Cancelled | Item::Postponed)
        };
        if steps.iter().any(settled) {
            // What others were still to be told is overtaken.
            post_backs::withdraw(tx, at.id).await?;
        }
        if steps.iter().any(|step| matches!(step.to, Item::ByHand | Item::Cancelled)) {
            payments::close(tx, &[at.id], &self.actor).await?;
        }
        match moves::through(tx, batch, None, &stages, written, &self.actor).await? {
            Moved::All => Ok(()),
            Moved::Lost => Err(in_hand(at.id)),
        }
    }

    /// Ends an act: it is done, or undone where it was only tried.
    pub async fn end(&self, mut tx: Tx, id: ItemId) -> Result<Acted> {
        let standing = acts::standing(&mut tx, id).await?;
        let (batch, _) = batches::totals(&mut tx, id.batch()).await?;
        let acted = Acted { item: id, state: standing.state, batch };
        if self.dry {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
        }
        Ok(acted)
    }

    /// Moves a whole batch at somebody's word. The words are sealed under the batch's own key.
    pub async fn move_batch(&self, id: BatchId, what: &str, to: state::Batch) -> Result<Tx> {
        self.store.batch(id).await?;
        let key = self.store.batch_key(id).await?;
        let mut tx = self.store.db.begin().await?;
        let whole = ItemId(id.span().0);
        let words = insert_act(&mut tx, &key, whole, &self.actor.id, what, &self.why).await?;
        let entry = self.entry(Kind::BatchMoved).reasons(vec![code(what)]).payload(&words);
        moves::batch(&mut tx, id, to, entry).await?;
        Ok(tx)
    }
}

/// A move that leaves everything but the state as it is. Nobody is needed for it any more, or not
/// until a later day.
pub fn one(at: &Standing, to: Item) -> Move {
    Move {
        item: at.id,
        from: at.state,
        to,
        reason: if to == Item::Postponed { at.reason.clone() } else { String::new() },
        award: at.award && to != Item::Cancelled && to != Item::ByHand,
        ruling: at.ruling,
    }
}

/// An officer's name as it was written, if it is one.
pub fn officer(name: &str) -> Result<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_control);
    if plain && name.chars().count() <= LONGEST_NAME {
        return Ok(name);
    }
    Err(Error::usage(
        "that is not an officer's name",
        format!("a name has letters, and {LONGEST_NAME} characters at most"),
    ))
}

/// `ask for evidence` as the log writes it: `ask-for-evidence`.
fn code(what: &str) -> String {
    what.replace(' ', "-")
}

fn in_hand(id: ItemId) -> Error {
    Error::failed(
        format!("a runner has item {id} in hand just now"),
        format!(
            "try again in a moment, or pause its batch: clerkwork pause {} --why \"...\"",
            id.batch()
        ),
    )
}

fn refusal(at: &Standing, what: What, last: Option<&acts::LastAct>) -> Error {
    let (id, state) = (at.id, at.state);
    let problem = format!("item {id} is {state}, and cannot be {}", what.done());
    let advice = match last {
        Some(last) if state.next().is_empty() && settles(&last.what) => {
            let at = clock::local_micros(last.at).strftime("%d/%m/%Y at %H:%M");
            format!("{} settled it on {at} ({}); see: clerkwork show {id}", last.by, last.what)
        }
        _ if state.next().is_empty() => format!(
            "it is settled; to correct or review it: clerkwork follow {id} --as correction --why \"...\""
        ),
        _ if state.in_hand() => "its bot has it: wait until it is through".to_owned(),
        _ => {
            let states: Vec<&str> = what.from().iter().map(|state| state.as_str()).collect();
            format!("that is for items that are {}", states.join(", "))
        }
    };
    Error::usage(problem, advice)
}

/// Whether an act of that name ends what it is done to.
fn settles(what: &str) -> bool {
    let acts = [What::Confirm, What::Change, What::ByHand, What::Cancel];
    acts.iter().any(|act| act.as_str() == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_moves_by_the_table_of_moves() {
        for (what, to) in [
            (What::Confirm, Item::Decided),
            (What::Change, Item::Decided),
            (What::ByHand, Item::ByHand),
            (What::Cancel, Item::Cancelled),
            (What::Retry, Item::Ready),
            (What::Postpone, Item::Postponed),
        ] {
            for from in Item::ALL.iter().filter(|from| what.from().contains(from)) {
                assert!(from.may_become(to), "{what:?} from {from}");
            }
        }
    }
}
