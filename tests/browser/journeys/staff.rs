//! A member of staff uploads a sheet whose header is not known and some of whose rows are wrong,
//! mends what can be mended, tries it and queues it; a second person agrees; results come back.

use serde_json::Value;

use super::both_ways;
use crate::browser::day::Day;
use crate::browser::pages::uploads;
use crate::browser::window::Window;
use crate::harness::Results;

both_ways! {
    a_sheet_goes_from_upload_to_results: super::uploads_a_sheet,
}

/// The number that stands before these words.
fn number_before(window: &Window, words: &str) -> u64 {
    let text = window.text();
    let (before, _) = text.split_once(words).unwrap_or_else(|| panic!("no {words:?} in {text}"));
    let number = before.trim_end().rsplit(' ').next().unwrap_or_default().replace(',', "");
    number.parse().unwrap_or_else(|fault| panic!("{number:?} before {words:?}: {fault}"))
}

fn uploads_a_sheet(window: &Window, day: &Day) {
    window.sign_in("sam.doyle");
    window.follow("New batch");
    window.follow("Free school meals, morning run");
    window.sees("Without a password. Macros are never run.");
    let template = Results::read(&window.download("Download the template"));
    assert!(!template.names.is_empty());
    window.press("Upload and check");
    window.sees("Choose a file");

    // A header that nobody knows is matched by hand, and remembered.
    uploads(window, day, "renamed.csv");
    window.sees("Which column is which?");
    window.select("School", "Seat of learning");
    window.press("Match the columns");
    window.sees_in_time("to mend");
    let (good, wrong) = (number_before(window, "good,"), number_before(window, "to mend"));
    assert!(good > 20 && wrong > 0, "{good} good, {wrong} to mend");
    let errors = Results::read(&window.download("Download the error sheet"));
    let mut rows = errors.sheet("Errors").column("Row");
    rows.dedup();
    assert_eq!(u64::try_from(rows.len()).unwrap(), wrong, "{rows:?}");

    // A dry run changes nothing.
    let batches = || day.served.office.clerkwork(&["batches", "--json"]).json();
    let before = batches();
    window.press("Try these rows");
    window.sees("rows tried on");
    window.unfold("Row 2, ");
    window.sees("Reasons");
    assert_eq!(before, batches(), "a dry run made a batch");

    window.press(&format!("Queue {good} rows"));
    window.sees_in_time("It is batch");
    window.follow("batch ");
    let batch = window.path();
    window.sees_in_time("Somebody else than who queued it must agree");
    assert!(!window.has("summary", "Agree to this batch"), "one's own batch can be agreed to");
    window.press("Sign out");

    window.sign_in("petra.muir");
    window.follow("Batches");
    window.follow("Awaiting approval");
    window.go(&batch);
    window.act("Agree to this batch", &[("Reason", "totals agree with the forms")], "Agree");
    window.sees_in_time("It is unresolved until nothing is left");
    assert!(!window.has("link", "Results workbook"), "an approver may take what is personal");
    window.press("Sign out");

    window.sign_in("sam.doyle");
    window.go(&batch);
    let results = Results::read(&window.download("Results workbook"));
    assert!(results.sheet("Results").rows.len() > 20);
    let number = batch.rsplit('/').next().unwrap();
    let listed = batches();
    let of = listed["batches"].as_array().unwrap().iter();
    let of: Vec<&Value> =
        of.filter(|it| it["batch"].to_string().trim_matches('"') == number).collect();
    assert_eq!(of.len(), 1, "{listed}");
    // The next file with the same header needs no matching.
    window.go("/new/free-school-meals");
    uploads(window, day, "renamed-again.csv");
    window.does_not_see("Which column is which?");
}
