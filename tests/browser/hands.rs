//! What a person does in a window: read, fill, press, follow, download.

use std::path::{Path, PathBuf};

use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::{Value, json};

use super::until;
use super::window::{Scripts, Window};

const FINDER: &str = include_str!("finder.js");

/// Whether the page renews itself.
const RENEWS: &str = "return document.querySelector('[data-refresh], [data-stream]') !== null";

impl Window {
    /// What a person finds by these words, once it is there.
    pub(super) fn find(&self, kind: &str, words: &str) -> Element {
        self.element(&format!("{kind} {words:?}"), FINDER, &[json!(kind), json!(words)])
    }

    /// The same within something else that was found.
    pub(super) fn find_in(&self, within: &Element, kind: &str, words: &str) -> Element {
        let within = serde_json::to_value(within).unwrap();
        self.element(&format!("{kind} {words:?}"), FINDER, &[json!(kind), json!(words), within])
    }

    /// Whether a person would find it now.
    pub(super) fn has(&self, kind: &str, words: &str) -> bool {
        !self.ask(FINDER, vec![json!(kind), json!(words)]).is_null()
    }

    /// Waits until these words are to be read.
    pub(super) fn sees(&self, words: &str) {
        until(
            || format!("{words:?} is not to be read at {}\n{}", self.path(), self.text()),
            || self.text().contains(words).then_some(()),
        );
    }

    /// Waits for what comes by itself, with scripts; without them by asking for the page again.
    pub(super) fn sees_in_time(&self, words: &str) {
        until(
            || format!("{words:?} does not come at {}\n{}", self.path(), self.text()),
            || {
                if self.text().contains(words) {
                    return Some(());
                }
                if self.scripts == Scripts::Never || !self.holds(RENEWS) {
                    self.go(&self.path());
                }
                None
            },
        );
    }

    /// These words are not to be read.
    pub(super) fn does_not_see(&self, words: &str) {
        let text = self.text();
        assert!(!text.contains(words), "{words:?} is to be read at {}\n{text}", self.path());
    }

    /// Waits until the path begins so.
    pub(super) fn is_at(&self, path: &str) {
        until(
            || format!("not at {path} but at {}\n{}", self.path(), self.text()),
            || self.path().starts_with(path).then_some(()),
        );
    }

    /// Fills the field of this label.
    pub(super) fn fill(&self, label: &str, value: &str) {
        self.fill_in(&self.find("field", label), value);
    }

    /// Fills a field that was found, whatever stands in it.
    pub(super) fn fill_in(&self, field: &Element, value: &str) {
        self.wait(async {
            field.clear().await.unwrap();
            field.send_keys(value).await.unwrap();
        });
    }

    /// Chooses a radio button or a checkbox by its label.
    pub(super) fn choose(&self, label: &str) {
        self.click(&self.find("choice", label));
    }

    /// Chooses from the list of this label.
    pub(super) fn select(&self, label: &str, option: &str) {
        let list = self.find("field", label);
        self.wait(list.select_by_label(option))
            .unwrap_or_else(|fault| panic!("{label}: {option}: {fault}"));
    }

    /// Gives the field of this label a file.
    pub(super) fn upload(&self, label: &str, file: &Path) {
        let field = self.find("field", label);
        self.wait(field.send_keys(&file.to_string_lossy())).unwrap();
    }

    /// Presses a button that leads to another page.
    pub(super) fn press(&self, text: &str) {
        let button = self.find("button", text);
        self.leaving(|| self.click(&button));
    }

    /// Presses a button that stays on the page.
    pub(super) fn tap(&self, text: &str) {
        self.click(&self.find("button", text));
    }

    /// Follows a link.
    pub(super) fn follow(&self, text: &str) {
        let link = self.find("link", text);
        self.leaving(|| self.click(&link));
    }

    /// Opens what is folded away under these words.
    pub(super) fn unfold(&self, summary: &str) -> Element {
        let found = self.find("summary", summary);
        let folded = "return arguments[0].parentElement.open ? null : arguments[0]";
        if !self.ask(folded, vec![serde_json::to_value(&found).unwrap()]).is_null() {
            self.click(&found);
        }
        self.wait(found.find(Locator::XPath(".."))).unwrap()
    }

    /// Does an act that is folded away: fills its fields, presses its button.
    pub(super) fn act(&self, title: &str, fields: &[(&str, &str)], button: &str) {
        let form = self.unfold(title);
        for (label, value) in fields {
            self.fill_in(&self.find_in(&form, "field", label), value);
        }
        let button = self.find_in(&form, "button", button);
        self.leaving(|| self.click(&button));
    }

    /// Follows a link to a file, and waits until that is here.
    pub(super) fn download(&self, link: &str) -> PathBuf {
        let before = self.downloaded();
        self.click(&self.find("link", link));
        until(
            || format!("{link}: nothing came down\n{}", self.text()),
            || self.downloaded().into_iter().find(|path| !before.contains(path)),
        )
    }

    /// Clicks what was found.
    pub(super) fn click(&self, element: &Element) {
        self.wait(element.click()).unwrap_or_else(|fault| panic!("{fault}\n{}", self.path()));
    }

    /// Signs in at the page's own form, as somebody whom the day knows.
    pub(super) fn sign_in(&self, login: &str) {
        self.go("/sign-in");
        self.fill("Login", login);
        self.fill("Password", super::served::PASSWORD);
        self.press("Sign in");
        self.is_at("/");
        assert!(!self.path().starts_with("/sign-in"), "{}", self.text());
    }

    /// Waits until something is so on the page, by a script's answer.
    pub(super) fn comes_to_hold(&self, script: &str) {
        let why = || format!("it is never so at {}: {script}", self.path());
        until(why, || self.holds(script).then_some(()));
    }

    /// Whether something is so on the page, by a script's answer.
    pub(super) fn holds(&self, script: &str) -> bool {
        self.ask(script, Vec::new()) == Value::Bool(true)
    }
}
