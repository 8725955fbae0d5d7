//! What operators watch and run.

use super::{APPROVER, OPERATOR, Page};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("log", "/log", OPERATOR, "The job log, which grows while one watches."),
        Page::new("log-filtered", "/log", OPERATOR, "One batch's entries.").at("/log?batch=2"),
        Page::new("items", "/items", OPERATOR, "All items, without their cases."),
        Page::new("items-none", "/items", OPERATOR, "Nothing is like that: what to do next.")
            .at("/items?batch=999"),
        Page::new(
            "bulk",
            "/items/bulk",
            OPERATOR,
            "Something is to be done to many items: how many, what, and why.",
        )
        .at("/items/bulk?which=all&batch=2"),
        Page::new("bulk-progress", "/items/bulk/{id}", OPERATOR, "What became of each.")
            .at("/items/bulk?which=all&batch=2")
            .after(|window, _| {
                window.choose("Cancel");
                window.fill("Reason", "sent twice by mistake");
                window.choose("Yes, to all");
                window.press("Do it");
                window.sees_in_time("Ended");
            }),
        Page::new("payments", "/payments", APPROVER, "Payments files that await a second person."),
        Page::new(
            "payments-file",
            "/payments/{id}",
            APPROVER,
            "A payments file that somebody else made: what leaves if it is released.",
        )
        .at("/payments/1"),
        Page::new("workers", "/workers", OPERATOR, "Who works, and what is in hand."),
        Page::new("outlets", "/outlets", OPERATOR, "Other systems, and whether they answer."),
        Page::new("schedules", "/schedules", OPERATOR, "Schedules with their next and last runs."),
        Page::new("schedule", "/schedules/{name}", OPERATOR, "One schedule, which can be run now.")
            .at("/schedules/free-school-meals"),
        Page::new(
            "bot",
            "/bots/{name}",
            OPERATOR,
            "What a bot decides, by which law and figures, and how sure they are.",
        )
        .at("/bots/free-school-meals"),
        Page::new("health", "/health", OPERATOR, "How the runner is."),
    ]
}
