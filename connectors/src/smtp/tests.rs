//! What can be held without a server. The rest is held against the stand-in, in
//! `fixtures/tests/outlets`.

use uuid::Uuid;

use super::*;

const FROM: &str = "A Council <no-reply@council.example>";

fn settings() -> Settings {
    Settings::new("smtp.council.example", FROM)
}

#[test]
fn settings_are_read_as_they_stand_in_a_file() {
    let read = |text: &str| serde_json::from_str::<Settings>(text);
    let least = r#"{"host":"smtp.council.example","from":"no-reply@council.example"}"#;
    let settings = read(least).unwrap();
    assert_eq!((settings.security, settings.port()), (Security::Starttls, 587));
    assert_eq!(settings.check(), Ok(()));
    let with = |more: &str| read(&least.replace('{', &format!("{{{more},")));
    assert_eq!(with(r#""security":"tls""#).unwrap().port(), 465);
    assert_eq!(with(r#""port":2525"#).unwrap().port(), 2525);
    assert_eq!(with(r#""limits":{"requests":30}"#).unwrap().limits.at_once, 4);
    for unknown in [r#""password":"x""#, r#""security":"ssl""#, r#""timeouts":{}"#] {
        assert!(with(unknown).is_err(), "{unknown}");
    }
}

#[test]
fn a_setting_that_cannot_be_right_is_found_before_anything_is_sent() {
    let with = |change: fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        settings.check()
    };
    assert_eq!(with(|_| {}), Ok(()));
    let host = Err(SettingsError::NotAHost { setting: "host" });
    assert_eq!(with(|it| it.host = String::new()), host);
    assert_eq!(with(|it| it.host = "https://smtp.example".to_owned()), host);
    assert_eq!(with(|it| it.security = Security::None), Err(SettingsError::NotEncrypted));
    assert_eq!(
        with(|it| {
            it.security = Security::None;
            it.host = "localhost".to_owned();
        }),
        Ok(())
    );
    for from in ["", "council", "a@b@c", "x@y.example\r\nBcc: z@y.example", "a b <c d@e.example>"] {
        let mut settings = settings();
        settings.from = from.to_owned();
        let not = Err(SettingsError::NotAnAddress { setting: "from" });
        assert_eq!(settings.check(), not, "{from:?}");
    }
    assert_eq!(
        with(|it| it.hello = Some("a b".to_owned())),
        Err(SettingsError::NotAHost { setting: "hello" })
    );
    let mut settings = settings();
    settings.user = Some("clerkwork".to_owned());
    let register = Register::default();
    let open = |password: &str| {
        let password = Some(Secret::new(password));
        Connection::open(settings.clone(), password, &register).map(|_| ())
    };
    assert_eq!(open(" "), Err(SettingsError::NoPassword));
    assert_eq!(open("hush"), Ok(()));
}

fn written(mail: &Mail) -> Result<String, crate::outlet::Refused> {
    let mut settings = settings();
    settings.reply_to = Some("benefits@council.example".to_owned());
    let connection = Connection::open(settings, None, &Register::default()).unwrap();
    let written = mail.written(&connection.client)?;
    Ok(String::from_utf8(written.bytes).unwrap())
}

fn mail() -> Mail {
    Mail {
        to: "morag@example.com".to_owned(),
        subject: "Your claim".to_owned(),
        text: "Dear Morag,\n.\nit is decided.\n".to_owned(),
        message_id: Uuid::from_u128(7),
    }
}

#[test]
fn a_mail_says_that_a_machine_wrote_it_and_has_an_id_of_its_own() {
    let text = written(&mail()).unwrap();
    for line in [
        "From: \"A Council\" <no-reply@council.example>\r\n",
        "Reply-To: benefits@council.example\r\n",
        "To: morag@example.com\r\n",
        "Subject: Your claim\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Message-ID: <00000000-0000-0000-0000-000000000007@council.example>\r\n",
        "MIME-Version: 1.0\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n",
        "Date: ",
    ] {
        assert_eq!(text.matches(line).count(), 1, "{line:?} in {text}");
    }
}

#[test]
fn nothing_that_is_filled_in_becomes_a_header_or_a_line_of_another_kind() {
    let mut mail = mail();
    mail.subject = "Yours\r\nBcc: spy@example.com\n\nX\u{85}Y\u{2028}Z\0".to_owned();
    mail.text = "One\rTwo\u{b}\0\r\n.\r\nMAIL FROM:<x>\r\nÀ £5 ".repeat(50);
    let text = written(&mail).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("Subject: Yours Bcc: spy@example.com X Y Z\r\n"), "{head}");
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    assert!(text.is_ascii());
    assert!(text.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n', '\0'])));
    assert!(body.contains("=C3=80 =C2=A35"), "{body}");
}

#[test]
fn an_address_that_is_more_than_an_address_never_leaves() {
    for to in [
        "",
        "morag",
        "morag@",
        "a@b.example,c@d.example",
        "a@b.example\r\nRCPT TO:<c@d.example>",
        "<a@b.example>",
        "\"a b\"@c.example",
        "mörag@example.com",
        "morag@exämple.com",
    ] {
        let refused = written(&Mail { to: to.to_owned(), ..mail() }).unwrap_err();
        assert_eq!(refused.code, "address-refused", "{to:?}");
    }
    assert!(written(&Mail { to: " morag.o'neil+x@example.com\n".to_owned(), ..mail() }).is_ok());
}

#[test]
fn a_mail_and_a_connection_are_never_printed_with_what_they_hold() {
    let mut settings = settings();
    settings.user = Some("clerkwork".to_owned());
    let password = Some(Secret::new("hush"));
    let connection = Connection::open(settings, password, &Register::default()).unwrap();
    let printed = format!("{:?} {connection:?}", mail());
    for word in ["morag", "Morag", "Your claim", "decided", "hush"] {
        assert!(!printed.contains(word), "{printed}");
    }
}
