//! `clerkwork users`: who may sign in to the page, and which programs may act by a key.

mod acts;
mod keys;
mod list;

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use serde_json::json;

use super::out::Out;
use super::password::{From, shown};
use super::{Office, WELL};
use crate::accounts::manage::{Managing, New};
use crate::accounts::{Role, Roles};
use crate::error::{Error, Result};
use crate::store::people::Account;

/// Who may sign in to the page, and which programs may act by a key.
#[derive(Subcommand)]
#[command(after_help = "Examples:\n  \
    clerkwork users add ann.bell --name \"Ann Bell\" --role officer --one-time\n  \
    clerkwork users change ann.bell --role officer --role approver --why \"deputises for Tom\"\n  \
    clerkwork users keys add intranet-forms --role submitter --days 90")]
pub(super) enum Users {
    Add(Add),
    List(list::List),
    Show(list::Show),
    Change(Change),
    Disable(acts::Disable),
    Enable(acts::Enable),
    Password(acts::Password),
    Sessions(acts::Sessions),
    EndSessions(acts::EndSessions),
    #[command(subcommand)]
    Keys(keys::Keys),
}

/// Let somebody sign in.
///
/// The password is asked for on the terminal, twice; it is never an argument. For somebody else,
/// take --one-time: they choose their own when they first sign in.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    clerkwork users add ann.bell --name \"Ann Bell\" --role officer --one-time\n  \
    clerkwork users add tom.reid --name \"Tom Reid\" --role officer --bot hr-queries\n  \
    clerkwork users add ops --name \"Operations\" --role operator --password-stdin < secret")]
pub(super) struct Add {
    /// By which they sign in and the log names them, such as ann.bell.
    login: String,
    /// How colleagues know them; items are assigned to this name.
    #[arg(long)]
    name: String,
    /// What they are there for; may be given several times.
    #[arg(long = "role", required = true, value_name = "ROLE", value_parser = role)]
    roles: Vec<Role>,
    /// Let them see the work of this bot alone; may be given several times (default: all bots).
    #[arg(long = "bot", value_name = "BOT")]
    bots: Vec<String>,
    #[command(flatten)]
    from: From,
    /// Why, for the record.
    #[arg(long, value_name = "REASON", default_value = "added at the command line")]
    why: String,
}

/// Give somebody another name, other roles or other bots. Their sessions end with their roles.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    clerkwork users change ann.bell --role officer --role approver --why \"deputises for Tom\"\n  \
    clerkwork users change ann.bell --all-bots --why \"moved to the benefits team\"")]
pub(super) struct Change {
    /// Their login.
    login: String,
    /// How colleagues know them now.
    #[arg(long)]
    name: Option<String>,
    /// What they are there for now, instead of before; may be given several times.
    #[arg(long = "role", value_name = "ROLE", value_parser = role)]
    roles: Vec<Role>,
    /// The only bots whose work they see now; may be given several times.
    #[arg(long = "bot", value_name = "BOT", conflicts_with = "all_bots")]
    bots: Vec<String>,
    /// Let them see the work of all bots.
    #[arg(long)]
    all_bots: bool,
    /// Why, for the record.
    #[arg(long, value_name = "REASON")]
    why: String,
}

pub(super) fn role(name: &str) -> Result<Role, String> {
    let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    Role::parse(name).ok_or_else(|| format!("the roles are {}", known.join(", ")))
}

impl Users {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        match self {
            Self::Add(add) => add.run(office, out).await,
            Self::List(list) => list.run(office, out).await,
            Self::Show(show) => show.run(office, out).await,
            Self::Change(change) => change.run(office, out).await,
            Self::Disable(act) => act.run(office, out).await,
            Self::Enable(act) => act.run(office, out).await,
            Self::Password(act) => act.run(office, out).await,
            Self::Sessions(act) => act.run(office, out).await,
            Self::EndSessions(act) => act.run(office, out).await,
            Self::Keys(keys) => keys.run(office, out).await,
        }
    }
}

impl Add {
    async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let secret = self.from.secret()?;
        let new = New {
            login: self.login,
            name: self.name,
            roles: self.roles.into_iter().collect(),
            bots: named(self.bots),
        };
        managing(office, &self.why).add(&new, Some(&secret)).await?;
        let shown = shown(&secret);
        out.object(&json!({
            "login": new.login.trim(), "roles": new.roles, "one_time_password": shown,
        }));
        out.say(&format!("{} may sign in as: {}", new.login.trim(), listed(&new.roles)));
        tell(out, shown);
        Ok(WELL)
    }
}

impl Change {
    async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let account = account(office, &self.login).await?;
        let old = account.person;
        let bots = if self.all_bots { None } else { named(self.bots).or(old.bots) };
        let roles: Roles = self.roles.into_iter().collect();
        let new = New {
            login: old.login,
            name: self.name.unwrap_or(old.name),
            roles: if roles.0.is_empty() { old.roles } else { roles },
            bots,
        };
        managing(office, &self.why).change(old.id, &new).await?;
        out.object(&json!({"login": new.login, "roles": new.roles, "bots": new.bots}));
        out.say(&format!("{} is now: {}", new.login, listed(&new.roles)));
        Ok(WELL)
    }
}

fn managing<'a>(office: &'a Office, why: &'a str) -> Managing<'a> {
    Managing { store: &office.store, actor: &office.actor, why }
}

fn named(bots: Vec<String>) -> Option<BTreeSet<String>> {
    (!bots.is_empty()).then(|| bots.into_iter().collect())
}

fn listed(roles: &Roles) -> String {
    roles.0.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}

/// A password that was made is shown this once.
fn tell(out: &Out, shown: Option<&str>) {
    if let Some(password) = shown {
        out.answer(&format!(
            "One-time password, shown this once: {password}\n\
             They choose their own when they first sign in."
        ));
    }
}

async fn account(office: &Office, login: &str) -> Result<Account> {
    let account = office.store.person_by_login(login.trim()).await?;
    account.ok_or_else(|| {
        Error::usage(
            format!("there is no person with the login {login:?}"),
            "list them with: clerkwork users list",
        )
    })
}
