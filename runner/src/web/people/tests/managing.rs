//! Administrators: adding and changing people, and keys.

use crate::people::Role;
use crate::web::tests::Site;

const OFFICER: &[(&str, &str)] = &[
    ("name", "Tom Reid"),
    ("login", "tom.reid"),
    ("role", "officer"),
    ("role", "submitter"),
    ("sees", "some"),
    ("bot", "hr-queries"),
    ("why", "joins the HR team"),
];

fn but<'a>(
    fields: &[(&'a str, &'a str)],
    name: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut fields = fields.to_vec();
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value));
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_added_signs_in_with_what_is_shown_once() {
    let site = Site::new().await;
    let admin = site.signed_in("una.gray", &[Role::Administrator]).await;
    for path in ["/people", "/people/new", "/keys", "/keys/new", "/account"] {
        admin.get(path).await.is(200);
    }
    let answer = admin.post("/people/new", OFFICER).await;
    answer.is(200).says("Tom Reid may sign in");
    let text = answer.text();
    let at = text.find("<strong>").unwrap() + "<strong>".len();
    let password = text[at..].split('<').next().unwrap().to_owned();
    let tom = site.app.store.person_by_login("tom.reid").await.unwrap().unwrap();
    let page = format!("/people/{}", tom.person.id);
    let shown = admin.get(&page).await;
    shown.is(200).says("joins the HR team").says("One-time password").says_not(&password);
    admin.get("/people").await.says("tom.reid").says_not(&password);
    let nobody = site.nobody();
    let fields = [("login", "tom.reid"), ("password", password.as_str())];
    nobody.post("/sign-in", &fields).await.to("/account/password");
    for entry in site.log().await {
        let entry = entry.to_string();
        assert!(!entry.contains(&password) && !entry.contains("HR team"), "{entry}");
        assert!(!entry.contains("Tom Reid"), "{entry}");
    }
    let added = site.logged("person.added").await;
    assert_eq!(added[0]["actor"]["id"], "user:una.gray");
    assert_eq!(added[0]["person"], "tom.reid");
    assert_eq!(added[0]["reasons"], serde_json::json!(["role-submitter", "role-officer"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_person_is_said_and_what_was_typed_stays() {
    let site = Site::new().await;
    let admin = site.signed_in("una.gray", &[Role::Administrator]).await;
    for (name, value, says) in [
        ("why", "", "Enter a reason"),
        ("name", "", "not a person&#39;s name"),
        ("login", "Tom Reid", "That is no login"),
        ("login", "una.gray", "una.gray already"),
        ("name", "Una Gray", "goes by this name already"),
        ("role", "", "one role at least"),
        ("bot", "no-such-bot", "no bot"),
    ] {
        let answer = admin.post("/people/new", &but(OFFICER, name, value)).await;
        let text = answer.is(422).says("There is a problem").text().replace('\'', "&#39;");
        assert!(text.contains(says), "{name} {value:?}: {text}");
        if name != "name" {
            answer.says("value=\"Tom Reid\"");
        }
    }
    assert!(site.app.store.person_by_login("tom.reid").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_their_own_roles_and_an_administrator_always_remains() {
    let site = Site::new().await;
    let admin = site.signed_in("una.gray", &[Role::Administrator]).await;
    let id = admin.person().id;
    admin.get(&format!("/people/{id}")).await.is(200).says("This is you");
    admin.get(&format!("/people/{id}/change")).await.is(403);
    let officer = but(OFFICER, "name", "Una Gray");
    for act in ["change", "disable", "enable", "reset", "sessions/end"] {
        admin.post(&format!("/people/{id}/{act}"), &officer).await.is(403);
    }
    let other = site.signed_in("ben.low", &[Role::Administrator]).await;
    // With two of them one may go, the last may not.
    other
        .post(&format!("/people/{id}/disable"), &[("why", "left")])
        .await
        .to(&format!("/people/{id}"));
    admin.get("/").await.is(303);
    let last = other.person().id;
    let store = &site.app.store;
    let actor = crate::job_log::Actor { id: "os:root@here".to_owned(), kind: "person" };
    let managing = crate::accounts::manage::Managing { store, actor: &actor, why: "a test" };
    let fault = managing.disable(last).await.unwrap_err().to_string();
    assert!(fault.contains("only administrator"), "{fault}");
    let new = crate::accounts::manage::New {
        login: String::new(),
        name: "Ben Low".to_owned(),
        roles: [Role::Officer].into_iter().collect(),
        bots: None,
    };
    assert!(managing.change(last, &new).await.is_err());
    other.get("/people").await.is(200);
    other
        .post(&format!("/people/{id}/enable"), &[("why", "")])
        .await
        .is(422)
        .says("Enter a reason");
    other.post(&format!("/people/{id}/enable"), &[("why", "back")]).await.is(303);
    other.get("/people?state=disabled").await.is(200).says("Nobody is like that");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_may_do_changes_at_once() {
    let site = Site::new().await;
    let admin = site.signed_in("una.gray", &[Role::Administrator]).await;
    let tom = site.signed_in("tom.reid", &[Role::Officer]).await;
    let page = format!("/people/{}", tom.person().id);
    let there = site.signed_in("ann.bell", &[Role::Administrator]).await;
    admin.post(&format!("{page}/change"), &but(OFFICER, "bot", "rent-accounts")).await.to(&page);
    admin.get(&page).await.says("Tom Reid is now").says("rent-accounts");
    tom.get("/").await.to("/sign-in?to=/");
    admin.get(&page).await.says_not("Tom Reid is now");
    admin
        .post(&format!("{page}/reset"), &[("why", "forgot it")])
        .await
        .is(200)
        .says("One-time password");
    // Sessions of others end at an administrator's word.
    let session = there.person().id;
    admin.post(&format!("/people/{session}/sessions/end"), &[]).await.is(303);
    there.get("/").await.is(303);
    admin.post(&format!("{page}/sessions/999/end"), &[]).await.is(404);
    admin.post("/people/999/disable", &[("why", "gone")]).await.is(404);
    admin.get("/people/999").await.is(404);
    admin.get("/people/x").await.is(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_ended_with_a_reason() {
    let site = Site::new().await;
    let admin = site.signed_in("una.gray", &[Role::Administrator]).await;
    let fields = [
        ("name", "forms"),
        ("role", "submitter"),
        ("sees", "all"),
        ("days", "30"),
        ("why", "a form"),
    ];
    for (name, value) in [("name", "No Name"), ("role", ""), ("days", "400"), ("why", "")] {
        let answer = admin.post("/keys/new", &but(&fields, name, value)).await;
        answer.is(422).says("There is a problem").says_not("cwk_");
    }
    admin.post("/keys/new", &fields).await.is(200).says("cwk_");
    admin.get("/keys").await.says("forms").says("In force").says_not("cwk_");
    admin.post("/keys/new", &fields).await.is(422).says("already");
    admin.post("/keys/1/end", &[("why", " ")]).await.is(422).says("Enter a reason");
    admin.post("/keys/1/end", &[("why", "it leaked")]).await.to("/keys");
    admin.get("/keys").await.says("Ended").says_not("In force");
}
