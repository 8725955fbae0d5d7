//! The list of all pages: who looks, and how they come to be. What must hold on every page, and the
//! pictures, are driven from it; a test compares it with the routes, so that none is forgotten.
//! A file for each folder of the page's own code.

mod auditors;
mod common;
mod managers;
mod officers;
mod operators;
mod people;
mod staff;

pub(super) use staff::uploads;

use super::day::Day;
use super::window::Window;

/// A page.
pub(super) struct Page {
    /// The name of its pictures.
    pub(super) name: &'static str,
    /// The route, as the program writes it.
    pub(super) route: &'static str,
    /// Who looks; nobody: not signed in.
    pub(super) who: Option<&'static str>,
    /// The path, with names for what the day made.
    pub(super) path: &'static str,
    /// What it is, in a sentence.
    pub(super) says: &'static str,
    /// What is done on it before it is looked at.
    pub(super) first: Option<fn(&Window, &Day)>,
    /// The status of an answer that is no success, as the browser complains of it.
    pub(super) fault: Option<&'static str>,
}

impl Page {
    fn new(
        name: &'static str,
        route: &'static str,
        who: Option<&'static str>,
        says: &'static str,
    ) -> Self {
        Self { name, route, who, path: route, says, first: None, fault: None }
    }

    fn at(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    fn after(mut self, first: fn(&Window, &Day)) -> Self {
        self.first = Some(first);
        self
    }

    fn refused(mut self, status: &'static str) -> Self {
        self.fault = Some(status);
        self
    }

    /// Opens it in this window, by whoever looks at it. `before` is who looked last.
    pub(super) fn open(&self, window: &Window, day: &Day, before: &mut Option<&'static str>) {
        if *before != self.who {
            match self.who {
                Some(login) => day.served.let_in(window, login),
                None => window.forget(),
            }
            *before = self.who;
        }
        window.go(&day.path(self.path));
        if let Some(first) = self.first {
            first(window, day);
        }
    }
}

/// Every page.
pub(super) fn all() -> Vec<Page> {
    [
        common::pages(),
        people::pages(),
        staff::pages(),
        officers::pages(),
        auditors::pages(),
        managers::pages(),
        // Last, for what they do to a batch.
        operators::pages(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Routes of GET that give no page, and why.
pub(super) const NO_PAGES: &[(&str, &str)] = &[
    ("/static/{version}/{file}", "our own styles and scripts"),
    ("/static/look.css", "the council's colours"),
    ("/static/look/logo.svg", "the council's logo"),
    ("/log/stream", "events that the log's page follows"),
    ("/log/checkpoint", "a file to keep"),
    ("/log/entries.jsonl", "a file to keep"),
    ("/log/entry/{index}", "a file to keep"),
    ("/log/proof/{index}", "a file to keep"),
    ("/figures.xlsx", "a file to keep"),
    ("/figures.csv", "a file to keep"),
    ("/new/{schedule}/template.xlsx", "a file to fill in"),
    ("/uploads/{id}/errors.xlsx", "a file to keep"),
    ("/uploads/{id}/errors.csv", "a file to keep"),
    ("/batches/{id}/errors.xlsx", "a file to keep"),
    ("/batches/{id}/errors.csv", "a file to keep"),
    ("/batches/{id}/results.xlsx", "a file to keep"),
    ("/batches/{id}/live", "a part of the batch's page, asked for anew"),
    ("/livez", "for programs that watch"),
    ("/readyz", "for programs that watch"),
    ("/metrics", "for programs that watch"),
];

const SUBMITTER: Option<&str> = Some("sam.doyle");
const OFFICER: Option<&str> = Some("ann.bell");
const OPERATOR: Option<&str> = Some("olu.grant");
const APPROVER: Option<&str> = Some("petra.muir");
const AUDITOR: Option<&str> = Some("una.reid");
const ADMINISTRATOR: Option<&str> = Some("max.hay");
