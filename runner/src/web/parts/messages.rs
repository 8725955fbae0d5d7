//! What is said to the reader: what is wrong, what was done, what to mind, that there is nothing.

use maud::{Markup, html};

/// Something wrong with what was typed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Wrong {
    /// The field's name; empty where it is about the whole form.
    pub field: String,
    /// What is wrong and what to type instead.
    pub text: String,
}

impl Wrong {
    /// Something wrong with a field.
    pub fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }
}

/// What is wrong with this field, if anything: for [`super::Field::error`].
pub fn wrong<'a>(all: &'a [Wrong], field: &str) -> Option<&'a str> {
    all.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.text.as_str())
}

/// Everything that is wrong, above the `h1`, each with a link to its field. Nothing if nothing is.
pub fn error_summary(all: &[Wrong]) -> Markup {
    html! {
        @if !all.is_empty() {
            div class="govuk-error-summary" data-module="govuk-error-summary" {
                div role="alert" {
                    h2 class="govuk-error-summary__title" { "There is a problem" }
                    div class="govuk-error-summary__body" {
                        ul class="govuk-list govuk-error-summary__list" {
                            @for wrong in all { li { (line(wrong)) } }
                        }
                    }
                }
            }
        }
    }
}

fn line(wrong: &Wrong) -> Markup {
    html! {
        @if wrong.field.is_empty() {
            (wrong.text)
        } @else {
            a href={ "#" (wrong.field) } { (wrong.text) }
        }
    }
}

/// Something to open if one wants to know more.
pub fn details(summary: &str, body: Markup) -> Markup {
    html! {
        details class="govuk-details" {
            summary class="govuk-details__summary" {
                span class="govuk-details__summary-text" { (summary) }
            }
            div class="govuk-details__text" { (body) }
        }
    }
}

/// Something that stands out from the text.
pub fn inset(body: Markup) -> Markup {
    html! { div class="govuk-inset-text" { (body) } }
}

/// What happens if one does not mind.
pub fn warning_text(text: &str) -> Markup {
    html! {
        div class="govuk-warning-text" {
            span class="govuk-warning-text__icon" aria-hidden="true" { "!" }
            strong class="govuk-warning-text__text" {
                span class="govuk-visually-hidden" { "Warning" } " " (text)
            }
        }
    }
}

/// What was just done: the layout shows it once, after an act.
pub fn banner(text: &str) -> Markup {
    html! {
        div class="govuk-notification-banner govuk-notification-banner--success" role="alert"
            aria-labelledby="govuk-notification-banner-title"
            data-module="govuk-notification-banner" {
            div class="govuk-notification-banner__header" {
                h2 class="govuk-notification-banner__title" id="govuk-notification-banner-title" {
                    "Success"
                }
            }
            div class="govuk-notification-banner__content" {
                p class="govuk-notification-banner__heading" { (text) }
            }
        }
    }
}

/// What stands in the way of what the page is for, such as a bot that was stopped. One on a page.
pub fn notice(heading: &str, body: Markup) -> Markup {
    html! {
        div class="govuk-notification-banner" role="region" aria-labelledby="notice-title"
            data-module="govuk-notification-banner" {
            div class="govuk-notification-banner__header" {
                h2 class="govuk-notification-banner__title" id="notice-title" { "Important" }
            }
            div class="govuk-notification-banner__content" {
                p class="govuk-notification-banner__heading" { (heading) }
                (body)
            }
        }
    }
}

/// It is done, and this is what came of it. Its title is the page's `h1`.
pub fn panel(title: &str, body: Markup) -> Markup {
    html! {
        div class="govuk-panel govuk-panel--confirmation" {
            h1 class="govuk-panel__title" { (title) }
            div class="govuk-panel__body" { (body) }
        }
    }
}

/// A list has nothing in it: says so, and what to do next.
pub fn empty(text: &str, body: Markup) -> Markup {
    html! {
        div class="cw-empty" {
            p class="govuk-body cw-empty__text" { (text) }
            (body)
        }
    }
}
