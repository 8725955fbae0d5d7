//! `clerkwork bots what-if`: the same cases under other figures.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::bots::find;
use super::out::Out;
use super::run::{lookup, stop_signal};
use super::table::{laid_out, many};
use super::{Office, WELL};
use crate::clock;
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::run::{Request, Runner, Step};
use crate::schedule;
use crate::what_if::compare::{Comparison, Money, Pair};
use crate::what_if::{Answer, WhatIf, lines};

/// Ask what would follow from other figures: who gains, who loses, what it costs. Nothing is
/// changed; the log keeps who asked, of which cases, under which figures.
///
/// FILE has the form of the policy/BOT.toml that the bot goes by and holds only what is to differ. On their days its rows
/// take the place of those in force, national figures too, which a council's own policy cannot
/// change. It needs neither `[council]` nor sources.
#[derive(Args)]
#[command(after_help = "Example of FILE:\n  [[figures.uc_limit]]\n  from = \"2026-04-01\"\n  \
    until = \"2027-03-31\"\n  value = \"900.00\"\n\nExamples:\n  \
    clerkwork bots what-if free-school-meals --policy supposed.toml --batch 3\n  \
    clerkwork bots what-if free-school-meals --policy supposed.toml --input forms.xlsx \
    --lookup school-roll=none -o what-if.xlsx")]
pub(super) struct Ask {
    /// The bot.
    name: String,
    /// The figures that are supposed.
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The cases of a batch, completed by what was found when they were decided.
    #[arg(long, value_name = "ID", required_unless_present = "input", conflicts_with = "input")]
    batch: Option<BatchId>,
    /// The rows of a sheet, each for itself.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// A second source for a sheet, or none: school-roll=roll.xlsx, school-roll=none.
    #[arg(long, value_name = "NAME=FILE|none", value_parser = lookup, requires = "input")]
    lookup: Vec<(String, Option<PathBuf>)>,
    /// A workbook of the cases that change, with sums and a chart; it holds references.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The "today" of a sheet, for checks that a date is not in the future.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "input")]
    as_of: Option<Date>,
}

type Steps = Arc<dyn Fn(Step) + Send + Sync>;

impl Ask {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let bot = find(&self.name)?;
        let (steps, bar) = out.steps();
        let ask = WhatIf::new(
            Arc::clone(&office.folder),
            Arc::clone(&office.store),
            office.actor.clone(),
            bot,
            &self.policy,
            Arc::clone(&steps),
        )?;
        let mut stop = stop_signal();
        let answer = tokio::select! {
            answer = self.answer(office, steps, &ask) => answer,
            _ = stop.wait_for(|stop| *stop) => {
                Err(Error::failed("stopped before the end", "nothing was changed; ask again"))
            }
        };
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        let answer = answer?;
        out.object(&object(&self.name, &answer));
        out.answer(&text(&self.name, &answer));
        Ok(WELL)
    }

    async fn answer(&self, office: &Office, steps: Steps, ask: &WhatIf) -> Result<Answer> {
        let output = self.output.as_deref();
        if let Some(batch) = self.batch {
            return ask.of_batch(batch, output).await;
        }
        let input = self.input.clone().filter(|file| file.is_file()).ok_or_else(|| {
            Error::failed("the input file is not there", "see that its name is right")
        })?;
        let started = Instant::now();
        let request = Request {
            schedule: schedule::find(&office.folder, &self.name)?,
            input: Some(input),
            output: None,
            lookups: self.lookup.iter().cloned().collect::<BTreeMap<_, _>>(),
            again: false,
            dry_run: true,
            queued: false,
            name: None,
            opened_by: None,
            today: self.as_of.unwrap_or_else(clock::today),
        };
        let aside = Runner::aside(
            Arc::clone(&office.folder),
            Arc::clone(&office.store),
            office.actor.clone(),
            request,
            steps,
            tokio::sync::watch::channel(false).1,
        )
        .await?;
        ask.of_sheet(&aside, output, started).await
    }
}

fn text(bot: &str, answer: &Answer) -> String {
    let comparison = &answer.comparison;
    let mut parts: Vec<String> = answer.notices.iter().map(|it| format!("note: {it}")).collect();
    let of = answer.batch.map_or_else(|| "a sheet".to_owned(), |batch| format!("batch {batch}"));
    let cases = i64::try_from(comparison.cases).unwrap_or(i64::MAX);
    parts.push(format!("What if, {bot}: {} of {of}. Nothing was changed.", many(cases, "case")));
    parts.push(figures(answer));
    let mut counts = vec![
        vec!["Cases".to_owned(), comparison.cases.to_string()],
        vec!["  changed".to_owned(), comparison.changed.to_string()],
        vec!["  unchanged".to_owned(), comparison.unchanged().to_string()],
    ];
    for (why, n) in &comparison.left_out {
        counts.push(vec![format!("Left out, {why}"), n.to_string()]);
    }
    parts.push(laid_out(&["", ""], &counts, 1).trim_start_matches([' ', '\n']).to_owned());
    if !comparison.money.is_empty() {
        let rows: Vec<Vec<String>> = comparison.money.iter().map(money).collect();
        let headers = ["Money", "Before", "After", "Difference", "Gain", "Lose", "Unchanged"];
        let with_unchanged = |(row, money): (Vec<String>, &Money)| {
            let unchanged = comparison.cases - money.gain - money.lose;
            row.into_iter().chain([unchanged.to_string()]).collect()
        };
        let rows: Vec<Vec<String>> =
            rows.into_iter().zip(&comparison.money).map(with_unchanged).collect();
        parts.push(laid_out(&headers, &rows, 1));
    }
    parts.push(laid_out(&["Answer", "Before", "After", "Difference"], &answers(comparison), 1));
    let changes = changes(comparison);
    if !changes.is_empty() {
        parts.push(laid_out(&["Changed", "From", "To", "Cases"], &changes, 3));
    }
    let largest = largest(comparison);
    if !largest.is_empty() {
        let headers = ["Largest changes", "Row", "Before", "After", "Difference"];
        parts.push(laid_out(&headers, &largest, 1));
    }
    if let Some(output) = &answer.output {
        parts.push(format!("Workbook: {}", output.display()));
    }
    let seconds = answer.took.as_secs_f64();
    parts.push(format!("Log: {}\n{seconds:.1} s", answer.log.held()));
    parts.join("\n\n")
}

fn figures(answer: &Answer) -> String {
    if answer.figures.is_empty() {
        return "No figure differs from those in force.".to_owned();
    }
    let mut text = "Figures that differ:".to_owned();
    for figure in &answer.figures {
        text.push_str(&format!("\n  {} ({})", figure.label, figure.id));
        for (word, rows) in [("was", &figure.was), ("is", &figure.is)] {
            for line in lines(rows).lines() {
                text.push_str(&format!("\n    {word:<3} {line}"));
            }
        }
    }
    text
}

fn money(money: &Money) -> Vec<String> {
    vec![
        money.column.to_owned(),
        pounds(money.sum.now),
        pounds(money.sum.supposed),
        more(money.difference()),
        money.gain.to_string(),
        money.lose.to_string(),
    ]
}

/// Outcomes and answers whose counts are any, with how many more there are.
fn answers(comparison: &Comparison) -> Vec<Vec<String>> {
    let row = |what: String, pair: &Pair<u64>| {
        let difference = Decimal::from(pair.supposed) - Decimal::from(pair.now);
        let sign = if difference > Decimal::ZERO { "+" } else { "" };
        let (now, supposed) = (pair.now.to_string(), pair.supposed.to_string());
        vec![what, now, supposed, format!("{sign}{difference}")]
    };
    let outcomes =
        comparison.outcomes.iter().map(|(word, pair)| row(format!("Outcome: {word}"), pair));
    let answers = comparison.answers.iter().map(|((at, word), pair)| {
        row(format!("{}: {}", comparison.column(*at), named(word)), pair)
    });
    outcomes.chain(answers).collect()
}

fn changes(comparison: &Comparison) -> Vec<Vec<String>> {
    let row = |what: &str, from: &str, to: &str, n: u64| {
        vec![what.to_owned(), named(from).to_owned(), named(to).to_owned(), n.to_string()]
    };
    let outcomes =
        comparison.outcome_changes.iter().map(|((from, to), n)| row("Outcome", from, to, *n));
    let answers = comparison
        .answer_changes
        .iter()
        .map(|((at, from, to), n)| row(comparison.column(*at), from, to, *n));
    let others =
        comparison.others.iter().map(|(at, n)| row(comparison.column(*at), "any", "another", *n));
    outcomes.chain(answers).chain(others).collect()
}

fn largest(comparison: &Comparison) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for money in &comparison.money {
        for change in &money.largest {
            let amount = |amount: Option<Decimal>| amount.map_or_else(String::new, pounds);
            rows.push(vec![
                money.column.to_owned(),
                change.row.to_string(),
                amount(change.amount.now),
                amount(change.amount.supposed),
                more(change.difference()),
            ]);
        }
    }
    rows
}

fn named(word: &str) -> &str {
    if word.is_empty() { "(empty)" } else { word }
}

/// `1,234.50`, as in the workbook.
fn pounds(amount: Decimal) -> String {
    let plain = format!("{:.2}", amount.abs());
    let whole = plain.find('.').unwrap_or(plain.len());
    let mut text = String::from(if amount < Decimal::ZERO { "-" } else { "" });
    for (place, letter) in plain.char_indices() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(letter);
    }
    text
}

fn more(amount: Decimal) -> String {
    let sign = if amount > Decimal::ZERO { "+" } else { "" };
    format!("{sign}{}", pounds(amount))
}

fn object(bot: &str, answer: &Answer) -> Value {
    let comparison = &answer.comparison;
    let exact = |amount: Decimal| format!("{amount:.2}");
    let counted = |what: Value, pair: &Pair<u64>| {
        let mut object = what;
        object["before"] = json!(pair.now);
        object["after"] = json!(pair.supposed);
        object
    };
    let outcomes = comparison.outcomes.iter();
    let outcomes = outcomes.map(|(word, pair)| counted(json!({"outcome": word}), pair));
    let answers = comparison.answers.iter().map(|((at, word), pair)| {
        counted(json!({"column": comparison.column(*at), "answer": word}), pair)
    });
    let money = comparison.money.iter().map(|money| {
        let largest = money.largest.iter().map(|change| {
            json!({
                "row": change.row,
                "before": change.amount.now.map(exact),
                "after": change.amount.supposed.map(exact),
                "difference": exact(change.difference()),
            })
        });
        json!({
            "column": money.column,
            "before": exact(money.sum.now),
            "after": exact(money.sum.supposed),
            "difference": exact(money.difference()),
            "gain": money.gain,
            "lose": money.lose,
            "unchanged": comparison.cases - money.gain - money.lose,
            "largest": largest.collect::<Vec<_>>(),
        })
    });
    let changes = changes(comparison).into_iter().map(|row| {
        let n: u64 = row[3].parse().unwrap_or(0);
        json!({"column": row[0], "from": row[1], "to": row[2], "cases": n})
    });
    let figures = answer.figures.iter().map(|figure| {
        let told = |rows| lines(rows).lines().map(str::to_owned).collect::<Vec<_>>();
        json!({
            "id": figure.id,
            "label": figure.label,
            "was": told(&figure.was),
            "is": told(&figure.is),
        })
    });
    json!({
        "bot": bot,
        "batch": answer.batch.map(|batch| batch.0),
        "figures": figures.collect::<Vec<_>>(),
        "cases": comparison.cases,
        "changed": comparison.changed,
        "unchanged": comparison.unchanged(),
        "left_out": comparison.left_out,
        "outcomes": outcomes.collect::<Vec<_>>(),
        "answers": answers.collect::<Vec<_>>(),
        "money": money.collect::<Vec<_>>(),
        "changes": changes.collect::<Vec<_>>(),
        "output": answer.output,
        "seconds": answer.took.as_secs_f64(),
        "log_size": answer.log.size,
        "log_root": answer.log.root_text(),
    })
}
