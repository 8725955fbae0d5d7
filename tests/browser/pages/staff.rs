//! What staff see who queue batches.

use super::{APPROVER, OFFICER, Page, SUBMITTER};
use crate::browser::day::Day;
use crate::browser::window::Window;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new(
            "new",
            "/new",
            SUBMITTER,
            "What to do: each service that takes a sheet, and what its bot decides.",
        ),
        Page::new(
            "new-rules",
            "/new/{schedule}",
            SUBMITTER,
            "The rules first, then the template, then the upload.",
        )
        .at("/new/free-school-meals"),
        Page::new("new-wrong", "/new/{schedule}", SUBMITTER, "No file was chosen.")
            .at("/new/free-school-meals")
            .after(|window, _| window.press("Upload and check"))
            .refused("422"),
        Page::new(
            "upload",
            "/uploads/{id}",
            SUBMITTER,
            "How many rows are good, and for each that is not: where, what, and how to mend it.",
        )
        .at("/new/free-school-meals")
        .after(|window, day| {
            uploads(window, day, "forms-1.xlsx");
        }),
        Page::new(
            "upload-columns",
            "/uploads/{id}",
            SUBMITTER,
            "Headers that are not known are matched by hand.",
        )
        .at("/new/free-school-meals")
        .after(|window, day| {
            uploads(window, day, "renamed.csv");
        }),
        Page::new(
            "upload-tried",
            "/uploads/{id}",
            SUBMITTER,
            "A dry run: what the bot would decide, and why.",
        )
        .at("/new/free-school-meals")
        .after(|window, day| {
            uploads(window, day, "forms-1.xlsx");
            window.press("Try these rows");
        }),
        Page::new("batches-own", "/batches", SUBMITTER, "One's own batches."),
        Page::new("batches", "/batches", OFFICER, "Every batch, with its totals."),
        Page::new("batches-none", "/batches", OFFICER, "An empty list says what to do next.")
            .at("/batches?view=awaiting-approval"),
        Page::new(
            "batch",
            "/batches/{id}",
            OFFICER,
            "A batch: totals that balance, and what is left to do.",
        )
        .at("/batches/{batch}"),
        Page::new(
            "batch-approver",
            "/batches/{id}",
            APPROVER,
            "The same, without what is personal.",
        )
        .at("/batches/{batch}"),
    ]
}

/// Uploads a file that the day has ready, and waits until it is checked.
pub(in crate::browser) fn uploads(window: &Window, day: &Day, file: &str) {
    window.upload("The sheet", &day.served.office.file(file));
    window.choose("Use the one that stands ready");
    window.press("Upload and check");
    window.is_at("/uploads/");
    window.sees_in_time("Discard this upload");
}
