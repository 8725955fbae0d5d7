//! The harness itself, on a bot of one rule whose cases are wrong on purpose.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Golden, report, run};
use crate::kit::{
    Account, Bot, Cells, Duties, Fault, Fields, Looked, Manifest, Need, NeedCode, Payment,
    PaymentKey, Policy, Registered, Ruling, Sameness, Shown,
};

struct Tiny;

#[derive(Serialize, Deserialize)]
struct Case {
    reference: String,
    on: Date,
    pounds: String,
}

const POLICY: &str = r#"
[figures.limit]
label = "A limit"
unit = "GBP/week"
kind = "money"
[[figures.limit.rows]]
from = "2025-01-01"
until = "2025-12-31"
value = "10.00"
mark = "C"
source = { title = "An instrument", href = "a" }
"#;

const COLUMNS: &str = r#"
[[column]]
header = "Reference"
kind = "text"
required = true
help = "h"
example = "T-1"
[[column]]
header = "On"
kind = "date"
required = true
help = "h"
example = "01/06/2025"
[[column]]
header = "Pounds"
kind = "money"
required = true
help = "h"
example = "10.00"
"#;

const PAID: &str = r#"
[expect]
payments = ["x 2025: 10.00 by 01/06/2025"]
[expect.decision]
Within = "yes"
"#;

const UNPAID: &str = r#"
[expect]
payments = []
[expect.decision]
Within = "yes"
"#;

const CHANGED: &str = r#"
[row]
Pounds = "10.01"
[officer]
Within = "yes"
[expect]
payments = ["x 2025: 10.01 by 01/06/2025"]
[expect.decision]
Within = "no"
"#;

const REFUSED: &str = r#"
[officer]
Within = "no"
[expect]
payments = []
[expect.decision]
Within = "yes"
"#;

const NO_COLUMN: &str = r#"
[officer]
Without = "yes"
[expect.decision]
Within = "yes"
"#;

const UNSOUND: &str = r#"
[row]
Pounds = "3.00"
[expect.decision]
Within = "yes"
"#;

impl Bot for Tiny {
    const MANIFEST: Manifest = Manifest {
        name: "tiny",
        title: "Tiny",
        version: "1",
        purpose: "Tests the harness.",
        law: &[],
        duties: Duties { significant: false, why: "", special_category: "", who_confirms: "" },
        source: "rows",
        lookups: &[],
        outlets: &[],
        decision_columns: &["Within"],
        notice: None,
        needs: &[NeedCode::waits("figure-missing", "m")],
        columns: COLUMNS,
        policy: POLICY,
        policy_of: None,
        example_council: "[council]\nname = \"C\"\nsource = { title = \"T\", href = \"h\" }\n",
        cases: &[
            Golden { name: "right", text: "[expect.decision]\nWithin = \"yes\"\n" },
            Golden {
                name: "wrong_decision",
                text: "[row]\nPounds = \"10.01\"\n[expect.decision]\nWithin = \"yes\"\n",
            },
            Golden { name: "right_words", text: "[expect.contains]\nWithin = [\"ye\"]\n" },
            Golden { name: "wrong_words", text: "[expect.contains]\nWithin = [\"no\"]\n" },
            Golden { name: "wrong_lack", text: "[expect.lacks]\nWithin = [\"es\"]\n" },
            Golden {
                name: "words_of_no_column",
                text: "[expect.contains]\nWithin = [\"yes\"]\nOther = [\"no\"]\n",
            },
            Golden {
                name: "wrong_need",
                text: "[row]\nOn = 2026-01-01\n[expect]\nneeds = [\"other\"]\n",
            },
            Golden { name: "wrongly_taken", text: "[expect]\nrejected = [\"On: empty\"]\n" },
            Golden { name: "wrongly_rejected", text: "[row]\nOn = \"\"\n[expect]\n" },
            Golden { name: "right_payment", text: PAID },
            Golden { name: "wrong_payment", text: UNPAID },
            Golden { name: "right_payment_of_an_officer", text: CHANGED },
            Golden { name: "a_refusal_of_an_officer_pays_nothing", text: REFUSED },
            Golden { name: "no_decision_column", text: NO_COLUMN },
            Golden { name: "a_reference_that_no_bank_takes", text: UNSOUND },
            Golden { name: "not_a_case", text: "[rows]\n" },
            Golden { name: "not_a_cell", text: "[row]\nPounds = 1.5\n[expect]\n" },
        ],
    };
    type Case = Case;

    fn case(mut fields: Fields, _policy: &Policy) -> Result<Case, Vec<Fault>> {
        Ok(Case {
            reference: fields.take("reference").unwrap(),
            on: fields.date("on").unwrap(),
            pounds: fields.take("pounds").unwrap(),
        })
    }

    fn reference(case: &Case) -> &str {
        &case.reference
    }

    fn decided_on(case: &Case) -> Date {
        case.on
    }

    fn same_as(case: &Case, _policy: &Policy) -> Sameness {
        let applicant = case.reference.clone();
        Sameness { keys: [None, None], applicant, decides: case.pounds.clone() }
    }

    fn payments(case: &Case, ruling: &Ruling, _policy: &Policy) -> Vec<Payment> {
        if *ruling.decision_value("Within") != Shown::words("yes") {
            return Vec::new();
        }
        let text = |text: &str| text.to_owned();
        vec![Payment {
            key: PaymentKey {
                whom: [None, Some(text("a"))],
                period: text("2025"),
                kind: text("x"),
            },
            amount: case.pounds.parse().unwrap(),
            due: case.on,
            payee: text("A B"),
            account: Account { sort_code: text("089999"), number: text("66374958") },
            reference: text(if case.pounds == "3.00" { "Child" } else { "GRANT" }),
        }]
    }

    fn decide(case: &Case, _looked: &BTreeMap<String, Looked>, policy: &Policy) -> Ruling {
        let mut ruling = Ruling::new(&["Within"]);
        match policy.in_force("limit", case.on) {
            Ok(limit) => {
                let within = case.pounds.parse().ok() <= limit.money();
                ruling.because("limit", "There is a limit.", &limit);
                ruling.set("Within", Shown::words(if within { "yes" } else { "no" }));
            }
            Err(missing) => ruling.need(Need::figure("No limit is set.", &missing)),
        }
        ruling
    }
}

static CELLS: Cells = Cells::new();
static TINY: Registered = Registered::of::<Tiny>(&CELLS);

#[test]
fn every_wrong_case_is_reported_with_expected_and_got_on_adjacent_lines() {
    let wrong = run(&TINY, None);
    let mut cases: Vec<&str> = wrong.iter().map(|wrong| wrong.case).collect();
    cases.dedup();
    let expected = [
        "wrong_decision",
        "wrong_words",
        "wrong_lack",
        "words_of_no_column",
        "wrong_need",
        "wrongly_taken",
        "wrongly_rejected",
        "wrong_payment",
        "no_decision_column",
        "a_reference_that_no_bank_takes",
        "not_a_case",
        "not_a_cell",
    ];
    assert_eq!(cases, expected);
    let text = report(&wrong);
    assert!(text.contains("wrong_decision: Within\n  expected yes\n  got      no\n"), "{text}");
    assert!(text.contains("wrong_words: Within\n  expected words: no\n  got      yes\n"), "{text}");
    assert!(
        text.contains("wrong_lack: Within\n  expected without: es\n  got      yes\n"),
        "{text}"
    );
    let paid = "wrong_payment: payments\n  expected none\n  got      x 2025: 10.00 by 01/06/2025\n";
    assert!(text.contains(paid), "{text}");
    assert!(text.contains("got      an officer has no decision column Without\n"), "{text}");
    assert!(text.contains("got      the payment of x: its reference has what"), "{text}");
    assert!(text.contains("wrong_need: needs\n  expected other\n  got      figure-missing\n"));
}

#[test]
fn a_bot_without_lookups_is_asked_for_none() {
    assert!(TINY.lookup_template("roll").is_none());
    assert!(TINY.explain().lookups.is_empty());
    assert_eq!(TINY.survey("roll", &[]), serde_json::json!({}));
    assert_eq!(TINY.decision_columns(), ["Within"]);
}
