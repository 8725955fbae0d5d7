//! Ways through a list: its pages, its views, its filters.

use maud::{Markup, html};

const BACK: &str = "m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z";
const ON: &str = "m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z";

/// To the page before and the page after, where there are such. Nothing if there are none.
pub fn pagination(previous: Option<&str>, next: Option<&str>) -> Markup {
    html! {
        @if previous.is_some() || next.is_some() {
            nav class="govuk-pagination govuk-pagination--block" aria-label="Pagination" {
                @if let Some(href) = previous {
                    div class="govuk-pagination__prev" {
                        a class="govuk-link govuk-pagination__link" href=(href) rel="prev" {
                            (arrow("prev", BACK))
                            span class="govuk-pagination__link-title govuk-pagination__link-title--decorated" {
                                "Previous" span class="govuk-visually-hidden" { " page" }
                            }
                        }
                    }
                }
                @if let Some(href) = next {
                    div class="govuk-pagination__next" {
                        a class="govuk-link govuk-pagination__link" href=(href) rel="next" {
                            (arrow("next", ON))
                            span class="govuk-pagination__link-title govuk-pagination__link-title--decorated" {
                                "Next" span class="govuk-visually-hidden" { " page" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn arrow(which: &str, path: &str) -> Markup {
    html! {
        svg class={ "govuk-pagination__icon govuk-pagination__icon--" (which) }
            xmlns="http://www.w3.org/2000/svg" height="13" width="15" aria-hidden="true"
            focusable="false" viewBox="0 0 15 13" { path d=(path) {} }
    }
}

/// One view of a list.
#[derive(Clone, Copy, Debug)]
pub struct Tab<'a> {
    /// Where it is.
    pub href: &'a str,
    /// What it shows.
    pub text: &'a str,
    /// How many there are, as [`super::count`] writes it.
    pub count: Option<&'a str>,
    /// The one that is shown.
    pub current: bool,
}

/// Views of one list, each with an address of its own. The label says of what.
pub fn tabs(label: &str, tabs: &[Tab<'_>]) -> Markup {
    html! {
        nav class="cw-tabs" aria-label=(label) {
            ul class="cw-tabs__list" {
                @for tab in tabs {
                    li class="cw-tabs__item" {
                        a class="cw-tabs__link" href=(tab.href)
                            aria-current=[tab.current.then_some("page")] {
                            (tab.text)
                            @if let Some(count) = tab.count {
                                " " span class="cw-tabs__count" { (count) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A filter of a list: a form whose answers stand in the address, so that it can be bookmarked.
/// Open where one is set.
pub fn filters(action: &str, fields: Markup, any_set: bool) -> Markup {
    html! {
        details class="govuk-details cw-filter" open[any_set] {
            summary class="govuk-details__summary" {
                span class="govuk-details__summary-text" { "Filter" }
            }
            form class="cw-filter__form" method="get" action=(action) role="search"
                aria-label="Filter" {
                div class="cw-filter__fields" { (fields) }
                div class="govuk-button-group" {
                    button type="submit" class="govuk-button" data-module="govuk-button" {
                        "Apply filters"
                    }
                    @if any_set { a class="govuk-link" href=(action) { "Clear filters" } }
                }
            }
        }
    }
}
