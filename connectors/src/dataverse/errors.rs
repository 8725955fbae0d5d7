//! What can go wrong with one request, and what it means in plain words.
//!
//! The other system's own messages are never repeated: they may hold what a column holds. They are
//! read only for the names of columns that we sent.

use std::time::Duration;

use uuid::Uuid;

use super::json;
use crate::http::{self, Answer};
use crate::outlet::{Later, Outcome, Private, Refused, Unknown, Waits};
use crate::patience::{NoRoom, retry_after};

/// A fault with the request that it befell.
#[derive(Debug, Clone)]
pub(super) struct Failed {
    pub(super) fault: Fault,
    pub(super) request_id: Option<Uuid>,
}

/// What became of one request that did not do what it should.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// Nothing was sent, or nothing that it asked was done.
    Unreached(&'static str),
    /// It was sent, and no whole answer came: it may have been done.
    Lost(&'static str),
    /// The system failed, or something in front of it did: it may have been done.
    Broken(u16),
    /// The same with a request that changes nothing.
    Failing(u16),
    /// Undone because others wrote at the same time.
    Undone,
    /// The system asks everyone to wait; nothing was done.
    Wait { after: Option<Duration>, fewer: bool },
    /// There is no room within the time that we hold an effect.
    NoRoom(NoRoom),
    /// The answer is no.
    No(No),
    /// There is no token to be had.
    SignIn(SignIn),
    /// Two tokens were not accepted, one after the other.
    NotAccepted,
}

/// An answer in the protocol's own form that says no.
#[derive(Debug, Clone)]
pub(super) struct No {
    pub(super) status: u16,
    /// The system's code, often empty, in lower case.
    pub(super) code: String,
    pub(super) message: Private,
}

/// Why no token is given.
#[derive(Debug, Clone)]
pub(super) struct SignIn {
    pub(super) code: &'static str,
    pub(super) why: &'static str,
    pub(super) number: Option<i64>,
}

/// Codes that decide more than their status does.
pub(super) mod codes {
    pub(in super::super) const TOO_MANY_AT_ONCE: &str = "0x80072326";
    pub(in super::super) const GONE: &str = "0x80040217";
    pub(in super::super) const CHANGED: &str = "0x80060882";
    pub(in super::super) const SAME_KEY: &str = "0x80040237";
    pub(in super::super) const SAME_OTHER_KEY: &str = "0x80060892";
    pub(in super::super) const DUPLICATE_RULE: &str = "0x80040333";
    pub(in super::super) const NO_MEMBER: &str = "0x80072560";
    pub(in super::super) const NO_PRIVILEGE: &str = "0x80040220";
    pub(in super::super) const DISABLED: &str = "0x80040225";
    pub(in super::super) const NO_ROLE: &str = "0x80042f09";
    pub(in super::super) const NO_SUCH_SET: &str = "0x8006088a";
    pub(in super::super) const TOO_LONG: &str = "0x80044331";
    pub(in super::super) const PLUG_IN: &str = "0x80040265";
    pub(in super::super) const EXPIRED: &str = "0x80044352";
    /// A deadlock, the database's own time limit, and a transaction undone by either.
    pub(in super::super) const UNDONE: [&str; 3] = ["0x80044150", "0x80044151", "0x80040255"];
    pub(in super::super) const LIMITS: [&str; 3] = ["0x80072322", "0x80072321", TOO_MANY_AT_ONCE];
}

impl Failed {
    pub(super) const fn of(fault: Fault, request_id: Option<Uuid>) -> Self {
        Self { fault, request_id }
    }

    pub(super) const fn no(&self) -> Option<&No> {
        match &self.fault {
            Fault::No(no) => Some(no),
            _ => None,
        }
    }
}

impl From<http::Fault> for Fault {
    fn from(fault: http::Fault) -> Self {
        match fault {
            http::Fault::Unreached(why) => Self::Unreached(why),
            http::Fault::Lost(why) => Self::Lost(why),
        }
    }
}

impl Fault {
    /// The same, for a request that changes nothing.
    pub(super) fn without_effect(self) -> Self {
        match self {
            Self::Lost(why) => Self::Unreached(why),
            Self::Broken(status) => Self::Failing(status),
            // It was not asked on any condition.
            Self::No(no) if no.status == 412 => Self::Failing(no.status),
            other => other,
        }
    }

    /// Whether what was asked may have been done.
    pub(super) const fn perhaps(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Broken(_))
    }

    /// Whether another try within seconds may help.
    pub(super) const fn passes(&self) -> bool {
        !matches!(self, Self::No(_) | Self::SignIn(_) | Self::NoRoom(_))
    }

    /// Its fixed name and what it means.
    pub(super) fn told(&self) -> (&'static str, String) {
        match self {
            Self::Unreached(why) => {
                ("unreached", format!("the CRM or its sign-in service was not reached: {why}"))
            }
            Self::Lost(why) => ("answer-lost", format!("the CRM's answer was lost: {why}")),
            Self::Broken(status) | Self::Failing(status) => (
                "crm-failed",
                format!("the CRM, or something in front of it, failed with status {status}"),
            ),
            Self::Undone => (
                "crm-busy",
                "the CRM undid the change because others wrote at the same time".to_owned(),
            ),
            Self::Wait { .. } => ("asked-to-wait", "the CRM asks to wait".to_owned()),
            Self::NoRoom(NoRoom { asked: true, .. }) => {
                ("asked-to-wait", "the CRM asks to wait".to_owned())
            }
            Self::NoRoom(_) => (
                "limit-reached",
                "the CRM's limit of requests is used up for some minutes".to_owned(),
            ),
            Self::No(no) => no.told(),
            Self::SignIn(SignIn { code, why, number }) => {
                let number = number.map(|it| format!(" (AADSTS{it})")).unwrap_or_default();
                (code, format!("{why}{number}"))
            }
            Self::NotAccepted => (
                "token-not-accepted",
                "the CRM does not accept the token; check that the tenant in the settings is the \
                 environment's own and that the address is that of the environment"
                    .to_owned(),
            ),
        }
    }

    /// How long the system wants to be left alone, where it said so.
    pub(super) const fn after(&self) -> Option<Duration> {
        match self {
            Self::Wait { after, .. } => *after,
            Self::NoRoom(no_room) => Some(no_room.after),
            _ => None,
        }
    }

    pub(super) fn waits(&self) -> Waits {
        match self {
            Self::Lost(_) | Self::Broken(_) | Self::Undone => Waits::Effect,
            Self::No(no) if !no.of_the_settings() => Waits::Effect,
            _ => Waits::Outlet,
        }
    }
}

impl No {
    /// Whether a person who looks after the settings must act, and not one who looks after the
    /// case. The effect itself is sound and goes through once that is done.
    pub(super) fn of_the_settings(&self) -> bool {
        matches!(self.status, 401 | 403)
            || matches!(
                self.code.as_str(),
                codes::NO_MEMBER
                    | codes::NO_PRIVILEGE
                    | codes::DISABLED
                    | codes::NO_ROLE
                    | codes::NO_SUCH_SET
            )
    }

    /// Whether the record is not there, and not the table.
    pub(super) fn is_gone(&self) -> bool {
        self.status == 404 && self.code != codes::NO_SUCH_SET
    }

    fn told(&self) -> (&'static str, String) {
        let (code, why) = match self.code.as_str() {
            codes::GONE => ("gone", "the record is not in the CRM: it was deleted or merged"),
            codes::DUPLICATE_RULE => (
                "duplicate-rule",
                "a duplicate detection rule of the CRM found a record like it; decide which of \
                 the two is right",
            ),
            codes::SAME_KEY | codes::SAME_OTHER_KEY => (
                "same-key",
                "another record in the CRM has the same key; decide which of the two is right",
            ),
            codes::NO_MEMBER => (
                "no-application-user",
                "the application is no user of the environment; make an application user for it \
                 in the Power Platform admin centre",
            ),
            codes::DISABLED => (
                "application-user-disabled",
                "the application user is disabled in the environment; enable it",
            ),
            codes::NO_ROLE => (
                "no-role",
                "the application user has no security role in the environment; give it one",
            ),
            codes::NO_PRIVILEGE => (
                "no-privilege",
                "the application user may not do this; add the privilege to its security role",
            ),
            codes::NO_SUCH_SET => (
                "no-such-table",
                "the environment has no table of that name; check the table's set name, in which \
                 capitals count",
            ),
            codes::TOO_LONG => ("too-long", "a value is longer than its column allows"),
            codes::PLUG_IN => (
                "crm-rule",
                "a rule of the CRM itself (a plug-in or workflow) refused it; ask who looks after \
                 the CRM",
            ),
            codes::EXPIRED => {
                ("mark-expired", "the mark of the last reading is too old; read the table anew")
            }
            _ => self.told_by_status(),
        };
        let code_told =
            if self.code.is_empty() { String::new() } else { format!(", code {}", self.code) };
        (code, format!("{why} (status {}{code_told})", self.status))
    }

    fn told_by_status(&self) -> (&'static str, &'static str) {
        match self.status {
            403 => (
                "no-privilege",
                "the application user may not do this; add the privilege to its security role",
            ),
            404 => ("gone", "the record is not in the CRM: it was deleted or merged"),
            412 => ("changed", "the record is not as it was when it was last read"),
            413 => ("too-large", "it is larger than the CRM takes"),
            _ => ("refused", "the CRM refused it"),
        }
    }

    /// Those of our columns that its message names.
    pub(super) fn columns<'a>(&self, ours: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '@';
        let words: Vec<&str> = self.message.show().split(|c| !word(c)).collect();
        let named = |column: &&str| words.iter().any(|word| word.trim_end_matches('.') == *column);
        ours.into_iter().filter(named).collect()
    }
}

impl Answer {
    /// The answer if it says yes, else what it means.
    pub(super) fn settled(self) -> Result<Self, Fault> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        Err(self.passing(false))
    }

    /// What an answer that does not say yes means.
    pub(super) fn passing(&self, sign_in: bool) -> Fault {
        let after = self.header("retry-after").and_then(|it| retry_after(it, self.header("date")));
        let no = self.no();
        let code = no.as_ref().map_or("", |no| no.code.as_str());
        if self.status == 429 || codes::LIMITS.contains(&code) {
            return Fault::Wait { after, fewer: code == codes::TOO_MANY_AT_ONCE };
        }
        if codes::UNDONE.contains(&code) {
            return Fault::Undone;
        }
        match (self.status, no) {
            (413, no) => {
                let (code, message) = no
                    .map_or_else(|| (String::new(), Private::new("")), |no| (no.code, no.message));
                Fault::No(No { status: 413, code, message })
            }
            (503, _) if after.is_some() => Fault::Wait { after, fewer: false },
            // Duplicate detection and plug-ins answer with 500 in some versions and 4xx in others.
            (500, Some(no)) if matches!(&*no.code, codes::DUPLICATE_RULE | codes::PLUG_IN) => {
                Fault::No(no)
            }
            (400..=499, Some(no)) if !sign_in && self.status != 408 => Fault::No(no),
            (300..=399, _) => Fault::Unreached(
                "the address leads elsewhere; it must be that of the environment itself",
            ),
            // Something in front of it spoke, and not the CRM: it knows nothing of our records.
            (status, _) => Fault::Broken(status),
        }
    }

    /// The answer as a no in the protocol's own form, if it has that form.
    fn no(&self) -> Option<No> {
        let body = json::read(&self.body)?;
        let error = body.get("error")?.as_object()?;
        let text = |name: &str| error.get(name).and_then(|it| it.as_str()).unwrap_or_default();
        if !error.contains_key("code") && !error.contains_key("message") {
            return None;
        }
        Some(No {
            status: self.status,
            code: text("code").to_ascii_lowercase(),
            message: Private::new(text("message")),
        })
    }
}

/// An effect that was given up, as its end. `perhaps`: one of the tries may have worked.
pub(super) fn outcome(failed: &Failed, perhaps: bool, columns: &[&str]) -> Outcome {
    let (code, mut why) = failed.fault.told();
    let (code, request_id) = (code.to_owned(), failed.request_id);
    if let Fault::No(no) = &failed.fault {
        let named = no.columns(columns.iter().copied());
        if !named.is_empty() {
            why = format!("{why}; it names {}", named.join(", "));
        }
        if !no.of_the_settings() {
            return Outcome::Refused(Refused { code, why, request_id });
        }
    }
    if perhaps {
        return Outcome::Unknown(Unknown { code, why, request_id });
    }
    let (after, waits) = (failed.fault.after(), failed.fault.waits());
    Outcome::Later(Later { code, why, after, waits, request_id })
}

/// Why something could not be read, in words that say what to do. No message holds what a column
/// holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Trouble {
    /// The fixed name of the reason.
    pub code: &'static str,
    /// The reason and what to do.
    pub why: String,
    /// Not before this time has passed, where that is known.
    pub after: Option<Duration>,
    /// Whether trying again later may help without anyone's doing.
    pub passes: bool,
    /// By which the other system's support finds the request.
    pub request_id: Option<Uuid>,
}

impl From<Failed> for Trouble {
    fn from(failed: Failed) -> Self {
        let (code, why) = failed.fault.told();
        Self {
            code,
            why,
            after: failed.fault.after(),
            passes: failed.fault.passes() || matches!(failed.fault, Fault::NoRoom(_)),
            request_id: failed.request_id,
        }
    }
}
