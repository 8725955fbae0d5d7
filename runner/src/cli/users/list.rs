//! `clerkwork users list` and `show`.

use clap::Args;
use serde_json::{Value, json};

use super::super::out::Out;
use super::super::table::{pairs, table, time, wrapped};
use super::super::{Office, WELL};
use super::{account, listed};
use crate::accounts::{Role, sessions};
use crate::error::Result;
use crate::store::people::Account;

/// List everybody who may sign in.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork users list\n  clerkwork users list --role approver")]
pub(in crate::cli) struct List {
    /// Only those with this role.
    #[arg(long, value_name = "ROLE", value_parser = super::role)]
    role: Option<Role>,
}

/// Show a person: roles, bots, sessions, and what was done to them and why.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork users show ann.bell")]
pub(in crate::cli) struct Show {
    /// Their login.
    login: String,
}

impl List {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let mut people = office.store.people().await?;
        people.retain(|it| self.role.is_none_or(|role| it.person.roles.has(role)));
        out.object(&json!({"people": people.iter().map(object).collect::<Vec<_>>()}));
        if people.is_empty() {
            out.answer(
                "Nobody\n  add somebody: clerkwork users add LOGIN --name \"NAME\" --role ROLE",
            );
            return Ok(WELL);
        }
        let rows: Vec<Vec<String>> = people.iter().map(row).collect();
        out.answer(&table(&["Login", "Name", "Roles", "Bots", "Signed in", "State"], &rows));
        Ok(WELL)
    }
}

impl Show {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let account = account(office, &self.login).await?;
        let sessions = sessions::list(&office.store, account.person.id).await?;
        let mut object = object(&account);
        object["sessions"] = json!(sessions.len());
        out.object(&object);
        let [_, name, roles, bots, seen, state] = row(&account).try_into().unwrap_or_default();
        let mut lines = vec![
            format!("{}  {name}", account.person.login),
            pairs(&[
                ("Roles".to_owned(), roles),
                ("Bots".to_owned(), bots),
                ("Signed in".to_owned(), seen),
                ("Sessions".to_owned(), sessions.len().to_string()),
                ("State".to_owned(), state),
            ]),
        ];
        for act in office.store.person_acts(&account.person.login).await? {
            let mark = format!("{}  {} by {}:", time(act.at.as_microsecond()), act.what, act.by);
            lines.push(wrapped(&mark, &act.why));
        }
        out.answer(&lines.join("\n"));
        Ok(WELL)
    }
}

fn row(account: &Account) -> Vec<String> {
    let person = &account.person;
    let bots = person.bots.as_ref();
    let seen = account.seen_at.map(|at| time(at.as_microsecond()));
    vec![
        person.login.clone(),
        person.name.clone(),
        listed(&person.roles),
        bots.map_or("all".to_owned(), |bots| bots.iter().cloned().collect::<Vec<_>>().join(", ")),
        seen.unwrap_or_else(|| "never".to_owned()),
        state(account).to_owned(),
    ]
}

/// How somebody may sign in.
fn state(account: &Account) -> &'static str {
    match account {
        Account { disabled_at: Some(_), .. } => "disabled",
        Account { must_change: true, .. } => "has a one-time password",
        Account { elsewhere: true, .. } => "signs in with Microsoft",
        Account { has_password: false, .. } => "has no password",
        Account { .. } => "may sign in",
    }
}

fn object(account: &Account) -> Value {
    let person = &account.person;
    json!({
        "id": person.id,
        "login": person.login,
        "roles": person.roles,
        "bots": person.bots,
        "state": state(account),
        "disabled_at": account.disabled_at,
        "seen_at": account.seen_at,
    })
}
