//! A real store, time as the test says, and jobs that count how often they are begun.

mod asked;
mod edits;
mod once;
mod overlap;
mod stopped;

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use tempfile::TempDir;
use tokio::sync::Notify;

use super::*;
use crate::job_log::{self, hex};
use crate::settings::{Keys, Log, Page, Settings};
use crate::store::fires;
use crate::vault::Vault;

/// What a job does with its run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It ends at once.
    AtOnce,
    /// It goes on until the test ends it.
    GoesOn,
    /// It is asked to begin, and its process is killed before it has.
    Dies,
}

/// Counts.
struct Counting {
    store: Arc<Store>,
    way: Way,
    files: AtomicI64,
    begun: Mutex<Vec<Timestamp>>,
    asked: Notify,
}

impl Jobs for Counting {
    fn waiting<'a>(&'a self, _: &'a Schedule) -> Answer<'a, Option<i64>> {
        let files = self.files.load(Ordering::SeqCst);
        Box::pin(async move { Ok(Some(files)) })
    }

    fn busy<'a>(&'a self, _: &'a Schedule) -> Answer<'a, bool> {
        Box::pin(async { Ok(false) })
    }

    fn begin<'a>(&'a self, schedule: &'a Schedule, due: Timestamp) -> Answer<'a, ()> {
        Box::pin(async move {
            if self.way == Way::Dies {
                self.asked.notify_one();
                std::future::pending::<()>().await;
            }
            self.begun.lock().unwrap().push(due);
            if self.way == Way::AtOnce {
                self.store.fire_ended(&schedule.name, due, &Ended::default(), due).await?;
            }
            Ok(())
        })
    }
}

/// A data folder with one schedule that runs at times, `work`.
struct Place {
    folder: TempDir,
}

impl Place {
    async fn new(when: &str) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let keys = place.folder.path().join("keys");
        let keys = Keys { master: keys.clone(), log: keys };
        let settings =
            Settings { keys, log: Log { origin: "test".to_owned() }, page: Page::default() };
        Folder::write_settings(place.folder.path(), &settings).unwrap();
        for made in ["schedules", "calendars"] {
            fs::create_dir(place.folder.path().join(made)).unwrap();
        }
        // Those that the program carries run when they are asked to.
        for (name, text) in crate::schedule::DEFAULTS {
            let (before, rest) = text.split_once("[when]").unwrap();
            let after = &rest[rest.find("[limits]").unwrap()..];
            place.put(&format!("schedules/{name}.toml"), &format!("{before}{after}"));
        }
        place.work(when);
        let file = place.folder.path().join("clerkwork.db");
        Store::create(&file, Vault::new(&[1; 32]), &actor()).await.unwrap().db.close().await;
        place
    }

    fn put(&self, path: &str, text: &str) {
        fs::write(self.folder.path().join(path), text).unwrap();
    }

    /// Writes the schedule with this `[when]`.
    fn work(&self, when: &str) {
        let text = format!(
            "bot = \"rent-accounts\"\n[source]\nconnector = \"spreadsheet\"\n\
             path = \"inbox/work/*.xlsx\"\n[when]\ntime_zone = \"Europe/London\"\n{when}\n"
        );
        self.put("schedules/work.toml", &text);
    }

    /// A process that serves, whose jobs go this way.
    async fn serve(&self, way: Way) -> Serving {
        let folder = Arc::new(Folder::find(Some(self.folder.path())).unwrap());
        let file = folder.database();
        let db = crate::db::Db::open(&file, false).await.unwrap();
        let store = Arc::new(Store::of(db, Vault::new(&[1; 32])));
        let jobs = Arc::new(Counting {
            store: Arc::clone(&store),
            way,
            files: AtomicI64::new(1),
            begun: Mutex::new(Vec::new()),
            asked: Notify::new(),
        });
        let holder = Arc::new(Holder::register(self.folder.path()).unwrap());
        let given: Arc<dyn Jobs> = Arc::<Counting>::clone(&jobs);
        let scheduler = Scheduler::new(folder, Arc::clone(&store), holder, actor(), given, LATE);
        Serving { scheduler, jobs, store }
    }
}

/// A process that serves; it dies when dropped.
struct Serving {
    scheduler: Scheduler,
    jobs: Arc<Counting>,
    store: Arc<Store>,
}

impl Serving {
    async fn at(&mut self, now: &str) -> Ticked {
        self.scheduler.tick(time(now)).await.unwrap()
    }

    /// Ticks from one moment to another, every so many minutes.
    async fn through(&mut self, from: &str, to: &str, minutes: i64) {
        let (mut now, to) = (time(from), time(to));
        while now <= to {
            self.scheduler.tick(now).await.unwrap();
            now = now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        }
    }

    /// What was begun by this process, in order.
    fn begun(&self) -> Vec<String> {
        self.jobs.begun.lock().unwrap().iter().map(ToString::to_string).collect()
    }

    /// How many due times are in each of these states.
    async fn count(&self, state: Firing) -> usize {
        let all = fires::newest(&self.store.db, "work", i64::MAX).await.unwrap();
        all.iter().filter(|fire| fire.state == state).count()
    }

    /// Entries of this kind: when due, and how many.
    async fn entries(&self, kind: &str) -> Vec<(String, i64)> {
        let entries = job_log::read(&self.store.db, 0, i64::MAX).await.unwrap();
        let entries = entries.iter().map(|entry| {
            let entry: serde_json::Value = serde_json::from_slice(&entry.bytes).unwrap();
            entry
        });
        entries
            .filter(|entry| entry["kind"] == kind)
            .map(|entry| {
                assert_eq!(entry["schedule"], "work", "{entry}");
                let due = entry["due"].as_str().unwrap().to_owned();
                (due, entry["count"].as_i64().unwrap_or(-1))
            })
            .collect()
    }

    async fn end(&self, due: &str) {
        let ended = Ended::default();
        self.store.fire_ended("work", time(due), &ended, time(due)).await.unwrap();
    }
}

fn actor() -> Actor {
    Actor { id: hex(b"test"), kind: "runner" }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// `[when]` with a cron line, and what else stands there.
fn cron(line: &str, rest: &str) -> String {
    format!("cron = \"{line}\"\n{rest}")
}
