//! HTML held against HTML: the order of attributes and of classes, and white space between texts, do
//! not count.

use std::collections::BTreeMap;

/// A tag, or text between two.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Its name (`/p` for the end of one) and attributes.
    Tag(String, BTreeMap<String, String>),
    /// The text, its white space made single.
    Text(String),
}

/// Whether both are the same; else what differs first.
pub(super) fn same(one: &str, other: &str) -> Result<(), String> {
    let (one, other) = (tokens(one), tokens(other));
    for at in 0..one.len().max(other.len()) {
        if one.get(at) != other.get(at) {
            return Err(format!("ours {:?}, theirs {:?}", one.get(at), other.get(at)));
        }
    }
    Ok(())
}

/// The tags and texts in their order.
pub(super) fn tokens(html: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let (text, tag) = rest.split_once('<').unwrap_or((rest, ""));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            tokens.push(Token::Text(plain(&text)));
        }
        if tag.is_empty() {
            break;
        }
        let (tag, after) = read(tag);
        tokens.push(tag);
        rest = after;
    }
    tokens
}

/// A tag from behind its `<`, and what comes after it.
fn read(text: &str) -> (Token, &str) {
    let end = |c: char| c.is_whitespace() || c == '>' || c == '=';
    let (name, mut rest) = text.split_at(text.find(end).unwrap_or(text.len()));
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return (Token::Tag(name.to_owned(), attributes), after);
        }
        if rest.is_empty() {
            return (Token::Tag(name.to_owned(), attributes), rest);
        }
        // `<path .../>`
        if let Some(after) = rest.strip_prefix('/') {
            rest = after;
            continue;
        }
        let (key, after) = rest.split_at(rest.find(end).unwrap_or(rest.len()));
        let mut value = "";
        rest = after;
        if let Some(after) = after.strip_prefix('=') {
            let quote = after.chars().next().unwrap();
            let (held, after) = after[1..].split_once(quote).unwrap();
            (value, rest) = (held, after);
        }
        let mut words: Vec<&str> = value.split_whitespace().collect();
        if key == "class" {
            words.sort_unstable();
        }
        let value = words.join(" ");
        attributes.insert(key.to_owned(), plain(&value));
    }
}

fn plain(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
