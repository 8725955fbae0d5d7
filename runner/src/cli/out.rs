//! What the program says: text for people or one JSON object, errors, progress bars.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use crate::error::{Advice, Error};
use crate::run::Step;
use crate::settings;

/// Where things are said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Out {
    /// One JSON object instead of text.
    pub(super) json: bool,
    quiet: bool,
}

impl Out {
    pub(super) fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// Tracing goes to standard error; `CLERKWORK_LOG` sets the filter.
    pub(super) fn start_tracing(self) {
        let default = if self.quiet { "error" } else { "warn" };
        let filter = settings::log_filter().unwrap_or_else(|| default.to_owned());
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
            .with_writer(std::io::stderr)
            // Else a reader of ours that went away would end the run.
            .log_internal_errors(false)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false);
        // A second start, in a test of this process, keeps the first.
        drop(subscriber.try_init());
    }

    /// Text for people; left out with --json and --quiet.
    pub(super) fn say(self, text: &str) {
        if !self.json && !self.quiet {
            self.line(text);
        }
    }

    /// What was asked for, as text; left out with --json.
    pub(super) fn answer(self, text: &str) {
        if !self.json {
            self.line(text);
        }
    }

    /// What was asked for, as JSON; left out without --json.
    pub(super) fn object(self, value: &impl Serialize) {
        if self.json {
            let text = serde_json::to_string(value).expect("answers are plain data");
            self.line(&text);
        }
    }

    fn line(self, text: &str) {
        // Whoever reads us may have stopped reading (`| head`); that is no fault of ours.
        drop(writeln!(std::io::stdout().lock(), "{text}"));
    }

    /// An error, for people on standard error; as JSON too where JSON was asked for.
    pub(super) fn fail(self, fault: &Error) {
        drop(writeln!(std::io::stderr().lock(), "error: {fault}"));
        if self.json {
            let (what, advice) = match fault {
                Error::Usage(Advice { what, advice }) | Error::Failed(Advice { what, advice }) => {
                    (what.clone(), advice.clone())
                }
                Error::Store(_) | Error::Io { .. } | Error::Sealed(_) => {
                    (fault.to_string(), String::new())
                }
            };
            self.object(&json!({"error": what, "advice": advice, "exit": fault.exit_code()}));
        }
    }

    /// A bar for long work, on a terminal.
    pub(super) fn bar(self) -> Option<ProgressBar> {
        let shown = !self.json && !self.quiet && std::io::stderr().is_terminal();
        shown.then(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        })
    }

    /// Shows the steps of a run.
    pub(super) fn steps(self) -> (Arc<dyn Fn(Step) + Send + Sync>, Option<ProgressBar>) {
        let bar = self.bar();
        let shown = bar.clone();
        let show = move |step| {
            let Some(bar) = &shown else { return };
            match step {
                Step::Reading(rows) => bar.set_message(format!("reading: {rows} rows")),
                Step::Deciding { done, of } => {
                    if bar.length() != Some(of) {
                        bar.set_length(of);
                        bar.set_style(deciding());
                        bar.set_message("deciding");
                        bar.reset_eta();
                    }
                    bar.set_position(done);
                }
                Step::Reporting => {
                    bar.set_style(ProgressStyle::default_spinner());
                    bar.set_message("writing the report");
                }
            }
        };
        (Arc::new(show), bar)
    }
}

fn deciding() -> ProgressStyle {
    let template = "{msg} {wide_bar} {human_pos}/{human_len}, {per_sec}, {eta} left";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
