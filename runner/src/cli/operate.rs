//! Operators' acts at the command line: on batches, on items, and a new item that follows an old.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::lists::{Subject, item_state};
use super::out::Out;
use super::review::{Selection, Why, assignment, each, follows};
use super::{NEEDS_A_PERSON, Office, WELL};
use crate::acts::Acting;
use crate::clock;
use crate::connections::Connections;
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::operate::{self, ActedOnBatch, As};
use crate::run::{self, Request, Runner};
use crate::schedule;
use crate::state;

/// Agree to a batch that awaits a second person.
#[derive(Args)]
#[command(
    after_help = "Example:\n  clerkwork approve 3 --why \"totals agree with the school office\""
)]
pub(super) struct Approve {
    #[command(flatten)]
    whole: Whole,
}

/// Hold a running batch: what is under way ends, nothing more is begun.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork pause 3 --why \"wrong roll\"")]
pub(super) struct Pause {
    #[command(flatten)]
    whole: Whole,
}

/// Let a paused batch go on.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork resume 3 --why \"the roll was right after all\"")]
pub(super) struct Resume {
    #[command(flatten)]
    whole: Whole,
}

#[derive(Args)]
struct Whole {
    /// The batch.
    batch: BatchId,
    #[command(flatten)]
    why: Why,
}

/// Cancel items that are not settled, or a batch with all of them.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork cancel 3-231 3-240 --why \"withdrawn\"\n  \
    clerkwork cancel 3 --why \"the wrong file\"\n  \
    clerkwork cancel --batch 3 --state failed --yes --why \"sent again in batch 4\"")]
pub(super) struct Cancel {
    /// Items, such as 3-231, or one batch, such as 3.
    #[arg(value_name = "ITEM|BATCH", conflicts_with = "batch", required_unless_present = "batch")]
    subjects: Vec<Subject>,
    /// All items of this batch in one state.
    #[arg(long, requires = "state")]
    batch: Option<BatchId>,
    /// The state.
    #[arg(long, requires = "batch", value_parser = item_state)]
    state: Option<state::Item>,
    /// Yes, all of them.
    #[arg(long, requires = "batch")]
    yes: bool,
    #[command(flatten)]
    why: Why,
}

/// Work failed or postponed items again, as they are.
///
/// The case, the lookups and the policy are those of its batch; to have one that was put off read
/// anew before its day: clerkwork look-again ITEM.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork retry 3-231 --why \"the bot was mended\"\n  \
    clerkwork retry --batch 3 --state failed --yes --why \"the bot was mended\"")]
pub(super) struct Retry {
    #[command(flatten)]
    items: Selection,
    #[command(flatten)]
    why: Why,
}

/// Put an item off until a later day, on which it is looked at again.
///
/// On that day a case of a CRM is read anew, lookups and policy are those of the day, and the bot
/// decides. What still waits then is put off again by itself, as often as its schedule
/// says. serve does it by itself; clerkwork look-again does it here.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork postpone 3-231 --until 2026-04-01 \
    --why \"the new limit is not published yet\"")]
pub(super) struct Postpone {
    /// The item: one that is referred, or still to be decided.
    item: ItemId,
    /// The day, later than today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Date,
    #[command(flatten)]
    why: Why,
}

/// Open a new item that follows an old one, and decide it.
///
/// A correction is decided by the bot on the changed fields, and referred if an award stands. A
/// review and a representation are always for a person. An old item that is not settled yet is
/// cancelled: the new one takes its place. The same command again goes on where it was stopped.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork follow 3-231 --as correction \
    --set \"UC net earnings=840\" --why \"statement of 3 March\"\n  \
    clerkwork follow 3-231 --as representation --lookup school-roll=none --why \"letter of 9 March\"")]
pub(super) struct Follow {
    /// The old item.
    item: ItemId,
    /// correction, review or representation.
    #[arg(long = "as", value_name = "KIND", value_parser = kind)]
    kind: As,
    /// A field of the form and its right value, as a sheet would have it.
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
    /// A second source, or none, as for run (default: the schedule's).
    #[arg(long, value_name = "NAME=FILE|none", value_parser = super::run::lookup)]
    lookup: Vec<(String, Option<PathBuf>)>,
    /// Where the results workbook goes (default: the schedule's place).
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    why: Why,
}

fn kind(text: &str) -> std::result::Result<As, String> {
    let kinds = [As::Correction, As::Review, As::Representation];
    let found = kinds.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| "one of: correction, review, representation".to_owned())
}

impl Approve {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let acting = self.whole.acting(office)?;
        tell(*out, operate::approve(&acting, self.whole.batch).await?)
    }
}

impl Pause {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let acting = self.whole.acting(office)?;
        tell(*out, operate::pause(&acting, self.whole.batch).await?)
    }
}

impl Resume {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let acting = self.whole.acting(office)?;
        tell(*out, operate::resume(&acting, self.whole.batch).await?)
    }
}

impl Whole {
    fn acting<'o>(&self, office: &'o Office) -> Result<Acting<'o>> {
        Acting::new(&office.folder, &office.store, office.actor.clone(), &self.why.why)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the last word of each command")]
fn tell(out: Out, acted: ActedOnBatch) -> Result<u8> {
    let ActedOnBatch { batch, state, totals } = acted;
    out.object(&json!({"batch": batch.0, "state": state, "totals": totals}));
    out.say(&follows(batch, state, totals.unresolved()));
    Ok(WELL)
}

impl Cancel {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let mut items = Vec::new();
        for subject in &self.subjects {
            match subject {
                Subject::Item(item) => items.push(*item),
                Subject::Batch(batch) if self.subjects.len() == 1 => {
                    let acting = Acting::new(
                        &office.folder,
                        &office.store,
                        office.actor.clone(),
                        &self.why.why,
                    )?;
                    return tell(*out, operate::cancel_batch(&acting, *batch).await?);
                }
                Subject::Batch(batch) => {
                    return Err(Error::usage(
                        format!("{batch} is a batch: a batch is cancelled by itself"),
                        "items are named by batch and row, such as 3-231; nothing was done",
                    ));
                }
            }
        }
        let selection = Selection { items, batch: self.batch, state: self.state, yes: self.yes };
        let items = selection.find(office, "cancel").await?;
        each(office, out, &items, &self.why, async |acting, id| operate::cancel(acting, id).await)
            .await
    }
}

impl Retry {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let items = self.items.find(office, "retry").await?;
        each(office, out, &items, &self.why, async |acting, id| operate::retry(acting, id).await)
            .await
    }
}

impl Postpone {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        each(office, out, &[self.item], &self.why, async |acting, id| {
            operate::postpone(acting, id, self.until, clock::today()).await
        })
        .await
    }
}

impl Follow {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        office.store.item(self.item).await?;
        let earlier = office.store.batch(self.item.batch()).await?;
        let request = Request {
            schedule: schedule::find(&office.folder, &earlier.schedule)?,
            input: None,
            output: self.output,
            lookups: self.lookup.into_iter().collect::<BTreeMap<_, _>>(),
            again: false,
            dry_run: false,
            queued: false,
            name: None,
            opened_by: None,
            today: clock::today(),
        };
        let (progress, bar) = out.steps();
        let runner = Runner::new(
            Arc::clone(&office.folder),
            Arc::new(Connections::of(&office.store)),
            Arc::clone(&office.store),
            office.actor.clone(),
            request,
            progress,
            super::run::stop_signal(),
        )
        .await?;
        let follow = run::Follow {
            earlier: self.item,
            kind: self.kind,
            set: self.set,
            why: self.why.why,
            seen: None,
            due: None,
        };
        let ran = runner.follow(&follow).await;
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        let (followed, outcome) = ran?;
        let item = office.store.item(followed.item).await?;
        out.object(&json!({
            "item": item.id.to_string(),
            "follows": self.item.to_string(),
            "as": self.kind.as_str(),
            "already": followed.already,
            "state": item.state,
            "reason": item.reason,
            "award": item.award,
            "batch": followed.batch.0,
            "batch_state": outcome.state,
            "output": outcome.output,
        }));
        let reason = match item.reason.as_str() {
            "" => String::new(),
            reason => format!(" ({reason})"),
        };
        out.say(&format!(
            "Item {} follows {} as a {}, and is {}{reason}. See: clerkwork show {}",
            item.id,
            self.item,
            self.kind.as_str(),
            item.state,
            item.id
        ));
        Ok(if item.state.unresolved() { NEEDS_A_PERSON } else { WELL })
    }
}
