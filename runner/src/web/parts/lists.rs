//! Lists of facts, of tasks and of what happened.

use maud::{Markup, html};

/// Facts: what it is, and how it stands.
pub fn summary_list<S: AsRef<str>>(rows: &[(S, Markup)]) -> Markup {
    html! {
        dl class="govuk-summary-list" {
            @for (key, value) in rows {
                div class="govuk-summary-list__row" {
                    dt class="govuk-summary-list__key" { (key.as_ref()) }
                    dd class="govuk-summary-list__value" { (value) }
                }
            }
        }
    }
}

/// One step of several.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    /// What is to be done.
    pub title: &'a str,
    /// Where, if it can be done now.
    pub href: Option<&'a str>,
    /// What helps.
    pub hint: &'a str,
    /// How it stands: plain text or a tag.
    pub status: Markup,
}

/// Steps of one piece of work. `id` begins the `id`s of its parts.
pub fn task_list(id: &str, tasks: &[Task<'_>]) -> Markup {
    html! {
        ul class="govuk-task-list" {
            @for (at, task) in tasks.iter().enumerate() { (step(id, at + 1, task)) }
        }
    }
}

fn step(id: &str, at: usize, task: &Task<'_>) -> Markup {
    let status = format!("{id}-{at}-status");
    let hint = (!task.hint.is_empty()).then(|| format!("{id}-{at}-hint"));
    let described: Vec<&str> = hint.as_deref().into_iter().chain([status.as_str()]).collect();
    let link = if task.href.is_some() { " govuk-task-list__item--with-link" } else { "" };
    html! {
        li class={ "govuk-task-list__item" (link) } {
            div class="govuk-task-list__name-and-hint" {
                @if let Some(href) = task.href {
                    a class="govuk-link govuk-task-list__link" href=(href)
                        aria-describedby=(described.join(" ")) { (task.title) }
                } @else {
                    div { (task.title) }
                }
                @if let Some(hint) = &hint {
                    div id=(hint) class="govuk-task-list__hint" { (task.hint) }
                }
            }
            div class="govuk-task-list__status" id=(status) { (task.status) }
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub title: String,
    /// Who did it.
    pub by: String,
    /// When, as [`super::moment`] writes it.
    pub at: String,
    /// What else there is to say.
    pub body: Markup,
}

/// What happened, in the order given.
pub fn timeline(events: &[Event]) -> Markup {
    html! {
        ol class="cw-timeline" {
            @for event in events {
                li class="cw-timeline__item" {
                    div class="cw-timeline__header" {
                        h3 class="cw-timeline__title" { (event.title) }
                        @if !event.by.is_empty() { p class="cw-timeline__by" { "by " (event.by) } }
                    }
                    p class="cw-timeline__date" { (event.at) }
                    div class="cw-timeline__body" { (event.body) }
                }
            }
        }
    }
}
