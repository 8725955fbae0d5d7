//! Notices by mail and by GOV.UK Notify through the real program: each person is told once, and what
//! may have been sent is never sent again unasked.

use std::fs;
use std::time::{Duration, Instant};

use clerkwork_fixtures::mailbox::{self, Mailbox, Step};
use clerkwork_fixtures::notify;
use clerkwork_fixtures::questions::End;
use clerkwork_fixtures::trial::quick;
use uuid::Uuid;

use super::crm::{Crm, cases};
use crate::harness::{Office, Ran};

/// The template of the council's service: it has the two fields that a notice fills.
const TEMPLATE: Uuid = Uuid::from_u128(0x0e3a_11aa_7b51_4f6e_8a00_0000_0000_0077);

/// An office with so many cases, whose notices go to a mailbox here.
fn with_mail(count: u32) -> (Crm, Mailbox) {
    let crm = Crm::with(cases(count), quick);
    let mailbox = crm.runtime.block_on(Mailbox::start(mailbox::Options::default())).unwrap();
    let file = crm.office.data().join("connections.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("port = 2525"));
    fs::write(&file, text.replace("port = 2525", &format!("port = {}", mailbox.port()))).unwrap();
    (crm, mailbox)
}

#[test]
fn each_answer_is_mailed_once_to_the_address_on_the_employees_record() {
    let (crm, mailbox) = with_mail(20);
    let ran = crm.run();
    assert_eq!((ran.code, ran.count("done")), (3, 12), "{ran}");
    crm.run();
    let mut mailed: Vec<String> = mailbox.mails().into_iter().map(|mail| mail.to).collect();
    let questions = crm.stand_in.questions();
    let mut wanted: Vec<String> = questions
        .iter()
        .filter(|question| question.end == End::Answered)
        .map(|question| question.email.clone())
        .collect();
    mailed.sort();
    wanted.sort();
    assert_eq!(mailed, wanted);
    let mail = &mailbox.mails()[0];
    assert!(mail.text.contains("automatically"), "{}", mail.text);
    // The address stands in nothing that the program says.
    let said = crm.clerkwork(&["log", "tail", "--json"]).stdout + &ran.stdout + &ran.stderr;
    assert!(!said.contains('@') || !wanted.iter().any(|address| said.contains(address)), "{said}");
}

#[test]
fn a_mail_whose_answer_was_lost_is_never_sent_again_unasked() {
    let (crm, mailbox) = with_mail(1);
    mailbox.fail(mailbox::Fault::LosesAnswer);
    let ran = crm.run();
    assert_eq!((ran.code, ran.count("referred")), (3, 1), "{ran}");
    let shown = crm.item("1-1");
    assert_eq!(shown["reason"], "may-have-been-sent", "{shown}");
    for _ in 0..3 {
        crm.run();
    }
    assert_eq!(mailbox.mails().len(), 1);
    // An officer has asked the person, who got nothing: confirming sends it once more.
    let confirmed = crm.clerkwork(&["confirm", "1-1", "--why", "she has no mail of ours"]);
    assert_eq!(confirmed.code, 0, "{confirmed}");
    crm.run();
    assert_eq!(crm.item("1-1")["state"], "done");
    assert_eq!(mailbox.mails().len(), 2);
}

#[test]
fn a_runner_killed_while_it_mails_leaves_the_rest_to_a_person() {
    let (crm, mailbox) = with_mail(1);
    mailbox.fail(mailbox::Fault::Stalls(Step::End, Duration::from_secs(20)));
    let mut runner = crm.office.command(&["run", "hr-cases", "--quiet"], true).spawn().unwrap();
    let begun = Instant::now();
    while mailbox.mails().is_empty() {
        assert!(begun.elapsed() < Duration::from_mins(2), "no mail came");
        std::thread::sleep(Duration::from_millis(10));
    }
    runner.kill().unwrap();
    runner.wait().unwrap();
    let mut reason = String::new();
    for _ in 0..50 {
        crm.run();
        reason = crm.item("1-1")["reason"].as_str().unwrap_or_default().to_owned();
        if !reason.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(reason, "may-have-been-sent");
    assert_eq!(mailbox.mails().len(), 1);
}

#[test]
fn what_notify_took_without_an_answer_is_looked_for_before_it_is_sent_again() {
    let crm = Crm::with(cases(10), |schedule| {
        quick(schedule).replace(
            "connector = \"smtp\"\nconnection = \"mail\"",
            &format!("connector = \"notify\"\ntemplate = \"{TEMPLATE}\""),
        )
    });
    let template = notify::Template {
        id: TEMPLATE,
        kind: "email",
        subject: "((subject))".to_owned(),
        body: "((text))".to_owned(),
        deleted: false,
    };
    let options = notify::Options { templates: vec![template], ..notify::Options::default() };
    let stand_in = crm.runtime.block_on(notify::StandIn::start(options)).unwrap();
    for _ in 0..3 {
        stand_in.fail(notify::Rule::new(notify::Fault::Lost));
    }
    let file = crm.office.data().join("connections.toml");
    let mut text = fs::read_to_string(&file).unwrap();
    text.push_str(&format!(
        "\n[notify]\nconnector = \"notify\"\naddress = \"{}\"\n",
        stand_in.address()
    ));
    fs::write(&file, text).unwrap();
    let run = || {
        let mut command = crm.office.command(&["run", "hr-cases", "--json"], true);
        Ran::of(command.env("CLERKWORK_SECRET_NOTIFY", notify::KEY))
    };
    let begun = Instant::now();
    loop {
        run();
        let waiting = ["1-1", "1-2"].iter().any(|it| crm.item(it)["state"] != "done");
        if !waiting || begun.elapsed() > Duration::from_mins(2) {
            break;
        }
        std::thread::sleep(Duration::from_millis(300));
    }
    run();
    let record = stand_in.record();
    assert_eq!(record.sent.len(), 6, "{:?}", record.requests);
    for sent in &record.sent {
        let reference = sent.reference.as_deref().unwrap();
        assert_eq!(record.sent_as(reference), 1);
    }
}

#[test]
fn a_notice_of_meals_goes_to_the_address_in_a_column_of_the_sheet() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mailbox = runtime.block_on(Mailbox::start(mailbox::Options::default())).unwrap();
    let office = Office::open();
    office.put(
        "connections.toml",
        &format!(
            "[mail]\nconnector = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n\
             from = \"Council <meals@strathmarnock.example>\"\n",
            mailbox.port()
        ),
    );
    office.edit("schedules/free-school-meals.toml", |text| {
        let outlet =
            "[outlets.notice]\nconnector = \"smtp\"\nconnection = \"mail\"\nto = \"E-mail\"\n";
        text.replace("[results]", &format!("{outlet}\n[results]"))
    });
    let bot = clerkwork_bots::find("free-school-meals").unwrap();
    let columns = &bot.template().columns;
    let line = |cells: Vec<String>| {
        cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")
    };
    let headers = columns.iter().map(|it| it.header.clone()).chain(["E-mail".to_owned()]);
    let example = |reference: &str, address: &str| {
        let cells = columns.iter().map(|it| {
            if it.header == "Reference" { reference.to_owned() } else { it.example.clone() }
        });
        line(cells.chain([address.to_owned()]).collect())
    };
    let sheet = office.file("forms.csv");
    let rows = [line(headers.collect()), example("FSM-1", "catriona@people.example")];
    fs::write(&sheet, rows.join("\n")).unwrap();
    let ran = office.clerkwork(&[
        "run",
        "free-school-meals",
        "--json",
        "--input",
        sheet.to_str().unwrap(),
        "--lookup",
        "school-roll=none",
    ]);
    assert_eq!((ran.code, ran.count("done")), (0, 1), "{ran}");
    assert_eq!(ran.json()["notices"].to_string(), "[]", "{ran}");
    let mails = mailbox.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "catriona@people.example");
    assert!(mails[0].text.contains("made automatically"), "{}", mails[0].text);
}
