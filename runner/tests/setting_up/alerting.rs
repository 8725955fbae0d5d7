//! `clerkwork alerts`, and what the doctor says of alerts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::council::{Council, say};

/// Nothing listens at port 1 of this machine.
const WEBHOOK: &str = "[webhook]\naddress = \"http://127.0.0.1:1/x\"\nprivate = true\n";

fn secret(council: &Council, text: &str, mode: u32) -> String {
    let file = council.at("secret");
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    format!("secret_file = {file:?}\n")
}

#[test]
fn a_test_says_what_came_of_it_and_everything_is_listed() {
    let council = Council::new();
    let settings = council.at("data/alerts.toml");
    assert!(council.say(&["alerts"]).expect(0).out.contains("No alert is open"));
    let nobody = council.say(&["alerts", "test"]).expect(2);
    assert!(nobody.err.contains("nobody is named in alerts.toml"), "{}", nobody.err);

    let file = secret(&council, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", 0o600);
    let mail = "[mail]\nto = [\"rpa-team@council.example\"]\n";
    fs::write(&settings, format!("{mail}{WEBHOOK}{file}")).unwrap();
    let test = council.say(&["alerts", "test", "--json"]).expect(1);
    let said = test.json();
    let codes: Vec<&str> =
        said["outbox"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!((said["well"].as_bool(), codes.len()), (Some(false), 2));
    assert!(codes.contains(&"no-mail") && codes.contains(&"unreached"), "{codes:?}");
    let listed = council.say(&["alerts"]).expect(0).out;
    assert!(listed.contains("cannot be reached") && listed.contains("webhook"), "{listed}");
    let all = format!("{}{listed}", test.all());
    assert!(!all.contains("rpa-team") && !all.contains("AAECAw"), "{all}");
    assert!(!council.holds(b"whsec_"));
    council.say(&["log", "verify"]).expect(0);
}

#[test]
fn the_doctor_finds_what_keeps_alerts_from_arriving() {
    let council = Council::new();
    let settings = council.at("data/alerts.toml");
    let doctor = |code, words: &str| {
        let said = council.say(&["doctor"]).expect(code);
        assert!(said.out.contains(words), "{words}: {}", said.out);
    };
    doctor(0, "nobody is told when something needs a person");
    fs::write(&settings, "[watch]\nleave_out = [\"batch-early\"]\n").unwrap();
    doctor(1, "alerts.toml is not right");
    fs::write(&settings, format!("{WEBHOOK}secret = \"no-such-secret\"\n")).unwrap();
    doctor(1, "CLERKWORK_SECRET_NO_SUCH_SECRET");
    let open = secret(&council, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 0o644);
    fs::write(&settings, format!("{WEBHOOK}{open}")).unwrap();
    doctor(1, "may be read by others");
    secret(&council, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 0o600);
    doctor(0, "alerts open: 0");
    // What is asked for in alerts.toml counts for the doctor too.
    fs::write(&settings, format!("{WEBHOOK}{open}[watch]\ndisk_free_mb = 999999999\n")).unwrap();
    doctor(0, "MB are free on the disk\n                      make room");
    let backup = council.at("backup");
    council.say(&["backup", &backup]).expect(0);
    assert!(fs::read_to_string(format!("{backup}/alerts.toml")).unwrap().contains("[webhook]"));
    say(&["alerts", "--data", &backup]).expect(0);
}
