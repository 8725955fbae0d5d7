//! A manager reads what was done, and takes it along.

use super::both_ways;
use crate::browser::day::Day;
use crate::browser::window::Window;
use crate::harness::Results;

both_ways! {
    a_manager_reads_the_figures_and_takes_them_along: super::reads,
}

fn reads(window: &Window, day: &Day) {
    window.sign_in("petra.muir");
    window.follow("Figures");
    window.is_at("/figures");
    window.sees("Items settled");
    for (period, words) in [("Last week", "Nothing was done"), ("This week", "Items settled")] {
        window.follow(period);
        window.sees(words);
    }
    // A chart has its numbers beside it.
    let charts = "return [...document.querySelectorAll('svg[role=img]')]
        .every((it) => it.querySelector('title') && it.closest('figure, div').querySelector('table'))";
    assert!(window.holds(charts), "a chart stands without its numbers");
    let book = Results::read(&window.download("Workbook"));
    assert!(book.names.len() > 1, "{:?}", book.names);
    let text = std::fs::read_to_string(window.download("Text file")).unwrap();
    assert!(text.contains("free-school-meals"), "{text}");
    // Nothing personal: no reference, no surname of the sheet.
    for application in day.sheet.applications.iter().take(20) {
        let reference = application.cells[0].to_string();
        assert!(!text.contains(&reference), "{reference} is in the figures");
    }
}
