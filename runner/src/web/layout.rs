//! The page around every page: header, sections, what was just done, footer.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::Method;
use maud::{DOCTYPE, Markup, html};

use super::rights::{self, Right};
use super::{App, Visitor, assets, parts, routes};

#[cfg(test)]
mod tests;

/// What a page says of itself.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Its title, which is also what its `h1` says.
    pub title: String,
    /// A link back: its address and text.
    pub back: Option<(String, String)>,
    /// The path of the navigation's entry that it belongs to, such as `/to-do`.
    pub section: &'static str,
    /// It refuses what was typed: the title says so first.
    pub wrong: bool,
    /// It has a wide table: it may use the whole width.
    pub wide: bool,
    /// Scripts of its own, by their names in `assets/`.
    pub scripts: Vec<&'static str>,
}

impl Page {
    /// A page of this title.
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    /// In the section of this path.
    pub fn section(mut self, path: &'static str) -> Self {
        self.section = path;
        self
    }

    /// With a link back.
    pub fn back(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.back = Some((href.into(), text.into()));
        self
    }

    /// It refuses what was typed.
    pub fn wrong(mut self, wrong: bool) -> Self {
        self.wrong = wrong;
        self
    }

    /// As wide as the window.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// With a script of its own, named in `assets.rs`.
    pub fn script(mut self, name: &'static str) -> Self {
        self.scripts.push(name);
        self
    }
}

/// The sections, in the order of the work. Who may open one is said where its route is declared.
pub const SECTIONS: &[(&str, &str)] = &[
    ("/", "Home"),
    ("/to-do", "To do"),
    ("/new", "New batch"),
    ("/batches", "Batches"),
    ("/items", "Items"),
    ("/payments", "Payments"),
    ("/log", "Job log"),
    ("/log/verify", "Proof"),
    ("/viewed", "Views"),
    ("/schedules", "Schedules"),
    ("/outlets", "Outlets"),
    ("/workers", "Workers"),
    ("/health", "Health"),
    ("/figures", "Figures"),
    ("/people", "People"),
    ("/keys", "Keys"),
];

/// What may be opened, and by which rights: the pages of the list of routes.
static PAGES: LazyLock<BTreeMap<&'static str, &'static [Right]>> = LazyLock::new(|| {
    let routes = routes::all().into_iter();
    routes.filter(|it| it.method == Method::GET).map(|it| (it.path, it.rights)).collect()
});

/// The sections that somebody may open.
pub fn sections(visitor: &Visitor) -> impl Iterator<Item = (&'static str, &'static str)> {
    SECTIONS.iter().copied().filter(|(path, _)| {
        PAGES.get(path).is_some_and(|needed| rights::may_any(&visitor.person, needed))
    })
}

/// The page with its header, navigation and footer. `body` begins with the `h1`, or with the error
/// summary above it.
///
/// What the session is to say once stands above it; `guard::admit` forgets that when the page has
/// gone out.
pub fn page(app: &App, visitor: Option<&Visitor>, page: &Page, body: Markup) -> Markup {
    let council = match app.folder.council.name.trim() {
        "" => "Clerkwork",
        name => name,
    };
    html! {
        (DOCTYPE)
        html lang="en-GB" class="govuk-template" {
            head {
                meta charset="utf-8";
                title { @if page.wrong { "Error: " } (page.title) " - " (council) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="theme-color" content=(app.look.colour);
                meta name="robots" content="noindex, nofollow";
                link rel="icon" href=(assets::href("icon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::href("clerkwork.css"));
                @if !app.look.css.is_empty() { link rel="stylesheet" href="/static/look.css"; }
                script type="module" src=(assets::href("clerkwork.js")) {}
                @for script in &page.scripts {
                    script type="module" src=(assets::href(script)) {}
                }
            }
            body class={ "govuk-template__body" @if page.wide { " cw-wide" } } {
                a href="#main-content" class="govuk-skip-link" data-module="govuk-skip-link" {
                    "Skip to main content"
                }
                (header(app, council, visitor))
                @if let Some(visitor) = visitor { (menu(sections(visitor), page.section)) }
                div class="govuk-width-container" {
                    @if let Some((href, text)) = &page.back {
                        nav aria-label="Back" {
                            a href=(href) class="govuk-back-link" { (text) }
                        }
                    }
                    main class="govuk-main-wrapper" id="main-content" {
                        @if let Some(said) = visitor.and_then(|it| it.flash.as_deref()) {
                            (parts::banner(said))
                        }
                        (body)
                    }
                }
                (footer(app))
            }
        }
    }
}

fn header(app: &App, council: &str, visitor: Option<&Visitor>) -> Markup {
    html! {
        header class="govuk-generic-header" {
            div class="govuk-generic-header__container govuk-width-container" {
                div class="govuk-generic-header__logo" {
                    a href="/" class="govuk-generic-header__homepage-link" {
                        @if app.look.logo.is_some() {
                            img class="cw-logo" src="/static/look/logo.svg" alt="";
                        }
                        (council)
                    }
                }
                @if let Some(visitor) = visitor.filter(|visitor| visitor.session.is_some()) {
                    div class="cw-who" {
                        a class="cw-who__link" href="/account" {
                            span class="govuk-visually-hidden" { "Your account: " }
                            (visitor.person.name)
                        }
                        form method="post" action="/sign-out" {
                            button type="submit" class="cw-who__button" { "Sign out" }
                        }
                    }
                }
            }
        }
    }
}

/// The sections, of which one may be that of the page; on a phone forms.js puts them behind a button.
pub(super) fn menu<'a>(
    sections: impl Iterator<Item = (&'a str, &'a str)>,
    current: &str,
) -> Markup {
    html! {
        div class="govuk-service-navigation" data-module="govuk-service-navigation" {
            div class="govuk-width-container" {
                div class="govuk-service-navigation__container" {
                    nav aria-label="Menu" class="govuk-service-navigation__wrapper" {
                        button type="button" class="govuk-service-navigation__toggle \
                            govuk-js-service-navigation-toggle" aria-controls="navigation" hidden
                            aria-hidden="true" { "Menu" }
                        ul class="govuk-service-navigation__list" id="navigation" {
                            @for (path, name) in sections {
                                (section(path, name, path == current))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn section(path: &str, name: &str, current: bool) -> Markup {
    let active = if current { " govuk-service-navigation__item--active" } else { "" };
    html! {
        li class={ "govuk-service-navigation__item" (active) } {
            a class="govuk-service-navigation__link" href=(path)
                aria-current=[current.then_some("page")] {
                @if current {
                    strong class="govuk-service-navigation__active-fallback" { (name) }
                } @else {
                    (name)
                }
            }
        }
    }
}

fn footer(app: &App) -> Markup {
    html! {
        footer class="cw-footer" {
            div class="govuk-width-container" {
                ul class="cw-footer__line" {
                    li { a class="govuk-link" href="/accessibility" { "Accessibility statement" } }
                    // keys.js puts its button here; without scripts there are no such keys.
                    li data-keys hidden {}
                    li { "Clerkwork " (env!("CARGO_PKG_VERSION")) }
                    @if app.folder.council.invented {
                        li { "An invented council: no person and no place here exists." }
                    }
                }
            }
        }
    }
}

/// A sentence begins with a capital.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
