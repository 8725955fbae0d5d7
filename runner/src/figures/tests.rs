//! Figures of small stores, each worked out by hand.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::*;
use crate::ids::{BatchId, ItemId};
use crate::job_log::{self, Actor, BotMark, Entry, Kind};
use crate::settings::figures::{Amount, Percent};
use crate::settings::{Council, Folder, Keys, Log, Page, Settings as FolderSettings};
use crate::state::Item;
use crate::store::Store;
use crate::store::batches::Opening;
use crate::vault::Vault;

mod followers;

const FSM: &str = "free-school-meals";
const DAY: Date = date(2026, 9, 7);

/// A store whose log says what a test wants, when it wants.
struct Office {
    _place: TempDir,
    folder: Folder,
    store: Store,
    council: Council,
}

/// Nine o'clock in the morning, so many days later.
fn at(days: i32) -> Timestamp {
    at_hour(days, 9)
}

fn at_hour(days: i32, hour: i8) -> Timestamp {
    let day = DAY.saturating_add(jiff::Span::new().days(days));
    day.at(hour, 0, 0, 0).to_zoned(crate::clock::zone()).unwrap().timestamp()
}

fn somebody() -> Actor {
    Actor { id: "user:ann.bell".to_owned(), kind: "person" }
}

impl Office {
    async fn open() -> Self {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        let key = |name: &str| root.join(name);
        let settings = FolderSettings {
            keys: Keys { master: key("master.key"), log: key("log.key") },
            log: Log { origin: "a.example/log".to_owned() },
            page: Page::default(),
        };
        Folder::write_settings(root, &settings).unwrap();
        let folder = Folder::find(Some(root)).unwrap();
        let vault = Vault::new(&[1; 32]);
        let store = Store::create(&folder.database(), vault, &somebody()).await.unwrap();
        Self { _place: place, folder, store, council: Council::default() }
    }

    /// A batch of some bot that came in at nine on such a day.
    async fn batch(&self, bot: &str, days: i32, source: [u8; 32]) -> BatchId {
        let mark =
            BotMark { name: bot.to_owned(), sha256: "0".to_owned(), version: "1".to_owned() };
        let opening = Opening {
            id: None,
            schedule: bot,
            bot: &mark,
            policy: "0",
            pattern: &[],
            source: &source,
            again: 0,
            lookups: &BTreeMap::new(),
            today: DAY,
            due: None,
            follows: None,
            opened_by: None,
        };
        let id = self.store.open_batch(&opening, &somebody()).await.unwrap();
        let sql =
            format!("UPDATE batch SET created_at = {} WHERE id = {id}", at(days).as_microsecond());
        self.store.db.statement(sql).await.unwrap();
        id
    }

    async fn sheet(&self, days: i32) -> BatchId {
        let n = self.store.batches(false, 1000).await.unwrap().len();
        self.batch(FSM, days, Sha256::digest(format!("sheet {n}")).into()).await
    }

    async fn log(&self, entries: &[Entry]) {
        let mut tx = self.store.db.begin().await.unwrap();
        job_log::append(&mut tx, entries).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// An item of a new sheet, settled by its bot an hour later.
    async fn settled(&self, days: i32) -> ItemId {
        let item = self.sheet(days).await.item(1);
        self.log(&[came(item, days), decided(item, at_hour(days, 10))]).await;
        item
    }

    /// An item of a new sheet, waiting for a person.
    async fn referred(&self, days: i32, reasons: &[&str]) -> ItemId {
        let item = self.sheet(days).await.item(1);
        self.log(&[came(item, days), refer(item, days, reasons)]).await;
        item
    }

    /// Another application that follows an earlier item.
    async fn again(&self, earlier: ItemId, days: i32) -> ItemId {
        let item = self.sheet(days).await.item(1);
        self.item_row(item, earlier).await;
        self.log(&[came(item, days).follows(earlier)]).await;
        item
    }

    async fn item_row(&self, item: ItemId, follows: ItemId) {
        for id in [follows, item] {
            let sql = format!(
                "INSERT OR IGNORE INTO item (id, batch, row, state, changed_at) \
                 VALUES ({}, {}, 2, 'ready', 0)",
                id.0,
                id.batch()
            );
            self.store.db.statement(sql).await.unwrap();
        }
        let sql = format!("UPDATE item SET follows = {} WHERE id = {}", follows.0, item.0);
        self.store.db.statement(sql).await.unwrap();
    }

    /// The figures of a hundred days from the first one on.
    async fn figures(&self) -> Figures {
        let progress = keep_up(&self.store, &self.folder, None).await.unwrap();
        assert_eq!(progress.left(), 0);
        let to = DAY.saturating_add(jiff::Span::new().days(100));
        let period = Period::days(DAY, to).unwrap();
        figures(&self.store, &self.council, period, None, progress).await.unwrap()
    }
}

fn came(item: ItemId, days: i32) -> Entry {
    Entry::new(Kind::ItemTakenIn, &somebody()).item(item).row(2).at(at(days))
}

fn decided(item: ItemId, when: Timestamp) -> Entry {
    moved(Kind::ItemRuled, item, Item::Ready, Item::Done, when)
}

fn refer(item: ItemId, days: i32, reasons: &[&str]) -> Entry {
    let reasons = reasons.iter().map(|&code| code.to_owned()).collect();
    moved(Kind::ItemRuled, item, Item::Ready, Item::Referred, at(days)).reasons(reasons)
}

fn moved(kind: Kind, item: ItemId, from: Item, to: Item, when: Timestamp) -> Entry {
    Entry::new(kind, &somebody()).item(item).item_move(from, to).at(when)
}

fn asked(item: ItemId, days: i32) -> Entry {
    Entry::new(Kind::EvidenceAsked, &somebody()).item(item).at(at(days))
}

/// An officer's ruling, as `review` writes it: two entries.
fn ruled(item: ItemId, days: i32, code: &str) -> [Entry; 2] {
    let code = vec![code.to_owned()];
    let decided = moved(Kind::ItemChanged, item, Item::Referred, Item::Decided, at(days));
    let done = moved(Kind::ItemMoved, item, Item::Decided, Item::Done, at(days));
    [decided.reasons(code.clone()), done.reasons(code)]
}

fn of(n: i64, of: i64, percent: &str) -> Of {
    Of { n, of, percent: Some(percent.to_owned()) }
}

#[tokio::test]
async fn what_was_settled_the_first_time_is_worked_out_by_hand() {
    let office = Office::open().await;
    // 1: by its bot, and nothing more came of it: the first time.
    office.settled(0).await;
    // 2: evidence was asked for, then an officer confirmed: not the first time.
    let two = office.referred(0, &["ask-for-evidence"]).await;
    office.log(&[asked(two, 1)]).await;
    office.log(&ruled(two, 5, "confirmed")).await;
    // 3: opened again by a person, months later: not the first time.
    let three = office.settled(0).await;
    let source = Sha256::digest(format!("review of item {three}")).into();
    let review = office.batch(FSM, 90, source).await.item(1);
    office.log(&[came(review, 90).follows(three)]).await;
    // 4, 5, 6: the same application came again after 27, 28 and 29 days.
    for days in [27, 28, 29] {
        let item = office.settled(0).await;
        office.again(item, days).await;
    }
    // 7: an officer decided otherwise, at once: the first time.
    let seven = office.referred(0, &["refusal-to-confirm"]).await;
    office.log(&ruled(seven, 0, "changed")).await;
    // 8: closed by hand: the first time. 9: cancelled: not settled.
    let eight = office.referred(0, &["fact-missing"]).await;
    office.log(&[moved(Kind::ItemMoved, eight, Item::Referred, Item::ByHand, at(3))]).await;
    let nine = office.referred(0, &["fact-missing"]).await;
    office.log(&[moved(Kind::ItemMoved, nine, Item::Referred, Item::Cancelled, at(3))]).await;
    // 10: it came again before it was settled: that is not coming again afterwards.
    let ten = office.referred(0, &["refusal-to-confirm"]).await;
    office.again(ten, 1).await;
    office.log(&ruled(ten, 2, "confirmed")).await;

    let figures = office.figures().await;
    let work = &figures.all;
    assert_eq!(
        work.settled,
        Settled { by_bot: 5, confirmed: 2, changed: 1, by_hand: 1 },
        "1, 3, 4, 5, 6; 2, 10; 7; 8"
    );
    let first = &work.first_time;
    assert_eq!(first.all, of(5, 9, "55.6"), "1, 6, 7, 8, 10");
    assert_eq!(first.by_bot, of(2, 5, "40.0"), "1 and 6");
    assert_eq!(first.by_person, of(3, 4, "75.0"), "7, 8, 10");
    assert_eq!((first.evidence_asked, first.opened_again, first.came_again), (1, 1, 2));
    assert_eq!(first.met, Some(false), "80% is the usual target");
    assert_eq!(work.without_person, of(5, 9, "55.6"));
    assert_eq!(work.officers.overridden, of(1, 3, "33.3"), "7 of 2, 7 and 10");
    assert_eq!(work.volumes.cancelled, 1);
    // Ten of the list, the review, and the four that came again.
    assert_eq!((work.volumes.items, work.volumes.rows, work.volumes.referred), (15, 15, 5));
    assert_eq!(figures.bots.len(), 1);
    assert_eq!(figures.bots[0].title, "Free school meals and clothing grants");
}

#[tokio::test]
async fn a_reason_that_was_met_fewer_than_five_times_is_not_counted_out() {
    let office = Office::open().await;
    for n in 0..6 {
        let rare = if n < 4 { "living-together" } else { "fraud" };
        office.referred(n, &["refusal-to-confirm", rare]).await;
    }
    let reasons: Vec<(String, Option<i64>)> = office
        .figures()
        .await
        .bots
        .remove(0)
        .reasons
        .into_iter()
        .map(|it| (it.code, it.n))
        .collect();
    let said = |code: &str, n| (code.to_owned(), n);
    assert_eq!(
        reasons,
        [said("refusal-to-confirm", Some(6)), said("fraud", None), said("living-together", None)],
        "two and four are in the order of their names: their order tells nothing"
    );
}

#[tokio::test]
async fn how_long_it_took_is_the_middle_and_nine_in_ten() {
    let office = Office::open().await;
    // Nine by their bot after an hour; one by an officer after eleven days, over two weekends.
    for _ in 0..9 {
        office.settled(0).await;
    }
    let slow = office.referred(0, &["fact-missing"]).await;
    office.log(&ruled(slow, 11, "confirmed")).await;
    let takes = office.figures().await.all.takes;
    assert_eq!((takes.all.median_minutes, takes.all.ninetieth_minutes), (Some(60), Some(60)));
    assert_eq!(takes.by_person.median_minutes, Some(11 * 24 * 60));
    // Monday 7 September to Friday 18 September: nine working days lie after the first.
    assert_eq!(takes.by_person.median_working_days, Some(9));
    assert_eq!(takes.by_bot.ninetieth_working_days, Some(0));
}

#[tokio::test]
async fn what_was_saved_rests_on_what_the_council_says_and_on_nothing_else() {
    let mut office = Office::open().await;
    for _ in 0..3 {
        office.settled(0).await;
    }
    let by_person = office.referred(0, &["refusal-to-confirm"]).await;
    office.log(&ruled(by_person, 0, "confirmed")).await;
    assert_eq!(office.figures().await.all.saved, None, "nobody has said how long it takes");

    let figures = &mut office.council.figures;
    figures.minutes.insert(FSM.to_owned(), Amount(Decimal::new(125, 1)));
    let saved = office.figures().await.bots[0].saved.clone().unwrap();
    assert_eq!((saved.items, saved.minutes, saved.pounds), (3, Decimal::new(375, 1), None));
    office.council.figures.hourly_cost = Some(Amount(Decimal::new(2150, 2)));
    office.council.figures.first_time_target = Percent(100);
    let shown = office.figures().await;
    // 37.5 minutes at £21.50 an hour: £13.4375.
    assert_eq!(shown.all.saved.unwrap().pounds, Some(Decimal::new(1344, 2)));
    assert_eq!(shown.all.first_time.met, Some(true));
}

#[tokio::test]
async fn the_log_counts_once_however_often_and_from_where_it_is_counted() {
    let office = Office::open().await;
    let rows = office.sheet(0).await;
    let row = |kind, n| Entry::new(kind, &somebody()).item(rows.item(n)).row(n).at(at(0));
    office.log(&[row(Kind::RowRejected, 1), row(Kind::RowDuplicate, 2)]).await;
    for n in 0..20 {
        let item = office.settled(n).await;
        office.again(item, n + 5).await;
    }
    // A few entries at a time, by two that count at once.
    loop {
        let one = keep_up(&office.store, &office.folder, Some(7));
        let other = keep_up(&office.store, &office.folder, Some(3));
        let (one, other) = tokio::join!(one, other);
        if one.unwrap().left() == 0 && other.unwrap().left() == 0 {
            break;
        }
    }
    let first = office.figures().await;
    assert_eq!(first.all.volumes.rows, 42);
    assert_eq!((first.all.volumes.rejected, first.all.volumes.duplicates), (1, 1));
    assert_eq!(first.all.first_time.came_again, 20);
    forget(&office.store).await.unwrap();
    let anew = office.figures().await;
    assert_eq!(serde_json::to_value(&first).unwrap(), serde_json::to_value(&anew).unwrap());
    let settled: i64 = anew.course.iter().map(|part| part.settled).sum();
    assert_eq!(settled, 20);
}

#[tokio::test]
async fn what_was_erased_still_counts_and_only_bots_that_one_sees_are_shown() {
    let office = Office::open().await;
    let item = office.settled(0).await;
    let hr = office.batch("hr-queries", 0, [7; 32]).await.item(1);
    office.log(&[came(hr, 0), decided(hr, at(0))]).await;
    // An erasure takes away rulings and acts; here there are none at all.
    let progress = keep_up(&office.store, &office.folder, None).await.unwrap();
    let bots = BTreeSet::from([FSM.to_owned()]);
    let week = Period::week(DAY);
    let shown = figures(&office.store, &office.council, week, Some(&bots), progress).await.unwrap();
    assert_eq!((shown.all.settled.by_bot, shown.bots.len()), (1, 1), "{item}");
    let all = figures(&office.store, &office.council, week, None, progress).await.unwrap();
    assert_eq!((all.all.settled.by_bot, all.bots.len()), (2, 2));
    let course: i64 = shown.course.iter().map(|part| part.settled).sum();
    assert_eq!(course, 1);
}

#[tokio::test]
async fn a_damaged_entry_is_told_and_not_passed_over() {
    let office = Office::open().await;
    office.settled(0).await;
    let sql = ["DROP TRIGGER log_entry_stays", "UPDATE log_entry SET entry = X'7B' WHERE idx = 1"];
    for sql in sql {
        office.store.db.statement(sql.to_owned()).await.unwrap();
    }
    let fault = keep_up(&office.store, &office.folder, None).await.unwrap_err().to_string();
    assert!(fault.contains("entry 1 of the job log is not as it was written"), "{fault}");
}

#[tokio::test]
async fn the_files_say_the_same_and_hold_no_formula() {
    let mut office = Office::open().await;
    "=cmd()".clone_into(&mut office.council.name);
    office.settled(0).await;
    let shown = office.figures().await;
    let text = csv(&shown).unwrap();
    assert!(text.contains(",All bots,Settled by the bot,1,number\r\n"), "{text}");
    assert!(text.contains(",'=cmd(),"), "{text}");
    assert!(!text.lines().any(|line| line.split(',').any(|cell| cell.starts_with('='))));
    assert!(text.contains("Saved,not set,pounds"), "{text}");
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("figures.xlsx");
    let written = write_book(&shown, &path).unwrap();
    assert!(written.bytes > 5000 && path.exists());
}
#[tokio::test]
async fn who_looked_and_for_how_long_is_known_of_each_person() {
    let office = Office::open().await;
    let viewed = |item| Entry::new(Kind::ItemViewed, &somebody()).item(item).at(at(1));
    for (code, seconds) in [("confirmed", 3), ("confirmed", 50), ("changed", 400)] {
        let item = office.referred(0, &["refusal-to-confirm"]).await;
        let [decided, done] = ruled(item, 1, code);
        office.log(&[viewed(item), decided.seen(1, Some(seconds)), done]).await;
    }
    office.figures().await;
    let people = looks(&office.store, Period::week(DAY), None).await.unwrap();
    assert_eq!(people.len(), 1);
    let ann = &people[0];
    assert_eq!((ann.who.as_str(), ann.viewed), ("user:ann.bell", 3));
    assert_eq!((ann.confirmed, ann.changed, &ann.overridden), (2, 1, &of(1, 3, "33.3")));
    assert_eq!((ann.tenth_seconds, ann.median_seconds), (Some(5), Some(50)));
    let long_ago = Period::week(DAY.yesterday().unwrap().first_of_year());
    assert_eq!(looks(&office.store, long_ago, None).await.unwrap(), []);
}
