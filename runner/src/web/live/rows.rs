//! Entries as rows of the table, and as events of a stream.

use maud::{Markup, html};

use super::Live;
use super::seen::{Seen, in_words};
use super::sieve;
use crate::store::lists::LogFilter;
use crate::web::parts::{self, Table};

/// More entries at once than this are not shown one by one: nobody could read them.
pub(super) const READABLE: usize = 40;

/// How somebody sees the log: what they asked for, and what they may open.
#[derive(Clone, Debug)]
pub(super) struct View {
    filter: LogFilter,
    cases: bool,
    name: String,
}

impl View {
    /// Through this filter; `cases`: they may open an item.
    pub(super) fn new(filter: LogFilter, cases: bool) -> Self {
        let name = format!("{cases} {filter:?}");
        Self { filter, cases, name }
    }

    /// The same for the same view.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether an entry is in it.
    pub(super) fn shows(&self, live: &Live, seen: &Seen) -> bool {
        sieve::lets_through(&self.filter, live, seen)
    }
}

/// The table, without rows.
pub(super) fn table() -> Table {
    Table::new("Job log, newest first")
        .caption_hidden()
        .small()
        .body_id("log")
        .column("When")
        .column("What")
        .column("Who")
        .column("Batch or item")
        .column("From and to")
        .column("Outcome")
        .numeric("Index")
}

/// Its cells.
pub(super) fn cells(view: &View, seen: &Seen) -> Vec<Markup> {
    vec![
        html! { time datetime=(seen.at) { (seen.when()) } },
        html! { (in_words(&seen.kind)) },
        html! { (seen.actor.id) },
        of(view, seen),
        moved(seen),
        html! { (seen.outcome()) },
        html! { (parts::number(seen.index)) },
    ]
}

fn of(view: &View, seen: &Seen) -> Markup {
    let item = seen.item();
    html! {
        @match (item, seen.batch()) {
            (Some(item), _) if view.cases => {
                a class="govuk-link" href={ "/items/" (item) } { "Item " (item) }
            },
            (Some(item), _) => {
                "Item " (item) ", "
                a class="govuk-link" href={ "/batches/" (item.batch()) } { "batch " (item.batch()) }
            },
            (None, Some(batch)) => {
                a class="govuk-link" href={ "/batches/" (batch) } { "Batch " (batch) }
                @if let Some(row) = seen.row { ", row " (row) }
            },
            (None, None) => @if let Some(schedule) = &seen.schedule {
                a class="govuk-link" href={ "/schedules/" (schedule) } { (schedule) }
            },
        }
    }
}

fn moved(seen: &Seen) -> Markup {
    html! {
        @match (&seen.from, &seen.to) {
            (Some(from), Some(to)) => { (from) " to " (to) },
            (None, Some(to)) => { "to " (to) },
            _ => {}
        }
    }
}

fn row(view: &View, seen: &Seen) -> String {
    let row = table().row_as(format!("entry-{}", seen.index), cells(view, seen));
    row.render_rows().into_string()
}

/// Events of what is new, oldest first: a row each, or a word on those that are too many to read.
pub(super) fn events(view: &View, seen: &[&Seen]) -> String {
    let over = seen.len().saturating_sub(READABLE);
    let (skipped, shown) = seen.split_at(over);
    let mut text = String::new();
    if let (Some(first), Some(last)) = (skipped.first(), skipped.last()) {
        let said = format!("{} that came too fast to be read", parts::number(count(skipped.len())));
        left_out(&mut text, first.index, last.index, &said);
    }
    for it in shown {
        event(&mut text, None, Some(it.index), &row(view, it));
    }
    text
}

/// Every one of them, a row each.
pub(super) fn each(view: &View, live: &Live, seen: &[Seen]) -> String {
    let mut text = String::new();
    for it in seen.iter().filter(|it| view.shows(live, it)) {
        event(&mut text, None, Some(it.index), &row(view, it));
    }
    text
}

/// A word on entries that are not shown one by one.
pub(super) fn left_out(text: &mut String, first: i64, last: i64, what: &str) {
    let said = html! {
        tr class="govuk-table__row" role="row" data-first=(first) data-last=(last) {
            td class="govuk-table__cell" role="cell" colspan="7" {
                "Not shown one by one: " (what) ", from index " (parts::number(first)) " to "
                (parts::number(last)) ". Refresh the page to go through them."
            }
        }
    };
    event(text, None, Some(last), &said.into_string());
}

/// One event; without a name it is a row. What it says is on one line, as its format wants.
pub(super) fn event(text: &mut String, name: Option<&str>, id: Option<i64>, data: &str) {
    if let Some(id) = id {
        text.push_str(&format!("id: {id}\n"));
    }
    if let Some(name) = name {
        text.push_str(&format!("event: {name}\n"));
    }
    text.push_str(&format!("data: {}\n\n", data.replace(['\r', '\n'], " ")));
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
