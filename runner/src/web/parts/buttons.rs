//! Buttons. One plain one on a page; the others are secondary, or warn of what cannot be undone.

use maud::{Markup, html};

/// Does what the form is for.
pub fn button(text: &str) -> Markup {
    kind("govuk-button", text)
}

/// Does something besides.
pub fn secondary_button(text: &str) -> Markup {
    kind("govuk-button govuk-button--secondary", text)
}

/// Does what cannot be undone.
pub fn warning_button(text: &str) -> Markup {
    kind("govuk-button govuk-button--warning", text)
}

fn kind(class: &str, text: &str) -> Markup {
    html! { button type="submit" class=(class) data-module="govuk-button" { (text) } }
}

/// Sends its name and value with the form: where a form has more than one way to be sent.
pub fn named_button(name: &str, value: &str, text: &str) -> Markup {
    html! {
        button type="submit" name=(name) value=(value) class="govuk-button govuk-button--secondary"
            data-module="govuk-button" { (text) }
    }
}

/// Goes on to another page; changes nothing.
pub fn link_button(text: &str, href: &str) -> Markup {
    html! {
        a href=(href) role="button" draggable="false" class="govuk-button"
            data-module="govuk-button" { (text) }
    }
}

/// Buttons and links side by side.
pub fn button_group(body: Markup) -> Markup {
    html! { div class="govuk-button-group" { (body) } }
}
