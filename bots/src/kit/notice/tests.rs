use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::kit::{Need, Registered};

fn bot() -> &'static Registered {
    crate::find("benefits-claims").unwrap()
}

fn policy() -> Policy {
    bot().policy(Some(bot().manifest().example_council)).unwrap()
}

fn says() -> BTreeMap<String, String> {
    SETTINGS.iter().map(|(key, _)| ((*key).to_owned(), format!("the {key}"))).collect()
}

fn about(says: &BTreeMap<String, String>) -> About<'_> {
    let decided = date(2026, 10, 6);
    About { council: "A Council", says, item: "3-7", follows: None, decided, officer: None }
}

const PLAIN: Wording = Wording {
    templates: &[("a", "{{ case.subject }}\n\n{{ council }}\n\n\n \nend")],
    settings: &[],
};

fn written(wording: &Wording, ruling: &Ruling, told: Value) -> Result<Option<Notice>, NoticeFault> {
    write(wording, "R-1", ruling, &about(&says()), &policy(), |_| Ok(told))
}

#[test]
fn the_first_line_is_the_subject_and_gaps_are_closed() {
    let notice = written(&PLAIN, &Ruling::new(&[]), json!({ "subject": "Meals" })).ok().flatten();
    let notice = notice.unwrap();
    assert_eq!((notice.subject.as_str(), notice.text.as_str()), ("Meals", "A Council\n\nend\n"));
}

#[test]
fn there_is_no_notice_of_what_a_person_must_settle() {
    let mut ruling = Ruling::new(&[]);
    ruling.need(Need::new("refusal-to-confirm", "..."));
    assert!(written(&PLAIN, &ruling, json!({ "subject": "Meals" })).unwrap_or_default().is_none());
}

#[test]
fn what_nobody_has_said_is_a_fault_and_never_a_gap() {
    let fault = written(&PLAIN, &Ruling::new(&[]), json!({})).err().unwrap();
    let expected =
        NoticeFault::Template { name: "a".to_owned(), line: 1, kind: ErrorKind::UndefinedError };
    assert_eq!(fault, expected);
}

#[test]
fn what_stands_in_a_case_is_never_read_as_a_template() {
    let told = json!({ "subject": "{{ council }} {% if %} <b>" });
    let notice = written(&PLAIN, &Ruling::new(&[]), told).ok().flatten().unwrap();
    assert_eq!(notice.subject, "{{ council }} {% if %} <b>");
}

#[test]
fn every_setting_that_is_missing_is_named_with_what_it_holds() {
    let wording = Wording { settings: &[("paid", "when it is paid")], ..PLAIN };
    let mut says = says();
    says.insert("phone".to_owned(), " ".to_owned());
    let Some(NoticeFault::Unsaid(unsaid)) = settings_fault(&wording, &says) else { panic!() };
    assert_eq!(unsaid.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["phone", "paid"]);
    for key in ["phone", "paid", "fax"] {
        says.insert(key.to_owned(), "01632 960 000".to_owned());
    }
    assert_eq!(settings_fault(&wording, &says), Some(NoticeFault::Unknown(vec!["fax".to_owned()])));
    says.remove("fax");
    assert_eq!(settings_fault(&wording, &says), None);
}

#[test]
fn a_number_that_the_council_does_not_stand_by_is_a_fault() {
    let bare = bot().policy(None).unwrap();
    let asked = |policy: &Policy, decided| {
        Telling { decided, policy }.number("ctr_tribunal_days").map_err(|fault| fault.to_string())
    };
    assert_eq!(asked(&policy(), date(2026, 10, 6)), Ok(Decimal::from(42)));
    for (policy, day) in [(&bare, date(2026, 10, 6)), (&policy(), date(2001, 1, 1))] {
        let fault = asked(policy, day).unwrap_err();
        assert!(fault.contains("ctr_tribunal_days"), "{fault}");
    }
}
