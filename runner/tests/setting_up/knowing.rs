//! What is known before anything runs: bots, templates, settings, sheets.

use std::fs;

use serde_json::Value;

use crate::council::{BOT, Council, NO_ROLL, files, say};

#[test]
fn bots_are_shown_without_a_data_folder_and_in_one_with_the_councils_policy() {
    assert!(say(&["bots", "list"]).expect(0).out.contains(BOT));
    let bare = say(&["bots", "show", BOT, "--json"]).expect(0).json();
    assert_eq!(bare["council"], Value::Null);
    let with = Council::new().say(&["bots", "show", BOT, "--json"]).expect(0).json();
    assert_eq!(with["council"], "Strathmarnock Council");
    let confirmed = |it: &Value| {
        it["figures"].as_array().unwrap().iter().filter(|line| line["confirmed"] == true).count()
    };
    assert!(confirmed(&with) > confirmed(&bare));
    say(&["bots", "show", "no-such-bot"]).expect(2);
    say(&["bots", "show", BOT, "--data", "/nowhere"]).expect(2);
}

#[test]
fn golden_cases_are_run_by_the_installed_program() {
    let said = say(&["bots", "test", "--json"]).expect(0).json();
    assert!(said["cases"].as_u64().unwrap() > 50);
    assert_eq!(said["wrong"].as_array().unwrap().len(), 0);
    say(&["bots", "test", "nobody"]).expect(2);
}

#[test]
fn the_template_runs_as_it_is_and_only_its_first_sheet_is_data() {
    let council = Council::new();
    for bot in clerkwork_bots::all() {
        let name = bot.manifest().name;
        let form = council.at(&format!("{name}.xlsx"));
        say(&["template", name, "-o", &form, "--json"]).expect(0);
        let none: Vec<String> =
            bot.manifest().lookups.iter().map(|it| format!("--lookup={}=none", it.name)).collect();
        let none: Vec<&str> = none.iter().map(String::as_str).collect();
        let check = ["check", name, "--input", &form, "--json"];
        let sheet = council.say(&[&check[..], &none].concat()).expect(0).json()["sheet"].clone();
        assert_eq!(sheet["rows"], 0, "{sheet}");
        let notices = sheet["notices"].to_string();
        assert!(notices.contains("Example") && notices.contains("Help"), "{notices}");
        council.say(&[&["run", name, "--input", &form][..], &none].concat()).expect(0);
    }
    let form = council.at("form");
    say(&["template", BOT, "-o", &format!("{form}.csv")]).expect(2);
    say(&["template", BOT, "-o", &format!("{form}.xlsx"), "--lookup", "nothing"]).expect(2);
    say(&["template", BOT, "-o", &council.at("free-school-meals.xlsx")]).expect(2);
    let roll = council.at("roll.xlsx");
    say(&["template", BOT, "--lookup", "school-roll", "-o", &roll]).expect(0);
    council.say(&["check", BOT, "--lookup", &format!("school-roll={roll}")]).expect(0);
}

#[test]
fn check_tells_every_fault_at_once_and_changes_nothing() {
    let council = Council::new();
    let data = council.0.path().join("data");
    let before = files(&data);
    let no_employees = ["--lookup", "employees=none"];
    council.say(&[&["check"], &NO_ROLL[..], &no_employees].concat()).expect(0);
    let without_roll = council.say(&["check"]).expect(2);
    assert!(without_roll.out.contains("school-roll=none"), "{}", without_roll.out);
    assert_eq!(before, files(&data));

    let schedule = data.join("schedules/free-school-meals.toml");
    let text = fs::read_to_string(&schedule).unwrap();
    let text = text.replace("inbox/fsm", "../inbox").replace("30 7 * * Mon-Fri", "99 7 * *");
    let text = format!("colour = \"blue\"\n{text}[outlets.case]\nconnector = \"crm\"\n");
    fs::write(&schedule, text).unwrap();
    let policy = data.join("policy/free-school-meals.toml");
    fs::write(&policy, "[council]\nname = \"X\"\n[nothing]\n").unwrap();
    let bad = council.say(&["check"]).expect(2);
    for fault in ["colour", "../inbox", "cron", "outlet \"case\"", "policy/free-school-meals.toml"]
    {
        assert!(bad.out.contains(fault), "{fault}: {}", bad.out);
    }
    council.say(&["check", "no-such-schedule"]).expect(2);
    council.say(&["check", "--input", "/etc/hostname"]).expect(2);
}

#[test]
fn check_lists_rows_at_fault_by_column_and_never_what_they_hold() {
    let council = Council::new();
    let form = council.form("form.xlsx", &[("UC net earnings", "6l2.40"), ("Stage", "P99")]);
    let check = |form: &str, json: &[&str]| {
        council.say(&[&["check", BOT, "--input", form], &NO_ROLL[..], json].concat())
    };
    let said = check(&form, &["--json"]).expect(0);
    let sheet = said.json()["sheet"].clone();
    assert_eq!((sheet["rows"].as_u64(), sheet["rejected"].as_u64()), (Some(1), Some(1)));
    let faults = sheet["faults"].as_array().unwrap();
    let columns: Vec<&str> = faults.iter().map(|it| it["column"].as_str().unwrap()).collect();
    assert_eq!(columns, ["UC net earnings", "Stage"]);
    let text = check(&form, &[]).expect(0).all();
    assert!(text.contains("row 2, column Stage: expected"), "{text}");
    for personal in ["6l2.40", "P99", "Auchterlee", "JY123456A"] {
        assert!(!said.all().contains(personal) && !text.contains(personal), "{personal}");
    }
    fs::write(council.at("broken.xlsx"), b"PK\x03\x04 no workbook").unwrap();
    check(&council.at("broken.xlsx"), &[]).expect(1);
    check(&council.at("not-there.xlsx"), &[]).expect(1);
}
