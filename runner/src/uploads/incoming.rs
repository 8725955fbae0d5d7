//! A file as it comes in, piece by piece: never whole in memory, under no name that anybody gave it,
//! and gone if the process dies.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};

use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::job_log::hex;
use crate::settings::Folder;
use crate::vault::random;

/// The largest sheet that is taken in, in bytes: 50 MB.
pub const LARGEST: i64 = 50 * 1024 * 1024;

/// A file that is coming in.
pub struct Incoming {
    token: String,
    file: File,
    hash: Sha256,
    bytes: i64,
}

impl Incoming {
    /// Nothing of it is there yet.
    pub fn new(folder: &Folder) -> Result<Self> {
        let doing = || Error::io("making room for an upload");
        let root = folder.root().join("uploads");
        fs::create_dir_all(&root).map_err(doing())?;
        let file = tempfile::tempfile_in(&root).map_err(doing())?;
        Ok(Self { token: hex(&random::<16>()?), file, hash: Sha256::new(), bytes: 0 })
    }

    /// The next piece. `false`: it is larger than a sheet may be, and nothing more is kept.
    pub fn take(&mut self, piece: &[u8]) -> Result<bool> {
        let more = i64::try_from(piece.len()).unwrap_or(i64::MAX);
        self.bytes = self.bytes.saturating_add(more);
        if self.bytes > LARGEST {
            return Ok(false);
        }
        self.hash.update(piece);
        self.file.write_all(piece).map_err(Error::io("keeping an upload"))?;
        Ok(true)
    }

    /// How large it is so far.
    pub fn bytes(&self) -> i64 {
        self.bytes
    }

    /// Whether it is larger than a sheet may be.
    pub fn too_large(&self) -> bool {
        self.bytes > LARGEST
    }

    /// The SHA-256 of what came in.
    pub(super) fn sha256(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// The name that it is kept under.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The file, to be read from its beginning.
    pub(super) fn into_file(mut self) -> Result<File> {
        self.file.seek(SeekFrom::Start(0)).map_err(Error::io("reading an upload"))?;
        Ok(self.file)
    }
}
