//! Secrets that a browser or a program holds: 256 random bits, of which we keep the hash alone.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::error::Result;
use crate::vault::random;

/// The secret itself; shown once, to whoever is to hold it.
pub struct Token(String);

impl Token {
    /// A new one, beginning with what says what it is for.
    pub fn new(prefix: &str) -> Result<Self> {
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random::<32>()?))))
    }

    /// The text that its holder sends.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What we keep of it.
    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// What is kept of a secret.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
