//! The accessibility statement that the Public Sector Bodies (Websites and Mobile Applications)
//! (No. 2) Accessibility Regulations 2018 ask for. It says what was checked, and what nobody knows.

use axum::Extension;
use axum::extract::State;
use maud::{Markup, html};

use super::layout::{self, Page};
use super::routes::{Route, get};
use super::{App, Visitor};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/accessibility", &[], page)]
}

async fn page(State(app): State<App>, visitor: Option<Extension<Visitor>>) -> Markup {
    let title = "Accessibility statement";
    let council = app.folder.council.name.trim();
    let body = html! {
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" {
            "This statement is about the pages of Clerkwork that "
            @if council.is_empty() { "this council" } @else { (council) }
            " uses for its staff. They should be usable by everybody who works with them. You should \
             be able to:"
        }
        ul class="govuk-list govuk-list--bullet" {
            li { "make the text up to 400% larger without losing any, or reading sideways" }
            li { "do everything with a keyboard alone" }
            li { "do everything with a screen reader" }
            li { "do everything in a browser that runs no scripts; only the live job log then needs \
                  to be loaded again to see what is new" }
            li { "choose dark colours, and less movement, in the settings of your device" }
        }
        h2 class="govuk-heading-m" { "How accessible it is" }
        p class="govuk-body" {
            "It is made to meet the Web Content Accessibility Guidelines (WCAG) version 2.2 at level \
             AA. We say that it is partially compliant, because nobody independent has audited it, \
             and these are known or not known:"
        }
        ul class="govuk-list govuk-list--bullet" {
            li { "It has not been tried by people who use assistive technology every day." }
            li { "It has not been tested by hand with NVDA, JAWS or VoiceOver." }
            li { "Workbooks that you download are plain tables with headings; they have not been \
                  checked otherwise." }
            li { "A sheet, a letter or a logo that the council itself puts in is as accessible as \
                  the council made it." }
        }
        h2 class="govuk-heading-m" { "What was checked, and how" }
        p class="govuk-body" {
            "The program's own tests open each page in a browser, wide and narrow, in light and dark \
             colours, and look for faults with axe-core; they go from one end to the other of the main \
             tasks with a keyboard alone, and with scripts switched off. A machine finds a minority \
             of the faults that matter to people."
        }
        h2 class="govuk-heading-m" { "Tell us" }
        (tell(app.folder.council.contact.as_deref()))
        h2 class="govuk-heading-m" { "If you are not content with the answer" }
        p class="govuk-body" {
            "The Equality and Human Rights Commission enforces the Public Sector Bodies (Websites and \
             Mobile Applications) (No. 2) Accessibility Regulations 2018. If you are not content with \
             how we respond, contact the Equality Advisory and Support Service; in Northern Ireland, \
             the Equality Commission for Northern Ireland."
        }
        p class="govuk-body" {
            "This statement belongs to Clerkwork " (env!("CARGO_PKG_VERSION")) "."
        }
    };
    let visitor = visitor.map(|Extension(visitor)| visitor);
    layout::page(&app, visitor.as_ref(), &Page::new(title), body)
}

fn tell(contact: Option<&str>) -> Markup {
    html! {
        p class="govuk-body" {
            "If something cannot be used or read, or you need it in another form, tell "
            @if let Some(contact) = contact { (contact) } @else {
                "those who run Clerkwork in your council"
            }
            ": what you wanted to do, on which page, and with which browser and aids. Leave out what \
             is about the people whose cases you work on."
        }
    }
}
