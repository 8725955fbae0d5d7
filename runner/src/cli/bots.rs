//! `clerkwork bots`: what is installed, what it decides and by which law, its golden cases, a new
//! one, and the emergency stop.

mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clerkwork_bots::kit::{Registered, golden};
use serde_json::json;

use super::out::Out;
use super::{Global, Office, WELL};
use crate::clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::scaffold;
use crate::settings::Folder;
use crate::store::{Store, stops};

/// What the bots are, by what law they decide; stop one in an emergency.
#[derive(Subcommand)]
pub(super) enum Bots {
    /// List the bots that are installed.
    #[command(after_help = "Example:\n  clerkwork bots list")]
    List,
    Show(show::Show),
    Test(Test),
    New(New),
    WhatIf(super::what_if::Ask),
    Stop(Stop),
    Start(Start),
}

/// Run golden cases; every wrong one is told, expected and got on adjacent lines.
///
/// The cases are carried in the program: this shows that the bot that is installed decides what it
/// should. Exit code 1 if any case is wrong.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork bots test\n  clerkwork bots test free-school-meals")]
pub(super) struct Test {
    /// The bot; every bot if not given.
    name: Option<String>,
}

/// Make a new bot in a checkout of Clerkwork's sources: a folder that compiles, is registered and
/// whose golden cases pass.
///
/// Stand anywhere in the checkout. What is made is an invented service, to be replaced line by
/// line; docs/bots.md goes through it.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork bots new blue-badges")]
pub(super) struct New {
    /// The name: small letters and hyphens, such as blue-badges.
    name: String,
    /// A folder of the checkout, instead of the one we stand in.
    #[arg(long, value_name = "DIR")]
    checkout: Option<PathBuf>,
}

/// Stop a bot at once: slices under way are finished, no more work is begun.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork bots stop free-school-meals \
    --why \"the limit changed on Monday\"")]
pub(super) struct Stop {
    /// The bot.
    name: String,
    /// Why; kept sealed, and committed to in the log.
    #[arg(long)]
    why: String,
}

/// Let a stopped bot work again.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork bots start free-school-meals \
    --why \"the new limit is in the policy\"")]
pub(super) struct Start {
    /// The bot.
    name: String,
    /// Why; kept sealed, and committed to in the log.
    #[arg(long)]
    why: String,
}

impl Bots {
    pub(super) async fn run(self, global: &Global, out: &Out) -> Result<u8> {
        match self {
            Self::List => list(global, out).await,
            Self::Show(show) => show.run(global, *out),
            Self::Test(test) => test.run(*out),
            Self::New(new) => new.run(*out),
            Self::WhatIf(ask) => ask.run(&Office::open(global).await?, out).await,
            Self::Stop(stop) => stop.run(global, out).await,
            Self::Start(start) => start.run(global, out).await,
        }
    }
}

/// The bot of that name.
pub(super) fn find(name: &str) -> Result<&'static Registered> {
    clerkwork_bots::find(name).ok_or_else(|| {
        let names: Vec<&str> = clerkwork_bots::all().iter().map(|it| it.manifest().name).collect();
        Error::usage(
            format!("there is no bot {name:?}"),
            format!("there are: {}", names.join(", ")),
        )
    })
}

async fn list(global: &Global, out: &Out) -> Result<u8> {
    let folder = Folder::if_any(global.data.as_deref())?;
    let (mut stopped, mut store) = (Vec::new(), None);
    if let Some(folder) = folder.filter(|folder| folder.database().exists()) {
        stopped = stops::stopped(&Db::open_reading(&folder.database()).await?).await?;
        // Without the master key the list is still to be had, but not the words.
        store = Store::open_reading(&folder).await.ok();
    }
    let (mut lines, mut objects) = (Vec::new(), Vec::new());
    let names = clerkwork_bots::all().iter().map(|bot| bot.manifest().name.len());
    let width = names.max().unwrap_or_default();
    for bot in clerkwork_bots::all() {
        let manifest = bot.manifest();
        let stop = stopped.iter().find(|stop| stop.bot == manifest.name);
        let mut line =
            format!("{:<width$}  {} (version {})", manifest.name, manifest.title, manifest.version);
        if let Some(stop) = stop {
            let at = clock::local_micros(stop.at).strftime("%d/%m/%Y %H:%M");
            line = format!("{line}\n{:width$}  STOPPED on {at} by {}", "", stop.by);
            let words = match &store {
                Some(store) => store.bot_words(manifest.name).await?,
                None => None,
            };
            if let Some(words) = words {
                line = format!("{line}: {words}");
            }
        }
        lines.push(line);
        objects.push(json!({
            "name": manifest.name,
            "title": manifest.title,
            "version": manifest.version,
            "sha256": bot.digest(),
            "stopped": stop.is_some(),
        }));
    }
    out.answer(&lines.join("\n"));
    out.object(&json!({"bots": objects}));
    Ok(WELL)
}

impl Test {
    fn run(&self, out: Out) -> Result<u8> {
        let bots: Vec<&Registered> = match &self.name {
            Some(name) => vec![find(name)?],
            None => clerkwork_bots::all().iter().collect(),
        };
        let (mut lines, mut wrongs, mut cases) = (Vec::new(), Vec::new(), 0);
        for bot in bots {
            let manifest = bot.manifest();
            let wrong = golden::run(bot, None);
            cases += manifest.cases.len();
            let mut failed: Vec<&str> = wrong.iter().map(|wrong| wrong.case).collect();
            failed.dedup();
            lines.push(format!(
                "{}: {} golden cases, {} wrong",
                manifest.name,
                manifest.cases.len(),
                failed.len()
            ));
            lines.extend(wrong.iter().map(ToString::to_string));
            wrongs.extend(wrong.into_iter().map(|wrong| {
                json!({
                    "bot": manifest.name,
                    "case": wrong.case,
                    "what": wrong.what,
                    "expected": wrong.expected,
                    "got": wrong.got,
                })
            }));
        }
        out.answer(&lines.join("\n"));
        out.object(&json!({"cases": cases, "wrong": wrongs}));
        Ok(if wrongs.is_empty() { WELL } else { 1 })
    }
}

impl New {
    fn run(&self, out: Out) -> Result<u8> {
        let from = match &self.checkout {
            Some(folder) => folder.clone(),
            None => std::env::current_dir().map_err(Error::io("the folder we stand in"))?,
        };
        let root = scaffold::checkout(&from)?;
        let made = scaffold::make(&root, &self.name)?;
        out.object(&json!({"name": self.name, "checkout": root, "files": made}));
        let files: Vec<String> = made.iter().map(|file| format!("  {}", file.display())).collect();
        out.say(&format!(
            "Made the bot {} in {}:\n{}\n\nIt decides an invented service. See it pass, then make \
             it yours (docs/bots.md):\n  cargo test -p clerkwork-bots\n  cargo run -p \
             clerkwork-runner -- bots show {}",
            self.name,
            root.display(),
            files.join("\n"),
            self.name,
        ));
        Ok(WELL)
    }
}

impl Stop {
    async fn run(self, global: &Global, out: &Out) -> Result<u8> {
        let name = find(&self.name)?.manifest().name;
        let why = words(&self.why)?;
        let office = Office::open(global).await?;
        let now = office.store.stop_bot(name, why, &office.actor).await?;
        out.object(&json!({"bot": name, "stopped": true, "already": !now}));
        out.say(&if now {
            format!(
                "{name} is stopped: what is under way is finished, nothing more is begun\nWhen it \
                 may work again: clerkwork bots start {name} --why \"...\""
            )
        } else {
            format!("{name} was stopped already; nothing was changed")
        });
        Ok(WELL)
    }
}

impl Start {
    async fn run(self, global: &Global, out: &Out) -> Result<u8> {
        let name = find(&self.name)?.manifest().name;
        let why = words(&self.why)?;
        let office = Office::open(global).await?;
        let now = office.store.start_bot(name, why, &office.actor).await?;
        out.object(&json!({"bot": name, "stopped": false, "already": !now}));
        out.say(&if now {
            format!("{name} may work again; the same run command goes on with its batches")
        } else {
            format!("{name} was not stopped; nothing was changed")
        });
        Ok(WELL)
    }
}

/// Somebody's reason, which must say something.
fn words(why: &str) -> Result<&str> {
    let why = why.trim();
    if why.is_empty() {
        return Err(Error::usage("--why is empty", "say why in a few words"));
    }
    Ok(why)
}
