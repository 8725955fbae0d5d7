//! What the documents say is what the code does.

use std::collections::BTreeSet;

use clerkwork_runner::health::conditions::Code;
use clerkwork_runner::ids::BatchId;
use clerkwork_runner::job_log::{Actor, BotMark, Entry, Kind};
use clerkwork_runner::state::{Batch, Firing, Item, Payment, PaymentFile, PostBack, Upload};

use super::{document, repository, sources};

const ARCHITECTURE: &str = "docs/architecture.md";

/// The cells of the table below a heading, without its header.
fn table(file: &str, heading: &str) -> Vec<Vec<String>> {
    let text = document(file);
    let start = text.find(heading).unwrap_or_else(|| panic!("{file} has no {heading:?}"));
    let rows = text[start..].lines().skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

#[test]
fn the_tables_of_states_are_those_of_the_code() {
    fn coded<S: Copy>(
        all: &[S],
        word: fn(S) -> &'static str,
        next: fn(S) -> &'static [S],
    ) -> Vec<(String, String)> {
        let moves =
            |state: S| next(state).iter().map(|it| word(*it)).collect::<Vec<_>>().join(", ");
        let rows: Vec<Vec<String>> =
            all.iter().map(|state| vec![word(*state).to_owned(), moves(*state)]).collect();
        named(&rows)
    }
    let written = |heading| named(&table(ARCHITECTURE, heading));
    assert_eq!(written("### States of an item"), coded(Item::ALL, Item::as_str, Item::next));
    assert_eq!(written("### States of a batch"), coded(Batch::ALL, Batch::as_str, Batch::next));
    assert_eq!(
        written("### States of a payment"),
        coded(Payment::ALL, Payment::as_str, Payment::next)
    );
    assert_eq!(
        written("### States of a payments file"),
        coded(PaymentFile::ALL, PaymentFile::as_str, PaymentFile::next)
    );
    assert_eq!(
        written("### How an effect on another system stands"),
        coded(PostBack::ALL, PostBack::as_str, PostBack::next)
    );
    assert_eq!(
        named(&table("docs/page.md", "### The upload")),
        coded(Upload::ALL, Upload::as_str, Upload::next)
    );
}

#[test]
fn the_table_of_what_becomes_of_a_due_time_is_that_of_the_code() {
    let firings = Firing::ALL.iter().map(|state| {
        let next: Vec<&str> = state.next().iter().map(|next| next.as_str()).collect();
        vec![state.as_str().to_owned(), next.join(", ")]
    });
    let documented: Vec<Vec<String>> = table("docs/schedules.md", "## What becomes of a due time")
        .into_iter()
        .map(|row| vec![row[0].clone(), row[2].clone()])
        .collect();
    assert_eq!(named(&documented), named(&firings.collect::<Vec<_>>()));
}

/// A state with its moves, where none is told as such.
fn named(rows: &[Vec<String>]) -> Vec<(String, String)> {
    let moves = |cell: &String| {
        if cell.is_empty() { "none: it is settled".to_owned() } else { cell.clone() }
    };
    rows.iter().map(|row| (row[0].clone(), moves(&row[1]))).collect()
}

#[test]
fn the_inventory_of_the_log_is_that_of_the_code() {
    let kinds: Vec<Vec<String>> = Kind::ALL
        .iter()
        .map(|kind| vec![format!("`{}`", kind.as_str()), kind.means().to_owned()])
        .collect();
    assert_eq!(table("docs/log-inventory.md", "## Kinds"), kinds);
}

#[test]
fn the_inventory_has_every_field_that_an_entry_can_have() {
    let actor = Actor { id: "somebody".to_owned(), kind: "person" };
    let mark =
        BotMark { name: "a-bot".to_owned(), sha256: "0".to_owned(), version: "1".to_owned() };
    let entry = Entry::new(Kind::ItemRuled, &actor)
        .batch(BatchId(1))
        .item(BatchId(1).item(2))
        .item_move(Item::Ready, Item::Done)
        .bot(&mark)
        .columns(vec!["Stage".to_owned()])
        .count(1)
        .entered_by(Some(&actor))
        .officer("An officer")
        .figures(vec!["uc_limit@2025-04-01".to_owned()])
        .outlet("case", "explanation")
        .request(Some(uuid::Uuid::nil()))
        .follows("1-1")
        .payload(&[0; 32])
        .person("ann.bell")
        .policy("0")
        .reasons(vec!["refusal-to-confirm".to_owned()])
        .row(2)
        .seen(1, Some(60))
        .payment(1, 100)
        .file(1)
        .sums(1, 1)
        .schedule("fsm", jiff::Timestamp::UNIX_EPOCH)
        .sha256(&[0; 32]);
    let entry: serde_json::Value = serde_json::from_slice(&entry.to_bytes()).unwrap();
    let fields: Vec<String> =
        entry.as_object().unwrap().keys().map(|field| format!("`{field}`")).collect();
    let documented: Vec<String> =
        table("docs/log-inventory.md", "## Fields").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(documented, fields);
}

#[test]
fn the_conditions_that_are_told_are_those_of_the_code() {
    let codes: Vec<Vec<String>> = Code::ALL
        .iter()
        .map(|code| vec![format!("`{}`", code.as_str()), code.means().to_owned()])
        .collect();
    assert_eq!(table("docs/alerts.md", "## Conditions"), codes);
}

#[test]
fn every_promise_and_invariant_names_a_test_that_is_there() {
    let tests: BTreeSet<String> = ["bots", "connectors", "runner", "fixtures", "tests"]
        .iter()
        .flat_map(|folder| sources(folder, ".rs"))
        .flat_map(|(_, text)| {
            let names = text.lines().filter_map(|line| {
                let line = line.trim_start();
                let rest = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "))?;
                Some(rest[..rest.find(['(', '<'])?].to_owned())
            });
            names.collect::<Vec<_>>()
        })
        .collect();
    let promises = table(ARCHITECTURE, "## Promises");
    assert_eq!(promises.len(), 10);
    for row in promises.iter().chain(&table(ARCHITECTURE, "## Invariants")) {
        let held_by = row.last().unwrap();
        let named: Vec<&str> = held_by.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty() || held_by.contains("comes with"), "{row:?} names no test");
        for name in named {
            assert!(tests.contains(name), "there is no test {name}: {row:?}");
        }
    }
}

#[test]
fn what_the_documents_point_at_is_there() {
    let mut broken = Vec::new();
    let top = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
    let mut texts: Vec<(String, String)> =
        top.iter().map(|name| ((*name).to_owned(), document(name))).collect();
    texts.extend(sources("docs", ".md"));
    for (file, text) in texts {
        let folder = repository().join(&file);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            let outside = path.contains("://") || path.is_empty();
            if !outside && !folder.parent().unwrap().join(path).exists() {
                broken.push(format!("{file}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
