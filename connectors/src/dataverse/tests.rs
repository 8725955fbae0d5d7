//! What can be held without a server. The rest is held against the stand-in, in
//! `fixtures/tests/dataverse.rs`.

use reqwest::header::HeaderMap;

use super::batch;
use super::settings::{Settings, SettingsError};
use crate::http::Answer;
use crate::secret::Secret;

fn settings(address: &str) -> Settings {
    Settings::new(address, "contoso.example", "11111111-2222-4333-8444-555555555555")
}

#[test]
fn a_secret_is_never_printed_and_its_white_space_does_not_count() {
    let secret = Secret::new(" hush~hush\n");
    assert_eq!(secret.reveal(), "hush~hush");
    assert!(!format!("{secret:?}").contains("hush"));
}

#[test]
fn an_address_that_cannot_be_right_is_found_before_anything_is_sent() {
    for (address, fault) in [
        ("contoso.crm11.dynamics.com", SettingsError::NotAnAddress { setting: "address" }),
        ("https://contoso.example/main.aspx", SettingsError::NotAnAddress { setting: "address" }),
        ("https://me:too@contoso.example", SettingsError::NotAnAddress { setting: "address" }),
        ("http://contoso.example", SettingsError::NotEncrypted { setting: "address" }),
        ("ftp://contoso.example", SettingsError::NotAnAddress { setting: "address" }),
    ] {
        assert_eq!(settings(address).check(), Err(fault), "{address}");
    }
    for address in
        ["https://contoso.crm11.dynamics.com", "https://contoso.example/", "http://127.0.0.1:9"]
    {
        assert_eq!(settings(address).check(), Ok(()), "{address}");
    }
    let mut other = settings("https://contoso.example");
    other.page_size = 5001;
    assert_eq!(other.check(), Err(SettingsError::PageSize));
    other.page_size = 1;
    other.proxy = Some("http://proxy.council.example:8080".to_owned());
    assert_eq!(other.check(), Ok(()));
    other.proxy = Some("http://me:hush@proxy.council.example".to_owned());
    assert_eq!(other.check(), Err(SettingsError::NotAnAddress { setting: "proxy" }));
    other.proxy = None;
    other.cases.set = "incidents?x=".to_owned();
    assert_eq!(other.check(), Err(SettingsError::NotAName { setting: "cases.set" }));
}

#[test]
fn the_same_environment_in_the_same_name_is_one_connection() {
    let one = settings("https://Contoso.example/");
    let other = settings("https://contoso.example");
    assert_eq!(one.connection(), other.connection());
    let mut third = settings("https://contoso.example");
    third.application = "another".to_owned();
    assert_ne!(one.connection(), third.connection());
}

fn answer(kind: &str, body: &str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", kind.parse().unwrap());
    Answer { status: 200, headers, body: body.as_bytes().to_vec() }
}

const BATCH: &str = "--b\r\nContent-Type: multipart/mixed; boundary=\"c\"\r\n\r\n--c\r\n\
    Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 1\r\n\r\n\
    HTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\n\r\n\r\n--c\r\nContent-Type: \
    application/http\r\n\r\nHTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n\
    {\"a\":1}\r\n--c--\r\n--b\r\nContent-Type: application/http\r\n\r\n\
    HTTP/1.1 412 Precondition Failed\r\n\r\n{\"error\":{}}\r\n--b--\r\n";

#[test]
fn the_answers_of_a_batch_are_read_in_every_form_in_which_they_are_written() {
    for kind in [
        "multipart/mixed; boundary=b",
        "multipart/mixed;boundary=\"b\"",
        "Multipart/Mixed; x=y; Boundary=b",
    ] {
        for body in [BATCH.to_owned(), BATCH.replace("\r\n", "\n")] {
            let answers = batch::answers(&answer(kind, &body)).unwrap();
            let told: Vec<_> = answers
                .iter()
                .map(|it| (it.status, String::from_utf8(it.body.clone()).unwrap()))
                .collect();
            assert_eq!(
                told,
                [
                    (204, String::new()),
                    (201, "{\"a\":1}".to_owned()),
                    (412, "{\"error\":{}}".to_owned())
                ]
            );
        }
    }
}

#[test]
fn a_batch_that_was_cut_off_is_no_answer() {
    let kind = "multipart/mixed; boundary=b";
    for end in (1..BATCH.len() - 4).filter(|end| BATCH.is_char_boundary(*end)) {
        assert!(batch::answers(&answer(kind, &BATCH[..end])).is_none(), "{end}");
    }
    assert!(batch::answers(&answer("application/json", BATCH)).is_none());
}
