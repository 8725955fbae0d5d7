//! The store of a data folder, opened through the library.

use std::future::Future;
use std::path::Path;

use clerkwork_runner::ids::BatchId;
use clerkwork_runner::settings::Folder;
use clerkwork_runner::store::Store;
use clerkwork_runner::store::items::{Filter, Listed};

/// An opened data folder, with the runtime that its connections live in.
pub(crate) struct Opened {
    /// The folder.
    pub(crate) folder: Folder,
    /// The store.
    pub(crate) store: Store,
    runtime: tokio::runtime::Runtime,
}

impl Opened {
    pub(crate) fn of(data: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let folder = Folder::find(Some(data)).unwrap();
        let store = runtime.block_on(Store::open(&folder)).unwrap();
        Self { folder, store, runtime }
    }

    /// Waits for a future that uses the store.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Every item of a batch.
    pub(crate) fn items(&self, batch: i64) -> Vec<Listed> {
        let filter = Filter { batch: Some(BatchId(batch)), limit: i64::MAX, ..Filter::default() };
        self.wait(self.store.items(&filter)).unwrap()
    }
}
