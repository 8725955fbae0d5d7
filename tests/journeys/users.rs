//! People and keys at the command line.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::harness::{Office, PROGRAM, Ran, repository};

/// Runs a command that reads a password from standard input.
fn with_password(office: &Office, arguments: &[&str], password: &str) -> (i32, String, String) {
    let mut command = office.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
    let out = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.code().unwrap(), text(&out.stdout), text(&out.stderr))
}

const ANN: &[&str] =
    &["users", "add", "ann.bell", "--name", "Ann Bell", "--role", "officer", "--password-stdin"];

#[test]
fn people_are_added_changed_disabled_and_listed_and_no_password_is_repeated() {
    let office = Office::open();
    assert!(office.clerkwork(&["users", "list"]).stdout.contains("Nobody"));
    let password = "four green bicycles";
    let (code, out, err) = with_password(&office, ANN, password);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("ann.bell may sign in") && !out.contains(password) && !err.contains(password)
    );
    for (wrong, says) in [("bicycles", "too short"), ("password1234", "tried first")] {
        let (code, out, err) =
            with_password(&office, &["users", "password", "ann.bell", "--password-stdin"], wrong);
        assert_eq!(code, 2, "{out}{err}");
        assert!(err.contains(says) && !err.contains(wrong), "{err}");
    }
    // Twice the same login; a login that is none; no terminal to ask on.
    assert_eq!(with_password(&office, ANN, password).0, 2);
    office
        .clerkwork(&["users", "add", "Ann Bell", "--name", "A", "--role", "officer", "--one-time"])
        .refused(2, &["no login"]);
    office
        .clerkwork(&["users", "add", "tom.reid", "--name", "Tom", "--role", "officer"])
        .refused(2, &["--password-stdin"]);
    office.clerkwork(&["users", "show", "tom.reid"]).refused(2, &["no person"]);

    let admin = office.clerkwork(&[
        "users",
        "add",
        "una.gray",
        "--name",
        "Una Gray",
        "--role",
        "administrator",
        "--one-time",
        "--json",
    ]);
    let made: Value = serde_json::from_str(&admin.stdout).unwrap();
    assert_eq!(made["one_time_password"].as_str().unwrap().len(), 23);
    office
        .clerkwork(&["users", "disable", "una.gray", "--why", "left"])
        .refused(2, &["only administrator"]);
    office
        .clerkwork(&["users", "change", "una.gray", "--role", "officer", "--why", "moves"])
        .refused(2, &["only administrator"]);
    let well = |arguments: &[&str]| {
        let ran = office.clerkwork(arguments);
        assert_eq!(ran.code, 0, "{ran}");
        ran
    };
    let change = [
        "users",
        "change",
        "ann.bell",
        "--role",
        "officer",
        "--role",
        "approver",
        "--bot",
        "hr-queries",
    ];
    well(&[&change[..], &["--why", "deputises for Tom"]].concat());
    let shown = well(&["users", "show", "ann.bell"]).stdout;
    for words in ["Ann Bell", "officer, approver", "hr-queries", "never", "deputises for Tom"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    well(&["users", "disable", "ann.bell", "--why", "left"]);
    assert!(well(&["users", "list", "--role", "approver"]).stdout.contains("disabled"));
    well(&["users", "enable", "ann.bell", "--why", "back"]);
    well(&["users", "end-sessions", "ann.bell"]);
    assert!(well(&["users", "sessions", "ann.bell"]).stdout.contains("not signed in"));

    let key = well(&["users", "keys", "add", "forms", "--role", "submitter", "--json"]);
    let key: Value = serde_json::from_str(&key.stdout).unwrap();
    let key = key["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("cwk_"));
    assert!(well(&["users", "keys", "list"]).stdout.contains("in force"));
    well(&["users", "keys", "end", "forms", "--why", "it leaked"]);
    office.clerkwork(&["users", "keys", "end", "forms", "--why", "again"]).refused(2, &["no key"]);
    assert!(well(&["users", "keys", "list"]).stdout.contains("ended"));

    let log = well(&["log", "tail", "-n", "10000", "--json"]).stdout;
    for secret in [password, key.as_str(), "Ann Bell", "deputises", "it leaked"] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
    for kind in ["person.added", "person.changed", "key.made", "key.ended"] {
        assert!(log.contains(kind), "{kind}");
    }
    office.log_is_sound();
}

#[test]
fn init_makes_the_first_administrator_when_it_is_asked_to() {
    let place = tempfile::tempdir().unwrap();
    let init = |data: &str, more: &[&str], password: Option<&str>| {
        let mut command = std::process::Command::new(PROGRAM);
        command.arg("init").arg(place.path().join(data)).arg("--council");
        command.arg(repository().join("fixtures/council")).args(more);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        if let Some(password) = password {
            writeln!(stdin, "{password}").unwrap();
        }
        drop(stdin);
        let out = child.wait_with_output().unwrap();
        (out.status.code().unwrap(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let (code, out) = init("plain", &[], None);
    assert!(code == 0 && out.contains("users add LOGIN"), "{out}");
    let typed = ["--administrator", "ann.bell", "--name", "Ann Bell", "--password-stdin"];
    let (code, out) = init("typed", &typed, Some("four green bicycles"));
    assert!(
        code == 0 && out.contains("ann.bell may sign in") && !out.contains("bicycles"),
        "{out}"
    );
    let (code, out) = init("made", &["--administrator", "ann.bell", "--one-time", "--json"], None);
    let made: Value = serde_json::from_str(&out).unwrap();
    assert!(code == 0 && made["one_time_password"].is_string(), "{out}");
    let users = Ran::of(
        std::process::Command::new(PROGRAM)
            .args(["users", "list", "--data"])
            .arg(place.path().join("made")),
    );
    assert!(users.stdout.contains("administrator") && users.stdout.contains("one-time"), "{users}");
    // What is wrong leaves nothing behind.
    for (more, password) in [
        (&["--administrator", "ann.bell"][..], None),
        (&["--administrator", "Ann Bell", "--one-time"][..], None),
        (&["--administrator", "ann.bell", "--password-stdin"][..], Some("short")),
    ] {
        assert_eq!(init("wrong", more, password).0, 2, "{more:?}");
        assert!(!place.path().join("wrong").exists(), "{more:?}");
    }
}
