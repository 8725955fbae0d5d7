//! What each kind of user does, from end to end, with scripts and without.

mod auditors;
mod keyboard;
mod managers;
mod officers;
mod operators;
mod people;
mod staff;

use super::day::Day;
use super::driver::Driver;
use super::window::{Scripts, Window};

/// Two-way journeys: a test with scripts, and one without.
macro_rules! both_ways {
    ($($name:ident: $journey:path,)+) => {
        $(mod $name {
            use super::super::Scripts;

            #[test]
            fn with_scripts() {
                super::super::go($journey, Scripts::Run);
            }

            #[test]
            fn without_scripts() {
                super::super::go($journey, Scripts::Never);
            }
        })+
    };
}
use both_ways;

/// A day of its own, and somebody at a window.
fn go(journey: fn(&Window, &Day), scripts: Scripts) {
    let day = Day::begin();
    let driver = Driver::start();
    let window = Window::open(&driver, &day.served, scripts);
    journey(&window, &day);
    drop(window);
    let said = day.served.complaints();
    assert!(said.is_empty(), "the server complained:\n{}", said.join("\n"));
    day.served.office.log_is_sound();
}
