//! One look at a watched folder, and what two of them tell: a file is complete when nothing about
//! it has changed between them and nobody has it open for writing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Metadata};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::Inbox;
use crate::error::{Error, Result};

/// The end record of a zip is at most this far from the end: it has a comment of up to 65,535.
const END_RECORD: u64 = 22;
const LONGEST_COMMENT: u64 = 65_535;

/// A file as it was seen. Two that are equal are of a file that did not change between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub(super) size: u64,
    /// Since when it has been so, in nanoseconds.
    pub(super) changed: i128,
    /// Which file it is, whatever its name.
    pub(super) number: (u64, u64),
}

impl Seen {
    pub(super) fn of(about: &Metadata) -> Self {
        Self {
            size: about.len(),
            changed: i128::from(about.mtime()) * 1_000_000_000 + i128::from(about.mtime_nsec()),
            number: (about.dev(), about.ino()),
        }
    }
}

/// What lies in a watched folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub(super) files: BTreeMap<PathBuf, Seen>,
    /// What is named like a file to be taken and is none: symbolic links, folders, pipes.
    pub strange: BTreeSet<PathBuf>,
}

impl Look {
    /// How many files lie there, complete or not.
    pub fn count(&self) -> usize {
        self.files.len()
    }

    /// Those that are complete, oldest first, by an earlier look. What has not changed for `patience`
    /// is taken as it is: what is wrong with it is then told when it is read.
    pub fn complete(
        &self,
        before: &Self,
        now: Timestamp,
        patience: SignedDuration,
    ) -> Vec<(PathBuf, Seen)> {
        let unchanged: Vec<_> = self
            .files
            .iter()
            .filter(|(path, seen)| before.files.get(*path) == Some(*seen))
            .collect();
        if unchanged.is_empty() {
            return Vec::new();
        }
        let written = open_for_writing();
        let mut complete: Vec<(PathBuf, Seen)> = unchanged
            .into_iter()
            .filter(|(_, seen)| !written.contains(&seen.number))
            .filter(|(path, seen)| {
                let age = now.as_nanosecond() - seen.changed;
                age >= patience.as_nanos() || seen.size > 0 && whole(path)
            })
            .map(|(path, seen)| (path.clone(), seen.clone()))
            .collect();
        complete.sort_by(|(a, of_a), (b, of_b)| (of_a.changed, a).cmp(&(of_b.changed, b)));
        complete
    }
}

impl Inbox {
    /// Looks. A folder that is not there holds nothing.
    pub fn look(&self) -> Result<Look> {
        let doing = || Error::io(format!("looking into the watched folder of {}", self.schedule));
        let mut look = Look::default();
        let listed = match fs::read_dir(&self.folder) {
            Ok(listed) => listed,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(look),
            Err(fault) => return Err(doing()(fault)),
        };
        self.stays_inside()?;
        for entry in listed {
            let entry = entry.map_err(doing())?;
            let name = entry.file_name();
            if !name.to_str().is_some_and(|name| self.wants(name)) {
                continue;
            }
            // Of a link this is the link; a file may be gone by now.
            let Ok(about) = entry.metadata() else { continue };
            if about.is_file() {
                look.files.insert(entry.path(), Seen::of(&about));
            } else {
                look.strange.insert(entry.path());
            }
        }
        Ok(look)
    }
}

/// A workbook is a zip, whose end is written last. What is no zip at all is whole as it is.
fn whole(path: &Path) -> bool {
    let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_lowercase();
    if !["xlsx", "xlsm", "xlsb", "ods"].contains(&ending.as_str()) {
        return true;
    }
    has_end(path).unwrap_or(false)
}

fn has_end(path: &Path) -> std::io::Result<bool> {
    let mut file = File::open(path)?;
    let mut magic = [0; 2];
    if file.read_exact(&mut magic).is_err() || magic != *b"PK" {
        return Ok(true);
    }
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(END_RECORD + LONGEST_COMMENT)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    // Its comment, whose length stands in its last two bytes, ends with the file.
    Ok(tail.windows(22).enumerate().rev().any(|(at, record)| {
        let comment = usize::from(u16::from_le_bytes([record[20], record[21]]));
        record.starts_with(b"PK\x05\x06") && at + 22 + comment == tail.len()
    }))
}

/// Files that some process has open for writing, as far as `/proc` tells: of processes of ours, and
/// of all if we are root. A file server's handles on another host cannot be seen.
fn open_for_writing() -> BTreeSet<(u64, u64)> {
    let mut open = BTreeSet::new();
    let Ok(processes) = fs::read_dir("/proc") else { return open };
    for process in processes.flatten() {
        let number = process.file_name();
        if !number.to_str().is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit())) {
            continue;
        }
        let Ok(handles) = fs::read_dir(process.path().join("fd")) else { continue };
        for handle in handles.flatten() {
            let about = process.path().join("fdinfo").join(handle.file_name());
            let writes = fs::read_to_string(about).is_ok_and(|text| writes(&text));
            if writes && let Ok(file) = fs::metadata(handle.path()) {
                open.insert((file.dev(), file.ino()));
            }
        }
    }
    open
}

/// Whether the `flags` of a handle, in octal, are those of one that writes.
fn writes(about: &str) -> bool {
    let flags = about.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|text| u32::from_str_radix(text.trim(), 8).ok());
    flags.is_some_and(|flags| flags & 3 != 0)
}
