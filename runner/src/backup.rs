//! A copy of a data folder that can be put back, made while work goes on. Keys are not in it.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sqlx::Row as _;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::job_log::{self, Actor, Entry, Head, Kind};
use crate::lookups::sha256_of;
use crate::originals;
use crate::settings::Folder;
use crate::store::Store;

/// What lies in a backup beside the store.
const FILES: &[&str] = &[
    "clerkwork.toml",
    "council.toml",
    "log.vkey",
    "retention.toml",
    "alerts.toml",
    "payments.toml",
    "hand-out.toml",
    "connections.toml",
];
const FOLDERS: &[&str] = &["policy", "schedules", "calendars", "look", "bank"];

/// A backup that was made.
#[derive(Debug)]
pub struct Made {
    /// Where it lies.
    pub path: PathBuf,
    /// SHA-256 of the store's copy.
    pub sha256: [u8; 32],
    /// Bytes in all.
    pub bytes: u64,
    /// Sealed originals in it.
    pub originals: u64,
    /// The head of the log in the copy: keep it outside.
    pub log: Head,
}

/// Copies the store alone to `to` when its name ends in `.db`, else the whole folder into `to`.
pub async fn make(folder: &Folder, store: &Store, to: &Path, actor: &Actor) -> Result<Made> {
    let alone = to.extension().is_some_and(|ending| ending == "db");
    let taken =
        if alone { to.exists() } else { to.read_dir().is_ok_and(|mut it| it.next().is_some()) };
    if taken || (!alone && to.is_file()) {
        return Err(Error::usage(
            format!("{} is there already", to.display()),
            "name a file or folder that is not; a backup never overwrites another",
        ));
    }
    let place = to.parent().filter(|place| !place.as_os_str().is_empty());
    let place = place.unwrap_or(Path::new("."));
    refuse_inside(folder, to)?;
    private_folder(place)?;
    // Under another name until it is whole, so that half a backup is never taken for one.
    let part = part(to)?;
    let made = fill(folder, store, &part, alone).await;
    if made.is_err() {
        clear(&part)?;
    }
    let made = Made { path: to.to_owned(), ..made? };
    fs::rename(&part, to).map_err(Error::io("naming the backup"))?;
    sync(place)?;
    let mut tx = store.db.begin().await?;
    let entry = Entry::new(Kind::BackupMade, actor).sha256(&made.sha256);
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await?;
    Ok(made)
}

async fn fill(folder: &Folder, store: &Store, to: &Path, alone: bool) -> Result<Made> {
    if !alone {
        private_folder(to)?;
    }
    let copy = if alone { to.to_owned() } else { to.join("clerkwork.db") };
    // Signed first, so that the copy vouches for itself.
    job_log::checkpoint(&store.db, folder).await?;
    copy_store(store, &copy).await?;
    let opened = Db::open_reading(&copy).await?;
    let log = job_log::head(&opened).await?;
    let last: i64 = sqlx::query("SELECT COALESCE(MAX(id), 0) AS last FROM batch")
        .fetch_one(opened.readers())
        .await?
        .get("last");
    opened.close().await;
    let mut made = Made {
        path: to.to_owned(),
        sha256: sha256_of(&copy, "the copy of the store")?,
        bytes: copy.metadata().map_err(Error::io("the copy of the store"))?.len(),
        originals: 0,
        log,
    };
    if !alone {
        copy_rest(folder, to, last, &mut made)?;
        sync(to)?;
    }
    Ok(made)
}

/// Where a backup lies until it is whole; what an earlier one left there is cleared away.
fn part(to: &Path) -> Result<PathBuf> {
    let mut name = std::ffi::OsString::from(".");
    name.push(to.file_name().ok_or_else(|| {
        Error::usage("the backup has no name", "name a file or folder that is not there yet")
    })?);
    name.push(".part");
    let part = to.with_file_name(name);
    clear(&part)?;
    Ok(part)
}

fn clear(part: &Path) -> Result<()> {
    let cleared = if part.is_dir() { fs::remove_dir_all(part) } else { fs::remove_file(part) };
    match cleared {
        Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("clearing away half a backup")(fault))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A backup within the data folder would be lost with it.
fn refuse_inside(folder: &Folder, place: &Path) -> Result<()> {
    let there = place.ancestors().find_map(|part| part.canonicalize().ok());
    if there.is_some_and(|there| there.starts_with(folder.root())) {
        return Err(Error::usage(
            "a backup does not belong in the data folder",
            "name a place outside it, best on another disk",
        ));
    }
    Ok(())
}

/// One snapshot of the store, however many write meanwhile.
async fn copy_store(store: &Store, to: &Path) -> Result<()> {
    let name = to.to_str().ok_or_else(|| {
        Error::usage("the name of the backup is not UTF-8", "name it in letters and digits")
    })?;
    let sql = format!("VACUUM INTO '{}'", name.replace('\'', "''"));
    store.db.statement(sql).await.map_err(|fault| {
        Error::failed(
            format!("the store could not be copied: {fault}"),
            "see that the disk has room for a second copy, and that you may write there",
        )
    })?;
    let doing = || Error::io("the copy of the store");
    fs::set_permissions(to, Permissions::from_mode(0o600)).map_err(doing())?;
    File::open(to).and_then(|file| file.sync_all()).map_err(doing())
}

/// Settings, and the originals of the batches that the copy knows.
fn copy_rest(folder: &Folder, to: &Path, last: i64, made: &mut Made) -> Result<()> {
    let root = folder.root();
    for file in FILES.iter().map(|name| root.join(name)).filter(|file| file.is_file()) {
        made.bytes += copy(&file, to)?;
    }
    for name in FOLDERS {
        private_folder(&to.join(name))?;
        let Ok(files) = root.join(name).read_dir() else { continue };
        for file in files {
            let file = file.map_err(Error::io("reading the data folder"))?.path();
            if file.is_file() {
                made.bytes += copy(&file, &to.join(name))?;
            }
        }
    }
    private_folder(&to.join("originals"))?;
    for batch in (1..=last).map(BatchId) {
        let file = originals::path(root, batch);
        if file.is_file() {
            made.bytes += copy(&file, &to.join("originals"))?;
            made.originals += 1;
        }
    }
    // What a data folder has besides, so that the copy is one.
    for name in ["inbox", "outbox", "rolls", "locks"] {
        private_folder(&to.join(name))?;
    }
    sync(&to.join("originals"))
}

fn copy(file: &Path, into: &Path) -> Result<u64> {
    let doing = || Error::io(format!("copying {}", file.display()));
    let to = into.join(file.file_name().unwrap_or_default());
    let bytes = fs::copy(file, &to).map_err(doing())?;
    File::open(&to).and_then(|copy| copy.sync_all()).map_err(doing())?;
    Ok(bytes)
}

fn private_folder(folder: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(Error::io(format!("making {}", folder.display())))
}

fn sync(folder: &Path) -> Result<()> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::io(format!("keeping {}", folder.display())))
}
