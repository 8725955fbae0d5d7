//! The workbook of a batch with payments, read back.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clerkwork_bots::kit::{Registered, Ruling, Shown};
use clerkwork_connectors::spreadsheet::{Cell, Event, Limits, Reading};
use jiff::civil::date;
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use tempfile::TempDir;

use super::Report;
use crate::ids::{BatchId, ItemId};
use crate::job_log::{Actor, BotMark};
use crate::payments::acts::{What, act};
use crate::settings::Council;
use crate::state::Payment as State;
use crate::store::Store;
use crate::store::batches::Opening;
use crate::store::items::{NewRuling, insert_rulings};
use crate::store::payload::{CasePayload, Label, RulingPayload, seal};
use crate::store::payments::{
    Entitled, Filter, Payee, Payment, Step, Sum, Sums, entitle, move_payments,
};
use crate::store::rows::{NewItem, insert};
use crate::vault::{ItemKey, Vault};

const BATCH: BatchId = BatchId(4);
const PLACES: std::ops::RangeInclusive<i64> = 2..=8;

fn mark() -> BotMark {
    let (bot, manifest) = (bot(), bot().manifest());
    BotMark {
        name: manifest.name.to_owned(),
        sha256: bot.digest().to_owned(),
        version: manifest.version.to_owned(),
    }
}

fn bot() -> &'static Registered {
    clerkwork_bots::find("free-school-meals").unwrap()
}

fn actor() -> Actor {
    Actor { id: "os:clerk@desk".to_owned(), kind: "person" }
}

/// A store with a batch of seven items, each of which awards a grant of 150.00.
struct Desk {
    store: Arc<Store>,
    keys: BTreeMap<ItemId, ItemKey>,
    folder: TempDir,
}

impl Desk {
    async fn new(dry: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::new(&[1; 32]);
        let store = if dry {
            Store::throw_away(folder.path(), vault, BATCH, &actor()).await.unwrap()
        } else {
            Store::create(&folder.path().join("clerkwork.db"), vault, &actor()).await.unwrap()
        };
        let opening = Opening {
            id: Some(BATCH),
            schedule: "free-school-meals",
            bot: &mark(),
            policy: "",
            pattern: &[],
            source: &[7; 32],
            again: 0,
            lookups: &BTreeMap::new(),
            today: date(2026, 8, 1),
            due: None,
            follows: None,
            opened_by: None,
        };
        store.open_batch(&opening, &actor()).await.unwrap();
        let mut desk = Self { store: Arc::new(store), keys: BTreeMap::new(), folder };
        desk.items().await;
        desk
    }

    async fn items(&mut self) {
        let (mut items, mut rulings) = (Vec::new(), Vec::new());
        for place in PLACES {
            let id = BATCH.item(place);
            let (key, wrapped) = self.store.vault.new_key().unwrap();
            let case = CasePayload {
                reference: format!("00{place}"),
                case: RawValue::NULL.to_owned(),
                ..CasePayload::erased()
            };
            items.push(NewItem {
                id,
                row: place,
                follows: None,
                reference: Vec::new(),
                strong: None,
                weak: None,
                key: wrapped,
                sealed: seal(&key, Label::Case, id, &case).unwrap().bytes,
            });
            let sealed = seal(&key, Label::Ruling, id, &ruling()).unwrap().bytes;
            rulings.push(NewRuling { item: id, n: 1, sealed });
            self.keys.insert(id, key);
        }
        let mut tx = self.store.db.begin().await.unwrap();
        insert(&mut tx, BATCH, items, Vec::new(), 8, Vec::new()).await.unwrap();
        insert_rulings(&mut tx, rulings, "free-school-meals").await.unwrap();
        sqlx::query("UPDATE item SET state = 'done', ruling = 1").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// This item is to be paid so much for this child, in all; it may follow another.
    async fn entitled(&self, place: i64, child: u8, pence: i64, follows: Option<i64>) {
        let item = BATCH.item(place);
        let payee = Payee {
            name: format!("=Parent {child}"),
            sort_code: "089999".to_owned(),
            account: format!("0637495{child}"),
            reference: "SCHOOL CLOTHING".to_owned(),
        };
        let sealed = seal(&self.keys[&item], Label::Payment, item, &payee).unwrap();
        let sum = Sum {
            kind: "clothing-grant".to_owned(),
            period: "2026/27".to_owned(),
            strong: None,
            weak: vec![child],
            pence,
            due: date(2026, 8, 19),
            account: vec![child],
            payee: vec![child],
            whom: vec![child],
            sealed: sealed.bytes,
            commitment: sealed.commitment,
        };
        let follows = follows.map(|earlier| BATCH.item(earlier));
        let all = vec![Entitled { item, ruling: 1, follows, sums: vec![sum] }];
        let mut tx = self.store.db.begin().await.unwrap();
        entitle(&mut tx, all, &actor()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The one payment of an item that is due.
    async fn due(&self, place: i64) -> Payment {
        let filter = Filter { states: vec![State::Due], ..Filter::default() };
        let all = self.store.payments(&filter, None).await.unwrap();
        all.into_iter().find(|it| it.item == BATCH.item(place)).unwrap()
    }

    /// Takes what is due to an item through a file of its own, and on to what the bank says.
    async fn left(&self, place: i64, last: State) {
        let it = self.due(place).await;
        let sums = Sums { count: 1, pence: it.pence, hash_total: 0 };
        let mut tx = self.store.db.begin().await.unwrap();
        let (listed, by) = ([&it], actor());
        let file = self.store.make_payment_file(&mut tx, "", sums, &listed, &by, "the day");
        let file = Some(file.await.unwrap());
        for (from, to) in [(State::Awaiting, State::Released), (State::Released, last)] {
            let (id, item, pence, reason) = (it.id, it.item, it.pence, String::new());
            let step = Step { id, item, pence, from, to, reason, file };
            move_payments(&mut tx, &[step], &by).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn done(&self, place: i64, state: State, what: What) {
        let filter = Filter { states: vec![state], ..Filter::default() };
        let all = self.store.payments(&filter, None).await.unwrap();
        let it = all.into_iter().find(|it| it.item == BATCH.item(place)).unwrap();
        act(&self.store, &actor(), it.id, what, "as they asked").await.unwrap();
    }

    async fn erased(&self, place: i64) {
        let mut tx = self.store.db.begin().await.unwrap();
        for sql in ["DELETE FROM ruling WHERE item = $1", "DELETE FROM payload WHERE item = $1"] {
            sqlx::query(sql).bind(BATCH.item(place).0).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn workbook(&self) -> Book {
        let report = Report {
            store: Arc::clone(&self.store),
            bot: bot(),
            council: Council { name: "Skerrow".to_owned(), ..Council::default() },
            notices: Vec::new(),
            actor: actor(),
        };
        let path = self.folder.path().join("results.xlsx");
        Book::read(report.write(BATCH, &path).await.unwrap()).await
    }
}

fn ruling() -> RulingPayload {
    let mut ruling = Ruling::new(bot().decision_columns());
    ruling.set("Grant amount", Shown::Money(Decimal::new(15_000, 2)));
    let mark = mark();
    RulingPayload {
        looked: BTreeMap::new(),
        ruling,
        bot: mark.name,
        version: mark.version,
        sha256: mark.sha256,
        policy: "a policy".to_owned(),
    }
}

/// A workbook as text: of each sheet the rows, the header first.
struct Book {
    names: Vec<String>,
    sheets: BTreeMap<String, Vec<Vec<String>>>,
}

impl Book {
    async fn read(path: PathBuf) -> Self {
        // A test answers as no child: the program that was built with it does.
        let test = std::env::current_exe().unwrap();
        let program = Some(test.ancestors().nth(2).unwrap().join("clerkwork"));
        let limits = Limits { program, ..Limits::default() };
        let file = std::fs::File::open(path).unwrap();
        let mut reading = Reading::start(file, limits).await.unwrap();
        let mut book = Self { names: Vec::new(), sheets: BTreeMap::new() };
        while let Some(event) = reading.next().await.unwrap() {
            match event {
                Event::Sheet { name, .. } => book.names.push(name),
                Event::Rows(rows) => {
                    let rows = rows.iter().map(|row| row.cells.iter().map(text).collect());
                    let name = book.names.last().unwrap().clone();
                    book.sheets.entry(name).or_default().extend(rows);
                }
                Event::Format { .. } | Event::Notice(_) => {}
            }
        }
        book
    }

    fn payments(&self) -> &[Vec<String>] {
        &self.sheets["Payments"][1..]
    }

    /// Value and source of the lines of Totals that begin so, by label.
    fn totals(&self, begins: &str) -> BTreeMap<&str, (&str, &str)> {
        let lines = self.sheets["Totals"].iter().filter(|row| row[0].starts_with(begins));
        lines
            .map(|row| {
                let source = row.get(2).map_or("", String::as_str);
                (row[0].as_str(), (row[1].as_str(), source))
            })
            .collect()
    }
}

/// Numbers without needless noughts, days as ISO, digits that are text in quotation marks.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.parse::<Decimal>().is_ok() => format!("'{text}'"),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.normalize().to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Empty => String::new(),
        Cell::Bool(_) | Cell::Error(_) | Cell::NoValue => panic!("no such cell was written"),
    }
}

fn pounds(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[tokio::test]
async fn the_rows_of_payments_come_to_what_totals_says() {
    let desk = Desk::new(false).await;
    for (place, child) in [(2, 1), (3, 2), (4, 3), (5, 4), (7, 5), (8, 6)] {
        desk.entitled(place, child, 15_000, None).await;
    }
    desk.left(3, State::Paid).await;
    desk.done(4, State::Due, What::Withdraw).await;
    desk.left(5, State::Paid).await;
    desk.entitled(6, 4, 12_050, Some(5)).await; // 29.50 of it was too much
    desk.left(7, State::Returned).await;
    desk.done(7, State::Returned, What::PayAgain).await;
    desk.erased(8).await;

    let book = desk.workbook().await;
    assert_eq!(book.names, ["Results", "To do", "Errors", "Payments", "Totals"]);
    let row = |cells: &str| cells.split(" | ").map(str::to_owned).collect::<Vec<_>>();
    let expected = [
        "Payment | Item | Reference | Kind | Period | Payee | Sort code | Account | Amount | Due | \
         State | File",
        "1 | 4-2 | '002' | clothing-grant | 2026/27 | =Parent 1 | '089999' | '06374951' | 150 | \
         2026-08-19 | due",
        "2 | 4-3 | '003' | clothing-grant | 2026/27 | =Parent 2 | '089999' | '06374952' | 150 | \
         2026-08-19 | paid | 1",
        "3 | 4-4 | '004' | clothing-grant | 2026/27 | =Parent 3 | '089999' | '06374953' | 150 | \
         2026-08-19 | withdrawn",
        "4 | 4-5 | '005' | clothing-grant | 2026/27 | =Parent 4 | '089999' | '06374954' | 150 | \
         2026-08-19 | paid | 2",
        "5 | 4-7 | '007' | clothing-grant | 2026/27 | =Parent 5 | '089999' | '06374955' | 150 | \
         2026-08-19 | withdrawn | 3",
        "6 | 4-8 | (erased) | clothing-grant | 2026/27 | (erased) |  |  | 150 | 2026-08-19 | due",
        "7 | 4-6 | '006' | clothing-grant | 2026/27 | =Parent 4 | '089999' | '06374954' | -29.5 | \
         2026-08-19 | claim back",
        "8 | 4-7 | '007' | clothing-grant | 2026/27 | =Parent 5 | '089999' | '06374955' | 150 | \
         2026-08-19 | due",
    ];
    assert_eq!(book.sheets["Payments"], expected.map(row));

    let (mut states, mut all, mut hash_total) = (BTreeMap::new(), Decimal::ZERO, 0_i64);
    for row in book.payments() {
        let sum = states.entry(format!("Payments: {}", row[10])).or_insert((Decimal::ZERO, 0));
        sum.0 += pounds(&row[8]);
        sum.1 += 1;
        if row[10] != "withdrawn" {
            all += pounds(&row[8]);
            hash_total += row[7].trim_matches('\'').parse::<i64>().unwrap_or_default();
        }
    }
    let mut lines = book.totals("Payments");
    let (in_all, source) = lines.remove("Payments in all").unwrap();
    assert_eq!((pounds(in_all), all), (Decimal::new(72_050, 2), Decimal::new(72_050, 2)));
    assert!(source.starts_with("6 payments: "), "{source}");
    let (hash, source) = lines.remove("Payments: hash total").unwrap();
    assert_eq!(hash, format!("'{hash_total}'"));
    assert!(source.ends_with("but for 1 payment whose account was erased"), "{source}");
    let told = lines.iter().map(|(label, (sum, source))| {
        let count = source.split(' ').next().unwrap().parse().unwrap();
        ((*label).to_owned(), (pounds(sum), count))
    });
    assert_eq!(told.collect::<BTreeMap<String, (Decimal, i32)>>(), states);
    let decided = book.totals("Grant amount");
    assert_eq!(decided["Grant amount, number decided"].0, "6", "the erased one says nothing");
    let (sum, source) = decided["Grant amount, sum decided"];
    assert!(sum == "900" && source.contains("what is paid for them"), "{sum}, {source}");
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_paid_under_no_payments_number() {
    let desk = Desk::new(true).await;
    desk.entitled(2, 1, 15_000, None).await;
    desk.entitled(3, 2, 7_500, None).await;
    let book = desk.workbook().await;
    for (row, amount) in book.payments().iter().zip(["150", "75"]) {
        assert_eq!([&row[0], &row[8], &row[10]], ["", amount, "would be due"]);
    }
    let lines = book.totals("Payments");
    assert_eq!(lines["Payments: would be due"], ("225", "2 payments"));
    let (sum, source) = lines["Payments in all"];
    assert!(sum == "225" && source.contains("a dry run: nothing is paid"), "{sum}, {source}");
}

#[tokio::test]
async fn a_batch_that_pays_nothing_has_no_sheet_of_payments() {
    let book = Desk::new(false).await.workbook().await;
    assert_eq!(book.names, ["Results", "To do", "Errors", "Totals"]);
    assert!(book.totals("Payments").is_empty());
    let source = book.totals("Grant amount, sum")["Grant amount, sum decided"].1;
    assert_eq!(source, "as rulings of decided items say");
}
