//! `clerkwork users keys`: keys by which programs act.

use clap::{Args, Subcommand};
use serde_json::json;

use super::super::out::Out;
use super::super::table::{table, time};
use super::super::{Office, WELL};
use super::{listed, managing, named};
use crate::accounts::Role;
use crate::accounts::keys::{self, New};
use crate::clock;
use crate::error::Result;

/// Keys by which programs act on the JSON API.
#[derive(Subcommand)]
#[command(after_help = "Examples:\n  \
    clerkwork users keys add intranet-forms --role submitter --days 90\n  \
    clerkwork users keys end intranet-forms --why \"the form was taken down\"")]
pub(in crate::cli) enum Keys {
    Add(Add),
    List(List),
    End(End),
}

/// Make a key, and show it once.
#[derive(Args)]
#[command(after_help = "Example:\n  \
    clerkwork users keys add intranet-forms --role submitter --bot hr-queries --days 90")]
pub(in crate::cli) struct Add {
    /// Which program it is for, in small letters, digits and hyphens.
    name: String,
    /// What it may do; may be given several times.
    #[arg(long = "role", required = true, value_name = "ROLE", value_parser = super::role)]
    roles: Vec<Role>,
    /// Let it see the work of this bot alone; may be given several times (default: all bots).
    #[arg(long = "bot", value_name = "BOT")]
    bots: Vec<String>,
    /// Days that it lasts, 366 at most.
    #[arg(long, default_value_t = 90)]
    days: i64,
    /// Why, for the record.
    #[arg(long, value_name = "REASON", default_value = "made at the command line")]
    why: String,
}

/// List every key there ever was.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork users keys list")]
pub(in crate::cli) struct List;

/// End a key before its time.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork users keys end intranet-forms --why \"it leaked\"")]
pub(in crate::cli) struct End {
    /// Its name.
    name: String,
    /// Why, for the record.
    #[arg(long, value_name = "REASON")]
    why: String,
}

impl Keys {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        match self {
            Self::Add(add) => add.run(office, out).await,
            Self::List(_) => list(office, out).await,
            Self::End(end) => end.run(office, out).await,
        }
    }
}

impl Add {
    async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let new = New {
            name: self.name,
            roles: self.roles.into_iter().collect(),
            bots: named(self.bots),
            days: self.days,
        };
        let token = managing(office, &self.why).make_key(&new).await?;
        out.object(&json!({"name": new.name, "key": token.text(), "days": new.days}));
        out.answer(&format!(
            "The key, shown this once: {}\nIt is sent as: Authorization: Bearer KEY",
            token.text()
        ));
        Ok(WELL)
    }
}

async fn list(office: &Office, out: &Out) -> Result<u8> {
    let (all, now) = (office.store.keys().await?, clock::now());
    let objects = all.iter().map(|key| {
        json!({
            "name": key.name, "roles": key.roles, "bots": key.bots, "made_by": key.made_by,
            "made_at": key.made_at, "used_at": key.used_at, "ends_at": key.ends_at,
            "in_force": keys::in_force(key, now),
        })
    });
    out.object(&json!({"keys": objects.collect::<Vec<_>>()}));
    if all.is_empty() {
        out.answer("No keys\n  make one: clerkwork users keys add NAME --role ROLE");
        return Ok(WELL);
    }
    let at = |at: jiff::Timestamp| time(at.as_microsecond());
    let rows = all.iter().map(|key| {
        let state = match key.ended_at {
            Some(ended) => format!("ended {}", at(ended)),
            None if key.ends_at <= now => "has run out".to_owned(),
            None => "in force".to_owned(),
        };
        let used = key.used_at.map_or_else(|| "never".to_owned(), at);
        vec![key.name.clone(), listed(&key.roles), used, at(key.ends_at), state]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    out.answer(&table(&["Name", "Roles", "Last used", "Ends", "State"], &rows));
    Ok(WELL)
}

impl End {
    async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        managing(office, &self.why).end_key(&self.name).await?;
        out.object(&json!({"name": self.name, "ended": true}));
        out.say(&format!("The key {} opens nothing any more", self.name));
        Ok(WELL)
    }
}
