//! Notices as they are sent, word for word.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::people::{awarded_before, bot, decide, on_roll, policy, reduced};
use crate::kit::{About, Notice};
use crate::school_awards::Listed;

/// What the invented council says of its education benefits team.
fn says() -> BTreeMap<String, String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/council/council.toml");
    let council: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let says = council["notices"]["school-awards"].as_table().unwrap();
    says.iter().map(|(key, text)| (key.clone(), text.as_str().unwrap().to_owned())).collect()
}

fn written(case: &Listed, stage: &str, status: &str) -> Notice {
    let ruling = decide(case, on_roll(stage, status), &policy());
    let says = says();
    let about = About {
        council: "Strathmarnock Council",
        says: &says,
        item: "3-7",
        follows: None,
        decided: date(2025, 6, 23),
        officer: None,
    };
    let notice = bot().notice(&serde_json::to_vec(case).unwrap(), &ruling, &about, &policy());
    notice.unwrap_or_else(|fault| panic!("{fault}")).expect("it is decided")
}

fn kept() -> [(&'static str, Notice); 4] {
    let without = Listed { sort_code: None, account_number: None, ..reduced() };
    [
        ("awarded_from_the_tax_record", written(&reduced(), "P6", "active")),
        ("awarded_without_an_account", written(&without, "P3", "active")),
        ("asked_to_apply_again", written(&awarded_before("Universal Credit"), "P6", "active")),
        ("a_pupil_no_more", written(&awarded_before("Universal Credit"), "P6", "left")),
    ]
}

#[test]
fn notices_stand_word_for_word_beside_their_templates() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut differ = Vec::new();
    for (name, notice) in kept() {
        let got = format!("{}\n\n{}", notice.subject, notice.text);
        let file = format!("{root}/src/school_awards/notices/examples/{name}.txt");
        if std::fs::read_to_string(&file).unwrap_or_default() != got {
            let folder = format!("{root}/../target/notices/school_awards");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(format!("{folder}/{name}.txt"), &got).unwrap();
            differ.push(format!("{name}: now {folder}/{name}.txt"));
        }
    }
    assert!(differ.is_empty(), "read them, and copy what is right:\n{}", differ.join("\n"));
}

#[test]
fn every_notice_says_how_to_have_a_person_and_nothing_private() {
    for (name, notice) in kept() {
        for words in ["made automatically", "To speak to a person", "contest it", "01632 960"] {
            assert!(notice.text.contains(words), "{name}: {words}");
        }
        for private in ["JY123456A", "ZE9 9ZZ\n", "100000016", "66374958"] {
            assert!(!notice.text.contains(private), "{name}: {private}");
        }
    }
}

#[test]
fn who_is_asked_is_told_what_to_send_and_by_when() {
    let text = written(&awarded_before("Universal Credit"), "P6", "active").text;
    for words in ["whole Universal Credit statement", "by 31 March 2026", "Nothing is refused"] {
        assert!(text.contains(words), "{words}");
    }
}
