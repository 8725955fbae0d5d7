//! An auditor verifies the log, also against what was kept outside, and reads one decision's record.

use std::process::Command;

use super::both_ways;
use crate::browser::day::Day;
use crate::browser::window::Window;
use crate::harness::{Ran, repository};

both_ways! {
    an_auditor_verifies_the_log_and_reads_a_record: super::audits,
}

fn audits(window: &Window, day: &Day) {
    window.sign_in("una.reid");
    window.follow("Proof");
    window.is_at("/log/verify");
    window.sees("Nothing has been verified here");
    window.fill("Sizes and roots", "12 roots");
    window.press("Verify the whole log");
    window.sees("There is a problem");
    // What the results workbook printed is what was kept outside.
    let results = day.served.office.results();
    let held = format!("{}:{}", results.total("Log size"), results.total("Log root"));
    window.fill("Sizes and roots", &held);
    window.press("Verify the whole log");
    window.sees_in_time("Sound");
    window.sees("1 size and root");
    window.does_not_see("Not sound");

    // One decision's record, and the proof of one of its entries, which our own reader takes.
    window.go(&format!("/items/{}/record", day.referred));
    window.sees(&format!("Record of item {}", day.referred));
    window.sees("The case");
    window.sees("What a person was needed for");
    // On paper it is the record alone, without what one presses.
    window.on_paper(true);
    let bare = "return [...document.querySelectorAll('nav, form, button, footer')]
        .every((it) => it.getBoundingClientRect().height < 1)";
    assert!(window.holds(bare), "what one presses is printed");
    window.on_paper(false);
    // One of its entries is proved with nothing but Python and the log's public key.
    let proof = window.download("Proof of entry");
    let name = proof.file_stem().unwrap().to_string_lossy().into_owned();
    let index = name.trim_start_matches("entry-");
    let entry = window.download(&format!("Entry {index} itself"));
    let key = std::fs::read_to_string(day.served.office.data().join("log.vkey")).unwrap();
    let mut verify = Command::new("python3");
    verify.arg(repository().join("docs/verify.py")).arg("proof");
    let verified = Ran::of(verify.args([&proof, &entry]).arg(key.trim()));
    assert_eq!(verified.code, 0, "{verified}");
    // That it was looked at is there for whoever looks later.
    window.go("/viewed");
    window.sees("una.reid");
    window.sees(&day.referred);
}
