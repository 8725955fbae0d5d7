//! Watched folders: which files are complete, and taking them, so that nothing is lost and nobody
//! takes a file twice.
//!
//! A file is taken by renaming it into `DATA/taken/SCHEDULE/`, under its SHA-256, for a name may be
//! a person's. Its own name is sealed beside it. It lies there until its batch has every row, and
//! then it is removed, for the sealed original is kept. Who works a file holds a lock on it, which
//! the system frees if the process dies; then whoever serves next works it.

mod look;
mod take;

pub use look::{Look, Seen};
pub use take::{Queued, Taken, left_behind, put};

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::schedule::Schedule;
use crate::settings::Folder;

#[cfg(test)]
mod tests;

/// Below a watched folder: files that could not be read, each with what is wrong beside it.
pub const REFUSED: &str = "refused";

/// A watched folder.
#[derive(Clone, Debug)]
pub struct Inbox {
    schedule: String,
    folder: PathBuf,
    pattern: String,
    taken: PathBuf,
}

impl Inbox {
    /// The folder that a schedule watches; `None` if it watches none.
    pub fn of(data: &Folder, schedule: &Schedule) -> Result<Option<Self>> {
        if schedule.source.connector != "spreadsheet" || schedule.source.path.is_empty() {
            return Ok(None);
        }
        let path = data.inside(&schedule.source.path)?;
        let wrong = || {
            Error::usage(
                format!("schedules/{}.toml: [source] path is no folder to watch", schedule.name),
                "write it as a folder and a pattern for names, such as \"inbox/fsm/*.xlsx\"",
            )
        };
        let pattern = path.file_name().and_then(|name| name.to_str()).ok_or_else(wrong)?;
        let folder = path.parent().ok_or_else(wrong)?;
        if folder == data.root() || folder.to_string_lossy().contains('*') {
            return Err(wrong());
        }
        Ok(Some(Self {
            schedule: schedule.name.clone(),
            folder: folder.to_owned(),
            pattern: pattern.to_lowercase(),
            taken: data.root().join("taken").join(&schedule.name),
        }))
    }

    /// The schedule that it belongs to.
    pub fn schedule(&self) -> &str {
        &self.schedule
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the folder if it is not there, so that people have a place to put files.
    pub fn make(&self) -> Result<()> {
        fs::create_dir_all(&self.folder).map_err(Error::io("making a watched folder"))?;
        self.stays_inside()
    }

    /// No part of the folder's path is a symbolic link: it would lead who knows where.
    fn stays_inside(&self) -> Result<()> {
        let real = self.folder.canonicalize().map_err(Error::io("looking at a watched folder"))?;
        if real == self.folder {
            return Ok(());
        }
        Err(Error::failed(
            format!("the watched folder of {} is reached over a symbolic link", self.schedule),
            "make it a folder of its own below the data folder; nothing is taken from it until then",
        ))
    }

    /// Whether a file of that name is one that people put there to be taken.
    fn wants(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let passing = name.starts_with('.')
            || name.starts_with("~$")
            || [".part", ".tmp", ".crdownload", ".filepart"].iter().any(|it| name.ends_with(it));
        !passing && matches(&self.pattern, &name)
    }
}

/// Whether a name is as a pattern has it, in which `*` is anything.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = name.find(part) else { return false };
        name = &name[at + part.len()..];
    }
    name.ends_with(last)
}
