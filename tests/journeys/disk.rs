//! A full disk stops a run with a clear word; with room again, the same command goes on.

use std::process::Command;

use crate::harness::{Office, PROGRAM, Ran, Sheet, TODAY};

/// Runs in a small file system of its own, which is gone when the shell ends. With room made, the
/// same command goes on.
const SMALL_DISK: &str = r#"
set -e
mount -t tmpfs -o size=3m tmpfs "$SMALL"
cp -a "$DATA/." "$SMALL"
run() { "$PROGRAM" run free-school-meals --json --as-of "$TODAY" --data "$SMALL" --input "$INPUT" \
  --output "$OUTPUT" --lookup school-roll=none; }
code=0; run >&2 || code=$?
echo "full: $code"
mount -o remount,size=200m "$SMALL"
code=0; run || code=$?
echo "room: $code"
"$PROGRAM" log verify --data "$SMALL" >&2 || exit 1
"#;

/// The same by a limit on the size of files, where no file system may be mounted.
const SMALL_FILES: &str = r#"
run() { "$PROGRAM" run free-school-meals --json --as-of "$TODAY" --data "$DATA" --input "$INPUT" \
  --output "$OUTPUT" --lookup school-roll=none; }
code=0; ( trap '' XFSZ; ulimit -f 1500; run >&2 ) || code=$?
echo "full: $code"
code=0; run || code=$?
echo "room: $code"
"$PROGRAM" log verify --data "$DATA" >&2 || exit 1
"#;

fn shell(mounting: bool, script: &str) -> Command {
    let mut command = if mounting {
        let mut command = Command::new("unshare");
        command.args(["--mount", "bash"]);
        command
    } else {
        Command::new("bash")
    };
    command.args(["-c", script]);
    command
}

fn may_mount(office: &Office) -> bool {
    let mut command = shell(true, "mount -t tmpfs tmpfs \"$SMALL\"");
    let tried = command.env("SMALL", office.file("small")).output();
    tried.is_ok_and(|output| output.status.success())
}

#[test]
fn a_full_disk_stops_the_run_and_with_room_the_same_command_goes_on() {
    let office = Office::open();
    std::fs::create_dir(office.file("small")).unwrap();
    let mounting = may_mount(&office);
    ends_well(&office, mounting);
}

#[test]
fn a_file_that_may_not_grow_stops_the_run_and_with_room_the_same_command_goes_on() {
    ends_well(&Office::open(), false);
}

fn ends_well(office: &Office, mounting: bool) {
    let sheet = Sheet::of(office, 1_500);
    let script = if mounting { SMALL_DISK } else { SMALL_FILES };
    let mut command = shell(mounting, script);
    command
        .env("PROGRAM", PROGRAM)
        .env("TODAY", TODAY)
        .env("DATA", office.data())
        .env("INPUT", &sheet.file)
        .env("OUTPUT", office.file("results.xlsx"))
        .env("SMALL", office.file("small"));
    let ran = Ran::of(&mut command);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.starts_with("full: 1\n"), "{ran}");
    assert!(ran.stdout.ends_with("room: 3\n"), "{ran}");
    assert!(!ran.stderr.contains("a fault in the program"), "{ran}");
    assert!(ran.stderr.contains("the log is sound"), "{ran}");
    let json = ran.stdout.lines().nth(1).unwrap().to_owned();
    let went_on = Ran { code: 3, stdout: json, stderr: String::new() };
    went_on.totals_balance();
    assert_eq!((went_on.count("rows"), went_on.count("in_hand")), (1_500, 0));
    let rows: Vec<String> = sheet.rows.iter().map(u32::to_string).collect();
    assert_eq!(office.results().sheet("Results").column("Row"), rows);
}
