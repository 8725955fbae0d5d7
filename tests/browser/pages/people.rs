//! One's own account, and the people that administrators look after.

use super::{ADMINISTRATOR, OFFICER, Page};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("account", "/account", OFFICER, "One's own roles, and where one is signed in."),
        Page::new(
            "account-password",
            "/account/password",
            OFFICER,
            "A new password: length counts, and nothing else.",
        ),
        Page::new("people", "/people", ADMINISTRATOR, "Everybody who may sign in."),
        Page::new(
            "people-new",
            "/people/new",
            ADMINISTRATOR,
            "Somebody new, with what each role means.",
        ),
        Page::new(
            "person",
            "/people/{id}",
            ADMINISTRATOR,
            "One person: roles, sessions, and what was done to the account and why.",
        )
        .at("/people/1"),
        Page::new(
            "person-change",
            "/people/{id}/change",
            ADMINISTRATOR,
            "Another name, other roles, other bots.",
        )
        .at("/people/1/change"),
        Page::new("keys", "/keys", ADMINISTRATOR, "Keys by which programs act."),
        Page::new(
            "keys-new",
            "/keys/new",
            ADMINISTRATOR,
            "A key for a program, with roles and an end.",
        ),
    ]
}
