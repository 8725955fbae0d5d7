//! The page in a real browser: headless Chromium, by `WebDriver`.
//!
//! | file | job |
//! |---|---|
//! | `driver` | chromedriver at work, as long as a test needs it |
//! | `window` | a browser of one's own: where it is, how wide, what it complains of |
//! | `hands` | what a person does in it: read, fill, press, follow, download |
//! | `keyboard` | the same with keys alone |
//! | `served` | a council's `clerkwork serve` at work |
//! | `day` | the invented council's demo day: what every page has to show |
//! | `pages` | the list of all pages: who looks, and how they come to be |
//! | `axe` | what axe-core finds amiss |
//! | `looks` | what must hold on every page of the list |
//! | `screens` | the pictures in `docs/screens`, by `./tests/screens` |
//! | `journeys` | what each kind of user does, from end to end |
//!
//! Nothing waits by sleeping: a condition is asked again until it holds, or too long has passed.

mod axe;
mod day;
mod driver;
mod hands;
mod journeys;
mod keyboard;
mod looks;
mod pages;
mod screens;
mod served;
mod window;

use std::time::{Duration, Instant};

/// How long anything may take on a machine that is busy.
const LONGEST: Duration = Duration::from_mins(1);
/// How often a condition is asked.
const AGAIN: Duration = Duration::from_millis(50);

/// Asks until there is an answer; what to say if there is none is made at the end.
fn until<T>(what: impl Fn() -> String, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        // Looked at before asking: whoever was held up meanwhile asks once more.
        let last = begun.elapsed() > LONGEST;
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(!last, "not within {LONGEST:?}: {}", what());
        std::thread::sleep(AGAIN);
    }
}
