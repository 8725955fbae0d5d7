//! What axe-core 4.14.1 finds amiss on a page.

use serde_json::{Value, json};

use super::window::Window;

const AXE: &str = include_str!("axe/axe.min.js");

/// WCAG 2.2 AA, and what is known to be good besides.
const TAGS: &[&str] = &["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// Brings axe into the page: `WebDriver` may, whatever the page's policy says.
pub(super) fn bring(window: &Window) {
    window.ask(AXE, Vec::new());
    assert!(window.holds("return typeof window.axe === 'object'"), "axe is not there");
}

/// What it finds with every rule.
pub(super) fn amiss(window: &Window) -> Vec<String> {
    found(window, json!({ "runOnly": { "type": "tag", "values": TAGS } }))
}

/// What it finds of colours, which is all that dark colours change.
pub(super) fn amiss_in_colours(window: &Window) -> Vec<String> {
    found(window, json!({ "runOnly": { "type": "rule", "values": ["color-contrast"] } }))
}

fn found(window: &Window, options: Value) -> Vec<String> {
    let script = "
        const done = arguments[arguments.length - 1];
        axe.run(document, { ...arguments[0], resultTypes: ['violations'] }).then(
            (results) => done(results.violations.map((it) => ({
                rule: it.id,
                help: it.help,
                nodes: it.nodes.map((node) => node.target.join(' ') + ' ' + node.html.slice(0, 200)
                    + ' ' + node.any.map((check) => check.message).join('; ').slice(0, 300)),
            }))),
            (fault) => done([{ rule: 'axe itself', help: String(fault), nodes: [] }]),
        );";
    let violations = window.ask_and_wait(script, vec![options]);
    let violations = violations.as_array().expect("axe gives a list").iter();
    violations
        .map(|it| {
            let nodes = it["nodes"].as_array().cloned().unwrap_or_default();
            let first: Vec<&str> = nodes.iter().filter_map(Value::as_str).take(3).collect();
            format!("{} ({}): {} x {}", it["rule"], it["help"], nodes.len(), first.join(" | "))
        })
        .collect()
}
