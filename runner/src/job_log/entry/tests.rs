//! How an entry is written, and what it is filed under.

use super::*;
use crate::job_log::verify::{check_entry_bytes, read_entry};

fn fullest() -> Entry {
    let actor = Actor { id: "os:someone@host".to_owned(), kind: "person" };
    let bot = BotMark { name: "b".to_owned(), sha256: "00".to_owned(), version: "1".to_owned() };
    Entry::new(Kind::ItemRuled, &actor)
        .batch(BatchId(3))
        .item(BatchId(3).item(231))
        .item_move(state::Item::Ready, state::Item::Done)
        .bot(&bot)
        .columns(vec!["Applied on".to_owned()])
        .count(7)
        .figures(vec!["uc_limit@2025-04-01".to_owned()])
        .outlet("case", "explanation")
        .request(Some(Uuid::from_u128(7)))
        .follows("3-17")
        .payload(&[7; 32])
        .policy("00")
        .reasons(vec!["refusal-to-confirm".to_owned()])
        .row(231)
        .schedule("fsm", Timestamp::UNIX_EPOCH)
        .sha256(&[9; 32])
}

#[test]
fn an_entry_is_written_in_canonical_form() {
    let bytes = fullest().to_bytes();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(bytes, serde_json_canonicalizer::to_vec(&value).unwrap());
    assert_eq!(check_entry_bytes(&bytes), Ok(()));
}

#[test]
fn an_entry_is_filed_under_what_it_names() {
    let actor = Actor { id: "r".to_owned(), kind: "runner" };
    let plain = Entry::new(Kind::RunnerStarted, &actor);
    let batch = plain.clone().batch(BatchId(3));
    for entry in [plain, batch, fullest()] {
        let bytes = entry.to_bytes();
        assert_eq!(read_entry(&bytes).ok().and_then(subject_of), Some(entry.subject()));
    }
}

#[test]
fn kinds_have_names_of_their_own() {
    let mut names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Kind::ALL.len());
}
