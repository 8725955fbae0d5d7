//! What a person does with keys alone.

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;

use super::window::Window;

/// How many stops a page may have before what is looked for.
const STOPS: usize = 200;

impl Window {
    /// Presses a key.
    pub(super) fn key(&self, key: Key) {
        self.keys(&String::from(char::from(key)));
    }

    /// Presses keys one after another, as they are typed.
    pub(super) fn keys(&self, keys: &str) {
        let typed = keys.chars().fold(KeyActions::new("keyboard".to_owned()), |typed, value| {
            typed.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        self.wait(self.client().perform_actions(typed)).unwrap();
    }

    /// A key that leads to another page.
    pub(super) fn key_to_next_page(&self, key: Key) {
        self.leaving(|| self.key(key));
    }

    /// What has the focus: its kind and its words. What is said of it is what a screen reader has.
    pub(super) fn focused(&self) -> String {
        let script = "
            const it = document.activeElement;
            if (!it || it === document.body) return '';
            const label = it.labels && it.labels.length ? it.labels[0].innerText : '';
            const words = it.getAttribute('aria-label') || label || it.innerText || it.value || '';
            return words.replace(/\\s+/g, ' ').trim();";
        self.ask(script, Vec::new()).as_str().unwrap_or_default().to_owned()
    }

    /// Tab by Tab to what has these words. At every stop the focus is to be seen.
    pub(super) fn tab_to(&self, words: &str) {
        let mut passed = Vec::new();
        for _ in 0..STOPS {
            self.key(Key::Tab);
            let focused = self.focused();
            self.focus_shows(&focused);
            if focused == words || focused.starts_with(&format!("{words} ")) {
                return;
            }
            passed.push(focused);
        }
        panic!("Tab does not come to {words:?} at {}: {passed:?}", self.path());
    }

    /// WCAG 2.4.7 and 2.4.11: what has the focus is on the screen, and looks different for it.
    fn focus_shows(&self, words: &str) {
        let script = "
            const it = document.activeElement;
            if (!it || it === document.body) return true;
            const shown = it.getClientRects()[0] || it.parentElement.getClientRects()[0];
            if (!shown) return false;
            const middle = shown.top + Math.min(shown.height, 20) / 2;
            return middle >= 0 && middle <= window.innerHeight;";
        assert!(
            self.holds(script),
            "{words:?} has the focus and is not to be seen: {}",
            self.path()
        );
    }
}
