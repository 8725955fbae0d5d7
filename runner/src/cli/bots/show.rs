//! `clerkwork bots show`: everything that is to be said of a bot, for those who answer for it.

use std::fmt::Write as _;

use clap::Args;
use clerkwork_bots::kit::{Column, Explained, FigureLine, Mark, Policy, Registered};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::out::Out;
use super::super::{Global, WELL};
use crate::error::{Error, Result};
use crate::pipeline::policy;
use crate::settings::Folder;

/// Show what a bot decides, by which law and figures, and who must confirm what.
///
/// In a data folder (or with --data) the council's own policy is laid over the law.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork bots show free-school-meals\n  \
    clerkwork bots show free-school-meals --data council-data --json")]
pub(in super::super) struct Show {
    /// The bot; see `clerkwork bots list`.
    name: String,
}

impl Show {
    pub(super) fn run(&self, global: &Global, out: Out) -> Result<u8> {
        let bot = super::find(&self.name)?;
        let folder = Folder::if_any(global.data.as_deref())?;
        let policy = match &folder {
            Some(folder) => policy(folder, bot)?,
            None => bot.policy(None).map_err(|faults| {
                let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                Error::failed("the bot's own law is not right", faults.join("\n"))
            })?,
        };
        out.object(&object(bot, &policy));
        if !out.json {
            out.answer(text(bot, &policy).trim_end());
        }
        Ok(WELL)
    }
}

/// Whether cases are decided on a row, in words.
pub(in super::super) fn standing(line: &FigureLine) -> String {
    match (line.mark, &line.confirmed_by) {
        (Mark::NF, _) if line.from.is_none() => {
            "NOT SET: the council's policy must set it".to_owned()
        }
        (Mark::NF, _) => "not found: never decides".to_owned(),
        (mark, Some(by)) => format!("{}, confirmed by the council: {by}", mark.in_words()),
        (mark, None) if mark.can_be_confirmed() => {
            format!("{}, NOT confirmed by the council: cases go to a person", mark.in_words())
        }
        (mark, None) => mark.in_words().to_owned(),
    }
}

fn text(bot: &Registered, policy: &Policy) -> String {
    let Explained { manifest, digest, columns, lookups } = bot.explain();
    let mut text = String::new();
    let mut add = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    add(&format!("{} ({}, version {})", manifest.title, manifest.name, manifest.version));
    add(&format!("SHA-256 of its rules  {digest}"));
    add(&format!("SHA-256 of its policy {}", policy.digest()));
    add(&match policy.council() {
        Some(council) => format!("Policy: the law with what {council} has set"),
        None => "Policy: the law alone; no council's policy is laid over it".to_owned(),
    });
    if let Some(of) = manifest.policy_of {
        add(&format!("Its policy is that of {of}: a council's file is policy/{of}.toml"));
    }
    add(&format!("\n{}", manifest.purpose));

    add("\nLAW");
    for statute in manifest.law {
        add(&format!("  {}: {}\n    {}", statute.title, statute.decides, statute.href));
    }

    let duties = &manifest.duties;
    add("\nDUTIES OF WHOEVER RUNS IT");
    let significant = if duties.significant { "yes" } else { "no" };
    add(&format!("  A significant decision (UK GDPR article 22A)? {significant}. {}", duties.why));
    let special = if duties.special_category.is_empty() { "none" } else { duties.special_category };
    add(&format!("  Special category data that can decide: {special}"));
    add(&format!("  Who confirms: {}", duties.who_confirms));

    add("\nDECISION COLUMNS");
    add(&format!("  {}", manifest.decision_columns.join(", ")));

    add("\nWHY A PERSON MAY BE NEEDED (what waits may be put off and is looked at again)");
    for need in manifest.needs {
        let waits = if need.waits { " (waits)" } else { "" };
        add(&format!("  {:<26}{}{waits}", need.code, need.means));
    }

    add("\nCOLUMNS OF ITS SHEET (* must be filled in)");
    table_of_columns(&mut add, columns);
    for (lookup, columns) in lookups {
        add(&format!("\nLOOKUP {}: {}", lookup.name, lookup.purpose));
        table_of_columns(&mut add, columns);
    }

    add("\nFIGURES, RULES AND OPTIONS");
    let mut last = String::new();
    for line in policy.figures() {
        if line.id != last {
            let unit =
                if line.unit.is_empty() { String::new() } else { format!(", {}", line.unit) };
            add(&format!("  {} ({}{unit}): {}", line.id, line.kind, line.label));
            last.clone_from(&line.id);
        }
        if line.from.is_some() || line.mark != Mark::NF {
            add(&format!("    {:<24} {}", span(&line), line.value));
            add(&format!("      {}; {}, {}", standing(&line), line.source.title, line.source.href));
        } else {
            add(&format!("    {}", standing(&line)));
        }
    }
    text
}

fn table_of_columns(add: &mut impl FnMut(&str), columns: &[Column]) {
    let width = columns.iter().map(|column| column.header.chars().count()).max().unwrap_or(0);
    for column in columns {
        let star = if column.required { '*' } else { ' ' };
        let mut line = String::new();
        write!(line, " {star}{:<width$}  {}", column.header, column.expected())
            .expect("writing to a String cannot fail");
        add(&line);
    }
}

fn span(line: &FigureLine) -> String {
    let day = |date: Date| date.strftime("%d/%m/%Y").to_string();
    match (line.from, line.until) {
        (None, _) => String::new(),
        (Some(from), None) => format!("from {}", day(from)),
        (Some(from), Some(until)) => format!("{} to {}", day(from), day(until)),
    }
}

fn object(bot: &Registered, policy: &Policy) -> Value {
    let Explained { manifest, digest, columns, lookups } = bot.explain();
    let law: Vec<Value> = manifest
        .law
        .iter()
        .map(|it| json!({"title": it.title, "href": it.href, "decides": it.decides}))
        .collect();
    let needs: Vec<Value> = manifest
        .needs
        .iter()
        .map(|it| json!({"code": it.code, "means": it.means, "waits": it.waits}))
        .collect();
    let lookups: Vec<Value> = lookups
        .into_iter()
        .map(|(lookup, columns)| {
            json!({
                "name": lookup.name,
                "purpose": lookup.purpose,
                "columns": columns.iter().map(column).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "name": manifest.name,
        "title": manifest.title,
        "version": manifest.version,
        "sha256": digest,
        "purpose": manifest.purpose,
        "law": law,
        "duties": {
            "significant": manifest.duties.significant,
            "why": manifest.duties.why,
            "special_category": manifest.duties.special_category,
            "who_confirms": manifest.duties.who_confirms,
        },
        "decision_columns": manifest.decision_columns,
        "needs": needs,
        "columns": columns.iter().map(column).collect::<Vec<_>>(),
        "lookups": lookups,
        "council": policy.council(),
        "policy_of": manifest.policy_of,
        "policy_sha256": policy.digest(),
        "figures": policy.figures().map(|line| figure(&line)).collect::<Vec<_>>(),
    })
}

fn column(column: &Column) -> Value {
    json!({
        "header": column.header,
        "required": column.required,
        "expected": column.expected(),
        "help": column.help,
        "synonyms": column.synonyms,
    })
}

fn figure(line: &FigureLine) -> Value {
    json!({
        "kind": line.kind,
        "id": line.id,
        "label": line.label,
        "unit": line.unit,
        "from": line.from,
        "until": line.until,
        "value": line.value,
        "mark": line.mark.as_str(),
        "mark_in_words": line.mark.in_words(),
        "confirmed_by": line.confirmed_by,
        "confirmed": line.confirmed_by.is_some() || !line.mark.can_be_confirmed() && line.mark != Mark::NF,
        "source": line.source.title,
        "href": line.source.href,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_the_council_has_not_confirmed_says_so() {
        let bot = clerkwork_bots::find("free-school-meals").unwrap();
        let bare = text(bot, &bot.policy(None).unwrap());
        assert!(bare.contains("NOT confirmed by the council"), "{bare}");
        assert!(bare.contains("NOT SET: the council's policy must set it"), "{bare}");
        let example = Some(bot.manifest().example_council);
        let with = text(bot, &bot.policy(example).unwrap());
        assert!(with.contains("confirmed by the council:"), "{with}");
    }

    #[test]
    fn every_figure_stands_in_the_answer_with_its_source() {
        for bot in clerkwork_bots::all() {
            let policy = bot.policy(Some(bot.manifest().example_council)).unwrap();
            let (text, object) = (text(bot, &policy), object(bot, &policy));
            assert_eq!(object["figures"].as_array().unwrap().len(), policy.figures().count());
            for line in policy.figures() {
                assert!(text.contains(&line.value) || line.from.is_none(), "{}", line.id);
                assert!(text.contains(&line.source.href), "{}", line.id);
            }
        }
    }
}
