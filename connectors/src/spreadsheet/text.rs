//! Reads text with a separator between the fields: finds out its encoding and its separator, and
//! numbers the rows as Excel does when it opens the file.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Write};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::cells::from_text;
use super::rows::Rows;
use super::wire::{Frames, Stop};
use super::{FileKind, Limits, Notice, SheetError};

/// In the order in which they win when they do equally well.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// So many rows are looked at to find the separator and the usual number of fields.
const FIRST_ROWS: usize = 20;

/// Reads the whole file and sends its rows.
pub(super) fn read_text<W: Write>(
    mut file: File,
    limits: &Limits,
    out: &mut Frames<W>,
) -> Result<(), Stop> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| SheetError::unreadable(&error))?;
    let (text, guessed) = decode(&bytes);
    let (text, nuls) = without_nuls(text);
    let (named, text) = separator_line(&text);
    let separator = named.unwrap_or_else(|| find_separator(text));
    let kind = if separator == '\t' { FileKind::Tsv } else { FileKind::Csv };
    let name = kind.ending().to_ascii_uppercase();
    out.format(kind, 1)?;
    out.sheet(0, &name, true, false)?;
    if let Some(encoding) = guessed {
        out.notice(Notice::Encoding { name: encoding.name().to_owned() })?;
    }
    if nuls > 0 {
        out.notice(Notice::NulsLeftOut { count: nuls })?;
    }
    let long = send(text, separator, &name, limits, out)?;
    if let Some(notice) = long {
        out.notice(notice)?;
    }
    Ok(())
}

fn send<W: Write>(
    text: &str,
    separator: char,
    name: &str,
    limits: &Limits,
    out: &mut Frames<W>,
) -> Result<Option<Notice>, Stop> {
    let usual = records(text, separator)
        .take(FIRST_ROWS)
        .map(|fields| used(&fields))
        .max()
        .unwrap_or_default();
    let mut rows = Rows::new(out, limits, name, None);
    let (mut long, mut first) = (0_u32, 0_u32);
    for (row, fields) in (0_u32..).zip(records(text, separator)) {
        if used(&fields) > usual {
            if long == 0 {
                first = row + 1;
            }
            long += 1;
        }
        for (column, field) in (0_u32..).zip(fields) {
            rows.cell(row, column, from_text(field))?;
        }
    }
    rows.end_sheet()?;
    let usual = u32::try_from(usual).unwrap_or(u32::MAX);
    Ok((long > 0).then_some(Notice::LongRows { rows: long, first, usual }))
}

/// Fields up to the last that is not blank.
fn used(fields: &[Cow<'_, str>]) -> usize {
    fields.iter().rposition(|field| !field.trim().is_empty()).map_or(0, |last| last + 1)
}

/// The text, and the encoding where it had to be guessed: a mark at the start says it, else what is
/// valid UTF-8 is UTF-8, else it is what Excel in Britain writes.
fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<&'static Encoding>) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (encoding.decode_without_bom_handling(&bytes[mark..]).0, None);
    }
    if let Some(encoding) = unmarked_utf_16(bytes) {
        return (encoding.decode_without_bom_handling(bytes).0, Some(encoding));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), None),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, Some(WINDOWS_1252)),
    }
}

/// Text in UTF-16 without a mark has a NUL in every other byte, on one side.
pub(super) fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(1024)];
    let nuls = |side: usize| head.iter().skip(side).step_by(2).filter(|&&byte| byte == 0).count();
    let pairs = head.len() / 2;
    let (even, odd) = (nuls(0), nuls(1));
    if pairs < 2 {
        None
    } else if odd * 10 >= pairs * 9 && even * 10 < pairs {
        Some(UTF_16LE)
    } else if even * 10 >= pairs * 9 && odd * 10 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn without_nuls(text: Cow<'_, str>) -> (Cow<'_, str>, u64) {
    let nuls = memchr::memchr_iter(0, text.as_bytes()).count();
    if nuls == 0 {
        return (text, 0);
    }
    (Cow::Owned(text.replace('\0', "")), u64::try_from(nuls).unwrap_or(u64::MAX))
}

/// The separator that a first line `sep=;` names, and the text after that line. Excel does not show
/// the line and does not count it.
fn separator_line(text: &str) -> (Option<char>, &str) {
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    let named = match line.trim_matches('"').split_at_checked(4) {
        Some((start, rest)) if start.eq_ignore_ascii_case("sep=") => {
            let mut characters = rest.chars();
            characters.next().filter(|_| characters.all(char::is_whitespace))
        }
        _ => None,
    };
    if named.is_none() {
        return (None, text);
    }
    let rest = &text[line.len()..];
    (named, rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n'])).unwrap_or(rest))
}

/// The separator whose number in the first rows is large and always the same. A comma in a title
/// or in addresses does not win over the semicolons of a header row.
fn find_separator(text: &str) -> char {
    let score = |separator: char| {
        let mut counts: Vec<usize> = records(text, separator)
            .take(FIRST_ROWS)
            .map(|fields| fields.len() - 1)
            .filter(|&count| count > 0)
            .collect();
        counts.sort_unstable();
        counts.chunk_by(|one, other| one == other).map(|same| same.len() * same[0]).max()
    };
    let mut best = (SEPARATORS[0], 0);
    for separator in SEPARATORS {
        let score = score(separator).unwrap_or_default();
        if score > best.1 {
            best = (separator, score);
        }
    }
    best.0
}

/// The records one after the other, blank lines included, since Excel counts those. A quotation
/// mark means something at the start of a field only; inside a quoted field two of them are one.
fn records(text: &str, separator: char) -> impl Iterator<Item = Vec<Cow<'_, str>>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut fields = Vec::new();
        loop {
            let (field, after) = field(rest, separator);
            fields.push(field);
            if let Some(next) = after.strip_prefix(separator) {
                rest = next;
                continue;
            }
            rest = after
                .strip_prefix("\r\n")
                .or_else(|| after.strip_prefix(['\r', '\n']))
                .unwrap_or(after);
            return Some(fields);
        }
    })
}

/// One field, and the text from its end on: a separator, a line break or nothing.
fn field(text: &str, separator: char) -> (Cow<'_, str>, &str) {
    let end_of = |text: &str| text.find([separator, '\r', '\n']).unwrap_or(text.len());
    let Some(quoted) = text.strip_prefix('"') else {
        let (field, rest) = text.split_at(end_of(text));
        return (Cow::Borrowed(field), rest);
    };
    let mut from = 0;
    let (inner, rest, doubled) = loop {
        match memchr::memchr(b'"', &quoted.as_bytes()[from..]) {
            // The mark is never closed: the rest of the file is in this field.
            None => break (quoted, "", from > 0),
            Some(at) => {
                let at = from + at;
                if quoted[at + 1..].starts_with('"') {
                    from = at + 2;
                } else {
                    break (&quoted[..at], &quoted[at + 1..], from > 0);
                }
            }
        }
    };
    let inner =
        if doubled { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) };
    // What stands between the closing mark and the separator belongs to the field.
    let (more, rest) = rest.split_at(end_of(rest));
    if more.is_empty() { (inner, rest) } else { (Cow::Owned(inner.into_owned() + more), rest) }
}
