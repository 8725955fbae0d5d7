//! Stops, backups, the doctor, erasure.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use serde_json::Value;

use crate::council::{BOT, Council, NO_ROLL, files, say, secrets};

#[test]
fn a_stopped_bot_takes_no_work_until_it_is_started_and_the_log_holds() {
    let council = Council::new();
    let why = "the limit is wrong since Monday";
    let stop = council.say(&["bots", "stop", BOT, "--why", why, "--json"]).expect(0);
    assert_eq!(stop.json()["already"], false);
    let form = council.form("form.xlsx", &[]);
    let run = [&["run", BOT, "--input", &form], &NO_ROLL[..]].concat();
    assert!(council.say(&run).expect(2).err.contains("bots start"));
    assert!(council.say(&["bots", "list"]).expect(0).out.contains("STOPPED"));
    assert!(council.say(&["doctor"]).expect(0).out.contains("was stopped by"));
    council.say(&["bots", "start", BOT, "--why", "mended"]).expect(0);
    council.run(&form);
    council.say(&["log", "verify"]).expect(0);
    council.say(&["bots", "stop", BOT, "--why", " "]).expect(2);
    let bytes = fs::read(council.at("data/clerkwork.db")).unwrap();
    assert!(!bytes.windows(why.len()).any(|it| it == why.as_bytes()));
}

#[test]
fn while_a_run_is_at_work_it_is_backed_up_and_its_bot_is_stopped() {
    let council = Council::new();
    let people: Vec<[String; 3]> = (0_u32..4000)
        .map(|n| {
            let letter = |n: u32| char::from_u32(u32::from('a') + n % 26).unwrap();
            let name = [letter(n), letter(n / 26), letter(n / 676)].iter().collect();
            [format!("EX-{n}"), format!("{}", 200_000_000 + n), name]
        })
        .collect();
    let rows: Vec<Vec<(&str, &str)>> = people
        .iter()
        .map(|[reference, scn, name]| {
            vec![("Reference", reference.as_str()), ("SCN", scn), ("Child forename", name)]
        })
        .collect();
    let form = council.forms("many.xlsx", &rows);
    let data = council.at("data");
    let run = [&["run", BOT, "--json", "--data", &data, "--input", &form], &NO_ROLL[..]].concat();
    let mut running = Command::new(env!("CARGO_BIN_EXE_clerkwork"))
        .args(&run)
        .env("CLERKWORK_LOG", "debug")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Read to its end whatever is waited for: a run that cannot write its trace stands still.
    let trace = BufReader::new(running.stderr.take().unwrap());
    let (told, lines) = mpsc::channel();
    let reading =
        thread::spawn(move || trace.lines().try_for_each(|line| told.send(line.unwrap())));
    assert!(lines.iter().any(|line| line.contains("stage recorded")));
    council.say(&["bots", "stop", BOT, "--why", "a test"]).expect(0);
    let backup = council.at("backup");
    council.say(&["backup", &backup]).expect(0);
    assert!(lines.iter().any(|line| line.contains("was stopped by a person")));
    let ended = running.wait_with_output().unwrap();
    let said: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(3));
    assert_eq!(reading.join().unwrap(), Ok(()));
    assert!(said["in_hand"].as_u64().unwrap() > 0, "{said}");

    for folder in [&data, &backup] {
        let doctor = say(&["doctor", "--data", folder, "--json"]).expect(0).json();
        assert_eq!(doctor["worst"], "warning", "{doctor}");
    }
    council.say(&["bots", "start", BOT, "--why", "the test goes on"]).expect(0);
    let said = council.run(&form).out;
    assert!(said.contains("rows                  4000"), "{said}");
    council.say(&["log", "verify"]).expect(0);
}

#[test]
fn a_backup_put_back_is_well_and_goes_on() {
    let council = Council::new();
    council.run(&council.form("one.xlsx", &[]));
    let backup = council.at("backup");
    let made = council.say(&["backup", &backup, "--json"]).expect(0).json();
    assert_eq!((made["keys"].as_bool(), made["originals"].as_u64()), (Some(false), Some(1)));
    assert!(files(Path::new(&backup)).iter().all(|(file, _)| !file.ends_with("master.key")));
    council.say(&["backup", &backup]).expect(2); // it never overwrites
    council.say(&["backup", &council.at("data/copy")]).expect(2);
    council.say(&["backup", &council.at("store.db")]).expect(0);
    let held = format!("{}:{}", made["log_size"], made["log_root"].as_str().unwrap());
    say(&["doctor", "--data", &backup, "--held", &held]).expect(0);

    // What came after the backup is not in it: a head held since then convicts the old copy.
    let other = [("Reference", "EX-2"), ("Child forename", "Mòrag"), ("SCN", "100000024")];
    let form = council.form("two.xlsx", &other);
    let ran = council.run(&form);
    let newer = ran.out.lines().find_map(|line| line.strip_prefix("Log: ")).unwrap();
    council.say(&["doctor", "--held", newer]).expect(0);
    let old = say(&["doctor", "--data", &backup, "--held", newer]).expect(1);
    assert!(old.out.contains("put back a newer one"), "{}", old.out);

    // The restored folder takes that sheet in anew.
    let again = say(&[&["run", BOT, "--data", &backup, "--input", &form], &NO_ROLL[..]].concat());
    assert!(again.code == 0 || again.code == 3, "{}", again.all());
    say(&["log", "verify", "--data", &backup]).expect(0);
}

#[test]
fn the_doctor_names_what_is_wrong_and_writes_nothing() {
    let council = Council::new();
    council.run(&council.form("one.xlsx", &[]));
    let data = council.0.path().join("data");
    let before = files(&data);
    council.say(&["doctor", "--json"]).expect(0);
    assert_eq!(before, files(&data));
    let bad = |words: &str| {
        let said = council.say(&["doctor"]).expect(1);
        assert!(said.out.contains(words), "{words}: {}", said.out);
        assert!(said.out.contains("the database is whole"), "{}", said.out);
    };

    let master = council.0.path().join("data.keys/master.key");
    let mode = |mode| fs::set_permissions(&master, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    bad("chmod 600");
    mode(0o600);
    let kept = fs::read_to_string(&master).unwrap();
    fs::write(&master, format!("{}=\n", "A".repeat(43))).unwrap();
    bad("not the one that the store was sealed with");
    fs::remove_file(&master).unwrap();
    bad("put back the copy you kept");
    fs::write(&master, kept).unwrap();
    fs::remove_file(data.join("originals/1.sealed")).unwrap();
    bad("sealed original");
}

#[test]
fn the_doctor_sees_what_was_changed_behind_the_programs_back() {
    let council = Council::new();
    council.run(&council.form("one.xlsx", &[]));
    let write = |sql: &str| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let file = council.at("data/clerkwork.db");
            let db = clerkwork_runner::db::Db::open(Path::new(&file), false).await.unwrap();
            db.statement(sql.to_owned()).await.unwrap();
            db.close().await;
        });
    };
    let doctor = |code, words: &str| {
        let said = council.say(&["doctor"]).expect(code);
        assert!(said.out.contains(words), "{words}: {}", said.out);
    };
    write("INSERT INTO lease (batch, first, last, holder, until) VALUES (1, 1, 1, 'gone', 0)");
    doctor(0, "slices held by a process that died: 1");
    write("DELETE FROM lease");
    write("UPDATE batch_count SET n = n + 1 WHERE n > 0");
    doctor(1, "batch 1: its totals do not balance");
    write("UPDATE batch_count SET n = n - 1 WHERE n > 0");
    write("UPDATE item SET state = 'cancelled'");
    doctor(1, "batch 1: its totals are not what its items add up to");
    write("UPDATE item SET state = 'done'");
    doctor(0, "payments of");
    write("UPDATE payment SET due = '2999-12-31'");
    doctor(0, "All is well");
    // 5 January 2026; then a year whose bank holidays nobody knows.
    write("UPDATE batch SET created_at = 1767571200000000, state = 'unresolved'");
    doctor(0, "1 batch past the deadline: 1");
    write("UPDATE batch SET created_at = 0");
    doctor(0, "1 batch without a known deadline: 1; the calendar scotland knows bank holidays");
    write("DROP TRIGGER log_entry_stays");
    write("UPDATE log_entry SET entry = replace(entry, 'person', 'nobody') WHERE idx = 1");
    doctor(1, "the job log is NOT sound");
    let settings = council.at("data/clerkwork.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::copy(council.at("data.keys/master.key"), council.at("data/master.key")).unwrap();
    let moved = text.replace("data.keys/master.key", "data/master.key");
    fs::write(&settings, moved).unwrap();
    doctor(1, "lies inside the data folder");
}

#[test]
fn what_is_past_its_time_is_listed_then_erased_and_the_log_holds() {
    let council = Council::new();
    // Two sheets in which something is settled: a decided row, and a row that is rejected.
    let good = council.form("good.xlsx", &[]);
    council.run(&good);
    council.run(&council.form("bad.xlsx", &[("Stage", "P99")]));
    let due = |arguments: &[&str]| {
        council.say(&[&["retention", "--json"], arguments].concat()).expect(0).json()
    };
    assert_eq!(due(&[])["count"], 0);
    // The session of the example ends on 30 June 2026.
    assert_eq!(due(&["--as-of", "2032-06-29"])["count"], 1);
    let listed = due(&["--as-of", "2032-06-30"]);
    assert_eq!(listed["count"], 2, "{listed}");
    assert_eq!(listed["due"][0]["since"], "2032-06-30", "{listed}");
    council.say(&["retention", "--apply", "--as-of", "2032-06-30"]).expect(2);
    assert!(Path::new(&council.at("data/originals/1.sealed")).exists());

    let secrets = secrets(&council.at("data/clerkwork.db"));
    assert!(secrets.len() >= 8 && secrets.iter().all(|it| council.holds(it)));

    let erased = due(&["--apply", "--yes", "--as-of", "2032-06-30"]);
    assert_eq!((&erased["erased"], &erased["originals"]), (&Value::from(2), &Value::from(2)));
    assert_eq!(erased["wal_emptied"], true);
    assert!(!secrets.iter().any(|it| council.holds(it)));
    assert_eq!(files(&council.0.path().join("data/originals")), []);
    assert_eq!(due(&["--as-of", "2040-01-01"])["count"], 0);
    council.say(&["log", "verify"]).expect(0);
    council.say(&["doctor"]).expect(0);
    let again = [&["run", BOT, "--input", &good, "--json"], &NO_ROLL[..]].concat();
    let results = council.at("results.xlsx");
    let said = council.say(&[&again[..], &["--output", &results]].concat()).expect(0).json();
    assert_eq!((&said["already"], &said["done"]), (&Value::Bool(true), &Value::from(1)));

    let file = council.at("data/retention.toml");
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replace("6 years", "6 weeks").replace("\"session\"", "\"term\"");
    fs::write(&file, text).unwrap();
    let said = council.say(&["check"]).expect(2).out;
    assert!(said.contains("write the period as") && said.contains("trigger names"), "{said}");
    council.say(&["retention"]).expect(2);
}
