//! What can go wrong with one request, and what it means in plain words.
//!
//! Notify's own messages are never repeated: they may hold an address. What happens next depends on
//! the status and the kind of the error alone, as Notify asks; its messages, which may change, are
//! looked at only to find the better word for a person.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::Deserialize;

use crate::http::{self, Answer};
use crate::outlet::{Later, Outcome, Refused, Unknown, Waits};
use crate::patience::{NoRoom, Pause, retry_after};

/// What became of one request that did not do what it should.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// Nothing was sent, or nothing that it asked was done.
    Unreached(&'static str),
    /// It was sent, and no whole answer came: it may have been done.
    Lost(&'static str),
    /// Notify failed, or something in front of it did: it may have been done.
    Broken(u16),
    /// The same with a request that changes nothing.
    Failing(u16),
    /// Too many within a minute; nothing was done.
    Wait(Duration),
    /// Too many for this day; nothing was done.
    UsedUp(Duration),
    /// There is no room within the time that we hold a message.
    NoRoom(NoRoom),
    /// The key, or the machine's clock.
    NotLetIn(Told),
    /// The answer is no.
    No(Told, u16),
}

/// A fixed name, and what it means and asks for.
type Told = (&'static str, &'static str);

const CLOCK: Told = (
    "clock",
    "GOV.UK Notify does not believe this machine's clock, which must be right to within 30 \
     seconds; let it be set from the network",
);
const KEY: Told = (
    "key-refused",
    "GOV.UK Notify does not accept the API key; it may have been revoked, or belong to a service \
     that was closed: make a new one under API integration, API keys, and give it to Clerkwork",
);
const ADDRESS: Told = (
    "address-refused",
    "GOV.UK Notify does not take this as an address or a mobile number; put the person's address \
     right, or tell them in another way",
);
const TEMPLATE: Told = (
    "template-refused",
    "the template was deleted, is not of this service, or is of another kind than the message; \
     check its id in the settings",
);
const LONG: Told = (
    "too-long",
    "with what is filled in the message is longer than GOV.UK Notify takes; shorten the template",
);

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
            // It asked for nothing that could be refused.
            Self::Broken(status) | Self::No(_, status) => Self::Failing(status),
            other => other,
        }
    }

    /// Whether what was asked may have been done.
    pub(super) const fn perhaps(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Broken(_))
    }

    /// What is waited for before another try, if one within seconds may help.
    pub(super) const fn pause(&self, settle: Duration) -> Option<Pause> {
        match self {
            Self::Lost(_) | Self::Broken(_) => Some(Pause::Ours(settle)),
            Self::Unreached(_) | Self::Failing(_) => Some(Pause::Ours(Duration::ZERO)),
            Self::Wait(after) => Some(Pause::Everyones(Some(*after))),
            Self::UsedUp(_) | Self::NoRoom(_) | Self::NotLetIn(_) | Self::No(..) => None,
        }
    }

    /// Its fixed name and what it means.
    pub(super) fn told(&self) -> (&'static str, String) {
        match self {
            Self::Unreached(why) => ("unreached", format!("GOV.UK Notify was not reached: {why}")),
            Self::Lost(why) => {
                ("answer-lost", format!("the answer of GOV.UK Notify was lost: {why}"))
            }
            Self::Broken(status) | Self::Failing(status) => (
                "notify-failed",
                format!(
                    "GOV.UK Notify, or something in front of it, failed with status {status}; if \
                     it goes on, see its status page"
                ),
            ),
            Self::Wait(_) | Self::NoRoom(_) => (
                "asked-to-wait",
                "the limit of messages a minute is used up; it goes on by itself".to_owned(),
            ),
            Self::UsedUp(_) => (
                "day-used-up",
                "the service's limit of messages for this day is used up; it goes on after \
                 midnight UTC. If it happens often, ask GOV.UK Notify for a higher limit"
                    .to_owned(),
            ),
            Self::NotLetIn((code, why)) => (code, (*why).to_owned()),
            Self::No((code, why), status) => (code, format!("{why} (status {status})")),
        }
    }

    /// How long Notify wants to be left alone, where that is known.
    const fn after(&self) -> Option<Duration> {
        match self {
            Self::Wait(after) | Self::UsedUp(after) => Some(*after),
            Self::NoRoom(no_room) => Some(no_room.after),
            _ => None,
        }
    }
}

/// A message that was given up, as its end. `doubt`: what befell a try of this round that may have
/// worked, and was not looked up since.
pub(super) fn outcome(fault: &Fault, doubt: Option<&Fault>) -> Outcome {
    let (code, why) = doubt.unwrap_or(fault).told();
    let (code, request_id) = (code.to_owned(), None);
    if doubt.is_some() {
        return Outcome::Unknown(Unknown { code, why, request_id });
    }
    if matches!(fault, Fault::No(..)) {
        return Outcome::Refused(Refused { code, why, request_id });
    }
    Outcome::Later(Later { code, why, after: fault.after(), waits: Waits::Outlet, request_id })
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<Error>,
}

#[derive(Deserialize)]
struct Error {
    error: String,
    #[serde(default)]
    message: String,
}

/// What an answer that does not say yes means.
pub(super) fn fault(answer: &Answer, now: Timestamp) -> Fault {
    const A_MINUTE: Duration = Duration::from_mins(1);
    let told = serde_json::from_slice::<Errors>(&answer.body).ok();
    let first = told.as_ref().and_then(|told| told.errors.first());
    let after = answer.header("retry-after").and_then(|it| retry_after(it, answer.header("date")));
    match (answer.status, first) {
        (429, Some(error)) if error.error == "TooManyRequestsError" => {
            Fault::UsedUp(until_midnight(now))
        }
        (429, _) => Fault::Wait(after.unwrap_or(A_MINUTE)),
        (401 | 403, Some(error)) => Fault::NotLetIn(not_let_in(answer, error, now)),
        (400 | 404 | 410 | 422, Some(error)) => Fault::No(no(answer.status, error), answer.status),
        (413, _) => Fault::No(LONG, 413),
        (300..=399, _) => {
            Fault::Unreached("the address leads elsewhere; it must be that of the API itself")
        }
        (503, _) if after.is_some_and(|after| !after.is_zero()) => {
            Fault::Wait(after.unwrap_or(A_MINUTE))
        }
        // Something in front of it spoke, and not Notify: it knows nothing of our messages.
        (status, _) => Fault::Broken(status),
    }
}

/// The limits of a day end at midnight UTC.
pub(super) fn until_midnight(now: Timestamp) -> Duration {
    const A_DAY: i64 = 24 * 60 * 60;
    let rest = A_DAY - now.as_second().rem_euclid(A_DAY);
    Duration::from_secs(u64::try_from(rest).unwrap_or(0))
}

/// Whether it was the key or the clock. The answer says what time it is there.
fn not_let_in(answer: &Answer, error: &Error, now: Timestamp) -> Told {
    let date = answer.header("date");
    let there = date.and_then(|it| rfc2822::DateTimeParser::new().parse_timestamp(it.trim()).ok());
    let apart = there.map(|there| (there.as_second() - now.as_second()).abs());
    if apart.is_some_and(|apart| apart >= 28) || error.message.contains("clock") {
        CLOCK
    } else {
        KEY
    }
}

fn no(status: u16, error: &Error) -> Told {
    let message = error.message.to_ascii_lowercase();
    let begins = |with: &str| message.starts_with(with);
    let has = |word: &str| message.contains(word);
    match error.error.as_str() {
        "InvalidEmailError" | "InvalidPhoneError" | "InvalidRecipientError" => ADDRESS,
        _ if begins("email_reply_to_id") || begins("sms_sender_id") => (
            "no-such-sender",
            "the service has no reply address or sender of that id; copy it from the service's \
             settings",
        ),
        _ if begins("email_address") || begins("phone_number") => ADDRESS,
        _ if begins("missing personalisation") => (
            "personalisation",
            "the template has a field that is not filled in; `clerkwork check` names it",
        ),
        _ if begins("template") || has("template not found") || has("template is not") => TEMPLATE,
        _ if has("trial mode") || has("trial-mode") => (
            "trial-mode",
            "the service is in trial mode and sends only to its own team; ask GOV.UK Notify to \
             make it live",
        ),
        _ if has("team-only") => (
            "team-key",
            "the API key sends only to the service's team and guest list; give Clerkwork a live \
             key",
        ),
        _ if has("too long") || has("cannot be longer") => LONG,
        _ if has("not allowed to send") || has("international") => (
            "not-allowed",
            "the service may not send messages of this kind, or to this country; see its settings",
        ),
        _ if status == 404 => TEMPLATE,
        _ => (
            "refused",
            "GOV.UK Notify refused it; look up the template and the service's settings, and what \
             was filled in",
        ),
    }
}
