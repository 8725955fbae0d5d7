//! What managers read.

use super::{APPROVER, Page};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new(
            "figures",
            "/figures",
            APPROVER,
            "What was done this week, without anything personal.",
        ),
        Page::new("figures-month", "/figures", APPROVER, "Days that are chosen.").at(
            "/figures?from-day=1&from-month=1&from-year=2026&to-day=31&to-month=12&to-year=2026",
        ),
    ]
}
