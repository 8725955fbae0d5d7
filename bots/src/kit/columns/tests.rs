//! Headers, cells, dates and money.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::{Cell, Day, Fault, Fields, Template, dates, money, plain};

const TEMPLATE: &str = r#"
[[column]]
header = "Applied on"
kind = "date"
required = true
help = "h"
synonyms = ["Application date", "Date"]
[[column]]
header = "Net earnings"
kind = "money"
required = true
help = "h"
synonyms = ["Take home"]
[[column]]
header = "Wanted"
kind = "yes-no"
help = "h"
[[column]]
header = "Note"
kind = "text"
help = "h"
synonyms = ["Wanted note"]
"#;

const DAY: Day = Day { today: date(2027, 1, 1), epoch_1904: false };

fn template() -> Template {
    Template::from_toml(TEMPLATE).unwrap()
}

fn none() -> BTreeMap<String, String> {
    BTreeMap::new()
}

#[test]
fn headers_match_without_case_spaces_and_punctuation() {
    let binding = template().bind(&["APPLIED-ON", " net\u{a0}earnings "], &none()).unwrap();
    assert_eq!((binding.places(0), binding.places(1)), (&[0][..], &[1][..]));
    assert_eq!(binding.absent_optional(), ["Wanted", "Note"]);
    let noted = template().bind(&["Applied on (dd/mm/yyyy)", "Net earnings* (£)"], &none());
    assert_eq!(noted.unwrap().places(1), [1]);
    assert_eq!(template().known(&["applied on", "x", "", "TAKE HOME"], &none()), 2);
}

#[test]
fn an_exact_header_beats_a_synonym_and_a_councils_own_beats_both() {
    let headers = ["Date", "Applied on", "Take home", "UC take home", "Other", ""];
    let council = BTreeMap::from([("UC Take-Home".to_owned(), "Net earnings".to_owned())]);
    let binding = template().bind(&headers, &council).unwrap();
    assert_eq!((binding.places(0), binding.places(1)), (&[1][..], &[3][..]));
    assert_eq!(binding.unknown(), ["Date", "Take home", "Other"]);
    assert!(binding.duplicated().is_empty());
}

#[test]
fn absent_required_columns_refuse_the_sheet_by_name() {
    let absent = template().bind(&["Wanted"], &none()).unwrap_err();
    assert_eq!(absent.columns, ["Applied on", "Net earnings"]);
    assert!(absent.to_string().contains("Applied on, Net earnings"));
}

#[test]
fn a_column_that_stands_twice_must_agree_with_itself() {
    let headers = ["Applied on", "Net earnings", "Net earnings"];
    let binding = template().bind(&headers, &none()).unwrap();
    assert_eq!(binding.duplicated(), ["Net earnings"]);
    let read =
        |one, other| template().read(&binding, &[Cell::Text("01/02/2025"), one, other], &DAY);
    let same = read(Cell::Text("£5"), Cell::Number(Decimal::from(5))).unwrap();
    assert_eq!(same.money("net_earnings"), Some(Decimal::from(5)));
    assert!(read(Cell::Empty, Cell::Text("5")).is_ok());
    let differ = read(Cell::Text("5"), Cell::Text("6")).unwrap_err();
    assert_eq!((differ[0].code, differ[0].column.as_str()), ("two-columns", "Net earnings"));
    assert!(differ[0].expected.contains("columns B and C"));
}

#[test]
fn a_template_with_a_fault_names_it() {
    for (text, words) in [
        (
            "[[column]]\nheader = \"A\"\nkind = \"date\"\nhelp = \"h\"\nsynonyms = [\"B\"]\n\
          [[column]]\nheader = \"b\"\nkind = \"date\"\nhelp = \"h\"\n",
            "used twice",
        ),
        ("[[column]]\nheader = \"A\"\nkind = \"dat\"\nhelp = \"h\"\n", "no such kind"),
        ("[[column]]\nheader = \"A\"\nkind = \"choice\"\nhelp = \"h\"\n", "needs values"),
        ("[[column]]\nheader = \"A\"\nkind = \"digits\"\nhelp = \"h\"\n", "need a length"),
        ("[[column]]\nheader = \"A\"\nkind = \"text\"\nhelp = \"h\"\nwrong = 1\n", "unknown field"),
    ] {
        let fault = Template::from_toml(text).unwrap_err().to_string();
        assert!(fault.contains(words), "{fault}");
    }
}

#[test]
fn dates_are_read_as_people_write_them() {
    let april = date(2025, 4, 3);
    for text in [
        "03/04/2025",
        "3/4/2025",
        "3-4-2025",
        "03.04.2025",
        "2025-04-03",
        "2025/04/03",
        "2025-04-03T00:00:00",
        "2025-04-03T12:30:00Z",
        "2025-04-03 00:00:00",
        "03/04/2025 09:15",
        "03/04/2025 9:15 am",
        "3 April 2025",
        "3 Apr 2025",
        "3rd april 2025",
        "03-APR-2025",
        "\u{a0}3 April, 2025 ",
        "45750",
    ] {
        assert_eq!(dates::from_text(text, false), Ok(april), "{text}");
    }
    assert_eq!(dates::from_text("1 Sept 2025", false), Ok(date(2025, 9, 1)));
    assert_eq!(dates::from_text("29/02/2024", false), Ok(date(2024, 2, 29)));
}

#[test]
fn what_is_no_date_is_told_with_the_reason() {
    for (text, words) in [
        ("31/02/2025", "does not exist"),
        ("29/02/2025", "does not exist"),
        ("00/01/2025", "does not exist"),
        ("2025-02-30", "does not exist"),
        ("04/13/2025", "twelve months"),
        ("01/00/2025", "twelve months"),
        ("03/04/25", "four digits"),
        ("3 April 25", "four digits"),
        ("01/01/0025", "four digits"),
        ("99999999", ""),
        ("tomorrow", ""),
        ("", ""),
        ("3/4", ""),
        ("3/4/2025/1", ""),
        ("3 A 2025", ""),
        ("3 Ma 2025", ""),
        ("-1", ""),
        ("٣/٤/٢٠٢٥", ""),
        ("3é/4/2025", ""),
        ("20250403", ""),
        ("00000", "no day"),
    ] {
        let problem = dates::from_text(text, false).unwrap_err();
        assert!(problem.contains(words), "{text}: {problem}");
    }
}

#[test]
fn serials_are_days_in_both_epochs() {
    let serial = |days: i64, epoch| dates::from_serial(Decimal::from(days), epoch);
    let cases: [(i64, Date); 5] = [
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
        (45750, date(2025, 4, 3)),
        (2_958_465, date(9999, 12, 31)),
    ];
    for (days, expected) in cases {
        assert_eq!(serial(days, false), Ok(expected), "{days}");
    }
    for days in [0, 60, -1, 2_958_466, i64::MAX] {
        assert!(serial(days, false).is_err(), "{days}");
    }
    assert_eq!(serial(0, true), Ok(date(1904, 1, 1)));
    assert_eq!(serial(44288, true), Ok(date(2025, 4, 3)));
    assert_eq!(serial(2_957_003, true), Ok(date(9999, 12, 31)));
    assert!(serial(2_957_004, true).is_err());
    let morning = Decimal::new(457_505, 1);
    assert_eq!(dates::from_serial(morning, false), Ok(date(2025, 4, 3)));
    assert!(dates::from_serial(Decimal::MAX, false).is_err());
}

#[test]
fn money_is_read_as_people_write_it() {
    for (text, expected) in [
        ("850", "850.00"),
        ("£850.00", "850.00"),
        ("£ 1,234.5", "1234.50"),
        (" 0 ", "0.00"),
        ("1,234,567.89", "1234567.89"),
        ("850.", "850.00"),
        ("1 234.00", "1234.00"),
        ("849.9999999", "850.00"),
        ("999999999.99", "999999999.99"),
    ] {
        assert_eq!(money::from_text(text).unwrap().to_string(), expected, "{text}");
    }
    let wrong = [
        "",
        "-",
        "N/A",
        "£",
        ".",
        "-5",
        "(5.00)",
        "£-5",
        "8,50",
        "12,34.00",
        "1234,567",
        "1e3",
        "5.005",
        "850.001",
        "5.00.00",
        "five",
        "£5 pm",
        "1,,000",
        ",100",
        "٥",
        "9999999999",
        "0.0000000000000000001",
        "99999999999999999999",
    ];
    for text in wrong {
        assert!(money::from_text(text).is_err(), "{text}");
    }
    let number = |text: &str| money::from_number(text.parse().unwrap()).map(|it| it.to_string());
    assert_eq!(number("849.99999999999"), Ok("850.00".to_owned()));
    assert_eq!(number("-0.0000000001"), Ok("0.00".to_owned()));
    assert!(number("849.999").is_err() && number("-0.01").is_err());
    assert!(money::from_number(Decimal::MAX).is_err() && money::from_number(Decimal::MIN).is_err());
}

#[test]
fn a_balance_may_be_below_nothing_in_all_the_ways_that_accounts_print() {
    let pence = |amount: i64| Some(Decimal::new(amount, 2));
    for (text, read) in [
        ("12.40", pence(1240)),
        ("£1,012.40", pence(101_240)),
        ("-12.40", pence(-1240)),
        ("\u{2212}12.40", pence(-1240)),
        ("- £ 12.40", pence(-1240)),
        ("£-12.40", pence(-1240)),
        ("(12.40)", pence(-1240)),
        ("(£1,012.40)", pence(-101_240)),
        ("12.40-", pence(-1240)),
        ("12.40 CR", pence(-1240)),
        ("£12.40cr", pence(-1240)),
        ("-0.00", pence(0)),
        ("--12", None),
        ("-(12)", None),
        ("(12", None),
        ("12.405", None),
        ("-1,2", None),
        ("12 DR", None),
        ("-", None),
        ("CR", None),
        ("nothing", None),
    ] {
        assert_eq!(money::balance_from_text(text).ok(), read, "{text}");
    }
    let number = |number: Decimal| money::balance_from_number(number).ok();
    assert_eq!(number(Decimal::new(-12_404_000_001, 9)), None);
    assert_eq!(number(Decimal::new(-1_240, 2)), pence(-1240));
    assert_eq!(number(Decimal::new(-124_000_000_001, 10)), pence(-1240));
    assert_eq!(number(Decimal::new(-1, 9)).map(|it| it.to_string()), Some("0.00".to_owned()));
    assert_eq!(number(Decimal::from(-1_000_000_000)), None);
}

#[test]
fn yes_and_no_have_many_spellings() {
    let binding = template().bind(&["Applied on", "Net earnings", "Wanted"], &none()).unwrap();
    let read = |cell| {
        let cells = [Cell::Text("01/02/2025"), Cell::Text("1"), cell];
        template().read(&binding, &cells, &DAY).map(|fields| fields.yes("wanted"))
    };
    let one = Cell::Number(Decimal::ONE);
    for cell in [Cell::Text(" YES "), Cell::Text("y"), Cell::Text("True"), one, Cell::Bool(true)] {
        assert_eq!(read(cell).unwrap(), Some(true));
    }
    for cell in [Cell::Text("No"), Cell::Text("0"), Cell::Number(Decimal::ZERO)] {
        assert_eq!(read(cell).unwrap(), Some(false));
    }
    assert_eq!(read(Cell::Text(" \u{a0}\u{200b}")).unwrap(), None);
    assert!(read(Cell::Text("maybe")).is_err() && read(Cell::Number(Decimal::TWO)).is_err());
}

#[test]
fn what_was_found_never_shows_by_accident() {
    let fault = Fault::new("School", "empty", "a name", "SECRET");
    assert!(!format!("{fault} {fault:?}").contains("SECRET"));
    let headers = ["Applied on", "Net earnings", "Note"];
    let binding = template().bind(&headers, &none()).unwrap();
    let cells = [Cell::Text("01/02/2025"), Cell::Text("1"), Cell::Text("SECRET")];
    let fields = template().read(&binding, &cells, &DAY).unwrap();
    assert_eq!(fields.text("note"), Some("SECRET"));
    assert!(!format!("{fields:?}").contains("SECRET"));
}

#[test]
fn one_form_for_many_spellings() {
    assert_eq!(plain("O’Neill-Màrtainn"), "oneillmartainn");
    assert_eq!(plain("Ma\u{300}rtainn"), "martainn");
    assert_eq!(plain("ÅSA Łukasz ß"), "asalukaszss");
    assert_eq!(plain(" P 1 "), "p1");
    assert_eq!(plain("Ольга"), "ольга");
}

#[test]
fn several_dates_and_numbers_are_read_as_people_write_them() {
    let template = Template::from_toml(
        r#"
[[column]]
header = "Births"
kind = "dates"
help = "h"
[[column]]
header = "How many"
kind = "number"
whole = true
most = 20
help = "h"
[[column]]
header = "Hours"
kind = "number"
most = 168
help = "h"
"#,
    )
    .unwrap();
    let binding = template.bind(&["Births", "How many", "Hours"], &none()).unwrap();
    let read = |cells: [Cell<'_>; 3]| match template.read(&binding, &cells, &DAY) {
        Ok(fields) => {
            let text = |key| fields.text(key).unwrap_or("-").to_owned();
            [text("births"), text("how_many"), text("hours")].join("|")
        }
        Err(faults) => faults.iter().map(|it| it.code).collect::<Vec<_>>().join("|"),
    };
    let (text, number) = (Cell::Text, |text: &str| Cell::Number(text.parse().unwrap()));
    for (cells, answer) in [
        (
            [text("04/06/2018; 1 May 2020;"), text(" 2 "), number("37.50")],
            "2018-06-04; 2020-05-01|2|37.5",
        ),
        ([Cell::Date(date(2018, 6, 4)), number("0"), Cell::Empty], "2018-06-04|0|-"),
        ([Cell::Empty, number("20"), number("168")], "-|20|168"),
        ([text("31/02/2020"), number("1.5"), text("many")], "not-a-date|not-a-number|not-a-number"),
        ([text(" ; "), number("-1"), number("168.01")], "not-a-date|not-a-number|not-a-number"),
        (
            [text("04/06/2018 and 2020"), number("21"), number("0.125")],
            "not-a-date|not-a-number|not-a-number",
        ),
    ] {
        assert_eq!(read(cells), answer);
    }
}

#[test]
fn a_column_may_say_how_long_a_text_may_be_and_that_a_date_is_a_text_of_its_own() {
    let template = Template::from_toml(
        "[[column]]\nheader = \"Long\"\nkind = \"text\"\nlongest = 600\nhelp = \"h\"\n\
         [[column]]\nheader = \"Short\"\nkind = \"text\"\nhelp = \"h\"\n\
         [[column]]\nheader = \"Starts\"\nkind = \"text\"\nor_date = true\nhelp = \"h\"\n",
    )
    .unwrap();
    let binding = template.bind(&["Long", "Short", "Starts"], &BTreeMap::new()).unwrap();
    let day = Day { today: date(2026, 1, 1), epoch_1904: false };
    let starts = Cell::Date(date(2026, 4, 1));
    let (fits, too_long) = ("a".repeat(600), "a".repeat(601));
    let read = |long: &str, short: Cell<'_>| {
        template.read(&binding, &[Cell::Text(long), short, starts], &day)
    };
    let fields = read(&fits, Cell::Text(&fits[..500])).unwrap();
    assert_eq!(fields.text("starts"), Some("2026-04-01"));
    let codes = |read: Result<Fields, Vec<Fault>>| -> Vec<&'static str> {
        read.unwrap_err().iter().map(|fault| fault.code).collect()
    };
    assert_eq!(codes(read(&too_long, Cell::Text(&fits[..501]))), ["too-long", "too-long"]);
    assert_eq!(codes(read(&fits, starts)), ["not-text"]);
}
