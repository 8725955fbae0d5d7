//! The record as a page that prints clean.

use maud::{Markup, html};

use super::shapes::{EntryRecord, Pair, Record, RulingRecord};
use crate::web::parts::{self, Table};

pub(super) fn body(record: &Record) -> Markup {
    let id = &record.item.item;
    html! {
        h1 class="govuk-heading-l" { "Record of item " (id) }
        p class="govuk-body" {
            "Everything that is kept of it. Print it with your browser; that you have made it is in the \
             job log."
        }
        (parts::summary_list(&about(record)))
        h2 class="govuk-heading-m" { "The case" }
        @match &record.case {
            Some(case) => (pairs(case)),
            None => (parts::inset(html! {
                "The case has been erased at the end of its time, or this version of its bot cannot read \
                 it. Its log entries remain."
            })),
        }
        @for ruling in &record.rulings { (ruled(ruling)) }
        (acts(record))
        (told(record))
        (entries(record))
        (proof(record))
    }
}

fn about(record: &Record) -> Vec<(String, Markup)> {
    let item = &record.item;
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let mut row = |label: &str, value: Option<String>| {
        rows.extend(value.filter(|it| !it.is_empty()).map(|it| (label.to_owned(), html! { (it) })));
    };
    row("Reference", record.reference.clone());
    row("State", Some(item.state.to_string()));
    row("Bot", Some(record.bot.clone()));
    row("Batch", Some(format!("{} ({})", item.batch, record.schedule)));
    row("Row of its sheet", Some(item.row.to_string()));
    row("Came in", Some(parts::moment(record.came_at)));
    row("Its source, SHA-256", Some(record.source.clone()));
    row("Assigned to", item.assigned_to.clone());
    row("Follows", item.follows.clone());
    row("Superseded by", Some(record.superseded_by.join(", ")));
    rows
}

fn pairs(pairs: &[Pair]) -> Markup {
    let rows: Vec<(&str, Markup)> =
        pairs.iter().map(|pair| (pair.label.as_str(), html! { (pair.value) })).collect();
    parts::summary_list(&rows)
}

fn ruled(ruling: &RulingRecord) -> Markup {
    let title = match (ruling.stands, ruling.settled) {
        (true, true) => "Decision",
        (true, false) => "Recommendation",
        (false, _) => "Earlier recommendation",
    };
    html! {
        section {
            h2 class="govuk-heading-m" { (title) " (ruling " (ruling.n) ")" }
            p class="govuk-body" {
                "By " (ruling.by) ", " (parts::moment(ruling.at)) ". Worked out by " (ruling.bot)
                ", SHA-256 " (ruling.sha256) ", under the policy " (ruling.policy) "."
            }
            (pairs(&ruling.decision))
            @if !ruling.needs.is_empty() {
                h3 class="govuk-heading-s" { "What a person was needed for" }
                ul class="govuk-list govuk-list--bullet" {
                    @for need in &ruling.needs { li { (need) } }
                }
            }
            h3 class="govuk-heading-s" { "Reasons, figures and law" }
            ul class="govuk-list govuk-list--bullet" {
                @for reason in &ruling.reasons {
                    li {
                        (reason.text) " Rests on " (reason.figure) " from " (reason.from) ": "
                        (reason.source)
                        @if !reason.href.is_empty() { " (" (reason.href) ")" }
                    }
                }
            }
            (working(ruling))
            @for looked in &ruling.looked {
                h3 class="govuk-heading-s" { "Looked up: " (looked.lookup) }
                p class="govuk-body" { (looked.found) }
                @for record in &looked.records { (pairs(record)) }
            }
        }
    }
}

fn working(ruling: &RulingRecord) -> Markup {
    if ruling.working.is_empty() {
        return html! {};
    }
    let table = Table::new(format!("Working of ruling {}", ruling.n))
        .column("Step")
        .numeric("Amount")
        .column("Rests on");
    let rows = ruling.working.iter().map(|line| {
        vec![html! { (line.label) }, html! { (line.amount) }, html! { (line.rests_on) }]
    });
    table.rows(rows).render()
}

fn acts(record: &Record) -> Markup {
    let table =
        Table::new("What people did").column("When").column("Who").column("What").column("Why");
    let rows = record.acts.iter().map(|act| {
        vec![
            html! { (parts::moment(act.at)) },
            html! { (act.by) },
            html! { (act.what) },
            html! { (act.why) },
        ]
    });
    let table = table.rows(rows);
    html! {
        @if table.is_empty() {
            h2 class="govuk-heading-m" { "What people did" }
            p class="govuk-body" { "Nobody has done anything to it." }
        } @else {
            (table.render())
        }
    }
}

fn told(record: &Record) -> Markup {
    let table = Table::new("What others were told")
        .column("Outlet")
        .column("Effect")
        .column("Stands")
        .column("Since")
        .column("Why not")
        .column("What was answered");
    let rows = record.told.iter().map(|told| {
        vec![
            html! { (told.outlet) },
            html! { (told.effect) },
            html! { (told.state) },
            html! { (parts::moment(told.since)) },
            html! { (told.why) },
            html! { (told.receipt.as_deref().unwrap_or_default()) },
        ]
    });
    let table = table.rows(rows);
    html! {
        @if table.is_empty() {
            h2 class="govuk-heading-m" { "What others were told" }
            p class="govuk-body" { "No other system is told of it." }
        } @else {
            (table.render())
        }
    }
}

fn entries(record: &Record) -> Markup {
    let table = Table::new("In the job log")
        .small()
        .numeric("Entry")
        .column("When")
        .column("What")
        .column("Who")
        .column("Hash, and its proof");
    let table = table.rows(record.entries.iter().map(entry));
    html! {
        (table.render())
        @if record.more {
            (parts::inset(html! {
                "There are more entries than stand here; find the others in the job log."
            }))
        }
    }
}

fn entry(entry: &EntryRecord) -> Vec<Markup> {
    let index = entry.index;
    vec![
        html! { (index) },
        html! { @if let Some(at) = entry.at { (parts::moment(at)) } },
        html! {
            (entry.tells)
            @if !entry.moved.is_empty() { ": " (entry.moved) }
            @if !entry.reasons.is_empty() { " (" (entry.reasons) ")" }
            @if let Some(seconds) = entry.seconds {
                ", " (parts::count(seconds, false, "second", "seconds")) " after it was opened"
            }
        },
        html! { (entry.who) },
        html! {
            code { (entry.hash) } " "
            a class="govuk-link" href={ "/log/proof/" (index) } download {
                "Proof of entry " (index)
            } " "
            a class="govuk-link" href={ "/log/entry/" (index) } download {
                "Entry " (index) " itself"
            }
        },
    ]
}

fn proof(record: &Record) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "How to check it" }
        p class="govuk-body" {
            "Each entry above is one leaf of the job log's tree. Take its proof and the entry itself, and \
             check them with nothing but Python and the log's public key, which the page Proof shows: "
            code { "python3 verify.py proof entry-N.tlog-proof entry-N.json KEY" }
            " (verify.py stands in docs/ of the program's source)."
        }
        p class="govuk-body" {
            "When this record was made, the log's size and root were " code { (record.held) }
            ". Kept outside, they convict any later change."
        }
    }
}
