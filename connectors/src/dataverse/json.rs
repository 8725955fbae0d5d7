//! JSON with exact numbers. Money is a JSON number on the wire, and it must not pass through a
//! float on its way: it is read as the text of its digits, and written from it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The columns of a row by their names.
pub type Columns = Map<String, Value>;

/// An answer is nowhere nested as deeply as this.
const DEPTH: usize = 32;

/// Reads JSON, keeping each number that is not whole as the text of its digits.
pub(super) fn read(bytes: &[u8]) -> Option<Value> {
    // A mark in front of it, as some servers write.
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    exact(serde_json::from_slice(bytes).ok()?, DEPTH)
}

fn exact(raw: &RawValue, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let text = raw.get();
    match text.as_bytes().first()? {
        b'{' => {
            let parts: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
            let parts = parts.into_iter().map(|(name, raw)| Some((name, exact(raw, depth)?)));
            parts.collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        b'[' => {
            let parts: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            parts.into_iter().map(|raw| exact(raw, depth)).collect::<Option<_>>().map(Value::Array)
        }
        b'-' | b'0'..=b'9' if text.contains(['.', 'e', 'E']) => {
            Some(Value::String(text.to_owned()))
        }
        _ => serde_json::from_str(text).ok(),
    }
}

/// Writes columns, those that are amounts as numbers with the digits of their text. Fails with the
/// name of a column that should hold an amount and does not.
pub(super) fn write(columns: &Columns, amounts: &BTreeSet<String>) -> Result<Vec<u8>, String> {
    let mut parts: BTreeMap<&str, Box<RawValue>> = BTreeMap::new();
    for (name, value) in columns {
        let text = match value {
            Value::String(digits) if amounts.contains(name) => {
                amount(digits).ok_or_else(|| name.clone())?.to_string()
            }
            value => value.to_string(),
        };
        // Both kinds of text are JSON, having just been written as such.
        parts.insert(name, RawValue::from_string(text).map_err(|_| name.clone())?);
    }
    serde_json::to_vec(&parts).map_err(|_| String::new())
}

fn amount(digits: &str) -> Option<Decimal> {
    Decimal::from_str_exact(digits.trim()).ok()
}

/// Whether a column holds what we meant to write: the same text, number, instant or nothing,
/// however each side writes it.
pub(super) fn same(meant: &Value, found: &Value) -> bool {
    match (meant, found) {
        (Value::Null, Value::String(text)) | (Value::String(text), Value::Null) => text.is_empty(),
        (Value::String(one), Value::String(other)) => {
            let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
            plain(one) == plain(other) || same_number(one, other) || same_instant(one, other)
        }
        (Value::Number(number), Value::String(text))
        | (Value::String(text), Value::Number(number)) => same_number(&number.to_string(), text),
        (one, other) => one == other,
    }
}

fn same_number(one: &str, other: &str) -> bool {
    // Only where one of them has a fraction: "007" and "7" are two references, not one number.
    let parsed = |text: &str| Decimal::from_str_exact(text).ok();
    (one.contains('.') || other.contains('.') || one.len() == other.len())
        && matches!((parsed(one), parsed(other)), (Some(one), Some(other)) if one == other)
}

fn same_instant(one: &str, other: &str) -> bool {
    let parsed = |text: &str| text.parse::<jiff::Timestamp>().ok();
    matches!((parsed(one), parsed(other)), (Some(one), Some(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn money_never_passes_through_a_float() {
        let read = read(br#"{"a": 20000.0000, "b": [0.1, 7], "c": {"d": 1e3}, "e": -12}"#).unwrap();
        assert_eq!(read, json!({"a": "20000.0000", "b": ["0.1", 7], "c": {"d": "1e3"}, "e": -12}));
        let amounts = BTreeSet::from(["grant".to_owned()]);
        let columns = json!({"grant": "150.10", "other": "150.10"});
        let written = write(columns.as_object().unwrap(), &amounts).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), r#"{"grant":150.10,"other":"150.10"}"#);
    }

    #[test]
    fn an_amount_that_is_none_is_refused_by_its_name() {
        let amounts = BTreeSet::from(["grant".to_owned()]);
        let columns = json!({"grant": "a lot"});
        assert_eq!(write(columns.as_object().unwrap(), &amounts), Err("grant".to_owned()));
    }

    #[test]
    fn what_is_broken_or_nested_without_end_is_not_read() {
        for text in ["", "{", "{\"a\": tru", "{\"a\": 1}}"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(read(deep.as_bytes()), None);
        assert_eq!(read(b"\xef\xbb\xbf{}"), Some(json!({})));
    }

    #[test]
    fn the_same_value_is_known_however_it_is_written() {
        for (meant, found) in [
            (json!("a\r\nb "), json!("a\nb")),
            (json!("150.1"), json!("150.1000")),
            (json!("2026-11-22T10:00:00Z"), json!("2026-11-22T10:00:00.000+00:00")),
            (json!(5), json!(5)),
            (json!(null), json!("")),
            (json!(""), json!(null)),
            (json!(3), json!("3.0000")),
        ] {
            assert!(same(&meant, &found), "{meant} {found}");
        }
        for (meant, found) in [
            (json!("007"), json!("7")),
            (json!("a"), json!("A")),
            (json!(1), json!(true)),
            (json!("x"), json!(null)),
        ] {
            assert!(!same(&meant, &found), "{meant} {found}");
        }
    }
}
