//! What auditors see, over a real store.

use std::time::Duration;

use crate::acts::Acting;
use crate::ids::ItemId;
use crate::job_log::proof::ProofFile;
use crate::job_log::{self, Actor};
use crate::people::Role;
use crate::review;
use crate::web::tests::{Browser, RENT_DECIDED, RENT_REFERRED, Site};

/// A site with a batch of which the item in row 3 waits for a person.
async fn site() -> (Site, ItemId) {
    let site = Site::new().await;
    let batch = site.batch_of("rent-accounts", &[RENT_DECIDED, RENT_REFERRED]).await;
    (site, batch.item(3))
}

/// The page after the verification that is under way.
async fn verified(auditor: &Browser) -> String {
    for _ in 0..600 {
        let page = auditor.get("/log/verify").await.is(200).text();
        if !page.contains("Under way") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the verification does not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_verified_and_held_against_what_was_kept_outside() {
    let (site, _) = site().await;
    let auditor = site.signed_in("eve.grey", &[Role::Auditor]).await;
    auditor.get("/log/verify").await.is(200).says("Nothing has been verified here");
    let held = job_log::head(&site.app.store.db).await.unwrap().held();
    let note = job_log::newest_checkpoint(&site.app.store.db).await.unwrap().unwrap();
    let fields = [("held", held.as_str()), ("checkpoint", &note.replace('\n', "\r\n"))];
    auditor.post("/log/verify", &fields).await.to("/log/verify");
    let page = verified(&auditor).await;
    assert!(page.contains("Sound") && !page.contains("Not sound"), "{page}");
    assert!(page.contains("2 sizes and roots or checkpoints from outside"), "{page}");
    let noted = site.logged("log.verified").await;
    assert_eq!((noted.len(), &noted[0]["reasons"][0]), (1, &"sound".into()));
    assert_eq!(noted[0]["actor"]["id"], "user:eve.grey");

    // A root that was never the log's.
    let (size, _) = held.split_once(':').unwrap();
    let other = format!("{size}:{}", "A".repeat(43) + "=");
    auditor.post("/log/verify", &[("held", &other), ("checkpoint", "")]).await.to("/log/verify");
    assert!(verified(&auditor).await.contains("Not sound"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_entry_is_found_and_named() {
    let (site, item) = site().await;
    let auditor = site.signed_in("eve.grey", &[Role::Auditor]).await;
    let entries = job_log::of(&site.app.store.db, item.0, item.0, 0, 1).await.unwrap();
    let index = entries[0].index;
    for sql in [
        "DROP TRIGGER log_entry_stays".to_owned(),
        format!(
            "UPDATE log_entry SET entry = replace(entry, 'person', 'runner') WHERE idx = {index}"
        ),
    ] {
        site.app.store.db.statement(sql).await.unwrap();
    }
    auditor.post("/log/verify", &[("held", ""), ("checkpoint", "")]).await.to("/log/verify");
    let page = verified(&auditor).await;
    assert!(page.contains("Not sound"), "{page}");
    assert!(page.contains("First bad entry") && page.contains("Stop work"), "{page}");
    let shown = page.split("First bad entry").nth(1).unwrap();
    let cell = shown.split("<dd").nth(1).unwrap();
    assert!(cell.contains(&format!("{index}</dd>")), "{cell}");
    assert_eq!(site.logged("log.verified").await[0]["reasons"][0], "not-sound");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_wrong_is_kept_and_said() {
    let (site, _) = site().await;
    let auditor = site.signed_in("eve.grey", &[Role::Auditor]).await;
    let fields = [("held", "12 roots"), ("checkpoint", "half a note")];
    let answer = auditor.post("/log/verify", &fields).await;
    answer.is(422).says("Error: ").says("Write it as SIZE:ROOT").says("12 roots");
    answer.says("half a note").says("Paste the whole checkpoint").says_not("Under way");
    assert!(site.logged("log.verified").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_holds_everything_and_that_it_was_made_is_in_the_log() {
    let (site, item) = site().await;
    let ann = Actor { id: "user:ann.bell".to_owned(), kind: "person" };
    let why = "<script>alert(1)</script>";
    let acting = Acting::new(&site.app.folder, &site.app.store, ann, why).unwrap();
    review::assign(&acting, item, "Ann Bell").await.unwrap();

    let auditor = site.signed_in("eve.grey", &[Role::Auditor]).await;
    let answer = auditor.get(&format!("/items/{item}/record")).await;
    answer.is(200).says("Record of item").says("The case").says("Auchterlee");
    answer.says("Recommendation").says("What a person was needed for").says("Rests on");
    answer.says("user:ann.bell").says("&lt;script&gt;alert(1)").says_not("<script>alert");
    let head = job_log::head(&site.app.store.db).await.unwrap();
    answer.says(&head.held());
    let entries = job_log::of(&site.app.store.db, item.0, item.0, 0, 100).await.unwrap();
    for entry in &entries {
        let hash = job_log::hex(&job_log::tree::leaf_hash(&entry.bytes));
        answer.says(&hash).says(&format!("/log/proof/{}", entry.index));
    }
    // That it was viewed and made to be printed stands in the record itself.
    for kind in ["item.viewed", "record.exported"] {
        let logged = site.logged(kind).await;
        assert_eq!((logged.len(), &logged[0]["item"]), (1, &item.to_string().into()), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_auditor_who_sees_the_bot_reads_a_record() {
    let (site, item) = site().await;
    let record = format!("/items/{item}/record");
    for (n, role) in Role::ALL.iter().filter(|role| **role != Role::Auditor).enumerate() {
        let other = site.signed_in(&format!("somebody.{n}"), &[*role]).await;
        for path in [&record, "/log/verify", "/viewed", "/log/entries.jsonl", "/log/proof/1"] {
            other.get(path).await.is(403);
        }
    }
    site.nobody().get(&record).await.is(303);
    let roles = &[Role::Auditor];
    let hr = site.signed_in_seeing("hr.auditor", roles, Some(&["hr-queries"])).await;
    hr.get(&record).await.is(404).says_not("Auchterlee");
    hr.get("/log/entries.jsonl").await.is(403).says("do not see all of them");
    let entry = job_log::of(&site.app.store.db, item.0, item.0, 0, 1).await.unwrap();
    hr.get(&format!("/log/entry/{}", entry[0].index)).await.is(404);
    let auditor = site.signed_in("eve.grey", roles).await;
    for absent in ["/items/99-1/record", "/items/x/record", "/items/1-99/record"] {
        auditor.get(absent).await.is(404);
    }
    assert!(site.logged("record.exported").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_from_the_page_holds_without_us() {
    let (site, item) = site().await;
    let auditor = site.signed_in("eve.grey", &[Role::Auditor]).await;
    let stored = job_log::of(&site.app.store.db, item.0, item.0, 0, 1).await.unwrap();
    let index = stored[0].index;
    let proof = auditor.get(&format!("/log/proof/{index}")).await.is(200).text();
    let entry = auditor.get(&format!("/log/entry/{index}")).await;
    assert_eq!(&entry.is(200).bytes[..], &stored[0].bytes[..]);
    let key = job_log::signing_key(&site.app.folder).unwrap();
    let proof = ProofFile::parse(&proof).unwrap();
    let keys = std::slice::from_ref(key.verifier());
    proof.verify(&entry.bytes, keys).unwrap();
    assert!(proof.verify(b"{}", keys).is_err());
    auditor.get("/log/proof/999999").await.is(404);
    auditor.get("/log/entry/-1").await.is(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exported_entries_are_those_that_the_checkpoint_covers() {
    let (site, _) = site().await;
    let auditor = site.signed_in("eve.grey", &[Role::Auditor]).await;
    let note = auditor.get("/log/checkpoint").await.is(200).text();
    let size: usize = note.lines().nth(1).unwrap().parse().unwrap();
    let lines = auditor.get("/log/entries.jsonl").await.is(200).text();
    assert_eq!(lines.lines().count(), size);
    let logged = site.logged("log.exported").await;
    assert_eq!(logged[0]["count"], size);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_viewed_what_is_listed_by_person_item_and_day() {
    let (site, item) = site().await;
    let auditor = site.signed_in("eve.grey", &[Role::Auditor]).await;
    auditor.get("/viewed").await.is(200).says("Nobody has looked at a case like that");
    for (who, times) in [("ann.bell", 2), ("ben.hay", 1)] {
        let actor = Actor { id: format!("user:{who}"), kind: "person" };
        for _ in 0..times {
            review::viewed(&site.app.store, &actor, item).await.unwrap();
        }
    }
    crate::figures::keep_up(&site.app.store, &site.app.folder, None).await.unwrap();
    let all = auditor.get("/viewed").await;
    all.is(200).says("3 views").says("user:ann.bell").says("user:ben.hay");
    all.says(&format!("/items/{item}/record"));
    auditor.get("/viewed?who=ben.hay").await.is(200).says("1 view<");
    auditor.get(&format!("/viewed?item={item}")).await.is(200).says("3 views");
    auditor.get("/viewed?item=9-9").await.is(200).says("Nobody has looked");
    auditor.get("/viewed?to=2020-01-31").await.is(200).says("Nobody has looked");
    auditor.get("/viewed?item=nine").await.is(200).says("Error: ").says("such as 3-231");
    let answer = auditor.get("/viewed?from-day=31&from-month=2&from-year=2026").await;
    answer.is(200).says("must be a real date").says("value=\"31\"");
    let hr = site.signed_in_seeing("hr.auditor", &[Role::Auditor], Some(&["hr-queries"])).await;
    hr.get("/viewed").await.is(200).says_not("user:ann.bell");
}
