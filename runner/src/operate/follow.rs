//! A new item that follows an old one: a correction, a review, a representation. It is a batch of
//! one, taken in like a row of a sheet, so that sameness, totals and log hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use clerkwork_bots::kit::{Need, Policy, Registered};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use crate::acts::{Acting, What};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::intake::{Follower, Intake, corrected};
use crate::job_log::{self, Actor, Kind};
use crate::pipeline;
use crate::state::{self, Item};
use crate::store::Store;
use crate::store::batches::{self, Batch, Opening};
use crate::store::moves;
use crate::store::payload::Origin;

/// As what it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// A fact was wrong: the bot decides anew on the right one.
    Correction,
    /// Somebody is to look at the decision again.
    Review,
    /// The applicant says that the decision is wrong.
    Representation,
}

/// What is asked for.
pub struct Following<'a> {
    /// The earlier item.
    pub earlier: ItemId,
    /// As what.
    pub kind: As,
    /// Fields that are changed: header and value as a sheet would hold it.
    pub set: &'a [(String, String)],
    /// The schedule whose lookups complete it.
    pub schedule: &'a str,
    /// What it is completed from: lookup name to version.
    pub lookups: &'a BTreeMap<String, String>,
    /// The run's day.
    pub today: Date,
    /// By when it is to be settled.
    pub due: Option<Date>,
}

/// The new item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Its batch.
    pub batch: BatchId,
    /// The item.
    pub item: ItemId,
    /// It was opened before by the same command and is not decided yet: go on with it.
    pub already: bool,
}

impl As {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Review => "review",
            Self::Representation => "representation",
        }
    }

    /// A review is not a machine's.
    fn needs(self, earlier: ItemId) -> Vec<Need> {
        match self {
            Self::Correction => Vec::new(),
            Self::Review => vec![Need::new(
                "review-asked",
                format!("A review of item {earlier} was asked for: a person looks at it again."),
            )],
            Self::Representation => vec![Need::new(
                "representation-made",
                format!(
                    "The applicant says that the decision on item {earlier} is wrong: a person \
                     hears them and decides."
                ),
            )],
        }
    }
}

/// Opens an item that follows an earlier one; it is ready to be decided.
pub async fn follow(
    acting: &Acting<'_>,
    store: &Arc<Store>,
    bot: &'static Registered,
    policy: &Arc<Policy>,
    asked: &Following<'_>,
) -> Result<Followed> {
    let id = asked.earlier;
    let source = source(id, asked.kind);
    let (mut tx, at) = acting.begin(id, What::Follow).await?;
    if let Some(followed) = opened(store, asked, &source).await? {
        return Ok(followed);
    }
    let (_, case) = store.case(id).await?;
    let settled = matches!(at.state, Item::Done | Item::ByHand);
    if asked.kind != As::Correction && !settled {
        return Err(Error::usage(
            format!("item {id} is {}: there is no decision yet to look at again", at.state),
            format!(
                "to correct what it says: clerkwork follow {id} --as correction --set \"COLUMN=VALUE\" --why \"...\""
            ),
        ));
    }
    let prepared = corrected(bot, policy, asked.today, id, &case, asked.set)?;
    if asked.kind == As::Correction && prepared.case == case.case.get().as_bytes() {
        return Err(Error::usage(
            "a correction changes something",
            format!("say what, with --set \"COLUMN=VALUE\"; see: clerkwork show {id}"),
        ));
    }
    let one = One {
        store,
        bot,
        policy,
        schedule: asked.schedule,
        source: &source,
        lookups: asked.lookups,
        today: asked.today,
        due: asked.due,
    };
    let intake = one.open(&mut tx, &acting.actor).await?;
    let kind = asked.kind.as_str();
    let sheet = format!("{kind} of {id}");
    let needs = asked.kind.needs(id);
    let follower = Follower {
        prepared,
        sheet,
        earlier: id,
        chain: Vec::new(),
        address: case.address,
        // Whoever opens it means the case as it is now, whatever version was read then.
        origin: case.origin.map(|it| Origin { version: None, ..it }),
        needs,
        repeats: None,
    };
    let item = intake.take_in_follower(&mut tx, follower).await?;
    let batch = intake.batch;
    run(&mut tx, acting, batch).await?;
    let entry = acting.entry(Kind::ItemFollowed).reasons(vec![kind.to_owned()]);
    let entry = acting.keep(&mut tx, id, kind, entry).await?;
    if at.state.next().is_empty() {
        job_log::append(&mut tx, &[entry]).await?;
    } else {
        // What is still open is overtaken: it will not be decided itself.
        let overtaken = acting
            .entry(Kind::ItemMoved)
            .item(id)
            .item_move(at.state, Item::Cancelled)
            .reasons(vec!["superseded".to_owned()]);
        let step = crate::acts::one(&at, Item::Cancelled);
        acting.through(&mut tx, &at, &[step], &[entry, overtaken]).await?;
    }
    tx.commit().await?;
    Ok(Followed { batch, item, already: false })
}

/// A batch of one that is opened for a follower.
pub(super) struct One<'a> {
    pub(super) store: &'a Arc<Store>,
    pub(super) bot: &'static Registered,
    pub(super) policy: &'a Arc<Policy>,
    pub(super) schedule: &'a str,
    pub(super) source: &'a [u8; 32],
    pub(super) lookups: &'a BTreeMap<String, String>,
    pub(super) today: Date,
    pub(super) due: Option<Date>,
}

impl One<'_> {
    /// Opens it, ready to take in its item.
    pub(super) async fn open(&self, tx: &mut Tx, actor: &Actor) -> Result<Intake> {
        let opening = Opening {
            id: None,
            schedule: self.schedule,
            bot: &pipeline::mark(self.bot),
            policy: self.policy.digest(),
            pattern: &pipeline::pattern(self.bot, self.policy),
            source: self.source,
            again: 0,
            lookups: self.lookups,
            today: self.today,
            due: self.due,
            follows: None,
            opened_by: None,
        };
        Ok(Intake {
            store: Arc::clone(self.store),
            also: None,
            bot: self.bot,
            policy: Arc::clone(self.policy),
            columns: BTreeMap::new(),
            address: None,
            first: None,
            today: self.today,
            batch: batches::open(tx, &opening, actor).await?,
            actor: actor.clone(),
        })
    }
}

/// Its item is taken in: it runs.
pub(super) async fn run(tx: &mut Tx, acting: &Acting<'_>, batch: BatchId) -> Result<()> {
    for to in [state::Batch::Checked, state::Batch::Running] {
        moves::batch(tx, batch, to, acting.entry(Kind::BatchMoved)).await?;
    }
    Ok(())
}

/// What the same command opened before; refused where the item is followed otherwise.
async fn opened(
    store: &Store,
    asked: &Following<'_>,
    source: &[u8; 32],
) -> Result<Option<Followed>> {
    let id = asked.earlier;
    let Some(item) = store.superseded_by(id).await?.pop() else { return Ok(None) };
    let batch = store.batch(item.batch()).await?;
    if batch.source == source && batch.totals.in_hand > 0 && batch.state == state::Batch::Running {
        same_lookups(&batch, asked)?;
        return Ok(Some(Followed { batch: batch.id, item, already: true }));
    }
    Err(Error::usage(
        format!("item {id} is superseded by {item} already"),
        format!("look there; it is the one to correct or review: clerkwork show {item}"),
    ))
}

fn same_lookups(batch: &Batch, asked: &Following<'_>) -> Result<()> {
    if batch.lookups == *asked.lookups {
        return Ok(());
    }
    Err(Error::usage(
        format!("batch {} is unfinished, and was begun with another lookup", batch.id),
        "give the same lookups as before",
    ))
}

/// Whether a batch of this source is one in which a person opened an item again.
pub fn opened_by_person(batch: &[u8], earlier: ItemId) -> bool {
    let kinds = [As::Correction, As::Review, As::Representation];
    kinds.into_iter().any(|kind| source(earlier, kind) == batch)
}

/// What the batch is known by: there is one follower of an item.
fn source(earlier: ItemId, kind: As) -> [u8; 32] {
    Sha256::digest(format!("{} of item {earlier}", kind.as_str())).into()
}
