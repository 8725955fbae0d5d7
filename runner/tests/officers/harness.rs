//! A data folder with a store, made by the program itself, and items brought into any state by the
//! same function that the program moves them with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use clerkwork_bots::kit::{Need, Policy, Registered};
use clerkwork_runner::acts::Acting;
use clerkwork_runner::ids::{BatchId, ItemId};
use clerkwork_runner::job_log::{self, Actor, Check, Entry, Kind};
use clerkwork_runner::operate::{self, As, Following};
use clerkwork_runner::settings::Folder;
use clerkwork_runner::state::Item;
use clerkwork_runner::store::Store;
use clerkwork_runner::store::items::{NewRuling, insert_rulings};
use clerkwork_runner::store::moves::{self, Move, Moved};
use clerkwork_runner::store::payload::{Label, seal};
use jiff::civil::{Date, date};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_clerkwork");
pub(crate) const TODAY: Date = date(2026, 1, 12);

pub(crate) struct Office {
    _scratch: tempfile::TempDir,
    pub(crate) root: PathBuf,
    pub(crate) folder: Arc<Folder>,
    pub(crate) store: Arc<Store>,
}

/// A form that is decided as it stands; `with` changes cells of it.
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    pub(crate) fn new(n: usize) -> Self {
        let columns = &bot().template().columns;
        let cells = columns.iter().map(|column| (column.header.clone(), column.example.clone()));
        let form = Self(cells.collect());
        form.with("Reference", &format!("REF-{n:04}"))
            .with("SCN", &format!("{}", 100_000_000 + n))
            .with("Child forename", &format!("Child{}", letters(n)))
    }

    pub(crate) fn with(mut self, header: &str, value: &str) -> Self {
        assert!(self.0.insert(header.to_owned(), value.to_owned()).is_some(), "{header}");
        self
    }

    /// Earnings above the limit: a refusal is recommended, of meals and grant.
    pub(crate) fn refused(n: usize) -> Self {
        Self::new(n).with("UC net earnings", "4321.09")
    }

    /// A ground outside the law's list: nobody knows whether meals are due.
    pub(crate) fn unclear(n: usize) -> Self {
        Self::new(n).with("Basis", "Other")
    }
}

fn letters(n: usize) -> String {
    n.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).collect()
}

pub(crate) fn bot() -> &'static Registered {
    clerkwork_bots::find("free-school-meals").unwrap()
}

pub(crate) fn actor(name: &str) -> Actor {
    Actor { id: format!("officer:{name}"), kind: "person" }
}

impl Office {
    pub(crate) async fn open() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("data");
        let council = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/council");
        let made = Command::new(PROGRAM)
            .args(["init".as_ref(), root.as_os_str(), "--council".as_ref(), council.as_os_str()])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let store = store(&root).await;
        let folder = Arc::new(Folder::find(Some(&root)).unwrap());
        Self { _scratch: scratch, root, folder, store }
    }

    /// The command line; its exit code, standard output and standard error.
    pub(crate) fn clerkwork(&self, arguments: &[&str]) -> (i32, String, String) {
        let Output { status, stdout, stderr } =
            Command::new(PROGRAM).arg("--data").arg(&self.root).args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    /// Runs a sheet of these forms, each of which becomes an item; row 2 is the first.
    pub(crate) fn run(&self, forms: &[Form]) -> BatchId {
        let answer = self.run_any(forms);
        assert_eq!(answer["items"], forms.len(), "{answer}");
        BatchId(answer["batch"].as_i64().unwrap())
    }

    /// Runs a sheet; what `run --json` answers.
    pub(crate) fn run_any(&self, forms: &[Form]) -> serde_json::Value {
        let headers: Vec<&str> =
            bot().template().columns.iter().map(|column| column.header.as_str()).collect();
        let mut csv = headers.join(",");
        for form in forms {
            let cells: Vec<String> =
                headers.iter().map(|header| format!("\"{}\"", form.0[*header])).collect();
            csv.push_str(&format!("\n{}", cells.join(",")));
        }
        let file = self.root.with_file_name("forms.csv");
        std::fs::write(&file, csv).unwrap();
        let input = file.to_str().unwrap();
        let (code, out, err) = self.clerkwork(&[
            "run",
            "free-school-meals",
            "--input",
            input,
            "--lookup",
            "school-roll=none",
            "--json",
        ]);
        assert!(code == 0 || code == 3, "{out}{err}");
        serde_json::from_str(&out).unwrap()
    }

    pub(crate) fn acting(&self, why: &str) -> Acting<'_> {
        Acting::new(&self.folder, &self.store, actor("Ann Bell"), why).unwrap()
    }

    pub(crate) fn policy(&self) -> Arc<Policy> {
        let folder = Folder::find(Some(&self.root)).unwrap();
        Arc::new(bot().policy(folder.overlay("free-school-meals").unwrap().as_deref()).unwrap())
    }

    /// A new item that follows a done one, in a batch of its own, brought into this state.
    pub(crate) async fn item_in(&self, done: ItemId, state: Item) -> ItemId {
        let asked = Following {
            earlier: done,
            kind: As::Review,
            set: &[],
            schedule: "free-school-meals",
            lookups: &BTreeMap::from([("school-roll".to_owned(), "none".to_owned())]),
            today: TODAY,
            due: None,
        };
        let acting = self.acting("to look at it again");
        let policy = self.policy();
        let followed = operate::follow(&acting, &self.store, bot(), &policy, &asked).await.unwrap();
        let path: &[Item] = match state {
            Item::Ready => &[],
            Item::Decided => &[Item::Decided],
            Item::Posting => &[Item::Decided, Item::Posting],
            Item::Waiting => &[Item::Decided, Item::Posting, Item::Waiting],
            Item::Referred => &[Item::Referred],
            Item::Failed => &[Item::Failed],
            Item::Postponed => &[Item::Postponed],
            Item::Done => &[Item::Done],
            Item::ByHand => &[Item::Failed, Item::ByHand],
            Item::Cancelled => &[Item::Cancelled],
        };
        self.rule_as(done, followed.item).await;
        let mut from = Item::Ready;
        for to in path {
            self.step(followed.item, from, *to).await;
            from = *to;
        }
        followed.item
    }

    /// Gives an item the ruling of another, which now needs a person.
    async fn rule_as(&self, from: ItemId, item: ItemId) {
        let mut payload = self.store.rulings(from).await.unwrap().pop().unwrap().payload;
        payload.ruling.needs.push(Need::new("review-asked", "Look at it again."));
        let (key, _) = self.store.case(item).await.unwrap();
        let sealed = seal(&key, Label::Ruling, item, &payload).unwrap();
        let mut tx = self.store.db.begin().await.unwrap();
        let ruling = NewRuling { item, n: 1, sealed: sealed.bytes };
        insert_rulings(&mut tx, vec![ruling], "free-school-meals").await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn step(&self, item: ItemId, from: Item, to: Item) {
        let actor = Actor { id: "free-school-meals".to_owned(), kind: "bot" };
        let entry = Entry::new(Kind::ItemMoved, &actor).item(item).item_move(from, to);
        let step = Move { item, from, to, reason: String::new(), award: true, ruling: 1 };
        let mut tx = self.store.db.begin().await.unwrap();
        let moved =
            moves::items(&mut tx, item.batch(), None, &[step], vec![entry.write()], &actor).await;
        assert_eq!(moved.unwrap(), Moved::All);
        tx.commit().await.unwrap();
    }

    pub(crate) async fn state(&self, item: ItemId) -> Item {
        self.store.item(item).await.unwrap().state
    }

    pub(crate) async fn log_size(&self) -> u64 {
        job_log::head(&self.store.db).await.unwrap().size
    }

    /// The log entries of an item, as JSON.
    pub(crate) async fn entries(&self, item: ItemId) -> Vec<serde_json::Value> {
        let stored = job_log::of(&self.store.db, item.0, item.0, 0, 100).await.unwrap();
        stored.iter().map(|entry| serde_json::from_slice(&entry.bytes).unwrap()).collect()
    }

    /// The log verifies and every batch's totals balance.
    pub(crate) async fn is_sound(&self) {
        let folder = Folder::find(Some(&self.root)).unwrap();
        let report = job_log::verify(&self.store.db, &folder, Check::default(), |_| {}).await;
        let report = report.unwrap();
        assert!(report.sound, "{report}");
        for batch in self.store.batches(false, 1000).await.unwrap() {
            assert!(batch.totals.balance(), "batch {}: {:?}", batch.id, batch.totals);
        }
    }
}

/// Another hand on the same store, as another process has it.
pub(crate) async fn store(root: &Path) -> Arc<Store> {
    Arc::new(Store::open(&Folder::find(Some(root)).unwrap()).await.unwrap())
}
