//! Lists for schools: who eats free in each kitchen, the flags of the school system, and the awards
//! that a later school roll ends.

use std::fs;
use std::path::{Path, PathBuf};

use clerkwork_runner::state::Payment;
use clerkwork_runner::store::payments::Filter;
use serde_json::{Value, json};

use crate::harness::{Office, Opened, Ran};

/// Isla by Universal Credit, Rory too and without an SCN, Skye by Scottish Child Payment, Finlay in
/// S2, Ava in P3 with a low income, Ewan whose SCN nobody knows.
const FORMS: &str = "\
Reference,Applied on,Applicant forename,Applicant surname,Applicant date of birth,Postcode,Applicant NINO,Basis,UC period end,UC net earnings,UC award,Scottish Child Payment,Evidence seen,Child forename,Child surname,Child date of birth,School,Stage,SCN,Clothing grant wanted,Sort code,Account number
F-1,01/09/2025,Morven,Drumlithie,12/05/1985,ZX1 1AA,NC100001A,Universal Credit,28/08/2025,300.00,400.00,no,yes,Isla,Drumlithie,12/05/2015,Kilcraig Primary School,P6,100000001,yes,089999,66374958
F-2,01/09/2025,Calum,Auchmithie,12/05/1985,ZX1 1AB,NC100002A,Universal Credit,28/08/2025,300.00,400.00,no,yes,Rory,Auchmithie,12/05/2014,Kilcraig Primary School,P7,,no,,
F-3,01/09/2025,Shona,Balmedie,12/05/1985,ZX1 1AJ,NC100003A,Scottish Child Payment,,,,yes,yes,Skye,Balmedie,13/05/2014,Kilcraig Primary School,P7,100000003,no,089999,66374958
F-4,01/09/2025,Angus,Collieston,12/05/1985,ZX1 1AD,NC100004A,Universal Credit,28/08/2025,300.00,400.00,no,yes,Finlay,Collieston,12/05/2012,Kilcraig Academy,S2,100000004,no,,
F-5,01/09/2025,Elspeth,Dunnottar,12/05/1985,ZX1 1AE,NC100005A,Universal Credit,28/08/2025,300.00,400.00,no,yes,Ava,Dunnottar,12/05/2018,Kilcraig Primary School,P3,100000005,no,,
F-6,01/09/2025,Fraser,Edzell,12/05/1985,ZX1 1AF,NC100006A,Universal Credit,28/08/2025,300.00,400.00,no,yes,Ewan,Edzell,12/05/2015,Kilcraig Primary School,P6,,no,,
";

/// Beside them Una and Gus, who are in P1 and P5, Hamish in P6, who pays, and Iona at a special
/// school.
const ROLL: &str = "\
SCN,Forename,Surname,Date of birth,School,Stage,Status
100000001,Isla,Drumlithie,12/05/2015,Kilcraig Primary School,P6,active
100000002,Rory,Auchmithie,12/05/2014,Kilcraig Primary School,P7,active
100000003,Skye,Balmedie,13/05/2014,Kilcraig Primary School,P7,active
100000004,Finlay,Collieston,12/05/2012,Kilcraig Academy,S2,active
100000005,Ava,Dunnottar,12/05/2018,Kilcraig Primary School,P3,active
,Ewan,Edzell,12/05/2015,Kilcraig Primary School,P6,active
100000007,Una,Fettercairn,12/05/2020,Kilcraig Primary School,P1,active
100000008,Gus,Gourdon,12/05/2016,Kilcraig Primary School,P5,active
100000009,Hamish,Inverbervie,12/05/2015,Kilcraig Primary School,P6,active
100000010,Iona,Johnshaven,12/05/2013,Lochan School,Special,active
";

/// The day of the lists.
const MARCH: &str = "2026-03-02";

/// A council whose kitchen lists are text, with six awards.
fn awarded() -> (Office, PathBuf) {
    let office = Office::open();
    office.edit("hand-out.toml", |text| text.replace("\"xlsx\"", "\"csv\""));
    let (forms, roll) = (office.file("forms.csv"), office.file("roll.csv"));
    fs::write(&forms, FORMS).unwrap();
    fs::write(&roll, ROLL).unwrap();
    let mut run = office.command(&["run", "free-school-meals", "--json", "--as-of", MARCH]);
    run.arg("--input").arg(&forms).arg("--output").arg(office.file("results.xlsx"));
    run.arg("--lookup").arg(format!("school-roll={}", roll.display()));
    let ran = Ran::of(&mut run);
    assert_eq!((ran.code, ran.count("done")), (0, 6), "{ran}");
    (office, roll)
}

/// The second roll: Isla has left, Rory is at another school, Skye in S1, Finlay is not there.
fn later(office: &Office) -> PathBuf {
    let text = ROLL
        .replace(
            "12/05/2015,Kilcraig Primary School,P6,active\n100000002",
            "12/05/2015,Kilcraig Primary School,P6,left\n100000002",
        )
        .replace(
            "12/05/2014,Kilcraig Primary School,P7,active",
            "12/05/2014,Lochside Primary School,P7,active",
        )
        .replace(
            "13/05/2014,Kilcraig Primary School,P7,active",
            "13/05/2014,Kilcraig Academy,S1,active",
        )
        .replace("100000004,Finlay,Collieston,12/05/2012,Kilcraig Academy,S2,active\n", "");
    let roll = office.file("later.csv");
    fs::write(&roll, text).unwrap();
    roll
}

fn hand_out(office: &Office, roll: &Path, more: &[&str]) -> Ran {
    let lookup = format!("school-roll={}", roll.display());
    let mut words = vec!["hand-out", "free-school-meals", "--json", "--as-at", MARCH, "--yes"];
    words.extend(["--lookup", lookup.as_str()]);
    words.extend(more);
    office.clerkwork(&words)
}

/// A list, its lines after the header.
fn list(office: &Office, name: &str) -> Vec<String> {
    let path = office.data().join("outbox/lists/free-school-meals").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    text.lines().skip(1).map(str::to_owned).collect()
}

fn logged(office: &Office) -> Vec<Value> {
    let folder = office.file("log");
    let exported = office.clerkwork(&["log", "export", &folder.display().to_string()]);
    assert_eq!(exported.code, 0, "{exported}");
    let text = fs::read_to_string(folder.join("entries.jsonl")).unwrap();
    fs::remove_dir_all(folder).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_kind<'e>(entries: &'e [Value], kind: &str) -> Vec<&'e Value> {
    entries.iter().filter(|entry| entry["kind"] == kind).collect()
}

/// Kind and state of the payments of the item that a reference's row became.
fn payments(opened: &Opened, item: &str) -> Vec<(String, Payment, String)> {
    let all = opened.wait(opened.store.payments(&Filter::default(), None)).unwrap();
    let mine = all.into_iter().filter(|it| it.item.to_string() == item);
    let mut mine: Vec<_> = mine.map(|it| (it.kind, it.state, it.reason)).collect();
    mine.sort();
    mine
}

#[test]
fn each_school_gets_who_eats_free_and_the_school_system_its_flags() {
    let (office, roll) = awarded();
    let dry = hand_out(&office, &roll, &["--dry-run"]);
    assert_eq!(dry.json()["dry_run"], true, "{dry}");
    assert!(!office.data().join("outbox/lists").exists(), "a dry run writes nothing");
    assert!(of_kind(&logged(&office), "hand-out.made").is_empty());

    let made = hand_out(&office, &roll, &[]);
    assert_eq!(made.code, 3, "Ewan has no SCN: {made}");
    let told = json!([{"code": "no-scn", "items": ["1-7"]}]);
    assert_eq!((made.json()["told"].clone(), made.json()["awards"].clone()), (told, json!(6)));
    assert_eq!(
        list(&office, "kitchen-kilcraig-primary-school.csv"),
        [
            "Una,Fettercairn,P1,,01/08/2025,30/06/2026",
            "Ava,Dunnottar,P3,,01/08/2025,30/06/2026",
            "Gus,Gourdon,P5,,01/08/2025,30/06/2026",
            "Isla,Drumlithie,P6,,01/09/2025,30/06/2026",
            "Ewan,Edzell,P6,,01/09/2025,30/06/2026",
            "Rory,Auchmithie,P7,,01/09/2025,30/06/2026",
            "Skye,Balmedie,P7,,01/09/2025,30/06/2026",
        ]
    );
    let academy = ["Finlay,Collieston,S2,,01/09/2025,30/06/2026"];
    assert_eq!(list(&office, "kitchen-kilcraig-academy.csv"), academy);
    let special = ["Iona,Johnshaven,Special,,01/08/2025,30/06/2026"];
    assert_eq!(list(&office, "kitchen-lochan-school.csv"), special);
    assert_eq!(
        list(&office, "flags.csv"),
        ["1", "2", "3", "4", "5"].map(|n| format!("10000000{n},FSM,01/09/2025,30/06/2026"))
    );

    let entries = logged(&office);
    let [entry] = of_kind(&entries, "hand-out.made")[..] else { panic!("one entry") };
    assert_eq!(entry["count"], 14, "every row of every list");
    let again = hand_out(&office, &roll, &[]);
    assert_eq!(again.json()["unchanged"], true, "{again}");
    assert_eq!(logged(&office).len(), entries.len(), "the same again leaves no entry");

    // A list that somebody changed is made anew.
    let flags = office.data().join("outbox/lists/free-school-meals/flags.csv");
    fs::write(&flags, "SCN\r\n").unwrap();
    assert_eq!(hand_out(&office, &roll, &[]).json()["unchanged"], false);
    assert_eq!(list(&office, "flags.csv").len(), 5);
    office.log_is_sound();
}

#[test]
fn a_later_roll_ends_awards_and_moves_children_to_their_new_school() {
    let (office, roll) = awarded();
    let opened = office.store();
    hand_out(&office, &roll, &[]);
    let before = payments(&opened, "1-2");
    assert!(before.iter().all(|(_, state, _)| *state == Payment::Due) && before.len() == 6);

    let later = later(&office);
    let refused = hand_out(&office, &later, &[]);
    refused.refused(1, &["2 of 6 awards would end", "--ends-at-most 2"]);
    assert!(of_kind(&logged(&office), "award.ended").is_empty());
    assert_eq!(list(&office, "flags.csv")[0], "100000001,FSM,01/09/2025,30/06/2026");

    // Two at once end each award once.
    let lookup = format!("school-roll={}", later.display());
    let words = ["hand-out", "free-school-meals", "--json", "--as-at", MARCH, "--yes"];
    let both = [(); 2].map(|()| {
        let mut command = office.command(&words);
        command.args(["--lookup", &lookup, "--ends-at-most", "2"]);
        std::thread::spawn(move || Ran::of(&mut command))
    });
    let both = both.map(|ran| ran.join().unwrap());
    let ends = |ran: &Ran| ran.json()["ended"].as_array().unwrap().len();
    assert_eq!(both.iter().map(ends).sum::<usize>(), 2, "{}\n{}", both[0], both[1]);
    let (first, second) = if ends(&both[0]) == 2 { (0, 1) } else { (1, 0) };
    assert_eq!(both[second].json()["unchanged"], true, "{}", both[second]);
    let made = both[first].json();
    let ended = json!([
        {"item": "1-2", "on": MARCH, "reason": "left-roll"},
        {"item": "1-4", "on": MARCH, "reason": "stage"},
    ]);
    assert_eq!(made["ended"], ended);
    let told = json!([
        {"code": "no-scn", "items": ["1-7"]},
        {"code": "not-on-roll", "items": ["1-5"]},
    ]);
    assert_eq!(made["told"], told);
    let kilcraig = "kitchen-kilcraig-primary-school.csv";
    let in_kilcraig = made["lists"].as_array().unwrap().iter().find(|it| it["file"] == kilcraig);
    assert_eq!(
        (&in_kilcraig.unwrap()["new"], &in_kilcraig.unwrap()["gone"]),
        (&json!(0), &json!(3))
    );
    let names: Vec<String> = list(&office, kilcraig)
        .iter()
        .map(|line| line.split(',').next().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["Una", "Ava", "Gus", "Ewan"]);
    let moved = ["Rory,Auchmithie,P7,,01/09/2025,30/06/2026"];
    assert_eq!(list(&office, "kitchen-lochside-primary-school.csv"), moved);
    let still = ["Finlay,Collieston,S2,,01/09/2025,30/06/2026"];
    assert_eq!(list(&office, "kitchen-kilcraig-academy.csv"), still, "the award stands");
    assert_eq!(
        list(&office, "flags.csv"),
        [
            "100000001,FSM,01/09/2025,02/03/2026",
            "100000002,FSM,01/09/2025,30/06/2026",
            "100000003,FSM,01/09/2025,02/03/2026",
            "100000004,FSM,01/09/2025,30/06/2026",
            "100000005,FSM,01/09/2025,30/06/2026",
        ]
    );
    let gone = |kind: &str| ["holiday-easter", "holiday-summer"].contains(&kind);
    for (kind, state, reason) in payments(&opened, "1-2") {
        let withdrawn = (Payment::Withdrawn, "award-ended");
        let expected = if gone(&kind) { withdrawn } else { (Payment::Due, "") };
        assert_eq!((state, reason.as_str()), expected, "{kind}");
    }
    assert_eq!(made["withdrawn"], 4, "Isla's and Skye's easter and summer");
    assert_eq!(of_kind(&logged(&office), "award.ended").len(), 2);

    let shown = office.clerkwork(&["show", "1-2"]);
    let says = "02/03/2026: the school roll says that the pupil has left";
    assert!(shown.stdout.contains("Award ended") && shown.stdout.contains(says), "{shown}");
    assert_eq!(office.clerkwork(&["show", "1-5", "--json"]).json()["award_ended"], Value::Null);

    // Isla is back. Her award stays ended until a review, which stands anew.
    let back = hand_out(&office, &roll, &[]);
    let told = back.json()["told"].to_string();
    assert!(told.contains("back-on-roll") && told.contains("1-2"), "{back}");
    assert_eq!(list(&office, "flags.csv")[0], "100000001,FSM,01/09/2025,02/03/2026");
    let lookup = format!("school-roll={}", roll.display());
    let why = ["--why", "she had not left", "--json"];
    let review = ["follow", "1-2", "--as", "review", "--lookup", &lookup];
    let review = office.clerkwork(&[&review[..], &why].concat());
    assert_eq!(review.code, 3, "{review}");
    let item = opened.wait(opened.store.superseded_by("1-2".parse().unwrap())).unwrap()[0];
    let confirmed = office.clerkwork(&[&["confirm", &item.to_string()][..], &why].concat());
    assert_eq!(confirmed.code, 0, "{confirmed}");
    hand_out(&office, &roll, &[]);
    assert_eq!(list(&office, "flags.csv")[0], "100000001,FSM,01/09/2025,30/06/2026");
    assert!(list(&office, kilcraig).iter().any(|line| line.starts_with("Isla,")));
    let due_again = payments(&opened, &item.to_string());
    assert!(due_again.iter().any(|(kind, ..)| kind == "holiday-summer"), "{due_again:?}");
    assert!(due_again.iter().all(|(kind, ..)| kind != "clothing-grant"), "it is due once");
    office.log_is_sound();
}

#[test]
fn nothing_of_why_is_in_any_list_and_nothing_of_whom_in_the_log() {
    let (office, roll) = awarded();
    let ran = hand_out(&office, &roll, &[]);
    hand_out(&office, &later(&office), &["--ends-at-most", "6"]);
    let folder = office.data().join("outbox/lists/free-school-meals");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap().to_lowercase();
        for word in [
            "nc10000",
            "credit",
            "income",
            "payment",
            "benefit",
            "morven",
            "zx1",
            "universal",
            "300.00",
        ] {
            assert!(!text.contains(word), "{word} in {}", path.display());
        }
    }
    let log: String = logged(&office).iter().map(ToString::to_string).collect();
    for word in ["Isla", "Drumlithie", "10000000", "Kilcraig", "NC1000", "2015-05-12"] {
        assert!(!log.contains(word), "{word} in the log");
        let personal = word != "Kilcraig";
        assert!(!personal || !ran.stdout.contains(word), "{word} in {ran}");
    }
}

#[test]
fn what_was_erased_is_in_no_list_and_is_counted() {
    let (office, roll) = awarded();
    let erased = office.clerkwork(&["retention", "--as-of", "2040-01-01", "--apply", "--yes"]);
    assert_eq!(erased.code, 0, "{erased}");
    let made = hand_out(&office, &roll, &[]);
    assert_eq!((made.count("erased"), made.count("awards")), (6, 0), "{made}");
    assert!(list(&office, "flags.csv").is_empty());
    assert_eq!(list(&office, "kitchen-kilcraig-primary-school.csv").len(), 3, "P1 to P5 stay");
}

#[test]
fn what_is_asked_wrongly_is_refused_with_what_to_do() {
    let (office, roll) = awarded();
    let other = office.clerkwork(&["hand-out", "rent-accounts"]);
    other.refused(2, &["makes no lists", "free-school-meals"]);
    let none = office.clerkwork(&["hand-out", "free-school-meals", "--lookup", "school-roll=none"]);
    none.refused(2, &["rest on the lookup school-roll"]);
    let absent = office.clerkwork(&["hand-out", "free-school-meals", "--as-at", MARCH, "--yes"]);
    absent.refused(2, &["the lookup school-roll is not there"]);
    let future = ["hand-out", "free-school-meals", "--as-at", "2999-01-01"];
    office.clerkwork(&future).refused(2, &["has not come", "--dry-run"]);
    office.edit("hand-out.toml", |text| text.replace("holds = \"scn\"", "holds = \"nino\""));
    let refused = hand_out(&office, &roll, &[]);
    refused.refused(2, &["hand-out.toml is not right", "no column holds \"nino\""]);
    let checked = office.clerkwork(&["check", "free-school-meals"]);
    assert!(checked.stdout.contains("hand-out.toml is not right"), "{checked}");
    office.put("hand-out.toml", "folder = \"../elsewhere\"\n");
    hand_out(&office, &roll, &[]).refused(2, &["leads outside the data folder"]);
}
