//! A sheet of questions and a list of employees through the real program: each row comes out as
//! it was written to.

use std::fmt::Write as _;
use std::fs;

use clerkwork_fixtures::dataverse;
use clerkwork_fixtures::employees::employees;
use clerkwork_fixtures::questions::{self as invented, Question};
use clerkwork_fixtures::sheet::{write_employees, write_questions};

use crate::harness::{Office, Ran};

/// A row: employee, question, topic chosen, outcome, topic, who answers, words of the answer.
struct Row(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const DECIDED: &str = "decided";
const REFERRED: &str = "referred";

const ROWS: &[Row] = &[
    Row(
        "000101",
        "How many days leave have I got left?",
        "",
        DECIDED,
        "annual leave",
        "bot",
        &["229.4 hours", "118.4 hours are left"],
    ),
    Row(
        "102",
        "what are my holidays, I do 22.2 hours",
        "",
        DECIDED,
        "annual leave",
        "bot",
        &["67.34 hours", "7/12 complete months"],
    ),
    Row(
        "101",
        "How long do I get full sick pay for?",
        "sick pay",
        DECIDED,
        "sick pay",
        "bot",
        &["26 weeks of full pay", "24 weeks of full pay", "information, not a decision", "£123.25"],
    ),
    Row(
        "102",
        "sick pay entitlment",
        "",
        DECIDED,
        "sick pay",
        "bot",
        &["5 weeks of full pay", "£118.40"],
    ),
    Row(
        "101",
        "What notice would the council have to give me?",
        "",
        DECIDED,
        "notice",
        "bot",
        &["7 weeks", "16 December 2026"],
    ),
    Row(
        "101",
        "what is the rate of maternity pay",
        "",
        DECIDED,
        "maternity",
        "bot",
        &["£194.32", "£486.18", "indicative"],
    ),
    Row(
        "101",
        "what does my tax code mean",
        "pension",
        DECIDED,
        "tax code",
        "bot",
        &["S1257L", "£12,570", "HMRC"],
    ),
    Row(
        "101",
        "Who do I ask about my pension?",
        "",
        DECIDED,
        "pension",
        "bot",
        &["Strathmarnock Pension Fund"],
    ),
    Row(
        "101",
        "Need a reference for my mortgage",
        "",
        DECIDED,
        "references",
        "bot",
        &["Library assistant", "4 March 2019"],
    ),
    Row(
        "101",
        "I want to change my bank details, 089999 12345678",
        "",
        REFERRED,
        "bank details",
        "person",
        &[],
    ),
    Row(
        "101",
        "I am being bullied and need to know my leave",
        "annual leave",
        REFERRED,
        "grievance or wellbeing",
        "person",
        &[],
    ),
    Row(
        "101",
        "my leave balance, and what is my tax code",
        "",
        REFERRED,
        "annual leave",
        "person",
        &["118.4 hours"],
    ),
    Row("101", "Thingummyjig?", "", REFERRED, "other", "person", &[]),
    Row("103", "How many days leave have I got left?", "", REFERRED, "annual leave", "person", &[]),
    Row("999", "How many days leave have I got left?", "", REFERRED, "annual leave", "person", &[]),
    Row(
        "104",
        "How many days leave have I got left?",
        "",
        REFERRED,
        "annual leave",
        "person",
        &["31 days"],
    ),
];

const EMPLOYEES: &str = "\
Employee number,Forename,Surname,Email,Post,Service,Line manager,Start date,Continuous service date,Leaving date,Contract hours,Full-time hours,Weekly pay,Leave year starts,Leave taken hours,Sick weeks full pay used,Sick weeks half pay used,Tax code,Pension fund,Book
000101,Morven,Auchterlee,m@strathmarnock.example,Library assistant,Communities,S Balfinlay,04/03/2019,04/03/2019,,37,37,540.20,01/01,111,2,0,S1257L,Strathmarnock Pension Fund (LGPS),SJC
000102,Struan,Balfinlay,s@strathmarnock.example,Catering assistant,Communities,M Auchterlee,01/06/2026,01/04/2026,,22.2,37,148.00,01/01,0,0,0,1257L,Strathmarnock Pension Fund (LGPS),SJC
000103,Eilidh,Cairnbaan,e@strathmarnock.example,Teacher,Education,S Balfinlay,04/03/2019,04/03/2019,,35,35,800,01/01,0,0,0,S1257L,SPPA,SNCT
000104,Rory,Drumgask,r@strathmarnock.example,Driver,Roads,S Balfinlay,04/03/2019,04/03/2019,,37,37,540,01/01,,0,0,S1257L,Strathmarnock Pension Fund (LGPS),SJC
";

fn questions() -> String {
    let mut text =
        "Reference,Received,Employee number,Question,Topic,Date from,Date to\n".to_owned();
    for (number, row) in ROWS.iter().enumerate() {
        let Row(employee, question, topic, ..) = row;
        writeln!(text, "Q{number:03},16/11/2026,{employee},\"{question}\",{topic},,").unwrap();
    }
    text
}

fn run(office: &Office) -> Ran {
    let (input, employees) = (office.file("questions.csv"), office.file("employees.csv"));
    fs::write(&input, questions()).unwrap();
    fs::write(&employees, EMPLOYEES).unwrap();
    let mut command = office.command(&["run", "hr-queries", "--json", "--as-of", "2026-11-20"]);
    command.arg("--input").arg(&input);
    command.arg("--output").arg(office.file("results.xlsx"));
    command.arg("--lookup").arg(format!("employees={}", employees.display()));
    Ran::of(&mut command)
}

#[test]
fn every_question_comes_out_as_it_was_written_to() {
    let office = Office::open();
    let ran = run(&office);
    assert_eq!(ran.code, 3, "{ran}");
    ran.totals_balance();
    assert_eq!(ran.count("rows"), i64::try_from(ROWS.len()).unwrap());
    let results = office.results();
    let sheet = results.sheet("Results");
    let (outcomes, topics) = (sheet.column("Outcome"), sheet.column("Topic"));
    let (answers, by) = (sheet.column("Answer"), sheet.column("Answered by"));
    let mut wrong = Vec::new();
    for (at, Row(_, question, _, outcome, topic, who, words)) in ROWS.iter().enumerate() {
        let got = (outcomes[at], topics[at], by[at]);
        if got != (*outcome, *topic, *who) {
            wrong.push(format!("{question}\n expected {:?}\n got {got:?}", (outcome, topic, who)));
        }
        for words in words.iter().filter(|words| !answers[at].contains(**words)) {
            wrong.push(format!("{question}\n expected {words:?} in\n {}", answers[at]));
        }
        let reserved = ["bank details", "grievance or wellbeing", "other"].contains(topic);
        if reserved && !answers[at].is_empty() {
            wrong.push(format!("{question}\n expected no answer, got {}", answers[at]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    sheet.has_no_text_in("Confidence");
    office.log_is_sound();
}

#[test]
fn an_answer_is_told_in_a_notice_that_says_how_to_get_a_person() {
    let office = Office::open();
    run(&office);
    let notice = office.clerkwork(&["notice", "1-2"]);
    assert_eq!(notice.code, 0, "{notice}");
    for words in [
        "118.4 hours are left",
        "This answer was made automatically.",
        "To speak to a person about this answer, telephone 01632 960 103",
        "contest it",
    ] {
        assert!(notice.stdout.contains(words), "nothing is said of {words:?}\n{notice}");
    }
    let referred = ROWS.iter().position(|row| row.3 == REFERRED).unwrap();
    let item = format!("1-{}", referred + 2);
    office.clerkwork(&["notice", &item]).refused(2, &["is referred", "clerkwork show"]);
}

#[test]
fn the_invented_questions_come_to_the_ends_they_were_made_for() {
    let office = Office::open();
    let (input, list) = (office.file("questions.xlsx"), office.file("employees.xlsx"));
    let asked: Vec<Question> = invented::questions(7, 200, dataverse::start()).collect();
    write_questions(&input, &asked).unwrap();
    write_employees(&list, employees(7, 200)).unwrap();
    let mut command = office.command(&["run", "hr-queries", "--json", "--as-of", "2026-11-20"]);
    command.arg("--input").arg(&input).arg("--output").arg(office.file("results.xlsx"));
    command.arg("--lookup").arg(format!("employees={}", list.display()));
    let ran = Ran::of(&mut command);
    assert_eq!((ran.code, ran.count("done"), ran.count("referred")), (3, 120, 80), "{ran}");
    let results = office.results();
    let got = results.sheet("Results").column("Outcome");
    let expected: Vec<&str> = asked.iter().map(|it| it.end.outcome().as_str()).collect();
    assert_eq!(got, expected);
}

#[test]
fn nothing_that_was_written_reaches_the_log_or_the_console() {
    let office = Office::open();
    let ran = run(&office);
    let exported = office.file("log");
    let log = office.clerkwork(&["log", "export", exported.to_str().unwrap()]);
    assert_eq!(log.code, 0, "{log}");
    let mut said = format!("{}{}", ran.stdout, ran.stderr);
    said.push_str(&fs::read_to_string(exported.join("entries.jsonl")).unwrap());
    for words in ["Thingummyjig", "12345678", "bullied", "Auchterlee", "bank-details", "grievance"]
    {
        assert!(!said.contains(words), "{words}");
    }
    assert!(said.contains("needs-a-person"));
}
