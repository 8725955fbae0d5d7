//! Notices of decisions: what is told of an award that was made automatically and of a decision
//! that an officer confirmed, and that there is none before somebody has decided.

use std::fs;

use crate::harness::{Office, Ran, Sheet};

/// An award that is decided, and earnings that leave nothing, which an officer confirms.
const CLAIMS: &str = "\
Reference,Kind,Benefit,Claim date,Forename,Surname,Date of birth,NINO,Accommodation,Council tax band,Council tax annual,Earnings net weekly,Hours,Right to reside confirmed,Evidence complete
N-1,New claim,Council Tax Reduction,02/10/2026,Isla,Drumlithie,12/05/1990,JY100001A,general,C,1460.00,90.00,10,yes,yes
N-2,New claim,Council Tax Reduction,02/10/2026,Rory,Auchmithie,12/05/1985,JY100002A,general,C,1460.00,300.00,30,yes,yes
";

fn office_with_claims() -> Office {
    let office = Office::open();
    let (input, output) = (office.file("claims.csv"), office.file("results.xlsx"));
    fs::write(&input, CLAIMS).unwrap();
    let mut command = office.command(&["run", "benefits-claims", "--json"]);
    command.args(["--as-of", "2026-10-12", "--input"]).arg(&input).arg("--output").arg(output);
    let ran = Ran::of(&mut command);
    assert_eq!((ran.code, ran.count("done"), ran.count("referred")), (3, 1, 1), "{ran}");
    office
}

fn has(ran: &Ran, words: &[&str]) {
    assert_eq!(ran.code, 0, "{ran}");
    for word in words {
        assert!(ran.stdout.contains(word), "nothing is said of {word:?}\n{ran}");
    }
}

#[test]
fn an_award_and_a_confirmed_decision_are_told_in_notices() {
    let office = office_with_claims();
    let award = office.clerkwork(&["notice", "1-2"]);
    has(
        &award,
        &[
            "Council Tax Reduction: £28.00 a week from 5 October 2026.",
            "This decision was made automatically.",
            "01632 960 101",
            "Isla Drumlithie",
            "£28.00",
            "First-tier Tribunal (Local Taxation Chamber) within 42 days",
        ],
    );

    let early = office.clerkwork(&["notice", "1-3"]);
    early.refused(2, &["item 1-3 is referred", "clerkwork show 1-3"]);
    let why = "earnings seen on three payslips";
    let confirmed = office.clerkwork(&["confirm", "1-3", "--why", why]);
    assert_eq!(confirmed.code, 0, "{confirmed}");
    let nil = office.clerkwork(&["notice", "1-3"]);
    has(
        &nil,
        &[
            "Council Tax Reduction: none is due from 5 October 2026.",
            "A person made this decision: our Benefits officer",
        ],
    );
    for words in ["automatically", "os:", why] {
        assert!(!nil.stdout.contains(words), "{words}\n{nil}");
    }
    office.log_is_sound();
    let log = office.clerkwork(&["log", "tail", "--json"]).stdout;
    assert_eq!(log.matches("\"notice.made\"").count(), 2, "{log}");
    for name in ["Drumlithie", "Auchmithie"] {
        assert!(!log.contains(name), "{name}");
    }
}

#[test]
fn school_meals_are_told_in_notices_too() {
    let office = Office::open();
    let ran = office.run(&Sheet::clean(&office, 12).with_roll());
    assert!(ran.count("done") > 0, "{ran}");
    let items = office.clerkwork(&["items", "--batch", "1", "--state", "done", "--json"]).json();
    let first = items["items"][0]["item"].as_str().unwrap().to_owned();
    let words = ["Free school meals: ", "This decision was made automatically.", "01632 960 102"];
    has(&office.clerkwork(&["notice", &first]), &words);
    let unknown = office.clerkwork(&["notice", "9-9"]);
    unknown.refused(2, &["there is no item 9-9"]);
}

#[test]
fn a_notice_goes_to_a_file_whole_or_not_at_all() {
    let office = office_with_claims();
    let (file, nowhere) = (office.file("1-2.txt"), office.file("no/such/folder.txt"));
    let screen = office.clerkwork(&["notice", "1-2"]);
    let wrote = office.clerkwork(&["notice", "1-2", "--json", "-o", file.to_str().unwrap()]);
    assert_eq!(wrote.code, 0, "{wrote}");
    assert_eq!(wrote.json()["automatic"], true, "{wrote}");
    assert!(!wrote.stdout.contains("Drumlithie"), "{wrote}");
    assert_eq!(fs::read_to_string(&file).unwrap(), screen.stdout);

    let lost = office.clerkwork(&["notice", "1-2", "-o", nowhere.to_str().unwrap()]);
    lost.refused(1, &["folder.txt"]);
    assert!(!nowhere.exists());
    let json = office.clerkwork(&["notice", "1-2", "--json"]);
    json.refused(2, &["-o FILE"]);
    assert!(!json.stdout.contains("Drumlithie"), "{json}");
}

#[test]
fn what_the_council_has_not_said_is_asked_for_and_never_made_up() {
    let office = office_with_claims();
    office.edit("council.toml", |text| {
        let kept = text.lines().filter(|line| !line.starts_with("phone"));
        kept.collect::<Vec<_>>().join("\n")
    });
    let ran = office.clerkwork(&["notice", "1-2"]);
    ran.refused(2, &["council.toml", "[notices.benefits-claims]", "phone: the telephone number"]);
    assert!(ran.stdout.is_empty(), "{ran}");

    let checked = office.clerkwork(&["check", "benefits-claims"]);
    has(&checked, &["warning  notices", "[notices.benefits-claims]", "phone: the telephone"]);

    office.put("council.toml", "name = \"Strathmarnock Council\"\n");
    let ran = office.clerkwork(&["notice", "1-2"]);
    ran.refused(2, &["phone: ", "write_to: ", "review_to: ", "rent_allowance_paid: "]);
}

#[test]
fn an_officer_has_the_post_that_the_council_names() {
    let office = office_with_claims();
    let confirmed = office.clerkwork(&["confirm", "1-3", "--why", "seen"]);
    assert_eq!(confirmed.code, 0, "{confirmed}");
    let shown = office.clerkwork(&["show", "1-3", "--json"]).json();
    let by = shown["rulings"][1]["by"].as_str().unwrap().to_owned();
    office.edit("council.toml", |text| {
        format!("{text}\n[posts]\n\"{by}\" = \"Senior benefits officer\"\n")
    });
    let notice = office.clerkwork(&["notice", "1-3"]);
    has(&notice, &["our Senior benefits officer"]);
}
