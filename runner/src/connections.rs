//! Other systems that schedules name: `connections.toml`, a table each, and the secret apart.
//!
//! Connections of one process to the same system share its limits, its pauses and its token.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clerkwork_connectors::dataverse;
use clerkwork_connectors::patience::Register;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::clock;
use crate::error::{Error, Result};
use crate::settings::{Folder, parse};
use crate::store::Store;
use crate::store::requests::Requests;

const FILE: &str = "connections.toml";

/// The connections of this process, opened when first asked for.
#[derive(Debug, Default)]
pub struct Connections {
    register: Register,
    dataverse: Mutex<BTreeMap<String, dataverse::Connection>>,
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
        let mut open = self.dataverse.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = open.get(name) {
            return Ok(connection.clone());
        }
        let entry = entry(folder, name)?;
        let secret = folder.secret(name, entry.secret_file.as_deref())?;
        let settings = entry.settings::<dataverse::Settings>(name)?;
        let secret = dataverse::Secret::new(secret.as_str());
        let connection = dataverse::Connection::open(settings, secret, &self.register)
            .map_err(|fault| wrong(name, &fault))?;
        open.insert(name.to_owned(), connection.clone());
        Ok(connection)
    }
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

fn entry(folder: &Folder, name: &str) -> Result<Entry> {
    let mut all = all(folder)?;
    let known = all.keys().cloned().collect::<Vec<_>>().join(", ");
    all.remove(name).ok_or_else(|| {
        let there = if known.is_empty() { "it has none".to_owned() } else { known };
        Error::usage(format!("{FILE} has no connection {name:?}"), format!("there are: {there}"))
    })
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
