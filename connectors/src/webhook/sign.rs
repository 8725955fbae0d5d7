//! The symmetric signature of Standard Webhooks: `v1`, HMAC-SHA256 over id, time and body.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// How a secret begins.
const PREFIX: &str = "whsec_";

/// The secrets that a receiver knows us by, wiped from memory when they go and never printed.
///
/// While a secret is being changed there are two: each message is signed with both, and the
/// receiver accepts either.
#[derive(Clone)]
pub struct Keys(Vec<Zeroizing<Vec<u8>>>);

/// A secret that cannot be used. It is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the webhook's secret is not one: it must be whsec_ and then 24 to 64 bytes in base64; several, \
     while it is being changed, stand one after the other with a space or a line between them"
)]
pub struct SecretError;

impl Keys {
    /// Reads one secret, or several with white space between them.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let keys: Vec<Zeroizing<Vec<u8>>> =
            text.split_whitespace().map(key).collect::<Result<_, _>>()?;
        if keys.is_empty() { Err(SecretError) } else { Ok(Self(keys)) }
    }

    /// The value of `webhook-signature`: a signature for each secret.
    pub fn signatures(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let signed: Vec<String> = self
            .0
            .iter()
            .map(|key| {
                let mut mac =
                    Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
                mac.update(format!("{id}.{seconds}.").as_bytes());
                mac.update(body);
                format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
            })
            .collect();
        signed.join(" ")
    }
}

fn key(text: &str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let text = text.strip_prefix(PREFIX).ok_or(SecretError)?;
    let bytes = Zeroizing::new(BASE64.decode(text).map_err(|_| SecretError)?);
    if (24..=64).contains(&bytes.len()) { Ok(bytes) } else { Err(SecretError) }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} secrets)", self.0.len())
    }
}
