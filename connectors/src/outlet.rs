//! What every outside system has in common: which effects may be sent twice, and how one try ends.
//!
//! Nothing here knows a protocol. A connector turns what another system answered into one of the
//! five ends of [`Outcome`], and whoever sends effects acts on the end alone.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whether an effect may be sent again when nobody knows what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeat {
    /// It carries a key by which the other system knows it again: safe to send twice.
    Keyed,
    /// The other system can be asked first whether it has happened.
    Readable,
    /// Neither: after a try that may have worked it is never sent again unasked.
    Unknowable,
}

/// How one try at an effect ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It stands in the other system.
    Receipt(Receipt),
    /// The other system will not have it, however often it is sent. A person settles it.
    Refused(Refused),
    /// Somebody else changed the same thing meanwhile. A person settles it.
    Conflict(Conflict),
    /// It has certainly not happened. The next round tries again.
    Later(Later),
    /// It may have happened. What is keyed or readable is sent again in the next round; what is
    /// unknowable is not.
    Unknown(Unknown),
}

/// What the other system answered, to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Receipt {
    /// The record that was made or changed.
    pub id: Option<Uuid>,
    /// Its version, which the next change of it must name.
    pub etag: Option<String>,
    /// By which the other system's support finds the request.
    pub request_id: Option<Uuid>,
    /// It was found to stand already: an earlier try had worked and its answer was lost.
    pub found: bool,
}

/// Why the other system will never take an effect as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The fixed name of the reason.
    pub code: String,
    /// The reason in plain words and what to do, without personal data.
    pub why: String,
    /// By which the other system's support finds the request.
    pub request_id: Option<Uuid>,
}

/// Somebody else's change that ours would have overwritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The name of who changed it, where the other system tells.
    pub by: Option<Private>,
    /// The other system's key of that person.
    pub by_id: Option<Uuid>,
    /// When, as the other system writes it.
    pub at: Option<String>,
    /// Which of the columns that we meant to write now hold something else than we meant.
    pub columns: Vec<String>,
    /// What it amounts to, in plain words without personal data.
    pub why: String,
    /// By which the other system's support finds the request.
    pub request_id: Option<Uuid>,
}

/// Why an effect must wait for another round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// The fixed name of the reason.
    pub code: String,
    /// The reason in plain words and what to do, without personal data.
    pub why: String,
    /// Not before this time has passed, where that is known.
    pub after: Option<Duration>,
    /// What must wait.
    pub waits: Waits,
    /// By which the other system's support finds the request.
    pub request_id: Option<Uuid>,
}

/// What must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Waits {
    /// Everything for that system: sending anything else would end the same way.
    Outlet,
    /// This effect alone.
    Effect,
}

/// Why nobody knows whether an effect has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// The fixed name of the reason.
    pub code: String,
    /// The reason in plain words, without personal data.
    pub why: String,
    /// By which the other system's support finds the request.
    pub request_id: Option<Uuid>,
}

impl Outcome {
    /// The receipt, if it stands.
    pub const fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Receipt(receipt) => Some(receipt),
            Self::Refused(_) | Self::Conflict(_) | Self::Later(_) | Self::Unknown(_) => None,
        }
    }

    /// Whether another round can help, given how the effect may be repeated.
    pub const fn asks_for_a_round(&self, repeat: Repeat) -> bool {
        match self {
            Self::Receipt(_) | Self::Refused(_) | Self::Conflict(_) => false,
            Self::Later(_) => true,
            Self::Unknown(_) => !matches!(repeat, Repeat::Unknowable),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receipt(Receipt { found: true, .. }) => f.write_str("it stood there already"),
            Self::Receipt(_) => f.write_str("it stands"),
            Self::Refused(refused) => f.write_str(&refused.why),
            Self::Conflict(conflict) => f.write_str(&conflict.why),
            Self::Later(later) => f.write_str(&later.why),
            Self::Unknown(unknown) => f.write_str(&unknown.why),
        }
    }
}

/// A word about a person: kept and shown to those who may see it, never printed by the way.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private(String);

impl Private {
    /// Keeps it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The word itself, for a page or a sealed record.
    pub fn show(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}

/// One thing that was looked at before anything depends on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// What is wrong and what to do, if something is.
    pub wrong: Option<String>,
}

impl Finding {
    pub(crate) const fn fine(what: &'static str) -> Self {
        Self { what, wrong: None }
    }

    pub(crate) fn wrong(what: &'static str, why: impl Into<String>) -> Self {
        Self { what, wrong: Some(why.into()) }
    }
}

/// The key of an effect, by which the other system knows it again. It depends on the installation,
/// the item, the outlet and the effect, never on the round or the time.
///
/// The installation has an id of its own, made by lot when it is set up. Without it the first item
/// of a second installation would have the keys of the first one's, and its effects would be taken
/// for done.
pub fn key(installation: Uuid, item: &str, outlet: &str, effect: &str) -> Uuid {
    // Lengths first, so that no two triples can be written alike.
    let name = format!("{}:{item}{}:{outlet}{}:{effect}", item.len(), outlet.len(), effect.len());
    Uuid::new_v5(&installation, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTALLATION: Uuid = Uuid::from_u128(0x6f3d_52a1_8c0e_4b7b_9e57_1d2a_c4f0_8b36);

    /// What the first release made of it, worked out with Python's `uuid` module. If this test
    /// fails, the next round repeats every effect.
    const KEPT: &str = "4727e538-19a6-5867-8540-98865c4b2080";

    #[test]
    fn the_key_of_an_effect_never_changes() {
        assert_eq!(key(INSTALLATION, "3-231", "case", "note").to_string(), KEPT);
    }

    #[test]
    fn no_two_effects_share_a_key() {
        let keys = [
            key(INSTALLATION, "3-231", "case", "note"),
            key(INSTALLATION, "3-231", "case", "note2"),
            key(INSTALLATION, "3-231", "casen", "ote"),
            key(INSTALLATION, "3-23", "1case", "note"),
            key(INSTALLATION, "3-232", "case", "note"),
            key(Uuid::from_u128(7), "3-231", "case", "note"),
        ];
        for (at, one) in keys.iter().enumerate() {
            assert!(!keys[at + 1..].contains(one));
        }
    }

    #[test]
    fn a_name_is_never_printed_by_the_way() {
        let conflict = Conflict {
            by: Some(Private::new("Morag Invented")),
            by_id: None,
            at: None,
            columns: vec!["title".to_owned()],
            why: "somebody else changed it".to_owned(),
            request_id: None,
        };
        let printed = format!("{conflict:?} {}", Outcome::Conflict(conflict.clone()));
        assert!(!printed.contains("Morag"), "{printed}");
    }

    #[test]
    fn only_what_cannot_be_asked_about_is_never_sent_again() {
        let unknown = Outcome::Unknown(Unknown {
            code: "lost".to_owned(),
            why: String::new(),
            request_id: None,
        });
        assert!(unknown.asks_for_a_round(Repeat::Keyed));
        assert!(unknown.asks_for_a_round(Repeat::Readable));
        assert!(!unknown.asks_for_a_round(Repeat::Unknowable));
    }
}
