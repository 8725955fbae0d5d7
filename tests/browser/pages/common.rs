//! What everybody sees: signing in, the first page, what is not there.

use super::{ADMINISTRATOR, APPROVER, AUDITOR, OFFICER, OPERATOR, Page, SUBMITTER};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new(
            "sign-in",
            "/sign-in",
            None,
            "Login and password, or the council's Microsoft account.",
        ),
        Page::new(
            "sign-in-wrong",
            "/sign-in",
            None,
            "What does not match is told alike, whether the login exists or not.",
        )
        .after(|window, _| {
            window.fill("Login", "ann.bell");
            window.fill("Password", "not the right one");
            window.press("Sign in");
        })
        .refused("422"),
        Page::new("home-submitter", "/", SUBMITTER, "What waits for whoever uploads sheets."),
        Page::new("home-officer", "/", OFFICER, "What waits for an officer."),
        Page::new("home-operator", "/", OPERATOR, "What waits for an operator."),
        Page::new(
            "home-approver",
            "/",
            APPROVER,
            "What waits for whoever agrees to large batches.",
        ),
        Page::new("home-auditor", "/", AUDITOR, "What an auditor begins with."),
        Page::new("home-administrator", "/", ADMINISTRATOR, "What an administrator begins with."),
        Page::new("accessibility", "/accessibility", None, "The accessibility statement."),
        Page::new("not-there", "/", OFFICER, "An address where nothing is.")
            .at("/nothing/here")
            .refused("404"),
        Page::new("not-yours", "/", SUBMITTER, "A page for which it takes another role.")
            .at("/people")
            .refused("403"),
    ]
}
