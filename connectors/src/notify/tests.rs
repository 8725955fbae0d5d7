//! What can be held without a server. The rest is held against the stand-in, in
//! `fixtures/tests/outlets`.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::HeaderMap;
use uuid::Uuid;

use super::errors::{self, Fault};
use super::*;

const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";

fn key() -> Key {
    Key::new(format!("live-key-{SERVICE}-{SECRET}")).unwrap()
}

#[test]
fn a_key_is_read_from_its_end_and_its_name_may_be_anything() {
    for name in ["live", "my-test-key", "a b", "Bürgeramt", ""] {
        let text = if name.is_empty() {
            format!(" {SERVICE}-{SECRET}\n")
        } else {
            format!("{name}-{SERVICE}-{SECRET}\n")
        };
        let key = Key::new(text).unwrap();
        assert_eq!(key.service().to_string(), SERVICE, "{name}");
        assert_eq!(key.token(at(0)).as_str(), self::key().token(at(0)).as_str());
    }
}

#[test]
fn what_is_no_key_is_told_plainly_and_never_printed() {
    assert_eq!(Key::new(" \n").unwrap_err(), KeyError::Nothing);
    let bare = SECRET.replace('-', "");
    for text in [
        SECRET.to_owned(),
        format!("live-{SERVICE}"),
        format!("live{SERVICE}-{SECRET}"),
        format!("live-{SERVICE}_{SECRET}"),
        format!("live-{SERVICE}-{bare}xxxx"),
        format!("live-{SERVICE}-{SECRET}é"),
        "é".repeat(60),
    ] {
        let fault = Key::new(text.clone()).unwrap_err();
        assert_eq!(fault, KeyError::NotAKey, "{text}");
        assert!(!fault.to_string().contains(SECRET));
    }
    let printed = format!("{:?}", key());
    assert!(printed.contains(SERVICE) && !printed.contains("3d844edf"), "{printed}");
}

fn at(second: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(second).unwrap()
}

/// Worked out with Python's `hmac`, `hashlib`, `json` and `base64`.
const KEPT: &str = concat!(
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9",
    ".eyJpc3MiOiIyNjc4NWEwOS1hYjE2LTRlYjAtODQwNy1hMzc0OTdhNTc1MDYiLCJpYXQiOjE3OTUzNDg4MDB9",
    ".h0G3r-DQvMpqop72vfTFhpFwhIR3IXoPq6U0E6rseoU"
);

#[test]
fn a_token_is_the_one_that_others_make_of_the_same_key_and_time() {
    assert_eq!(key().token(at(1_795_348_800)).as_str(), KEPT);
    assert!(key().bearer(at(0)).is_sensitive());
}

#[test]
fn settings_are_read_as_they_stand_in_a_file_and_limits_left_out_stay_as_usual() {
    let read = |text: &str| serde_json::from_str::<Settings>(text);
    let settings = read("{}").unwrap();
    assert_eq!(settings.address, "https://api.notifications.service.gov.uk");
    assert_eq!(settings.check(), Ok(()));
    let settings = read(r#"{"limits":{"requests":100}}"#).unwrap();
    assert_eq!((settings.limits.requests, settings.limits.at_once), (100, 10));
    assert_eq!(settings.limits.window, Duration::from_secs(20));
    for unknown in [r#"{"key":"x"}"#, r#"{"limits":{"per_day":1}}"#, r#"{"clock":1}"#] {
        assert!(read(unknown).is_err(), "{unknown}");
    }
    let mut open = Settings { address: "http://notify.example".to_owned(), ..Settings::default() };
    assert_eq!(open.check(), Err(SettingsError::NotEncrypted { setting: "address" }));
    open.address = "http://127.0.0.1:9".to_owned();
    open.proxy = Some("http://me:hush@proxy.example".to_owned());
    assert_eq!(open.check(), Err(SettingsError::NotAnAddress { setting: "proxy" }));
}

fn message(to: To) -> Message {
    Message {
        reference: "4727e538-19a6-5867-8540-98865c4b2080".to_owned(),
        to,
        template: Uuid::from_u128(7),
        personalisation: BTreeMap::from([("first name".to_owned(), "Morag".to_owned())]),
        reply_to: Some(Uuid::from_u128(8)),
    }
}

fn written(message: &Message) -> serde_json::Value {
    serde_json::from_slice(&message.body().unwrap()).unwrap()
}

#[test]
fn an_email_asks_for_every_field_to_be_made_harmless_and_a_text_cannot() {
    let email = written(&message(To::Email("morag@example.com".to_owned())));
    assert_eq!(email["sanitise_content_for"], serde_json::json!(["first name"]));
    assert_eq!(email["email_reply_to_id"], Uuid::from_u128(8).to_string());
    assert!(email.get("phone_number").is_none() && email.get("sms_sender_id").is_none());
    let text = written(&message(To::Text("07700900111".to_owned())));
    assert_eq!(text["sms_sender_id"], Uuid::from_u128(8).to_string());
    assert!(text.get("sanitise_content_for").is_none() && text.get("email_address").is_none());
}

#[test]
fn a_message_that_could_not_be_known_again_is_never_sent() {
    for reference in ["", " ", "short", "has space in it", "a?b=cdefgh", &"x".repeat(201)] {
        let mut message = message(To::Email("morag@example.com".to_owned()));
        message.reference = reference.to_owned();
        assert_eq!(message.body().unwrap_err().code, "no-reference", "{reference:?}");
    }
    let refused = message(To::Text("  ".to_owned())).body().unwrap_err();
    assert_eq!(refused.code, "address-refused");
}

#[test]
fn a_message_is_never_printed_with_what_it_holds() {
    for to in [To::Email("morag@example.com".to_owned()), To::Text("07700900111".to_owned())] {
        let printed = format!("{:?}", message(to));
        for word in ["morag", "Morag", "07700"] {
            assert!(!printed.contains(word), "{printed}");
        }
        assert!(printed.contains("4727e538"));
    }
}

fn answer(status: u16, error: &str, text: &str) -> Answer {
    let errors = serde_json::json!([{ "error": error, "message": text }]);
    let body = serde_json::json!({ "status_code": status, "errors": errors });
    let mut headers = HeaderMap::new();
    headers.insert("date", "Sun, 22 Nov 2026 10:00:00 GMT".parse().unwrap());
    Answer { status, headers, body: body.to_string().into_bytes() }
}

#[test]
fn a_no_is_told_by_a_code_and_never_in_the_words_of_the_other_system() {
    let now: jiff::Timestamp = "2026-11-22T10:00:02Z".parse().unwrap();
    for (status, error, text, code) in [
        (400, "ValidationError", "email_address Not a valid email address", "address-refused"),
        (400, "ValidationError", "phone_number Too many digits", "address-refused"),
        (400, "InvalidPhoneError", "Not a UK mobile number", "address-refused"),
        (400, "BadRequestError", "Template not found", "template-refused"),
        (400, "BadRequestError", "Template has been deleted", "template-refused"),
        (400, "BadRequestError", "email template is not suitable for sms", "template-refused"),
        (400, "BadRequestError", "Missing personalisation: morag@example.com", "personalisation"),
        (400, "BadRequestError", "sms_sender_id x does not exist", "no-such-sender"),
        (
            400,
            "BadRequestError",
            "Can’t send to this recipient when service is in trial mode",
            "trial-mode",
        ),
        (400, "BadRequestError", "Can’t send using a team-only API key", "team-key"),
        (400, "BadRequestError", "Your message is too long.", "too-long"),
        (400, "BadRequestError", "Cannot send to international mobile numbers", "not-allowed"),
        (400, "BadRequestError", "morag@example.com is new", "refused"),
        (404, "NoResultFound", "No result found", "template-refused"),
        (403, "AuthError", "Invalid token: API key not found", "key-refused"),
        (403, "AuthError", "Error: Your system clock must be accurate", "clock"),
        (401, "AuthError", "Unauthorized: token must be provided", "key-refused"),
        (429, "RateLimitError", "Exceeded rate limit", "asked-to-wait"),
        (429, "TooManyRequestsError", "Exceeded send limits", "day-used-up"),
        (500, "Exception", "Internal server error", "notify-failed"),
    ] {
        let fault = errors::fault(&answer(status, error, text), now);
        let (told, why) = fault.told();
        assert_eq!(told, code, "{status} {error} {text}");
        assert!(!why.contains("morag") && !why.contains(text), "{why}");
        assert_eq!(matches!(fault, Fault::No(..)), matches!(status, 400 | 404), "{fault:?}");
    }
}

#[test]
fn a_wrong_clock_is_seen_from_the_time_of_the_answer_whatever_the_words_are() {
    let told = |now: &str| {
        let now = now.parse().unwrap();
        errors::fault(&answer(403, "AuthError", "Invalid token"), now).told().0
    };
    assert_eq!(told("2026-11-22T09:59:29Z"), "clock");
    assert_eq!(told("2026-11-22T10:00:31Z"), "clock");
    assert_eq!(told("2026-11-22T10:00:10Z"), "key-refused");
}

#[test]
fn the_limit_of_a_day_lasts_until_midnight_utc() {
    let wait = |now: &str| errors::until_midnight(now.parse().unwrap()).as_secs();
    assert_eq!(wait("2026-11-22T23:59:59Z"), 1);
    assert_eq!(wait("2026-11-22T00:00:00Z"), 86_400);
    // Summer time has no part in it.
    assert_eq!(wait("2026-07-01T00:30:00+01:00"), 1800);
}
