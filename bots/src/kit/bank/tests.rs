//! The published test cases, and what they leave open.

mod exceptions;
mod files;

use proptest::prelude::*;

use super::{Checked, Table};
use crate::kit::Account;

use Checked::{CouldExist, NotCovered, Wrong};

const VALACDOS: &str = include_str!("../../../../fixtures/council/bank/valacdos.txt");
const SCSUBTAB: &str = include_str!("../../../../fixtures/council/bank/scsubtab.txt");

fn table() -> Table {
    Table::parse(VALACDOS, SCSUBTAB).unwrap()
}

fn check(table: &Table, sort_code: &str, number: &str) -> Checked {
    table.check(&Account { sort_code: sort_code.to_owned(), number: number.to_owned() })
}

/// What a case is of, its sort code and number, and what the check must say.
type Case = (&'static str, &'static str, &'static str, Checked);

/// Checks every case, and names each that comes out otherwise.
fn hold(table: &Table, cases: &[Case]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|case| (case, check(table, case.1, case.2)))
        .filter(|(case, checked)| *checked != case.3)
        .map(|((of, sort_code, number, expected), checked)| {
            format!("{of}: {sort_code}/{number} is {checked:?}, not {expected:?}")
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Section 3.1 of the specification, version 7.70. Its flag Y is "could exist", but for
/// case 13, where it says that the account cannot be checked.
const PUBLISHED: [Case; 34] = [
    ("1: modulus 10", "089999", "66374958", CouldExist),
    ("2: modulus 11", "107999", "88837491", CouldExist),
    ("3: modulus 11 and double alternate", "202959", "63748472", CouldExist),
    ("4: 10 and 11, only the first passes", "871427", "46238510", CouldExist),
    ("5: 10 and 11, only the second passes", "872427", "46238510", CouldExist),
    ("6: 10 with ab = 09 and g = 9", "871427", "09123496", CouldExist),
    ("7: 10 with ab = 99 and g = 9", "871427", "99123496", CouldExist),
    ("8: 3 at the start of a range, c = 6", "820000", "73688637", CouldExist),
    ("9: 3 at the end of a range, c = 9", "827999", "73988638", CouldExist),
    ("10: 3 with another c, both pass", "827101", "28748352", CouldExist),
    ("11: 4, the remainder is the check digit", "134020", "63849203", CouldExist),
    ("12: 1, 27 is added", "118765", "64371389", CouldExist),
    ("13: 6, a foreign currency", "200915", "41011166", NotCovered),
    ("14: 5, passes", "938611", "07806039", CouldExist),
    ("15: 5, passes with substitution", "938600", "42368003", CouldExist),
    ("16: 5, both remainders are 0", "938063", "55065200", CouldExist),
    ("17: 7, would fail the standard check", "772798", "99345694", CouldExist),
    ("18: 8", "086090", "06774744", CouldExist),
    ("19: 2 and 9, the first passes", "309070", "02355688", CouldExist),
    ("20: 2 and 9, the second passes with substitution", "309070", "12345668", CouldExist),
    ("21: 2 and 9, a is not 0, g is not 9", "309070", "12345677", CouldExist),
    ("22: 2 and 9, a is not 0, g is 9", "309070", "99345694", CouldExist),
    ("23: 5, only the first check digit is right", "938063", "15764273", Wrong),
    ("24: 5, only the second check digit is right", "938063", "15764264", Wrong),
    ("25: 5, the first remainder is 1", "938063", "15763217", Wrong),
    ("26: 1, fails", "118765", "64371388", Wrong),
    ("27: modulus 11 passes, double alternate fails", "203099", "66831036", Wrong),
    ("28: modulus 11 fails, double alternate passes", "203099", "58716970", Wrong),
    ("29: modulus 10 fails", "089999", "66374959", Wrong),
    ("30: modulus 11 fails", "107999", "88837493", Wrong),
    ("31: 12 and 13, only modulus 11 passes", "074456", "12345112", CouldExist),
    ("32: 12 and 13, both pass", "070116", "34012583", CouldExist),
    ("33: 12 and 13, only modulus 10 passes", "074456", "11104102", CouldExist),
    ("34: 14, only the second passes", "180002", "00000190", CouldExist),
];

#[test]
fn every_published_test_case_comes_out_as_published() {
    hold(&table(), &PUBLISHED);
}

#[test]
fn the_examples_in_the_text_of_the_specification_come_out_as_there() {
    let ours = "000000 000100 MOD11 0 0 0 0 0 0 7 5 8 3 4 6 2 1\n\
                499272 499273 DBLAL 2 1 2 1 2 1 2 1 2 1 2 1 2 1";
    let examples = Table::parse(ours, SCSUBTAB).unwrap();
    hold(
        &examples,
        &[
            ("1.3.3: 70 divided by 10", "499273", "12345678", CouldExist),
            ("1.3.3 with another last digit", "499273", "12345679", Wrong),
            ("1.3.4: 176 divided by 11", "000000", "58177632", CouldExist),
            ("1.3.4 with another last digit", "000000", "58177633", Wrong),
        ],
    );
    hold(&table(), &[("2.2.2, exception 14, example 1", "180002", "98093517", CouldExist)]);
}

#[test]
fn a_sort_code_in_no_range_is_not_rejected() {
    let table = table();
    for sort_code in ["000000", "070115", "102399", "108000", "309634", "938697", "999999"] {
        assert_eq!(check(&table, sort_code, "12345678"), NotCovered, "{sort_code}");
    }
}

#[test]
fn the_first_and_the_last_sort_code_of_a_range_are_in_it() {
    for sort_code in ["102400", "102401", "107998", "107999"] {
        assert_eq!(check(&table(), sort_code, "88837491"), CouldExist, "{sort_code}");
        assert_eq!(check(&table(), sort_code, "88837493"), Wrong, "{sort_code}");
    }
}

#[test]
fn what_is_not_six_digits_and_eight_is_wrong_even_where_no_range_is() {
    let table = table();
    for sort_code in ["", "08999", "0899990", "08-99-99", "08999O", "٠٨٩٩٩٩", "99999x"] {
        assert_eq!(check(&table, sort_code, "66374958"), Wrong, "{sort_code:?}");
    }
    for number in ["", "6637495", "663749580", "6637495 ", "+6374958", "é374958", "é63749"] {
        assert_eq!(check(&table, "089999", number), Wrong, "{number:?}");
        assert_eq!(check(&table, "999999", number), Wrong, "{number:?}");
    }
}

/// An account number of eight digits.
fn number() -> impl Strategy<Value = [u8; 8]> {
    prop::array::uniform8(0..10_u8)
}

/// The total of plain modulus 11, as the sort code 107999 has it.
fn weighted(digits: [u8; 8]) -> u32 {
    digits.iter().zip((1..=8).rev()).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// One that passes there: its last digit, of weight 1, makes up for the rest.
fn good_number() -> impl Strategy<Value = [u8; 8]> {
    number().prop_filter_map("the last digit would be 10", |mut digits| {
        digits[7] = 0;
        digits[7] = u8::try_from((11 - weighted(digits) % 11) % 11).ok()?;
        (digits[7] < 10).then_some(digits)
    })
}

fn text(digits: [u8; 8]) -> String {
    digits.iter().map(u8::to_string).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    // The weights 8 to 1 and the differences 1 to 9 have no factor in common with 11.
    #[test]
    fn one_other_digit_makes_a_good_number_of_plain_modulus_11_wrong(
        digits in good_number(), place in 0..8_usize, more in 1..10_u8,
    ) {
        let table = table();
        prop_assert_eq!(check(&table, "107999", &text(digits)), CouldExist);
        let mut other = digits;
        other[place] = (other[place] + more) % 10;
        prop_assert_eq!(check(&table, "107999", &text(other)), Wrong);
    }

    #[test]
    fn a_number_of_plain_modulus_11_passes_where_its_weighted_total_leaves_nothing(
        digits in number(),
    ) {
        let passes = weighted(digits).is_multiple_of(11);
        let expected = if passes { CouldExist } else { Wrong };
        prop_assert_eq!(check(&table(), "107999", &text(digits)), expected);
    }

    #[test]
    fn any_text_has_an_answer(sort_code in ".{0,8}", number in ".{0,10}") {
        let six = sort_code.len() == 6 && sort_code.bytes().all(|it| it.is_ascii_digit());
        let eight = number.len() == 8 && number.bytes().all(|it| it.is_ascii_digit());
        let checked = check(&table(), &sort_code, &number);
        prop_assert!(checked == Wrong || six && eight);
    }

    #[test]
    fn any_file_is_read_or_refused(weights in "([0-9A-Z -]{0,90}\n){0,4}", more in ".{0,80}") {
        for (valacdos, scsubtab) in
            [(weights.as_str(), more.as_str()), (&more, &weights), (&weights, SCSUBTAB)]
        {
            if let Err(fault) = Table::parse(valacdos, scsubtab) {
                prop_assert!(fault.line >= 1 && !fault.problem.is_empty());
            }
        }
    }
}
