//! What is written on the page, letter by letter.

use jiff::civil;
use rust_decimal::Decimal;

mod govuk;
mod html;

use super::{
    Bar, Field, act, act_again, bar_chart, count, date, date_input, date_typed, filters, moment,
    money, number, progress,
};
use maud::html;

#[test]
fn days_times_money_and_counts_are_written_as_people_write_them() {
    assert_eq!(date(civil::date(2026, 11, 2)), "2 November 2026");
    // Half past three in the afternoon in London, in summer.
    let micros = "2026-07-01T14:30:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond();
    assert_eq!(moment(micros), "1 July 2026 at 3:30pm");
    let amounts = [0, 5, -5, 99_999, 123_456_789].map(|pence| money(Decimal::new(pence, 2)));
    assert_eq!(amounts, ["£0.00", "£0.05", "-£0.05", "£999.99", "£1,234,567.89"]);
    assert_eq!([0, 999, 1000, -1_234_567].map(number), ["0", "999", "1,000", "-1,234,567"]);
    assert_eq!(count(0, false, "item", "items"), "No items");
    assert_eq!(count(1, false, "item", "items"), "1 item");
    assert_eq!(count(10_000, true, "item", "items"), "10,000 items or more");
}

#[test]
fn a_day_that_was_typed_is_a_real_one_or_says_what_is_missing() {
    assert_eq!(date_typed("", " ", ""), Ok(None));
    assert_eq!(date_typed("22", "11", "2026"), Ok(Some(civil::date(2026, 11, 22))));
    assert_eq!(date_typed("22", "", "2026").unwrap_err(), "The date must include a month");
    for (day, month, year) in [("31", "2", "2026"), ("x", "1", "2026"), ("1", "1", "26")] {
        let wrong = date_typed(day, month, year).unwrap_err();
        assert!(wrong.contains("real date"), "{wrong}");
    }
}

/// The attributes of that name in a text, in their order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begins = format!(" {name}=\"");
    html.split(begins.as_str()).skip(1).map(|it| it.split('"').next().unwrap()).collect()
}

#[test]
fn a_chart_draws_what_its_table_says() {
    let bar = |label: &str, value: i64, text: &str| Bar {
        label: label.to_owned(),
        value,
        text: text.to_owned(),
    };
    let long = "A figure is missing from the sheet that somebody sent in";
    let chart =
        bar_chart("Why", &[bar(long, 300, "300"), bar("Other", 100, "100"), bar("", 0, "0")]);
    let chart = chart.into_string();
    assert_eq!(
        attributes(&chart, "width")[1..],
        ["100%", "100.0%", "100%", "33.3%", "100%", "0.0%"]
    );
    // The long label has two lines, and pushes what comes after it down.
    assert_eq!(
        attributes(&chart, "y"),
        ["16", "36", "42", "42", "88", "94", "94", "140", "146", "146"]
    );
    assert_eq!(attributes(&chart, "height")[0], "176");
    assert!(chart.contains("<td class=\"govuk-table__cell govuk-table__cell--numeric\">300</td>"));
    // Nothing to draw is no fault.
    assert!(bar_chart("Why", &[]).into_string().contains("height=\"0\""));
}

#[test]
fn progress_stays_within_its_bar() {
    for (done, of, value, max) in [(3, 10, "3", "10"), (12, 10, "10", "10"), (0, 0, "0", "1")] {
        let bar = progress(done, of, "Rows").into_string();
        assert_eq!((attributes(&bar, "value"), attributes(&bar, "max")), (vec![value], vec![max]));
    }
}

#[test]
fn a_wrong_day_is_repeated_as_it_was_typed() {
    let shown = |value: &str| {
        let html = date_input(&Field::new("due", "Due").value(value)).into_string();
        attributes(&html, "value").join(" ")
    };
    assert_eq!(shown("2026-11-22"), "22 11 2026");
    assert_eq!(shown("31/2/26"), "31 2 26");
    assert_eq!(shown("//2026"), "2026");
    assert_eq!(shown(""), "");
}

#[test]
fn an_act_asks_for_its_reason_and_two_on_a_page_do_not_mix() {
    let pause = act("/batches/1/pause", "Pause", "", html! {}, html! {}).into_string();
    let cancel = act("/batches/1/cancel", "Cancel", "", html! {}, html! {}).into_string();
    assert_eq!(attributes(&pause, "name"), ["why"]);
    assert_eq!(attributes(&pause, "id"), ["why-pause-hint", "why-pause"]);
    assert_eq!(attributes(&cancel, "for"), ["why-cancel"]);
    assert!(!pause.contains(" open"));
    let again = ("<b>because</b>", Some("Say why"));
    let again = act_again("/batches/1/pause", "Pause", "", html! {}, html! {}, again).into_string();
    assert!(again.contains(" open") && again.contains("&lt;b&gt;because&lt;/b&gt;</textarea>"));
    assert!(again.contains("Say why"));
}

#[test]
fn a_filter_that_is_set_can_be_cleared() {
    let set = filters("/items", html! {}, true).into_string();
    assert!(
        set.contains(" open") && set.contains("method=\"get\"") && set.contains("Clear filters")
    );
    let unset = filters("/items", html! {}, false).into_string();
    assert!(!unset.contains(" open") && !unset.contains("Clear filters"));
}
