//! The second person's word. The release is written down before the file is: whoever dies between the
//! two releases the same file again, and the same bytes are written, for no payment is released twice.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

use super::layout::Layout;
use super::make::sums;
use super::settings::Settings;
use super::words;
use crate::error::{Error, Result};
use crate::job_log::{Actor, Entry, Kind};
use crate::settings::Folder;
use crate::settings::names::Names;
use crate::state::{Payment as State, PaymentFile};
use crate::store::Store;
use crate::store::payments::{About, File, Filter, Opened, Step, move_file, move_payments};

/// A released file.
#[derive(Debug)]
pub struct Released {
    /// As it stands now.
    pub file: File,
    /// Where it lies.
    pub path: PathBuf,
    /// It had been released before; it was only written again.
    pub already: bool,
}

/// Releases a file that somebody else made, and writes it.
pub async fn release(
    folder: &Folder,
    store: &Store,
    actor: &Actor,
    id: i64,
    why: &str,
) -> Result<Released> {
    let why = words(why)?;
    let settings = Settings::of(folder)?;
    let place = folder.inside(&settings.folder)?;
    let file = store.payment_file(id).await?;
    let already = match file.state {
        PaymentFile::Awaiting => false,
        PaymentFile::Released => true,
        PaymentFile::Cancelled => {
            return Err(Error::usage(
                format!("payments file {id} was cancelled"),
                "its payments are due again: make a new file with clerkwork payments make",
            ));
        }
    };
    known(store, &place).await?;
    let filter = Filter { file: Some(id), ..Filter::default() };
    let rows = store.payments_opened(&filter).await?;
    let bytes = bytes(&file, &rows)?;
    let sha256 = Sha256::digest(&bytes).to_vec();
    if already {
        if file.sha256.as_ref() != Some(&sha256) {
            return Err(Error::failed(
                format!("payments file {id} cannot be written again as it was released"),
                "take the copy that was kept; its hash is in the job log",
            ));
        }
    } else {
        second(store, actor, &folder.council.people, &settings, &file, &rows).await?;
        let steps: Vec<Step> = rows.iter().map(|it| it.payment.step(State::Released, "")).collect();
        let mut tx = store.db.begin().await?;
        move_payments(&mut tx, &steps, actor).await?;
        let entry = Entry::new(Kind::PaymentFileMoved, actor);
        let entry =
            store.payment_act(&mut tx, About::File(id), "release", actor, why, entry).await?;
        move_file(&mut tx, id, PaymentFile::Released, Some(&sha256), actor, entry).await?;
        tx.commit().await?;
    }
    let path = place.join(name(id));
    put(&place, &path, &bytes)?;
    Ok(Released { file: store.payment_file(id).await?, path, already })
}

/// Cancels a file that was not released: its payments are due again.
pub async fn cancel(store: &Store, actor: &Actor, id: i64, why: &str) -> Result<File> {
    let why = words(why)?;
    let filter = Filter { file: Some(id), states: vec![State::Awaiting], ..Filter::default() };
    let rows = store.payments(&filter, None).await?;
    let steps: Vec<Step> = rows.iter().map(|it| it.step(State::Due, "")).collect();
    store.payment_file(id).await?;
    let mut tx = store.db.begin().await?;
    let entry = Entry::new(Kind::PaymentFileMoved, actor);
    let entry = store.payment_act(&mut tx, About::File(id), "cancel", actor, why, entry).await?;
    move_file(&mut tx, id, PaymentFile::Cancelled, None, actor, entry).await?;
    move_payments(&mut tx, &steps, actor).await?;
    tx.commit().await?;
    store.payment_file(id).await
}

/// Is it somebody who may, and is it still what was made?
async fn second(
    store: &Store,
    actor: &Actor,
    names: &Names,
    settings: &Settings,
    file: &File,
    rows: &[Opened],
) -> Result<()> {
    let id = file.id;
    another(names, &file.made_by, actor, &format!("payments file {id} was made by you"))?;
    for submitter in store.submitters_of(id).await? {
        let what = format!("payments file {id} pays for a batch that you submitted");
        another(names, &submitter, actor, &what)?;
    }
    if sums(&rows.iter().collect::<Vec<_>>())? != file.sums {
        return Err(Error::usage(
            format!("payments in file {id} fell away since it was made"),
            format!("cancel it, and make it anew: clerkwork payments cancel {id} --why \"...\""),
        ));
    }
    let over = |limit: Decimal, pence: i64| Decimal::new(pence, 2) > limit;
    let release = &settings.release;
    let large = over(release.higher_over_file.0, file.sums.pence)
        || rows.iter().any(|it| over(release.higher_over_payment.0, it.payment.pence));
    if large && !release.higher.contains(&actor.id) {
        return Err(Error::usage(
            format!(
                "payments file {id} is over a limit: a payment over £{:.2}, or over £{:.2} in all",
                release.higher_over_payment.0, release.higher_over_file.0
            ),
            format!("a higher approver releases it: {}", release.higher.join(", ")),
        ));
    }
    Ok(())
}

/// Refuses unless whoever acts is another person than this one.
fn another(names: &Names, first: &str, actor: &Actor, what: &str) -> Result<()> {
    match names.are_two(first, &actor.id) {
        Some(true) => Ok(()),
        Some(false) => {
            Err(Error::usage(what, "a second person releases it: somebody else who may"))
        }
        None => {
            let os = if first.starts_with("os:") { first } else { &actor.id };
            Err(Error::usage(
                format!("nobody can say whether {first} and {} are two people", actor.id),
                format!(
                    "say in council.toml whose login on the page that is: under [people], \
                     \"{os}\" = \"user:LOGIN\""
                ),
            ))
        }
    }
}

fn bytes(file: &File, rows: &[Opened]) -> Result<Vec<u8>> {
    let mut all = Vec::with_capacity(rows.len());
    for it in rows {
        let payee = it.payee.as_ref().ok_or_else(|| {
            Error::usage(
                format!("whom payment {} goes to has been erased", it.payment.id),
                format!("cancel the file, and withdraw it: clerkwork payments cancel {}", file.id),
            )
        })?;
        all.push((&it.payment, payee));
    }
    Ok(Layout::of(&file.layout)?.bytes(all.into_iter()))
}

fn name(id: i64) -> String {
    format!("payments-{id}.csv")
}

/// A released file that lies there and that this store does not know was released by a later state
/// of it: the store was put back from an older copy, and would pay the same again.
async fn known(store: &Store, place: &Path) -> Result<()> {
    let listed = match std::fs::read_dir(place) {
        Ok(listed) => listed,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(fault) => return Err(Error::io("looking at the released files")(fault)),
    };
    let ours = store.payment_files(i64::MAX).await?;
    for entry in listed {
        let entry = entry.map_err(Error::io("looking at the released files"))?;
        let file = entry.file_name().to_string_lossy().into_owned();
        let number = file.strip_prefix("payments-").and_then(|it| it.strip_suffix(".csv"));
        let Some(id) = number.and_then(|number| number.parse::<i64>().ok()) else { continue };
        let bytes = std::fs::read(entry.path()).map_err(Error::io(format!("reading {file}")))?;
        let sha256 = Sha256::digest(&bytes).to_vec();
        let same = ours.iter().any(|it| it.id == id && it.sha256.as_ref() == Some(&sha256));
        if !same {
            return Err(Error::usage(
                format!("{file} was released, and this store does not know of it"),
                "the store was put back from an older copy, or the file was changed: nothing is \
                 released until somebody has seen what was paid; docs/payments.md says how",
            ));
        }
    }
    Ok(())
}

/// Whole or not at all, and for nobody but its owner and their group: a colleague who releases the
/// next one reads it.
fn put(place: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    let wrong = || Error::io("writing the payments file");
    std::fs::create_dir_all(place).map_err(wrong())?;
    let temporary = path.with_extension("csv.part");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o640)
        .open(&temporary)
        .map_err(wrong())?;
    file.write_all(bytes).map_err(wrong())?;
    file.sync_all().map_err(wrong())?;
    std::fs::rename(&temporary, path).map_err(wrong())?;
    std::fs::File::open(place).and_then(|place| place.sync_all()).map_err(wrong())
}
