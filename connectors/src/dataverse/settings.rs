//! Where an environment is, who we are in it, and what its tables are called.

use std::collections::BTreeSet;

use reqwest::Url;
use serde::Deserialize;

use crate::address::{self, Wrong};
use crate::http::{NotSetUp, Timeouts};
use crate::patience::{Limits, Tries};

/// One connection: an environment, and an application registered in its tenant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The environment, such as `https://contoso.crm11.dynamics.com`.
    pub address: String,
    /// The version of the protocol.
    #[serde(default = "version")]
    pub version: String,
    /// The tenant, as a GUID or a domain name.
    pub tenant: String,
    /// The application (client) id of the registration.
    pub application: String,
    /// Where tokens are given out.
    #[serde(default = "authority")]
    pub authority: String,
    /// What the token is for; the environment itself unless said otherwise.
    #[serde(default)]
    pub scope: Option<String>,
    /// A proxy that stands between us and the outside, such as `http://proxy.council.example:8080`.
    #[serde(default)]
    pub proxy: Option<String>,
    /// The table of cases.
    #[serde(default = "Table::incidents")]
    pub cases: Table,
    /// Columns that hold money or other decimals. Their values are given and read as text with
    /// exact digits, and travel as numbers.
    #[serde(default)]
    pub amounts: BTreeSet<String>,
    /// Rows in a page.
    #[serde(default = "page_size")]
    pub page_size: u32,
    /// How large an attachment may be when written in base64, in bytes.
    #[serde(default = "attachment_bytes")]
    pub attachment_bytes: usize,
    /// What the environment allows.
    #[serde(default)]
    pub limits: Limits,
    /// How long each part of a request may take.
    #[serde(skip)]
    pub timeouts: Timeouts,
    /// How faults of seconds are waited out.
    #[serde(skip)]
    pub tries: Tries,
}

fn version() -> String {
    "v9.2".to_owned()
}

fn authority() -> String {
    "https://login.microsoftonline.com".to_owned()
}

const fn page_size() -> u32 {
    500
}

const fn attachment_bytes() -> usize {
    5 * 1024 * 1024
}

/// A table, in the three names that the protocol uses for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Of the set of its rows, such as `incidents`.
    pub set: String,
    /// Of one row, such as `incident`.
    pub name: String,
    /// Of the key column, such as `incidentid`.
    pub key: String,
}

impl Table {
    fn named(set: &str, name: &str) -> Self {
        Self { set: set.to_owned(), name: name.to_owned(), key: format!("{name}id") }
    }

    /// Cases as every environment has them.
    pub fn incidents() -> Self {
        Self::named("incidents", "incident")
    }

    pub(super) fn annotations() -> Self {
        Self::named("annotations", "annotation")
    }

    pub(super) fn tasks() -> Self {
        Self { key: "activityid".to_owned(), ..Self::named("tasks", "task") }
    }

    /// Whether the action that closes cases is for this table.
    pub(super) fn closes_by_action(&self) -> bool {
        self.name == "incident"
    }
}

/// A setting that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// No address, or one with more in it than belongs there.
    #[error(
        "{setting} is not the address of a server; write it as in \
         https://contoso.crm11.dynamics.com, without a path"
    )]
    NotAnAddress {
        /// Which setting.
        setting: &'static str,
    },
    /// Secrets would travel in the open.
    #[error("{setting} must begin with https://, since the secret travels there")]
    NotEncrypted {
        /// Which setting.
        setting: &'static str,
    },
    /// A setting is empty, or has a character that cannot stand in it.
    #[error("{setting} is empty or has a character that cannot stand there")]
    NotAName {
        /// Which setting.
        setting: &'static str,
    },
    /// Outside what the protocol allows.
    #[error("page_size must be from 1 to 5000")]
    PageSize,
    /// The part that speaks to the network could not be made.
    #[error("the connection could not be set up ({reason}); tell who runs the program")]
    NotSetUp {
        /// What went wrong.
        reason: String,
    },
}

impl Settings {
    /// A connection with everything else as it usually is.
    pub fn new(address: &str, tenant: &str, application: &str) -> Self {
        Self {
            address: address.to_owned(),
            version: version(),
            tenant: tenant.to_owned(),
            application: application.to_owned(),
            authority: authority(),
            scope: None,
            proxy: None,
            cases: Table::incidents(),
            amounts: BTreeSet::new(),
            page_size: page_size(),
            attachment_bytes: attachment_bytes(),
            limits: Limits::default(),
            timeouts: Timeouts::default(),
            tries: Tries::default(),
        }
    }

    /// Whose limits this connection shares: the same environment in the same name.
    pub fn connection(&self) -> String {
        let address = self.address.trim_end_matches('/').to_ascii_lowercase();
        format!("{address} {}", self.application.to_ascii_lowercase())
    }

    /// Where the tables are: the environment, the interface and its version, with `/` at the end.
    pub(super) fn base(&self) -> Result<Url, SettingsError> {
        let mut url = server("address", &self.address)?;
        named("version", &self.version)?;
        url.set_path(&format!("/api/data/{}/", self.version));
        Ok(url)
    }

    /// Where tokens are given out.
    pub(super) fn token_address(&self) -> Result<Url, SettingsError> {
        let mut url = server("authority", &self.authority)?;
        named("tenant", &self.tenant)?;
        url.set_path(&format!("/{}/oauth2/v2.0/token", self.tenant));
        Ok(url)
    }

    pub(super) fn token_scope(&self) -> String {
        let address = self.address.trim_end_matches('/');
        self.scope.clone().unwrap_or_else(|| format!("{address}/.default"))
    }

    /// All that can be found wrong without asking anyone.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.base()?;
        self.token_address()?;
        let names = [
            ("application", &self.application),
            ("cases.set", &self.cases.set),
            ("cases.name", &self.cases.name),
            ("cases.key", &self.cases.key),
        ];
        for (setting, name) in names {
            named(setting, name)?;
        }
        if let Some(proxy) = &self.proxy {
            // Without a name and password: settings are printed and kept in the open.
            bare("proxy", proxy)?;
        }
        if self.amounts.iter().any(|column| named("amounts", column).is_err()) {
            return Err(SettingsError::NotAName { setting: "amounts" });
        }
        if !(1..=5000).contains(&self.page_size) {
            return Err(SettingsError::PageSize);
        }
        Ok(())
    }
}

/// An address without path, query or name and password.
fn bare(setting: &'static str, text: &str) -> Result<Url, SettingsError> {
    address::bare(text).map_err(|wrong| SettingsError::of(wrong, setting))
}

/// Such an address that secrets may be sent to.
fn server(setting: &'static str, text: &str) -> Result<Url, SettingsError> {
    address::server(text).map_err(|wrong| SettingsError::of(wrong, setting))
}

impl SettingsError {
    fn of(wrong: Wrong, setting: &'static str) -> Self {
        match wrong {
            Wrong::NotAnAddress => Self::NotAnAddress { setting },
            Wrong::NotEncrypted => Self::NotEncrypted { setting },
        }
    }
}

impl From<NotSetUp> for SettingsError {
    fn from(not: NotSetUp) -> Self {
        match not {
            NotSetUp::Proxy => Self::NotAnAddress { setting: "proxy" },
            NotSetUp::Machine(reason) => Self::NotSetUp { reason: reason.to_owned() },
        }
    }
}

/// What may stand in a path or a query as it is.
fn named(setting: &'static str, text: &str) -> Result<(), SettingsError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if text.is_empty() || !text.chars().all(plain) || text.starts_with('.') {
        return Err(SettingsError::NotAName { setting });
    }
    Ok(())
}
