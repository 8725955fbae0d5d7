//! Sheets that people upload: received, checked, matched, tried, and queued through the same door as
//! a watched folder's files; or discarded, or gone when their time is over.
//!
//! An upload lies sealed under `DATA/uploads/` under a name that tells nothing. What is written here
//! unsealed meanwhile is a file without a name, which goes with its process, or a hidden one that the
//! next look removes.
//!
//! | file | job |
//! |---|---|
//! | `incoming` | a file as it comes in |
//! | `check` | what is wrong with it, row by row |
//! | `trial` | what would come of its first rows |
//! | `sweep` | queued files to their place, old ones away |

mod check;
mod incoming;
mod sweep;
mod trial;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clerkwork_bots::kit::Registered;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use check::{Found, RowFault, TOLD, check};
pub use incoming::{Incoming, LARGEST};
pub use sweep::{KEPT, place, sweep};
pub use trial::{SHOWN, Trial, TriedRow, WorkingLine, try_rows};

use crate::error::{Error, Result};
use crate::inbox::Queued;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::originals;
use crate::schedule::{self, Schedule};
use crate::settings::Folder;
use crate::state;
use crate::store::uploads::{self, NewUpload, Part, Upload};
use crate::store::{Store, matches};
use crate::vault::ItemKey;

/// Uploads that one person may have at a time; each may be 50 MB.
const AT_ONCE: i64 = 50;

/// Whose uploads, and where.
#[derive(Clone)]
pub struct Uploads {
    /// The data folder.
    pub folder: Arc<Folder>,
    /// Its store.
    pub store: Arc<Store>,
}

/// What an upload is called, and what it is to be decided without. Personal.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct About {
    /// The name that its uploader gave the file.
    pub name: String,
    /// Lookups that it is decided without, and why.
    pub without: BTreeMap<String, String>,
}

impl Uploads {
    /// Keeps a file that came in, sealed. It is to be checked then.
    pub async fn keep(
        &self,
        schedule: &Schedule,
        incoming: Incoming,
        about: &About,
        actor: &Actor,
    ) -> Result<i64> {
        if self.store.uploads_of(&actor.id, AT_ONCE).await?.len() >= fits(AT_ONCE) {
            return Err(Error::usage(
                format!("you have {AT_ONCE} uploads that are neither queued nor discarded"),
                "discard those that you do not need",
            ));
        }
        let (source, bytes) = (incoming.sha256(), incoming.bytes());
        let (key, wrapped) = self.store.vault.new_key()?;
        let name = incoming.token().to_owned();
        let path = self.path(&name);
        let what = label(&name);
        let key = blocking(move || {
            originals::seal_as(&path, &what, &key, incoming.into_file()?)?;
            Ok(key)
        })
        .await?;
        let mut tx = self.store.db.begin().await?;
        let new = NewUpload {
            schedule: &schedule.name,
            bot: &schedule.bot,
            by: &actor.id,
            file: &name,
            source: &source,
            bytes,
            key: &wrapped,
        };
        let id = uploads::insert(&mut tx, &new).await?;
        uploads::keep_part(&mut tx, id, &key, Part::About, about).await?;
        let entry = Entry::new(Kind::UploadReceived, actor).of_schedule(&schedule.name);
        job_log::append(&mut tx, &[entry.sha256(&source)]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Remembers which columns of the schedule's sheets are which, and has the upload checked anew.
    pub async fn match_columns(
        &self,
        upload: &Upload,
        matched: &BTreeMap<String, String>,
        actor: &Actor,
    ) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        matches::keep(&mut tx, &upload.schedule, matched, actor).await?;
        if !uploads::shift(&mut tx, upload.id, upload.state, state::Upload::Checking).await? {
            return Err(moved(upload));
        }
        uploads::progress(&mut tx, upload.id, 0, [0; 3]).await?;
        tx.commit().await
    }

    /// Queues an upload. `false`: it is queued already, and nothing is done.
    ///
    /// When this says that it is queued it is so whatever happens to this process: whoever serves
    /// puts it in its place.
    pub async fn queue(&self, upload: &Upload, actor: &Actor) -> Result<bool> {
        let mut tx = self.store.db.begin().await?;
        let (from, to) = (state::Upload::Checked, state::Upload::Queued);
        if !uploads::shift(&mut tx, upload.id, from, to).await? {
            drop(tx);
            return match self.store.upload(upload.id).await?.map(|now| now.state) {
                Some(state::Upload::Queued) => Ok(false),
                _ => Err(moved(upload)),
            };
        }
        if !self.path(&upload.file).exists() {
            // A backup holds no uploads.
            return Err(Error::usage(
                "the file of that upload is not there",
                "discard it, and upload the sheet again",
            ));
        }
        let entry = Entry::new(Kind::UploadQueued, actor)
            .of_schedule(&upload.schedule)
            .sha256(&upload.source)
            .count(upload.good);
        job_log::append(&mut tx, &[entry]).await?;
        tx.commit().await?;
        place(self).await?;
        Ok(true)
    }

    /// Discards an upload that became no batch: nothing is left of it.
    pub async fn discard(&self, upload: &Upload, actor: &Actor) -> Result<()> {
        self.erase(upload, state::Upload::Discarded, actor).await
    }

    async fn erase(&self, upload: &Upload, to: state::Upload, actor: &Actor) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        if !uploads::shift(&mut tx, upload.id, upload.state, to).await? {
            return Err(moved(upload));
        }
        uploads::forget(&mut tx, upload.id).await?;
        let entry = Entry::new(Kind::UploadErased, actor)
            .of_schedule(&upload.schedule)
            .sha256(&upload.source)
            .reasons(vec![to.as_str().to_owned()]);
        job_log::append(&mut tx, &[entry]).await?;
        tx.commit().await?;
        self.remove(&upload.file)
    }

    /// The sealed file goes.
    fn remove(&self, name: &str) -> Result<()> {
        match std::fs::remove_file(self.path(name)) {
            Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io("removing an upload")(fault))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The schedule of an upload, with what people said of its columns.
    pub async fn schedule(&self, upload: &Upload) -> Result<(Schedule, &'static Registered)> {
        let mut schedule = schedule::find(&self.folder, &upload.schedule)?;
        schedule.source.also(matches::matched(&self.store.db, &schedule.name).await?);
        let bot = clerkwork_bots::find(&schedule.bot)
            .expect("a schedule without fault names an installed bot");
        Ok((schedule, bot))
    }

    /// Unseals an upload into a file.
    async fn unseal<W: Write + Send + 'static>(&self, upload: &Upload, mut out: W) -> Result<W> {
        let (path, what) = (self.path(&upload.file), label(&upload.file));
        let key: ItemKey = upload.key(&self.store)?;
        blocking(move || {
            originals::open_as(&path, &what, &key, &mut out)?;
            Ok(out)
        })
        .await
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    fn root(&self) -> PathBuf {
        self.folder.root().join("uploads")
    }
}

/// What stands beside a file among those that were taken.
fn queued(upload: &Upload, about: &About) -> Queued {
    Queued { by: upload.by.clone(), without: about.without.keys().cloned().collect() }
}

fn label(name: &str) -> String {
    format!("upload {name}")
}

fn moved(upload: &Upload) -> Error {
    Error::usage(
        format!("upload {} has moved on meanwhile", upload.id),
        "open it again, and see where it stands",
    )
}

fn fits(n: i64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|died| Error::failed(format!("working on an upload ended early: {died}"), ""))?
}
