//! Where the mail server is, and in whose name it is spoken to.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::extension::ClientId;
use serde::Deserialize;

use crate::address::is_here;
use crate::patience::{Given, Limits, Tries};

/// A connection to a mail server. The password stands apart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The server, such as `smtp.council.example`.
    pub host: String,
    /// The port, where it is not the usual one: 587 for `starttls`, 465 for `tls`, 25 for `none`.
    #[serde(default)]
    pub port: Option<u16>,
    /// How what is said is kept from others.
    #[serde(default)]
    pub security: Security,
    /// The name to sign in with; without one there is no sign-in.
    #[serde(default)]
    pub user: Option<String>,
    /// Whom the mails come from: `no-reply@council.example` or
    /// `A Council <no-reply@council.example>`.
    pub from: String,
    /// Where answers go, if not to the sender.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// The name by which we greet; the domain of the sender unless said otherwise.
    #[serde(default)]
    pub hello: Option<String>,
    /// What the server allows. A request is a mail.
    #[serde(default = "limits", deserialize_with = "given")]
    pub limits: Limits,
    /// How long each step may take.
    #[serde(skip)]
    pub timeouts: Timeouts,
    /// How faults of seconds are waited out.
    #[serde(skip, default = "tries")]
    pub tries: Tries,
}

/// How what is said is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// Begun in the open and then encrypted; without that nothing is sent.
    #[default]
    Starttls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all: only with a server on this very machine.
    None,
}

/// How long each step may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until a command is answered.
    pub command: Duration,
    /// Until the mail is written, its end apart.
    pub body: Duration,
    /// Until the server says that it took the mail. RFC 5321 asks for ten minutes: whoever gives
    /// up before does not know.
    pub end: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            command: Duration::from_mins(1),
            body: Duration::from_mins(3),
            end: Duration::from_mins(10),
        }
    }
}

const fn limits() -> Limits {
    Limits {
        requests: 600,
        busy: Duration::from_hours(1),
        window: Duration::from_mins(1),
        at_once: 4,
    }
}

fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Limits, D::Error> {
    Ok(Given::deserialize(from)?.over(limits()))
}

fn tries() -> Tries {
    Tries { at_most: 3, first: Duration::from_secs(2), ..Tries::default() }
}

/// A setting that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A host has the form of something else.
    #[error("{setting} is not the name of a server; write it as in smtp.council.example")]
    NotAHost {
        /// Which setting.
        setting: &'static str,
    },
    /// An address has the form of something else.
    #[error(
        "{setting} is not an e-mail address; write it as in no-reply@council.example or \
         A Council <no-reply@council.example>"
    )]
    NotAnAddress {
        /// Which setting.
        setting: &'static str,
    },
    /// Mails would travel in the open.
    #[error(
        "security = \"none\" is only for a mail server on this very machine; write \"starttls\" \
         or \"tls\""
    )]
    NotEncrypted,
    /// A name to sign in with, and nothing to do it with.
    #[error("there is a user and no password; give the password to Clerkwork, or leave user out")]
    NoPassword,
    /// A setting is empty, or has a character that cannot stand in it.
    #[error("{setting} is empty or has a character that cannot stand there")]
    NotAName {
        /// Which setting.
        setting: &'static str,
    },
}

impl Settings {
    /// A connection with everything else as it usually is.
    pub fn new(host: &str, from: &str) -> Self {
        Self {
            host: host.to_owned(),
            port: None,
            security: Security::default(),
            user: None,
            from: from.to_owned(),
            reply_to: None,
            hello: None,
            limits: limits(),
            timeouts: Timeouts::default(),
            tries: tries(),
        }
    }

    /// The port that is spoken to.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        })
    }

    /// Whose limits this connection shares: the same server in the same name.
    pub fn connection(&self) -> String {
        let host = self.host.to_ascii_lowercase();
        format!("{host}:{} {}", self.port(), self.user.as_deref().unwrap_or_default())
    }

    /// All that can be found wrong without asking anyone.
    pub fn check(&self) -> Result<(), SettingsError> {
        if !is_host(&self.host) {
            return Err(SettingsError::NotAHost { setting: "host" });
        }
        if self.hello.as_deref().is_some_and(|name| !is_host(name)) {
            return Err(SettingsError::NotAHost { setting: "hello" });
        }
        if self.security == Security::None && !is_here(&self.host) {
            return Err(SettingsError::NotEncrypted);
        }
        let bad = |user: &str| user.trim().is_empty() || user.chars().any(char::is_control);
        if self.user.as_deref().is_some_and(bad) {
            return Err(SettingsError::NotAName { setting: "user" });
        }
        self.sender()?;
        self.replies()?;
        Ok(())
    }

    pub(super) fn sender(&self) -> Result<Mailbox, SettingsError> {
        mailbox("from", &self.from)
    }

    pub(super) fn replies(&self) -> Result<Option<Mailbox>, SettingsError> {
        self.reply_to.as_deref().map(|text| mailbox("reply_to", text)).transpose()
    }

    /// The name by which we greet.
    pub(super) fn greeting(&self, from: &Mailbox) -> ClientId {
        let name = self.hello.clone();
        ClientId::Domain(name.unwrap_or_else(|| from.email.domain().to_owned()))
    }
}

fn mailbox(setting: &'static str, text: &str) -> Result<Mailbox, SettingsError> {
    let not = || SettingsError::NotAnAddress { setting };
    if text.chars().any(char::is_control) {
        return Err(not());
    }
    let mailbox: Mailbox = text.trim().parse().map_err(|_| not())?;
    let written: &str = mailbox.email.as_ref();
    if super::mail::is_plain(written) { Ok(mailbox) } else { Err(not()) }
}

fn is_host(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    !text.is_empty() && text.chars().all(plain)
}
