//! The invented council's demo day: what every page has to show.

use std::path::Path;

use clerkwork_fixtures::accounts::accounts;
use clerkwork_fixtures::claims::claims;
use clerkwork_fixtures::sheet::{CsvForm, write_accounts, write_claims};
use clerkwork_fixtures::{Layout, write_csv};
use clerkwork_runner::job_log::Actor;
use clerkwork_runner::payments::release::release;
use clerkwork_runner::settings::os_actor;
use clerkwork_runner::state::Item;
use clerkwork_runner::store::items::Listed;
use clerkwork_runner::store::payments::Filter;

use super::served::{Served, make_people};
use crate::harness::{Office, Ran, Sheet, TODAY};

/// Applications of a sheet.
const ROWS: u64 = 90;

/// A day's work, and what of it pages are about.
pub(super) struct Day {
    /// The page, at work.
    pub(super) served: Served,
    /// The batch of school meals: some done, some for officers, some rejected.
    pub(super) batch: i64,
    /// An item that a person must settle.
    pub(super) referred: String,
    /// An item that waits for something that time may bring.
    pub(super) waits: String,
    /// Another one, put off until a day.
    pub(super) put_off: String,
    /// An item that the bot settled.
    pub(super) done: String,
    /// A payment that the bank gave back.
    returned: i64,
    /// The sheet of school meals.
    pub(super) sheet: Sheet,
}

impl Day {
    /// Works the day's batches, then serves the page.
    pub(super) fn begin() -> Self {
        let office = Office::open();
        make_people(&office);
        // Three sheets of one council, about different children: one worked, two to upload.
        let sheet = Sheet::one_of_several(&office, 0, ROWS, 3 * ROWS).with_roll();
        for (n, name) in [(1, "renamed.csv"), (2, "renamed-again.csv")] {
            let other = Sheet::one_of_several(&office, n, ROWS, 3 * ROWS);
            renamed(&office.file(name), &other);
            std::fs::rename(&other.file, office.file(&format!("forms-{n}.xlsx"))).unwrap();
        }
        office.edit("schedules/free-school-meals.toml", |text| {
            assert!(text.contains("approve_over = 500"));
            text.replace("approve_over = 500", "approve_over = 20")
        });
        let rolls = office.data().join("rolls");
        std::fs::create_dir_all(&rolls).unwrap();
        std::fs::copy(&sheet.roll, rolls.join("school-roll.xlsx")).unwrap();
        let meals = office.run(&sheet);
        assert_eq!(meals.code, 3, "{meals}");
        let made: Vec<_> = claims(12, false).collect();
        write_claims(&office.file("claims.xlsx"), &made).unwrap();
        works(&office, "benefits-claims", "claims.xlsx");
        let made: Vec<_> = accounts(1, 24, false).collect();
        write_accounts(&office.file("accounts.xlsx"), &made).unwrap();
        works(&office, "rent-accounts", "accounts.xlsx");
        let returned = paid(&office);
        let first = |state: &str| {
            let opened = office.store();
            let items = opened.items(1);
            let found = items.iter().find(|item| item.state.as_str() == state);
            found.unwrap_or_else(|| panic!("nothing is {state}")).id.to_string()
        };
        let (referred, done) = (first("referred"), first("done"));
        let [waits, put_off] = waiting(&office);
        let why = "the Universal Credit claim is pending";
        let put = office.clerkwork(&["postpone", &put_off, "--until", "2099-01-05", "--why", why]);
        assert_eq!(put.code, 0, "{put}");
        let served = Served::start(office);
        Self { served, batch: 1, referred, waits, put_off, done, returned, sheet }
    }

    /// A path of the list, with what it is about in place of its names.
    pub(super) fn path(&self, path: &str) -> String {
        path.replace("{batch}", &self.batch.to_string())
            .replace("{referred}", &self.referred)
            .replace("{waits}", &self.waits)
            .replace("{put-off}", &self.put_off)
            .replace("{done}", &self.done)
            .replace("{returned}", &self.returned.to_string())
    }
}

/// A file that awaits its release, and another that has left, of which the bank gave one payment
/// back: its number.
fn paid(office: &Office) -> i64 {
    for kind in ["holiday-*", "clothing-grant"] {
        let make = ["payments", "make", "--kind", kind, "--due-by", "2030-01-01", "--why", "July"];
        let made = office.clerkwork(&make);
        assert_eq!(made.code, 0, "{made}");
    }
    // Whoever types here is none of those who release.
    let me = format!("[people]\n\"{}\" = \"user:the.runner\"", os_actor());
    office.edit("council.toml", |text| text.replace("[people]", &me));
    let opened = office.store();
    let second = Actor { id: "user:irene.moss".to_owned(), kind: "person" };
    let why = "agrees with the ledger";
    opened.wait(release(&opened.folder, &opened.store, &second, 2, why)).unwrap();
    let filter = Filter { file: Some(2), ..Filter::default() };
    let first = opened.wait(opened.store.payments(&filter, Some(1))).unwrap().remove(0).id;
    let said = format!("Payment,Outcome,Reason\n{first},returned,Account closed\n");
    std::fs::write(office.file("bank.csv"), said).unwrap();
    let read = office.clerkwork(&["payments", "read", &office.file("bank.csv").to_string_lossy()]);
    assert_eq!(read.code, 3, "{read}");
    first
}

/// The last two items of school meals that need a person for nothing but what waits.
fn waiting(office: &Office) -> [String; 2] {
    let opened = office.store();
    let bot = clerkwork_bots::find("free-school-meals").unwrap().manifest();
    let waits = |item: &Listed| {
        let rulings = opened.wait(opened.store.rulings(item.id)).unwrap();
        let needs = rulings.last().map_or(&[][..], |ruled| &ruled.payload.ruling.needs);
        !needs.is_empty() && needs.iter().all(|need| bot.waits(&need.code))
    };
    let items = opened.items(1);
    let mut found = items.iter().rev().filter(|it| it.state == Item::Referred && waits(it));
    [(); 2].map(|()| found.next().expect("two of the sheet wait").id.to_string())
}

/// A sheet as text, one of whose required headers nobody knows.
fn renamed(path: &Path, sheet: &Sheet) {
    write_csv(path, &sheet.applications, &Layout::PLAIN, CsvForm::PLAIN).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.lines().next().unwrap().contains(",School,"), "{text}");
    std::fs::write(path, text.replacen(",School,", ",Seat of learning,", 1)).unwrap();
}

/// A sheet of another bot, run to its end.
fn works(office: &Office, bot: &str, sheet: &str) {
    let (input, output) = (office.file(sheet), office.file(&format!("{bot}.xlsx")));
    let mut command = office.command(&["run", bot, "--json", "--as-of", TODAY]);
    let ran = Ran::of(command.arg("--input").arg(input).arg("--output").arg(output));
    assert!([0, 3].contains(&ran.code), "{bot}: {ran}");
}
