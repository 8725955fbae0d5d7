//! Signed heads of the log in the C2SP formats signed-note and tlog-checkpoint, with Ed25519 keys.
//! It knows text and keys only: where notes are kept, and when they are made, is for others.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{PUBLIC_KEY_LENGTH, Signature, Signer, SigningKey};
use ed25519_dalek::{SECRET_KEY_LENGTH, VerifyingKey};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use super::tree::{HASH_BYTES, Hash};

#[cfg(test)]
mod tests;

/// The type byte of an Ed25519 key in C2SP signed-note.
const ED25519: u8 = 0x01;
const KEY_ID_BYTES: usize = 4;
const MOST_SIGNATURES: usize = 100;
const LONGEST_NOTE: usize = 1_000_000;
const SIGNATURE_MARK: &str = "\u{2014} ";
const PRIVATE_MARK: &str = "PRIVATE+KEY+";

/// A public key by which notes are checked, with the name it signs under.
/// Its text form (`Display`) is a C2SP verifier key: `name+id+key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Reads a C2SP verifier key of the Ed25519 type.
    pub fn parse(text: &str) -> Result<VerifierKey, NoteFault> {
        let (name, id, key) = key_parts(text)?;
        let bytes: [u8; 1 + PUBLIC_KEY_LENGTH] =
            BASE64.decode(key).ok().and_then(|key| key.try_into().ok()).ok_or(NoteFault::Key)?;
        let (&kind, key) = bytes.split_first_chunk::<1>().ok_or(NoteFault::Key)?;
        let key: &[u8; PUBLIC_KEY_LENGTH] = key.try_into().map_err(|_| NoteFault::Key)?;
        if kind != [ED25519] {
            return Err(NoteFault::KeyType);
        }
        let key = VerifyingKey::from_bytes(key).map_err(|_| NoteFault::Key)?;
        // A weak key would let one signature pass for many texts.
        if key.is_weak() {
            return Err(NoteFault::Key);
        }
        let read = VerifierKey::new(name, key);
        if read.id == id { Ok(read) } else { Err(NoteFault::KeyId) }
    }

    fn new(name: &str, key: VerifyingKey) -> VerifierKey {
        let id = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', ED25519])
            .chain_update(key.as_bytes())
            .finalize();
        let id = u32::from_be_bytes([id[0], id[1], id[2], id[3]]);
        VerifierKey { name: name.to_owned(), id, key }
    }

    /// The name it signs under; for a log's own key, the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, self.id, BASE64.encode(key))
    }
}

/// The key that signs, wiped from memory when dropped and never shown.
#[derive(Clone)]
pub struct SecretKey {
    key: SigningKey,
    public: VerifierKey,
}

impl SecretKey {
    /// Makes a key from 32 random bytes, which the caller wipes. The name is the log's origin.
    pub fn from_seed(name: &str, seed: &[u8; SECRET_KEY_LENGTH]) -> Result<SecretKey, NoteFault> {
        if !is_key_name(name) {
            return Err(NoteFault::KeyName);
        }
        let key = SigningKey::from_bytes(seed);
        let public = VerifierKey::new(name, key.verifying_key());
        Ok(SecretKey { key, public })
    }

    /// Reads the form made by [`SecretKey::to_text`].
    pub fn parse(text: &str) -> Result<SecretKey, NoteFault> {
        let text = text.strip_prefix(PRIVATE_MARK).ok_or(NoteFault::Key)?;
        let (name, id, key) = key_parts(text)?;
        // The decoder asks for room in whole groups of three.
        let mut bytes = Zeroizing::new([0; 36]);
        let length = BASE64.decode_slice(key, bytes.as_mut_slice()).map_err(|_| NoteFault::Key)?;
        let (kind, seed) = bytes[..length].split_first().ok_or(NoteFault::Key)?;
        if *kind != ED25519 {
            return Err(NoteFault::KeyType);
        }
        let read = SecretKey::from_seed(name, seed.try_into().map_err(|_| NoteFault::Key)?)?;
        if read.public.id == id { Ok(read) } else { Err(NoteFault::KeyId) }
    }

    /// The form to keep, as Go's note package writes it: `PRIVATE+KEY+name+id+seed`.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut key = Zeroizing::new([ED25519; 1 + SECRET_KEY_LENGTH]);
        key[1..].copy_from_slice(self.key.as_bytes());
        let head = format!("{PRIVATE_MARK}{}+{:08x}+", self.public.name, self.public.id);
        // Room for all of it at once: a string that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(head.len() + 64));
        text.push_str(&head);
        BASE64.encode_string(key.as_slice(), &mut text);
        text
    }

    /// The key by which others check what this one signs.
    pub fn verifier(&self) -> &VerifierKey {
        &self.public
    }

    /// Signs a text, which must end in a line feed, and gives the whole note.
    pub fn sign(&self, text: &str) -> Result<String, NoteFault> {
        if !text.ends_with('\n') || has_control(text) {
            return Err(NoteFault::Text);
        }
        let id = self.public.id.to_be_bytes();
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let signature = BASE64.encode([id.as_slice(), &signature].concat());
        Ok(format!("{text}\n{SIGNATURE_MARK}{} {signature}\n", self.public.name))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({}+{:08x})", self.public.name, self.public.id)
    }
}

/// A note of which at least one signature is by a known key, and none by a known key is bad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened<'n, 'k> {
    /// The text that was signed, with its last line feed.
    pub text: &'n str,
    /// The known keys that signed it.
    pub signers: Vec<&'k VerifierKey>,
}

/// Checks a note by the known keys. Signatures of unknown keys are passed over.
pub fn open<'n, 'k>(note: &'n str, keys: &'k [VerifierKey]) -> Result<Opened<'n, 'k>, NoteFault> {
    if note.len() > LONGEST_NOTE || has_control(note) {
        return Err(NoteFault::Note);
    }
    // The text may have empty lines itself; the last one parts it from the signatures.
    let gap = note.rfind("\n\n").ok_or(NoteFault::Note)?;
    let (text, signatures) = (&note[..=gap], &note[gap + 2..]);
    let lines = signatures.strip_suffix('\n').ok_or(NoteFault::Note)?;

    let mut signers: Vec<&VerifierKey> = Vec::new();
    for (place, line) in lines.split('\n').enumerate() {
        let (name, id, signature) = signature_parts(line).ok_or(NoteFault::Note)?;
        if place == MOST_SIGNATURES {
            return Err(NoteFault::Note);
        }
        for key in keys.iter().filter(|key| key.name == name && key.id == id) {
            if !key.verifies(text, &signature) {
                return Err(NoteFault::Signature(key.name.clone()));
            }
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
    }
    if signers.is_empty() { Err(NoteFault::Unsigned) } else { Ok(Opened { text, signers }) }
}

/// The head of a log at one size: what a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is of.
    pub origin: String,
    /// How many entries the log had.
    pub size: u64,
    /// The root of its tree.
    pub root: Hash,
}

impl Checkpoint {
    /// The text of a C2SP tlog-checkpoint: origin, size and root, a line each.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root))
    }

    /// Reads such a text. Extension lines are refused: this log writes none.
    pub fn parse(text: &str) -> Result<Checkpoint, NoteFault> {
        let lines = text.strip_suffix('\n').ok_or(NoteFault::Checkpoint)?;
        let lines: Vec<&str> = lines.split('\n').collect();
        let [origin, size, root] = lines[..] else {
            return Err(NoteFault::Checkpoint);
        };
        if origin.is_empty() || has_control(origin) {
            return Err(NoteFault::Checkpoint);
        }
        let size = parse_decimal(size).ok_or(NoteFault::Checkpoint)?;
        let root = parse_hash(root).ok_or(NoteFault::Checkpoint)?;
        Ok(Checkpoint { origin: origin.to_owned(), size, root })
    }

    /// Signs the head as the log that the key is named after.
    pub fn sign(size: u64, root: Hash, key: &SecretKey) -> String {
        let head = Checkpoint { origin: key.public.name.clone(), size, root };
        key.sign(&head.text()).expect("a key's name has no line feed and no control character")
    }

    /// Checks a signed head by the known keys, one of which must be the log's own.
    pub fn open(note: &str, keys: &[VerifierKey]) -> Result<Checkpoint, NoteFault> {
        let opened = open(note, keys)?;
        let head = Checkpoint::parse(opened.text)?;
        if opened.signers.iter().any(|key| key.name == head.origin) {
            Ok(head)
        } else {
            Err(NoteFault::Origin(head.origin))
        }
    }
}

/// A whole number with no sign and no leading zero.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|digit| digit.is_ascii_digit());
    let padded = text.len() > 1 && text.starts_with('0');
    if plain && !padded { text.parse().ok() } else { None }
}

/// A hash in base 64.
pub(super) fn parse_hash(text: &str) -> Option<Hash> {
    let bytes: [u8; HASH_BYTES] = BASE64.decode(text).ok()?.try_into().ok()?;
    Some(bytes)
}

fn key_parts(text: &str) -> Result<(&str, u32, &str), NoteFault> {
    let (name, rest) = text.split_once('+').ok_or(NoteFault::Key)?;
    let (id, key) = rest.split_once('+').ok_or(NoteFault::Key)?;
    if !is_key_name(name) {
        return Err(NoteFault::KeyName);
    }
    let is_hex = id.len() == 8 && id.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    let id = u32::from_str_radix(id, 16).ok().filter(|_| is_hex).ok_or(NoteFault::Key)?;
    Ok((name, id, key))
}

fn signature_parts(line: &str) -> Option<(&str, u32, Vec<u8>)> {
    let (name, signature) = line.strip_prefix(SIGNATURE_MARK)?.split_once(' ')?;
    let bytes = BASE64.decode(signature).ok()?;
    let (id, signature) = bytes.split_first_chunk::<KEY_ID_BYTES>()?;
    let is_whole = is_key_name(name) && !signature.is_empty();
    is_whole.then(|| (name, u32::from_be_bytes(*id), signature.to_vec()))
}

fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c == '+' || c.is_whitespace() || c < ' ')
}

fn has_control(text: &str) -> bool {
    text.bytes().any(|c| c < b' ' && c != b'\n')
}

/// Why a key, a note or a checkpoint is refused. None of these shows any part of a secret key.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NoteFault {
    /// The key is not of the form `name+id+key`.
    #[error("the key is not whole: it should read name+8 hex digits+base 64")]
    Key,
    /// The key is not Ed25519.
    #[error("the key is of a type that this version does not know")]
    KeyType,
    /// The key's id is not that of its name and key.
    #[error("the id in the key does not belong to its name and key: a character may be mistyped")]
    KeyId,
    /// The name is empty or has a space, plus or control character.
    #[error("a key's name needs a character and may have no space, plus or control character")]
    KeyName,
    /// The text to sign does not end in a line feed, or has control characters.
    #[error("the text to sign must end in a line feed and have no other control character")]
    Text,
    /// The note is not of the form text, empty line, signature lines.
    #[error("this is not a signed note")]
    Note,
    /// A known key did not make the signature that stands under its name.
    #[error("the signature of {0} is not good: the note was changed or another key signed it")]
    Signature(String),
    /// No known key signed the note.
    #[error("no known key has signed this note")]
    Unsigned,
    /// The note's text is not origin, size and root.
    #[error("the signed text is not a checkpoint of three lines: origin, size and root")]
    Checkpoint,
    /// The log that the checkpoint names has not signed it.
    #[error("the checkpoint is of {0}, which has not signed it")]
    Origin(String),
}
