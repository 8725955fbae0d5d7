//! Benefit claims from a sheet to their results: each comes out to the penny, and from the day, that
//! a second calculator has, which was written from the same pages of law without sight of the bot.

use clerkwork_fixtures::claims::{Claim, DECISION, claims};
use clerkwork_fixtures::sheet::{write_claims, write_claims_csv};

use crate::harness::{Office, Ran, Results};

/// All of them, once.
const CLAIMS: u64 = 646;
/// Some claims are of the year 2026/27.
const TODAY: &str = "2027-06-30";

fn run(office: &Office, sheet: &str) -> Ran {
    let (input, output) = (office.file(sheet), office.file("results.xlsx"));
    let mut command = office.command(&["run", "benefits-claims", "--json", "--as-of", TODAY]);
    Ran::of(command.arg("--input").arg(input).arg("--output").arg(output))
}

#[test]
fn every_claim_comes_out_as_the_second_calculator_has_it() {
    let made: Vec<Claim> = claims(CLAIMS, false).collect();
    for sheet in ["claims.xlsx", "claims.csv"] {
        let office = Office::open();
        if sheet == "claims.csv" {
            write_claims_csv(&office.file(sheet), &made).unwrap();
        } else {
            write_claims(&office.file(sheet), &made).unwrap();
        }
        let ran = run(&office, sheet);
        assert_eq!(ran.code, 3, "{ran}");
        ran.totals_balance();
        let wrong = differences(&office.results(), &made);
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
        for (total, outcome) in [("done", "decided"), ("referred", "referred")] {
            let expected = made.iter().filter(|claim| claim.outcome == outcome).count();
            assert_eq!(ran.count(total), i64::try_from(expected).unwrap(), "{total}");
        }
        office.log_is_sound();
    }
}

fn differences(results: &Results, made: &[Claim]) -> Vec<String> {
    let sheet = results.sheet("Results");
    assert_eq!(sheet.headers[3..13], DECISION);
    assert_eq!(sheet.rows.len(), made.len());
    for column in ["Housing Benefit weekly", "HB from", "Council Tax Reduction weekly", "CTR from"]
    {
        sheet.has_no_text_in(column);
    }
    let mut wrong = Vec::new();
    for (row, claim) in sheet.rows.iter().zip(made) {
        let what = format!("{} ({})", claim.reference, claim.about);
        if row[2] != claim.outcome {
            wrong.push(format!("{what}: {} and not {}", row[2], claim.outcome));
        } else if claim.outcome != "rejected" {
            for ((header, got), expected) in DECISION.iter().zip(&row[3..]).zip(&claim.decision) {
                if without_dashes(got) != plain(expected) {
                    wrong.push(format!("{what}: {header} is {got:?} and not {expected:?}"));
                }
            }
        }
    }
    wrong
}

/// What is missing on one side of `HB / CTR` is a dash to the reader, and nothing to the calculator.
fn without_dashes(text: &str) -> String {
    text.replace("- /", " /").replace("/ -", "/ ")
}

/// A number as the results are read back: without needless zeros.
fn plain(text: &str) -> String {
    let number: Option<f64> = text.parse().ok();
    number.map_or_else(|| text.to_owned(), |number| number.to_string())
}

#[test]
fn the_same_claims_by_other_people_are_claims_of_their_own() {
    let office = Office::open();
    let made: Vec<Claim> = claims(2 * CLAIMS - 22, true).collect();
    write_claims(&office.file("claims.xlsx"), &made).unwrap();
    let ran = run(&office, "claims.xlsx");
    assert_eq!((ran.count("rejected"), ran.count("duplicates")), (0, 0), "{ran}");
    assert_eq!(ran.count("items"), i64::try_from(made.len()).unwrap());
}
