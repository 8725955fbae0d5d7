use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn an_outlet_is_told_of_when_it_has_been_down_for_longer_than_is_borne() {
    let since = at("2026-11-23T09:00:00Z");
    let outlets = [DownOutlet { outlet: "case".to_owned(), since, code: "unreached".to_owned() }];
    let watch = Watch::default();
    assert!(down(&outlets, &watch, at("2026-11-23T09:59:59Z")).is_empty());
    let told = down(&outlets, &watch, at("2026-11-23T10:00:00Z"));
    assert_eq!((told[0].code, told[0].subject.as_str()), (Code::OutletDown, "case"));
    assert!(told[0].says.contains("23/11/2026 09:00 (unreached)"), "{}", told[0].says);
    let patient = Watch { outlet_down_minutes: 240, ..watch };
    assert!(down(&outlets, &patient, at("2026-11-23T12:59:00Z")).is_empty());
}

#[test]
fn a_schedule_is_told_of_once_with_its_first_missed_run() {
    let run = |due: &str| MissedRun { schedule: "morning".to_owned(), due: at(due) };
    let told = missed(&[run("2026-11-24T07:30:00Z"), run("2026-11-23T07:30:00Z")]);
    assert_eq!(told.len(), 1);
    assert!(told[0].says.contains("due on 23/11/2026 07:30"), "{}", told[0].says);
}

#[test]
fn a_disk_that_is_nearly_full_must_get_more_room_than_it_lacked() {
    let watch = Watch { disk_free_mb: 1000, ..Watch::default() };
    assert_eq!(disk(1000, &watch, false), None);
    assert_eq!(disk(999, &watch, false).unwrap().level, Level::Warning);
    assert_eq!(disk(199, &watch, false).unwrap().level, Level::Bad);
    assert!(disk(1099, &watch, true).is_some());
    assert_eq!(disk(1100, &watch, true), None);
    // However little is asked for, work stops somewhere.
    let careless = Watch { disk_free_mb: 0, ..watch };
    assert!(disk(199, &careless, false).is_some());
}

#[test]
fn codes_are_read_as_they_are_written() {
    for code in Code::ALL {
        let watch: Watch = toml::from_str(&format!("leave_out = [\"{}\"]", code.as_str())).unwrap();
        assert_eq!(watch.leave_out, BTreeSet::from([*code]));
    }
    assert!(toml::from_str::<Watch>("leave_out = [\"batch-early\"]").is_err());
}
