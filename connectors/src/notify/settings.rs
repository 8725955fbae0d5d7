//! Where Notify is, and how it is spoken to.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use serde::Deserialize;

use crate::address::{self, Wrong};
use crate::http::{NotSetUp, Timeouts};
use crate::patience::{Given, Limits, Tries};

/// A connection to Notify. The API key stands apart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where it is, such as `https://api.notifications.service.gov.uk`.
    #[serde(default = "address")]
    pub address: String,
    /// A proxy that stands between us and the outside, such as `http://proxy.council.example:8080`.
    #[serde(default)]
    pub proxy: Option<String>,
    /// What Notify allows the service.
    #[serde(default = "limits", deserialize_with = "given")]
    pub limits: Limits,
    /// How long each part of a request may take.
    #[serde(skip, default = "timeouts")]
    pub timeouts: Timeouts,
    /// How faults of seconds are waited out.
    #[serde(skip)]
    pub tries: Tries,
    /// How long after a try that may have worked its reference is looked up: if it is not found
    /// then, the message is sent again.
    #[serde(skip, default = "settle")]
    pub settle: Duration,
    /// What tells the time: a token says when it was made.
    #[serde(skip, default = "clock")]
    pub clock: fn() -> Timestamp,
}

fn address() -> String {
    "https://api.notifications.service.gov.uk".to_owned()
}

/// 3,000 messages a minute for each type of key are published. Notify counts with a bucket that
/// holds 1,000 and is filled by 50 a second, so that a minute's worth cannot go out at once.
const fn limits() -> Limits {
    Limits {
        requests: 1000,
        busy: Duration::from_hours(1),
        window: Duration::from_secs(20),
        at_once: 10,
    }
}

fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Limits, D::Error> {
    Ok(Given::deserialize(from)?.over(limits()))
}

fn timeouts() -> Timeouts {
    Timeouts { head: Duration::from_secs(40), ..Timeouts::default() }
}

const fn settle() -> Duration {
    Duration::from_secs(5)
}

fn clock() -> fn() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "Notify believes a token only by its time")]
    fn now() -> Timestamp {
        Timestamp::now()
    }
    now
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            address: address(),
            proxy: None,
            limits: limits(),
            timeouts: timeouts(),
            tries: Tries::default(),
            settle: settle(),
            clock: clock(),
        }
    }
}

/// A setting that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// No address, or one with more in it than belongs there.
    #[error(
        "{setting} is not the address of a server; write it as in \
         https://api.notifications.service.gov.uk, without a path"
    )]
    NotAnAddress {
        /// Which setting.
        setting: &'static str,
    },
    /// Messages would travel in the open.
    #[error("{setting} must begin with https://, since the messages travel there")]
    NotEncrypted {
        /// Which setting.
        setting: &'static str,
    },
    /// The part that speaks to the network could not be made.
    #[error("the connection could not be set up ({reason}); tell who runs the program")]
    NotSetUp {
        /// What went wrong.
        reason: String,
    },
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

impl Settings {
    pub(super) fn base(&self) -> Result<Url, SettingsError> {
        address::server(&self.address).map_err(|wrong| SettingsError::of(wrong, "address"))
    }

    /// All that can be found wrong without asking anyone.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.base()?;
        if let Some(proxy) = &self.proxy {
            // Without a name and password: settings are printed and kept in the open.
            address::bare(proxy).map_err(|wrong| SettingsError::of(wrong, "proxy"))?;
        }
        Ok(())
    }
}
