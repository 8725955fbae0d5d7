//! Money: from a sheet to a released file, and what the bank says of it.

use std::collections::BTreeSet;
use std::fs;

use clerkwork_fixtures::sheet::CsvForm;
use clerkwork_fixtures::{Council, Layout, Options, write_csv};
use clerkwork_runner::job_log::Actor;
use clerkwork_runner::payments::make::{Asked, Made, make};
use clerkwork_runner::payments::release::{Released, release};
use clerkwork_runner::settings::os_actor;
use clerkwork_runner::state::Payment;
use clerkwork_runner::store::payments::Filter;
use jiff::civil::date;

use crate::harness::{Office, Opened, Sheet};

pub(super) const NO_ROLL: [&str; 2] = ["--lookup", "school-roll=none"];

pub(super) fn somebody(login: &str) -> Actor {
    Actor { id: login.to_owned(), kind: "person" }
}

/// A batch that ann.bell submitted, decided and done.
pub(super) fn decided(rows: u64) -> (Office, Opened) {
    let office = Office::open();
    let sheet = Sheet::clean(&office, rows);
    let ran = office.run_with(&sheet, &NO_ROLL);
    assert!([0, 3].contains(&ran.code), "{ran}");
    // Whoever types at this command line is no one of the page's.
    let me = format!("[people]\n\"{}\" = \"user:the.tester\"", os_actor());
    office.edit("council.toml", |text| text.replace("[people]", &me));
    let opened = office.store();
    opened.wait(async {
        let mut tx = opened.store.db.begin().await.unwrap();
        sqlx::query("UPDATE batch SET opened_by = 'user:ann.bell'")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    });
    (office, opened)
}

pub(super) fn made_by(opened: &Opened, login: &str) -> Made {
    let asked = Asked { due_by: date(2030, 1, 1), kind: None };
    let why = "a run of the test";
    opened.wait(make(&opened.folder, &opened.store, &somebody(login), &asked, why)).unwrap()
}

pub(super) fn released_by(opened: &Opened, login: &str, file: i64) -> Result<Released, String> {
    let (actor, why) = (somebody(login), "agrees with the ledger");
    let released = release(&opened.folder, &opened.store, &actor, file, why);
    opened.wait(released).map_err(|fault| fault.to_string())
}

/// Every line of every released file: payment number, account and pence.
pub(super) fn paid(office: &Office) -> Vec<(i64, String, i64)> {
    let mut lines = Vec::new();
    let Ok(files) = fs::read_dir(office.data().join("outbox/payments")) else { return lines };
    for file in files {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|it| it != "csv") {
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let pence: String = cells[4].chars().filter(char::is_ascii_digit).collect();
            let account = format!("{} {}", cells[2], cells[3]);
            lines.push((cells[0].parse().unwrap(), account, pence.parse().unwrap()));
        }
    }
    lines.sort_unstable();
    lines
}

pub(super) fn totals(opened: &Opened) -> Vec<(Payment, i64, i64)> {
    let totals = opened.wait(opened.store.payment_totals(&Filter::default())).unwrap();
    totals.into_iter().map(|(state, it)| (state, it.count, it.pence)).collect()
}

/// What the log says was released, in pence.
pub(super) fn logged(office: &Office, to: &str) -> i64 {
    let folder = office.file("log");
    let exported = office.clerkwork(&["log", "export", &folder.display().to_string()]);
    assert_eq!(exported.code, 0, "{exported}");
    let text = fs::read_to_string(folder.join("entries.jsonl")).unwrap();
    fs::remove_dir_all(folder).unwrap();
    let entries = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    entries
        .filter(|it| it["kind"] == "payment.moved" && it["to"] == to)
        .map(|it| it["pence"].as_i64().unwrap())
        .sum()
}

#[test]
fn a_grant_is_paid_once_whatever_comes() {
    let (office, opened) = decided(60);
    let due = totals(&opened);
    let [(Payment::Due, count, pence)] = due[..] else { panic!("{due:?}") };
    assert!(count > 20 && pence > 100_000, "{due:?}");

    // The same sheet again is another batch, and all of it is paid for already.
    let sheet = Sheet::clean(&office, 60);
    let again = office.run_with(&sheet, &["--lookup", "school-roll=none", "--again"]);
    assert!([0, 3].contains(&again.code), "{again}");
    assert_eq!(totals(&opened), due);

    let made = made_by(&opened, "user:jean.dow");
    assert_eq!(made.referred, []);
    let file = made.file.unwrap();
    assert_eq!((file.sums.count, file.sums.pence), (count, pence));
    assert!(made_by(&opened, "user:jean.dow").file.is_none(), "it is all in the first file");
    assert!(paid(&office).is_empty(), "nothing leaves before its release");
    released_by(&opened, "user:irene.moss", file.id).unwrap();
    assert_eq!(totals(&opened), [(Payment::Released, count, pence)]);
    assert_eq!(paid(&office).iter().map(|line| line.2).sum::<i64>(), pence);
    assert_eq!(logged(&office, "released"), pence);

    // After it, too.
    let again = office.run_with(&sheet, &["--lookup", "school-roll=none", "--again"]);
    assert!([0, 3].contains(&again.code), "{again}");
    assert_eq!(totals(&opened), [(Payment::Released, count, pence)]);

    // What the bank says: one came back, and one line is nonsense.
    let lines = paid(&office);
    let mut said = String::from("Payment,Outcome,Amount,Reason\n");
    for (n, (id, _, pence)) in lines.iter().enumerate() {
        let outcome = if n == 0 { "Returned" } else { "paid" };
        said.push_str(&format!("{id},{outcome},{}.{:02},B closed\n", pence / 100, pence % 100));
    }
    said.push_str("999999,paid,,\n");
    let bank = office.file("bank.csv");
    fs::write(&bank, said).unwrap();
    let read = office.clerkwork(&["payments", "read", &bank.display().to_string(), "--json"]);
    assert_eq!(read.code, 3, "{read}");
    assert_eq!(read.json()["paid"], count - 1);
    assert_eq!(read.json()["returned"], 1);
    assert_eq!(read.json()["wrong"][0]["column"], "Payment");
    let read = office.clerkwork(&["payments", "read", &bank.display().to_string(), "--json"]);
    assert_eq!(read.json()["already"], count);

    // It is paid once more, by a file of its own.
    let (id, _, back) = &lines[0];
    let why = ["--why", "they gave the right account"];
    let act = |name: &str, id: &str| {
        let ran = office.clerkwork(&["payments", name, id, why[0], why[1]]);
        assert_eq!(ran.code, 0, "{ran}");
    };
    act("pay-again", &id.to_string());
    let refused = office.clerkwork(&["payments", "pay-again", &id.to_string(), why[0], why[1]]);
    assert_eq!(refused.code, 2, "{refused}");
    let made = made_by(&opened, "user:jean.dow").file.unwrap();
    assert_eq!((made.sums.count, made.sums.pence), (1, *back));
    released_by(&opened, "user:irene.moss", made.id).unwrap();
    assert_eq!(logged(&office, "released"), pence + back);
    office.log_is_sound();
}

#[test]
fn nobody_releases_what_they_made() {
    let (office, opened) = decided(30);
    let why = ["--why", "the run of July"];
    let made = office.clerkwork(&["payments", "make", "--due-by", "2030-01-01", why[0], why[1]]);
    assert_eq!(made.code, 0, "{made}");
    let own = office.clerkwork(&["payments", "release", "1", why[0], why[1]]);
    assert_eq!(own.code, 2, "{own}");
    assert!(own.stderr.contains("was made by you"), "{own}");
    let person = released_by(&opened, "user:the.tester", 1).unwrap_err();
    assert!(person.contains("was made by you"), "the same person by another name: {person}");
    let unknown = released_by(&opened, "os:stranger@somewhere", 1).unwrap_err();
    assert!(unknown.contains("whether") && unknown.contains("[people]"), "{unknown}");
    let submitter = released_by(&opened, "user:ann.bell", 1).unwrap_err();
    assert!(submitter.contains("that you submitted"), "{submitter}");
    office.edit("payments.toml", |text| text.replace("\"25000.00\"", "\"1000.00\""));
    let small = released_by(&opened, "user:tom.hay", 1).unwrap_err();
    assert!(small.contains("over a limit") && small.contains("user:irene.moss"), "{small}");
    assert!(paid(&office).is_empty());
    let first = released_by(&opened, "user:irene.moss", 1).unwrap();
    assert!(!first.already);
    let bytes = fs::read(&first.path).unwrap();
    // Whoever asks again gets the same file, and nothing is paid twice.
    fs::remove_file(&first.path).unwrap();
    let again = released_by(&opened, "user:irene.moss", 1).unwrap();
    assert!(again.already);
    assert_eq!(fs::read(&again.path).unwrap(), bytes);
    let cancelled = office.clerkwork(&["payments", "cancel", "1", why[0], why[1]]);
    assert_eq!(cancelled.code, 2, "{cancelled}");
    // A released file that was changed stops whatever comes next.
    fs::write(&again.path, "Payment,Amount\r\n1,1000000.00\r\n").unwrap();
    let changed = released_by(&opened, "user:irene.moss", 1).unwrap_err();
    assert!(changed.contains("does not know of it"), "{changed}");
}

#[test]
fn a_store_put_back_from_an_older_copy_releases_nothing_that_was_paid() {
    let (office, opened) = decided(20);
    made_by(&opened, "user:jean.dow");
    let copy = office.file("copy.db");
    let database = opened.folder.database();
    opened.wait(opened.store.db.truncate_wal()).unwrap();
    fs::copy(&database, &copy).unwrap();
    released_by(&opened, "user:irene.moss", 1).unwrap();
    let before = paid(&office);
    opened.wait(opened.store.db.close());
    drop(opened);
    for end in ["-wal", "-shm"] {
        let beside = format!("{}{end}", database.display());
        if fs::exists(&beside).unwrap() {
            fs::remove_file(beside).unwrap();
        }
    }
    fs::copy(&copy, &database).unwrap();
    let opened = office.store();
    let refused = released_by(&opened, "user:irene.moss", 1).unwrap_err();
    assert!(refused.contains("put back from an older copy"), "{refused}");
    assert_eq!(paid(&office), before);
}

/// An item that the first batch gave a clothing grant, with what it is.
fn with_grant(opened: &Opened) -> (String, i64) {
    let payments = opened.wait(opened.store.payments(&Filter::default(), None)).unwrap();
    let grant = payments.iter().find(|it| it.kind == "clothing-grant").unwrap();
    (grant.item.to_string(), grant.pence)
}

/// The grant of an item is corrected, and an officer lets that stand.
fn corrected(office: &Office, item: &str, set: &[&str], confirm: &[&str]) -> String {
    let mut words = vec!["follow", item, "--as", "correction", "--why", "a letter", "--json"];
    words.extend(NO_ROLL);
    for set in set {
        words.extend(["--set", set]);
    }
    let followed = office.clerkwork(&words);
    assert_eq!(followed.code, 3, "{followed}");
    let new = followed.json()["item"].as_str().unwrap().to_owned();
    let mut words = vec![confirm[0], &new, "--why", "seen and agreed"];
    words.extend(&confirm[1..]);
    let confirmed = office.clerkwork(&words);
    assert_eq!(confirmed.code, 0, "{confirmed}");
    new
}

#[test]
fn a_correction_pays_or_claims_back_the_difference() {
    let (office, opened) = decided(30);
    let (item, grant) = with_grant(&opened);
    let all = |opened: &Opened| {
        let totals = totals(opened).into_iter();
        totals.filter(|it| it.0 != Payment::Withdrawn).map(|it| it.2).sum::<i64>()
    };
    let before = all(&opened);

    // Another account before anything was paid: the same sum, once, to the new account.
    let account = ["Sort code=107999", "Account number=88837491"];
    let second = corrected(&office, &item, &account, &["confirm"]);
    assert_eq!(all(&opened), before);
    let filter = Filter { states: vec![Payment::Due], ..Filter::default() };
    let due = opened.wait(opened.store.payments_opened(&filter)).unwrap();
    let theirs: Vec<_> = due.iter().filter(|it| it.payment.item.to_string() == second).collect();
    assert!(!theirs.is_empty());
    assert!(theirs.iter().all(|it| it.payee.as_ref().unwrap().account == "88837491"));
    assert!(due.iter().all(|it| it.payment.item.to_string() != item));

    // An officer looks at the changed account, and all is paid.
    for (id, code) in made_by(&opened, "user:jean.dow").referred {
        assert_eq!(code, "account-changed");
        let id = id.to_string();
        let cleared = office.clerkwork(&["payments", "clear", &id, "--why", "called back"]);
        assert_eq!(cleared.code, 0, "{cleared}");
    }
    released_by(&opened, "user:irene.moss", 1).unwrap();
    let rest = made_by(&opened, "user:jean.dow").file.unwrap();
    released_by(&opened, "user:irene.moss", rest.id).unwrap();
    assert_eq!(paid(&office).iter().map(|line| line.2).sum::<i64>(), before);

    // More is due: the difference is. Then less: that is for an officer to claim back.
    let more = format!("Grant amount={}.00", (grant + 2_000) / 100);
    let third =
        corrected(&office, &second, &["Partner NINO=JY223456A"], &["change", "--set", &more]);
    let due = |state| totals(&opened).into_iter().find(|it| it.0 == state).map(|it| (it.1, it.2));
    assert_eq!(due(Payment::Due), Some((1, 2_000)));
    let less = format!("Grant amount={}.00", (grant - 3_000) / 100);
    corrected(&office, &third, &["Partner NINO=JY323456A"], &["change", "--set", &less]);
    assert_eq!(due(Payment::Due), None);
    assert_eq!(due(Payment::ClaimBack), Some((1, -3_000)));
    assert_eq!(all(&opened), before - 3_000);
    assert!(made_by(&opened, "user:jean.dow").file.is_none(), "nothing is paid on the way");
    office.log_is_sound();
}

#[test]
fn a_cancelled_item_pays_nothing() {
    let (office, opened) = decided(30);
    let (item, _) = with_grant(&opened);
    // As it stands while a system that is to be told of it cannot be reached.
    opened.wait(async {
        let mut tx = opened.store.db.begin().await.unwrap();
        for sql in [
            "UPDATE item SET state = 'waiting' WHERE id = (SELECT MIN(item) FROM payment)",
            "UPDATE batch_count SET n = n - 1 WHERE state = 'done'",
            "INSERT INTO batch_count (batch, state, n) VALUES (1, 'waiting', 1) \
             ON CONFLICT (batch, state) DO UPDATE SET n = n + 1",
            "UPDATE batch SET state = 'unresolved'",
        ] {
            sqlx::query(sql).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    });
    let before = made_by(&opened, "user:jean.dow").file.unwrap();
    let cancelled = office.clerkwork(&["cancel", &item, "--why", "withdrawn by the family"]);
    assert_eq!(cancelled.code, 0, "{cancelled}");
    let filter = Filter { states: vec![Payment::Withdrawn], ..Filter::default() };
    let gone = opened.wait(opened.store.payments(&filter, None)).unwrap();
    assert!(!gone.is_empty());
    assert!(gone.iter().all(|it| it.item.to_string() == item && it.reason == "item-closed"));
    // The file is not what was made any more.
    let refused = released_by(&opened, "user:irene.moss", before.id).unwrap_err();
    assert!(refused.contains("fell away"), "{refused}");
    let why = ["--why", "one fell away"];
    let cancelled = office.clerkwork(&["payments", "cancel", "1", why[0], why[1]]);
    assert_eq!(cancelled.code, 0, "{cancelled}");
    let anew = made_by(&opened, "user:jean.dow").file.unwrap();
    let fewer = i64::try_from(gone.len()).unwrap();
    assert_eq!(anew.sums.count, before.sums.count - fewer);
    released_by(&opened, "user:irene.moss", anew.id).unwrap();
    assert_eq!(paid(&office).iter().map(|line| line.2).sum::<i64>(), anew.sums.pence);
}

#[test]
fn a_wrong_or_shared_account_waits_for_a_person() {
    let office = Office::open();
    let council = Council::for_applications(1, 8);
    let sheet = office.file("in.csv");
    let rows = council.applications(8, Options::clean());
    write_csv(&sheet, rows, &Layout::PLAIN, CsvForm::PLAIN).unwrap();
    // One that the banks' own check refuses, and one that all the other families name.
    let text = fs::read_to_string(&sheet).unwrap();
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    for (n, line) in lines.iter_mut().enumerate().skip(1) {
        let kept: Vec<&str> = line.rsplitn(3, ',').collect();
        let account = if n == 1 { "107999,88837493" } else { "107999,88837491" };
        *line = format!("{},{account}", kept[2]);
    }
    fs::write(&sheet, lines.join("\r\n")).unwrap();
    let ran = office.clerkwork(&[
        "run",
        "free-school-meals",
        "--input",
        &sheet.display().to_string(),
        "--output",
        &office.file("results.xlsx").display().to_string(),
        "--lookup",
        "school-roll=none",
    ]);
    assert!([0, 3].contains(&ran.code), "{ran}");
    let opened = office.store();
    let made = made_by(&opened, "user:jean.dow");
    let codes: BTreeSet<&str> = made.referred.iter().map(|it| it.1).collect();
    assert_eq!(codes, BTreeSet::from(["account-shared", "account-wrong"]), "{:?}", made.referred);
    assert!(made.file.is_none());
    // A person has looked at one of them.
    let id = made.referred.iter().find(|it| it.1 == "account-shared").unwrap().0.to_string();
    let cleared =
        office.clerkwork(&["payments", "clear", &id, "--why", "the grandmother's account"]);
    assert_eq!(cleared.code, 0, "{cleared}");
    let made = made_by(&opened, "user:jean.dow");
    assert_eq!((made.file.unwrap().sums.count, made.referred.len()), (1, 0));
}
