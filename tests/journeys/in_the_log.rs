//! What stands in the store is told in the log, and can be worked out again.

use std::collections::BTreeMap;

use clerkwork_runner::job_log;
use clerkwork_runner::pipeline::policy;
use serde_json::Value;

use crate::harness::{Office, Sheet};

/// The entries as JSON, in their order.
fn entries(opened: &crate::harness::Opened) -> Vec<Value> {
    let stored = opened.wait(job_log::read(&opened.store.db, 0, i64::MAX)).unwrap();
    stored.iter().map(|entry| serde_json::from_slice(&entry.bytes).unwrap()).collect()
}

#[test]
fn every_state_in_the_store_has_its_entry_in_the_log() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 300);
    let ran = office.run(&sheet);
    let opened = office.store();
    let (mut item, mut batch) = (BTreeMap::new(), Vec::new());
    let mut kinds: BTreeMap<String, i64> = BTreeMap::new();
    for entry in entries(&opened) {
        let kind = entry["kind"].as_str().unwrap().to_owned();
        *kinds.entry(kind.clone()).or_default() += 1;
        if let (Some(id), Some(to)) = (entry["item"].as_str(), entry["to"].as_str()) {
            item.insert(id.to_owned(), to.to_owned());
        }
        if kind == "batch.moved" {
            batch.push(entry["to"].as_str().unwrap().to_owned());
        }
    }
    for listed in opened.items(1) {
        assert_eq!(item[&listed.id.to_string()], listed.state.as_str(), "{}", listed.id);
    }
    assert_eq!(batch, ["loading", "checked", "running", "unresolved"]);
    for (kind, count) in [
        ("item.taken-in", "items"),
        ("item.ruled", "items"),
        ("row.rejected", "rejected"),
        ("row.duplicate", "duplicates"),
    ] {
        assert_eq!(kinds[kind], ran.count(count), "{kind}");
    }
    for kind in ["log.opened", "policy.changed", "report.written"] {
        assert_eq!(kinds[kind], 1, "{kind}");
    }
}

#[test]
fn a_ruling_made_again_from_what_is_kept_comes_out_the_same() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 300);
    office.run(&sheet);
    let opened = office.store();
    let bot = clerkwork_bots::find("free-school-meals").unwrap();
    let policy = policy(&opened.folder, bot).unwrap();
    let mut again = 0;
    for listed in opened.items(1) {
        let (_, case) = opened.wait(opened.store.case(listed.id)).unwrap();
        let kept = opened.wait(opened.store.rulings(listed.id)).unwrap().remove(0).payload;
        assert_eq!((kept.sha256.as_str(), kept.policy.as_str()), (bot.digest(), policy.digest()));
        let bytes = case.case.get().as_bytes();
        let mut ruling = bot.decide(bytes, &kept.looked, &policy).unwrap();
        // What intake wants a person to look at stands behind the bot's own needs; an award that
        // stands is found when the item is decided.
        let own = ruling.needs.len();
        assert_eq!(ruling.needs, kept.ruling.needs[..own], "{}", listed.id);
        ruling.needs.clone_from(&kept.ruling.needs);
        assert_eq!(ruling, kept.ruling, "{}", listed.id);
        again += 1;
    }
    assert!(again > 200);
}

#[test]
fn what_a_workbook_prints_is_held_against_the_log() {
    let office = Office::open();
    let ran = office.run(&Sheet::of(&office, 60));
    let results = office.results();
    let (size, root) = (results.total("Log size"), results.total("Log root"));
    let printed = format!("{}:{}", ran.count("log_size"), ran.json()["log_root"].as_str().unwrap());
    for held in [format!("{size}:{root}"), printed] {
        let verified = office.clerkwork(&["log", "verify", "--json", "--held", &held]);
        assert_eq!(verified.code, 0, "{held}: {verified}");
        assert_eq!(verified.count("heads"), 2, "{held}: {verified}");
    }
    let other = format!("{}:{root}", size.parse::<i64>().unwrap() - 1);
    let verified = office.clerkwork(&["log", "verify", "--held", &other]);
    assert_eq!(verified.code, 1, "{verified}");
    for wrong in ["957", "x:y", "957:abc"] {
        office.clerkwork(&["log", "verify", "--held", wrong]).refused(2, &["held"]);
    }
}

#[test]
fn an_entry_commits_to_what_is_sealed() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 60);
    office.run(&sheet);
    let opened = office.store();
    let mut commitments: BTreeMap<(String, String), String> = BTreeMap::new();
    for entry in entries(&opened) {
        if let (Some(item), Some(payload)) = (entry["item"].as_str(), entry["payload"].as_str()) {
            let kind = entry["kind"].as_str().unwrap().to_owned();
            commitments.insert((item.to_owned(), kind), payload.to_owned());
        }
    }
    for listed in opened.items(1) {
        let (key, case) = opened.wait(opened.store.case(listed.id)).unwrap();
        let plain = serde_json::to_vec(&case).unwrap();
        let expected = commitments[&(listed.id.to_string(), "item.taken-in".to_owned())].clone();
        assert_eq!(commitment(&key.commit(&plain)), expected);
    }
}

fn commitment(hmac: &[u8; 32]) -> String {
    use base64::Engine as _;
    format!("hmac-sha256:{}", base64::engine::general_purpose::STANDARD.encode(hmac))
}
