//! What is found when things are looked over: a line for each, with what to do. Writes nothing.

pub mod conditions;
pub mod doctor;
pub mod settings;

mod known;
mod stored;

use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::{Advice, Error};
pub use known::known;

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Ok,
    /// Works, but somebody should look.
    Warning,
    /// Does not work, or cannot be trusted.
    Bad,
}

impl Level {
    /// For people and for JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// One thing that was looked at. Holds nothing personal.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What was looked at: `keys`, `store`, `log`.
    pub about: &'static str,
    /// How it stands.
    pub level: Level,
    /// What was found.
    pub says: String,
    /// What to do; empty where nothing is to be done.
    #[serde(rename = "do")]
    pub advice: String,
}

impl Finding {
    /// As it should be.
    pub fn ok(about: &'static str, says: impl Into<String>) -> Self {
        Self { about, level: Level::Ok, says: says.into(), advice: String::new() }
    }

    /// Somebody should look.
    pub fn warning(
        about: &'static str,
        says: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { about, level: Level::Warning, says: says.into(), advice: advice.into() }
    }

    /// It does not work.
    pub fn bad(about: &'static str, says: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { about, level: Level::Bad, says: says.into(), advice: advice.into() }
    }

    /// What an error says.
    pub fn of(about: &'static str, fault: &Error) -> Self {
        match fault {
            Error::Usage(Advice { what, advice }) | Error::Failed(Advice { what, advice }) => {
                Self::bad(about, what, advice)
            }
            Error::Store(_) | Error::Io { .. } | Error::Sealed(_) => {
                Self::bad(about, fault.to_string(), "")
            }
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8} {:<12} {}", self.level.as_str(), self.about, self.says)?;
        for line in self.advice.lines() {
            write!(f, "\n{:22}{line}", "")?;
        }
        Ok(())
    }
}

/// The worst of what was found.
pub fn worst(findings: &[Finding]) -> Level {
    findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok)
}
