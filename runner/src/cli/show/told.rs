//! What other systems were told of an item, or are still to be told.

use serde_json::{Value, json};

use super::super::table::{table, time};
use crate::shown::rfc3339;
use crate::store::post_backs::Stored;

pub(super) fn text(posts: &[Stored]) -> String {
    if posts.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = posts
        .iter()
        .map(|post| {
            vec![
                post.outlet.clone(),
                post.effect.clone(),
                post.state.to_string(),
                time(post.changed_at),
                post.code.clone(),
            ]
        })
        .collect();
    let text = table(&["Outlet", "Effect", "Stands", "Since", "Why"], &rows);
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    format!("\n\nTOLD TO OTHERS\n{}", lines.join("\n"))
}

pub(super) fn object(posts: &[Stored]) -> Value {
    let posts = posts.iter().map(|post| {
        json!({
            "outlet": post.outlet,
            "effect": post.effect,
            "state": post.state.as_str(),
            "since": rfc3339(Some(post.changed_at)),
            "code": post.code,
            "ruling": post.ruling,
        })
    });
    posts.collect()
}
