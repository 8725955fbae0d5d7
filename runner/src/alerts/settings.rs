//! `alerts.toml` in the data folder: who is told, and from when on. No secret stands in it.

use std::path::PathBuf;

use clerkwork_connectors::webhook;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::health::conditions::Watch;
use crate::settings::{self, Folder};

/// The file.
pub const FILE: &str = "alerts.toml";

/// `alerts.toml`. Without the file nobody is told, and `clerkwork alerts` shows what there is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// E-mail.
    #[serde(default)]
    pub mail: Mail,
    /// A webhook.
    pub webhook: Option<Webhook>,
    /// From when on a condition is one.
    #[serde(default)]
    pub watch: Watch,
}

/// Who gets e-mail.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Addresses; a team's own is better than a person's.
    #[serde(default)]
    pub to: Vec<String>,
    /// Which connection of `connections.toml` sends it.
    #[serde(default = "smtp")]
    pub connection: String,
}

impl Default for Mail {
    fn default() -> Self {
        Self { to: Vec::new(), connection: smtp() }
    }
}

/// A receiver of the council's: a chat room, a monitor, a service desk.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Where it is.
    pub address: String,
    /// Whether it may be inside: on this machine, or in a private network.
    #[serde(default)]
    pub private: bool,
    /// The name of its secret.
    #[serde(default = "secret")]
    pub secret: String,
    /// The secret's file, where neither the environment nor systemd gives it.
    pub secret_file: Option<PathBuf>,
}

fn smtp() -> String {
    "smtp".to_owned()
}

fn secret() -> String {
    "alerts-webhook".to_owned()
}

impl Settings {
    /// The council's own; empty where there is no such file.
    pub fn of(folder: &Folder) -> Result<Self> {
        let file = folder.root().join(FILE);
        let settings: Self = match std::fs::read_to_string(&file) {
            Ok(text) => settings::parse(&text, FILE)?,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Self::default(),
            Err(fault) => return Err(Error::io(format!("reading {FILE}"))(fault)),
        };
        if let Some(at) = settings.mail.to.iter().position(|to| !is_mail(to)) {
            return Err(wrong(format!(
                "[mail] to: the {}. address is not one; write it as in rpa-team@council.example",
                at + 1
            )));
        }
        if let Some(webhook) = &settings.webhook {
            webhook.settings().check().map_err(|fault| wrong(fault.to_string()))?;
        }
        Ok(settings)
    }

    /// Whether anybody is told.
    pub fn tells(&self) -> bool {
        !self.mail.to.is_empty() || self.webhook.is_some()
    }
}

impl Webhook {
    fn settings(&self) -> webhook::Settings {
        webhook::Settings { address: self.address.clone(), private: self.private }
    }

    /// Its connection, with its secret.
    pub fn open(&self, folder: &Folder) -> Result<webhook::Connection> {
        let secret = folder.secret(&self.secret, self.secret_file.as_deref())?;
        let keys = webhook::Keys::parse(&secret).map_err(|fault| wrong(fault.to_string()))?;
        let connection = webhook::Connection::open(&self.settings(), keys);
        connection.map_err(|fault| wrong(fault.to_string()))
    }
}

fn wrong(advice: String) -> Error {
    Error::usage(format!("{FILE} is not right"), advice)
}

/// Enough to catch what is no address at all; the mail server knows the rest.
fn is_mail(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | ',' | ';' | '"');
    let parts = text.split_once('@');
    text.chars().all(plain)
        && parts.is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_in_the_documents_is_right() {
        let page = include_str!("../../../docs/alerts.md");
        let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        let settings: Settings = settings::parse(example, FILE).unwrap();
        assert!(settings.mail.to.iter().all(|to| is_mail(to)));
        let webhook = settings.webhook.unwrap();
        assert_eq!(webhook.settings().check(), Ok(()));
        assert_eq!(webhook.secret, secret());
        let usual = Watch::default();
        let told = (settings.watch.outlet_down_minutes, settings.watch.disk_free_mb);
        assert_eq!(told, (usual.outlet_down_minutes, usual.disk_free_mb));
    }

    #[test]
    fn what_is_no_address_is_told_by_its_place_and_not_repeated() {
        for good in ["a@b.example", "rpa.team+alerts@council.gov.example"] {
            assert!(is_mail(good), "{good}");
        }
        for bad in ["", "a", "@b.example", "a@b", "a b@c.example", "A <a@b.example>", "a@b@c.d"] {
            assert!(!is_mail(bad), "{bad}");
        }
    }
}
