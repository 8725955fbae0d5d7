use super::*;
use crate::ids::BatchId;
use crate::state;
use crate::store::moves;
use crate::web::tests::{RENT_DECIDED, RENT_REFERRED, RENT_WRONG};
use crate::{job_log, operate};

const BY_ANN: &str = "user:ann.bell";

async fn three(site: &Site, by: &str) -> BatchId {
    let text = sheet(RENT, &[RENT_DECIDED, RENT_REFERRED, RENT_WRONG]);
    site.batch(RENT, text.as_bytes(), by).await
}

/// A site where a batch of more than two items needs a second person.
async fn careful() -> Site {
    Site::with(|data| {
        let file = data.join("schedules/rent-accounts.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, text.replace("approve_over = 500", "approve_over = 2")).unwrap();
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_says_what_is_left_and_by_whom() {
    let site = Site::new().await;
    let batch = three(&site, BY_ANN).await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let page = ann.get(&format!("/batches/{batch}")).await;
    page.is(200).says("It is unresolved until nothing is left: 1 wait for an officer");
    page.says("Every row is accounted for").says(BY_ANN).says("Results workbook").says("some");
    page.says_not("Pause this batch").says_not("Cancel this batch");
    let live = ann.get(&format!("/batches/{batch}/live")).await;
    live.is(200).says("data-announce").says_not("<html");
    for file in ["results.xlsx", "errors.xlsx"] {
        let answer = ann.get(&format!("/batches/{batch}/{file}")).await;
        answer.is(200);
        assert!(answer.bytes.starts_with(b"PK"), "{file}");
    }
    ann.get(&format!("/batches/{batch}/errors.csv")).await.says("\"some\"");
    let entry = &site.logged("report.written").await;
    assert!(entry.iter().any(|it| it["actor"]["id"] == BY_ANN), "{entry:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_batch_it_is_decides_what_is_seen_of_it() {
    let site = Site::new().await;
    let batch = three(&site, BY_ANN).await;
    let path = format!("/batches/{batch}");
    let bob = site.signed_in("bob.orr", SUBMITTER).await;
    for file in ["", "/live", "/results.xlsx", "/errors.xlsx", "/errors.csv"] {
        bob.get(&format!("{path}{file}")).await.is(404);
    }
    bob.get("/batches").await.is(200).says("There are no batches yet").says_not(&path);
    let olive = site.signed_in("olive.ray", &[Role::Operator]).await;
    olive.get("/batches").await.is(200).says(&path);
    olive.get(&path).await.is(200).says("Balance").says_not("some<");
    olive.get(&format!("{path}/errors.csv")).await.is(200).says_not("some");
    olive.get(&format!("{path}/results.xlsx")).await.is(403);
    let officer = site.signed_in("dee.fox", &[Role::Officer]).await;
    officer.get(&format!("{path}/results.xlsx")).await.is(200);
    let hr = site.signed_in_seeing("hal.may", &[Role::Officer], Some(&["hr-queries"])).await;
    hr.get(&path).await.is(404);
    hr.get(&format!("{path}/results.xlsx")).await.is(404);
    hr.get("/batches").await.is(200).says_not(&path);
    let admin = site.signed_in("amy.lee", &[Role::Administrator]).await;
    admin.get(&path).await.is(403);
    site.nobody().get(&path).await.is(303);
    olive.get("/batches/999").await.is(404);
    olive.get("/batches/x").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_agrees_to_their_own_batch() {
    let site = careful().await;
    let text = rents(3);
    let batch = site.batch(RENT, text.as_bytes(), BY_ANN).await;
    let path = format!("/batches/{batch}");
    let both = [Role::Submitter, Role::Approver];
    let ann = site.signed_in("ann.bell", &both).await;
    ann.get(&path).await.says("somebody else must agree to it").says_not("Agree to this batch");
    let approve = format!("{path}/approve");
    let answer = ann.post(&approve, &[("why", "it is right")]).await;
    answer.is(422).says("was opened by you").says("it is right");
    let state = site.app.store.batch(batch).await.unwrap().state;
    assert_eq!(state, state::Batch::AwaitingApproval);
    let bob = site.signed_in("bob.orr", SUBMITTER).await;
    bob.post(&approve, &[("why", "x")]).await.is(403);
    let cat = site.signed_in("cat.low", &[Role::Approver]).await;
    cat.get(&path).await.says("Agree to this batch");
    cat.post(&approve, &[]).await.is(422).says("Say why");
    cat.post(&approve, &[("why", "counted <b>twice</b>")]).await.to(&path);
    let page = cat.get(&path).await;
    page.says("counted &lt;b&gt;twice&lt;/b&gt;").says("user:cat.low");
    page.says(&format!("Batch {batch} is running"));
    assert!(!logged(&site).await.contains("twice"));
    cat.post(&approve, &[("why", "again")]).await.is(422).says("there is nothing to approve");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_holds_a_batch_and_lets_it_go_on() {
    let site = careful().await;
    let batch = site.batch(RENT, rents(3).as_bytes(), BY_ANN).await;
    let path = format!("/batches/{batch}");
    let mut tx = site.app.store.db.begin().await.unwrap();
    let actor = job_log::Actor { id: "test".to_owned(), kind: "person" };
    let entry = job_log::Entry::new(job_log::Kind::BatchMoved, &actor);
    moves::batch(&mut tx, batch, state::Batch::Running, entry).await.unwrap();
    tx.commit().await.unwrap();
    let olive = site.signed_in("olive.ray", &[Role::Operator]).await;
    olive.get(&path).await.says("Pause this batch").says("data-refresh=\"3\"");
    olive.post(&format!("{path}/pause"), &[("why", "")]).await.is(422).says("id=\"why-pause\"");
    olive.post(&format!("{path}/pause"), &[("why", "wrong roll")]).await.to(&path);
    olive
        .get(&path)
        .await
        .says("An operator holds it")
        .says("wrong roll")
        .says("Let this batch go on");
    olive.post(&format!("{path}/resume"), &[("why", "right roll")]).await.to(&path);
    olive.post(&format!("{path}/cancel"), &[("why", "not needed")]).await.to(&path);
    let totals = site.app.store.batch(batch).await.unwrap().totals;
    assert_eq!((totals.cancelled, totals.balance()), (3, true));
    olive.post(&format!("{path}/cancel"), &[("why", "again")]).await.is(422);
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    ann.post(&format!("{path}/pause"), &[("why", "x")]).await.is(403);
    let acting = crate::acts::Acting::new(&site.app.folder, &site.app.store, actor, "x").unwrap();
    assert!(operate::pause(&acting, batch).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_filtered_and_a_number_leads_to_its_batch() {
    let site = Site::new().await;
    let olive = site.signed_in("olive.ray", &[Role::Operator]).await;
    olive.get("/batches").await.is(200).says("There are no batches yet");
    let batch = three(&site, BY_ANN).await;
    let path = format!("/batches/{batch}");
    olive.get("/batches?view=unresolved").await.says(&path);
    olive.get("/batches?view=complete").await.says("There is no such batch").says_not(&path);
    olive.get("/batches?schedule=rent-accounts").await.says(&path);
    olive.get("/batches?schedule=hr-queries").await.says_not(&path);
    olive.get(&format!("/batches?number={batch}")).await.to(&path);
    olive.get("/batches?number=%3Cb%3E").await.is(200).says("whole number").says("&lt;b&gt;");
    olive.get("/batches?view=nonsense").await.is(404);
    olive.get("/batches?after=nonsense").await.is(409);
}
