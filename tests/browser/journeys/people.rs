//! People sign in and out; an administrator makes somebody, and ends a session.

use fantoccini::Locator;

use super::both_ways;
use crate::browser::day::Day;
use crate::browser::driver::Driver;
use crate::browser::served::PASSWORD;
use crate::browser::window::{Scripts, Window};

both_ways! {
    somebody_signs_in_and_out: super::signs_in,
    an_administrator_makes_somebody_and_ends_a_session: super::administers,
}

fn signs_in(window: &Window, _: &Day) {
    // Where they wanted to go is where they come to.
    window.go("/health");
    window.is_at("/sign-in");
    window.fill("Login", "olu.grant");
    window.fill("Password", "not the right one");
    window.press("Sign in");
    window.sees("Login and password do not match");
    assert!(window.title().starts_with("Error: "), "{}", window.title());
    window.fill("Password", PASSWORD);
    window.press("Sign in");
    window.is_at("/health");
    window.sees("Olu Grant");
    // An administrator's page is not theirs, and does not say what is on it.
    window.go("/people");
    window.does_not_see("ann.bell");
    window.press("Sign out");
    window.is_at("/sign-in");
    // The way back leads to nothing: what was shown is not kept.
    window.go("/health");
    window.is_at("/sign-in");
}

fn administers(window: &Window, day: &Day) {
    // An officer is signed in elsewhere.
    let elsewhere = Driver::start();
    let officer = Window::open(&elsewhere, &day.served, Scripts::Never);
    officer.sign_in("ann.bell");

    window.sign_in("max.hay");
    window.follow("People");
    window.follow("Add a person");
    window.fill("Login", "Rhona Kerr");
    window.press("Add");
    window.sees("There is a problem");
    window.fill("Name", "Rhona Kerr");
    window.fill("Login", "rhona.kerr");
    window.choose("Officer");
    window.fill("Reason", "joins the benefits team");
    window.press("Add");
    window.sees("Rhona Kerr may sign in");
    let password = window.wait(async {
        let shown = window.client().find(Locator::Css("main .govuk-panel__body strong")).await;
        shown.unwrap().text().await.unwrap()
    });
    // She chooses her own before anything else.
    let desk = Driver::start();
    let rhona = Window::open(&desk, &day.served, Scripts::Never);
    rhona.go("/sign-in");
    rhona.fill("Login", "rhona.kerr");
    rhona.fill("Password", &password);
    rhona.press("Sign in");
    rhona.is_at("/account/password");
    rhona.go("/to-do");
    rhona.is_at("/account/password");
    rhona.fill("The password that you were given", &password);
    rhona.fill("New password", "short");
    rhona.fill("New password again", "short");
    rhona.press("Change password");
    rhona.sees("There is a problem");
    rhona.fill("The password that you were given", &password);
    rhona.fill("New password", "four wet boats in a row");
    rhona.fill("New password again", "four wet boats in a row");
    rhona.press("Change password");
    rhona.go("/to-do");
    rhona.is_at("/to-do");

    // The officer's session is ended: the next thing that she does leads to signing in.
    window.go("/people");
    window.follow("Ann Bell");
    window.press("End the session begun");
    window.sees("ended");
    officer.go("/to-do");
    officer.is_at("/sign-in");
    // Nobody takes the last administrator away.
    window.go("/people");
    window.follow("Max Hay");
    assert!(!window.has("summary", "Disable them"), "one can disable oneself");
}
