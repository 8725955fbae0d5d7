//! The notice of a decided item: what its person is told of the decision.
//!
//! It is made anew from what is stored whenever it is asked for, and each time the log says so
//! before anybody sees it.

use std::collections::BTreeMap;

use clerkwork_bots::kit::{About, Notice};

use crate::clock;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::notice::{post, said, told};
use crate::pipeline::policy;
use crate::settings::Folder;
use crate::state::Item;
use crate::store::Store;

use super::recommended;

/// A notice, and what may be said of it without saying what is in it.
pub struct Made {
    /// The letter.
    pub notice: Notice,
    /// The bot whose decision it tells.
    pub bot: &'static str,
    /// Nobody took part in the decision.
    pub automatic: bool,
    /// Later items that took the decision's place.
    pub superseded_by: Vec<ItemId>,
}

/// Writes the notice of a decided item, and logs that it was written.
pub async fn make(folder: &Folder, store: &Store, actor: &Actor, id: ItemId) -> Result<Made> {
    let item = store.item(id).await?;
    decided(id, item.state)?;
    let (bot, ruled) = recommended(store, id).await?;
    let name = bot.manifest().name;
    if bot.manifest().notice.is_none() {
        return Err(Error::usage(
            format!("the bot {name} writes no notices"),
            "its decisions are told in the results workbook only",
        ));
    }
    said(folder, bot)?;
    let council = &folder.council;
    let nothing = BTreeMap::new();
    let says = council.notices.get(name).unwrap_or(&nothing);
    let automatic = ruled.by == ruled.payload.bot;
    let (number, follows) = (id.to_string(), item.follows.map(|earlier| earlier.to_string()));
    let about = About {
        council: &council.name,
        says,
        item: &number,
        follows: follows.as_deref(),
        decided: clock::local_micros(ruled.at).date(),
        officer: (!automatic).then(|| post(council, says, &ruled.by)),
    };
    let (key, case) = store.case(id).await?;
    let policy = policy(folder, bot)?;
    let written = bot.notice(case.case.get().as_bytes(), &ruled.payload.ruling, &about, &policy);
    let notice = written.map_err(|fault| told(name, &fault))?.ok_or_else(|| unsettled(id))?;

    let text = format!("{}\n\n{}", notice.subject, notice.text);
    let entry = Entry::new(Kind::NoticeMade, actor)
        .item(id)
        .bot(&ruled.payload.mark())
        .payload(&key.commit(text.as_bytes()));
    let mut tx = store.db.begin().await?;
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await?;
    let superseded_by = store.superseded_by(id).await?;
    Ok(Made { notice, bot: name, automatic, superseded_by })
}

/// A notice tells a decision; where there is none, what is to be done first.
fn decided(id: ItemId, state: Item) -> Result<()> {
    let none = |advice: &str| {
        let what = format!("item {id} is {state}: there is no notice of it");
        Err(Error::usage(what, advice))
    };
    match state {
        Item::Done => Ok(()),
        Item::Referred => Err(unsettled(id)),
        Item::ByHand => none("it was settled outside; its notice is written there"),
        Item::Cancelled => none("nothing was decided about it"),
        Item::Ready
        | Item::Decided
        | Item::Posting
        | Item::Waiting
        | Item::Failed
        | Item::Postponed => none("there will be one once it is done"),
    }
}

fn unsettled(id: ItemId) -> Error {
    Error::usage(
        format!("item {id} is referred: there is no notice before an officer has decided"),
        format!(
            "see what is recommended with clerkwork show {id}, then clerkwork confirm or change it"
        ),
    )
}
