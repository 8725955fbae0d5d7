//! What officers work through.

use super::{OFFICER, Page};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("to-do", "/to-do", OFFICER, "Everything that waits for a person, by its day."),
        Page::new(
            "to-do-filtered",
            "/to-do",
            OFFICER,
            "The same by a filter that can be bookmarked.",
        )
        .at("/to-do?bot=benefits-claims&due=late"),
        Page::new("to-do-assign", "/to-do", OFFICER, "Items are given to a colleague, once sure.")
            .after(|window, day| {
                window.choose(&format!("Choose item {}", day.referred));
                window.select("To whom", "Iain Ross");
                window.press("Go on");
            }),
        Page::new(
            "payments-to-settle",
            "/payments/to-settle",
            OFFICER,
            "Payments that are doubted, that the bank gave back, or that were too much.",
        ),
        Page::new(
            "payment",
            "/payments/to-settle/{id}",
            OFFICER,
            "A payment that the bank gave back, and what an officer does with it.",
        )
        .at("/payments/to-settle/{returned}"),
        Page::new(
            "item-referred",
            "/items/{id}",
            OFFICER,
            "A referral: the case, what the bot recommends and why, and what can be done.",
        )
        .at("/items/{referred}"),
        Page::new("item-wrong", "/items/{id}", OFFICER, "What was typed wrong is said, and kept.")
            .at("/items/{referred}")
            .after(|window, _| {
                window.act("Ask for evidence", &[("In how many working days", "soon")], "Note");
            })
            .refused("422"),
        Page::new("item-waits", "/items/{id}", OFFICER, "What waits for something can be put off.")
            .at("/items/{waits}")
            .after(|window, _| {
                window.act("Put it off", &[("Day", "31"), ("Month", "6"), ("Year", "2099")], "Put");
            })
            .refused("422"),
        Page::new("item-put-off", "/items/{id}", OFFICER, "It is put off until a day.")
            .at("/items/{put-off}"),
        Page::new("item-done", "/items/{id}", OFFICER, "An item that the bot settled.")
            .at("/items/{done}"),
        Page::new(
            "item-follow",
            "/items/{id}/follow",
            OFFICER,
            "A settled item is opened again: correction, review or representation.",
        )
        .at("/items/{done}/follow"),
        Page::new("notice", "/items/{id}/notice", OFFICER, "The notice, as the applicant gets it.")
            .at("/items/{done}/notice"),
    ]
}
