//! `clerkwork doctor`: everything about a data folder that somebody should know. Writes nothing.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use super::conditions::{Known, Watch};
use super::{Finding, conditions, settings, stored};
use crate::clock;
use crate::db::Db;
use crate::error::Result;
use crate::job_log::tree::Hash;
use crate::job_log::{self, Check, note::Checkpoint};
use crate::settings::Folder;
use crate::store::{Store, stops};

const MEGABYTE: u64 = 1 << 20;
/// A write-ahead log that is larger is held open by somebody.
const LARGE_WAL: u64 = 256 * MEGABYTE;

/// Looks over everything; `held` are sizes and roots that were kept outside, `known` is what the
/// caller knows of schedules and outlets.
pub async fn look_over(
    folder: &Folder,
    held: Vec<(u64, Hash)>,
    watch: &Watch,
    known: &Known,
) -> Result<Vec<Finding>> {
    let mut found = settings::keys(folder);
    found.extend(files(folder, watch));
    let missed = conditions::missed(known.missed.as_deref().unwrap_or_default());
    found.extend(missed.iter().map(|it| it.finding("schedule")));
    let outlets = known.outlets.as_deref().unwrap_or_default();
    let down = conditions::down(outlets, watch, clock::now());
    found.extend(down.iter().map(|it| it.finding("outlet")));
    let file = folder.database();
    if file.exists() {
        match Db::open_reading(&file).await {
            Ok(db) => found.extend(store(folder, db, held).await),
            Err(fault) => found.push(Finding::of("store", &fault)),
        }
    } else {
        let advice = "put it back from your backup; see clerkwork backup --help";
        found.push(Finding::bad("store", "clerkwork.db is not there", advice));
    }
    found.extend(settings::schedules(folder, None)?);
    found.extend(settings::calendars(folder, None, clock::today())?);
    found.extend(settings::policies(folder, None));
    found.extend(settings::retention(folder));
    found.extend(settings::hand_out(folder));
    Ok(found)
}

/// Each look is taken even if the one before it failed.
async fn store(folder: &Folder, db: Db, held: Vec<(u64, Hash)>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut take = |about: &'static str, looked: Result<Vec<Finding>>| match looked {
        Ok(findings) => found.extend(findings),
        Err(fault) => found.push(Finding::of(about, &fault)),
    };
    take("store", stored::integrity(&db).await);
    take("keys", settings::right_key(folder, &db).await.map(|it| it.into_iter().collect()));
    take("log", log(folder, &db, held).await);
    take("leases", stored::leases(folder, &db).await);
    take("bots", stopped(&db).await);
    let off = conditions::webhook_off(&db).await;
    take("alerts", off.map(|off| off.iter().map(|it| it.finding("alerts")).collect()));
    match Store::open_reading(folder).await {
        Ok(store) => {
            take("totals", stored::totals(&store).await);
            take("batches", stored::batches(folder, &store).await);
            take("payments", late(&store).await);
            take("put off", looks(&store).await);
        }
        Err(_) => take("totals", Ok(vec![unseen()])),
    }
    found
}

fn unseen() -> Finding {
    let advice = "put the master key back, and run clerkwork doctor again";
    Finding::warning("totals", "batches were not looked at, for want of the master key", advice)
}

async fn late(store: &Store) -> Result<Vec<Finding>> {
    let late = conditions::payments(store, clock::today()).await?;
    Ok(late.iter().map(|it| it.finding("payments")).collect())
}

async fn looks(store: &Store) -> Result<Vec<Finding>> {
    let late = conditions::looks(store, clock::today()).await?;
    Ok(late.iter().map(|it| it.finding("put off")).collect())
}

async fn stopped(db: &Db) -> Result<Vec<Finding>> {
    let found = stops::stopped(db).await?.into_iter().map(|stop| {
        let advice =
            format!("when it may work again: clerkwork bots start {} --why \"...\"", stop.bot);
        Finding::warning("bots", format!("{} was stopped by {}", stop.bot, stop.by), advice)
    });
    Ok(found.collect())
}

/// The log: as it was written, as its checkpoints say, and as those say who hold its head outside.
async fn log(folder: &Folder, db: &Db, held: Vec<(u64, Hash)>) -> Result<Vec<Finding>> {
    let many = held.len();
    let newest = job_log::newest_checkpoint(db).await?;
    let report = job_log::verify(db, folder, Check { held, ..Check::default() }, |_| {}).await?;
    if !report.sound {
        let message = report.message.unwrap_or_default();
        return Ok(vec![conditions::log(&message).finding("log")]);
    }
    let root = report.root.unwrap_or_default();
    let mut found =
        vec![Finding::ok("log", format!("the job log is sound: {}:{root}", report.entries))];
    if many > 0 {
        found.push(Finding::ok("log", "it agrees with what was held outside"));
    }
    let signed = match (newest, job_log::signing_key(folder)) {
        (Some(note), Ok(key)) => Checkpoint::open(&note, &[key.verifier().clone()]).ok(),
        _ => None,
    };
    let size = signed.map_or(0, |head| head.size);
    let behind = report.entries.saturating_sub(size);
    found.push(if behind == 0 {
        Finding::ok("log", "its newest checkpoint covers every entry")
    } else if size == 0 {
        Finding::ok("log", "no checkpoint is signed yet: the first run signs one")
    } else {
        Finding::warning(
            "log",
            format!("{behind} entries since the newest checkpoint are not signed yet"),
            "the next run signs them; a run that was killed leaves them so",
        )
    });
    Ok(found)
}

/// Files and the disk they lie on.
fn files(folder: &Folder, watch: &Watch) -> Vec<Finding> {
    let root = folder.root();
    let mut found = Vec::new();
    if let Ok(about) = root.metadata() {
        let mode = about.permissions().mode();
        if mode & 0o007 != 0 {
            found.push(Finding::warning(
                "permissions",
                format!(
                    "everybody on this host may enter the data folder: its mode is {:o}",
                    mode & 0o777
                ),
                format!("chmod 700 {}", root.display()),
            ));
        } else {
            found.push(Finding::ok("permissions", "the data folder is closed to others"));
        }
        let me = rustix::process::geteuid().as_raw();
        if about.uid() != me && me != 0 {
            found.push(Finding::warning(
                "permissions",
                "the data folder belongs to another user than the one who asks",
                "run clerkwork as the user who owns the folder",
            ));
        }
    }
    if let Some(free) = conditions::free_mb(root) {
        found.push(match conditions::disk(free, watch, false) {
            Some(low) => low.finding("disk"),
            None => Finding::ok("disk", format!("{free} MB are free on the disk")),
        });
    }
    let mut wal = folder.database().into_os_string();
    wal.push("-wal");
    let wal = std::fs::metadata(wal).map_or(0, |file| file.len());
    let says = format!("the write-ahead log has {} MB", wal / MEGABYTE);
    found.push(if wal > LARGE_WAL {
        let advice = "something has the store open and reads for long: see which clerkwork runs";
        Finding::warning("disk", says, advice)
    } else {
        Finding::ok("disk", says)
    });
    found
}
