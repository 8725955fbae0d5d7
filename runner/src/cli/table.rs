//! Text for people: tables with aligned columns, lines of label and value, wrapped sentences.

use crate::clock;

/// The width that text is wrapped to.
const WIDTH: usize = 96;

/// Rows under their headers. A column of nothing but digits stands to the right.
pub(super) fn table(headers: &[&str], rows: &[Vec<String>]) -> String {
    laid_out(headers, rows, headers.len())
}

/// Rows under their headers. From a column on, counted from 0, all stand to the right.
pub(super) fn laid_out(headers: &[&str], rows: &[Vec<String>], right: usize) -> String {
    let cell = |row: &'_ [String], at: usize| row.get(at).map_or("", String::as_str).to_owned();
    let columns: Vec<(usize, bool)> = headers
        .iter()
        .enumerate()
        .map(|(at, header)| {
            let cells = || rows.iter().map(|row| cell(row, at));
            let width = cells().map(|cell| width(&cell)).max().unwrap_or(0).max(width(header));
            let digits = |cell: String| cell.bytes().all(|byte| byte.is_ascii_digit());
            (width, at >= right || !rows.is_empty() && cells().all(digits))
        })
        .collect();
    let line = |cells: &dyn Fn(usize) -> String| {
        let mut text = String::new();
        for (at, (width, right)) in columns.iter().enumerate() {
            text.push_str(&pad(&cells(at), *width, *right));
            text.push_str("  ");
        }
        text.trim_end().to_owned()
    };
    let mut text = line(&|at| headers.get(at).copied().unwrap_or_default().to_owned());
    for row in rows {
        text.push('\n');
        text.push_str(&line(&|at| cell(row, at)));
    }
    text
}

/// Label and value, a line each, the values below each other.
pub(super) fn pairs(pairs: &[(String, String)]) -> String {
    let wide = pairs.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
    let lines = pairs.iter().map(|(label, value)| {
        format!("  {}  {}", pad(label, wide, false), value.replace('\n', " ")).trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A text wrapped under its mark, as `  - the text`.
pub(super) fn wrapped(mark: &str, text: &str) -> String {
    let mut lines = Vec::new();
    let hang = " ".repeat(width(mark) + 2);
    let mut line = format!("  {mark}");
    for word in text.split_whitespace() {
        if width(&line) + 1 + width(word) > WIDTH {
            lines.push(std::mem::replace(&mut line, hang.clone()));
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push(line);
    lines.join("\n")
}

/// A stored time on the clock of the United Kingdom.
pub(super) fn time(micros: i64) -> String {
    clock::local_micros(micros).strftime("%d/%m/%Y %H:%M").to_string()
}

/// `1 item`, `2 items`.
pub(super) fn many(n: i64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn pad(text: &str, wide: usize, right: bool) -> String {
    let gap = " ".repeat(wide.saturating_sub(width(text)));
    if right { format!("{gap}{text}") } else { format!("{text}{gap}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_nothing_trails() {
        let rows = [vec!["9".to_owned(), "é".to_owned()], vec!["10".to_owned(), String::new()]];
        assert_eq!(table(&["Row", "Who"], &rows), "Row  Who\n  9  é\n 10");
    }

    #[test]
    fn a_long_sentence_hangs_under_its_mark() {
        let text = wrapped("-", &"word ".repeat(30));
        let mut lines = text.lines();
        assert!(lines.next().is_some_and(|line| line.starts_with("  - word")));
        assert!(lines.next().is_some_and(|line| line.starts_with("    word")));
        assert!(text.lines().all(|line| line.len() <= WIDTH));
    }
}
