//! What is sealed in the store, as it looks unsealed. Personal: never printed by `Debug`.

use std::collections::BTreeMap;

use clerkwork_bots::kit::{Fault, Looked, Need, Ruling};
use lz4_flex::block;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::{BotMark, hex};
use crate::vault::ItemKey;

/// An item's case and what intake found out about it.
#[derive(Serialize, Deserialize)]
pub struct CasePayload {
    /// The applicant's or the council's reference.
    pub reference: String,
    /// The sheet it stood in.
    pub sheet: String,
    /// Who applies, for telling applicants apart.
    pub applicant: String,
    /// All that decides, for telling repeats from corrections.
    pub decides: String,
    /// The strong key of sameness, kept to compare it exactly.
    pub strong: Option<String>,
    /// Which of two cases of the same application counts: the higher.
    #[serde(default, skip_serializing_if = "is_none")]
    pub rank: u8,
    /// What intake wants a person to look at.
    pub needs: Vec<Need>,
    /// The address of the case's person, where the source has a column for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The record of a CRM that it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The case as its bot reads it.
    pub case: Box<RawValue>,
}

/// No rank: nearly every case has none.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_none(rank: &u8) -> bool {
    *rank == 0
}

/// The record of a CRM that a case was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Its key.
    pub record: Uuid,
    /// The version that was read, which is the one that is decided on.
    pub version: Option<String>,
    /// What its columns held then, as [`Origin::mark`] makes it of each: enough to see which of
    /// them somebody has changed since.
    pub columns: BTreeMap<String, String>,
}

impl Origin {
    /// What a value is compared by later.
    pub fn mark(value: &serde_json::Value) -> String {
        hex(&Sha256::digest(value.to_string())[..8])
    }
}

/// A ruling with everything needed to make it again.
#[derive(Serialize, Deserialize)]
pub struct RulingPayload {
    /// What the lookups gave.
    pub looked: BTreeMap<String, Looked>,
    /// The ruling.
    pub ruling: Ruling,
    /// The bot that ruled, or whose ruling an officer changed.
    pub bot: String,
    /// Its version.
    pub version: String,
    /// Its hash.
    pub sha256: String,
    /// The hash of the policy it ruled by.
    pub policy: String,
}

/// A row that did not become an item.
#[derive(Serialize, Deserialize)]
pub struct TurnedAway {
    /// Its reference, if it had one.
    pub reference: String,
    /// The sheet it stood in.
    pub sheet: String,
    /// What is wrong with it, column by column; empty for a duplicate.
    pub faults: Vec<Problem>,
    /// The item that it repeats, for a duplicate.
    pub repeats: Option<String>,
    /// Why, in a sentence without personal data.
    pub why: String,
}

/// What a batch was read from.
#[derive(Serialize, Deserialize)]
pub struct SourcePayload {
    /// The file's name.
    pub name: String,
    /// What was noticed while reading it.
    pub notices: Vec<String>,
}

/// One thing wrong with a row.
#[derive(Serialize, Deserialize, Clone)]
pub struct Problem {
    /// The column's header.
    pub column: String,
    /// Code of the fault.
    pub code: String,
    /// What is expected and what to do.
    pub expected: String,
    /// What stood there. Shown on the Errors sheet only.
    pub found: String,
}

/// What stands where a reference stood that was erased.
const ERASED: &str = "(erased)";

impl CasePayload {
    /// What is left of a case past its retention.
    pub fn erased() -> Self {
        Self {
            reference: ERASED.to_owned(),
            sheet: String::new(),
            applicant: String::new(),
            decides: String::new(),
            rank: 0,
            strong: None,
            needs: Vec::new(),
            address: None,
            origin: None,
            case: RawValue::NULL.to_owned(),
        }
    }
}

impl TurnedAway {
    /// What is left of a row turned away, past its retention.
    pub fn erased() -> Self {
        Self {
            reference: ERASED.to_owned(),
            sheet: String::new(),
            faults: Vec::new(),
            repeats: None,
            why: "erased at the end of its retention period".to_owned(),
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self {
            column: fault.column,
            code: fault.code.to_owned(),
            expected: fault.expected,
            found: fault.found,
        }
    }
}

impl RulingPayload {
    /// The bot as the log names it.
    pub fn mark(&self) -> BotMark {
        BotMark {
            name: self.bot.clone(),
            sha256: self.sha256.clone(),
            version: self.version.clone(),
        }
    }
}

/// What a sealed payload is, bound into it.
#[derive(Clone, Copy, Debug)]
pub enum Label {
    /// [`CasePayload`].
    Case,
    /// [`RulingPayload`].
    Ruling,
    /// [`TurnedAway`].
    TurnedAway,
    /// What another system is told, or answered.
    PostBack,
    /// Up to where a CRM has been read.
    Mark,
    /// An officer's words.
    Act,
    /// [`SourcePayload`].
    Source,
    /// Why a bot was stopped or started; its number stands for an item's.
    BotAct,
    /// What an uploaded sheet is called; the upload's number stands for an item's.
    Upload,
    /// What is wrong with an uploaded sheet.
    UploadFound,
    /// What a trial of an uploaded sheet gave.
    UploadTried,
    /// Why a run was asked for; its number stands for an item's.
    ScheduleAct,
    /// Why one act is done to many items; its number stands for an item's.
    BulkAct,
    /// Whom a payment goes to, and where; the item that it follows from is bound in.
    Payment,
    /// Why something was done to payments; its number stands for an item's.
    PaymentAct,
}

impl Label {
    fn of(self, item: ItemId) -> String {
        let what = match self {
            Self::Case => "case",
            Self::Ruling => "ruling",
            Self::TurnedAway => "row",
            Self::PostBack => "post-back",
            Self::Mark => "mark",
            Self::Act => "act",
            Self::Source => "source",
            Self::BotAct => "bot act",
            Self::Upload => "upload",
            Self::UploadFound => "found in upload",
            Self::UploadTried => "tried of upload",
            Self::ScheduleAct => "schedule act",
            Self::BulkAct => "bulk act",
            Self::Payment => "payment",
            Self::PaymentAct => "payment act",
        };
        format!("{what} {item}")
    }
}

/// A sealed payload with the commitment that its log entry carries.
pub struct Sealed {
    /// Ciphertext.
    pub bytes: Vec<u8>,
    /// HMAC of the plain bytes.
    pub commitment: [u8; 32],
}

/// Seals a payload under its item's key: JSON, packed by LZ4 (the disk is what a run waits for),
/// encrypted. The commitment is over the JSON.
pub fn seal<T: Serialize>(
    key: &ItemKey,
    label: Label,
    item: ItemId,
    payload: &T,
) -> Result<Sealed> {
    seal_against(&[], key, label, item, payload)
}

/// Like [`seal`], packed against a pattern that it resembles: a ruling shrinks to a tenth, where by
/// itself it would only shrink to two fifths.
pub fn seal_against<T: Serialize>(
    pattern: &[u8],
    key: &ItemKey,
    label: Label,
    item: ItemId,
    payload: &T,
) -> Result<Sealed> {
    let plain = serde_json::to_vec(payload).expect("payloads are plain data");
    let packed = block::compress_prepend_size_with_dict(&plain, pattern);
    Ok(Sealed { commitment: key.commit(&plain), bytes: key.seal(&label.of(item), &packed)? })
}

/// Opens what [`seal`] made.
pub fn open<T: DeserializeOwned>(
    key: &ItemKey,
    label: Label,
    item: ItemId,
    sealed: &[u8],
) -> Result<T> {
    open_against(&[], key, label, item, sealed)
}

/// Opens what [`seal_against`] made with the same pattern.
pub fn open_against<T: DeserializeOwned>(
    pattern: &[u8],
    key: &ItemKey,
    label: Label,
    item: ItemId,
    sealed: &[u8],
) -> Result<T> {
    let packed = key.open(&label.of(item), sealed)?;
    let plain = block::decompress_size_prepended_with_dict(&packed, pattern).ok();
    let payload = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
    payload.ok_or_else(|| Error::Sealed(label.of(item)))
}
