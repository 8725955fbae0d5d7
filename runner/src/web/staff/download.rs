//! Files to download: made aside, read back piece by piece, gone when they are open.

use std::fs;
use std::path::{Path, PathBuf};

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use tempfile::TempDir;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use crate::error::{Error, Result};
use crate::web::{App, Fault};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv; charset=utf-8";
/// Bytes that are read at a time.
const PIECE: usize = 1 << 16;

/// Room for a file that is made to be downloaded.
pub(super) struct Aside {
    folder: TempDir,
    name: String,
}

impl Aside {
    /// Room for a file of that name.
    pub(super) fn new(app: &App, name: &str) -> Result<Self> {
        let doing = || Error::io("making room for a download");
        let root = app.folder.root().join("uploads");
        fs::create_dir_all(&root).map_err(doing())?;
        let folder = tempfile::Builder::new().prefix(".download-").tempdir_in(&root);
        Ok(Self { folder: folder.map_err(doing())?, name: name.to_owned() })
    }

    /// Where it is written.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    /// The file, on its way to the browser.
    pub(super) async fn send(self) -> Result<Response, Fault> {
        let path = self.path();
        let file = File::open(&path).await.map_err(Error::io("opening a download"))?;
        // It is open: its name is not needed any more.
        drop(self.folder);
        let pieces = stream::try_unfold(file, |mut file| async move {
            let mut piece = vec![0; PIECE];
            let n = file.read(&mut piece).await?;
            piece.truncate(n);
            Ok::<_, std::io::Error>((n > 0).then(|| (Bytes::from(piece), file)))
        });
        Ok(answer(&self.name, Body::from_stream(pieces)))
    }
}

/// A workbook that is made by a blocking function.
pub(super) async fn workbook(
    app: &App,
    name: &str,
    write: impl FnOnce(&Path) -> Result<()> + Send + 'static,
) -> Result<Response, Fault> {
    let aside = Aside::new(app, name)?;
    let path = aside.path();
    tokio::task::spawn_blocking(move || write(&path)).await.map_err(|_| {
        Error::failed("a fault in the program ended the download", "try it again")
    })??;
    aside.send().await
}

fn answer(name: &str, body: Body) -> Response {
    let kind = if name.to_lowercase().ends_with(".csv") { CSV } else { XLSX };
    // The names are our own: plain ASCII without quotation marks.
    let how = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, how)];
    (headers, body).into_response()
}
