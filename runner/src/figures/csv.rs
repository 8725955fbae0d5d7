//! The figures as a text file: a line a figure, so that any program can take them up.

use super::view::{Figures, Of, Span, Work};
use crate::error::Result;

/// What a spreadsheet might take for a formula.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r'];

/// The whole file.
pub fn write(figures: &Figures) -> Result<String> {
    let mut text = String::from("From,To,Bot,Figure,Value,Unit\r\n");
    for work in std::iter::once(&figures.all).chain(&figures.bots) {
        for (figure, value, unit) in lines(work) {
            let cells = [
                &*figures.from.to_string(),
                &figures.to.to_string(),
                &work.title,
                &figure,
                &value,
                unit,
            ];
            text.push_str(&cells.map(cell).join(","));
            text.push_str("\r\n");
        }
    }
    let whole = [
        ("Log entries counted", figures.entries_counted.to_string(), "entries"),
        ("Log entries there are", figures.entries.to_string(), "entries"),
        (
            "Target: settled the first time",
            figures.assumptions.first_time_target.to_string(),
            "percent",
        ),
        (
            "Cost of an hour, as the council says",
            figures.assumptions.hourly_cost.map_or_else(not_set, |cost| cost.to_string()),
            "pounds",
        ),
        (
            "Settled the first time is provisional until",
            figures.provisional_until.map_or_else(|| "final".to_owned(), |day| day.to_string()),
            "date",
        ),
    ];
    for (figure, value, unit) in whole {
        let cells = [
            &*figures.from.to_string(),
            &figures.to.to_string(),
            &figures.council,
            figure,
            &value,
            unit,
        ];
        text.push_str(&cells.map(cell).join(","));
        text.push_str("\r\n");
    }
    Ok(text)
}

fn not_set() -> String {
    "not set".to_owned()
}

/// A cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let safe = if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", safe.replace('"', "\"\""));
    }
    safe
}

/// The figures of one bot: what, how much, in what unit.
fn lines(work: &Work) -> Vec<(String, String, &'static str)> {
    let mut lines = Vec::new();
    let volumes = &work.volumes;
    for (figure, n) in [
        ("Rows", volumes.rows),
        ("Rows rejected", volumes.rejected),
        ("Rows that repeat an item", volumes.duplicates),
        ("Items", volumes.items),
        ("Referred to a person", volumes.referred),
        ("Failed", volumes.failed),
        ("Cancelled", volumes.cancelled),
        ("Settled", volumes.settled),
        ("Settled by the bot", work.settled.by_bot),
        ("Settled by an officer, as recommended", work.settled.confirmed),
        ("Settled by an officer, otherwise", work.settled.changed),
        ("Settled by hand", work.settled.by_hand),
        ("Not the first time: evidence was asked for", work.first_time.evidence_asked),
        ("Not the first time: opened again", work.first_time.opened_again),
        ("Not the first time: came again within 28 days", work.first_time.came_again),
        ("Recommendations confirmed", work.officers.confirmed),
        ("Recommendations overridden", work.officers.changed),
    ] {
        lines.push((figure.to_owned(), n.to_string(), "number"));
    }
    for (figure, share) in [
        ("Settled the first time", &work.first_time.all),
        ("Settled the first time, by the bot", &work.first_time.by_bot),
        ("Settled the first time, by a person", &work.first_time.by_person),
        ("Settled without a person", &work.without_person),
        ("Recommendations overridden", &work.officers.overridden),
    ] {
        lines.extend(share_lines(figure, share));
    }
    for (who, span) in [
        ("all", &work.takes.all),
        ("by the bot", &work.takes.by_bot),
        ("by a person", &work.takes.by_person),
    ] {
        lines.extend(span_lines(who, span));
    }
    for reason in &work.reasons {
        let n = reason.n.map_or_else(|| "fewer than 5".to_owned(), |n| n.to_string());
        lines.push((format!("Referred because: {}", reason.words), n, "number"));
    }
    let saved = work.saved.as_ref();
    let each = saved.and_then(|it| it.minutes_each).map(|n| n.to_string());
    if work.bot.is_some() {
        let figure = "Minutes an item takes by hand, as the council says";
        lines.push((figure.to_owned(), each.unwrap_or_else(not_set), "minutes"));
    }
    let minutes = saved.map_or_else(not_set, |it| it.minutes.to_string());
    lines.push(("Saved".to_owned(), minutes, "minutes"));
    let pounds = saved.and_then(|it| it.pounds).map_or_else(not_set, |it| format!("{it:.2}"));
    lines.push(("Saved".to_owned(), pounds, "pounds"));
    lines
}

fn share_lines(figure: &str, share: &Of) -> Vec<(String, String, &'static str)> {
    let percent = share.percent.clone().unwrap_or_default();
    vec![
        (figure.to_owned(), share.n.to_string(), "number"),
        (figure.to_owned(), percent, "percent"),
    ]
}

fn span_lines(who: &str, span: &Span) -> Vec<(String, String, &'static str)> {
    let value = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
    vec![
        (format!("Time to settle, {who}: median"), value(span.median_minutes), "minutes"),
        (format!("Time to settle, {who}: nine in ten"), value(span.ninetieth_minutes), "minutes"),
        (format!("Time to settle, {who}: median"), value(span.median_working_days), "working days"),
        (
            format!("Time to settle, {who}: nine in ten"),
            value(span.ninetieth_working_days),
            "working days",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("-5", "'-5"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("plain", "plain"),
        ] {
            assert_eq!(cell(text), safe);
        }
    }
}
