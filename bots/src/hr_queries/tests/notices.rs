//! Notices as they are sent, word for word.

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::json;

use super::measure::{ask, bot, case};
use crate::kit::{About, Notice, Reason, Ruling, Shown, Source};

/// What the invented council says of its HR service centre.
fn says() -> BTreeMap<String, String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/council/council.toml");
    let council: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let says = council["notices"]["hr-queries"].as_table().unwrap();
    says.iter().map(|(key, text)| (key.clone(), text.as_str().unwrap().to_owned())).collect()
}

const ADVISER: Option<&str> = Some("HR adviser");

fn notice(question: &str, ruling: &Ruling, officer: Option<&str>) -> Option<Notice> {
    let says = says();
    let about = About {
        council: "Strathmarnock Council",
        says: &says,
        item: "3-7",
        follows: None,
        decided: date(2026, 11, 17),
        officer,
    };
    let policy = bot().policy(Some(bot().manifest().example_council)).unwrap();
    let written = bot().notice(&case(question, &json!({}), &policy), ruling, &about, &policy);
    written.unwrap_or_else(|fault| panic!("{fault}"))
}

/// What an officer does to what the bot gives; the runner writes the same reasons.
fn by_officer(question: &str, answer: Option<&str>) -> Ruling {
    let mut ruling = ask(question, &json!({}));
    assert!(!ruling.settled(), "nobody was needed");
    let mut reason = "confirmed-by-officer";
    if let Some(answer) = answer {
        ruling.set("Answer", Shown::words(answer));
        reason = "changed-by-officer";
    }
    assert!(bot().complete(&mut ruling).is_empty());
    ruling.needs.clear();
    ruling.reasons.push(Reason {
        code: reason.to_owned(),
        text: "An officer acted: private words for colleagues".to_owned(),
        figure: "officers-decision".to_owned(),
        from: date(2026, 11, 17),
        source: Source { title: "Decision of an officer".to_owned(), href: String::new() },
    });
    ruling
}

const LEAVE: &str = "How many days of annual leave do I have left?";
const SICK: &str = "How much sick pay do I get?";
const TWO: &str = "How much sick pay do I get, and what is my notice period?";
const BULLIED: &str = "I am being bullied by my manager Zebedee";

fn kept() -> [(&'static str, Notice, Option<&'static str>); 4] {
    let automatic = |question| notice(question, &ask(question, &json!({})), None).unwrap();
    let person = |question, answer| notice(question, &by_officer(question, answer), ADVISER);
    [
        ("leave_answered", automatic(LEAVE), None),
        ("sick_pay_answered", automatic(SICK), None),
        ("draft_confirmed_by_an_adviser", person(TWO, None).unwrap(), ADVISER),
        (
            "answered_by_an_adviser",
            person(BULLIED, Some("Please call me today, on 01632 960 103.")).unwrap(),
            ADVISER,
        ),
    ]
}

#[test]
fn notices_stand_word_for_word_beside_their_templates() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut differ = Vec::new();
    for (name, notice, _) in kept() {
        let got = format!("{}\n\n{}", notice.subject, notice.text);
        let file = format!("{root}/src/hr_queries/notices/examples/{name}.txt");
        if std::fs::read_to_string(&file).unwrap_or_default() != got {
            let folder = format!("{root}/../target/notices/hr_queries");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(format!("{folder}/{name}.txt"), &got).unwrap();
            differ.push(format!("{name}: now {folder}/{name}.txt"));
        }
    }
    assert!(differ.is_empty(), "read them, and copy what is right:\n{}", differ.join("\n"));
}

#[test]
fn who_answered_is_said_and_how_to_have_a_person() {
    for (name, notice, officer) in kept() {
        let text = notice.text;
        assert_eq!(text.contains("This answer was made automatically."), officer.is_none());
        let person = "A person answered you: our HR adviser";
        assert_eq!(text.contains(person), officer.is_some(), "{name}");
        for words in ["To speak to a person", "tell us what you think", "contest it", "01632 960"] {
            assert!(text.contains(words), "{name}: {words}");
        }
        assert!(!text.contains("private words"), "{name}");
    }
}

#[test]
fn an_answer_has_its_figure_its_day_its_source_and_its_working() {
    let [(_, leave, _), (_, sick, _), ..] = kept();
    for words in [
        "118.4 hours are left",
        "Sources: Conditions of service, section 4: annual leave (from 01/01/2024)",
        "229.4 − 111 = 118.4",
        "leave_pro_rata, from 1 January 2000: ",
    ] {
        assert!(leave.text.contains(words), "{words}\n{}", leave.text);
    }
    assert_eq!(leave.text.matches("Sources: ").count(), 1);
    assert!(!leave.text.contains("Working: "), "{}", leave.text);
    assert!(!leave.text.contains("sick pay"), "{}", leave.text);
    assert_eq!(sick.text.matches("information, not a decision").count(), 1);
}

#[test]
fn an_advisers_own_answer_on_sick_pay_is_no_decision_either() {
    let ruling = by_officer(TWO, Some("26 weeks of full pay, and a month's notice."));
    let text = notice(TWO, &ruling, ADVISER).unwrap().text;
    assert_eq!(text.matches("Figures of sick pay are information, not a decision").count(), 1);
}

#[test]
fn nothing_of_a_sensitive_question_but_the_advisers_own_words_is_told() {
    let [.., (_, notice, _)] = kept();
    let all = format!("{}{}", notice.subject, notice.text).to_lowercase();
    for words in ["bull", "grievance", "zebedee", "manager", "list of phrases", "confidence"] {
        assert!(!all.contains(words), "{words}: {all}");
    }
    assert!(all.contains("please call me today"));
}

#[test]
fn what_is_asked_of_a_person_has_no_notice_and_no_subject_tells_the_topic() {
    for question in [TWO, BULLIED] {
        assert!(notice(question, &ask(question, &json!({})), None).is_none());
    }
    for (_, notice, _) in kept() {
        assert_eq!(notice.subject, "Your question to HR: our answer");
    }
}
