//! The folder of a bot's lists. They are written aside first, and put in their place when the store
//! and the log know of them: whoever dies in between makes them again.

use std::fs::{DirBuilder, File};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::job_log::hex;
use crate::lookups::sha256_of;
use crate::store::hand_out::HandedOut;

/// The hash of every file, in the form that `sha256sum -c` reads.
const SUMS: &str = "SHA256SUMS";
/// Where files are until they are whole.
const ASIDE: &str = ".part";

/// A folder that lists are put into.
pub(super) struct Place {
    folder: PathBuf,
    aside: PathBuf,
}

impl Place {
    /// The folder, made if it is not there; what somebody who died left aside is taken away.
    pub(super) fn prepare(folder: &Path) -> Result<Self> {
        let wrong = || Error::io("making the folder for lists");
        std::fs::create_dir_all(folder).map_err(wrong())?;
        let place = Self { folder: folder.to_owned(), aside: folder.join(ASIDE) };
        place.clear()?;
        DirBuilder::new().mode(0o700).create(&place.aside).map_err(wrong())?;
        Ok(place)
    }

    /// Where a file is written before it is put in its place.
    pub(super) fn aside(&self, file: &str) -> PathBuf {
        self.aside.join(file)
    }

    fn clear(&self) -> Result<()> {
        match std::fs::remove_dir_all(&self.aside) {
            Err(fault) if fault.kind() != ErrorKind::NotFound => {
                Err(Error::io("clearing the folder for lists")(fault))
            }
            _ => Ok(()),
        }
    }

    /// Whether these lists lie here as they were written.
    pub(super) fn has(&self, lists: &[HandedOut]) -> Result<bool> {
        let sums = self.folder.join(SUMS);
        if std::fs::read_to_string(sums).is_ok_and(|text| text == text_of(lists)) {
            for list in lists {
                if !self.lies(list)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn lies(&self, list: &HandedOut) -> Result<bool> {
        let path = self.folder.join(&list.file);
        Ok(path.is_file() && sha256_of(&path, "a list")?.as_slice() == list.sha256)
    }

    /// Writes the hashes of these lists aside; the hash of that file, which stands for them all.
    pub(super) fn sums(&self, lists: &[HandedOut]) -> Result<[u8; 32]> {
        let text = text_of(lists);
        let path = self.aside(SUMS);
        std::fs::write(&path, &text)
            .and_then(|()| File::open(&path)?.sync_all())
            .map_err(Error::io("writing the hashes of lists"))?;
        Ok(Sha256::digest(&text).into())
    }

    /// Puts the lists in their place, and takes away those of before that are made no more; answers
    /// the names of those that somebody has changed, which stay.
    pub(super) fn put(&self, now: &[HandedOut], before: &[HandedOut]) -> Result<Vec<String>> {
        let wrong = || Error::io("putting the lists in their place");
        for file in now.iter().map(|list| list.file.as_str()).chain([SUMS]) {
            std::fs::rename(self.aside(file), self.folder.join(file)).map_err(wrong())?;
        }
        let mut kept = Vec::new();
        for list in before.iter().filter(|it| now.iter().all(|list| list.file != it.file)) {
            let path = self.folder.join(&list.file);
            if self.lies(list)? {
                std::fs::remove_file(path).map_err(wrong())?;
            } else if path.exists() {
                kept.push(list.file.clone());
            }
        }
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(wrong())?;
        Ok(kept)
    }
}

/// What lies aside is people's data, and of use to nobody.
impl Drop for Place {
    fn drop(&mut self) {
        drop(self.clear());
    }
}

fn text_of(lists: &[HandedOut]) -> String {
    let mut text = String::new();
    for list in lists {
        text.extend([hex(&list.sha256).as_str(), "  ", &list.file, "\n"]);
    }
    text
}
