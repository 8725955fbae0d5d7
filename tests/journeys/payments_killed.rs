//! The machine dies while money is on its way: nothing is lost, nothing is paid twice.

use std::collections::BTreeSet;
use std::time::Duration;

use clerkwork_runner::state::Payment;
use clerkwork_runner::store::payments::Filter;

use super::payments::{decided, logged, made_by, paid, released_by, totals};
use crate::harness::{Opened, Running, Sheet};

/// Every payment is in one file or in none, and every file holds what it says.
fn files_are_whole(opened: &Opened) {
    for file in opened.wait(opened.store.payment_files(i64::MAX)).unwrap() {
        let filter = Filter { file: Some(file.id), ..Filter::default() };
        let held = opened.wait(opened.store.payment_totals(&filter)).unwrap();
        let count: i64 = held.values().map(|it| it.count).sum();
        let pence: i64 = held.values().map(|it| it.pence).sum();
        assert_eq!((count, pence), (file.sums.count, file.sums.pence), "file {}", file.id);
    }
}

/// How many payments there are, and how much they are.
fn all(opened: &Opened) -> (i64, i64) {
    totals(opened).iter().fold((0, 0), |(n, pence), it| (n + it.1, pence + it.2))
}

#[test]
fn killed_while_a_file_is_made_every_payment_is_in_one_file() {
    let (office, opened) = decided(300);
    office.edit("payments.toml", |text| text.replace("\"25000.00\"", "\"9000000.00\""));
    let due = all(&opened);
    let sheet = Sheet::clean(&office, 300);
    let make = ["payments", "make", "--due-by", "2030-01-01", "--why", "a run of the test"];
    let (mut kills, mut millis) = (0, 5);
    loop {
        let mut running = Running::start(office.command(&make));
        running.listen(Duration::from_millis(millis));
        if !running.kill() {
            break;
        }
        (kills, millis) = (kills + 1, millis + 7);
        assert_eq!(all(&opened), due, "after {millis} ms");
        files_are_whole(&opened);
    }
    assert!(kills > 3, "killed {kills} times only");
    // The batch is taken again, and that is killed on its way too.
    for millis in [150, 300, 450] {
        let again = office.running(&sheet, &["--lookup", "school-roll=none", "--again"]);
        let mut running = Running::start(again);
        running.listen(Duration::from_millis(millis));
        running.kill();
        assert_eq!(all(&opened), due, "after {millis} ms");
    }
    let again = office.run_with(&sheet, &["--lookup", "school-roll=none", "--again"]);
    assert!([0, 3].contains(&again.code), "{again}");
    assert_eq!(all(&opened), due);
    made_by(&opened, "user:jean.dow");
    for file in opened.wait(opened.store.payment_files(i64::MAX)).unwrap() {
        released_by(&opened, "user:irene.moss", file.id).unwrap();
    }
    files_are_whole(&opened);
    let lines = paid(&office);
    let numbers: BTreeSet<i64> = lines.iter().map(|line| line.0).collect();
    assert_eq!(numbers.len(), lines.len(), "a payment stands twice");
    let pence: i64 = lines.iter().map(|line| line.2).sum();
    let doubted = totals(&opened).into_iter().find(|it| it.0 == Payment::Referred);
    let (n, left) = doubted.map_or((0, 0), |it| (it.1, it.2));
    assert_eq!((i64::try_from(lines.len()).unwrap() + n, pence + left), due);
    assert_eq!(logged(&office, "released"), pence);
    office.log_is_sound();
}

#[test]
fn killed_while_releasing_nothing_is_lost_or_paid_twice() {
    let (office, opened) = decided(300);
    office.edit("payments.toml", |text| text.replace("\"25000.00\"", "\"9000000.00\""));
    let file = made_by(&opened, "user:jean.dow").file.unwrap();
    let (mut kills, mut millis) = (0, 5);
    loop {
        let release = ["payments", "release", "1", "--why", "agrees with the ledger"];
        let mut running = Running::start(office.command(&release));
        running.listen(Duration::from_millis(millis));
        if !running.kill() {
            break;
        }
        (kills, millis) = (kills + 1, millis + 7);
        let seen: BTreeSet<i64> = paid(&office).iter().map(|line| line.0).collect();
        assert!(seen.is_empty() || seen.len() == usize::try_from(file.sums.count).unwrap());
    }
    assert!(kills > 3, "killed {kills} times only");
    let lines = paid(&office);
    let numbers: BTreeSet<i64> = lines.iter().map(|line| line.0).collect();
    assert_eq!(numbers.len(), lines.len(), "a payment stands twice");
    assert_eq!(i64::try_from(lines.len()).unwrap(), file.sums.count);
    assert_eq!(lines.iter().map(|line| line.2).sum::<i64>(), file.sums.pence);
    assert_eq!(logged(&office, "released"), file.sums.pence);
    office.log_is_sound();
}
