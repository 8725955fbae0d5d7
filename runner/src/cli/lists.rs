//! `clerkwork batches` and `clerkwork items`: lists, without anything personal.

use std::str::FromStr;

use clap::Args;
use serde_json::json;

use super::out::Out;
use super::table::{table, time};
use super::{Office, WELL};
use crate::error::Result;
use crate::ids::{BatchId, ItemId};
use crate::shown::{BatchShown, ItemShown};
use crate::state;
use crate::store::items::{Filter, Listed};

/// List batches, newest first, with their control totals.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork batches --open")]
pub(super) struct Batches {
    /// Only those that have not ended.
    #[arg(long)]
    open: bool,
    /// At most so many.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
}

/// List items: where each stands, and why it waits for a person.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork items --batch 3 --state referred\n  \
    clerkwork items --assigned-to \"Ann Bell\"\n  \
    clerkwork items --batch 3 --after 3-231")]
pub(super) struct Items {
    /// Only of this batch.
    #[arg(long)]
    batch: Option<BatchId>,
    /// Only in this state, such as referred, failed, "by hand".
    #[arg(long, value_parser = item_state)]
    state: Option<state::Item>,
    /// Only those given to this officer.
    #[arg(long, value_name = "NAME")]
    assigned_to: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// Only those after this item: the next page.
    #[arg(long, value_name = "ITEM")]
    after: Option<ItemId>,
}

/// A batch or an item, as it is named at the command line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject {
    /// `3`.
    Batch(BatchId),
    /// `3-231`.
    Item(ItemId),
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        if text.contains('-') {
            text.parse().map(Self::Item)
        } else {
            text.parse().map(Self::Batch)
        }
    }
}

/// A state by its name, with a hyphen or a space.
pub(super) fn item_state(text: &str) -> std::result::Result<state::Item, String> {
    state::Item::parse(&text.replace('-', " ")).ok_or_else(|| {
        let names: Vec<&str> = state::Item::ALL.iter().map(|state| state.as_str()).collect();
        format!("one of: {}", names.join(", "))
    })
}

impl Batches {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let batches = office.store.batches(self.open, self.limit).await?;
        out.object(&json!({"batches": batches.iter().map(BatchShown::from).collect::<Vec<_>>()}));
        if batches.is_empty() {
            out.answer("There is no batch yet. Make one with: clerkwork run SCHEDULE --input FILE");
            return Ok(WELL);
        }
        let rows: Vec<Vec<String>> = batches
            .iter()
            .map(|batch| {
                let totals = &batch.totals;
                vec![
                    batch.id.to_string(),
                    batch.schedule.clone(),
                    batch.state.to_string(),
                    totals.rows.to_string(),
                    totals.rejected.to_string(),
                    totals.duplicates.to_string(),
                    totals.items.to_string(),
                    totals.done.to_string(),
                    totals.unresolved().to_string(),
                    totals.in_hand.to_string(),
                    time(batch.created_at),
                ]
            })
            .collect();
        out.answer(&table(
            &[
                "Batch",
                "Schedule",
                "State",
                "Rows",
                "Rejected",
                "Duplicates",
                "Items",
                "Decided",
                "To settle",
                "In hand",
                "Opened",
            ],
            &rows,
        ));
        Ok(WELL)
    }
}

impl Items {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        if let Some(batch) = self.batch {
            office.store.batch(batch).await?;
        }
        let filter = Filter {
            batch: self.batch,
            state: self.state,
            assigned_to: self.assigned_to,
            after: self.after.map_or(0, |item| item.0),
            limit: self.limit + 1,
        };
        let mut items = office.store.items(&filter).await?;
        let more = i64::try_from(items.len()).unwrap_or(i64::MAX) > self.limit;
        if more {
            items.pop();
        }
        let next = items.last().filter(|_| more).map(|item| item.id.to_string());
        out.object(&json!({
            "items": items.iter().map(ItemShown::from).collect::<Vec<_>>(),
            "next": next,
        }));
        if items.is_empty() {
            out.answer("There is no such item.");
            return Ok(WELL);
        }
        let rows: Vec<Vec<String>> = items.iter().map(item_row).collect();
        let headers =
            ["Item", "Row", "State", "Why", "Award", "Follows", "Assigned to", "Until", "Changed"];
        out.answer(&table(&headers, &rows));
        if let Some(next) = next {
            out.say(&format!("\nThere are more: --after {next}"));
        }
        Ok(WELL)
    }
}

fn item_row(item: &Listed) -> Vec<String> {
    vec![
        item.id.to_string(),
        item.row.to_string(),
        item.state.to_string(),
        item.reason.clone(),
        if item.award { "yes".to_owned() } else { String::new() },
        item.follows.map_or_else(String::new, |earlier| earlier.to_string()),
        item.assigned_to.clone().unwrap_or_default(),
        item.until.clone().unwrap_or_default(),
        time(item.changed_at),
    ]
}
