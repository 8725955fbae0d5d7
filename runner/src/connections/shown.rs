//! Connections as they are shown to whoever watches: no secret is read.

use clerkwork_connectors::patience::Limits;
use clerkwork_connectors::{dataverse, notify, smtp};

use super::{DATAVERSE, Entry, NOTIFY, SMTP, all};
use crate::error::Result;
use crate::settings::Folder;

/// A connection as its file has it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// Its connector.
    pub connector: String,
    /// What the other system allows, and how its requests are counted; or what is wrong with it.
    pub limits: Result<Counted, String>,
}

/// What the other system allows.
#[derive(Clone, Debug)]
pub struct Counted {
    /// How what it is counted under begins.
    pub under: String,
    /// The limits.
    pub limits: Limits,
}

/// Every connection, by name.
pub fn shown(folder: &Folder) -> Result<Vec<Shown>> {
    let shown = all(folder)?.into_iter().map(|(name, entry)| {
        let connector = entry.connector.clone();
        let limits = counted(&name, entry).map_err(|fault| fault.to_string());
        Shown { name, connector, limits }
    });
    Ok(shown.collect())
}

fn counted(name: &str, entry: Entry) -> Result<Counted> {
    let connector = entry.connector.clone();
    match connector.as_str() {
        DATAVERSE => {
            let settings: dataverse::Settings = entry.settings(name)?;
            Ok(Counted { under: settings.connection(), limits: settings.limits })
        }
        NOTIFY => {
            let settings: notify::Settings = entry.settings(name)?;
            // The service is named by the key, which is a secret.
            let under = settings.address.trim_end_matches('/').to_owned();
            Ok(Counted { under, limits: settings.limits })
        }
        SMTP => {
            let settings: smtp::Settings = entry.settings(name)?;
            Ok(Counted { under: settings.connection(), limits: settings.limits })
        }
        other => Err(super::wrong(name, &format!("there is no connector {other:?}"))),
    }
}
