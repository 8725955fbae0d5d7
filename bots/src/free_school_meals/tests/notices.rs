//! Notices as they are sent, word for word.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::people::{application, bot, decide, policy};
use crate::free_school_meals::{Application, Stage};
use crate::kit::{About, Notice};

/// What the invented council says of its education benefits team.
fn says() -> BTreeMap<String, String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/council/council.toml");
    let council: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let says = council["notices"]["free-school-meals"].as_table().unwrap();
    says.iter().map(|(key, text)| (key.clone(), text.as_str().unwrap().to_owned())).collect()
}

fn written(case: &Application, officer: Option<&str>) -> Notice {
    let mut ruling = decide(case, &policy());
    assert_eq!(ruling.settled(), officer.is_none(), "{:?}", ruling.needs);
    ruling.needs.clear();
    let says = says();
    let about = About {
        council: "Strathmarnock Council",
        says: &says,
        item: "3-7",
        follows: None,
        decided: date(2025, 11, 2),
        officer,
    };
    let notice = bot().notice(&serde_json::to_vec(case).unwrap(), &ruling, &about, &policy());
    notice.unwrap_or_else(|fault| panic!("{fault}")).expect("it is decided")
}

fn kept() -> [(&'static str, Application, Option<&'static str>); 3] {
    let on = date(2025, 10, 6);
    let mut young = application(on, "900.00");
    (young.stage, young.child.date_of_birth) = (Stage::Primary(2), date(2019, 5, 21));
    [
        ("meals_awarded_by_income", application(on, "849.99"), None),
        ("universal_meals", young, None),
        (
            "meals_refused_by_an_officer",
            application(on, "850.01"),
            Some("Education benefits officer"),
        ),
    ]
}

#[test]
fn notices_stand_word_for_word_beside_their_templates() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut differ = Vec::new();
    for (name, case, officer) in kept() {
        let notice = written(&case, officer);
        let got = format!("{}\n\n{}", notice.subject, notice.text);
        let file = format!("{root}/src/free_school_meals/notices/examples/{name}.txt");
        if std::fs::read_to_string(&file).unwrap_or_default() != got {
            let folder = format!("{root}/../target/notices/free_school_meals");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(format!("{folder}/{name}.txt"), &got).unwrap();
            differ.push(format!("{name}: now {folder}/{name}.txt"));
        }
    }
    assert!(differ.is_empty(), "read them, and copy what is right:\n{}", differ.join("\n"));
}

#[test]
fn who_decided_is_said_and_how_to_have_a_person() {
    for (name, case, officer) in kept() {
        let text = written(&case, officer).text;
        assert_eq!(text.contains("This decision was made automatically."), officer.is_none());
        let person = "A person made this decision: our Education benefits officer";
        assert_eq!(text.contains(person), officer.is_some(), "{name}");
        for words in ["To speak to a person", "tell us what you think", "contest it", "01632 960"] {
            assert!(text.contains(words), "{name}: {words}");
        }
        for private in ["JY123456A", "ZE9 9ZZ\n", "100000016"] {
            assert!(!text.contains(private), "{name}: {private}");
        }
    }
}
