//! Makes text fit for a cell: no characters that a workbook cannot hold, not more than Excel shows.

use std::borrow::Cow;

/// What a cell of Excel holds, counted as Excel counts: in UTF-16.
const MOST_UNITS: usize = 32_767;

/// Stands where text was cut.
const CUT: &str = "… [cut]";

/// Line breaks are made one kind; other control characters and what XML forbids become U+FFFD, so
/// that a person sees that something stood there.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c == '\r' || is_forbidden(c)) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n");
    Cow::Owned(
        text.chars()
            .map(|c| match c {
                '\r' => '\n',
                c if is_forbidden(c) => char::REPLACEMENT_CHARACTER,
                c => c,
            })
            .collect(),
    )
}

fn is_forbidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Cuts text that is too long for a cell and says so at its end.
pub(super) fn cut(text: &str) -> Cow<'_, str> {
    // As many bytes are no more units.
    if text.len() <= MOST_UNITS || text.encode_utf16().count() <= MOST_UNITS {
        return Cow::Borrowed(text);
    }
    let room = MOST_UNITS - CUT.encode_utf16().count();
    let mut units = 0;
    let end = text
        .char_indices()
        .find(|&(_, c)| {
            units += c.len_utf16();
            units > room
        })
        .map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{}{CUT}", &text[..end]))
}
