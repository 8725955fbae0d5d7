//! What is wrong with an upload, row by row, found in the reading child. How far that is stands in
//! the store; if the process dies on the way, whoever looks at the upload next has it begun anew.

use std::fs::{File, TryLockError};
use std::io::{Seek as _, SeekFrom};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, mpsc};
use utoipa::ToSchema;

use super::Uploads;
use crate::check::{Counts, Look, Through, Wrong};
use crate::clock;
use crate::error::{Error, Result};
use crate::intake::header::Headers;
use crate::pipeline;
use crate::state;
use crate::store::uploads::{self, Part, Upload};

/// Things that are wrong which are kept in full; more are counted.
pub const TOLD: usize = 10_000;
/// How often it is written down how far it is.
const NOTED: Duration = Duration::from_millis(500);

/// Sheets that are read at once in one process: each reading child may use a core.
static PLACES: Semaphore = Semaphore::const_new(2);

/// What was found in an upload. Personal.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Found {
    /// What is wrong with its rows, the first [`TOLD`].
    pub faults: Vec<RowFault>,
    /// How many things are wrong in all.
    pub faults_in_all: u64,
    /// What else there is to know.
    pub notices: Vec<String>,
    /// Why it cannot be read, and what to do.
    pub unreadable: Option<(String, String)>,
    /// The header row in which something is not the template's.
    pub headers: Option<Headers>,
}

/// One thing wrong with one row.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RowFault {
    /// The sheet's name.
    pub sheet: String,
    /// The sheet's own row number.
    #[schema(example = 12)]
    pub row: i64,
    /// The column's header.
    pub column: String,
    /// Code of the fault.
    pub code: String,
    /// What stood there.
    pub found: String,
    /// What is expected, and what to do.
    pub expected: String,
}

/// Checks an upload. Does nothing if somebody is at it already, or it has moved on.
pub async fn check(desk: &Uploads, id: i64) -> Result<()> {
    let Some(upload) = desk.store.upload(id).await? else { return Ok(()) };
    let Some(_at_it) = at_it(desk, &upload)? else { return Ok(()) };
    let _place = PLACES.acquire().await;
    let Some(upload) = desk.store.upload(id).await? else { return Ok(()) };
    if upload.state != state::Upload::Checking {
        return Ok(());
    }
    let (counts, found) = look(desk, &upload).await?;
    let to = match &found.unreadable {
        Some(_) => state::Upload::Unreadable,
        None => state::Upload::Checked,
    };
    let mut tx = desk.store.db.begin().await?;
    if uploads::shift(&mut tx, id, state::Upload::Checking, to).await? {
        uploads::progress(&mut tx, id, upload.bytes, counts).await?;
        uploads::keep_part(&mut tx, id, &upload.key(&desk.store)?, Part::Found, &found).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Held by whoever checks an upload, until it is dropped or its process dies.
fn at_it(desk: &Uploads, upload: &Upload) -> Result<Option<File>> {
    let doing = || Error::io("opening an upload");
    let file = match File::open(desk.path(&upload.file)) {
        Ok(file) => file,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(fault) => return Err(doing()(fault)),
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(fault)) => Err(doing()(fault)),
    }
}

async fn look(desk: &Uploads, upload: &Upload) -> Result<([i64; 3], Found)> {
    let doing = || Error::io("unsealing an upload");
    let (schedule, bot) = desk.schedule(upload).await?;
    let policy = pipeline::policy(&desk.folder, bot)?;
    let file = tempfile::tempfile_in(desk.root()).map_err(doing())?;
    let mut file = desk.unseal(upload, file).await?;
    file.seek(SeekFrom::Start(0)).map_err(doing())?;
    // The child reads through a handle of its own of the same file, so that its place is ours too.
    let mut place = file.try_clone().map_err(doing())?;
    let columns = &schedule.source.columns;
    let look = Look { bot, policy: &policy, columns, today: clock::today() };
    let (tell, mut told) = mpsc::unbounded_channel::<(Counts, i64)>();
    let store = std::sync::Arc::clone(&desk.store);
    let id = upload.id;
    let noting = tokio::spawn(async move {
        while let Some((counts, read)) = told.recv().await {
            // It is only shown: the next one comes.
            drop(store.upload_progress(id, read, numbers(counts)).await);
        }
    });
    let mut found = Found::default();
    let mut last = Instant::now();
    let mut so_far = |counts: Counts| {
        if last.elapsed() >= NOTED {
            last = Instant::now();
            let read = place.stream_position().unwrap_or(0);
            tell.send((counts, i64::try_from(read).unwrap_or(0))).ok();
        }
    };
    let mut wrong = |fault: Wrong<'_>| {
        found.faults_in_all += 1;
        if found.faults.len() < TOLD {
            found.faults.push(RowFault {
                sheet: fault.sheet.to_owned(),
                row: fault.row,
                column: fault.problem.column,
                code: fault.problem.code,
                found: fault.problem.found,
                expected: fault.problem.expected,
            });
        }
    };
    let through = look.through(file, &mut so_far, &mut wrong).await;
    drop(tell);
    drop(noting.await);
    let Through { counts, notices, headers } = through;
    found.headers = headers;
    match notices {
        Ok(_) if counts.rows == 0 => found.unreadable = Some(no_rows()),
        Ok(notices) => found.notices = notices,
        Err(Error::Failed(said)) => found.unreadable = Some((said.what, said.advice)),
        Err(fault) => return Err(fault),
    }
    Ok((numbers(counts), found))
}

fn no_rows() -> (String, String) {
    (
        "there is no row below the header".to_owned(),
        "fill in at least one row below the header row, save the file, and upload it again"
            .to_owned(),
    )
}

fn numbers(counts: Counts) -> [i64; 3] {
    [counts.rows, counts.good, counts.rejected].map(|n| i64::try_from(n).unwrap_or(i64::MAX))
}
