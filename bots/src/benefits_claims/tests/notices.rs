//! Notices as they are sent, word for word, and that they hold what the law wants in them.

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::{Value, json};

use super::people::{bot, claim, decide, policy};
use super::statement::add_up;
use crate::kit::{About, Line, Notice, Reason, Ruling, Source};

/// What the invented council says of its benefits team.
fn says() -> BTreeMap<String, String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/council/council.toml");
    let council: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let says = council["notices"]["benefits-claims"].as_table().unwrap();
    says.iter().map(|(key, text)| (key.clone(), text.as_str().unwrap().to_owned())).collect()
}

/// What an officer does to a recommendation; the runner writes the same reason.
fn confirmed(mut ruling: Ruling, code: &str, text: &str) -> Ruling {
    assert!(!ruling.needs.is_empty(), "nobody was needed");
    assert!(bot().complete(&mut ruling).is_empty());
    ruling.needs.clear();
    ruling.reasons.push(Reason {
        code: code.to_owned(),
        text: text.to_owned(),
        figure: "officers-decision".to_owned(),
        from: date(2026, 11, 2),
        source: Source { title: "Decision of an officer".to_owned(), href: String::new() },
    });
    ruling
}

fn written(differs: &Value, officer: Option<&str>) -> (Ruling, Notice) {
    let case = claim(differs);
    let mut ruling = decide(&case, &policy());
    if officer.is_some() {
        let text = "An officer confirmed the recommendation: private words for colleagues";
        ruling = confirmed(ruling, "confirmed-by-officer", text);
    }
    (ruling.clone(), notice(&serde_json::to_vec(&case).unwrap(), &ruling, officer, None))
}

fn notice(case: &[u8], ruling: &Ruling, officer: Option<&str>, follows: Option<&str>) -> Notice {
    let says = says();
    let about = About {
        council: "Strathmarnock Council",
        says: &says,
        item: "3-7",
        follows,
        decided: date(2026, 11, 2),
        officer,
    };
    let notice = bot().notice(case, ruling, &about, &policy());
    notice.unwrap_or_else(|fault| panic!("{fault}")).expect("it is decided")
}

const OFFICER: Option<&str> = Some("Benefits officer");

/// A tenant of a housing association with a non-dependant, at pension age.
fn pensioner() -> Value {
    json!({
        "benefit": "Housing Benefit", "date_of_birth": "1950-01-10", "accommodation": "general",
        "landlord": "housing association", "eligible_rent_weekly": "140.00",
        "state_pension_weekly": "276.00", "non_dep_1_date_of_birth": "1995-02-03",
    })
}

/// A change for the worse, told late, of one who has savings credit and no guarantee credit.
fn too_much() -> Value {
    json!({
        "benefit": "Housing Benefit", "date_of_birth": "1950-01-10", "accommodation": "general",
        "landlord": "council", "eligible_rent_weekly": "110.00", "kind": "Change",
        "claim_date": "2026-10-07", "received_on": "2026-10-27", "current_weekly_hb": "110.00",
        "savings_credit_weekly": "6.00", "dwp_assessed_income_weekly": "270.00",
        "capital": "4000.00",
    })
}

/// The four kinds that are kept word for word, with their file's name.
fn kept() -> [(&'static str, Value, Option<&'static str>); 4] {
    [
        ("housing_benefit_awarded", pensioner(), None),
        (
            "council_tax_reduction_awarded",
            json!({ "benefit": "Council Tax Reduction", "earnings_net_weekly": "150.00" }),
            None,
        ),
        (
            "both_with_universal_credit",
            json!({
                "universal_credit": true, "uc_period_end": "2026-09-20",
                "uc_net_earnings_monthly": "900.00", "uc_award_monthly": "650.00",
                "uc_child_elements_monthly": "303.94", "uc_childcare_element_monthly": "0.00",
                "children_dates_of_birth": "2019-06-04", "landlord": "other",
            }),
            None,
        ),
        (
            "nil_award_confirmed_by_an_officer",
            json!({ "benefit": "Council Tax Reduction", "earnings_net_weekly": "300.00" }),
            OFFICER,
        ),
    ]
}

#[test]
fn notices_stand_word_for_word_beside_their_templates() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut differ = Vec::new();
    for (name, differs, officer) in kept() {
        let (_, notice) = written(&differs, officer);
        let got = format!("{}\n\n{}", notice.subject, notice.text);
        let file = format!("{root}/src/benefits_claims/notices/examples/{name}.txt");
        if std::fs::read_to_string(&file).unwrap_or_default() != got {
            let folder = format!("{root}/../target/notices/benefits_claims");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(format!("{folder}/{name}.txt"), &got).unwrap();
            differ.push(format!("{name}: now {folder}/{name}.txt"));
        }
    }
    assert!(differ.is_empty(), "read them, and copy what is right:\n{}", differ.join("\n"));
}

/// The statement as it stands in the notice, read back into lines.
fn statement(notice: &Notice) -> Vec<Line> {
    let text = notice.text.split("HOW WE WORKED IT OUT\n").nth(1).unwrap();
    let text = text.split("\nTELL US OF CHANGES").next().unwrap();
    let rows = text.lines().filter(|line| !line.is_empty()).skip(1);
    let rows: Vec<&str> = rows.collect();
    let pairs = rows.chunks(2).map(|pair| {
        let [row, ground] = pair else { panic!("a row without its ground: {pair:?}") };
        assert!(ground.starts_with("    ") && ground.trim().len() > 3, "{row}: {ground}");
        let (label, amount) = row.rsplit_once("  ").unwrap();
        (label.trim(), amount.trim())
    });
    let line = |(label, amount): (&str, &str)| Line {
        label: label.to_owned(),
        amount: amount.to_owned(),
        rule: String::new(),
        from: None,
        source: String::new(),
    };
    pairs.map(line).collect()
}

#[test]
fn the_statement_in_a_notice_adds_up_and_is_the_whole_of_it() {
    for (name, differs, officer) in kept() {
        let (ruling, notice) = written(&differs, officer);
        let lines = statement(&notice);
        let plain = |lines: &[Line]| -> Vec<(String, String)> {
            lines.iter().map(|line| (line.label.clone(), line.amount.clone())).collect()
        };
        assert_eq!(plain(&lines), plain(&ruling.working), "{name}");
        let added = add_up(&lines).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert!(added >= 3, "{name}: {added} totals");
    }
}

/// SI 2006/213 schedule 9 and SI 2006/214 schedule 8, item by item.
#[test]
fn a_notice_holds_everything_that_the_schedules_want() {
    let (_, award) = written(&pensioner(), None);
    let (_, over) = written(&too_much(), OFFICER);
    let wanted: [(&str, &Notice, &[&str]); 15] = [
        (
            "statement of reasons, how and when",
            &award,
            &["written statement of the reasons", "Ask in writing within 1 month of the date"],
        ),
        (
            "revision and appeal, how and when",
            &award,
            &["revise it, or you can appeal", "within 1 month of the date", "not after 13 months"],
        ),
        ("no earlier decision", &award, &["There was no earlier decision on this claim"]),
        (
            "whether the earlier decision is revised, and why",
            &over,
            &["Our earlier decision is revised: you had £110.00 a week", "the change of 7 October"],
        ),
        ("weekly eligible rent", &award, &["Weekly eligible rent: £140.00."]),
        ("fuel, and how to vary", &award, &["Fuel: ", "send us proof of what it costs"]),
        (
            "non-dependant deductions by category",
            &award,
            &["- Non-dependant 1, gross £0.00 a week: £20.40", "Deducted in all: £20.40 a week."],
        ),
        ("normal weekly amount", &award, &["Normal weekly amount of Housing Benefit: £106.60."]),
        ("payment day and period", &award, &["it is a rent allowance, and is paid every four"]),
        ("rent rebate", &over, &["it is a rent rebate"]),
        ("first day", &award, &["First day of entitlement: 5 October 2026."]),
        (
            "duty to notify, and what",
            &award,
            &["You must tell us at once", "- your rent changes", "- somebody moves in or out"],
        ),
        (
            "savings credit",
            &over,
            &[
                "your applicable amount is £256.00 a week, the sum of the amounts",
                "savings credit that we counted: £6.00 a week",
                "your income as DWP worked it out: £270.00 a week",
                "your capital: £4,000.00",
            ],
        ),
        (
            "overpayment: that, why, how much, how, for how long",
            &over,
            &[
                "Overpayment: £39.00 was paid too much from 12 October 2026, because the lower \
                 amount was due",
                "£13.00 a week for 3 weeks",
                "you or your landlord",
            ],
        ),
        ("how it is deducted", &over, &["then by at most £14.40 a week"]),
    ];
    let mut missing = Vec::new();
    for (what, notice, words) in wanted {
        for word in words.iter().filter(|word| !notice.text.contains(**word)) {
            missing.push(format!("{what}: {word}"));
        }
    }
    assert!(missing.is_empty(), "{}\n\n{}\n\n{}", missing.join("\n"), award.text, over.text);
}

#[test]
fn council_tax_reduction_names_review_and_tribunal_with_their_days() {
    let (_, notice) = written(&json!({ "benefit": "Council Tax Reduction" }), None);
    for words in [
        "within 2 months of the date of this notice you can ask us in writing to review it",
        "First-tier Tribunal (Local Taxation Chamber) within 42 days",
        "£28.00 a week from 5 October 2026",
        "financial year 2026/27 that would be £1,460.00",
    ] {
        assert!(notice.text.contains(words), "{words}\n{}", notice.text);
    }
    assert!(!notice.text.contains("Housing Benefit"), "{}", notice.text);
}

#[test]
fn who_decided_is_said_and_how_to_have_a_person() {
    let automatic = "This decision was made automatically.";
    let person = "A person made this decision: our Benefits officer";
    for (name, differs, officer) in kept() {
        let (_, notice) = written(&differs, officer);
        assert_eq!(notice.text.contains(automatic), officer.is_none(), "{name}");
        assert_eq!(notice.text.contains(person), officer.is_some(), "{name}");
        for words in ["To speak to a person", "tell us what you think", "contest it", "01632 960"] {
            assert!(notice.text.contains(words), "{name}: {words}");
        }
        for words in ["private words", "Domestic abuse", "Fraud"] {
            assert!(!notice.text.contains(words), "{name}: {words}");
        }
    }
}

#[test]
fn what_an_officer_decided_otherwise_is_told_with_the_reason() {
    let case = claim(&json!({ "benefit": "Council Tax Reduction", "earnings_net_weekly": "300" }));
    let mut ruling = decide(&case, &policy());
    for (header, amount) in [("Council Tax Reduction weekly", 500), ("CTR annual", 26071)] {
        ruling.set(header, crate::kit::Shown::Money(rust_decimal::Decimal::new(amount, 2)));
    }
    let text = "An officer changed Council Tax Reduction weekly from £0.00 to £5.00: the earnings \
                ended on 1 October";
    let ruling = confirmed(ruling, "changed-by-officer", text);
    let case = serde_json::to_vec(&case).unwrap();
    let notice = notice(&case, &ruling, OFFICER, Some("2-40"));
    for words in [
        "Council Tax Reduction: £5.00 a week",
        "Our officer decided otherwise than the calculation below.",
        text,
        "takes the place of our earlier decision, number 2-40",
    ] {
        assert!(notice.text.contains(words), "{words}\n{}", notice.text);
    }
}
