//! Lookups: second sources that complete a case before it is decided, read by key.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use clerkwork_bots::kit::{Day, Fields, Looked, Registered};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::intake::SheetReader;
use crate::job_log::hex;

/// What a bot may look in during a run, by lookup name.
pub type Lookups = BTreeMap<String, Lookup>;

/// One lookup, as the run was told to use it.
pub enum Lookup {
    /// `none` was asked for.
    None,
    /// A sheet, held in memory.
    Sheet(Box<Sheet>),
}

/// A lookup sheet with an index for each kind of key.
pub struct Sheet {
    version: String,
    about: Value,
    records: Vec<Fields>,
    index: Vec<BTreeMap<String, Vec<usize>>>,
}

impl Lookup {
    /// What identifies the source: its SHA-256 in hexadecimal, or `none`.
    pub fn version(&self) -> &str {
        match self {
            Self::None => "none",
            Self::Sheet(sheet) => &sheet.version,
        }
    }

    /// Everything that the source holds, and what is said of it as a whole; nothing for `none`.
    pub fn all(&self) -> Option<(&[Fields], &Value)> {
        match self {
            Self::None => None,
            Self::Sheet(sheet) => Some((&sheet.records, &sheet.about)),
        }
    }

    /// The record or records of a case, by the first of its keys that finds any.
    pub fn look(&self, bot: &Registered, lookup: &str, case: &[u8]) -> Result<Looked> {
        let Self::Sheet(sheet) = self else { return Ok(Looked::NotLookedAt) };
        let keys =
            bot.case_keys(lookup, case).map_err(|fault| Error::failed(fault.to_string(), ""))?;
        for (kind, key) in keys.into_iter().enumerate() {
            let Some(key) = key else { continue };
            if let Some(found) = sheet.index.get(kind).and_then(|index| index.get(&key)) {
                return Ok(Looked::Found {
                    version: sheet.version.clone(),
                    about: sheet.about.clone(),
                    key: kind,
                    records: found.iter().map(|at| sheet.records[*at].clone()).collect(),
                });
            }
        }
        Ok(Looked::Nothing { version: sheet.version.clone(), about: sheet.about.clone() })
    }
}

/// What was read of a lookup sheet, and what was wrong with it.
pub struct Loaded {
    /// The lookup.
    pub lookup: Lookup,
    /// Rows that could not be read, as `sheet, row, column: expected`. No personal data.
    pub faults: Vec<String>,
    /// How many records it has.
    pub records: usize,
}

/// Reads a lookup sheet. `stated` is what the schedule says of it (such as the roll's session).
pub async fn load(
    bot: &'static Registered,
    name: &str,
    path: &Path,
    council: &BTreeMap<String, String>,
    stated: &BTreeMap<String, String>,
    today: jiff::civil::Date,
) -> Result<Loaded> {
    let template = bot.lookup_template(name).ok_or_else(|| {
        Error::usage(
            format!("{} has no lookup {name:?}", bot.manifest().name),
            "see: clerkwork bots show",
        )
    })?;
    let version = hex(&sha256_of(path, &format!("the lookup {name}"))?);
    let file = File::open(path).map_err(Error::io(format!("the lookup {name}")))?;
    let mut reader = SheetReader::start(file, template, council).await?;
    let (mut records, mut faults) = (Vec::new(), Vec::new());
    while let Some(rows) = reader.next().await? {
        let day = Day { today, epoch_1904: rows.epoch_1904 };
        for placed in &rows.rows {
            match crate::intake::record(template, &rows.binding, &day, &placed.row) {
                Ok(record) => records.push(record),
                Err(wrong) => faults.extend(wrong.iter().map(|fault| {
                    format!("sheet {:?}, row {}, {fault}", rows.sheet, placed.row.number)
                })),
            }
        }
    }
    let mut about = bot.survey(name, &records);
    if let Value::Object(about) = &mut about {
        about.extend(stated.iter().map(|(key, value)| (key.clone(), Value::String(value.clone()))));
    }
    let mut index: Vec<BTreeMap<String, Vec<usize>>> = Vec::new();
    for (at, record) in records.iter().enumerate() {
        for (kind, key) in bot.record_keys(name, record).into_iter().enumerate() {
            if index.len() <= kind {
                index.push(BTreeMap::new());
            }
            if let Some(key) = key {
                index[kind].entry(key).or_default().push(at);
            }
        }
    }
    let count = records.len();
    let lookup = Lookup::Sheet(Box::new(Sheet { version, about, records, index }));
    Ok(Loaded { lookup, faults, records: count })
}

/// The SHA-256 of a file, read as a stream.
pub fn sha256_of(path: &Path, what: &str) -> Result<[u8; 32]> {
    let mut file = File::open(path).map_err(Error::io(what))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = std::io::Read::read(&mut file, &mut buffer).map_err(Error::io(what))?;
        if n == 0 {
            return Ok(hasher.finalize().into());
        }
        hasher.update(&buffer[..n]);
    }
}
