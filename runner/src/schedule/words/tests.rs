use super::*;
use crate::schedule::calendar::Division;
use crate::schedule::{Missed, Overlap};

fn said(cron: &str) -> String {
    let it = at("Europe/London", cron);
    when(&it, &Times::of(&it).unwrap(), &Calendar::weekdays())
}

fn at(zone: &str, cron: &str) -> When {
    When {
        cron: cron.to_owned(),
        time_zone: zone.to_owned(),
        calendar: None,
        missed: Missed::Last,
        overlap: Overlap::Skip,
        deadline: None,
    }
}

#[test]
fn a_cron_line_is_said_in_plain_english() {
    let lines = [
        ("30 7 * * Mon-Fri", "07:30, Monday to Friday"),
        ("0 8-17 * * Mon-Fri", "every hour from 08:00 to 17:00, Monday to Friday"),
        ("0 8,13 * * *", "08:00 and 13:00, every day"),
        ("*/15 8-17 * * 1-5", "every 15 minutes from 08:00 to 17:45, Monday to Friday"),
        ("* * * * *", "every minute from 00:00 to 23:59, every day"),
        ("0 */2 * * *", "every 2 hours from 00:00 to 22:00, every day"),
        ("5 6 * * Tue", "06:05, Tuesday"),
        ("5 6 * * Sun,Mon,Fri", "06:05, Monday, Friday and Sunday"),
        ("0 6 * * Sat,Sun", "06:00, Saturday and Sunday"),
        ("0 6 * * 0-6", "06:00, every day"),
        ("0 6 1,15 * *", "06:00, on the 1st and 15th of the month"),
        (
            "0 6 2,3,11,22,23,31 * *",
            "06:00, on the 2nd, 3rd, 11th, 22nd, 23rd and 31st of the month",
        ),
        ("0 6 1 4,10 *", "06:00, on the 1st of the month in April and October"),
        ("0 6 1 * Mon", "06:00, on the 1st of the month and also Monday"),
        ("0,20 6,9,13 * * Mon", "6 times from 06:00 to 13:20, Monday"),
        ("0 6 L * *", "by the cron line \"0 6 L * *\""),
    ];
    for (cron, words) in lines {
        assert_eq!(said(cron), words, "{cron}");
    }
}

#[test]
fn closed_days_and_another_clock_are_said() {
    let it = at("Europe/Dublin", "30 7 * * Mon-Fri");
    let times = Times::of(&it).unwrap();
    let ireland = Calendar::of(Division::NorthernIreland);
    assert_eq!(
        when(&it, &times, &ireland),
        "07:30, Monday to Friday, not on bank holidays of Northern Ireland, by the clock of \
         Europe/Dublin"
    );
}

#[test]
fn a_deadline_is_said_with_its_day() {
    let text = "bot = \"x\"\n[source]\nconnector = \"spreadsheet\"\n[when]\ncron = \"0 7 * * *\"\n\
                time_zone = \"Europe/London\"\ncalendar = \"scotland\"\ndeadline = \"DAYS\"\n";
    let said = |days: &str, today: &str| {
        let (schedule, _) = crate::schedule::parse("x", &text.replace("DAYS", days)).unwrap();
        deadline(&schedule, &Calendar::of(Division::Scotland), today.parse().unwrap())
    };
    assert_eq!(
        said("5 working days", "2026-12-23").unwrap(),
        "5 working days: what comes in on Wednesday 23 December 2026 is due by Tuesday 5 January 2027"
    );
    assert_eq!(
        said("1 working day", "2026-11-27").unwrap(),
        "1 working day: what comes in on Friday 27 November 2026 is due by Tuesday 1 December 2026"
    );
    assert!(said("5 working days", "2028-12-28").unwrap().contains("cannot say of 01/01/2029"));
    assert_eq!(said("soon", "2026-11-27"), None);
}
