//! The API key, and the tokens that are made with it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::HeaderValue;
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The length of an id in its usual form.
const ID: usize = 36;

/// What stands before the payload of each token: `{"typ":"JWT","alg":"HS256"}`.
const HEADER: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9";

/// An API key of a service. It is wiped from memory when it goes, and never printed.
#[derive(Clone)]
pub struct Key {
    service: Uuid,
    secret: Zeroizing<String>,
}

/// A text that is no API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There is nothing.
    #[error(
        "there is no API key for GOV.UK Notify; make one under API integration, API keys, and \
         give it to Clerkwork"
    )]
    Nothing,
    /// It has another form.
    #[error(
        "this is not an API key of GOV.UK Notify: that is the key's name, the service's id and a \
         secret, joined by hyphens, and is shown once when it is made; copy all of it"
    )]
    NotAKey,
}

impl Key {
    /// Reads a key as Notify shows it. It is read from its end, since its name may have hyphens.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        let text = Zeroizing::new(text.into());
        let text = text.trim();
        if text.is_empty() {
            return Err(KeyError::Nothing);
        }
        let parts = || {
            let (rest, secret) = text.split_at_checked(text.len().checked_sub(ID)?)?;
            let rest = rest.strip_suffix('-')?;
            let (name, service) = rest.split_at_checked(rest.len().checked_sub(ID)?)?;
            let named = name.is_empty() || name.ends_with('-');
            let id = |text: &str| Uuid::try_parse(text).ok();
            (named && id(secret).is_some()).then_some(())?;
            // Used as it is written: the secret is its characters, not the number they stand for.
            Some(Self { service: id(service)?, secret: Zeroizing::new(secret.to_owned()) })
        };
        parts().ok_or(KeyError::NotAKey)
    }

    /// The service in whose name we speak.
    pub fn service(&self) -> Uuid {
        self.service
    }

    /// What goes into the header of one request.
    pub(super) fn bearer(&self, now: Timestamp) -> HeaderValue {
        let header = Zeroizing::new(format!("Bearer {}", self.token(now).as_str()));
        let header = HeaderValue::from_str(&header);
        let mut header = header.unwrap_or(HeaderValue::from_static("Bearer"));
        header.set_sensitive(true);
        header
    }

    /// A JSON Web Token, signed with HMAC and SHA-256 (RFC 7519, RFC 7515).
    pub(super) fn token(&self, now: Timestamp) -> Zeroizing<String> {
        let payload = format!(r#"{{"iss":"{}","iat":{}}}"#, self.service, now.as_second());
        let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(payload));
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        Zeroizing::new(format!("{signed}.{signature}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("service", &self.service).finish_non_exhaustive()
    }
}
