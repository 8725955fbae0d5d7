//! Our parts give the HTML that GOV.UK Frontend says they must: its own fixtures, from which
//! `cases.mjs` took those that our parts can be asked for.

use maud::{Markup, PreEscaped, html};
use serde_json::Value;

use super::html::{same, tokens};
use crate::web::layout;
use crate::web::parts::{
    Choice, Colour, Field, Table, Task, Wrong, banner, button, checkboxes, date_input, details,
    error_summary, file_upload, input, inset, link_button, notice, pagination, panel, password,
    radios, secondary_button, select, summary_list, tag, task_list, textarea, warning_button,
    warning_text,
};

#[derive(serde::Deserialize)]
struct Case {
    component: String,
    name: String,
    options: Value,
    html: String,
}

#[test]
fn parts_give_the_markup_of_govuk_frontend() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("govuk.json")).unwrap();
    assert!(cases.len() >= 100, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let ours = ours(&case.component, &case.options);
        if let Err(difference) = same(&ours, &case.html) {
            wrong.push(format!("{}: {}: {difference}", case.component, case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_differs_is_found() {
    let html = "<p class=\"a\" id='b'>One  two</p>";
    assert_eq!(same("<p id=\"b\" class=\"a\">\n  One two\n</p>", html), Ok(()));
    for other in [
        "<p id=\"b\" class=\"a\">One</p>",
        "<p id=\"b\">One two</p>",
        "<p id=\"b\" class=\"a c\">One two</p>",
        "<p id=\"b\" class=\"a\">One <b>two</b></p>",
        "<p id=\"b\" class=\"a\">One two",
    ] {
        assert!(same(other, html).is_err(), "{other}");
    }
    assert_eq!(tokens("<b>x</b>").len(), 3);
    assert_eq!(tokens("&lt;b&gt;x").len(), 1);
}

fn text<'a>(options: &'a Value, key: &str) -> &'a str {
    options[key].as_str().unwrap_or_default()
}

/// What is shown of an option that is plain text or HTML.
fn body(options: &Value) -> Markup {
    if let Some(html) = options["html"].as_str() {
        PreEscaped(html.to_owned())
    } else {
        html! { (text(options, "text")) }
    }
}

fn field(options: &Value) -> Field<'_> {
    let label = match options["label"]["text"].as_str() {
        Some(label) => label,
        None => text(&options["fieldset"]["legend"], "text"),
    };
    let mut field = Field::new(text(options, "name"), label)
        .hint(text(&options["hint"], "text"))
        .value(text(options, "value"))
        .error(options["errorMessage"]["text"].as_str())
        .autocomplete(text(options, "autocomplete"));
    if let Some(id) = options["id"].as_str().or(options["idPrefix"].as_str()) {
        field = field.id(id);
    }
    if let Some(letters) = text(options, "classes").strip_prefix("govuk-input--width-") {
        field = field.width(letters.parse().unwrap());
    }
    field
}

fn list<'a>(options: &'a Value, key: &str) -> &'a [Value] {
    options[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A value that may be a number in the fixtures.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn ours(component: &str, options: &Value) -> String {
    let made = match component {
        "button" => return a_button(options),
        "input" => input(&field(options)),
        "textarea" => {
            let rows = options["rows"].as_u64().unwrap_or(5);
            textarea(&field(options), rows.try_into().unwrap())
        }
        "select" => a_select(options),
        "radios" | "checkboxes" => some(component, options),
        "date-input" => return a_date(options),
        "file-upload" => file_upload(&field(options), ""),
        "password-input" => {
            let fills = options["autocomplete"].as_str().unwrap_or("current-password");
            password(&field(options), fills)
        }
        "tag" => tag(text(options, "text"), colour(text(options, "classes"))),
        "table" => return a_table(options),
        "summary-list" => {
            let rows = list(options, "rows").iter();
            let rows: Vec<(&str, Markup)> =
                rows.map(|row| (text(&row["key"], "text"), body(&row["value"]))).collect();
            summary_list(&rows)
        }
        "task-list" => tasks(options),
        "details" => details(text(options, "summaryText"), body(options)),
        "inset-text" => inset(body(options)),
        "warning-text" => warning_text(text(options, "text")),
        "notification-banner" if text(options, "type") == "success" => {
            banner(text(options, "text"))
        }
        "notification-banner" => {
            // It may stand on one page with the other.
            let made = notice(text(options, "text"), html! {}).into_string();
            return made.replace("notice-title", "govuk-notification-banner-title");
        }
        "panel" => panel(text(options, "titleText"), body(options)),
        "error-summary" => {
            let wrong = list(options, "errorList").iter().map(|one| {
                let field = text(one, "href").trim_start_matches('#');
                Wrong::new(field, text(one, "text"))
            });
            error_summary(&wrong.collect::<Vec<_>>())
        }
        "pagination" => {
            pagination(options["previous"]["href"].as_str(), options["next"]["href"].as_str())
        }
        "service-navigation" => {
            let items = list(options, "navigation");
            let current = items.iter().find(|it| it["current"] == true);
            let current = current.map_or("", |it| text(it, "href"));
            layout::menu(items.iter().map(|it| (text(it, "href"), text(it, "text"))), current)
        }
        other => panic!("no part for {other}"),
    };
    made.into_string()
}

fn a_button(options: &Value) -> String {
    let words = text(options, "text");
    let made = match (text(options, "classes"), options["href"].as_str()) {
        (_, Some(href)) => link_button(words, href),
        ("govuk-button--secondary", None) => secondary_button(words),
        ("govuk-button--warning", None) => warning_button(words),
        ("", None) => button(words),
        (other, None) => panic!("{other}"),
    };
    let made = made.into_string();
    match options["name"].as_str() {
        // Ours have a name only together with a value.
        Some(name) => made.replacen("<button", &format!("<button name=\"{name}\""), 1),
        None => made,
    }
}

fn a_select(options: &Value) -> Markup {
    let items: Vec<(String, &str)> =
        list(options, "items").iter().map(|it| (plain(&it["value"]), text(it, "text"))).collect();
    // No answer is empty in ours; and what an option says of itself goes before the field's value.
    let value = options["value"].as_str().unwrap_or("none of these");
    let chosen = list(options, "items")
        .iter()
        .find(|it| it["selected"].as_bool().unwrap_or_else(|| plain(&it["value"]) == value));
    let chosen = chosen.map_or_else(|| "none of these".to_owned(), |it| plain(&it["value"]));
    select(&field(options).value(&chosen), &items)
}

fn some(component: &str, options: &Value) -> Markup {
    let items: Vec<Choice<'_>> = list(options, "items")
        .iter()
        .map(|it| Choice::new(text(it, "value"), text(it, "text")).hint(text(&it["hint"], "text")))
        .collect();
    let chosen = list(options, "items").iter().filter(|it| it["checked"] == true);
    let chosen: Vec<&str> = chosen.map(|it| text(it, "value")).collect();
    if component == "radios" {
        // No answer is empty in ours; nor is one chosen where nothing is.
        let chosen = chosen.first().copied().unwrap_or("none of these");
        radios(&field(options).value(chosen), &items)
    } else {
        checkboxes(&field(options), &items, &chosen)
    }
}

fn a_date(options: &Value) -> String {
    let prefix = options["namePrefix"].as_str();
    let values = &options["values"];
    let part = |name: &str| {
        let short = values[name].clone();
        let long = prefix.map(|prefix| values[format!("{prefix}-{name}")].clone());
        [short, long.unwrap_or_default()]
            .iter()
            .find(|it| !it.is_null())
            .map_or_else(String::new, plain)
    };
    let value = ["day", "month", "year"].map(part).join("/");
    let id = text(options, "id");
    let mut field = field(options).value(&value);
    field.name = prefix.unwrap_or(id);
    let made = date_input(&field).into_string();
    match prefix {
        Some(_) => made,
        None => made.replace(&format!("name=\"{id}-"), "name=\""),
    }
}

fn a_table(options: &Value) -> String {
    let mut table = Table::new(text(options, "caption"));
    if options["firstCellIsHeader"] == true {
        table = table.row_headers();
    }
    for head in list(options, "head") {
        let numeric = text(head, "format") == "numeric";
        let name = text(head, "text");
        table = if numeric { table.numeric(name) } else { table.column(name) };
    }
    for row in list(options, "rows") {
        table = table.row(row.as_array().unwrap().iter().map(body).collect());
    }
    // What ours says besides, for the cards of a phone.
    let mut made = table.render().into_string().replace(" cw-table", "");
    for name in [" role=\"", " data-label=\""] {
        while let Some(at) = made.find(name) {
            let end = made[at + name.len()..].find('"').unwrap();
            made.replace_range(at..=at + name.len() + end, "");
        }
    }
    made
}

fn tasks(options: &Value) -> Markup {
    let tasks: Vec<Task<'_>> = list(options, "items")
        .iter()
        .map(|it| Task {
            title: text(&it["title"], "text"),
            href: it["href"].as_str(),
            hint: text(&it["hint"], "text"),
            status: match it["status"]["tag"].as_object() {
                Some(_) => {
                    let status = &it["status"]["tag"];
                    tag(text(status, "text"), colour(text(status, "classes")))
                }
                None => body(&it["status"]),
            },
        })
        .collect();
    task_list(options["idPrefix"].as_str().unwrap_or("task-list"), &tasks)
}

fn colour(class: &str) -> Colour {
    match class {
        "" => Colour::Blue,
        "govuk-tag--grey" => Colour::Grey,
        "govuk-tag--green" => Colour::Green,
        "govuk-tag--teal" => Colour::Teal,
        "govuk-tag--purple" => Colour::Purple,
        "govuk-tag--yellow" => Colour::Yellow,
        "govuk-tag--orange" => Colour::Orange,
        "govuk-tag--red" => Colour::Red,
        "govuk-tag--magenta" => Colour::Magenta,
        other => panic!("no colour for {other}"),
    }
}
