//! Payments files on the page: who sees them, who releases them, and what is never said of them.

use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::StatusCode;
use jiff::civil::date;

use super::*;
use crate::accounts::keys;
use crate::accounts::manage::Managing;
use crate::job_log::Actor;
use crate::payments::make::{Asked, make};
use crate::state::Payment;
use crate::store::payments::{File, Filter};
use crate::web::tests::{Row, sheet};

pub(super) const WHY: &[(&str, &str)] = &[("why", "agrees with the ledger")];

/// One a child; holiday payments come besides, and are in no file here.
const KIND: &str = "clothing-grant";

/// The template's example is a child whose family has a grant; the other is of another family.
pub(super) const FIRST: Row<'static> = &[];
pub(super) const SECOND: Row<'static> = &[
    ("Child forename", "Finlay"),
    ("Child surname", "Baird"),
    ("SCN", "100000024"),
    ("Applicant forename", "Isla"),
    ("Applicant surname", "Baird"),
    ("Applicant NINO", "JY123457A"),
    ("Account number", "66374974"),
];

/// Both, as their school has them.
const ROLL: &str = "SCN,Forename,Surname,Date of birth,School,Stage,Status\r\n\
    100000016,Eilidh,Auchterlee,21/05/2015,Kilcraig Primary School,P6,active\r\n\
    100000024,Finlay,Baird,21/05/2015,Kilcraig Primary School,P6,active\r\n";

/// What of the two stands on no page.
pub(super) const PERSONAL: &[&str] = &[
    "Auchterlee",
    "Morven",
    "Eilidh",
    "Baird",
    "Finlay",
    "66374958",
    "66374974",
    "089999",
    "08-99-99",
    "JY12345",
    "100000016",
    "ZE9",
    "Kilcraig",
];

/// A site whose council pays, by these words of its settings in place of others.
pub(super) async fn paying(change: &[(&str, &str)]) -> Site {
    Site::with(|data| pays(data, change)).await
}

fn pays(data: &Path, change: &[(&str, &str)]) {
    let council = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/council"));
    let mut text = fs::read_to_string(council.join("payments.toml")).unwrap();
    for (was, is) in change {
        assert!(text.contains(was), "{was}");
        text = text.replace(was, is);
    }
    fs::write(data.join("payments.toml"), text).unwrap();
    // Whoever queued the sheet at the command line is none of those who act here.
    let said = data.join("council.toml");
    let text = fs::read_to_string(&said).unwrap();
    let text = text.replace("[people]", "[people]\n\"os:runner@host\" = \"user:the.runner\"");
    fs::write(said, text).unwrap();
    let schedule = data.join("schedules/free-school-meals.toml");
    let text = fs::read_to_string(&schedule).unwrap();
    fs::write(schedule, text.replace("rolls/school-roll.xlsx", "rolls/school-roll.csv")).unwrap();
    fs::write(data.join("rolls/school-roll.csv"), ROLL).unwrap();
    fs::create_dir(data.join("bank")).unwrap();
    for file in council.join("bank").read_dir().unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, data.join("bank").join(file.file_name().unwrap())).unwrap();
    }
}

/// A file that jean.dow made of what these rows give.
pub(super) async fn made(site: &Site, rows: &[Row<'_>]) -> File {
    made_of(site, rows, "os:runner@host").await
}

/// The same, of a sheet that somebody else queued.
async fn made_of(site: &Site, rows: &[Row<'_>], opened_by: &str) -> File {
    let rows = sheet("free-school-meals", rows);
    site.batch("free-school-meals", rows.as_bytes(), opened_by).await;
    let actor = Actor { id: "user:jean.dow".to_owned(), kind: "person" };
    let asked = Asked { due_by: date(2030, 1, 1), kind: Some(KIND.to_owned()) };
    let app = &site.app;
    let made = make(&app.folder, &app.store, &actor, &asked, "a run of the test").await.unwrap();
    assert_eq!(made.referred, []);
    made.file.expect("something is due")
}

pub(super) async fn approver(site: &Site) -> Browser {
    site.signed_in("irene.moss", &[Role::Approver]).await
}

pub(super) async fn states(site: &Site) -> Vec<(Payment, i64)> {
    let filter = Filter { kind: Some(KIND.to_owned()), ..Filter::default() };
    let totals = site.app.store.payment_totals(&filter).await.unwrap();
    totals.into_iter().map(|(state, it)| (state, it.count)).collect()
}

fn released(site: &Site) -> PathBuf {
    site.app.folder.root().join("outbox/payments/payments-1.csv")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_payments_says_what_will_be_there() {
    let site = Site::new().await;
    let irene = approver(&site).await;
    let page = irene.get("/payments").await;
    page.is(200).says("There are no payments yet").says("Nothing can be released yet");
    let site = paying(&[]).await;
    let irene = approver(&site).await;
    let page = irene.get("/payments").await;
    page.is(200).says("There are no payments yet").says_not("Nothing can be released yet");
    irene.get("/payments/1").await.is(404);
    irene.get("/payments/one").await.is(404);
    irene.post("/payments/1/release", WHY).await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_releases_a_file_and_only_then_it_is_written() {
    let site = paying(&[]).await;
    let file = made(&site, &[FIRST, SECOND]).await;
    assert_eq!(file.sums.count, 2);
    let irene = approver(&site).await;
    irene.get("/").await.says("payments file awaits release");
    let page = irene.get("/payments").await;
    page.is(200).says("Awaits release").says("Payments file 1").says("user:jean.dow");
    let sum = format!("£{}", crate::payments::pounds(file.sums.pence));
    page.says(&sum).says("In a file that somebody else has not released yet");
    let page = irene.get("/payments/1").await;
    page.is(200).says(&format!("Release 2 payments, {sum}")).says("Cancel the file");
    page.says("Clothing grant").says(&file.sums.hash_total.to_string());
    irene.post("/payments/1/release", &[("why", " ")]).await.is(422).says("Enter a reason");
    assert!(!released(&site).exists());
    irene.post("/payments/1/release", WHY).await.to("/payments/1");
    let text = fs::read_to_string(released(&site)).unwrap();
    assert!(text.contains("66374958") && text.contains("66374974"), "{text}");
    assert_eq!(states(&site).await, [(Payment::Released, 2)]);
    let page = irene.get("/payments/1").await;
    page.is(200).says("outbox/payments/payments-1.csv").says(&format!("2 payments, {sum}"));
    page.says("user:irene.moss").says("SHA-256").says_not("Cancel the file");
    page.says_not(&site.app.folder.root().display().to_string());
    irene.get("/").await.says_not("awaits release");
    irene.get("/payments").await.says("Released lately").says("No payments file awaits release");
    // It is written again as it was, and nothing moves.
    fs::remove_file(released(&site)).unwrap();
    irene.post("/payments/1/release", WHY).await.to("/payments/1");
    assert_eq!(fs::read_to_string(released(&site)).unwrap(), text);
    irene.get("/payments/1").await.says("is written again");
    let moved = site.logged("payment.moved").await;
    assert_eq!(moved.iter().filter(|it| it["to"] == "released").count(), 2);
    irene.post("/payments/1/cancel", WHY).await.is(409).says("cannot become cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_maker_does_not_release_it_and_is_told_so() {
    let site = paying(&[]).await;
    made(&site, &[FIRST]).await;
    let jean = site.signed_in("jean.dow", &[Role::Approver]).await;
    jean.get("/payments").await.says("You made it: somebody else releases it.");
    jean.get("/").await.says_not("awaits release");
    let page = jean.get("/payments/1").await;
    page.says("You made this file: somebody else must release it.").says_not("Release 1 payment");
    let page = jean.post("/payments/1/release", WHY).await;
    page.is(409).says("There is a problem").says("was made by you");
    assert_eq!(states(&site).await, [(Payment::Awaiting, 1)]);
    assert!(!released(&site).exists());
    assert!(site.logged("payment-file.moved").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_queued_the_sheet_does_not_release_what_it_pays() {
    let site = paying(&[]).await;
    made_of(&site, &[FIRST], "user:irene.moss").await;
    let irene = approver(&site).await;
    let page = irene.post("/payments/1/release", WHY).await;
    page.is(409).says("a batch that you submitted").says("agrees with the ledger");
    assert_eq!(states(&site).await, [(Payment::Awaiting, 1)]);
    let petra = site.signed_in("petra.muir", &[Role::Approver]).await;
    petra.post("/payments/1/release", WHY).await.to("/payments/1");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_limit_a_higher_approver_releases() {
    let site = paying(&[("\"250.00\"", "\"1.00\"")]).await;
    made(&site, &[FIRST]).await;
    let petra = site.signed_in("petra.muir", &[Role::Approver]).await;
    let page = petra.post("/payments/1/release", WHY).await;
    page.is(409).says("is over a limit").says("user:irene.moss");
    assert!(!released(&site).exists());
    approver(&site).await.post("/payments/1/release", WHY).await.to("/payments/1");
    assert!(released(&site).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_releases_nothing() {
    let site = paying(&[]).await;
    made(&site, &[FIRST]).await;
    let actor = Actor { id: "os:root@here".to_owned(), kind: "person" };
    let managing = Managing { store: &site.app.store, actor: &actor, why: "a test" };
    let roles = Role::ALL.iter().copied().collect();
    let new = keys::New { name: "forms".to_owned(), roles, bots: None, days: 30 };
    let key = managing.make_key(&new).await.unwrap();
    let request = site
        .nobody()
        .request("POST", "/payments/1/release")
        .header("authorization", format!("Bearer {}", key.text()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("why=agrees"))
        .unwrap();
    let answer = site.nobody().send(request).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    answer.says("A program cannot release payments");
    assert_eq!(states(&site).await, [(Payment::Awaiting, 1)]);
    assert!(!released(&site).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_file_gives_its_payments_back() {
    let site = paying(&[]).await;
    made(&site, &[FIRST, SECOND]).await;
    let olga = operator(&site).await;
    let page = olga.get("/payments/1").await;
    page.is(200).says("Cancel this file").says_not("Release 2 payments");
    olga.post("/payments/1/cancel", &[]).await.is(422).says("Enter a reason");
    olga.post("/payments/1/cancel", WHY).await.to("/payments");
    olga.get("/payments").await.says("is cancelled: its payments are due again");
    assert_eq!(states(&site).await, [(Payment::Due, 2)]);
    olga.get("/payments/1").await.is(200).says("No payment is in this file");
    olga.post("/payments/1/cancel", WHY).await.is(409);
    let page = approver(&site).await.post("/payments/1/release", WHY).await;
    page.is(409).says("Payments file 1 was cancelled");
    assert!(!released(&site).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_written_is_released_all_the_same_and_written_again() {
    let site = paying(&[]).await;
    made(&site, &[FIRST]).await;
    // In the place of the file that becomes the file is a folder.
    let stands = released(&site).with_extension("csv.part");
    fs::create_dir_all(&stands).unwrap();
    let irene = approver(&site).await;
    let page = irene.post("/payments/1/release", WHY).await;
    page.is(409).says("is released, but it could not be written").says("Write it again");
    page.says_not("nothing was changed");
    assert_eq!(states(&site).await, [(Payment::Released, 1)]);
    fs::remove_dir(stands).unwrap();
    irene.post("/payments/1/release", WHY).await.to("/payments/1");
    assert!(released(&site).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_approvers_release_and_nothing_personal_is_on_the_pages() {
    let site = paying(&[]).await;
    made(&site, &[FIRST, SECOND]).await;
    for role in Role::ALL {
        let browser = site.signed_in(&format!("a.{role}"), &[*role]).await;
        let sees = !matches!(role, Role::Submitter | Role::Administrator);
        for path in ["/payments", "/payments/1"] {
            let page = browser.get(path).await;
            page.is(if sees { 200 } else { 403 });
            for it in PERSONAL {
                page.says_not(it);
            }
        }
        let items = matches!(role, Role::Officer | Role::Auditor);
        let page = browser.get("/payments/1").await.text();
        assert_eq!(page.contains("href=\"/items/1-"), items, "{role}");
        if *role != Role::Approver {
            browser.post("/payments/1/release", WHY).await.is(403);
        }
        if !matches!(role, Role::Approver | Role::Operator) {
            browser.post("/payments/1/cancel", WHY).await.is(403);
        }
    }
    assert_eq!(states(&site).await, [(Payment::Awaiting, 2)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hash_total_of_one_account_is_not_said_for_it_is_that_account() {
    let site = paying(&[]).await;
    let file = made(&site, &[FIRST]).await;
    assert_eq!(file.sums.hash_total, 66_374_958);
    let page = approver(&site).await.get("/payments/1").await;
    page.is(200).says("Not shown: it would tell the only account").says_not("66374958");
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_of_a_bot_that_somebody_does_not_see_are_not_there_for_them() {
    let site = paying(&[]).await;
    made(&site, &[FIRST]).await;
    let both = [Role::Approver, Role::Operator];
    let hana = site.signed_in_seeing("hana.cole", &both, Some(&["hr-queries"])).await;
    hana.get("/").await.says_not("awaits release");
    hana.get("/payments").await.is(200).says("There are no payments yet");
    hana.get("/payments/1").await.is(404);
    hana.post("/payments/1/release", WHY).await.is(404);
    hana.post("/payments/1/cancel", WHY).await.is(404);
    let bots: Option<&[&str]> = Some(&["free-school-meals"]);
    let fay = site.signed_in_seeing("fay.hill", &both, bots).await;
    fay.get("/payments").await.is(200).says("Payments file 1");
    fay.post("/payments/1/cancel", WHY).await.to("/payments");
}
