//! What other systems are told, word for word, and what they are never told.

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::kit::{Cell, Day, Fields, Looked, Need, Registered, Source, Template};

/// The example row of a template, with other values under some of its headers.
fn row(template: &Template, other: &[(&str, &str)]) -> Fields {
    let headers: Vec<&str> = template.columns.iter().map(|column| column.header.as_str()).collect();
    let cells: Vec<Cell<'_>> = template
        .columns
        .iter()
        .map(|column| {
            let other = other.iter().find(|(header, _)| *header == column.header);
            match other.map_or(column.example.as_str(), |(_, value)| value) {
                "" => Cell::Empty,
                text => Cell::Text(text),
            }
        })
        .collect();
    let binding = template.bind(&headers, &BTreeMap::new()).ok().unwrap();
    let day = Day { today: date(2027, 1, 1), epoch_1904: false };
    template.read(&binding, &cells, &day).ok().unwrap()
}

struct Asked {
    bot: &'static Registered,
    case: Vec<u8>,
    looked: BTreeMap<String, Looked>,
    ruling: Ruling,
}

fn asked(name: &str, other: &[(&str, &str)], record: &[(&str, &str)]) -> Asked {
    let bot = crate::find(name).unwrap();
    let policy = bot.policy(Some(bot.manifest().example_council)).unwrap();
    let case = bot.prepare(row(bot.template(), other), &policy).unwrap().case;
    let lookup = bot.manifest().lookups[0].name;
    let found = Looked::Found {
        version: "test".to_owned(),
        about: json!({}),
        key: 0,
        records: vec![row(bot.lookup_template(lookup).unwrap(), record)],
    };
    let looked = BTreeMap::from([(lookup.to_owned(), found)]);
    let ruling = bot.decide(&case, &looked, &policy).unwrap();
    Asked { bot, case, looked, ruling }
}

fn question(question: &str) -> Asked {
    asked("hr-queries", &[("Question", question)], &[])
}

impl Asked {
    fn told(&self) -> Vec<PostBack> {
        self.bot.post_backs(&self.case, &self.ruling).unwrap()
    }

    fn address(&self) -> Option<String> {
        self.bot.address(&self.case, &self.looked).unwrap()
    }

    /// What an officer's act makes of a ruling.
    fn by_officer(mut self, code: &str, text: &str) -> Self {
        self.ruling.needs.clear();
        self.ruling.reasons.push(Reason {
            code: code.to_owned(),
            text: text.to_owned(),
            figure: BY_OFFICER.to_owned(),
            from: date(2026, 11, 17),
            source: Source { title: "Decision of an officer".to_owned(), href: String::new() },
        });
        self
    }
}

/// All that is told, as it is read.
fn shown(told: &[PostBack]) -> String {
    let mut all = Vec::new();
    for one in told {
        let what = match &one.what {
            Say::Note { subject, text } => format!("note: {subject}\n{text}\n"),
            Say::Close { subject, text } => format!("close: {subject}\n{text}\n"),
            Say::Columns(columns) => {
                let column = |(header, value): &(String, Shown)| format!("{header} = {value}\n");
                format!("columns:\n{}", columns.iter().map(column).collect::<String>())
            }
        };
        all.push(format!("=== {} {}\n{what}", one.outlet, one.effect));
    }
    all.join("\n")
}

fn effects(told: &[PostBack]) -> Vec<&'static str> {
    told.iter().map(|one| one.effect).collect()
}

fn note(told: &[PostBack]) -> &str {
    match &told[0].what {
        Say::Note { text, .. } => text,
        Say::Columns(_) | Say::Close { .. } => panic!("the note comes first"),
    }
}

#[test]
fn what_is_told_stands_word_for_word_beside_the_code() {
    let answer = "An officer changed Answer from nothing to “Call me”, Answered by from person to \
                  person: spoken to on the telephone";
    let kept = [
        ("hr_answered", question("How many days of annual leave do I have left?")),
        ("hr_referred", question("How much sick pay do I get, and what is my notice period?")),
        ("hr_sensitive", question("I want to raise a grievance")),
        (
            "hr_sensitive_settled",
            question("I want to raise a grievance").by_officer(CHANGED_BY_OFFICER, answer),
        ),
        ("meals_awarded", asked("free-school-meals", &[], &[])),
        (
            "meals_refused_by_an_officer",
            asked("free-school-meals", &[("UC net earnings", "850.01")], &[])
                .by_officer("confirmed-by-officer", "An officer confirmed it: the payslips agree"),
        ),
    ];
    let root = env!("CARGO_MANIFEST_DIR");
    let mut differ = Vec::new();
    for (name, asked) in kept {
        let got = shown(&asked.told());
        let file = format!("{root}/src/kit/post_back/examples/{name}.txt");
        if std::fs::read_to_string(&file).unwrap_or_default() != got {
            let folder = format!("{root}/../target/post_backs");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(format!("{folder}/{name}.txt"), &got).unwrap();
            differ.push(format!("{name}: now {folder}/{name}.txt"));
        }
    }
    assert!(differ.is_empty(), "read them, and copy what is right:\n{}", differ.join("\n"));
}

#[test]
fn what_is_settled_is_explained_recorded_and_closed_and_what_is_not_has_one_note() {
    let settled = question("How many days of annual leave do I have left?");
    assert_eq!(effects(&settled.told()), ["explanation", "decision", "close"]);
    let referred = question("I want to raise a grievance");
    assert_eq!(effects(&referred.told()), ["referral"]);
    assert!(note(&referred.told()).contains("has decided nothing"));
}

#[test]
fn a_bot_without_that_outlet_tells_nothing() {
    let bot = crate::find("rent-accounts").unwrap();
    let policy = bot.policy(Some(bot.manifest().example_council)).unwrap();
    let case = bot.prepare(row(bot.template(), &[]), &policy).unwrap().case;
    let ruling = bot.decide(&case, &BTreeMap::new(), &policy).unwrap();
    assert!(bot.post_backs(&case, &ruling).unwrap().is_empty());
}

#[test]
fn a_sensitive_reason_is_in_no_note_before_or_after_an_officer() {
    let mut asked = question("I am being bullied by my manager");
    assert!(asked.ruling.needs.iter().all(|need| need.sensitive));
    asked.ruling.need(Need::new("employee-not-found", "The number is not on the list."));
    let before = note(&asked.told()).to_owned();
    assert!(before.contains("The number is not on the list.") && before.contains("Clerkwork only"));
    let mut private: Vec<String> =
        asked.ruling.working.iter().map(|line| line.amount.clone()).collect();
    private.extend(asked.ruling.needs[..1].iter().map(|need| need.why.clone()));
    assert!(private.iter().any(|text| text.contains("bull")), "{private:?}");
    let after = asked.by_officer(CHANGED_BY_OFFICER, "An officer changed Answer: the bullying");
    let told = after.told();
    for text in private.iter().map(String::as_str).chain(["the bullying"]) {
        assert!(!before.contains(text), "{text}");
        assert!(!note(&told).contains(text), "{text}");
    }
    assert!(note(&told).contains("Answered by an officer"));
}

#[test]
fn who_settled_it_is_said() {
    let leave = || question("How many days of annual leave do I have left?");
    for (asked, words) in [
        (leave(), "Answered automatically: the bot hr-queries, version 1, applied its rules"),
        (leave().by_officer("confirmed-by-officer", "x"), "Answered by an officer, as the bot"),
        (leave().by_officer(CHANGED_BY_OFFICER, "x"), "Answered by an officer, otherwise than"),
        (asked("free-school-meals", &[], &[]), "Decided automatically: the bot free-school-meals"),
    ] {
        assert!(note(&asked.told()).starts_with(words), "{words}");
    }
}

#[test]
fn the_address_is_that_of_the_one_record_of_somebody_who_is_still_there() {
    let of = |record: &[(&str, &str)]| asked("hr-queries", &[], record).address();
    assert_eq!(of(&[]).as_deref(), Some("morven.auchterlee@strathmarnock.example"));
    assert_eq!(of(&[("Leaving date", "15/11/2026")]), None);
    assert!(of(&[("Leaving date", "16/11/2026")]).is_some());
    for odd in ["", "none", "a@b@c.example", "two people@x.example", "@x.example", "a@"] {
        assert_eq!(of(&[("Email", odd)]), None, "{odd}");
    }
    let mut two = asked("hr-queries", &[], &[]);
    let other = row(two.bot.lookup_template("employees").unwrap(), &[("Post", "Cook")]);
    if let Some(Looked::Found { records, .. }) = two.looked.get_mut("employees") {
        records.push(records[0].clone());
        assert!(two.bot.address(&two.case, &two.looked).unwrap().is_some());
    }
    if let Some(Looked::Found { records, .. }) = two.looked.get_mut("employees") {
        records.push(other);
    }
    assert_eq!(two.address(), None);
    two.looked.insert("employees".to_owned(), Looked::NotLookedAt);
    assert_eq!(two.address(), None);
    assert_eq!(asked("free-school-meals", &[], &[]).address(), None);
}

#[test]
fn bytes_that_are_no_case_are_a_fault_that_says_nothing_of_them() {
    let asked = question("How many days of annual leave do I have left?");
    let fault = asked.bot.post_backs(b"{\"secret\":1}", &asked.ruling).err().unwrap();
    assert!(!fault.to_string().contains("secret"));
    assert!(asked.bot.address(b"", &asked.looked).is_err());
}

#[test]
fn texts_are_cut_at_a_line_and_say_so() {
    assert_eq!(cut("a\nb", 3), "a\nb");
    let whole = "one\ntwo\nthree and more than fits, which is why it is cut\nfour and some more\n";
    let short = cut(whole, 60);
    assert_eq!(short, format!("one\ntwo\n{CUT}"));
    let line = "word ".repeat(30);
    assert_eq!(cut(&line, 60), format!("word word word {CUT}"));
    assert_eq!(cut(&"x".repeat(99), CUT.len() + 6), format!("xxxxx {CUT}"));
}

#[test]
fn nothing_is_longer_than_dataverse_takes_it() {
    let mut asked = question("How many days of annual leave do I have left?");
    asked.ruling.set("Answer", Shown::Text("A longish line of 𝔘nicode\n".repeat(9_000)));
    for one in asked.told() {
        let (subject, text, most) = match one.what {
            Say::Note { subject, text } => (subject, text, NOTE),
            Say::Close { subject, text } => (subject, text, CLOSE),
            Say::Columns(_) => continue,
        };
        let long = text.encode_utf16().count();
        assert!(subject.len() <= SUBJECT && long <= most && long > most - 100);
        assert!(text.ends_with(CUT));
    }
}
