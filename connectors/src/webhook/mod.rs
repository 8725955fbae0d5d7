//! Webhooks: a small message to an address of the council's, signed as the Standard Webhooks
//! specification 1.0.0 says, so that the receiver can tell who sent it and knows it again.
//!
//! A message has an id that does not depend on the try. The receiver removes repeats by it, so a
//! message is keyed: after an answer that was lost it is simply sent again.
//!
//! The address is checked before anything is sent, and the connection goes to the address that was
//! checked, not to what the name may stand for a moment later.

mod address;
mod sign;

#[cfg(test)]
mod tests;

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use serde::Deserialize;

use crate::outlet::{Later, Outcome, Receipt, Refused, Repeat, Unknown, Waits};
use crate::patience::retry_after;
use address::{Checked, Forbidden};

pub use sign::{Keys, SecretError};

/// A receiver removes repeats by the message's id.
pub const REPEAT: Repeat = Repeat::Keyed;
/// A message is smaller than this, as the specification advises: it names things, and holds none.
pub const LARGEST: usize = 20_000;
/// No receiver needs longer to take a message; it does its work afterwards.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Where messages go.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The receiver, such as `https://hooks.council.example/clerkwork`.
    pub address: String,
    /// Whether the receiver may be inside: on this machine, or in a private network.
    #[serde(default)]
    pub private: bool,
}

/// A setting that cannot be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// Not an address at all, or one with a name and password in it.
    #[error(
        "the webhook's address is not one; write it as in https://hooks.council.example/clerkwork, \
         without name and password"
    )]
    NotAnAddress,
    /// It would travel in the open.
    #[error(
        "the webhook's address must begin with https://; only this very machine may do without"
    )]
    NotEncrypted,
    /// It leads inside, and nobody said that it may.
    #[error("the webhook's address {}", .0)]
    Forbidden(Forbidden),
    /// The part that speaks to the network could not be made.
    #[error("the connection could not be set up; see that the machine's certificates can be read")]
    NotSetUp,
}

/// One message. Its body is JSON that the caller made: a `CloudEvents` envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// By which the receiver knows it again; the same at every try. Letters, digits, `_` and `-`.
    pub id: String,
    /// What is sent, to the byte.
    pub body: String,
}

/// A receiver that can be sent to.
#[derive(Debug)]
pub struct Connection {
    client: reqwest::Client,
    address: Url,
    keys: Keys,
}

impl Settings {
    /// All that can be found wrong without asking anyone.
    pub fn check(&self) -> Result<(), SettingsError> {
        address::checked(&self.address, self.private).map(drop)
    }
}

impl Connection {
    /// Sets it up; sends nothing.
    pub fn open(settings: &Settings, keys: Keys) -> Result<Self, SettingsError> {
        let address = address::checked(&settings.address, settings.private)?;
        // The one provider of this program; where another part of it was first, it stays.
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            debug_assert!(rustls::crypto::CryptoProvider::get_default().is_some());
        }
        let client = reqwest::Client::builder()
            .user_agent(concat!("Clerkwork/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT / 2)
            // What is sent again is decided by the caller's clock.
            .retry(reqwest::retry::never())
            // A message never goes where an answer points.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .http1_only()
            // Each message has its address checked anew.
            .pool_max_idle_per_host(0)
            .dns_resolver(Checked { private: settings.private })
            .build()
            .map_err(|_| SettingsError::NotSetUp)?;
        Ok(Self { client, address, keys })
    }

    /// Sends a message once; `now` is the time of this try, which the signature covers.
    pub async fn post(&self, message: &Message, now: Timestamp) -> Outcome {
        let headers = match self.headers(message, now) {
            Ok(headers) => headers,
            Err(refused) => return Outcome::Refused(refused),
        };
        let request = self.client.post(self.address.clone()).headers(headers);
        match request.body(message.body.clone()).send().await {
            Ok(answer) => outcome(answer.status().as_u16(), answer.headers()),
            Err(error) => failed(&error),
        }
    }

    fn headers(&self, message: &Message, now: Timestamp) -> Result<HeaderMap, Refused> {
        if message.body.len() >= LARGEST {
            return Err(refused(
                "too-large",
                "the message is too large; tell who runs the program",
            ));
        }
        // A full stop in the id would let two messages share a signature.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let id = HeaderValue::from_str(&message.id).ok();
        let id = id.filter(|_| !message.id.is_empty() && message.id.chars().all(plain));
        let id = id.ok_or_else(|| refused("bad-id", "the message's id cannot be sent"))?;
        let seconds = now.as_second();
        let signatures = self.keys.signatures(&message.id, seconds, message.body.as_bytes());
        let signatures = HeaderValue::from_str(&signatures)
            .map_err(|_| refused("bad-id", "the message's signature cannot be sent"))?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/cloudevents+json"));
        headers.insert("webhook-id", id);
        headers.insert("webhook-timestamp", HeaderValue::from(seconds));
        headers.insert("webhook-signature", signatures);
        Ok(headers)
    }
}

/// What an answer means. Its body is not read: only its status counts.
fn outcome(status: u16, headers: &HeaderMap) -> Outcome {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let wait = || retry_after(text(RETRY_AFTER.as_str())?, text("date"));
    let why = |what: &str| format!("the webhook's receiver {what} (status {status})");
    match status {
        200..=299 => Outcome::Receipt(Receipt::default()),
        300..=399 => Outcome::Refused(refused(
            "moved",
            &why("points elsewhere, and nothing is sent there; give its new address"),
        )),
        410 => Outcome::Refused(refused("gone", &why("wants no more messages"))),
        401 | 403 => Outcome::Refused(refused(
            "not-accepted",
            &why("does not accept our signature or us; see that both have the same secret"),
        )),
        408 => Outcome::Later(later("slow", why("did not get the whole message"), wait())),
        429 => Outcome::Later(later("too-many", why("asks for a pause"), wait())),
        502..=504 => Outcome::Later(later("unavailable", why("is not available"), wait())),
        400..=499 => Outcome::Refused(refused("refused", &why("refuses the message"))),
        _ => Outcome::Unknown(unknown("failed", &why("failed; it may have taken the message"))),
    }
}

/// Without a connection nothing was sent; with one, anything may have happened.
fn failed(error: &reqwest::Error) -> Outcome {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            let why = format!("the webhook's address {forbidden}");
            return Outcome::Refused(refused("forbidden-address", &why));
        }
        cause = inner.source();
    }
    if error.is_connect() {
        let why = "the webhook's receiver cannot be reached; see that its address is right, that \
                   it runs, and that this machine trusts its certificate";
        return Outcome::Later(later("unreached", why.to_owned(), None));
    }
    let why = "the webhook's receiver did not answer; it may have taken the message";
    Outcome::Unknown(unknown("no-answer", why))
}

fn refused(code: &str, why: &str) -> Refused {
    Refused { code: code.to_owned(), why: why.to_owned(), request_id: None }
}

fn later(code: &str, why: String, after: Option<Duration>) -> Later {
    Later { code: code.to_owned(), why, after, waits: Waits::Outlet, request_id: None }
}

fn unknown(code: &str, why: &str) -> Unknown {
    Unknown { code: code.to_owned(), why: why.to_owned(), request_id: None }
}
