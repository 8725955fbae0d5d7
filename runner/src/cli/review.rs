//! Officers' acts at the command line, and the To do sheet filled in.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use clerkwork_bots::kit::Cell;
use clerkwork_connectors::spreadsheet::Limits;
use jiff::civil::Date;
use serde_json::json;

use super::lists::item_state;
use super::out::Out;
use super::table::many;
use super::{NEEDS_A_PERSON, Office, WELL};
use crate::acts::{Acted, Acting};
use crate::clock;
use crate::error::{Advice, Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::review::{self, Imported, Outcome, Todo};
use crate::state;
use crate::store::items::Filter;

/// Let the bot's recommendation on a referred item stand.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork confirm 3-231 --why \"statement seen\"\n  \
    clerkwork confirm --batch 3 --state referred --yes --why \"checked one by one in the sheet\"")]
pub(super) struct Confirm {
    #[command(flatten)]
    items: Selection,
    #[command(flatten)]
    why: Why,
}

/// Decide a referred item otherwise than recommended.
///
/// The reason stands in the notice of the decision, where its bot writes one.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork change 3-231 --set \"Meals=awarded\" \
    --set \"Meals from=18/08/2025\" --set \"Meals to=30/06/2026\" --why \"statement shows 840\"")]
pub(super) struct Change {
    /// The item.
    item: ItemId,
    /// A decision column and its new value; empty after = takes the value away.
    #[arg(long, value_name = "COLUMN=VALUE", required = true, value_parser = assignment)]
    set: Vec<(String, String)>,
    #[command(flatten)]
    why: Why,
}

/// Note that evidence was asked for; the item stays referred.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork ask-evidence 3-231 --until 2026-02-13 \
    --why \"asked by letter for the last statement\"")]
pub(super) struct AskEvidence {
    /// The item.
    item: ItemId,
    /// By when it should be there.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    #[command(flatten)]
    why: Why,
}

/// Give items to an officer.
#[derive(Args)]
#[command(
    after_help = "Example:\n  clerkwork assign 3-231 3-240 --to \"Ann Bell\" --why \"knows the family\""
)]
pub(super) struct Assign {
    #[command(flatten)]
    items: Selection,
    /// The officer.
    #[arg(long, value_name = "NAME")]
    to: String,
    #[command(flatten)]
    why: Why,
}

/// Close an item that was settled outside the flow.
#[derive(Args)]
#[command(
    after_help = "Example:\n  clerkwork by-hand 3-231 --why \"decided at the counter, note 17\""
)]
pub(super) struct ByHand {
    /// The item.
    item: ItemId,
    #[command(flatten)]
    why: Why,
}

/// Officers' decisions in a spreadsheet.
#[derive(Subcommand)]
pub(super) enum Review {
    Import(Import),
}

/// Take in a To do sheet that officers have filled in, each row under its officer's name.
///
/// Rows with a fault are listed and left; the others are done. The same file again does nothing
/// twice. Exit code 3: a row has a fault, or items of its batches still need a person.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork results 3 -o batch-3.xlsx      (fill in the sheet \
    \"To do\")\n  clerkwork review import batch-3.xlsx --dry-run\n  clerkwork review import batch-3.xlsx")]
pub(super) struct Import {
    /// The results workbook, or a text file saved of its To do sheet.
    file: PathBuf,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Why something is done, in the person's own words. Kept sealed.
#[derive(Args)]
pub(super) struct Why {
    /// The reason; it is kept sealed with the case.
    #[arg(long, value_name = "WORDS")]
    pub(super) why: String,
}

/// Items by name, or all of a batch in one state.
#[derive(Args)]
pub(super) struct Selection {
    /// Items, such as 3-231.
    #[arg(value_name = "ITEM", conflicts_with = "batch", required_unless_present = "batch")]
    pub(super) items: Vec<ItemId>,
    /// All items of this batch in one state.
    #[arg(long, requires = "state")]
    pub(super) batch: Option<BatchId>,
    /// The state.
    #[arg(long, requires = "batch", value_parser = item_state)]
    pub(super) state: Option<state::Item>,
    /// Yes, all of them.
    #[arg(long, requires = "batch")]
    pub(super) yes: bool,
}

impl Selection {
    /// The items. More than one of a batch are taken only with --yes.
    pub(super) async fn find(&self, office: &Office, what: &str) -> Result<Vec<ItemId>> {
        let (Some(batch), Some(state)) = (self.batch, self.state) else {
            return Ok(self.items.clone());
        };
        office.store.batch(batch).await?;
        let filter =
            Filter { batch: Some(batch), state: Some(state), limit: i64::MAX, ..Filter::default() };
        let items: Vec<ItemId> =
            office.store.items(&filter).await?.into_iter().map(|item| item.id).collect();
        match items.len() {
            0 => Err(Error::usage(format!("batch {batch} has no item that is {state}"), "")),
            n if n > 1 && !self.yes => Err(Error::usage(
                format!("that would {what} {n} items of batch {batch}; nothing was done"),
                "if that is meant, say the same with --yes",
            )),
            _ => Ok(items),
        }
    }
}

/// `Meals=awarded`.
pub(super) fn assignment(text: &str) -> std::result::Result<(String, String), String> {
    let (column, value) = text.split_once('=').ok_or("write it as COLUMN=VALUE")?;
    let (column, value) = (column.trim(), value.trim());
    if column.is_empty() {
        return Err("name a column before the =".to_owned());
    }
    Ok((column.to_owned(), value.to_owned()))
}

/// Does an act to each item by itself, and says where they and their batches stand.
pub(super) async fn each(
    office: &Office,
    out: &Out,
    items: &[ItemId],
    why: &Why,
    act: impl AsyncFn(&Acting<'_>, ItemId) -> Result<Acted>,
) -> Result<u8> {
    let acting = Acting::new(&office.folder, &office.store, office.actor.clone(), &why.why)?;
    let (mut acted, mut refused) = (Vec::new(), Vec::new());
    for id in items {
        match act(&acting, *id).await {
            Ok(done) => acted.push(done),
            Err(Error::Usage(advice) | Error::Failed(advice)) if items.len() > 1 => {
                refused.push((*id, advice));
            }
            Err(fault) => return Err(fault),
        }
    }
    let batches: BTreeMap<BatchId, state::Batch> =
        acted.iter().map(|acted| (acted.item.batch(), acted.batch)).collect();
    say(*out, &acted, &refused);
    let mut standing = Vec::new();
    for (id, state) in batches {
        let unresolved = office.store.batch(id).await?.totals.unresolved();
        standing.push(json!({"batch": id.0, "state": state, "unresolved": unresolved}));
        out.say(&follows(id, state, unresolved));
    }
    out.object(&json!({
        "acted": acted
            .iter()
            .map(|acted| json!({"item": acted.item.to_string(), "state": acted.state}))
            .collect::<Vec<_>>(),
        "refused": refused
            .iter()
            .map(|(id, advice)| json!({"item": id.to_string(), "error": advice.what}))
            .collect::<Vec<_>>(),
        "batches": standing,
    }));
    Ok(if refused.is_empty() { WELL } else { 1 })
}

fn say(out: Out, acted: &[Acted], refused: &[(ItemId, Advice)]) {
    for done in acted.iter().take(20) {
        out.say(&format!("Item {} is {}.", done.item, done.state));
    }
    if acted.len() > 20 {
        out.say(&format!("... and {} more.", acted.len() - 20));
    }
    for (_, advice) in refused {
        out.answer(&format!("Left undone: {advice}"));
    }
}

/// Where a batch stands, in a sentence.
pub(super) fn follows(id: BatchId, state: state::Batch, unresolved: i64) -> String {
    match state {
        state::Batch::Complete => format!("Batch {id} is complete: every item is settled."),
        state::Batch::Unresolved => {
            let items = many(unresolved, "item");
            format!("Batch {id} is unresolved: {items} still to settle.")
        }
        state::Batch::Running => format!(
            "Batch {id} is running: it goes on when the command that began it is given again."
        ),
        state::Batch::Loading
        | state::Batch::Unreadable
        | state::Batch::Checked
        | state::Batch::AwaitingApproval
        | state::Batch::Paused
        | state::Batch::Cancelled => format!("Batch {id} is {state}."),
    }
}

impl Confirm {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let items = self.items.find(office, "confirm").await?;
        each(office, out, &items, &self.why, async |acting, id| review::confirm(acting, id).await)
            .await
    }
}

impl Change {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let given: Vec<_> = self
            .set
            .iter()
            .map(|(column, value)| (column.as_str(), Cell::Text(value.as_str())))
            .collect();
        each(office, out, &[self.item], &self.why, async |acting, id| {
            review::change(acting, id, &given, false).await
        })
        .await
    }
}

impl AskEvidence {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        each(office, out, &[self.item], &self.why, async |acting, id| {
            review::ask_evidence(acting, id, self.until, clock::today()).await
        })
        .await
    }
}

impl Assign {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let items = self.items.find(office, "assign").await?;
        each(office, out, &items, &self.why, async |acting, id| {
            review::assign(acting, id, &self.to).await
        })
        .await
    }
}

impl ByHand {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        each(office, out, &[self.item], &self.why, async |acting, id| {
            review::by_hand(acting, id).await
        })
        .await
    }
}

impl Review {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let Self::Import(Import { file, dry_run }) = self;
        let opened = File::open(&file).map_err(|fault| {
            Error::failed(
                format!("{} cannot be read: {fault}", file.display()),
                "see that its name is right",
            )
        })?;
        let todo = Todo::read(opened, Limits::default()).await?;
        let imported = review::import(
            &office.folder,
            &office.store,
            &office.actor,
            todo,
            clock::today(),
            dry_run,
        )
        .await?;
        out.object(&import_json(&imported, dry_run));
        out.answer(&import_text(&imported, dry_run));
        Ok(if imported.remains() { NEEDS_A_PERSON } else { WELL })
    }
}

fn import_json(imported: &Imported, dry_run: bool) -> serde_json::Value {
    let word = |outcome| match outcome {
        Outcome::Done => "done",
        Outcome::Already => "already",
        Outcome::Fault => "fault",
    };
    json!({
        "dry_run": dry_run,
        "done": imported.count(Outcome::Done),
        "already": imported.count(Outcome::Already),
        "faulty": faulty(imported),
        "not_filled_in": imported.blank,
        "rows": imported.lines.iter().map(|line| json!({
            "row": line.row,
            "item": line.item.to_string(),
            "act": line.act.as_str(),
            "outcome": word(line.outcome),
        })).collect::<Vec<_>>(),
        "faults": imported.faults.iter().map(|fault| json!({
            "sheet": imported.sheet,
            "row": fault.row,
            "column": fault.column,
            "expected": fault.expected,
        })).collect::<Vec<_>>(),
        "batches": imported.batches.iter().map(|(id, (state, unresolved))| json!({
            "batch": id.0,
            "state": state,
            "unresolved": unresolved,
        })).collect::<Vec<_>>(),
    })
}

/// Rows with faults; a row may have several.
fn faulty(imported: &Imported) -> usize {
    let mut rows: Vec<u32> = imported.faults.iter().map(|fault| fault.row).collect();
    rows.dedup();
    rows.len()
}

fn import_text(imported: &Imported, dry_run: bool) -> String {
    let mut text = Vec::new();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let done = many(count(imported.count(Outcome::Done)), "row");
    text.push(if dry_run {
        format!("{done} would be done; nothing was changed.")
    } else {
        format!("{done} done.")
    });
    let already = count(imported.count(Outcome::Already));
    if already > 0 {
        text.push(format!("{} settled as asked already.", many(already, "row")));
    }
    if imported.blank > 0 {
        text.push(format!("{} not filled in.", many(count(imported.blank), "row")));
    }
    if !imported.faults.is_empty() {
        text.push(format!("{} left undone:", many(count(faulty(imported)), "row")));
    }
    for fault in &imported.faults {
        let sheet = &imported.sheet;
        text.push(format!(
            "  sheet {sheet:?}, row {}, column {}: expected {}",
            fault.row, fault.column, fault.expected
        ));
    }
    for (id, (state, unresolved)) in &imported.batches {
        text.push(follows(*id, *state, *unresolved));
    }
    text.join("\n")
}
