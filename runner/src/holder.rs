//! Who holds slices: this process, known by a lock file that the system frees when it dies.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::job_log::hex;
use crate::vault::random;

/// This process as a holder of leases, for as long as it lives.
pub struct Holder {
    name: String,
    file: PathBuf,
    locks: PathBuf,
    _lock: File,
}

impl Holder {
    /// Registers this process under the data folder.
    pub fn register(root: &Path) -> Result<Self> {
        let locks = root.join("locks");
        std::fs::create_dir_all(&locks).map_err(Error::io("making the folder for locks"))?;
        let name = hex(&random::<8>()?);
        let file = locks.join(&name);
        let lock = File::create(&file).map_err(Error::io("making a lock file"))?;
        lock.lock().map_err(Error::io("locking our lock file"))?;
        Ok(Self { name, file, locks, _lock: lock })
    }

    /// Its name in leases.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the holder of that name still lives.
    pub fn alive(&self, name: &str) -> bool {
        if name == self.name {
            return true;
        }
        let lives = lives(&self.locks, name);
        if !lives {
            // The lock file of a dead process; removing it is tidiness, not needed for the answer.
            drop(std::fs::remove_file(self.locks.join(name)));
        }
        lives
    }
}

/// Whether the holder of that name lives, as a process that holds nothing itself can see it.
pub fn lives(locks: &Path, name: &str) -> bool {
    let Ok(file) = File::open(locks.join(name)) else { return false };
    match file.try_lock() {
        Ok(()) => false,
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.file));
    }
}

/// Whether nobody holds the lock on a name just now.
pub fn is_free(root: &Path, name: &str) -> bool {
    let file = File::open(root.join("locks").join(format!("{name}.lock")));
    // What nobody has locked yet is free.
    file.map_or(true, |file| file.try_lock().is_ok())
}

/// An exclusive lock on a name below the data folder, held until dropped.
pub async fn exclusive(root: &Path, name: &str) -> Result<File> {
    let file = root.join("locks").join(format!("{name}.lock"));
    let lock = move || {
        let file = File::create(&file)?;
        file.lock()?;
        Ok(file)
    };
    tokio::task::spawn_blocking(lock)
        .await
        .map_err(|died| Error::failed(format!("waiting for a lock ended early: {died}"), ""))?
        .map_err(Error::io("waiting for another run of this schedule"))
}
