//! `/log/verify`: is the log as it was written?

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};

use super::checks::{Checked, Running};
use crate::clock;
use crate::error::Result;
use crate::job_log::{self, Check, Head};
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Colour, Field, Wrong, wrong};
use crate::web::{App, Fault, Visitor};

/// What a form of ours sends.
type Sent = BTreeMap<String, String>;

/// What a verification is held against, as it was typed.
#[derive(Default)]
struct Typed {
    held: String,
    checkpoint: String,
    wrong: Vec<Wrong>,
}

pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    Ok(shown(&app, &visitor, &Typed::default()).await?)
}

/// Begins a verification.
pub(super) async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let text = |name: &str| sent.get(name).map_or("", String::as_str).replace("\r\n", "\n");
    let mut typed = Typed { held: text("held"), checkpoint: text("checkpoint"), wrong: Vec::new() };
    let check = typed.check();
    if !typed.wrong.is_empty() {
        let page = shown(&app, &visitor, &typed).await?;
        return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let begun = app.checks.begin(&app, visitor.actor(), check).await?;
    if let Some(session) = visitor.session {
        let said = if begun {
            "The log is being verified"
        } else {
            "A verification is under way already: wait for it, then begin yours"
        };
        app.store.flash(session, Some(said)).await?;
    }
    Ok(Redirect::to("/log/verify").into_response())
}

impl Typed {
    /// What it is to be held against; what is wrong with it is kept.
    fn check(&mut self) -> Check {
        let mut check = Check::default();
        for line in self.held.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match Head::parse_held(line) {
                Ok(held) => check.held.push(held),
                Err(expected) => {
                    self.wrong.push(Wrong::new("held", layout::sentence(&expected)));
                    break;
                }
            }
        }
        let note = self.checkpoint.trim();
        if note.is_empty() {
            return check;
        }
        if note.lines().count() < 5 || !note.contains("\n\n\u{2014} ") {
            let expected = "Paste the whole checkpoint: three lines, an empty one, and the signature, \
                which begins with a long dash";
            self.wrong.push(Wrong::new("checkpoint", expected));
        }
        check.checkpoints.push(("what you pasted".to_owned(), format!("{note}\n")));
        check
    }
}

async fn shown(app: &App, visitor: &Visitor, typed: &Typed) -> Result<Markup> {
    let (running, last) = app.checks.seen();
    let note = job_log::newest_checkpoint(&app.store.db).await?;
    let key = job_log::signing_key(&app.folder)?;
    let body = html! {
        (parts::error_summary(&typed.wrong))
        h1 class="govuk-heading-l" { "Is the job log as it was written?" }
        p class="govuk-body" {
            "This reads every entry anew, makes the tree over them, and holds it against the log's head, \
             its signed checkpoints, and what you kept outside."
        }
        @match &running {
            Some(running) => (under_way(running)),
            None => (form(typed)),
        }
        (results(&last))
        (proves())
        h2 class="govuk-heading-m" { "Check it elsewhere" }
        @match &note {
            Some(note) => (newest(note)),
            None => (parts::empty("Nothing has been signed yet", html! {
                p class="govuk-body" {
                    "The log is signed when a run ends. At the command line: clerkwork log export"
                }
            })),
        }
        p class="govuk-body" { "The log's public key, to be given to whoever checks:" }
        pre class="cw-bytes" tabindex="0" { (key.verifier()) }
    };
    let page = Page::new("Is the job log as it was written?").section("/log/verify");
    Ok(layout::page(app, Some(visitor), &page.wrong(!typed.wrong.is_empty()), body))
}

fn form(typed: &Typed) -> Markup {
    let held = Field::new("held", "Sizes and roots that you kept outside")
        .hint("One a line, as SIZE:ROOT. Results workbooks print them on their sheet Totals.")
        .value(&typed.held)
        .error(wrong(&typed.wrong, "held"));
    let checkpoint = Field::new("checkpoint", "A signed checkpoint that you kept outside")
        .hint("Paste all of it.")
        .value(&typed.checkpoint)
        .error(wrong(&typed.wrong, "checkpoint"));
    html! {
        form method="post" action="/log/verify" novalidate {
            (parts::textarea(&held, 3))
            (parts::textarea(&checkpoint, 6))
            (parts::button("Verify the whole log"))
        }
    }
}

fn under_way(running: &Running) -> Markup {
    let number = |n: u64| parts::number(i64::try_from(n).unwrap_or(i64::MAX));
    let text = match running.pace(clock::now()) {
        Some((rate, left)) => format!(
            "{} of {} entries verified, {} a second, about {} seconds left",
            number(running.done()),
            number(running.of),
            number(rate),
            number(left)
        ),
        None => format!("{} entries are being verified", number(running.of)),
    };
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    html! {
        h2 class="govuk-heading-m" { "Under way" }
        (parts::progress(signed(running.done()), signed(running.of), &text))
        p class="govuk-body" { "Begun by " (running.by) "." }
        (parts::link_button("Look again", "/log/verify"))
    }
}

fn results(last: &[Checked]) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Results" }
        @if last.is_empty() {
            (parts::empty("Nothing has been verified here since the runner was started", html! {
                p class="govuk-body" { "Begin above. That it was done, and what was found, is in the log." }
            }))
        }
        @for (n, checked) in last.iter().enumerate() { (result(checked, n == 0)) }
    }
}

fn result(checked: &Checked, newest: bool) -> Markup {
    let when = parts::moment(checked.begun.as_microsecond());
    let (text, colour) = match &checked.outcome {
        Ok(report) if report.sound => ("Sound", Colour::Green),
        Ok(_) => ("Not sound", Colour::Red),
        Err(_) => ("Could not be verified", Colour::Red),
    };
    let seconds = (checked.millis + 999) / 1000;
    let mut rows = vec![
        ("Found".to_owned(), parts::tag(text, colour)),
        ("Begun".to_owned(), html! { (when) " by " (checked.by) }),
        ("Took".to_owned(), html! { (parts::count(seconds, false, "second", "seconds")) }),
        (
            "Held against".to_owned(),
            html! {
                (parts::count(i64::try_from(checked.held).unwrap_or(0), false,
                    "size and root or checkpoint from outside", "sizes and roots or checkpoints from outside"))
            },
        ),
    ];
    match &checked.outcome {
        Ok(report) => {
            let said =
                html! { @for line in report.to_string().lines() { (layout::sentence(line)) br; } };
            rows.push(("In words".to_owned(), said));
            if let Some(root) = &report.root {
                rows.push((
                    "Size and root".to_owned(),
                    html! {
                        code { (report.entries) ":" (root) }
                    },
                ));
            }
            if let Some(bad) = report.first_bad {
                rows.push(("First bad entry".to_owned(), html! { (bad) }));
            }
        }
        Err(fault) => rows.push(("Why".to_owned(), html! { (fault) })),
    }
    let list = parts::summary_list(&rows);
    html! {
        @match &checked.outcome {
            Ok(report) if newest && !report.sound => (parts::warning_text(
                "The log is not as it was written. Stop work, keep the data folder as it is, and tell \
                 whoever is responsible for it."
            )),
            _ => {}
        }
        @if newest { (list) } @else { (parts::details(&format!("{text}, {when}"), list)) }
    }
}

/// What the manual promises, and no more.
fn proves() -> Markup {
    parts::details(
        "What this proves, and what it does not",
        html! {
            p class="govuk-body" {
                "Any change, removal, insertion or reordering of an entry that is covered by a checkpoint, or \
                 a size and root, which you hold outside this system is found."
            }
            p class="govuk-body" {
                "Entries newer than the newest one that you hold are protected only by who may get at the \
                 store: whoever has the store and the signing key could write them anew."
            }
            p class="govuk-body" {
                "The log shows what the runner recorded. It does not show that what a bot was told was true."
            }
        },
    )
}

fn newest(note: &str) -> Markup {
    html! {
        p class="govuk-body" {
            "The newest signed checkpoint. Keep it where nobody who runs this system can change it."
        }
        pre class="cw-bytes" tabindex="0" { (note) }
        ul class="govuk-list" {
            li { a class="govuk-link" href="/log/checkpoint" download { "Checkpoint" } }
            li { a class="govuk-link" href="/log/entries.jsonl" download {
                "Every entry that it covers (entries.jsonl)"
            } }
        }
        p class="govuk-body" {
            "With the two files and the key, anybody can check them without us: "
            code { "python3 verify.py log entries.jsonl checkpoint KEY" }
            " (verify.py stands in docs/ of the program's source)."
        }
    }
}
