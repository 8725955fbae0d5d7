//! Keys and sealed payloads. Everything personal in the store has passed through here.
//!
//! One master key, kept outside the data folder, wraps a key for each item. From the item's key
//! come the payload key and the commitment key, so that forgetting one key forgets the item.
//! Sealing is XChaCha20-Poly1305 with a random nonce; the label (what it is, of which item) is
//! bound in, so that sealed bytes cannot be moved from one row to another unnoticed.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::error::{Error, Result};

const NONCE: usize = 24;

/// The master key's holder: wraps item keys and makes blind indexes.
pub struct Vault {
    wrap: XChaCha20Poly1305,
    index: [u8; 32],
}

/// One item's key. Not printable, not copied around.
pub struct ItemKey {
    payload: XChaCha20Poly1305,
    commitment: [u8; 32],
}

impl Vault {
    /// A vault over this master key.
    pub fn new(master: &[u8; 32]) -> Self {
        Self {
            wrap: XChaCha20Poly1305::new(&derive(master, "clerkwork/1/wrap").into()),
            index: derive(master, "clerkwork/1/blind index"),
        }
    }

    /// A new item's key, and the same key wrapped for the store.
    pub fn new_key(&self) -> Result<(ItemKey, Vec<u8>)> {
        let key = random::<32>()?;
        Ok((ItemKey::from_bytes(&key), seal(&self.wrap, "item key", &key)?))
    }

    /// The key that was stored wrapped.
    pub fn unwrap_key(&self, wrapped: &[u8]) -> Result<ItemKey> {
        let bytes = open(&self.wrap, "item key", wrapped)?;
        let key: [u8; 32] = bytes.try_into().map_err(|_| Error::Sealed("an item key".into()))?;
        Ok(ItemKey::from_bytes(&key))
    }

    /// A blind index: lets equal values be found without being known. 16 bytes.
    pub fn blind(&self, label: &str, value: &str) -> Vec<u8> {
        let mut mac = mac(&self.index);
        mac.update(label.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        mac.finalize().into_bytes()[..16].to_vec()
    }
}

impl ItemKey {
    fn from_bytes(key: &[u8; 32]) -> Self {
        Self {
            payload: XChaCha20Poly1305::new(&derive(key, "payload").into()),
            commitment: derive(key, "commitment"),
        }
    }

    /// Seals a payload; `label` says what it is and whose.
    pub fn seal(&self, label: &str, plain: &[u8]) -> Result<Vec<u8>> {
        seal(&self.payload, label, plain)
    }

    /// Opens what [`ItemKey::seal`] made under the same label.
    pub fn open(&self, label: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        open(&self.payload, label, sealed)
    }

    /// The commitment that the job log keeps instead of the payload.
    pub fn commit(&self, plain: &[u8]) -> [u8; 32] {
        let mut mac = mac(&self.commitment);
        mac.update(plain);
        mac.finalize().into_bytes().into()
    }
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|fault| Error::failed(format!("no randomness to be had: {fault}"), ""))?;
    Ok(bytes)
}

fn mac(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

fn derive(key: &[u8; 32], label: &str) -> [u8; 32] {
    let mut mac = mac(key);
    mac.update(label.as_bytes());
    mac.finalize().into_bytes().into()
}

fn seal(cipher: &XChaCha20Poly1305, label: &str, plain: &[u8]) -> Result<Vec<u8>> {
    let nonce = random::<NONCE>()?;
    let payload = Payload { msg: plain, aad: label.as_bytes() };
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| Error::Sealed(label.to_owned()))?;
    Ok([&nonce[..], &sealed[..]].concat())
}

fn open(cipher: &XChaCha20Poly1305, label: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    let (nonce, sealed) =
        sealed.split_first_chunk::<NONCE>().ok_or_else(|| Error::Sealed(label.to_owned()))?;
    cipher
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: label.as_bytes() })
        .map_err(|_| Error::Sealed(label.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_only_under_its_own_label_and_key() {
        let vault = Vault::new(&[7; 32]);
        let (key, wrapped) = vault.new_key().unwrap();
        let sealed = key.seal("case 1-2", b"personal").unwrap();
        let again = vault.unwrap_key(&wrapped).unwrap();
        assert_eq!(again.open("case 1-2", &sealed).unwrap(), b"personal");
        assert_eq!(again.commit(b"personal"), key.commit(b"personal"));
        assert!(again.open("case 1-3", &sealed).is_err());
        assert!(Vault::new(&[8; 32]).unwrap_key(&wrapped).is_err());
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(again.open("case 1-2", &changed).is_err());
        assert!(again.open("case 1-2", &sealed[..10]).is_err());
    }

    #[test]
    fn a_blind_index_depends_on_its_label_and_key() {
        let vault = Vault::new(&[7; 32]);
        assert_eq!(vault.blind("reference", "A1"), vault.blind("reference", "A1"));
        assert_ne!(vault.blind("reference", "A1"), vault.blind("same", "A1"));
        assert_ne!(vault.blind("reference", "A1"), Vault::new(&[8; 32]).blind("reference", "A1"));
    }
}
