//! `clerkwork users disable`, `enable`, `password`, `sessions` and `end-sessions`.

use clap::Args;
use serde_json::json;

use super::super::out::Out;
use super::super::password::{From, shown};
use super::super::table::{table, time};
use super::super::{Office, WELL};
use super::{account, managing, tell};
use crate::accounts::sessions;
use crate::error::Result;

/// Let somebody sign in no more; they are signed out at once.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork users disable ann.bell --why \"left the council\"")]
pub(in crate::cli) struct Disable {
    /// Their login.
    login: String,
    /// Why, for the record.
    #[arg(long, value_name = "REASON")]
    why: String,
}

/// Let somebody who was disabled sign in again.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork users enable ann.bell --why \"back from leave\"")]
pub(in crate::cli) struct Enable {
    /// Their login.
    login: String,
    /// Why, for the record.
    #[arg(long, value_name = "REASON")]
    why: String,
}

/// Give somebody another password. All their sessions end, and they are not locked out any more.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork users password ann.bell --one-time\n  \
    clerkwork users password ann.bell --password-stdin < secret")]
pub(in crate::cli) struct Password {
    /// Their login.
    login: String,
    #[command(flatten)]
    from: From,
    /// Why, for the record.
    #[arg(long, value_name = "REASON", default_value = "another password at the command line")]
    why: String,
}

/// List where somebody is signed in.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork users sessions ann.bell")]
pub(in crate::cli) struct Sessions {
    /// Their login.
    login: String,
}

/// Sign somebody out everywhere.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork users end-sessions ann.bell")]
pub(in crate::cli) struct EndSessions {
    /// Their login.
    login: String,
}

impl Disable {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let person = account(office, &self.login).await?.person;
        managing(office, &self.why).disable(person.id).await?;
        out.object(&json!({"login": person.login, "disabled": true}));
        out.say(&format!("{} may not sign in any more", person.login));
        Ok(WELL)
    }
}

impl Enable {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let person = account(office, &self.login).await?.person;
        managing(office, &self.why).enable(person.id).await?;
        out.object(&json!({"login": person.login, "disabled": false}));
        out.say(&format!("{} may sign in", person.login));
        Ok(WELL)
    }
}

impl Password {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let person = account(office, &self.login).await?.person;
        let secret = self.from.secret()?;
        managing(office, &self.why).set_password(person.id, &secret).await?;
        let shown = shown(&secret);
        out.object(&json!({"login": person.login, "one_time_password": shown}));
        out.say(&format!("{} has another password, and is signed out", person.login));
        tell(out, shown);
        Ok(WELL)
    }
}

impl Sessions {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let person = account(office, &self.login).await?.person;
        let sessions = sessions::list(&office.store, person.id).await?;
        let objects = sessions.iter().map(
            |it| json!({"begun_at": it.begun_at, "used_at": it.used_at, "ends_at": it.ends_at}),
        );
        let objects: Vec<_> = objects.collect();
        out.object(&json!({"login": person.login, "sessions": objects}));
        if sessions.is_empty() {
            out.answer(&format!("{} is not signed in", person.login));
            return Ok(WELL);
        }
        let rows = sessions.iter().map(|it| {
            let at = |at: jiff::Timestamp| time(at.as_microsecond());
            vec![at(it.begun_at), at(it.used_at), at(it.ends_at), it.browser.clone()]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        out.answer(&table(&["Begun", "Last used", "Ends", "Browser"], &rows));
        Ok(WELL)
    }
}

impl EndSessions {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let person = account(office, &self.login).await?.person;
        let ended = sessions::end(&office.store, &office.actor, person.id, None).await?;
        out.object(&json!({"login": person.login, "ended": ended}));
        out.say(&format!("{} was signed out of {ended} sessions", person.login));
        Ok(WELL)
    }
}
