//! People sign in and out; an administrator makes somebody, and ends a session.

use super::both_ways;
use crate::browser::day::Day;
use crate::browser::served::PASSWORD;
use crate::browser::window::Window;

both_ways! {
    somebody_signs_in_and_out: super::signs_in,
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
