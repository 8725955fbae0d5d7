//! Without a mouse: Tab, Enter, Space and letters, through a referral and through an upload.

use fantoccini::key::Key;

use super::go;
use crate::browser::day::Day;
use crate::browser::served::PASSWORD;
use crate::browser::window::{Scripts, Window};

#[test]
fn a_referral_is_settled_by_keys_alone() {
    go(refers, Scripts::Run);
}

#[test]
fn a_sheet_is_uploaded_and_queued_by_keys_alone() {
    go(uploads, Scripts::Run);
}

/// Signs in by keys.
fn sign_in(window: &Window, login: &str) {
    window.go("/sign-in");
    window.key(Key::Tab);
    assert_eq!(window.focused(), "Skip to main content");
    window.tab_to("Login");
    window.keys(login);
    window.tab_to("Password");
    window.keys(PASSWORD);
    window.key_to_next_page(Key::Enter);
    window.is_at("/");
}

fn refers(window: &Window, _: &Day) {
    sign_in(window, "ann.bell");
    // Past everything above at one go: what comes next is in the page itself.
    window.go("/to-do");
    window.tab_to("Skip to main content");
    window.key(Key::Enter);
    window.comes_to_hold("return location.hash === '#main-content'");
    window.key(Key::Tab);
    let inside = "return document.activeElement.closest('main') !== null";
    assert!(window.holds(inside), "the skip link leads to {:?}", window.focused());
    window.go("/");
    window.tab_to("To do");
    window.key_to_next_page(Key::Enter);
    window.is_at("/to-do");
    let item = super::officers::confirmable(window, &super::officers::listed(window));
    window.go("/to-do");
    window.tab_to(&format!("Item {item}"));
    window.key_to_next_page(Key::Enter);
    window.is_at(&format!("/items/{item}"));
    window.tab_to("Confirm the recommendation");
    window.key(Key::Enter);
    window.tab_to("Reason");
    window.keys("The roll was asked.");
    window.tab_to("Confirm");
    window.key_to_next_page(Key::Enter);
    window.sees(&format!("Item {item} is confirmed"));
    let next = window.path();
    assert!(!next.contains(&item), "the next item comes up: {next}");
}

fn uploads(window: &Window, day: &Day) {
    sign_in(window, "sam.doyle");
    window.tab_to("New batch");
    window.key_to_next_page(Key::Enter);
    window.tab_to("Free school meals, morning run");
    window.key_to_next_page(Key::Enter);
    window.tab_to("The sheet");
    // Which file is chosen in a window of the system's own; the focus is on our button.
    let file = day.served.office.file("forms-1.xlsx");
    window.wait(async {
        let button = window.client().active_element().await.unwrap();
        button.send_keys(&file.to_string_lossy()).await.unwrap();
    });
    window.tab_to("Use the one that stands ready");
    window.key(Key::Space);
    window.tab_to("Upload and check");
    window.key_to_next_page(Key::Enter);
    window.is_at("/uploads/");
    window.sees_in_time("to mend");
    window.tab_to("Download the error sheet (.xlsx)");
    window.tab_to("The first 20");
    // Another choice of the same question, by an arrow.
    window.key(Key::Down);
    assert_eq!(window.focused(), "The first 100");
    window.tab_to("Try these rows");
    window.key_to_next_page(Key::Enter);
    window.sees("rows tried on");
    window.tab_to("Queue");
    window.key_to_next_page(Key::Enter);
    window.sees_in_time("It is batch");
}
