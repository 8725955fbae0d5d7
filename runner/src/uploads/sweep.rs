//! Uploads that are queued go to where whoever serves takes them; those whose time is over go away.
//! Done again and again while it serves, so that nothing is lost when a process dies in between.

use std::fs;
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};

use super::{About, Uploads, queued};
use crate::error::{Error, Result};
use crate::inbox;
use crate::job_log::Actor;
use crate::state;
use crate::store::uploads::{self, Part, Upload};

/// How long an upload is kept that nobody queues.
pub const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// What lies among the uploads and belongs to none is left of a process that died.
const STRAY: Duration = Duration::from_hours(1);

/// Puts every queued upload where whoever serves takes it.
pub async fn place(desk: &Uploads) -> Result<()> {
    for upload in desk.store.uploads_in(state::Upload::Queued, i64::MAX).await? {
        one(desk, &upload).await?;
    }
    Ok(())
}

async fn one(desk: &Uploads, upload: &Upload) -> Result<()> {
    let doing = || Error::io("making room for a queued file");
    let about: Option<About> = desk.store.upload_part(upload.id, Part::About).await?;
    let about = about.unwrap_or_default();
    // Whoever was faster has put it there, and its sealed file is gone.
    if desk.path(&upload.file).exists() {
        let folder = desk.folder.root().join("taken").join(&upload.schedule);
        fs::create_dir_all(&folder).map_err(doing())?;
        let file =
            tempfile::Builder::new().prefix(".queued-").tempfile_in(&folder).map_err(doing())?;
        let file = desk.unseal(upload, file).await?;
        let how = queued(upload, &about);
        let source = (upload.source.as_slice(), "sheet");
        inbox::put(&folder, file, source, (&about.name, &how), &desk.store.vault)?;
    }
    let mut tx = desk.store.db.begin().await?;
    uploads::forget(&mut tx, upload.id).await?;
    tx.commit().await?;
    desk.remove(&upload.file)
}

/// Erases the uploads whose time is over, and what belongs to none.
pub async fn sweep(desk: &Uploads, actor: &Actor, now: Timestamp) -> Result<()> {
    let before = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
    for state in [state::Upload::Checking, state::Upload::Checked, state::Upload::Unreadable] {
        for upload in desk.store.uploads_in(state, before).await? {
            desk.erase(&upload, state::Upload::Expired, actor).await?;
        }
    }
    strays(desk).await
}

async fn strays(desk: &Uploads) -> Result<()> {
    let doing = || Error::io("looking at the uploads");
    let Ok(listed) = fs::read_dir(desk.root()) else { return Ok(()) };
    for file in listed {
        let file = file.map_err(doing())?;
        let about = file.metadata().map_err(doing())?;
        let age = about.modified().ok().and_then(|at| SystemTime::elapsed(&at).ok());
        let name = file.file_name().to_string_lossy().into_owned();
        if age.is_none_or(|age| age <= STRAY) || desk.store.upload_file_known(&name).await? {
            continue;
        }
        if about.is_dir() {
            fs::remove_dir_all(file.path()).map_err(doing())?;
        } else {
            desk.remove(&name)?;
        }
    }
    Ok(())
}
