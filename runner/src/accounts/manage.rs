//! Adding and changing people. Each act is one transaction with its words and its log entry; what a
//! person may do changes at once, for their sessions end with it.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use super::sessions::nobody;
use super::{Person, Role, Roles, password};
use crate::clock;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::job_log::{self, Actor, Entry, Kind};
use crate::store::Store;
use crate::store::people::{self, Account, sessions, tries};

/// Characters of a login, and of a name.
const LONGEST_LOGIN: usize = 40;
const LONGEST_NAME: usize = 100;

/// Somebody who changes people, with the reason.
pub struct Managing<'a> {
    /// The store.
    pub store: &'a Store,
    /// Who does it.
    pub actor: &'a Actor,
    /// Why, in their own words.
    pub why: &'a str,
}

/// Somebody who is to be added.
#[derive(Clone, Debug)]
pub struct New {
    /// By which they sign in.
    pub login: String,
    /// How colleagues know them.
    pub name: String,
    /// What they are there for.
    pub roles: Roles,
    /// The only bots whose work they see; `None`: all.
    pub bots: Option<BTreeSet<String>>,
}

/// A password, and whose it is.
#[derive(Clone, Debug)]
pub enum Secret {
    /// They chose it themselves.
    Own(Zeroizing<String>),
    /// Somebody else gave it to them: they change it when they first sign in.
    OneTime(Zeroizing<String>),
}

impl Secret {
    fn parts(&self) -> (&Zeroizing<String>, bool) {
        match self {
            Self::Own(text) => (text, false),
            Self::OneTime(text) => (text, true),
        }
    }
}

/// A login as it may be: it stands in the log for ever, so that it is plain.
pub fn login(text: &str) -> Result<String> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    if begins && text.chars().all(plain) && (2..=LONGEST_LOGIN).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    Err(Error::usage(
        "that is no login",
        "write it in small letters, digits, dots, hyphens and underscores, beginning with a letter, \
         such as ann.bell",
    ))
}

/// A name as it may be.
pub fn name(text: &str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_control);
    if plain && text.chars().count() <= LONGEST_NAME {
        return Ok(text);
    }
    Err(Error::usage(
        "that is not a person's name",
        format!("a name has letters, and {LONGEST_NAME} characters at most"),
    ))
}

/// Bots as they may be: each is one that is installed.
pub fn bots(names: Option<BTreeSet<String>>) -> Result<Option<BTreeSet<String>>> {
    let Some(names) = names else { return Ok(None) };
    let known: Vec<&str> = clerkwork_bots::all().iter().map(|bot| bot.manifest().name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Error::usage(
            format!("there is no bot {unknown:?}"),
            format!("there are: {}", known.join(", ")),
        ));
    }
    if names.is_empty() {
        return Err(Error::usage(
            "no bot is named",
            "name at least one whose work they see, or let them see all",
        ));
    }
    Ok(Some(names))
}

/// Whoever has no role could not even see the first page.
fn some(roles: &Roles) -> Result<()> {
    if roles.0.is_empty() {
        return Err(Error::usage(
            "a person has one role at least",
            "say what they are there for; if they are to do nothing here, disable them",
        ));
    }
    Ok(())
}

impl Managing<'_> {
    /// Adds somebody; their number.
    pub async fn add(&self, new: &New, secret: Option<&Secret>) -> Result<i64> {
        let (login, name) = (login(&new.login)?, name(&new.name)?);
        let bots = bots(new.bots.clone())?;
        some(&new.roles)?;
        let kept = match secret.map(Secret::parts) {
            Some((text, must_change)) => {
                password::fit(text, &login)?;
                Some((password::hash(text).await?, must_change))
            }
            None => None,
        };
        let person = Person { id: 0, login, name, roles: new.roles.clone(), bots };
        let mut tx = self.store.db.begin().await?;
        untaken(&mut tx, &person).await?;
        let must_change = kept.as_ref().is_some_and(|(_, must_change)| *must_change);
        let kept = kept.as_ref().map(|(kept, _)| kept.as_str());
        let id = people::insert(&mut tx, &person, kept, must_change, None).await?;
        self.note(&mut tx, Kind::PersonAdded, &person.login, "added", roles(&person.roles)).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Gives somebody another name, other roles or other bots. With other roles or bots their
    /// sessions end.
    pub async fn change(&self, id: i64, new: &New) -> Result<()> {
        let (name, bots) = (name(&new.name)?, bots(new.bots.clone())?);
        some(&new.roles)?;
        let mut tx = self.store.db.begin().await?;
        let old = people::look(&mut tx, id).await?.ok_or_else(nobody)?;
        let person = Person { name, bots, roles: new.roles.clone(), ..old.person.clone() };
        if person == old.person {
            return Ok(());
        }
        untaken(&mut tx, &person).await?;
        if person.roles != old.person.roles || person.bots != old.person.bots {
            self.somebody_else(&old)?;
        }
        if !person.roles.has(Role::Administrator) {
            last_administrator(&mut tx, &old).await?;
        }
        people::update(&mut tx, &person).await?;
        let mut what = Vec::new();
        if person.name != old.person.name {
            what.push("name".to_owned());
        }
        if person.bots != old.person.bots {
            what.push("bots".to_owned());
        }
        if person.roles != old.person.roles {
            what.push("roles".to_owned());
            what.extend(roles(&person.roles));
        }
        if person.bots != old.person.bots || person.roles != old.person.roles {
            sessions::end(&mut tx, id, None).await?;
        }
        self.note(&mut tx, Kind::PersonChanged, &person.login, "changed", what).await?;
        tx.commit().await
    }

    /// Somebody may sign in no more, and is signed out.
    pub async fn disable(&self, id: i64) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        let account = people::look(&mut tx, id).await?.ok_or_else(nobody)?;
        if account.disabled_at.is_some() {
            return Ok(());
        }
        self.somebody_else(&account)?;
        last_administrator(&mut tx, &account).await?;
        people::set_disabled(&mut tx, id, Some(clock::now())).await?;
        sessions::end(&mut tx, id, None).await?;
        let (login, what) = (&account.person.login, vec!["disabled".to_owned()]);
        self.note(&mut tx, Kind::PersonChanged, login, "disabled", what).await?;
        tx.commit().await
    }

    /// Somebody may sign in again.
    pub async fn enable(&self, id: i64) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        let account = people::look(&mut tx, id).await?.ok_or_else(nobody)?;
        if account.disabled_at.is_none() {
            return Ok(());
        }
        people::set_disabled(&mut tx, id, None).await?;
        let (login, what) = (&account.person.login, vec!["enabled".to_owned()]);
        self.note(&mut tx, Kind::PersonChanged, login, "enabled", what).await?;
        tx.commit().await
    }

    /// Gives somebody another password; all their sessions end, and they are not locked out.
    pub async fn set_password(&self, id: i64, secret: &Secret) -> Result<()> {
        let account = self.store.person(id).await?.ok_or_else(nobody)?;
        let (text, must_change) = secret.parts();
        password::fit(text, &account.person.login)?;
        let kept = password::hash(text).await?;
        let mut tx = self.store.db.begin().await?;
        people::set_password(&mut tx, id, &kept, must_change).await?;
        sessions::end(&mut tx, id, None).await?;
        tries::forget(self.store, &mut tx, &account.person.login).await?;
        let what = if must_change { "one-time-password" } else { "password" };
        let (login, code) = (&account.person.login, vec![what.to_owned()]);
        self.note(&mut tx, Kind::PersonChanged, login, "given another password", code).await?;
        tx.commit().await
    }

    /// Nobody gives themselves rights, or takes their own away by mistake.
    fn somebody_else(&self, account: &Account) -> Result<()> {
        if self.actor.id != account.person.actor().id {
            return Ok(());
        }
        Err(Error::usage(
            "you cannot do that to your own account",
            "ask another administrator, or whoever runs the machine",
        ))
    }

    /// Keeps the words; the entry commits to them.
    pub(super) async fn note(
        &self,
        tx: &mut Tx,
        kind: Kind,
        about: &str,
        what: &str,
        codes: Vec<String>,
    ) -> Result<()> {
        let words = self.store.keep_person_act(tx, about, self.actor, what, self.why).await?;
        let entry = Entry::new(kind, self.actor).person(about).payload(&words).reasons(codes);
        job_log::append(tx, &[entry]).await
    }
}

/// Roles as the log's codes.
fn roles(roles: &Roles) -> Vec<String> {
    roles.0.iter().map(|role| format!("role-{role}")).collect()
}

async fn untaken(tx: &mut Tx, person: &Person) -> Result<()> {
    let (login, name) = people::taken(tx, &person.login, &person.name, person.id).await?;
    if login {
        return Err(Error::usage(
            format!("there is a {} already", person.login),
            "choose another login; whoever is disabled keeps theirs, because the log names them by it",
        ));
    }
    if name {
        return Err(Error::usage(
            "somebody else goes by this name already",
            "add what tells them apart, such as a second name: items are assigned to the name",
        ));
    }
    Ok(())
}

/// Without an administrator nobody could give anybody a role any more.
async fn last_administrator(tx: &mut Tx, old: &Account) -> Result<()> {
    let administers = old.person.roles.has(Role::Administrator) && old.disabled_at.is_none();
    if administers && people::administrators(tx, old.person.id).await? == 0 {
        return Err(Error::usage(
            format!("{} is the only administrator who may sign in", old.person.login),
            "make somebody else an administrator first",
        ));
    }
    Ok(())
}
