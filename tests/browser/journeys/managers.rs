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
    window.sees_in_time("Items settled");
    for (period, words) in [("Last week", "Nothing was done"), ("This week", "Items settled")] {
        window.follow(period);
        window.sees_in_time(words);
    }
    // A chart has its numbers beside it.
    let charts = "const all = [...document.querySelectorAll('svg[role=img]')];
        return all.length > 0 && all.every((it) => it.ariaLabel && it.closest('figure').querySelector('td'))";
    assert!(window.holds(charts), "a chart stands without its numbers");
    let book = Results::read(&window.download("Workbook"));
    assert!(book.names.len() > 1, "{:?}", book.names);
    let text = std::fs::read_to_string(window.download("Text file")).unwrap();
    assert!(text.lines().count() > 5, "{text}");
    // Nothing personal: no reference of the sheet.
    let references = day.sheet.applications.iter().map(|it| it.reference.trim());
    for reference in references.filter(|it| it.len() > 3) {
        assert!(!text.contains(reference), "{reference} is in the figures");
    }
}
