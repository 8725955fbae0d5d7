//! Taking a file, and what becomes of it then: it is removed, put back, or refused.

use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::{Inbox, REFUSED, Seen};
use crate::error::{Error, Result};
use crate::job_log::hex;
use crate::lookups::sha256_of;
use crate::vault::Vault;

/// What the sealed name of a file is bound to.
const LABEL: &str = "name of a taken file";

/// A file that somebody queued on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// Who, as the log names people.
    pub by: String,
    /// The lookups that it is to be decided without.
    pub without: Vec<String>,
}

/// A file that was taken. Nobody else works it as long as this is there.
#[derive(Debug)]
pub struct Taken {
    /// Where it lies.
    pub path: PathBuf,
    /// The SHA-256 of what is in it.
    pub sha256: [u8; 32],
    /// The name that people gave it, if that is still known. It may be personal.
    pub name: Option<String>,
    /// Who queued it on the page; `None` for one that lay in a watched folder.
    pub queued: Option<Queued>,
    _lock: File,
}

impl Inbox {
    /// Takes a file, if it is still as it was seen; `None` if it is not, or somebody else was
    /// faster.
    pub fn take(&self, file: &Path, seen: &Seen, vault: &Vault) -> Result<Option<Taken>> {
        let doing = || Error::io("taking a file from a watched folder");
        let Ok(sha256) = sha256_of(file, "a file to be taken") else { return Ok(None) };
        fs::create_dir_all(&self.taken).map_err(doing())?;
        let ending = file.extension().and_then(|it| it.to_str()).unwrap_or_default().to_lowercase();
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        for again in 0..100 {
            // The same file may have been put there once more, while the first is worked.
            let stem = if again == 0 { hex(&sha256) } else { format!("{}-{again}", hex(&sha256)) };
            let to = self.taken.join(format!("{stem}.{ending}"));
            if to.exists() {
                continue;
            }
            keep_name(&to, name, None, vault)?;
            match renameat_with(CWD, file, CWD, &to, RenameFlags::NOREPLACE) {
                Ok(()) => {}
                Err(rustix::io::Errno::EXIST) => continue,
                Err(rustix::io::Errno::NOENT) => return Ok(None),
                Err(rustix::io::Errno::XDEV) => return Err(self.elsewhere()),
                Err(fault) => return Err(doing()(fault.into())),
            }
            flush(&self.taken)?;
            flush(&self.folder)?;
            let about = fs::symlink_metadata(&to).map_err(doing())?;
            if !about.is_file() || Seen::of(&about) != *seen {
                // It was replaced or written to since: not complete after all.
                move_to(&to, &self.folder, name)?;
                forget_name(&to);
                return Ok(None);
            }
            return hold(&to, Some((name.to_owned(), None)));
        }
        Err(Error::failed(
            "the same file lies a hundred times among those taken",
            "see what is wrong with it: clerkwork doctor",
        ))
    }

    fn elsewhere(&self) -> Error {
        Error::failed(
            format!("the watched folder of {} lies on another file system", self.schedule),
            "a file can only be taken without a gap within one: put the whole data folder on it, \
             or let what brings the files move them into the data folder",
        )
    }

    /// Puts a file back where it was taken from, under its own name if nobody uses that by now.
    pub fn put_back(&self, taken: Taken) -> Result<()> {
        let name = taken.name.clone().unwrap_or_else(|| file_name(&taken.path));
        move_to(&taken.path, &self.folder, &name)?;
        forget_name(&taken.path);
        Ok(())
    }

    /// Refuses a file that cannot be read: it goes to `refused/` below the folder that it came from,
    /// with a note beside it of what is wrong and what to do. Nothing personal is in the note.
    pub fn refuse(&self, taken: Taken, why: &str) -> Result<PathBuf> {
        let name = taken.name.clone().unwrap_or_else(|| file_name(&taken.path));
        let to = self.refused(&taken.path, &name, why)?;
        forget_name(&taken.path);
        Ok(to)
    }

    /// Refuses what is no file: a symbolic link is moved itself, not what it leads to.
    pub fn refuse_strange(&self, path: &Path) -> Result<PathBuf> {
        let why = "it is a symbolic link or a folder, and only files are taken\n  \
                   put the file itself into the folder";
        self.refused(path, &file_name(path), why)
    }

    fn refused(&self, path: &Path, name: &str, why: &str) -> Result<PathBuf> {
        let doing = || Error::io("putting a file that is refused aside");
        let folder = self.folder.join(REFUSED);
        fs::create_dir_all(&folder).map_err(doing())?;
        if fs::symlink_metadata(&folder).map_err(doing())?.is_symlink() {
            return Err(Error::failed(
                format!("{REFUSED} in the watched folder of {} is a symbolic link", self.schedule),
                "make it a folder; what is refused stays where it is until then",
            ));
        }
        let to = move_to(path, &folder, name)?;
        let note = format!(
            "This file was not taken in, and nothing of it was decided.\n\n{why}\n\n\
             When it is put right, put it into {} again.\n",
            self.folder.file_name().unwrap_or_default().to_string_lossy()
        );
        let file = folder.join(format!("{}.why.txt", file_name(&to)));
        fs::write(file, note).map_err(doing())?;
        flush(&folder)?;
        Ok(to)
    }
}

/// The files in a folder of taken ones that nobody works, oldest first: after a crash, because what
/// they need was not there, or because they were queued on the page.
pub fn left_behind(folder: &Path, vault: &Vault) -> Result<Vec<Taken>> {
    let doing = || Error::io("looking at the files that were taken");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for file in folder.read_dir().map_err(doing())? {
        let path = file.map_err(doing())?.path();
        let hidden = file_name(&path).starts_with('.');
        let is_name = path.extension().is_some_and(|ending| ending == "name");
        if let Ok(about) = fs::symlink_metadata(&path)
            && about.is_file()
            && !hidden
            && !is_name
        {
            files.push((about.mtime(), path));
        }
    }
    files.sort();
    let mut left = Vec::new();
    for (_, path) in files {
        let name = kept_name(&path, vault);
        left.extend(hold(&path, name)?);
    }
    Ok(left)
}

impl Taken {
    /// Removes it: every row of it is in the store, and its sealed original is kept.
    pub fn remove(self) -> Result<()> {
        fs::remove_file(&self.path).map_err(Error::io("removing a file that was taken in"))?;
        forget_name(&self.path);
        Ok(())
    }
}

/// Puts a file that somebody queued among those of a schedule that were taken, as if it had lain in
/// its watched folder. The same file is there once, however often it is put.
pub fn put(
    folder: &Path,
    file: NamedTempFile,
    (sha256, ending): (&[u8], &str),
    (name, queued): (&str, &Queued),
    vault: &Vault,
) -> Result<()> {
    let doing = || Error::io("queueing a file");
    let to = folder.join(format!("{}.{ending}", hex(sha256)));
    if to.exists() {
        return Ok(());
    }
    keep_name(&to, name, Some(queued), vault)?;
    file.as_file().sync_all().map_err(doing())?;
    match file.persist_noclobber(&to) {
        Ok(_) => flush(folder),
        Err(fault) if fault.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(fault) => Err(doing()(fault.error)),
    }
}

/// Locks a file that was taken; `None` if somebody works it, or has done so by now.
fn hold(path: &Path, told: Option<(String, Option<Queued>)>) -> Result<Option<Taken>> {
    let doing = || Error::io("locking a file that was taken");
    let lock = match File::open(path) {
        Ok(file) => file,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(fault) => return Err(doing()(fault)),
    };
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(fault)) => return Err(doing()(fault)),
    }
    // Whoever held it may have removed it, or put it back, just now.
    let held = lock.metadata().map_err(doing())?;
    match fs::symlink_metadata(path) {
        Ok(there) if (there.dev(), there.ino()) == (held.dev(), held.ino()) => {}
        Ok(_) | Err(_) => return Ok(None),
    }
    let sha256 = sha256_of(path, "a file that was taken")?;
    let (name, queued) = told.map_or((None, None), |(name, queued)| (Some(name), queued));
    Ok(Some(Taken { path: path.to_owned(), sha256, name, queued, _lock: lock }))
}

/// Moves a file into a folder under a name that is free there.
fn move_to(from: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    for n in 1..10_000 {
        let to = match n {
            1 => folder.join(name),
            n => folder.join(format!("{stem} ({n}){ending}")),
        };
        match renameat_with(CWD, from, CWD, &to, RenameFlags::NOREPLACE) {
            Ok(()) => {
                flush(folder)?;
                return Ok(to);
            }
            Err(rustix::io::Errno::EXIST) => {}
            Err(fault) => return Err(Error::io("moving a file")(fault.into())),
        }
    }
    Err(Error::failed("no name is free for a file that is put aside", "empty the folder refused"))
}

/// Seals the name that people gave a file, beside it; and who queued it, after a NUL, which stands
/// in no name.
fn keep_name(to: &Path, name: &str, queued: Option<&Queued>, vault: &Vault) -> Result<()> {
    let doing = || Error::io("keeping the name of a file");
    let (key, wrapped) = vault.new_key()?;
    let queued = queued.map(|it| serde_json::to_string(it).expect("plain texts"));
    let told = queued.map_or_else(|| name.to_owned(), |queued| format!("{name}\0{queued}"));
    let sealed = key.seal(LABEL, told.as_bytes())?;
    let length = u16::try_from(wrapped.len()).expect("a wrapped key is short");
    let mut file = NamedTempFile::new_in(to.parent().unwrap_or(to)).map_err(doing())?;
    for part in [&length.to_be_bytes()[..], &wrapped, &sealed] {
        file.write_all(part).map_err(doing())?;
    }
    file.as_file().sync_all().map_err(doing())?;
    file.persist(to.with_extension("name")).map_err(|fault| doing()(fault.error))?;
    Ok(())
}

/// The name that people gave a file, and who queued it: `None` if that is not known any more, which
/// does no harm.
fn kept_name(path: &Path, vault: &Vault) -> Option<(String, Option<Queued>)> {
    let bytes = fs::read(path.with_extension("name")).ok()?;
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (wrapped, sealed) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let told = vault.unwrap_key(wrapped).ok()?.open(LABEL, sealed).ok()?;
    let told = String::from_utf8(told).ok()?;
    Some(match told.split_once('\0') {
        None => (told, None),
        Some((name, queued)) => (name.to_owned(), serde_json::from_str(queued).ok()),
    })
}

/// The sealed name goes with its file.
fn forget_name(path: &Path) {
    if let Err(fault) = fs::remove_file(path.with_extension("name"))
        && fault.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!("the sealed name of a file that was taken could not be removed: {fault}");
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What was renamed stays so after a power cut.
fn flush(folder: &Path) -> Result<()> {
    let doing = || Error::io("flushing a folder");
    File::open(folder).map_err(doing())?.sync_all().map_err(doing())
}
