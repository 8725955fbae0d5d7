use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn why(text: &str) -> Option<FormFault> {
    check_entry_bytes(text.as_bytes()).err().map(|fault| fault.why)
}

/// The same rules told by another parser: it reads the bytes and writes what it read, in order.
fn expected(bytes: &[u8]) -> bool {
    fn is_allowed(value: &Value, depth: usize) -> bool {
        let is_key = |key: &String| {
            key.starts_with(|c: char| c.is_ascii_lowercase())
                && key.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'))
        };
        match value {
            Value::Null => false,
            Value::Bool(_) | Value::String(_) => true,
            Value::Number(number) => {
                number.as_i64().is_some_and(|n| n.unsigned_abs() <= LARGEST_INTEGER)
            }
            Value::Array(values) => {
                depth < DEEPEST_ENTRY && values.iter().all(|value| is_allowed(value, depth + 1))
            }
            Value::Object(map) => {
                depth < DEEPEST_ENTRY
                    && map.keys().all(is_key)
                    && map.keys().is_sorted()
                    && map.values().all(|value| is_allowed(value, depth + 1))
            }
        }
    }
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return false;
    };
    bytes.len() <= LONGEST_ENTRY
        && value.get("v") == Some(&json!(1))
        && is_allowed(&value, 0)
        && serde_json::to_vec(&value).unwrap() == bytes
}

#[test]
fn an_entry_passes() {
    for text in [
        r#"{"v":1}"#,
        r#"{"a":[],"b":{},"c":"","v":1,"w":true,"x1_y":[false,[0,-1,9007199254740991]]}"#,
        r#"{"a":"\"\\\b\f\n\r\t\u0000\u000b\u001f","b":"/é\u007f…😀","v":1}"#,
        r#"{"actor":{"id":"u_7f3","type":"human"},"at":"2026-11-20T09:00:03.123456Z","v":1}"#,
    ] {
        let text = text.replace(r"\u007f", "\u{7f}");
        assert_eq!(why(&text), None, "{text}");
        assert!(expected(text.as_bytes()), "{text}");
    }
    let longest = format!(r#"{{"a":"{}","v":1}}"#, "x".repeat(LONGEST_ENTRY - 14));
    assert_eq!((longest.len(), why(&longest)), (LONGEST_ENTRY, None));
}

#[test]
fn each_fault_is_named_with_its_place() {
    use FormFault::*;
    for (text, at, fault) in [
        ("", 0, Syntax),
        ("[1]", 0, Syntax),
        (r#"{"v":1"#, 6, Syntax),
        (r#"{"v":1}x"#, 7, Syntax),
        (r#"{"v":1} "#, 7, Syntax),
        (r#" {"v":1}"#, 0, Syntax),
        (r#"{"v": 1}"#, 5, Integer),
        (r#"{"a": true,"v":1}"#, 5, Syntax),
        (r#"{"v":1,}"#, 7, Syntax),
        (r#"{,"v":1}"#, 1, Syntax),
        (r#"{"a":[1,],"v":1}"#, 8, Syntax),
        (r#"{"a":tru,"v":1}"#, 5, Syntax),
        (r#"{"a":"x"#, 7, Syntax),
        ("{\"a\":\"x\ny\",\"v\":1}", 7, Syntax),
        (r#"{"A":1,"v":1}"#, 2, Key),
        (r#"{"":1,"v":1}"#, 2, Key),
        (r#"{"1a":1,"v":1}"#, 4, Key),
        (r#"{"a-b":1,"v":1}"#, 3, Key),
        (r#"{"\u0061":1,"v":1}"#, 2, Key),
        (r#"{"a":1,"a":1,"v":1}"#, 7, Repeated),
        (r#"{"v":1,"v":1}"#, 7, Repeated),
        (r#"{"b":1,"a":1,"v":1}"#, 7, Unsorted),
        (r#"{"a":{"d":1,"c":2},"v":1}"#, 12, Unsorted),
        (r#"{"a":null,"v":1}"#, 5, Null),
        (r#"{"a":1.0,"v":1}"#, 5, Integer),
        (r#"{"a":1e3,"v":1}"#, 5, Integer),
        (r#"{"a":-0,"v":1}"#, 5, Integer),
        (r#"{"a":01,"v":1}"#, 5, Integer),
        (r#"{"a":-,"v":1}"#, 5, Integer),
        (r#"{"a":9007199254740992,"v":1}"#, 5, Integer),
        (r#"{"a":-9007199254740992,"v":1}"#, 5, Integer),
        (r#"{"a":99999999999999999999999,"v":1}"#, 5, Integer),
        (r#"{"a":"\/","v":1}"#, 6, Escape),
        (r#"{"a":"\u000A","v":1}"#, 6, Escape),
        (r#"{"a":"\u000a","v":1}"#, 6, Escape),
        (r#"{"a":"\u001F","v":1}"#, 6, Escape),
        (r#"{"a":"\u0041","v":1}"#, 6, Escape),
        (r#"{"a":"\ud83d\ude00","v":1}"#, 6, Escape),
        (r#"{"a":"\"#, 6, Escape),
        ("{}", 2, NoVersion),
        (r#"{"a":{"v":1}}"#, 13, NoVersion),
        (r#"{"v":2}"#, 7, Version),
        (r#"{"v":-1}"#, 8, Version),
        (r#"{"v":"1"}"#, 5, Integer),
    ] {
        let found = check_entry_bytes(text.as_bytes());
        assert_eq!(found, Err(EntryFault { at, why: fault }), "{text}");
        assert!(!expected(text.as_bytes()), "{text}");
    }
    assert_eq!(
        check_entry_bytes(b"{\"a\":\"\xff\",\"v\":1}"),
        Err(EntryFault { at: 6, why: NotText })
    );
    assert_eq!(
        check_entry_bytes(b"{\"a\":\"\xed\xa0\x80\",\"v\":1}"),
        Err(EntryFault { at: 6, why: NotText })
    );
    let longer = format!(r#"{{"a":"{}","v":1}}"#, "x".repeat(LONGEST_ENTRY - 13));
    assert_eq!(why(&longer), Some(TooLong));
    let nested = |depth| format!(r#"{{"a":{}1{},"v":1}}"#, "[".repeat(depth), "]".repeat(depth));
    assert_eq!(why(&nested(DEEPEST_ENTRY - 1)), None);
    assert_eq!(why(&nested(DEEPEST_ENTRY)), Some(TooDeep));
    assert_eq!(why(&nested(30_000)), Some(TooDeep));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => "\\PC{0,12}".prop_map(Value::from),
        2 => "[\\x00-\\x7f]{0,12}".prop_map(Value::from),
        2 => (-(1_i64 << 54)..(1 << 54)).prop_map(Value::from),
        1 => (-9_i64..9).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<f32>().prop_map(|number| json!(number)),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z][a-z0-9_]{0,6}|[ -~]{0,3}", inner, 0..6)
                .prop_map(|map| map.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

fn any_entry() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::btree_map("[a-z][a-z0-9_]{0,4}", any_value(), 0..5).prop_map(|mut map| {
        map.insert("v".to_owned(), json!(1));
        serde_json::to_vec(&map.into_iter().collect::<Map<_, _>>()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn entries_are_judged_as_another_parser_judges_them(bytes in any_entry()) {
        prop_assert_eq!(check_entry_bytes(&bytes).is_ok(), expected(&bytes));
    }

    #[test]
    fn changed_entries_are_judged_as_another_parser_judges_them(
        bytes in any_entry(), place in any::<prop::sample::Index>(),
        with in prop::sample::select(&b"{}[]\",:\\ u0123456789eE.+-_nulltruefals\n\x00\x7f\x80\xc3"[..]),
        how in 0..3,
    ) {
        let mut bytes = bytes;
        let place = place.index(bytes.len());
        match how {
            0 => bytes[place] = with,
            1 => bytes.insert(place, with),
            _ => drop(bytes.remove(place)),
        }
        prop_assert_eq!(check_entry_bytes(&bytes).is_ok(), expected(&bytes));
    }

    #[test]
    fn any_bytes_are_judged_quietly(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(check_entry_bytes(&bytes).is_ok(), expected(&bytes));
    }
}
