//! An officer works through what waits: gives items to a colleague, confirms one, decides another
//! otherwise, asks for evidence, closes one by hand, and opens a settled one again.

use super::both_ways;
use crate::browser::day::Day;
use crate::browser::window::Window;

both_ways! {
    an_officer_settles_what_waits: super::settles,
    what_was_typed_wrong_is_said_and_kept: super::mistypes,
}

/// The items on the list, from the top.
pub(super) fn listed(window: &Window) -> Vec<String> {
    let script = "return [...document.querySelectorAll('a[data-row]')]
        .map((it) => it.getAttribute('href').split('?')[0].split('/').pop())";
    let items = window.ask(script, Vec::new());
    items.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// The first of these that can be confirmed as it stands; its page is open then.
pub(super) fn confirmable(window: &Window, items: &[String]) -> String {
    let found = items.iter().find(|item| {
        window.go(&format!("/items/{item}"));
        window.has("summary", "Confirm the recommendation")
    });
    found.unwrap_or_else(|| panic!("none of {items:?} can be confirmed")).clone()
}

/// The item whose page this is.
fn item(window: &Window) -> String {
    let path = window.path();
    path.split('?').next().and_then(|it| it.rsplit('/').next()).unwrap().to_owned()
}

fn settles(window: &Window, day: &Day) {
    window.sign_in("ann.bell");
    window.follow("To do");
    window.is_at("/to-do");
    let items = listed(window);
    assert!(items.len() >= 6, "{items:?}");

    // Two are given to a colleague, who finds them.
    for item in &items[..2] {
        window.choose(&format!("Choose item {item}"));
    }
    window.select("To whom", "Iain Ross");
    window.press("Go on");
    window.sees("Give 2 items to somebody");
    window.press("Give 2 items");
    window.sees("There is a problem");
    window.fill("Reason", "Iain knows these families");
    window.press("Give 2 items");
    window.sees("2 items given to Iain Ross");
    assert_eq!(listed(window), items, "they still wait, for somebody else");

    // One after another, from the list: after each the next comes up.
    window.follow("Nobody's");
    let nobodys = listed(window);
    assert!(!nobodys.contains(&items[0]) && nobodys.len() == items.len() - 2, "{nobodys:?}");
    let referred = nobodys[0].clone();
    window.follow(&format!("Item {referred}"));
    window.is_at(&format!("/items/{referred}"));
    window.sees("The case");
    window.sees("Recommendation");
    window.act(
        "Ask for evidence",
        &[("In how many working days", "5"), ("Reason", "a payslip")],
        "Note",
    );
    window.sees(&format!("Item {referred} is waiting for evidence"));
    let next = item(window);
    assert_ne!(next, referred, "the next one comes up");
    window.act("Close it by hand", &[("Reason", "settled at the school")], "Close by hand");
    window.sees(&format!("Item {next} is closed by hand"));

    // What can be confirmed as it stands is confirmed.
    let confirmed = confirmable(window, &nobodys[2..]);
    window.act("Confirm the recommendation", &[("Reason", "the roll was asked")], "Confirm");
    window.sees(&format!("Item {confirmed} is confirmed"));
    window.sees("Ann Bell");

    // What the bot settled is opened again.
    window.go(&format!("/items/{}", day.done));
    window.follow("Open it again");
    window.choose("A review");
    window.fill("Reason", "the parent asked for it");
    window.press("Open it again");
    window.sees("follows");
}

fn mistypes(window: &Window, day: &Day) {
    window.sign_in("ann.bell");
    window.go(&format!("/items/{}", day.referred));
    let days = "In how many working days";
    window.act("Ask for evidence", &[(days, "soon"), ("Reason", "a payslip of August")], "Note");
    window.sees("There is a problem");
    assert!(window.title().starts_with("Error: "), "{}", window.title());
    let typed = "return [...document.querySelectorAll('input, textarea')].map((it) => it.value)";
    let typed = window.ask(typed, Vec::new()).to_string();
    assert!(typed.contains("soon") && typed.contains("a payslip of August"), "{typed}");
    // The summary's link leads to the field.
    window.click(&window.find("link", "working days"));
    let there = "const it = document.activeElement;
        return it.matches('input') || document.querySelector(location.hash || 'none') !== null";
    assert!(window.holds(there), "it leads nowhere: {}", window.path());
    let field = window.find("field", days);
    window.fill_in(&field, "5");
    window.press("Note that it was asked for");
    window.sees("waiting for evidence");
}
