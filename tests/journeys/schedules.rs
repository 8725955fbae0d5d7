//! Each schedule is shown in plain English with its next runs; what is wrong with it is said.

use crate::harness::Office;

const SCHEDULE: &str = "schedules/free-school-meals.toml";
const NAME: &str = "free-school-meals";

/// The days of the next runs of the free school meals schedule, with exit code 0.
fn next(office: &Office, as_of: &str) -> Vec<String> {
    let ran = office.clerkwork(&["schedules", NAME, "--as-of", as_of, "--json"]);
    assert_eq!(ran.code, 0, "{ran}");
    let object = ran.json();
    let runs = object["schedules"][0]["next"].as_array().unwrap().clone();
    runs.iter().map(|run| run["at"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_schedule_is_shown_with_five_runs_and_a_deadline() {
    let office = Office::open();
    let object = office.clerkwork(&["schedules", "--json"]).json();
    let shown = object["schedules"].as_array().unwrap();
    assert_eq!(shown.len(), clerkwork_bots::all().len());
    for it in shown {
        // Of a yearly one, those that the calendar knows, and it says where that ends.
        let ends = it["then"].as_str().is_some_and(|then| then.contains("knows bank holidays"));
        let runs = it["next"].as_array().unwrap().len();
        assert!(runs == 5 || (ends && runs > 0), "{it}");
        assert!(it["deadline"].as_str().unwrap().contains("is due by"), "{it}");
    }
    assert_eq!(object["run_by"], "clerkwork serve");
    assert!(object["schedules"][0]["last"]["run"].is_null(), "{object}");
    let text = office.clerkwork(&["schedules"]).stdout;
    assert!(text.contains("as long as clerkwork serve runs"), "{text}");
    assert!(text.contains("Last      it has not run by itself yet"), "{text}");
}

#[test]
fn over_christmas_the_bank_holidays_and_the_councils_days_are_left_out() {
    let office = Office::open();
    let runs = next(&office, "2026-12-23");
    let days: Vec<&str> = runs.iter().map(|run| &run[..10]).collect();
    assert_eq!(days, ["2026-12-23", "2026-12-24", "2027-01-05", "2027-01-06", "2027-01-07"]);
    let text = office.clerkwork(&["schedules", NAME, "--as-of", "2026-12-23"]).stdout;
    for line in [
        "07:30, Monday to Friday, not on Scottish bank holidays or the council's closed days",
        "Friday 25 December 2026: Christmas Day",
        "Monday 28 December 2026: Boxing Day, substitute day",
        "Tuesday 29 December 2026: Christmas closure",
        "Monday 4 January 2027: 2nd January, substitute day",
        "what comes in on Wednesday 23 December 2026 is due by Friday 8 January 2027",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    std::fs::remove_file(office.data().join("calendars/scotland.toml")).unwrap();
    let runs = next(&office, "2026-12-23");
    assert_eq!(&runs[2][..10], "2026-12-29", "without the council's own days");
}

#[test]
fn the_change_of_the_clocks_is_shown() {
    let office = Office::open();
    let runs = next(&office, "2026-10-23");
    assert_eq!(runs[0], "2026-10-23T07:30:00+01:00");
    assert_eq!(runs[1], "2026-10-26T07:30:00+00:00");
    let text = office.clerkwork(&["schedules", NAME, "--as-of", "2026-10-23"]).stdout;
    let marked: Vec<&str> = text.lines().filter(|line| line.contains("UTC")).collect();
    let expected = "Monday 26 October 2026, 07:30  (the clocks have changed: UTC+00:00)";
    assert!(marked.len() == 1 && marked[0].contains(expected), "{text}");
    office.edit(SCHEDULE, |text| text.replace("30 7 * * Mon-Fri", "30 1 * * *"));
    assert_eq!(next(&office, "2026-03-29")[0], "2026-03-29T02:00:00+01:00");
    assert_eq!(
        next(&office, "2026-10-25")[..2],
        ["2026-10-25T01:30:00+01:00", "2026-10-26T01:30:00+00:00"]
    );
}

#[test]
fn past_the_published_years_it_says_so() {
    let office = Office::open();
    assert_eq!(next(&office, "2028-12-28").len(), 2);
    let text = office.clerkwork(&["schedules", NAME, "--as-of", "2028-12-28"]).stdout;
    assert!(text.contains("to 31/12/2028 and cannot say of 01/01/2029"), "{text}");
    let check = ["check", NAME, "--lookup", "school-roll=none"];
    let now = office.clerkwork(&[&check[..], &["--as-of", "2026-10-01"]].concat());
    assert!(
        now.stdout.contains("ok       calendar     scotland: bank holidays are known"),
        "{now}"
    );
    let later = office.clerkwork(&[&check[..], &["--as-of", "2028-09-01"]].concat());
    assert!(later.stdout.contains("warning  calendar     scotland"), "{later}");
    office.edit("calendars/scotland.toml", |text| {
        let text = text.replace("[closed]", "until = \"2029-12-31\"\n[closed]");
        text.replace("[open]", "2029-01-01 = \"New Year's Day\"\n[open]")
    });
    assert_eq!(&next(&office, "2028-12-28")[2][..10], "2029-01-02", "as the council says");
}

#[test]
fn a_calendar_that_is_not_known_or_not_right_is_told() {
    let office = Office::open();
    office.edit(SCHEDULE, |text| text.replace("\"scotland\"", "\"alba\""));
    for command in [["schedules", NAME].as_slice(), &["check", NAME, "--lookup=school-roll=none"]] {
        let ran = office.clerkwork(command);
        assert_eq!(ran.code, 2, "{ran}");
        for words in ["calendar \"alba\" is not known", "england-and-wales, northern-ireland"] {
            assert!(ran.stdout.contains(words), "{ran}");
        }
    }
    office.put("calendars/alba.toml", "bank_holidays = \"scotland\"\n");
    assert_eq!(next(&office, "2026-11-30")[0], "2026-12-01T07:30:00+00:00");
    // What is wrong with a file of the council's own is not made good by what is carried.
    office.edit("calendars/scotland.toml", |text| text.replace("2026-04-06", "2026-04-31"));
    let all = office.clerkwork(&["schedules"]);
    assert_eq!(all.code, 2, "{all}");
    assert!(all.stdout.contains("calendars/scotland.toml is not right"), "{all}");
    assert!(all.stdout.contains("calendar \"scotland\" is not known, or"), "{all}");
    assert_eq!(office.clerkwork(&["schedules", NAME]).code, 0, "that one has another calendar");
}

#[test]
fn a_schedule_without_times_and_one_that_is_not_there_are_told() {
    let office = Office::open();
    office.edit(SCHEDULE, |text| {
        let (before, after) = text.split_once("[when]").unwrap();
        format!("{before}{}", &after[after.find("[limits]").unwrap()..])
    });
    let ran = office.clerkwork(&["schedules", NAME]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("only when it is asked to"), "{ran}");
    office.clerkwork(&["schedules", "milk"]).refused(2, &["milk", "there are: benefits-claims"]);
}
