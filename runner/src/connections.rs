//! Other systems that schedules name: `connections.toml`, a table each, and the secret apart.
//!
//! Connections of one process to the same system share its limits, its pauses and its token.

mod shown;

pub use shown::{Shown, shown};

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clerkwork_connectors::patience::Register;
use clerkwork_connectors::{dataverse, notify, oidc, smtp};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::clock;
use crate::error::{Error, Result};
use crate::people::Role;
use crate::settings::{Folder, entra, parse};
use crate::store::Store;
use crate::store::requests::Requests;

const FILE: &str = "connections.toml";

/// Reads and works cases of Dynamics 365.
pub const DATAVERSE: &str = "dataverse";
/// Sends messages by GOV.UK Notify.
pub const NOTIFY: &str = "notify";
/// Sends mail.
pub const SMTP: &str = "smtp";

/// The connections of this process, opened when first asked for.
#[derive(Debug, Default)]
pub struct Connections {
    register: Register,
    dataverse: Mutex<BTreeMap<String, dataverse::Connection>>,
    notify: Mutex<BTreeMap<String, notify::Connection>>,
    smtp: Mutex<BTreeMap<String, smtp::Connection>>,
    oidc: Mutex<BTreeMap<String, oidc::Connection>>,
    down: Mutex<BTreeMap<String, Timestamp>>,
    answered: Mutex<BTreeSet<String>>,
}

/// A connection as its file has it: which connector, where its secret is, and the rest.
struct Entry {
    connector: String,
    secret_file: Option<PathBuf>,
    settings: toml::Table,
}

impl Connections {
    /// Those of a process whose requests are counted together with other processes' of the store.
    pub fn of(store: &Arc<Store>) -> Self {
        let register = Register::counted_by(Arc::new(Requests(Arc::clone(store))));
        Self { register, ..Self::default() }
    }

    /// The CRM of that name.
    pub fn dataverse(&self, folder: &Folder, name: &str) -> Result<dataverse::Connection> {
        once(&self.dataverse, name, || {
            let entry = entry(folder, name, DATAVERSE)?;
            let secret = folder.secret(name, entry.secret_file.as_deref())?;
            let secret = dataverse::Secret::new(secret.as_str());
            dataverse::Connection::open(entry.settings(name)?, secret, &self.register)
                .map_err(|fault| wrong(name, &fault))
        })
    }

    /// The service of GOV.UK Notify of that name.
    pub fn notify(&self, folder: &Folder, name: &str) -> Result<notify::Connection> {
        once(&self.notify, name, || {
            let entry = entry(folder, name, NOTIFY)?;
            let secret = folder.secret(name, entry.secret_file.as_deref())?;
            let key = notify::Key::new(secret.as_str()).map_err(|fault| wrong(name, &fault))?;
            let settings = notify::Settings { clock: clock::now, ..entry.settings(name)? };
            notify::Connection::open(settings, key, &self.register)
                .map_err(|fault| wrong(name, &fault))
        })
    }

    /// The mail server of that name. One that asks for nobody's name needs no secret.
    pub fn smtp(&self, folder: &Folder, name: &str) -> Result<smtp::Connection> {
        once(&self.smtp, name, || {
            let entry = entry(folder, name, SMTP)?;
            let secret = match entry.settings.get("user") {
                None => None,
                Some(_) => Some(folder.secret(name, entry.secret_file.as_deref())?),
            };
            let secret = secret.map(|secret| smtp::Secret::new(secret.as_str()));
            smtp::Connection::open(entry.settings(name)?, secret, &self.register)
                .map_err(|fault| wrong(name, &fault))
        })
    }
}

impl Connections {
    /// Where people sign in with their work accounts; `None`: that is not set.
    pub fn entra(&self, folder: &Folder) -> Result<Option<oidc::Connection>> {
        let page = &folder.settings.page;
        let Some(entra) = &page.entra else { return Ok(None) };
        let connection = once(&self.oidc, entra::SECRET, || {
            if let Some(unknown) = entra.roles.values().find(|role| Role::parse(role).is_none()) {
                let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
                return Err(Error::usage(
                    format!("[page.entra.roles] names {unknown:?}, which is no role"),
                    format!("the roles are {}", roles.join(", ")),
                ));
            }
            let secret = folder.secret(entra::SECRET, entra.secret_file.as_deref())?;
            let here = || format!("http://{}", page.listen);
            let address = page.address.clone().unwrap_or_else(here);
            let settings = oidc::Settings {
                issuer: entra.issuer(),
                tenant: entra.tenant.clone(),
                client_id: entra.client_id.clone(),
                redirect: format!("{}/sign-in/entra/back", address.trim_end_matches('/')),
            };
            oidc::Connection::open(settings, oidc::Secret::new(secret.as_str())).map_err(|fault| {
                Error::usage("[page.entra] of clerkwork.toml is not right", fault.to_string())
            })
        });
        connection.map(Some)
    }
}

/// A connection, opened when first asked for.
fn once<C: Clone>(
    open: &Mutex<BTreeMap<String, C>>,
    name: &str,
    make: impl FnOnce() -> Result<C>,
) -> Result<C> {
    let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(connection) = open.get(name) {
        return Ok(connection.clone());
    }
    let connection = make()?;
    open.insert(name.to_owned(), connection.clone());
    Ok(connection)
}

impl Connections {
    /// How long a connection that did not answer is still left alone.
    pub fn down_for(&self, name: &str) -> Option<Duration> {
        let down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        let left = down.get(name)?.duration_since(clock::now());
        Duration::try_from(left).ok().filter(|left| !left.is_zero())
    }

    /// It did not answer; answers whether that is news.
    pub fn down(&self, name: &str, until: Timestamp) -> bool {
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        down.insert(name.to_owned(), until).is_none()
    }

    /// It answered; answers whether that is news: after it did not, and the first time at all,
    /// since an earlier process may have left it as down.
    pub fn up(&self, name: &str) -> bool {
        let was_down =
            self.down.lock().unwrap_or_else(PoisonError::into_inner).remove(name).is_some();
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.insert(name.to_owned()) || was_down
    }
}

impl Entry {
    fn settings<T: DeserializeOwned>(self, name: &str) -> Result<T> {
        self.settings.try_into().map_err(|fault| wrong(name, &fault))
    }
}

/// Which connector a connection is of; none if there is no such connection.
pub fn kind(folder: &Folder, name: &str) -> Result<Option<String>> {
    Ok(all(folder)?.remove(name).map(|entry| entry.connector))
}

/// The connection of that name, if it is of this connector.
fn entry(folder: &Folder, name: &str, connector: &str) -> Result<Entry> {
    let mut all = all(folder)?;
    let known = all.keys().cloned().collect::<Vec<_>>().join(", ");
    let found = all.remove(name).ok_or_else(|| {
        let there = if known.is_empty() { "none".to_owned() } else { known };
        Error::usage(format!("{FILE} has no connection {name:?}"), format!("there are: {there}"))
    })?;
    if found.connector == connector {
        return Ok(found);
    }
    Err(wrong(name, &format!("its connector is {:?}; {connector:?} is needed", found.connector)))
}

/// Every connection by name.
fn all(folder: &Folder) -> Result<BTreeMap<String, Entry>> {
    let text = match std::fs::read_to_string(folder.root().join(FILE)) {
        Ok(text) => text,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(fault) => return Err(Error::io(format!("reading {FILE}"))(fault)),
    };
    let tables: BTreeMap<String, toml::Table> = parse(&text, FILE)?;
    tables.into_iter().map(|(name, table)| Ok((name.clone(), taken(&name, table)?))).collect()
}

fn taken(name: &str, mut settings: toml::Table) -> Result<Entry> {
    let mut text = |key: &str| match settings.remove(key) {
        None => Ok(None),
        Some(toml::Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(name, &format!("{key} is not a text"))),
    };
    let connector = text("connector")?;
    let secret_file = text("secret_file")?.map(|file| Path::new(&file).to_owned());
    let absent =
        || wrong(name, &"it does not say its connector, such as connector = \"dataverse\"");
    Ok(Entry { connector: connector.ok_or_else(absent)?, secret_file, settings })
}

fn wrong(name: &str, fault: &dyn std::fmt::Display) -> Error {
    Error::usage(
        format!("[{name}] of {FILE} is not right"),
        fault.to_string().trim_end().to_owned(),
    )
}
