//! A council's data folder with its store, and the page over it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use tempfile::TempDir;
use tokio::sync::watch;

use super::Browser;
use super::sheets::{Row, sheet};
use crate::accounts::sessions;
use crate::clock;
use crate::connections::Connections;
use crate::ids::BatchId;
use crate::job_log::note::SecretKey;
use crate::job_log::{self, Actor};
use crate::people::{Person, Role};
use crate::run::{Request, Runner};
use crate::schedule;
use crate::settings::{self, Folder, Keys, Log, Page, Settings};
use crate::store::Store;
use crate::vault::Vault;
use crate::web::{App, router};

const MASTER: [u8; 32] = [1; 32];

/// The invented council's page.
pub(in crate::web) struct Site {
    pub(in crate::web) app: App,
    router: Router,
    stop: watch::Sender<bool>,
    _place: TempDir,
}

impl Site {
    /// A new folder, as `clerkwork init --council` makes it.
    pub(in crate::web) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A new folder, in which something is changed before anybody sees it.
    pub(in crate::web) async fn with(change: impl FnOnce(&Path)) -> Self {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        make(place.path(), &data);
        change(&data);
        let file = data.join("clerkwork.db");
        let made = Store::create(&file, Vault::new(&MASTER), &somebody()).await.unwrap();
        made.db.close().await;
        let folder = Arc::new(Folder::find(Some(&data)).unwrap());
        let store = Arc::new(Store::open(&folder).await.unwrap());
        let connections = Arc::new(Connections::of(&store));
        let (stop, stopped) = watch::channel(false);
        let app = App::new(folder, store, connections, stopped);
        Self { router: router(&app), app, stop, _place: place }
    }

    /// Tells the page to stop.
    pub(in crate::web) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Somebody who is not signed in.
    pub(in crate::web) fn nobody(&self) -> Browser {
        Browser { router: self.router.clone(), cookie: None, person: None }
    }

    /// Somebody with these roles, who sees the work of every bot.
    pub(in crate::web) async fn signed_in(&self, login: &str, roles: &[Role]) -> Browser {
        self.signed_in_seeing(login, roles, None).await
    }

    /// Somebody with these roles, who sees the work of these bots alone.
    pub(in crate::web) async fn signed_in_seeing(
        &self,
        login: &str,
        roles: &[Role],
        bots: Option<&[&str]>,
    ) -> Browser {
        let person = self.person(login, roles, bots).await;
        let token = sessions::begin(&self.app.store, &person, "a test").await.unwrap();
        let cookie = Some(format!("__Host-clerkwork={}", token.text()));
        Browser { router: self.router.clone(), cookie, person: Some(person) }
    }

    /// Somebody of that name, with an account. `ann.bell` is Ann Bell.
    pub(in crate::web) async fn person(
        &self,
        login: &str,
        roles: &[Role],
        bots: Option<&[&str]>,
    ) -> Person {
        let person = Person {
            id: 0,
            login: login.to_owned(),
            name: name_of(login),
            roles: roles.iter().copied().collect(),
            bots: bots.map(|bots| bots.iter().map(|bot| (*bot).to_owned()).collect()),
        };
        let mut tx = self.app.store.db.begin().await.unwrap();
        let id = sqlx::query_scalar(
            "INSERT INTO person (login, name, roles, bots, created_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $5) RETURNING id",
        )
        .bind(&person.login)
        .bind(&person.name)
        .bind(person.roles.to_string())
        .bind(bots.map(|bots| bots.join(" ")))
        .bind(clock::micros())
        .fetch_one(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        Person { id, ..person }
    }

    /// Runs a sheet that somebody queued: over the schedule's limit it awaits somebody else.
    pub(in crate::web) async fn batch(
        &self,
        schedule: &str,
        sheet: &[u8],
        opened_by: &str,
    ) -> BatchId {
        let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        fs::write(file.path(), sheet).unwrap();
        let request = Request {
            schedule: schedule::find(&self.app.folder, schedule).unwrap(),
            input: Some(file.path().to_owned()),
            name: Some("sheet.csv".to_owned()),
            output: None,
            lookups: std::collections::BTreeMap::default(),
            again: false,
            dry_run: false,
            opened_by: Some(opened_by.to_owned()),
            queued: true,
            today: clock::today(),
        };
        let app = self.app.clone();
        let stop = self.stop.subscribe();
        let runtime = tokio::runtime::Handle::current();
        // A run cannot be moved from one thread to another.
        let ran = tokio::task::spawn_blocking(move || {
            runtime.block_on(async move {
                let (folder, store) = (Arc::clone(&app.folder), Arc::clone(&app.store));
                let connections = Arc::clone(&app.connections);
                let silent = Arc::new(|_| {});
                let runner =
                    Runner::new(folder, connections, store, somebody(), request, silent, stop);
                runner.await?.run().await
            })
        });
        ran.await.unwrap().unwrap().expect("a sheet has a batch").batch
    }

    /// Runs a batch of this schedule, whose rows differ so from the template's example. In a batch
    /// of `rent-accounts`, item 1 is the second row, for the first is the header.
    pub(in crate::web) async fn batch_of(&self, schedule: &str, rows: &[Row<'_>]) -> BatchId {
        let bot = schedule::find(&self.app.folder, schedule).unwrap().bot;
        self.batch(schedule, sheet(&bot, rows).as_bytes(), "os:runner@host").await
    }

    /// Everything in the job log, as it would be exported: for looking what stands there, and what
    /// does not.
    pub(in crate::web) async fn log(&self) -> Vec<serde_json::Value> {
        let entries = job_log::read(&self.app.store.db, 0, i64::MAX).await.unwrap();
        entries.iter().map(|entry| serde_json::from_slice(&entry.bytes).unwrap()).collect()
    }

    /// Entries of this kind.
    pub(in crate::web) async fn logged(&self, kind: &str) -> Vec<serde_json::Value> {
        self.log().await.into_iter().filter(|entry| entry["kind"] == kind).collect()
    }
}

/// The folder with what `init` puts there.
fn make(place: &Path, data: &Path) {
    for made in
        ["policy", "schedules", "calendars", "look", "inbox", "outbox", "rolls", "originals"]
    {
        fs::create_dir_all(data.join(made)).unwrap();
    }
    fs::create_dir(data.join("locks")).unwrap();
    for (name, text) in schedule::DEFAULTS {
        fs::write(data.join("schedules").join(format!("{name}.toml")), text).unwrap();
    }
    let council = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/council"));
    for name in ["council.toml", "retention.toml"] {
        fs::copy(council.join(name), data.join(name)).unwrap();
    }
    for folder in ["policy", "schedules", "calendars", "look"] {
        for file in council.join(folder).read_dir().unwrap() {
            let file = file.unwrap().path();
            let name = file.file_name().unwrap();
            fs::copy(&file, data.join(folder).join(name)).unwrap();
        }
    }
    let origin = "clerkwork-test/joblog";
    let log_key = SecretKey::from_seed(origin, &[2; 32]).unwrap();
    let (master, log) = (place.join("master.key"), place.join("log.key"));
    fs::write(&master, settings::encode_key(&MASTER)).unwrap();
    fs::write(&log, format!("{}\n", log_key.to_text().as_str())).unwrap();
    let settings = Settings {
        keys: Keys { master, log },
        log: Log { origin: origin.to_owned() },
        page: Page::default(),
    };
    Folder::write_settings(data, &settings).unwrap();
    fs::write(data.join("log.vkey"), format!("{}\n", log_key.verifier())).unwrap();
}

fn somebody() -> Actor {
    Actor { id: "os:runner@host".to_owned(), kind: "person" }
}

fn name_of(login: &str) -> String {
    let names = login.split('.').map(|name| {
        let mut letters = name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    names.collect::<Vec<_>>().join(" ")
}
