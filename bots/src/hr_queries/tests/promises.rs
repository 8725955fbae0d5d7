//! What holds of every question, whatever is in it.

use proptest::prelude::*;
use serde_json::json;

use super::measure::{ask, ask_in, bot};
use crate::hr_queries::{Topic, finder};
use crate::kit::Shown;

const PLAIN: &str = "How many days of annual leave do I have left?";

fn by_bot(question: &str) -> bool {
    *ask(question, &json!({})).decision_value("Answered by") == Shown::words("bot")
}

#[test]
fn one_reserved_word_outweighs_any_amount_of_the_rest() {
    assert!(by_bot(PLAIN));
    for reserved in [
        "I am being bullied.",
        "I want to end it all.",
        "My sort code has changed.",
        "I had a miscarriage.",
        "I am disabled.",
        "My solicitor will write.",
        "He hits me.",
    ] {
        let question = format!("{PLAIN} {} {reserved}", [PLAIN; 20].join(" "));
        let ruling = ask(&question, &json!({}));
        assert_eq!(*ruling.decision_value("Answered by"), Shown::words("person"), "{reserved}");
        assert_eq!(*ruling.decision_value("Answer"), Shown::Empty, "{reserved}");
    }
}

#[test]
fn a_reserved_topic_chosen_on_the_form_is_kept_for_a_person() {
    for topic in ["bank details", "Grievance or wellbeing"] {
        let ruling = ask(PLAIN, &json!({ "topic": topic }));
        assert_eq!(ruling.needs[0].code, "chosen-topic");
        assert!(ruling.needs[0].sensitive);
    }
}

#[test]
fn the_topic_chosen_on_the_form_is_a_hint_and_no_proof() {
    let wrong = ask(PLAIN, &json!({ "topic": "pension" }));
    assert_eq!(*wrong.decision_value("Topic"), Shown::words("annual leave"));
    assert!(wrong.settled());
    let alone = ask("What about it?", &json!({ "topic": "pension" }));
    assert!(!alone.settled());
    let strange = ask(PLAIN, &json!({ "topic": "whatever" }));
    assert!(strange.settled());
}

#[test]
fn what_the_person_wrote_stands_nowhere_in_the_ruling() {
    for question in ["Zebedee wants to know his leave balance", "Zebedee is being bullied"] {
        let ruling = ask(question, &json!({ "topic": "Zebedee" }));
        let text = serde_json::to_string(&ruling).unwrap();
        assert!(!text.contains("Zebedee"), "{question}");
    }
}

#[test]
fn an_answer_quotes_its_figure_its_day_and_its_source_and_shows_the_working() {
    for question in [
        PLAIN,
        "How long do I get sick pay for?",
        "What is my notice period?",
        "What is the rate of maternity pay?",
        "What does my tax code mean?",
    ] {
        let ruling = ask(question, &json!({}));
        assert!(ruling.settled(), "{question}: {}", ruling.reasons_text());
        let answer = ruling.decision_value("Answer").to_string();
        assert!(answer.contains("Sources: ") && answer.contains("(from "), "{answer}");
        assert!(answer.contains("Working: ") || question.contains("tax code"), "{answer}");
        let quoted = |title: &str| answer.contains(title);
        assert!(ruling.reasons.iter().all(|reason| quoted(&reason.source.title)), "{answer}");
    }
}

#[test]
fn sick_pay_is_information_and_says_so() {
    let ruling = ask("How much sick pay do I get?", &json!({}));
    let answer = ruling.decision_value("Answer").to_string();
    assert!(answer.contains("information, not a decision"), "{answer}");
}

#[test]
fn a_figure_that_the_council_has_not_confirmed_tells_nobody_anything() {
    let council = bot().manifest().example_council;
    let confirmed = "[[confirms]]\nid = \"family_pay_weekly\"";
    let (before, after) = council.split_once(confirmed).unwrap();
    let (_, after) = after.split_once("\n\n").unwrap();
    let bare = format!("{before}{after}");
    let question = "What is the rate of maternity pay?";
    let ruling = ask_in(&bare, question, &json!({}));
    assert_eq!(ruling.needs.len(), 1, "{}", ruling.reasons_text());
    assert_eq!(ruling.needs[0].missing.as_deref(), Some("family_pay_weekly"));
    // The year before is confirmed in the cited text, and needs no council.
    assert!(ask_in(&bare, question, &json!({ "received": "2026-04-04" })).settled());
}

#[test]
fn a_councils_text_that_must_be_more_than_a_text_is_checked() {
    let council = bot().manifest().example_council;
    for (good, bad, place) in [
        ("\"next leave year\"", "\"some day\"", "long_service_from"),
        ("\"31/03\"", "\"March\"", "carry_until"),
    ] {
        let faults = bot().policy(Some(&council.replace(good, bad))).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].place, place);
    }
}

#[test]
fn at_the_confidence_that_is_needed_the_bot_answers_and_a_hundredth_below_it_does_not() {
    let question = "my annual leave balance on my slip";
    let sure = finder::find(question, None).confidence;
    let council = bot().manifest().example_council;
    let asking = |hundredths: u32| {
        let needed = council.replace("\"0.60\"", &format!("\"0.{hundredths:02}\""));
        ask_in(&needed, question, &json!({})).settled()
    };
    assert!(asking(sure) && !asking(sure + 1));
}

#[test]
fn the_longer_leave_may_count_from_the_anniversary_where_a_council_says_so() {
    let council = bot().manifest().example_council;
    let anniversary = council.replace("\"next leave year\"", "\"anniversary\"");
    // The record's service began on 4 March 2019, so five years are reached on 4 March 2024.
    for (council, on, days) in [
        (council, "2024-03-04", "26 days"),
        (council, "2025-01-01", "31 days"),
        (anniversary.as_str(), "2024-03-03", "26 days"),
        (anniversary.as_str(), "2024-03-04", "31 days"),
    ] {
        let ruling = ask_in(council, PLAIN, &json!({ "received": on }));
        let answer = ruling.decision_value("Answer").to_string();
        let told = answer.split(". ").next().unwrap();
        assert!(told.contains(days), "{on}: {told}");
    }
}

#[test]
fn the_phrases_that_decided_are_told() {
    let found = finder::find("What's my notise period?", None);
    assert_eq!(found.topic, Topic::Notice);
    assert_eq!(found.evidence, ["what notice"]);
}

proptest! {
    #[test]
    fn any_text_at_all_is_ruled_on(question in "\\PC{1,400}") {
        let ruling = ask(&question, &json!({}));
        prop_assert!(!ruling.reasons.is_empty());
        let by = ruling.decision_value("Answered by").to_string();
        prop_assert_eq!(by == "bot", ruling.settled());
    }

    #[test]
    fn a_slip_in_a_long_word_does_not_hide_it(place in 1_usize..9, letter in "[a-z]") {
        let mut word = "grievance".to_owned();
        word.replace_range(place..=place.min(8), &letter);
        let found = finder::find(&format!("I have a {word}"), None);
        prop_assert!(!found.reserved.is_empty(), "{}", word);
    }
}
