//! One question of a form, with its label, its hint, and what is wrong with what was typed.

use maud::{Markup, html};

/// A question. Its name is also its `id`, which a page must not have twice: see [`Field::id`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Field<'a> {
    /// Under which name the answer is sent.
    pub name: &'a str,
    /// What is asked.
    pub label: &'a str,
    /// What helps to answer.
    pub hint: &'a str,
    /// What stands there already.
    pub value: &'a str,
    /// What is wrong with it.
    pub error: Option<&'a str>,
    id: Option<&'a str>,
    numeric: bool,
    bold: bool,
    width: Option<u8>,
    autocomplete: &'a str,
}

impl<'a> Field<'a> {
    /// A question.
    pub fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, ..Self::default() }
    }

    /// What helps to answer.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// What stands there already.
    pub fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    /// What is wrong with what was typed, if anything.
    pub fn error(mut self, error: impl Into<Option<&'a str>>) -> Self {
        self.error = error.into();
        self
    }

    /// An `id` of its own, where the same name stands in two forms of a page.
    pub fn id(mut self, id: &'a str) -> Self {
        self.id = Some(id);
        self
    }

    /// Digits: phones show their number keys.
    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }

    /// The label in bold, where a page asks several things.
    pub fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    /// Room for so many letters: 2, 3, 4, 5, 10, 20 or 30.
    pub fn width(mut self, letters: u8) -> Self {
        self.width = Some(letters);
        self
    }

    /// What a browser may fill in, such as `username`.
    pub fn autocomplete(mut self, what: &'a str) -> Self {
        self.autocomplete = what;
        self
    }

    /// The `id` by which a link finds it.
    pub(super) fn own_id(&self) -> &'a str {
        self.id.unwrap_or(self.name)
    }

    /// The `id`s of what describes it.
    pub(super) fn described_by(&self) -> Option<String> {
        let id = self.own_id();
        let hint = (!self.hint.is_empty()).then(|| format!("{id}-hint"));
        let error = self.error.map(|_| format!("{id}-error"));
        let all: Vec<String> = hint.into_iter().chain(error).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    pub(super) fn group(&self) -> &'static str {
        if self.error.is_some() {
            "govuk-form-group govuk-form-group--error"
        } else {
            "govuk-form-group"
        }
    }

    pub(super) fn is_bold(&self) -> bool {
        self.bold
    }

    /// The hint, then what is wrong.
    pub(super) fn told(&self) -> Markup {
        let id = self.own_id();
        html! {
            @if !self.hint.is_empty() {
                div id=(format!("{id}-hint")) class="govuk-hint" { (self.hint) }
            }
            @if let Some(error) = self.error {
                p id=(format!("{id}-error")) class="govuk-error-message" {
                    span class="govuk-visually-hidden" { "Error:" } " " (error)
                }
            }
        }
    }

    fn label(&self) -> Markup {
        let class = if self.bold { "govuk-label govuk-label--s" } else { "govuk-label" };
        html! { label class=(class) for=(self.own_id()) { (self.label) } }
    }

    fn class(&self, kind: &str) -> String {
        let mut class = format!("govuk-{kind}");
        if let Some(letters) = self.width {
            class.push_str(&format!(" govuk-{kind}--width-{letters}"));
        }
        if self.error.is_some() {
            class.push_str(&format!(" govuk-{kind}--error"));
        }
        class
    }

    fn autocompletes(&self) -> Option<&'a str> {
        (!self.autocomplete.is_empty()).then_some(self.autocomplete)
    }

    fn held(&self) -> Option<&'a str> {
        (!self.value.is_empty()).then_some(self.value)
    }
}

/// A line to type in.
pub fn input(field: &Field<'_>) -> Markup {
    line(field, "text")
}

/// A line for what is looked for; the key `/` goes to the first on a page.
pub fn search(field: &Field<'_>) -> Markup {
    line(field, "search")
}

fn line(field: &Field<'_>, kind: &str) -> Markup {
    html! {
        div class=(field.group()) {
            (field.label())
            (field.told())
            input class=(field.class("input")) id=(field.own_id()) name=(field.name) type=(kind)
                value=[field.held()] inputmode=[field.numeric.then_some("numeric")]
                autocomplete=[field.autocompletes()] aria-describedby=[field.described_by()];
        }
    }
}

/// Several lines to type in.
pub fn textarea(field: &Field<'_>, rows: u8) -> Markup {
    html! {
        div class=(field.group()) {
            (field.label())
            (field.told())
            textarea class=(field.class("textarea")) id=(field.own_id()) name=(field.name)
                rows=(rows) aria-describedby=[field.described_by()] { (field.value) }
        }
    }
}

/// A password. `autocomplete` is `current-password` or `new-password`; what was typed is never
/// repeated.
pub fn password(field: &Field<'_>, autocomplete: &str) -> Markup {
    let id = field.own_id();
    let group = format!("{} govuk-password-input", field.group());
    let error = if field.error.is_some() { " govuk-input--error" } else { "" };
    html! {
        div class=(group) data-module="govuk-password-input" {
            (field.label())
            (field.told())
            div class="govuk-input__wrapper govuk-password-input__wrapper" {
                input class={
                        "govuk-input govuk-password-input__input govuk-js-password-input-input"
                        (error)
                    }
                    id=(id) name=(field.name) type="password" spellcheck="false"
                    aria-describedby=[field.described_by()] autocomplete=(autocomplete)
                    autocapitalize="none";
                button type="button" class="govuk-button govuk-button--secondary \
                    govuk-password-input__toggle govuk-js-password-input-toggle"
                    data-module="govuk-button" aria-controls=(id) aria-label="Show password"
                    hidden { "Show" }
            }
        }
    }
}

/// A file to choose. `accept` is a list of endings, such as `.xlsx,.csv`; the form that it stands in
/// needs `enctype="multipart/form-data"`.
pub fn file_upload(field: &Field<'_>, accept: &str) -> Markup {
    html! {
        div class=(field.group()) {
            (field.label())
            (field.told())
            input class=(field.class("file-upload")) id=(field.own_id()) name=(field.name)
                type="file" accept=[(!accept.is_empty()).then_some(accept)]
                aria-describedby=[field.described_by()];
        }
    }
}

/// A list to choose one from: what is sent, and what is shown. The field's value is chosen.
pub fn select<V, T>(field: &Field<'_>, options: &[(V, T)]) -> Markup
where
    V: AsRef<str>,
    T: AsRef<str>,
{
    html! {
        div class=(field.group()) {
            (field.label())
            (field.told())
            select class=(field.class("select")) id=(field.own_id()) name=(field.name)
                aria-describedby=[field.described_by()] {
                @for (value, text) in options {
                    option value=(value.as_ref()) selected[value.as_ref() == field.value] {
                        (text.as_ref())
                    }
                }
            }
        }
    }
}
