//! A sheet that somebody queued on the page becomes a batch of theirs, whoever died on the way.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clerkwork_runner::job_log::Actor;
use clerkwork_runner::schedule;
use clerkwork_runner::settings::Folder;
use clerkwork_runner::state;
use clerkwork_runner::store::Store;
use clerkwork_runner::store::uploads as kept;
use clerkwork_runner::uploads::{About, Incoming, Uploads};
use tokio::runtime::Runtime;

use crate::harness::{Office, Running, Sheet};

/// How long a condition may take on a machine that is busy.
const LONGEST: Duration = Duration::from_mins(5);

#[test]
fn killed_between_upload_and_queue_it_is_begun_by_whoever_serves_next() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 40);
    office.edit("schedules/free-school-meals.toml", |text| {
        text.replace("approve_over = 500", "approve_over = 5")
    });
    fs::copy(&sheet.roll, office.data().join("rolls/school-roll.xlsx")).unwrap();
    let runtime = Runtime::new().unwrap();
    let by = Actor { id: "user:ann.bell".to_owned(), kind: "person" };
    runtime.block_on(async {
        let folder = Arc::new(Folder::find(Some(&office.data())).unwrap());
        let store = Arc::new(Store::open(&folder).await.unwrap());
        let desk = Uploads { folder: Arc::clone(&folder), store: Arc::clone(&store) };
        let schedule = schedule::find(&folder, "free-school-meals").unwrap();
        let mut incoming = Incoming::new(&folder).unwrap();
        assert!(incoming.take(&fs::read(&sheet.file).unwrap()).unwrap());
        let about = About { name: "Ann Example.xlsx".to_owned(), ..About::default() };
        let id = desk.keep(&schedule, incoming, &about, &by).await.unwrap();
        // It says that it is queued, and its process is killed before it is where it belongs.
        let mut tx = store.db.begin().await.unwrap();
        let steps = [
            (state::Upload::Checking, state::Upload::Checked),
            (state::Upload::Checked, state::Upload::Queued),
        ];
        for (from, to) in steps {
            assert!(kept::shift(&mut tx, id, from, to).await.unwrap());
        }
        tx.commit().await.unwrap();
        store.db.close().await;
    });
    let serving = Running::start(office.command(&["serve", "--no-page"]));
    let begun = Instant::now();
    let batch = loop {
        assert!(begun.elapsed() < LONGEST, "it was not begun");
        let opened = office.store();
        let batches = opened.wait(opened.store.batches(false, 10)).unwrap();
        match batches.first() {
            Some(batch) if batch.state == state::Batch::AwaitingApproval => break batch.clone(),
            _ => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    assert_eq!(batch.opened_by, by.id);
    assert_eq!(usize::try_from(batch.totals.rows).unwrap(), sheet.rows.len());
    let taken = office.data().join("taken/free-school-meals");
    while fs::read_dir(&taken).unwrap().count() > 0 {
        assert!(begun.elapsed() < LONGEST, "what was taken in is not removed");
        std::thread::sleep(Duration::from_millis(100));
    }
    serving.terminate();
    let ended = serving.end();
    assert_eq!(ended.code, 0, "{ended}");
    assert!(!ended.stdout.contains("Ann") && !ended.stderr.contains("Ann"), "{ended}");
    let opened = office.store();
    assert_eq!(opened.wait(opened.store.batches(false, 10)).unwrap().len(), 1);
    assert!(opened.wait(opened.store.uploads_of(&by.id, 10)).unwrap().is_empty());
    assert_eq!(fs::read_dir(office.data().join("uploads")).unwrap().count(), 0);
    office.log_is_sound();
}
