//! Questions with answers to choose from, and days.

use maud::{Markup, html};

use super::Field;

/// One answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice<'a> {
    /// What is sent.
    pub value: &'a str,
    /// What is shown.
    pub text: &'a str,
    /// What helps to choose.
    pub hint: &'a str,
}

impl<'a> Choice<'a> {
    /// An answer.
    pub fn new(value: &'a str, text: &'a str) -> Self {
        Self { value, text, hint: "" }
    }

    /// What helps to choose it.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }
}

/// One of these; the field's value is chosen.
pub fn radios(field: &Field<'_>, options: &[Choice<'_>]) -> Markup {
    choose(field, "radio", options, &[field.value])
}

/// Any of these. Each that is chosen is sent under the field's name.
pub fn checkboxes<S: AsRef<str>>(
    field: &Field<'_>,
    options: &[Choice<'_>],
    chosen: &[S],
) -> Markup {
    let chosen: Vec<&str> = chosen.iter().map(AsRef::as_ref).collect();
    choose(field, "checkbox", options, &chosen)
}

fn choose(field: &Field<'_>, kind: &str, options: &[Choice<'_>], chosen: &[&str]) -> Markup {
    let block = if kind == "radio" { "govuk-radios" } else { "govuk-checkboxes" };
    let id = field.own_id();
    let items = options.iter().enumerate().map(|(at, choice)| {
        let id = if at == 0 { id.to_owned() } else { format!("{id}-{}", at + 1) };
        (id, choice)
    });
    let body = html! {
        div class=(block) data-module=(block) {
            @for (id, choice) in items {
                @let hint = (!choice.hint.is_empty()).then(|| format!("{id}-item-hint"));
                div class=(format!("{block}__item")) {
                    input class=(format!("{block}__input")) id=(id) name=(field.name)
                        type=(kind) value=(choice.value)
                        checked[chosen.contains(&choice.value)] aria-describedby=[hint.as_deref()];
                    label class=(format!("govuk-label {block}__label")) for=(id) { (choice.text) }
                    @if let Some(hint) = &hint {
                        div id=(hint) class=(format!("govuk-hint {block}__hint")) { (choice.hint) }
                    }
                }
            }
        }
    };
    fieldset(field, None, body)
}

/// A question with several fields.
fn fieldset(field: &Field<'_>, role: Option<&str>, body: Markup) -> Markup {
    let bold = if field.is_bold() { " govuk-fieldset__legend--s" } else { "" };
    html! {
        div class=(field.group()) {
            fieldset class="govuk-fieldset" role=[role] aria-describedby=[field.described_by()] {
                legend class={ "govuk-fieldset__legend" (bold) } { (field.label) }
                (field.told())
                (body)
            }
        }
    }
}

/// One small box, such as that which picks a row of a table. The label is read out, not shown.
pub fn checkbox(name: &str, id: &str, value: &str, label: &str, checked: bool) -> Markup {
    html! {
        div class="govuk-checkboxes govuk-checkboxes--small cw-pick" {
            div class="govuk-checkboxes__item" {
                input class="govuk-checkboxes__input" id=(id) name=(name) type="checkbox"
                    value=(value) checked[checked];
                label class="govuk-label govuk-checkboxes__label" for=(id) {
                    span class="govuk-visually-hidden" { (label) }
                }
            }
        }
    }
}

/// A day in three fields: `NAME-day`, `NAME-month` and `NAME-year`.
///
/// The field's value is a day such as `2026-11-22`, or `22/11/2026` as [`super::date_typed`] takes
/// and a wrong one is repeated. What is wrong with it links to `NAME-day`.
pub fn date_input(field: &Field<'_>) -> Markup {
    let id = field.own_id();
    let error = if field.error.is_some() { " govuk-input--error" } else { "" };
    let typed = in_three(field.value);
    let parts = ["Day", "Month", "Year"].into_iter().zip(["2", "2", "4"]).zip(typed);
    let body = html! {
        div class="govuk-date-input" id=(id) {
            @for ((label, width), value) in parts {
                @let part = label.to_lowercase();
                div class="govuk-date-input__item" {
                    div class="govuk-form-group" {
                        label class="govuk-label govuk-date-input__label" for={ (id) "-" (part) } {
                            (label)
                        }
                        input class={
                                "govuk-input govuk-date-input__input govuk-input--width-" (width)
                                (error)
                            }
                            id={ (id) "-" (part) } name={ (field.name) "-" (part) } type="text"
                            inputmode="numeric" value=[(!value.is_empty()).then_some(value)];
                    }
                }
            }
        }
    };
    fieldset(field, Some("group"), body)
}

/// Day, month and year of what stands in a date field.
fn in_three(value: &str) -> [&str; 3] {
    if let [year, month, day] = value.split('-').collect::<Vec<_>>()[..]
        && year.len() == 4
    {
        return [day, month, year];
    }
    let mut typed = value.splitn(3, '/');
    [(); 3].map(|()| typed.next().unwrap_or_default())
}
