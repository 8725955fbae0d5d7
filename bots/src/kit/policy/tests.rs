//! Policy files: what is in force when, and every fault at once.

use jiff::civil::date;

use super::{Law, Mark, NotInForce, Policy, PolicyFault};

const LAW: &str = r#"
automatic = ["awards"]
[figures.limit]
label = "A limit"
unit = "GBP/month"
kind = "money"
[[figures.limit.rows]]
from = "2024-04-01"
until = "2025-03-31"
value = "796.00"
mark = "C"
source = { title = "A", href = "a" }
[[figures.limit.rows]]
from = "2025-06-01"
value = "850.00"
mark = "R"
source = { title = "B", href = "b" }
[rules.practice]
label = "A practice"
[[rules.practice.rows]]
from = "2024-01-01"
mark = "NF"
source = { title = "C", href = "c" }
[options.routes]
label = "Routes"
kind = "list"
among = ["one", "two"]
[tables.session]
label = "Session"
columns = { name = "text", starts = "date" }
"#;

const COUNCIL: &str = r#"
[council]
name = "A council"
source = { title = "Its policy", href = "p" }
"#;

fn lay(overlay: &str) -> Result<Policy, Vec<PolicyFault>> {
    Law::from_toml(LAW).unwrap().with(Some(&format!("{COUNCIL}{overlay}")))
}

fn places(faults: &[PolicyFault]) -> Vec<&str> {
    faults.iter().map(|fault| fault.place.as_str()).collect()
}

#[test]
fn a_row_holds_from_its_first_to_its_last_day_and_never_after() {
    let policy = Law::from_toml(LAW).unwrap().with(None).unwrap();
    let on = |year, month, day| {
        policy.in_force("limit", date(year, month, day)).map(|found| found.value.to_string())
    };
    let absent = NotInForce { id: "limit", label: "A limit", ended: None };
    assert_eq!(on(2024, 3, 31), Err(absent));
    assert_eq!(on(2024, 4, 1).as_deref(), Ok("796.00"));
    assert_eq!(on(2025, 3, 31).as_deref(), Ok("796.00"));
    let ended = NotInForce { ended: Some(date(2025, 3, 31)), ..absent };
    assert_eq!(on(2025, 4, 1), Err(ended));
    assert_eq!(on(2025, 5, 31), Err(ended));
    assert_eq!(on(2025, 6, 1).as_deref(), Ok("850.00"));
    assert_eq!(on(2099, 1, 1).as_deref(), Ok("850.00"));
}

#[test]
fn what_is_recalled_decides_only_when_confirmed_and_what_is_not_found_never() {
    let later = date(2026, 1, 1);
    let bare = Law::from_toml(LAW).unwrap().with(None).unwrap();
    assert!(!bare.in_force("limit", later).unwrap().may_decide());
    assert!(bare.in_force("limit", date(2024, 5, 1)).unwrap().may_decide());
    let confirmed =
        lay("[[confirms]]\nid = \"limit\"\nsource = { title = \"Checked\", href = \"c\" }\n\
         [[confirms]]\nid = \"practice\"\nsource = { title = \"Checked\", href = \"c\" }\n")
        .unwrap();
    assert!(confirmed.in_force("limit", later).unwrap().may_decide());
    assert!(!confirmed.in_force("practice", later).unwrap().may_decide());
}

#[test]
fn a_council_adds_rows_tables_and_authorities() {
    let policy = lay(
        "[[figures.limit]]\nfrom = \"2025-04-01\"\nuntil = \"2025-05-31\"\nvalue = \"800.00\"\n\
         source = { title = \"D\", href = \"d\" }\n\
         [[options.routes]]\nfrom = 2025-01-01\nvalue = [\"two\"]\n\
         source = { title = \"D\", href = \"d\" }\n\
         [[session]]\nname = \"2025/26\"\nstarts = \"2025-08-01\"\n\
         [automatic]\nawards = { authority = \"minute 7\" }\n",
    )
    .unwrap();
    let found = policy.in_force("limit", date(2025, 5, 31)).unwrap();
    assert_eq!((found.mark, found.value.to_string()), (Mark::Council, "800.00".to_owned()));
    assert!(policy.in_force("routes", date(2025, 2, 1)).unwrap().lists("two"));
    assert_eq!(policy.rows("session")[0].date("starts"), Some(date(2025, 8, 1)));
    assert_eq!(policy.rows("session")[0].source.title, "Its policy");
    assert_eq!(policy.automatic("awards").unwrap().authority, "minute 7");
    assert!(policy.automatic("refusals").is_none());
    assert_eq!(policy.council(), Some("A council"));
    assert_eq!(policy.figures().count(), 6);
}

#[test]
fn every_fault_of_a_council_file_is_told_at_once_with_what_to_do() {
    let faults = lay("nonsense = 1\n\
         [[figures.limit]]\nfrom = \"2025-04-31\"\nvalue = 800.5\n\
         [[figures.lmit]]\nfrom = \"2025-04-01\"\n\
         [[options.routes]]\nfrom = \"2025-04-01\"\nvalue = [\"three\"]\n\
         source = { title = \"D\", href = \"d\" }\n\
         [[session]]\nname = \"2025/26\"\n\
         [[confirms]]\nid = \"limt\"\n\
         [automatic]\nrefusals = { authority = \"x\" }\n")
    .unwrap_err();
    let expected = [
        "council.nonsense",
        "figures.limit row 1.from",
        "figures.limit row 1.value",
        "figures.limit row 1.source",
        "figures.lmit",
        "options.routes row 1",
        "session 1.starts",
        "confirms 1",
        "confirms 1.source",
        "automatic.refusals",
    ];
    let mut found = places(&faults);
    found.sort_unstable();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(found, sorted);
    assert!(faults.iter().all(|fault| !fault.remedy.is_empty() && !fault.problem.is_empty()));
}

#[test]
fn a_council_cannot_contradict_the_law() {
    let faults = lay("[[figures.limit]]\nfrom = \"2025-01-01\"\nvalue = \"800.00\"\n\
         source = { title = \"D\", href = \"d\" }\n")
    .unwrap_err();
    assert_eq!(places(&faults), ["figures.limit"]);
    assert!(faults[0].problem.contains("two rows hold on 2025-01-01"));
}

#[test]
fn a_file_that_is_not_toml_names_the_line() {
    let faults = Law::from_toml(LAW).unwrap().with(Some("[council]\nname = \n")).unwrap_err();
    assert_eq!(places(&faults), ["line 2"]);
    let faults = Law::from_toml(LAW).unwrap().with(Some("")).unwrap_err();
    assert_eq!(places(&faults), ["council"]);
}

#[test]
fn a_law_file_is_checked_too() {
    let broken = LAW
        .replace("mark = \"NF\"", "mark = \"X\"")
        .replace("kind = \"list\"", "kind = \"lists\"")
        .replace("until = \"2025-03-31\"", "until = \"2025-06-01\"")
        .replace("value = \"850.00\"", "value = \"850\"");
    let faults = Law::from_toml(&broken).unwrap_err();
    let mut found = places(&faults);
    found.sort_unstable();
    let expected =
        ["figures.limit row 2.value", "options.routes.kind", "rules.practice row 1.mark"];
    assert_eq!(found, expected);
}
