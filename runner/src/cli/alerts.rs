//! `clerkwork alerts`: what needs somebody, and whether they were told.

use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::json;

use super::out::Out;
use super::table::{table, time, wrapped};
use super::{Office, WELL};
use crate::alerts::Alerts as Teller;
use crate::alerts::list::{self, Message};
use crate::alerts::settings::{FILE, Settings};
use crate::clock;
use crate::connections::Connections;
use crate::error::{Error, Result};
use crate::serve;

/// List open alerts and the messages that tell of them.
///
/// Who is told of what stands in alerts.toml in the data folder.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:\n  clerkwork alerts\n  clerkwork alerts test")]
pub(super) struct Alerts {
    #[command(subcommand)]
    act: Option<Act>,
    /// At most so many messages.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
}

#[derive(Subcommand)]
enum Act {
    Test(Test),
}

/// Send a test to everybody named in alerts.toml, and say what came of it.
///
/// Each is tried once. A webhook whose receiver had switched it off is on again if it takes this.
/// Exit code 1 if anything did not arrive.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork alerts test")]
struct Test;

impl Alerts {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        match self.act {
            Some(Act::Test(_)) => test(office, out).await,
            None => show(office, out, self.limit).await,
        }
    }
}

async fn show(office: &Office, out: &Out, limit: i64) -> Result<u8> {
    let open = list::open(&office.store.db).await?;
    let messages = list::messages(&office.store.db, limit).await?;
    out.object(&json!({"open": open, "outbox": messages}));
    let mut lines = Vec::new();
    for alert in &open {
        let mark = format!("{}  {}:", time(alert.raised_at), alert.condition);
        lines.push(wrapped(&mark, &alert.says));
        lines.extend(alert.advice.lines().map(|line| format!("      {line}")));
    }
    if open.is_empty() {
        lines.push("No alert is open".to_owned());
    }
    if !messages.is_empty() {
        lines.extend([String::new(), listed(&messages)]);
    }
    out.answer(&lines.join("\n"));
    Ok(WELL)
}

async fn test(office: &Office, out: &Out) -> Result<u8> {
    if !Settings::of(&office.folder)?.tells() {
        return Err(Error::usage(
            format!("nobody is named in {FILE}"),
            "say there who is told; docs/alerts.md has an example",
        ));
    }
    let (folder, store) = (Arc::clone(&office.folder), Arc::clone(&office.store));
    let connections = Connections::of(&office.store);
    let mailer = serve::mailer(&office.folder, &office.store, &connections).await?;
    let mut teller = Teller::open(folder, store, mailer, office.actor.clone()).await?;
    let messages = teller.test(clock::now()).await?;
    let well = messages.iter().all(|message| message.state == "sent");
    out.object(&json!({"well": well, "outbox": messages}));
    out.answer(&listed(&messages));
    Ok(if well { WELL } else { 1 })
}

fn listed(messages: &[Message]) -> String {
    let rows = messages.iter().map(|it| {
        let state = match it.next_at {
            Some(next) => format!("tried again {}", time(next)),
            None => it.state.clone(),
        };
        vec![
            time(it.made_at),
            it.what.clone(),
            it.alert.clone(),
            it.way.clone(),
            it.tries.to_string(),
            state,
            it.why.clone(),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    table(&["Written", "What", "Alert", "By", "Tries", "State", "Why"], &rows)
}
