//! What auditors prove and read.

use super::{AUDITOR, Page};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new(
            "verify",
            "/log/verify",
            AUDITOR,
            "Is the job log as it was written? What the check proves, and what not.",
        ),
        Page::new("verified", "/log/verify", AUDITOR, "The log was read anew, and is sound.")
            .after(|window, _| {
                window.press("Verify the whole log");
                window.sees_in_time("Sound");
            }),
        Page::new(
            "verify-wrong",
            "/log/verify",
            AUDITOR,
            "What is no size and root is said, and kept.",
        )
        .after(|window, _| {
            window.fill("Sizes and roots", "12 roots");
            window.press("Verify the whole log");
        })
        .refused("422"),
        Page::new(
            "record",
            "/items/{id}/record",
            AUDITOR,
            "One decision's whole record, to be printed.",
        )
        .at("/items/{referred}/record"),
        Page::new(
            "viewed",
            "/viewed",
            AUDITOR,
            "Who looked at which case, and for how long before they acted.",
        ),
        Page::new("viewed-none", "/viewed", AUDITOR, "Nobody looked: an empty list says so.")
            .at("/viewed?item=9-9"),
    ]
}
