//! Single questions, and how the finder weighs them.

use super::*;

fn reserved(question: &str) -> Vec<&'static str> {
    find(question, None).reserved.iter().map(|(why, _)| why.code.as_str()).collect()
}

#[test]
fn a_longer_phrase_takes_its_words_from_a_shorter_one() {
    assert_eq!(reserved("Which bank holidays do we get?"), [""; 0]);
    assert_eq!(reserved("I have a new bank"), ["bank-details"]);
    assert_eq!(find("Can I have a word about maternity leave?", None).topic, Topic::Maternity);
}

#[test]
fn two_topics_that_are_both_sure_are_two_questions() {
    let found = find("What is my notice period, and what is my tax code?", None);
    assert!(found.also.is_some());
    let one = find("What is my notice period? How many weeks notice is that?", None);
    assert_eq!((one.topic, one.also), (Topic::Notice, None));
}

#[test]
fn the_choice_on_the_form_weighs_as_much_as_a_hint() {
    let alone = find("what is my entitlement", None);
    let chosen = find("what is my entitlement", Some(Topic::AnnualLeave));
    assert!(alone.confidence < chosen.confidence);
    assert_eq!(find("hello", Some(Topic::AnnualLeave)).confidence, 0);
}

#[test]
fn the_more_speaks_against_it_the_less_sure_it_is() {
    let sure = find("annual leave", None).confidence;
    let less = find("annual leave on my slip", None).confidence;
    assert!(less < sure && sure < 100, "{less} {sure}");
}

#[test]
fn apostrophes_accents_capitals_and_strange_spaces_do_not_matter() {
    for question in
        ["I CAN’T COPE", "i can't cope", "I cant\u{a0}cope", "I cän't cope", "I can`t  cope"]
    {
        assert_eq!(reserved(question), ["wellbeing"], "{question}");
    }
    assert_eq!(find("my a/l", None).topic, find("my AL", None).topic);
}

#[test]
fn phrases_that_cannot_be_read_are_told() {
    let file = |phrase: &str| {
        format!(
            "[[topic]]\nname = \"notice\"\nsure = [\"{phrase}\"]\nlikely = []\nhint = []\n\
             [beyond]\nphrases = []\n[nothing]\nphrases = []\n[[reserved]]\ncode = \"a\"\n\
             topic = \"other\"\nwhy = \"b\"\nsensitive = true\nphrases = [\"c\"]\n"
        )
    };
    assert!(Phrases::from_toml(&file("notice .. give"), "").is_ok());
    assert!(Phrases::from_toml(&file("notice .."), "").is_err());
    assert!(Phrases::from_toml(&file(""), "").is_err());
    assert!(Phrases::from_toml(&file("x").replace("notice", "weather"), "").is_err());
}
