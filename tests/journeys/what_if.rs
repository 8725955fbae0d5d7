//! What would follow from other figures: who gains, who loses, what it costs, and nothing is
//! changed but for one entry in the log.

use std::collections::BTreeMap;
use std::path::Path;

use clerkwork_fixtures::accounts::accounts;
use clerkwork_fixtures::sheet::write_accounts;
use serde_json::Value;

use crate::harness::{Office, Ran, Results, Sheet, TODAY};

const MEALS: &str = "free-school-meals";

/// A higher limit for a year in which the law has one, and a higher grant of the council's.
const MORE: &str = r#"
[[figures.uc_limit]]
from = "2025-04-01"
until = "2026-03-31"
value = "5000.00"

[[figures.grant_primary]]
from = "2025-06-15"
until = "2026-06-14"
value = "200.00"
"#;

fn supposing(office: &Office, text: &str) -> String {
    let file = office.file("supposed.toml");
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

fn ask(office: &Office, bot: &str, supposed: &str, more: &[&str]) -> Ran {
    let mut command = office.command(&["bots", "what-if", bot, "--policy", supposed]);
    command.args(more);
    Ran::of(&mut command)
}

/// Everything in the store but the log, as rows of text.
fn stored(office: &Office) -> String {
    let opened = office.store();
    let batches = opened.wait(opened.store.batches(false, 100)).unwrap();
    let mut text = format!("{}\n", batches.len());
    for batch in batches {
        text += &format!("{} {} {:?}\n", batch.id, batch.state, batch.totals);
        for item in opened.items(batch.id.0) {
            text += &format!("{} {} {} {}\n", item.id, item.state, item.ruling, item.award);
        }
    }
    text
}

fn log_size(office: &Office) -> i64 {
    office.clerkwork(&["log", "verify", "--json"]).json()["entries"].as_i64().unwrap()
}

fn count<'v>(answer: &'v Value, list: &str, named: &[(&str, &str)]) -> &'v Value {
    let list = answer[list].as_array().unwrap();
    let fits = |it: &&Value| named.iter().all(|(key, value)| it[*key] == *value);
    list.iter().find(fits).unwrap_or_else(|| panic!("no {named:?} in {list:?}"))
}

#[test]
fn a_higher_limit_awards_what_was_refused_and_says_what_it_costs() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 500);
    let ran = office.run(&sheet);
    assert_eq!(ran.code, 3, "{ran}");
    let (before, size) = (stored(&office), log_size(&office));
    let supposed = supposing(&office, MORE);
    let book = office.file("what-if.xlsx");
    let book_name = book.display().to_string();
    let asked = ask(&office, MEALS, &supposed, &["--batch", "1", "--json", "-o", &book_name]);
    assert_eq!(asked.code, 0, "{asked}");
    let answer = asked.json();

    // Nothing is changed but for one entry.
    assert_eq!(stored(&office), before);
    assert_eq!(log_size(&office), size + 1);
    office.log_is_sound();

    // Both figures that differ are named; the national one too.
    let ids: Vec<&str> =
        answer["figures"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["grant_primary", "uc_limit"]);
    let limit = count(&answer, "figures", &[("id", "uc_limit")]);
    assert_eq!(limit["was"][0], "850.00 from 01/04/2025 to 31/03/2026");
    assert_eq!(limit["is"][0], "5000.00 from 01/04/2025 to 31/03/2026");

    // Some refused become awarded, and nobody loses.
    let refused = [("column", "Meals"), ("from", "refused"), ("to", "awarded")];
    assert!(count(&answer, "changes", &refused)["cases"].as_u64().unwrap() > 0, "{asked}");
    let decided = [("column", "Outcome"), ("from", "referred"), ("to", "decided")];
    let decided = count(&answer, "changes", &decided)["cases"].as_u64().unwrap();
    assert!(decided > 0, "{asked}");
    let outcome = count(&answer, "outcomes", &[("outcome", "decided")]);
    let (was, is) = (outcome["before"].as_u64().unwrap(), outcome["after"].as_u64().unwrap());
    assert_eq!(i64::try_from(was).unwrap(), ran.count("done"));
    assert_eq!(is, was + decided);
    let grant = count(&answer, "money", &[("column", "Grant amount")]);
    assert!(grant["gain"].as_u64().unwrap() > 0, "{asked}");
    assert_eq!(grant["lose"], 0, "{asked}");
    let cases = answer["cases"].as_u64().unwrap();
    assert_eq!(i64::try_from(cases).unwrap(), ran.count("items"));
    assert_eq!(answer["left_out"]["rejected"].as_i64().unwrap(), ran.count("rejected"));
    let sum = |key: &str| grant[key].as_u64().unwrap();
    assert_eq!(sum("gain") + sum("lose") + sum("unchanged"), cases);

    // The workbook has a row for each case that changes, and its differences add up to the sums.
    let book = Results::read(&book);
    assert_eq!(book.names, ["Changes", "Totals"]);
    let changes = book.sheet("Changes");
    assert_eq!(u64::try_from(changes.rows.len()).unwrap(), answer["changed"].as_u64().unwrap());
    let pence = |text: &str| -> i64 {
        let (pounds, rest) = text.split_once('.').unwrap_or((text, "0"));
        let rest = format!("{rest:0<2}");
        if pounds.is_empty() {
            0
        } else {
            pounds.parse::<i64>().unwrap() * 100 + rest.parse::<i64>().unwrap()
        }
    };
    let differences: i64 = changes.column("Grant amount, difference").into_iter().map(pence).sum();
    assert_eq!(differences, pence(grant["difference"].as_str().unwrap()));
    assert_eq!(
        book.total("Grant amount"),
        grant["before"].as_str().unwrap().trim_end_matches(".00")
    );
    let sums: BTreeMap<&str, i64> = ["before", "after", "difference"]
        .map(|key| (key, pence(grant[key].as_str().unwrap())))
        .into();
    assert_eq!(sums["after"] - sums["before"], sums["difference"]);
    // What the results said before is what the changes say was before.
    let results = office.results();
    let results = results.sheet("Results");
    for (at, row) in changes.column("Row").into_iter().enumerate() {
        let place = results.column("Row").iter().position(|it| *it == row).unwrap();
        for (before, now) in [("Meals, before", "Meals"), ("Reference", "Reference")] {
            assert_eq!(changes.column(before)[at], results.column(now)[place], "row {row}");
        }
    }
}

#[test]
fn a_sheet_is_asked_as_its_batch_would_be_and_leaves_no_trace() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 200);
    let supposed = supposing(&office, MORE);
    let (file, roll) = (sheet.file.display().to_string(), sheet.roll.display().to_string());
    let lookup = format!("school-roll={roll}");
    let of_sheet = ["--input", &file, "--lookup", &lookup, "--as-of", TODAY, "--json"];
    let (before, size) = (stored(&office), log_size(&office));
    let first = ask(&office, MEALS, &supposed, &of_sheet);
    assert_eq!(first.code, 0, "{first}");
    assert_eq!(stored(&office), before);
    assert_eq!(log_size(&office), size + 1);

    let ran = office.run(&sheet);
    assert_eq!(ran.code, 3, "{ran}");
    let second = ask(&office, MEALS, &supposed, &["--batch", "1", "--json"]);
    // Asked again after the run, the sheet's rows are no duplicates of what was run.
    let third = ask(&office, MEALS, &supposed, &of_sheet);
    for other in [&second, &third] {
        for key in ["cases", "changed", "outcomes", "answers", "money", "changes", "left_out"] {
            assert_eq!(first.json()[key], other.json()[key], "{key}\n{first}\n{other}");
        }
    }
}

#[test]
fn nothing_about_a_person_is_said() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 200);
    office.run(&sheet);
    let supposed = supposing(&office, MORE);
    for more in [&["--batch", "1"][..], &["--batch", "1", "--json"]] {
        let asked = ask(&office, MEALS, &supposed, more);
        assert_eq!(asked.code, 0, "{asked}");
        for application in &sheet.applications {
            let told = asked.stdout.contains(&application.reference);
            assert!(application.reference.is_empty() || !told, "{asked}");
        }
    }
    let said = ask(&office, MEALS, &supposed, &["--batch", "1"]).stdout;
    for words in [
        "Nothing was changed.",
        "Figures that differ:",
        "was 850.00 from 01/04/2025 to 31/03/2026",
        "is  5000.00 from 01/04/2025 to 31/03/2026",
        "Grant amount",
        "Outcome: decided",
        "Largest changes",
    ] {
        assert!(said.contains(words), "{words:?} is not in\n{said}");
    }
}

#[test]
fn another_ladder_moves_accounts_up_and_none_down() {
    let office = Office::open();
    write_accounts(&office.file("accounts.xlsx"), accounts(1, 92, false)).unwrap();
    let supposed =
        supposing(&office, "[[figures.contact_weeks]]\nfrom = \"2025-04-01\"\nvalue = 1\n");
    let file = office.file("accounts.xlsx").display().to_string();
    let asked =
        ask(&office, "rent-accounts", &supposed, &["--input", &file, "--as-of", TODAY, "--json"]);
    assert_eq!(asked.code, 0, "{asked}");
    let answer = asked.json();
    assert_eq!(answer["money"].as_array().unwrap().len(), 0, "{asked}");
    let up = [("column", "Next action"), ("from", "none"), ("to", "contact")];
    assert!(count(&answer, "changes", &up)["cases"].as_u64().unwrap() > 0, "{asked}");
    let contact = count(&answer, "answers", &[("column", "Next action"), ("answer", "contact")]);
    assert!(contact["after"].as_u64() > contact["before"].as_u64(), "{asked}");
    let down = answer["changes"].as_array().unwrap().iter();
    let down: Vec<_> = down.filter(|it| it["to"] == "none").collect();
    assert!(down.is_empty(), "{down:?}");
}

#[test]
fn what_cannot_be_asked_is_refused_with_what_to_do() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 30);
    office.run(&sheet);
    let good = supposing(&office, MORE);
    ask(&office, MEALS, &good, &["--batch", "7"]).refused(2, &["there is no batch 7"]);
    ask(&office, "rent-accounts", &supposing(&office, ""), &["--batch", "1"])
        .refused(2, &["its bot is free-school-meals"]);
    ask(&office, MEALS, &good, &[]).refused(2, &["--batch"]);
    let absent = Path::new("absent.toml").display().to_string();
    ask(&office, MEALS, &absent, &["--batch", "1"]).refused(1, &["absent.toml"]);
    let wrong = supposing(&office, "[[figures.uc_limt]]\nvalue = 3\n");
    ask(&office, MEALS, &wrong, &["--batch", "1"]).refused(2, &["uc_limt", "uc_limit"]);
    let wrong = supposing(&office, "[[figures.uc_limit]]\nfrom = \"2025-04-01\"\nvalue = 3\n");
    ask(&office, MEALS, &wrong, &["--batch", "1"]).refused(2, &["pounds and pence"]);
    // No figure at all is no fault: nothing differs.
    let none = ask(&office, MEALS, &supposing(&office, ""), &["--batch", "1"]);
    assert_eq!(none.code, 0, "{none}");
    assert!(none.stdout.contains("No figure differs"), "{none}");
}
