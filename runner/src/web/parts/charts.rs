//! How far and how many: drawn for those who see it, with the same numbers as text for everybody.

use maud::{Markup, html};

use super::number;

/// How far something is, in words and as a bar.
pub fn progress(done: i64, of: i64, text: &str) -> Markup {
    html! {
        label class="cw-progress" {
            span class="cw-progress__text" { (text) }
            progress class="cw-progress__bar" max=(of.max(1)) value=(done.clamp(0, of.max(1))) {
                (number(done)) " of " (number(of))
            }
        }
    }
}

/// One bar of a chart.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What it is of.
    pub label: String,
    /// How long it is.
    pub value: i64,
    /// The value as it is written, such as `£1,234.56` or `81%`.
    pub text: String,
}

/// Letters that stand in a line of a label on the narrowest screen.
const LETTERS: usize = 34;
/// The height of a line of a label.
const LINE: usize = 20;
/// The height of a bar with the room around it.
const BAR: usize = 32;

/// Bars, with the same numbers in a table beside them.
pub fn bar_chart(title: &str, bars: &[Bar]) -> Markup {
    let longest = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let told = format!("Bar chart: {title}. The table holds the same numbers.");
    let mut height = 0;
    let drawn = bars.iter().map(|bar| {
        let lines = lines(&bar.label);
        let top = height;
        height += lines.len() * LINE + BAR;
        (bar, lines, top)
    });
    let drawn: Vec<_> = drawn.collect();
    html! {
        figure class="cw-chart" {
            figcaption class="govuk-heading-s cw-chart__title" { (title) }
            div class="cw-chart__body" {
                svg class="cw-chart__drawing" role="img" aria-label=(told) width="100%"
                    height=(height) focusable="false" {
                    @for (bar, lines, top) in &drawn {
                        @for (at, line) in lines.iter().enumerate() {
                            text class="cw-chart__label" x="0" y=(top + at * LINE + 16) { (line) }
                        }
                        @let y = top + lines.len() * LINE + 2;
                        rect class="cw-chart__track" x="0" y=(y) width="100%" height="16" {}
                        rect class="cw-chart__bar" x="0" y=(y)
                            width=(share(bar.value, longest)) height="16" {}
                    }
                }
                table class="govuk-table cw-chart__table" {
                    caption class="govuk-visually-hidden" { (title) }
                    tbody class="govuk-table__body" {
                        @for bar in bars {
                            tr class="govuk-table__row" {
                                th scope="row" class="govuk-table__header" { (bar.label) }
                                td class="govuk-table__cell govuk-table__cell--numeric" {
                                    (bar.text)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A label in lines, for SVG does not wrap text.
fn lines(label: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in label.split_whitespace() {
        let fits = lines.last().is_some_and(|line| {
            line.is_empty() || line.chars().count() + 1 + word.chars().count() <= LETTERS
        });
        if !fits {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// A share in per cent, to one decimal, in whole numbers.
fn share(value: i64, of: i64) -> String {
    let thousandths = i128::from(value.max(0)) * 1000 / i128::from(of.max(1));
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}
