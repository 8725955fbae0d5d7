use std::collections::BTreeMap;
use std::fs;

use jiff::SignedDuration;

use super::*;
use crate::inbox::{self, Taken};
use crate::state;
use crate::store::matches::matched;
use crate::store::uploads as kept;
use crate::uploads::{self, KEPT};
use crate::web::staff::uploads as desk;
use crate::web::tests::{RENT_DECIDED, RENT_REFERRED, RENT_WRONG, Row};
use crate::{clock, job_log};

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_done_is_what_somebody_may_see() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    ann.get("/new").await.is(200).says("/new/rent-accounts").says("/new/free-school-meals");
    let bob = site.signed_in_seeing("bob.orr", SUBMITTER, Some(&["hr-queries"])).await;
    bob.get("/new").await.is(200).says("/new/hr-queries").says_not("/new/rent-accounts");
    bob.get("/new/rent-accounts").await.is(404);
    upload(&bob, "rents.csv", rents(1).as_bytes()).await.is(404);
    let nothing = site.signed_in_seeing("cat.low", SUBMITTER, Some(&[])).await;
    nothing.get("/new").await.is(200).says("There is nothing that takes a sheet");
    let officer = site.signed_in("dee.fox", &[Role::Officer]).await;
    officer.get("/new").await.is(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_come_first_and_the_template_is_a_workbook() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let page = ann.get("/new/rent-accounts").await;
    page.is(200).says("Up to 50 MB").says("Weekly charge").says("multipart/form-data");
    let template = ann.get("/new/rent-accounts/template.xlsx").await;
    template.is(200);
    assert!(template.bytes.starts_with(b"PK"));
    let name = template.headers["content-disposition"].to_str().unwrap();
    assert_eq!(name, "attachment; filename=\"rent-accounts-template.xlsx\"");
    ann.get("/new/no-such-job").await.is(404);
    // The filled-in template is read as it is: it has no row yet.
    let to = upload(&ann, "t.xlsx", &template.bytes).await.location().to_owned();
    ann.get(&to).await.says("There is no row below the header");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_checked_row_by_row() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let bad: Row<'_> = &[("Balance", "<script>alert(1)</script>")];
    let rows: &[Row<'_>] = &[RENT_DECIDED, RENT_REFERRED, RENT_WRONG, bad];
    let to = uploaded(&ann, sheet(RENT, rows).as_bytes()).await;
    let page = ann.get(&to).await;
    page.is(200).says("4 rows: 2 good, 2 to mend").says("some").says("Queue 2 rows");
    page.says("&lt;script&gt;alert(1)&lt;/script&gt;").says_not("<script>alert");
    page.says("Balance");
    let text = ann.get(&format!("{to}/errors.csv")).await;
    text.is(200).says("\"some\"").says("\"Balance\"");
    assert!(ann.get(&format!("{to}/errors.xlsx")).await.bytes.starts_with(b"PK"));
    assert_eq!(site.logged("list.exported").await.len(), 2);
    let log = logged(&site).await;
    assert!(!log.contains("some\"") && !log.contains("rents.csv"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn formulas_do_not_leave_in_an_error_sheet() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let row: Row<'_> = &[("Balance", "=HYPERLINK(1)")];
    let to = uploaded(&ann, sheet(RENT, &[row]).as_bytes()).await;
    ann.get(&format!("{to}/errors.csv")).await.says("\"'=HYPERLINK(1)\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_an_upload_is_for_its_uploader_alone() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let to = uploaded(&ann, sheet(RENT, &[RENT_DECIDED, RENT_WRONG]).as_bytes()).await;
    let bob = site.signed_in("bob.orr", SUBMITTER).await;
    for path in [to.clone(), format!("{to}/errors.csv"), format!("{to}/errors.xlsx")] {
        bob.get(&path).await.is(404);
    }
    for act in ["queue", "discard", "columns", "try"] {
        bob.post(&format!("{to}/{act}"), &[("rows", "20")]).await.is(404);
    }
    let olive = site.signed_in("olive.ray", &[Role::Operator]).await;
    olive.get(&to).await.is(200).says("1 good, 1 to mend").says_not(">some<").says_not("Queue 1");
    olive.get(&format!("{to}/errors.csv")).await.is(200).says_not("some");
    olive.post(&format!("{to}/queue"), &[]).await.is(403);
    olive.post(&format!("{to}/try"), &[("rows", "20")]).await.is(403);
    ann.get("/uploads/999").await.is(404);
    ann.get("/uploads/..%2F1").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_matched_by_hand_and_remembered() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let strange = sheet(RENT, &[RENT_DECIDED]).replace("\"Balance\"", "\"Saldo <b>\"");
    let to = uploaded(&ann, strange.as_bytes()).await;
    let page = ann.get(&to).await;
    page.says("cannot be read as it is").says("Which column is which?").says("Saldo &lt;b&gt;");
    let columns = format!("{to}/columns");
    ann.post(&columns, &[]).await.is(422).says("Choose a column of your file");
    ann.post(&columns, &[("column-0", "no such")]).await.is(422).says("one of the columns");
    ann.post(&columns, &[("column-0", "Saldo <b>")]).await.to(&to);
    ann.get(&to).await.says("1 row, all good").says("matched, for this file and for later ones");
    let entries = site.logged("columns.matched").await;
    assert_eq!(entries[0]["columns"], serde_json::json!(["Balance"]));
    assert_eq!(entries[0]["actor"]["id"], "user:ann.bell");
    let known = matched(&site.app.store.db, RENT).await.unwrap();
    assert_eq!(known, BTreeMap::from([("Saldo <b>".to_owned(), "Balance".to_owned())]));
    // Later sheets are read so too: on the page, and by every run of the schedule.
    let second = strange.replace("T-1", "T-9");
    let to = uploaded(&ann, second.as_bytes()).await;
    ann.get(&to).await.says("1 row, all good");
    let batch = site.batch(RENT, second.as_bytes(), "os:runner@host").await;
    assert_eq!(site.app.store.batch(batch).await.unwrap().totals.items, 1);
    let request = crate::check::Request {
        schedule: Some(RENT),
        input: None,
        lookups: &BTreeMap::new(),
        today: clock::today(),
    };
    let file = site.app.folder.root().join("third.csv");
    fs::write(&file, strange.replace("T-1", "T-7")).unwrap();
    let request = crate::check::Request { input: Some(&file), ..request };
    let checked = crate::check::check(&site.app.folder, &request).await.unwrap();
    assert_eq!(checked.sheet.unwrap().good, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_tried_without_effect() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let rows: &[Row<'_>] = &[RENT_DECIDED, RENT_REFERRED, RENT_WRONG];
    let to = uploaded(&ann, sheet(RENT, rows).as_bytes()).await;
    let before = site.log().await.len();
    ann.post(&format!("{to}/try"), &[("rows", "20")]).await.to(&format!("{to}#trial"));
    let page = ann.get(&to).await;
    page.says("3 rows tried").says("T-1: decided").says("T-2: referred").says("T-3: rejected");
    page.says("in dispute").says("Working");
    let new: Vec<_> = site.log().await.split_off(before);
    let kinds: Vec<_> = new.iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["run.dry"]);
    assert_eq!((&new[0]["count"], &new[0]["actor"]["id"]), (&3.into(), &"user:ann.bell".into()));
    assert!(site.app.store.batches(false, 10).await.unwrap().is_empty());
    ann.post(&format!("{to}/try"), &[("rows", "lots")]).await.is(422);
    let many = uploaded(&ann, rents(30).as_bytes()).await;
    ann.post(&format!("{many}/try"), &[("rows", "20")]).await.is(303);
    ann.get(&many).await.says("20 rows tried").says_not("30 rows tried");
}

/// What was queued, as whoever serves finds it.
fn waiting(site: &Site) -> Vec<Taken> {
    let folder = site.app.folder.root().join("taken").join(RENT);
    inbox::left_behind(&folder, &site.app.store.vault).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_queued_once_with_whoever_queued_it() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let text = rents(2);
    let to = uploaded(&ann, text.as_bytes()).await;
    let queue = format!("{to}/queue");
    let (first, second) = tokio::join!(ann.post(&queue, &[]), ann.post(&queue, &[]));
    first.is(303);
    second.is(303);
    ann.post(&queue, &[]).await.is(303);
    let waiting = waiting(&site);
    assert_eq!(waiting.len(), 1);
    let queued = waiting[0].queued.as_ref().unwrap();
    assert_eq!((queued.by.as_str(), queued.without.len()), ("user:ann.bell", 0));
    assert_eq!(waiting[0].name.as_deref(), Some("rents.csv"));
    assert_eq!(fs::read(&waiting[0].path).unwrap(), text.as_bytes());
    assert_eq!(site.logged("upload.queued").await.len(), 1);
    ann.get(&to).await.says("waits until it is begun");
    // Its sealed copy is not needed any more.
    let left = fs::read_dir(site.app.folder.root().join("uploads")).unwrap();
    assert_eq!(left.count(), 0);
    ann.post(&format!("{to}/discard"), &[]).await.is(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_it_was_queued_nothing_is_lost() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let to = uploaded(&ann, rents(1).as_bytes()).await;
    let id: i64 = to.rsplit('/').next().unwrap().parse().unwrap();
    let mut tx = site.app.store.db.begin().await.unwrap();
    let (from, queued) = (state::Upload::Checked, state::Upload::Queued);
    assert!(kept::shift(&mut tx, id, from, queued).await.unwrap());
    tx.commit().await.unwrap();
    assert!(waiting(&site).is_empty());
    // Whoever serves next puts it in its place, however often.
    for _ in 0..2 {
        uploads::place(&desk(&site.app)).await.unwrap();
        assert_eq!(waiting(&site).len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_died_is_begun_anew() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let to = uploaded(&ann, rents(1).as_bytes()).await;
    let id: i64 = to.rsplit('/').next().unwrap().parse().unwrap();
    let mut tx = site.app.store.db.begin().await.unwrap();
    let (from, checking) = (state::Upload::Checked, state::Upload::Checking);
    assert!(kept::shift(&mut tx, id, from, checking).await.unwrap());
    tx.commit().await.unwrap();
    ann.get(&to).await.says("1 row, all good");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_is_not_queued_twice() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let text = rents(1);
    let batch = site.batch(RENT, text.as_bytes(), "user:ann.bell").await;
    let to = uploaded(&ann, text.as_bytes()).await;
    let said = format!("Batch {batch} has this very file already");
    ann.get(&to).await.says(&said).says_not("Queue 1 row");
    ann.post(&format!("{to}/queue"), &[]).await.to(&format!("/batches/{batch}"));
    assert!(waiting(&site).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_what_is_discarded_or_old() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let folder = site.app.folder.root().join("uploads");
    let count = || fs::read_dir(&folder).unwrap().count();
    let to = uploaded(&ann, rents(1).as_bytes()).await;
    ann.post(&format!("{to}/discard"), &[]).await.to("/new");
    ann.get(&to).await.says("Nothing is left of this upload");
    assert_eq!(count(), 0);
    let to = uploaded(&ann, rents(2).as_bytes()).await;
    let actor = job_log::Actor { id: "test".to_owned(), kind: "runner" };
    let almost = clock::now() + KEPT - SignedDuration::from_mins(1);
    uploads::sweep(&desk(&site.app), &actor, almost).await.unwrap();
    assert_eq!(count(), 1);
    let over = clock::now() + KEPT + SignedDuration::from_mins(1);
    uploads::sweep(&desk(&site.app), &actor, over).await.unwrap();
    assert_eq!(count(), 0);
    ann.get(&to).await.says("its 7 days were over");
    let reasons: Vec<_> = site.logged("upload.erased").await;
    let reasons: Vec<_> = reasons.iter().map(|entry| entry["reasons"][0].clone()).collect();
    assert_eq!(reasons, ["discarded", "expired"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_source_is_chosen_or_left_aside_with_a_reason() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let text = sheet("hr-queries", &[&[]]);
    let file = || ("file", "q.csv", text.as_bytes());
    let send = |fields: &'static [(&'static str, &'static str)]| {
        let ann = ann.clone();
        let text = text.clone();
        async move { ann.upload("/new/hr-queries", fields, ("file", "q.csv", text.as_bytes())).await }
    };
    ann.get("/new/hr-queries").await.says("Employees: none stands ready");
    ann.upload("/new/hr-queries", &[], file())
        .await
        .is(422)
        .says("choose what completes the cases");
    send(&[("lookup-employees", "stands")]).await.is(422);
    send(&[("lookup-employees", "none")]).await.is(422).says("say why the cases are decided");
    let sent = send(&[("lookup-employees", "none"), ("without-employees", "list is late")]).await;
    let to = sent.is(303).location().to_owned();
    ann.get(&to).await.says("Decided without").says("employees");
    ann.post(&format!("{to}/queue"), &[]).await.is(303);
    let folder = site.app.folder.root().join("taken/hr-queries");
    let waiting = inbox::left_behind(&folder, &site.app.store.vault).unwrap();
    assert_eq!(waiting[0].queued.as_ref().unwrap().without, ["employees"]);
}
