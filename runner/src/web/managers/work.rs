//! The figures of one bot, or of all of them, as the page shows them.

use maud::{Markup, html};

use crate::figures::{Figures, Of, Saved, Span, Work};
use crate::web::parts::{self, Bar, Table};

/// What is said where the council has not said what a figure would rest on.
const NOT_SET: &str = "not set: say so in council.toml";

/// All bots side by side.
pub(super) fn summary(shown: &Figures) -> Markup {
    let target = shown.assumptions.first_time_target;
    let mut table = Table::new("By bot")
        .row_headers()
        .column("Bot")
        .numeric("Rows")
        .numeric("Items")
        .numeric("Referred")
        .numeric("Failed")
        .numeric("Settled")
        .numeric(format!("First time (target {target}%)"))
        .numeric("Without a person")
        .numeric("Median time");
    let all = (shown.bots.len() > 1).then_some(&shown.all);
    for work in shown.bots.iter().chain(all) {
        table = table.row(vec![
            html! { (work.title) },
            html! { (parts::number(work.volumes.rows)) },
            html! { (parts::number(work.volumes.items)) },
            html! { (parts::number(work.volumes.referred)) },
            html! { (parts::number(work.volumes.failed)) },
            html! { (parts::number(work.volumes.settled)) },
            html! { (percent(&work.first_time.all)) (met(work)) },
            html! { (percent(&work.without_person)) },
            html! { (time(work.takes.all.median_minutes)) },
        ]);
    }
    table.render()
}

/// Whether the target is met, in words.
fn met(work: &Work) -> &'static str {
    match work.first_time.met {
        Some(true) => ", met",
        Some(false) => ", not met",
        None => "",
    }
}

/// One bot in full.
pub(super) fn of(work: &Work, shown: &Figures) -> Markup {
    html! {
        section {
            h2 class="govuk-heading-m" { (work.title) }
            (parts::summary_list(&lines(work, shown)))
            (reasons(work))
            (times(work))
        }
    }
}

fn lines(work: &Work, shown: &Figures) -> Vec<(String, Markup)> {
    let (settled, first, n) = (&work.settled, &work.first_time, parts::number);
    let mut lines: Vec<(String, Markup)> = Vec::new();
    let mut line = |label: &str, value: String| {
        lines.push((label.to_owned(), html! { (value) }));
    };
    line(
        "Rows",
        format!(
            "{}: {} became items, {} rejected, {} repeat an item",
            n(work.volumes.rows),
            n(work.volumes.items),
            n(work.volumes.rejected),
            n(work.volumes.duplicates)
        ),
    );
    line(
        "Settled",
        format!(
            "{}: {} by the bot, {} confirmed and {} changed by officers, {} by hand",
            n(work.volumes.settled),
            n(settled.by_bot),
            n(settled.confirmed),
            n(settled.changed),
            n(settled.by_hand)
        ),
    );
    let target = shown.assumptions.first_time_target;
    line(
        "Settled the first time",
        format!("{}; the target is {target}%{}", share(&first.all), met(work)),
    );
    line("Of these by the bot", share(&first.by_bot));
    line("Of these by a person", share(&first.by_person));
    line(
        "Not the first time",
        format!(
            "evidence asked for {}, opened again {}, came again within 28 days {}",
            n(first.evidence_asked),
            n(first.opened_again),
            n(first.came_again)
        ),
    );
    line(
        "Settled without a person",
        format!("{}; there is no target", share(&work.without_person)),
    );
    line("Recommendations overridden by officers", share(&work.officers.overridden));
    line("Cancelled", n(work.volumes.cancelled));
    line("Time saved", saved_time(work.saved.as_ref()));
    line("Money saved", saved_money(work.saved.as_ref(), shown));
    lines
}

/// The time with what it rests on.
fn saved_time(saved: Option<&Saved>) -> String {
    let Some(saved) = saved else { return NOT_SET.to_owned() };
    let each = saved.minutes_each.unwrap_or_default().normalize();
    format!(
        "{} minutes: {} settled without a person, of which the council says that each takes {each} \
         minutes by hand",
        saved.minutes.normalize(),
        parts::count(saved.items, false, "item", "items")
    )
}

fn saved_money(saved: Option<&Saved>, shown: &Figures) -> String {
    match (saved.and_then(|it| it.pounds), shown.assumptions.hourly_cost) {
        (Some(pounds), Some(hour)) => format!(
            "{}: that time at {} an hour, as the council says",
            parts::money(pounds),
            parts::money(hour)
        ),
        _ => NOT_SET.to_owned(),
    }
}

fn reasons(work: &Work) -> Markup {
    let said = |n: Option<i64>| n.map_or_else(|| "fewer than 5".to_owned(), parts::number);
    let bars: Vec<Bar> = work
        .reasons
        .iter()
        .map(|reason| Bar {
            label: reason.words.clone(),
            value: reason.n.unwrap_or(0),
            text: said(reason.n),
        })
        .collect();
    html! {
        @if !bars.is_empty() {
            (parts::bar_chart(&format!("Why a person was needed: {}", work.title), &bars))
        }
    }
}

fn times(work: &Work) -> Markup {
    let mut table = Table::new(format!("Time to settle: {}", work.title))
        .row_headers()
        .column("Settled")
        .numeric("Half took no longer than")
        .numeric("Nine in ten took no longer than")
        .numeric("Half, in working days")
        .numeric("Nine in ten, in working days");
    let takes = &work.takes;
    let spans = [
        ("By anybody", &takes.all),
        ("By the bot", &takes.by_bot),
        ("By a person", &takes.by_person),
    ];
    for (who, span) in spans {
        table = table.row(cells(who, span));
    }
    table.render()
}

fn cells(who: &str, span: &Span) -> Vec<Markup> {
    let days = |days: Option<i64>| days.map_or_else(|| "none".to_owned(), parts::number);
    vec![
        html! { (who) },
        html! { (time(span.median_minutes)) },
        html! { (time(span.ninetieth_minutes)) },
        html! { (days(span.median_working_days)) },
        html! { (days(span.ninetieth_working_days)) },
    ]
}

/// Minutes up to two hours, else hours.
pub(super) fn time(minutes: Option<i64>) -> String {
    let Some(minutes) = minutes else { return "none".to_owned() };
    match minutes {
        1 => "1 minute".to_owned(),
        ..=120 => format!("{minutes} minutes"),
        _ => {
            let quarters = (minutes + 14) / 15;
            let (hours, rest) = (quarters / 4, quarters % 4 * 25);
            match rest {
                0 => format!("{} hours", parts::number(hours)),
                rest => format!("{}.{rest:02} hours", parts::number(hours)),
            }
        }
    }
}

fn percent(share: &Of) -> String {
    share
        .percent
        .as_ref()
        .map_or_else(|| "none settled".to_owned(), |percent| format!("{percent}%"))
}

fn share(share: &Of) -> String {
    match &share.percent {
        Some(percent) => {
            format!("{percent}% ({} of {})", parts::number(share.n), parts::number(share.of))
        }
        None => "none".to_owned(),
    }
}

/// What the figures mean, below them.
pub(super) fn meanings(shown: &Figures) -> Markup {
    let body = html! {
        p class="govuk-body" {
            "Everything is counted from the job log, by the day on which it happened. A case that was \
             erased still counts."
        }
        p class="govuk-body" {
            "An item is settled the first time if no evidence was asked for, nobody opened it again, \
             and the same application did not come again within 28 days; whether its bot settled it or \
             an officer."
        }
        p class="govuk-body" {
            "There is no target for what is settled without a person: there would be pressure to let a \
             machine refuse."
        }
        p class="govuk-body" {
            "A reason that was met fewer than 5 times is not counted out, so that nobody is known by it. \
             An item may have several reasons."
        }
        p class="govuk-body" {
            "Times begin when the batch came in. They are rounded up: to a minute up to an hour, to a \
             quarter of an hour up to two days, to six hours beyond."
        }
    };
    html! {
        @if let Some(day) = shown.provisional_until {
            (parts::inset(html! {
                "What was settled the first time is provisional until " (parts::date(day))
                ": until then the same application may come again within its 28 days."
            }))
        }
        (parts::details("What these figures mean", body))
    }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn a_time_is_said_in_minutes_or_hours() {
        for (minutes, said) in [
            (0, "0 minutes"),
            (1, "1 minute"),
            (90, "90 minutes"),
            (135, "2.25 hours"),
            (180, "3 hours"),
            (15840, "264 hours"),
        ] {
            assert_eq!(time(Some(minutes)), said);
        }
    }
}
