//! The figures as a workbook: typed numbers, a chart, and what they rest on.

use std::path::Path;

use clerkwork_connectors::spreadsheet::{
    ColumnKind, Heading, Out, SheetId, Workbook, WriteError, Written,
};
use rust_decimal::Decimal;

use super::view::{Figures, Of, Work};
use crate::clock;
use crate::error::{Error, Result};

/// Writes the workbook to `path`.
pub fn write(figures: &Figures, path: &Path) -> Result<Written> {
    let mut book = Workbook::create(path).map_err(fault)?;
    book.created_at(clock::local(clock::now()));
    bots(&mut book, figures).map_err(fault)?;
    reasons(&mut book, figures).map_err(fault)?;
    course(&mut book, figures).map_err(fault)?;
    assumptions(&mut book, figures).map_err(fault)?;
    book.finish().map_err(fault)
}

/// A row a bot.
fn bots(book: &mut Workbook, figures: &Figures) -> Result<(), WriteError> {
    let numbers = [
        "Rows",
        "Rejected",
        "Duplicates",
        "Items",
        "Referred",
        "Failed",
        "Cancelled",
        "Settled",
        "By the bot",
        "Confirmed by an officer",
        "Changed by an officer",
        "By hand",
        "Settled the first time",
        "First time, %",
        "Without a person, %",
        "Evidence asked for",
        "Opened again",
        "Came again within 28 days",
        "Overridden, %",
        "Hours to settle, median",
        "Hours to settle, nine in ten",
        "Working days to settle, median",
        "Working days to settle, nine in ten",
        "Minutes saved",
    ];
    let number = |title| Heading { title, width: 13.0, kind: ColumnKind::Number };
    let headings: Vec<Heading<'_>> = std::iter::once(general("Bot", 30.0))
        .chain(numbers.into_iter().map(number))
        .chain([Heading { title: "Pounds saved", width: 14.0, kind: ColumnKind::Money }])
        .collect();
    let sheet = book.sheet("Figures", &headings)?;
    let first = book.next_row_number(sheet).unwrap_or(2);
    for work in &figures.bots {
        book.row(sheet, &cells(work))?;
    }
    let after = book.next_row_number(sheet).unwrap_or(first);
    book.row(sheet, &cells(&figures.all))?;
    if after > first {
        let settled = 8; // the column of that name
        book.column_chart(
            sheet,
            "Settled, by bot",
            first..=after - 1,
            (0, settled),
            (after + 3, 1),
        )?;
    }
    Ok(())
}

fn cells(work: &Work) -> Vec<Out<'_>> {
    let (volumes, settled, first) = (&work.volumes, &work.settled, &work.first_time);
    let mut cells = vec![Out::Text(&work.title)];
    cells.extend(
        [
            volumes.rows,
            volumes.rejected,
            volumes.duplicates,
            volumes.items,
            volumes.referred,
            volumes.failed,
            volumes.cancelled,
            volumes.settled,
            settled.by_bot,
            settled.confirmed,
            settled.changed,
            settled.by_hand,
            first.all.n,
        ]
        .map(Out::Integer),
    );
    cells.extend([percent(&first.all), percent(&work.without_person)]);
    cells.extend([first.evidence_asked, first.opened_again, first.came_again].map(Out::Integer));
    cells.push(percent(&work.officers.overridden));
    let span = &work.takes.all;
    cells.extend([hours(span.median_minutes), hours(span.ninetieth_minutes)]);
    let days = |days: Option<i64>| days.map_or(Out::Empty, Out::Integer);
    cells.extend([days(span.median_working_days), days(span.ninetieth_working_days)]);
    let saved = work.saved.as_ref();
    cells.push(saved.map_or(Out::Empty, |it| Out::Number(it.minutes)));
    cells.push(saved.and_then(|it| it.pounds).map_or(Out::Empty, Out::Money));
    cells
}

fn percent(share: &Of) -> Out<'static> {
    let percent = share.percent.as_ref().and_then(|text| text.parse().ok());
    percent.map_or(Out::Empty, Out::Number)
}

fn hours(minutes: Option<i64>) -> Out<'static> {
    let hours = |minutes| (Decimal::from(minutes) / Decimal::from(60)).round_dp(2);
    minutes.map_or(Out::Empty, |minutes: i64| Out::Number(hours(minutes)))
}

fn reasons(book: &mut Workbook, figures: &Figures) -> Result<(), WriteError> {
    let headings = [
        general("Bot", 30.0),
        general("Why a person was needed", 54.0),
        general("How often", 14.0),
    ];
    let sheet = book.sheet("Referrals", &headings)?;
    for work in &figures.bots {
        for reason in &work.reasons {
            let n = reason.n.map_or(Out::Text("fewer than 5"), Out::Integer);
            book.row(sheet, &[Out::Text(&work.title), Out::Text(&reason.words), n])?;
        }
    }
    Ok(())
}

fn course(book: &mut Workbook, figures: &Figures) -> Result<(), WriteError> {
    let headings = [
        general("Days", 36.0),
        Heading { title: "Settled", width: 12.0, kind: ColumnKind::Number },
    ];
    let sheet = book.sheet("Course", &headings)?;
    let first = book.next_row_number(sheet).unwrap_or(2);
    for part in &figures.course {
        book.row(sheet, &[Out::Text(&part.part), Out::Integer(part.settled)])?;
    }
    let last = book.next_row_number(sheet).unwrap_or(first).saturating_sub(1);
    if last >= first {
        book.column_chart(sheet, "Settled", first..=last, (0, 1), (2, 4))?;
    }
    Ok(())
}

/// What the figures rest on, so that nobody takes them for more.
fn assumptions(book: &mut Workbook, figures: &Figures) -> Result<(), WriteError> {
    let wrapped = |title, width| Heading { title, width, kind: ColumnKind::Wrapped };
    let sheet = book.sheet("Assumptions", &[wrapped("What", 50.0), wrapped("Value", 60.0)])?;
    let mut line = |what: &str, value: Out<'_>| pair(book, sheet, what, value);
    line("Council", Out::Wrapped(&figures.council))?;
    line("From", Out::Date(figures.from))?;
    line("To", Out::Date(figures.to))?;
    line("Counted from", Out::Wrapped("the job log, by day of the United Kingdom"))?;
    line("Log entries counted", Out::Integer(figures.entries_counted))?;
    line("Log entries there were", Out::Integer(figures.entries))?;
    let target = figures.assumptions.first_time_target;
    line("Target: settled the first time, %", Out::Integer(target))?;
    match figures.provisional_until {
        Some(day) => line("Settled the first time is provisional until", Out::Date(day))?,
        None => line("Settled the first time", Out::Wrapped("is final"))?,
    }
    line(
        "Settled without a person",
        Out::Wrapped("has no target: there would be pressure to let a machine refuse"),
    )?;
    line(
        "Reasons met fewer than 5 times",
        Out::Wrapped("are not counted out, so that nobody is known by them"),
    )?;
    let unset = "not set: say so in council.toml";
    match figures.assumptions.hourly_cost {
        Some(cost) => line("Cost of an hour, as the council says", Out::Money(cost))?,
        None => line("Cost of an hour, as the council says", Out::Wrapped(unset))?,
    }
    for work in &figures.bots {
        let what = format!("Minutes an item takes by hand: {}", work.title);
        match work.saved.as_ref().and_then(|it| it.minutes_each) {
            Some(minutes) => line(&what, Out::Number(minutes))?,
            None => line(&what, Out::Wrapped(unset))?,
        }
    }
    Ok(())
}

fn pair(book: &mut Workbook, sheet: SheetId, what: &str, value: Out<'_>) -> Result<(), WriteError> {
    book.row(sheet, &[Out::Wrapped(what), value])
}

fn general(title: &str, width: f64) -> Heading<'_> {
    Heading { title, width, kind: ColumnKind::General }
}

fn fault(fault: WriteError) -> Error {
    Error::failed(format!("the figures cannot be written: {fault}"), "")
}
