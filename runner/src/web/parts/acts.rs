//! A form that does something, and asks for the reason.

use maud::{Markup, html};

use super::Field;
use super::fields::textarea;

/// An act behind a line that opens it: what it does, its fields, why, and the button. `title` says
/// what is done, such as "Pause this batch".
pub fn act(action: &str, title: &str, what: &str, fields: Markup, button: Markup) -> Markup {
    form(action, title, what, fields, button, None)
}

/// The same act, open, after something in it was wrong: the reason that was typed, and what is
/// wrong with that, if anything.
pub fn act_again(
    action: &str,
    title: &str,
    what: &str,
    fields: Markup,
    button: Markup,
    (why, error): (&str, Option<&str>),
) -> Markup {
    form(action, title, what, fields, button, Some((why, error)))
}

fn form(
    action: &str,
    title: &str,
    what: &str,
    fields: Markup,
    button: Markup,
    again: Option<(&str, Option<&str>)>,
) -> Markup {
    // A page has several of these; each needs an `id` of its own, which says for what.
    let id = format!("why-{}", action.rsplit('/').next().unwrap_or("it"));
    let (value, error) = again.unwrap_or_default();
    let why = Field::new("why", "Reason")
        .hint("It is kept sealed; the job log commits to it.")
        .id(&id)
        .value(value)
        .error(error);
    html! {
        details class="govuk-details cw-act" open[again.is_some()] {
            summary class="govuk-details__summary" {
                span class="govuk-details__summary-text" { (title) }
            }
            form class="govuk-details__text" method="post" action=(action) novalidate {
                @if !what.is_empty() { p class="govuk-body" { (what) } }
                (fields)
                (textarea(&why, 2))
                (button)
            }
        }
    }
}
