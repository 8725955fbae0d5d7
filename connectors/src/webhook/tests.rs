use std::net::IpAddr;

use super::address::{Range, range};
use super::*;

/// The vector that the specification's own libraries are tested with. The second secret is the
/// bytes 0 to 31; its signature was worked out with Python's `hmac` and `hashlib`.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const SECONDS: i64 = 1_614_265_330;
const BODY: &[u8] = b"{\"test\": 2432232314}";
const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const SIGNED_BY_OTHER: &str = "v1,O4Gjv1HqPqsMrjmczoggs/sWA8gZD0VyHG+fLh4+ktI=";

fn settings(address: &str, private: bool) -> Settings {
    Settings { address: address.to_owned(), private }
}

#[test]
fn the_signature_is_that_of_the_specifications_own_libraries() {
    assert_eq!(Keys::parse(SECRET).unwrap().signatures(ID, SECONDS, BODY), SIGNED);
}

#[test]
fn while_a_secret_is_changed_both_sign() {
    let keys = Keys::parse(&format!("{OTHER}\n{SECRET}\n")).unwrap();
    let both = format!("{SIGNED_BY_OTHER} {SIGNED}");
    assert_eq!(keys.signatures(ID, SECONDS, BODY), both);
}

#[test]
fn a_bad_secret_is_refused_and_no_secret_is_printed() {
    let of = |bytes: usize| {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(vec![7; bytes]);
        Keys::parse(&format!("whsec_{text}"))
    };
    assert!(of(24).is_ok() && of(64).is_ok());
    assert!(of(23).is_err() && of(65).is_err());
    for text in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64!"] {
        let fault = Keys::parse(text).unwrap_err().to_string();
        assert!(fault.contains("24 to 64 bytes"), "{fault}");
    }
    let connection = Connection::open(
        &settings("https://hooks.council.example/x", false),
        Keys::parse(SECRET).unwrap(),
    );
    let printed = format!("{:?}", connection.unwrap());
    assert!(!printed.contains("MfKQ") && printed.contains("(1 secrets)"), "{printed}");
}

#[test]
fn addresses_are_told_apart() {
    let of = |text: &str| range(text.parse::<IpAddr>().unwrap());
    for public in ["93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111"] {
        assert_eq!(of(public), Range::Public, "{public}");
    }
    for private in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
    ] {
        assert_eq!(of(private), Range::Private, "{private}");
    }
    for nowhere in [
        "0.0.0.0",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "fe80::1",
        "ff02::1",
        "::ffff:169.254.169.254",
        "2002:a00:1::",
        "::10.0.0.1",
    ] {
        assert_eq!(of(nowhere), Range::Nowhere, "{nowhere}");
    }
}

#[test]
fn an_address_in_the_open_or_inside_is_refused() {
    let check = |address: &str, private| settings(address, private).check();
    assert_eq!(check("https://hooks.council.example/a?b=c", false), Ok(()));
    assert_eq!(check("http://hooks.council.example/", true), Err(SettingsError::NotEncrypted));
    for not in ["hooks.council.example", "ftp://x/", "https://a:b@x.example/", "https://"] {
        assert_eq!(check(not, true), Err(SettingsError::NotAnAddress), "{not}");
    }
    for inside in ["https://10.0.0.1/", "http://127.0.0.1:80/", "https://[fd00::1]/"] {
        let forbidden = Err(SettingsError::Forbidden(Forbidden::Private));
        assert_eq!(check(inside, false), forbidden, "{inside}");
        assert_eq!(check(inside, true), Ok(()), "{inside}");
    }
    // However it is written: decimal, octal, shortened.
    for inside in ["https://2130706433/", "https://0177.0.0.1/", "https://127.1/"] {
        assert!(check(inside, false).is_err(), "{inside}");
    }
    let nowhere = Err(SettingsError::Forbidden(Forbidden::Nowhere));
    assert_eq!(check("https://169.254.169.254/latest", true), nowhere);
}

#[tokio::test]
async fn a_name_that_stands_for_this_machine_is_not_sent_to_unless_that_is_meant() {
    let message = Message { id: ID.to_owned(), body: "{}".to_owned() };
    let post = async |private| {
        let settings = settings("http://localhost:1/", private);
        let connection = Connection::open(&settings, Keys::parse(SECRET).unwrap()).unwrap();
        connection.post(&message, Timestamp::UNIX_EPOCH).await
    };
    let Outcome::Refused(refused) = post(false).await else { panic!("it was sent") };
    assert_eq!(refused.code, "forbidden-address");
    assert!(refused.why.contains("private = true"), "{}", refused.why);
    // Nothing listens there, which is known without doubt.
    let Outcome::Later(later) = post(true).await else { panic!("something listens at port 1") };
    assert_eq!(later.code, "unreached");
}

#[tokio::test]
async fn what_cannot_be_signed_or_is_too_large_is_not_sent() {
    let settings = settings("https://hooks.council.example/", false);
    let connection = Connection::open(&settings, Keys::parse(SECRET).unwrap()).unwrap();
    for (id, bytes, code) in [("a", LARGEST, "too-large"), ("a.1", 2, "bad-id"), ("", 2, "bad-id")]
    {
        let message = Message { id: id.to_owned(), body: "x".repeat(bytes) };
        let outcome = connection.post(&message, Timestamp::UNIX_EPOCH).await;
        let Outcome::Refused(refused) = outcome else { panic!("{id}: {outcome:?}") };
        assert_eq!(refused.code, code);
    }
}

#[test]
fn an_answer_means_what_the_specification_says() {
    let of = |status: u16, wait: Option<&'static str>| {
        let mut headers = HeaderMap::new();
        if let Some(wait) = wait {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(wait));
        }
        outcome(status, &headers)
    };
    for well in [200, 202, 204, 299] {
        assert!(of(well, None).receipt().is_some(), "{well}");
    }
    for (status, code) in
        [(301, "moved"), (400, "refused"), (401, "not-accepted"), (404, "refused"), (410, "gone")]
    {
        assert!(matches!(of(status, None), Outcome::Refused(it) if it.code == code), "{status}");
    }
    for status in [408, 429, 502, 503, 504] {
        let Outcome::Later(later) = of(status, Some("120")) else { panic!("{status}") };
        assert_eq!((later.after, later.waits), (Some(Duration::from_mins(2)), Waits::Outlet));
        assert!(matches!(of(status, None), Outcome::Later(Later { after: None, .. })));
    }
    for status in [500, 501, 505, 599] {
        let unknown = of(status, None);
        assert!(matches!(unknown, Outcome::Unknown(_)) && unknown.asks_for_a_round(REPEAT));
    }
}
