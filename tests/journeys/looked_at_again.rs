//! What was put off is looked at again on its day, from its source: by hand and by itself, once,
//! whoever dies and however many do it at once.

use std::fs;
use std::time::{Duration, Instant};

use clerkwork_fixtures::applications::{Cell, Kind};
use clerkwork_fixtures::dataverse::{Did, Options as Crms};
use clerkwork_fixtures::questions::End;
use clerkwork_fixtures::sheet::RollFormat;
use clerkwork_fixtures::trial::brisk;
use clerkwork_fixtures::{Application, Council, Options};
use clerkwork_runner::ids::{BatchId, ItemId};
use clerkwork_runner::job_log;
use clerkwork_runner::state::Item;
use clerkwork_runner::store::items::Listed;
use serde_json::{Value, json};
use uuid::Uuid;

use super::crm::{Crm, cases};
use crate::harness::{Office, Opened, Ran, Running, Sheet, column};

/// The day until which everything here is put off: one that is never past.
const DAY: &str = "2099-01-05";

fn two_looks(text: String) -> String {
    format!("{text}\n[again]\ntimes = 2\ndays = 5\n")
}

/// A CRM beside an office whose cases were read once.
fn crm(options: Crms) -> Crm {
    let crm = Crm::with(options, |text| two_looks(brisk(text)));
    assert_eq!(crm.run().code, 3);
    crm
}

/// Cases of employees who are on no list, with their items.
fn unknown(crm: &Crm) -> Vec<(String, Uuid)> {
    let questions = crm.stand_in.questions();
    let asked = questions.iter().zip(crm.stand_in.cases()).enumerate();
    let unknown = asked.filter(|(_, (question, _))| question.end == End::UnknownEmployee);
    unknown.map(|(at, (_, case))| (format!("1-{}", at + 1), case)).collect()
}

/// The number of an employee who is on the list, and whom the bot answers.
fn known_employee(crm: &Crm) -> Value {
    let questions = crm.stand_in.questions();
    json!(questions.iter().find(|it| it.end == End::Answered).unwrap().employee_number)
}

fn postponed(ran: &Ran) {
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(ran.json()["acted"][0]["state"], "postponed", "{ran}");
}

fn put_off(crm: &Crm, item: &str) {
    let why = "the number is to be put right";
    postponed(&crm.clerkwork(&["postpone", item, "--until", DAY, "--why", why, "--json"]));
}

fn look(crm: &Crm, day: &str) -> Ran {
    crm.clerkwork(&["look-again", "--as-of", day, "--json"])
}

fn sound(crm: &Crm) {
    let verified = crm.clerkwork(&["log", "verify", "--json"]);
    assert_eq!(verified.json()["sound"], true, "{verified}");
    let doctor = crm.clerkwork(&["doctor"]);
    assert!(doctor.stdout.contains("balance and agree with what is stored"), "{doctor}");
}

fn notes(crm: &Crm, case: Uuid) -> usize {
    let record = crm.stand_in.record();
    record.events.iter().filter(|it| it.set == "annotations" && it.case == Some(case)).count()
}

#[test]
fn a_case_that_changed_in_the_crm_is_decided_on_its_day_with_what_it_says_now() {
    let crm = crm(cases(10));
    let (item, case) = unknown(&crm).remove(0);
    assert_eq!(crm.item(&item)["reason"], "employee-not-found");
    put_off(&crm, &item);
    let shown = crm.item(&item);
    assert_eq!((&shown["until"], &shown["looks"]["days"]), (&json!(DAY), &json!([])), "{shown}");

    let early = look(&crm, "2099-01-04");
    assert_eq!((early.code, &early.json()["looks"]), (0, &json!([])), "{early}");
    crm.stand_in.officer_changes(case, "new_employeenumber", known_employee(&crm));
    let looked = look(&crm, DAY);
    assert_eq!(looked.code, 0, "{looked}");
    let one = &looked.json()["looks"][0];
    assert_eq!((&one["earlier"], &one["state"]), (&json!(item), &json!("done")), "{looked}");

    let (before, now) = (crm.item(&item), crm.item(one["item"].as_str().unwrap()));
    assert_eq!(before["state"], "cancelled");
    assert_eq!(before["superseded_by"], json!([one["item"]]));
    assert_eq!((&now["follows"], &now["looks"]["days"]), (&json!(item), &json!([DAY])), "{now}");
    assert_eq!(crm.stand_in.column("incidents", case, "statecode"), Some(json!(1)));
    assert_eq!(crm.stand_in.record().done_to_case(Did::Closed, case), 1);
    assert_eq!(notes(&crm, case), 2, "one of the referral, one of the answer");
    // What was read by the look is not taken once more by the next reading.
    crm.run();
    assert_eq!(crm.item(one["item"].as_str().unwrap())["superseded_by"], json!([]));
    sound(&crm);
}

#[test]
fn a_case_that_never_changes_is_looked_at_so_often_and_then_is_an_officers() {
    let crm = crm(cases(10));
    let (item, case) = unknown(&crm).remove(0);
    put_off(&crm, &item);
    let first = look(&crm, DAY);
    assert_eq!(first.code, 3, "{first}");
    let one = first.json()["looks"][0].clone();
    assert_eq!((&one["state"], &one["until"]), (&json!("postponed"), &json!("2099-01-10")));
    assert_eq!(notes(&crm, case), 1, "nobody is told of what goes on waiting");
    assert_eq!(look(&crm, "2099-01-09").json()["looks"], json!([]));

    let second = look(&crm, "2099-01-10");
    let two = second.json()["looks"][0].clone();
    assert_eq!((second.code, &two["state"]), (3, &json!("referred")), "{second}");
    let shown = crm.item(two["item"].as_str().unwrap());
    assert_eq!(shown["looks"]["days"], json!([DAY, "2099-01-10"]), "{shown}");
    let needs = shown["rulings"][0]["needs"].to_string();
    assert!(needs.contains("employee-not-found") && needs.contains("looked-at-again"), "{shown}");
    let page = crm.clerkwork(&["show", two["item"].as_str().unwrap()]);
    let said = page.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("looked at again 2 times, on 05/01/2099 and 10/01/2099"), "{page}");
    assert_eq!(look(&crm, "2099-12-31").json()["looks"], json!([]), "by itself no more");
    assert_eq!(notes(&crm, case), 2, "the officers there are told once more");

    // A person may put it off anew: then looks are counted from there.
    put_off(&crm, two["item"].as_str().unwrap());
    let third = look(&crm, DAY).json()["looks"][0].clone();
    assert_eq!(third["state"], "postponed", "{third}");
    assert_eq!(crm.item(third["item"].as_str().unwrap())["looks"]["days"], json!([DAY]));
    sound(&crm);
}

#[test]
fn a_case_that_is_gone_from_the_crm_is_an_officers_at_once() {
    let crm = crm(cases(10));
    let (item, case) = unknown(&crm).remove(0);
    put_off(&crm, &item);
    crm.stand_in.officer_deletes("incidents", case);
    let looked = look(&crm, DAY);
    let one = looked.json()["looks"][0].clone();
    assert_eq!((looked.code, &one["state"]), (3, &json!("referred")), "{looked}");
    let shown = crm.item(one["item"].as_str().unwrap());
    assert!(shown["rulings"][0]["needs"].to_string().contains("gone-from-source"), "{shown}");
    sound(&crm);
}

#[test]
fn what_the_days_reading_took_meanwhile_or_a_person_settled_is_not_looked_at() {
    let crm = crm(cases(20));
    let mut all = unknown(&crm);
    let ((settled, _), (overtaken, case)) = (all.remove(0), all.remove(0));
    for item in [&settled, &overtaken] {
        put_off(&crm, item);
    }
    let by_hand = crm.clerkwork(&["by-hand", &settled, "--why", "answered at the desk"]);
    assert_eq!(by_hand.code, 0, "{by_hand}");
    crm.stand_in.officer_changes(case, "new_employeenumber", known_employee(&crm));
    assert_eq!(crm.run().code, 0, "the reading of the day takes the case as it is now");
    let looked = look(&crm, DAY);
    let looks = looked.json()["looks"].clone();
    assert_eq!(looks.as_array().map(Vec::len), Some(1), "{looked}");
    assert_eq!(
        (&looks[0]["earlier"], &looks[0]["outcome"]),
        (&json!(overtaken), &json!("overtaken"))
    );
    assert_eq!(crm.item(&overtaken)["state"], "cancelled");
    assert_eq!(crm.item(&settled)["state"], "by hand");
    assert_eq!(crm.stand_in.record().done_to_case(Did::Closed, case), 1);
    sound(&crm);
}

#[test]
fn without_its_crm_a_case_stays_put_off_and_the_command_says_so() {
    let crm = crm(cases(10));
    let (item, _) = unknown(&crm).remove(0);
    put_off(&crm, &item);
    let Crm { stand_in, office, runtime } = crm;
    drop(stand_in);
    let look = || Ran::of(&mut office.command(&["look-again", "--as-of", DAY, "--json"], true));
    let looked = look();
    assert_eq!(looked.code, 1, "{looked}");
    assert_eq!(looked.json()["looks"][0]["outcome"], "not looked at", "{looked}");
    let shown = Ran::of(&mut office.command(&["show", &item, "--json"], true)).json();
    assert_eq!(shown["state"], "postponed");
    drop(runtime);
}

#[test]
fn killed_at_any_moment_while_looking_again_each_case_is_answered_once() {
    let crm = crm(cases(60));
    let all = unknown(&crm);
    assert_eq!(all.len(), 6);
    let employee = known_employee(&crm);
    for (item, case) in &all {
        put_off(&crm, item);
        crm.stand_in.officer_changes(*case, "new_employeenumber", employee.clone());
    }
    let command = || crm.office.command(&["look-again", "--as-of", DAY, "--json"], true);
    let (mut kills, stages) =
        (0, ["stage claimed", "stage decided", "stage recorded", "stage posting"]);
    for n in 0..16 {
        let mut running = Running::start(command());
        if n % 2 == 0 {
            running.listen(Duration::from_millis(40 + 35 * n));
        } else if !running.until(stages[usize::try_from(n / 2).unwrap() % stages.len()], 1) {
            running.end();
            continue;
        }
        kills += usize::from(running.kill());
    }
    assert!(kills >= 3, "too few were killed to show anything: {kills}");
    // Two at once, until nothing is left.
    for _ in 0..60 {
        let (one, two) = (Running::start(command()), Running::start(command()));
        for ran in [one.end(), two.end()] {
            assert!(matches!(ran.code, 0 | 3), "{ran}");
        }
        crm.run();
        if all.iter().all(|(item, _)| ends(&crm, item) == ["cancelled", "done"]) {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    for (item, case) in &all {
        assert_eq!(ends(&crm, item), ["cancelled", "done"], "{item}");
        let record = crm.stand_in.record();
        assert_eq!(record.done_to_case(Did::Closed, *case), 1, "{item}");
        assert_eq!(record.done_to_case(Did::Changed, *case), 1, "{item}");
        assert_eq!(notes(&crm, *case), 2, "{item}");
    }
    sound(&crm);
}

/// The states of an item and of everything that follows it.
fn ends(crm: &Crm, item: &str) -> Vec<String> {
    let shown = crm.item(item);
    let mut states = vec![shown["state"].as_str().unwrap().to_owned()];
    for later in shown["superseded_by"].as_array().unwrap() {
        states.extend(ends(crm, later.as_str().unwrap()));
    }
    states
}

/// Applications that are awarded if their child is on the roll.
fn awarded(n: usize) -> Vec<Application> {
    let council = Council::invent(1);
    let all = council.applications(300, Options { mistakes: 0, ..Options::default() });
    let uc = |row: &Application| {
        let decision = row.expect.decision.as_ref();
        row.kind == Kind::Ordinary
            && row.cells[column("UC net earnings")] != Cell::Empty
            && decision.is_some_and(|it| it.income_based == "yes" && it.meals != "not asked")
    };
    let rows: Vec<Application> = all.filter(uc).take(n).collect();
    assert_eq!(rows.len(), n);
    rows
}

/// Rows whose children are on no roll yet, put off; the roll gets them afterwards.
fn put_off_rows(office: &Office, n: usize) {
    let (sheet, other) =
        (Sheet::holding(office, "rows.xlsx", awarded(n)), office.file("other.csv"));
    Council::invent(1).roll_sheet(&other, RollFormat::Csv).unwrap();
    let whole = fs::read_to_string(&other).unwrap();
    let few: Vec<&str> = whole.lines().take(1).chain(whole.lines().last()).collect();
    fs::write(&other, few.join("\n")).unwrap();
    let roll = office.data().join("rolls/school-roll.xlsx");
    let lookup = format!("school-roll={}", other.display());
    let ran = office.run_with(&sheet, &["--lookup", &lookup]);
    assert_eq!((ran.code, ran.count("referred")), (3, i64::try_from(n).unwrap()), "{ran}");
    fs::copy(&sheet.roll, &roll).unwrap();
    for item in office.store().items(1) {
        assert_eq!(item.reason, "not-on-roll");
        let id = item.id.to_string();
        let why = ["--why", "the school enters the child next week", "--json"];
        let command = [&["postpone", &id, "--until", DAY][..], &why].concat();
        postponed(&office.clerkwork(&command));
    }
}

/// What follows an item, if one does.
fn follower(opened: &Opened, item: ItemId) -> Option<Listed> {
    let followers = opened.wait(opened.store.superseded_by(item)).unwrap();
    assert!(followers.len() < 2, "{item} was taken up more than once: {followers:?}");
    followers.first().map(|id| opened.wait(opened.store.item(*id)).unwrap())
}

#[test]
fn a_row_of_a_sheet_is_decided_when_the_roll_has_its_child() {
    let office = Office::open();
    put_off_rows(&office, 2);
    let looked = office.clerkwork(&["look-again", "--as-of", DAY]);
    assert_eq!(looked.code, 0, "{looked}");
    assert!(looked.stdout.contains("looked at") && looked.stdout.contains("done"), "{looked}");
    let opened = office.store();
    for item in opened.items(1) {
        assert_eq!(item.state, Item::Cancelled);
        let now = follower(&opened, item.id).unwrap();
        assert_eq!((now.state, now.award, now.until), (Item::Done, true, None));
    }
    let batch = opened.wait(opened.store.batch(BatchId(1))).unwrap();
    assert_eq!(batch.state.as_str(), "complete");
    assert!(batch.totals.balance());
    drop(opened);
    let again = office.clerkwork(&["look-again", "--as-of", DAY]);
    assert_eq!(again.code, 0, "{again}");
    assert!(again.stdout.contains("Nothing that was put off is due"), "{again}");
    office.log_is_sound();
}

#[test]
fn a_later_sheet_with_the_same_application_is_a_repeat_while_it_is_put_off() {
    let office = Office::open();
    put_off_rows(&office, 1);
    let mut row = awarded(1).remove(0);
    "OTHER-1".clone_into(&mut row.reference);
    row.cells[column("Reference")] = Cell::text("OTHER-1");
    let ran = office.run(&Sheet::holding(&office, "later.xlsx", vec![row]));
    assert_eq!((ran.count("duplicates"), ran.count("items")), (1, 0), "{ran}");
    office.log_is_sound();
}

#[test]
fn whoever_serves_takes_up_what_is_due_by_itself_and_once() {
    let office = Office::open();
    put_off_rows(&office, 3);
    let opened = office.store();
    let first = opened.items(1)[0].id;
    // A day that has come cannot be chosen, so it is set.
    let past = sqlx::query("UPDATE item SET until = '2026-01-05' WHERE id = $1").bind(first.0);
    opened.wait(async {
        let mut tx = opened.store.db.begin().await.unwrap();
        past.execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    });
    let late = office.clerkwork(&["doctor"]);
    assert!(late.stdout.contains("not looked at again"), "{late}");
    let (one, two) = (
        Running::start(office.command(&["serve", "--no-page"])),
        Running::start(office.command(&["work"])),
    );
    let begun = Instant::now();
    while follower(&opened, first).is_none_or(|now| now.state != Item::Done) {
        assert!(begun.elapsed() < Duration::from_mins(2), "it was not taken up");
        std::thread::sleep(Duration::from_millis(200));
    }
    for running in [one, two] {
        running.terminate();
        let ended = running.end();
        assert_eq!(ended.code, 0, "{ended}");
    }
    let states: Vec<Item> = opened.items(1).iter().map(|item| item.state).collect();
    assert_eq!(states, [Item::Cancelled, Item::Postponed, Item::Postponed]);
    let entries = opened.wait(job_log::of(&opened.store.db, first.0, first.0, 0, 100)).unwrap();
    let closed = |stored: &&job_log::Stored| {
        let text = String::from_utf8_lossy(&stored.bytes);
        text.contains("\"to\":\"cancelled\"") && text.contains("looked-at-again")
    };
    assert_eq!(entries.iter().filter(closed).count(), 1);
    assert!(!office.clerkwork(&["doctor"]).stdout.contains("not looked at again"));
    office.log_is_sound();
}

#[test]
fn what_is_not_put_off_and_what_is_set_wrongly_is_refused() {
    let office = Office::open();
    put_off_rows(&office, 1);
    let now = office.clerkwork(&["look-again", "1-2"]);
    assert_eq!(now.code, 0, "before its day, as somebody asked for it\n{now}");
    office.clerkwork(&["look-again", "1-2"]).refused(2, &["is cancelled, and is not put off"]);
    office.clerkwork(&["look-again", "--schedule", "none"]).refused(2, &["there is no schedule"]);
    office.edit("schedules/free-school-meals.toml", |text| {
        format!("{text}\n[again]\ntimes = 0\ndays = 400\nhours = 1\n")
    });
    let checked = office.clerkwork(&["check", "free-school-meals"]);
    assert_eq!(checked.code, 2, "{checked}");
    for fault in
        ["[again] times = 0: from 1 to 50", "[again] days = 400: from 1 to 366", "again.hours"]
    {
        assert!(checked.stdout.contains(fault), "{fault}\n{checked}");
    }
}
