//! The page around every page.

use maud::{DOCTYPE, Markup, html};

use super::{App, Visitor};

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
}

/// The page with its header, navigation and footer. `body` begins with the `h1`.
pub fn page(app: &App, visitor: Option<&Visitor>, page: &Page, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" class="govuk-template" {
            head {
                meta charset="utf-8";
                title { @if page.wrong { "Error: " } (page.title) " - " (app.folder.council.name) }
            }
            body class="govuk-template__body" {
                @if let Some(visitor) = visitor { p { (visitor.person.name) } }
                main id="main-content" class="govuk-main-wrapper" { (body) }
            }
        }
    }
}

/// A sentence begins with a capital.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
