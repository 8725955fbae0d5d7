//! Attempts by name: `docs/security.md` lists them.

use axum::http::{Method, StatusCode, header};

use super::{Full, OURS, head};
use crate::accounts::manage::Managing;
use crate::accounts::sessions;
use crate::job_log::Actor;
use crate::people::Role;
use crate::web::routes;
use crate::web::tests::Browser;

/// Paths that lead out of where they should stay, each with why it is tried.
const PATHS: &[(&str, &str)] = &[
    ("a folder up in a file's name", "/static/1/../../clerkwork.toml"),
    ("the same, coded", "/static/1/%2e%2e%2f%2e%2e%2fclerkwork.toml"),
    ("the same, coded twice", "/static/1/%252e%252e%252fclerkwork.toml"),
    ("a folder up in a version", "/static/../clerkwork.toml"),
    ("backslashes", "/static/1/..%5c..%5cclerkwork.toml"),
    ("a whole path of the machine", "/static/1/%2fetc%2fpasswd"),
    ("a file that is hidden", "/static/1/.git"),
    ("a byte that ends a name", "/static/1/clerkwork.css%00.png"),
    ("the council's logo's neighbours", "/static/look/..%2f..%2fclerkwork.toml"),
    ("a schedule of another folder", "/new/..%2f..%2fclerkwork/template.xlsx"),
    ("a schedule by a whole path", "/new/%2fetc%2fpasswd"),
    ("a bot of another folder", "/bots/..%2f..%2fclerkwork"),
    ("a schedule's page of another folder", "/schedules/..%2f..%2fclerkwork"),
    ("a batch that is not there", "/batches/999999/results.xlsx"),
    ("a batch that is no number", "/batches/..%2f1/errors.csv"),
    ("a batch below nothing", "/batches/-1"),
    ("a batch past all numbers", "/batches/99999999999999999999"),
    ("an item that is not there", "/items/999999-1"),
    ("an item that is a statement", "/items/1-1'%20OR%20'1'='1"),
    ("an item that is a script", "/items/%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
    ("a person that is not there", "/people/999999"),
    ("a person that is a statement", "/people/1%20OR%201=1"),
    ("a path that is a script", "/%3Cscript%3Ealert(1)%3C/script%3E"),
    ("the store itself", "/clerkwork.db"),
    ("the keys", "/../data.keys/master.key"),
    ("an upload of nobody", "/uploads/999999"),
    ("an upload by a path", "/uploads/..%2f..%2fclerkwork.db"),
];

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_where_it_should_stay() {
    let full = Full::new().await;
    let everybody = full.everybody("all.roles").await;
    for (name, path) in PATHS {
        let answer = everybody.get(path).await;
        let status = answer.status.as_u16();
        assert!(matches!(status, 400 | 404), "{name}: {path}: {status}");
        let text = answer.text();
        for secret in ["<script>alert(1)", "[keys]", "root:", "SQLite format", "OR '1'"] {
            assert!(!text.contains(secret), "{name}: {path} says {secret}");
        }
    }
}

/// Cookies that open nothing.
async fn cookies(full: &Full) -> Vec<(&'static str, Option<String>)> {
    let store = &full.site.app.store;
    let good = full.site.signed_in("good.one", &[Role::Officer]).await.cookie.unwrap();
    let token = good.split_once('=').unwrap().1.to_owned();
    let gone = full.site.signed_in("gone.one", &[Role::Officer]).await;
    gone.post("/sign-out", &[]).await;
    let ended = full.site.signed_in("ended.one", &[Role::Officer]).await;
    let actor = Actor { id: "os:root@here".to_owned(), kind: "person" };
    sessions::end(store, &actor, ended.person().id, None).await.unwrap();
    let disabled = full.site.signed_in("off.one", &[Role::Officer]).await;
    let managing = Managing { store, actor: &actor, why: "a test" };
    managing.disable(disabled.person().id).await.unwrap();
    let idle = full.site.signed_in("idle.one", &[Role::Officer]).await;
    let over = full.site.signed_in("over.one", &[Role::Officer]).await;
    let mut tx = store.db.begin().await.unwrap();
    for (column, whose) in [("used_at", &idle), ("ends_at", &over)] {
        let sql = format!("UPDATE session SET {column} = 1 WHERE person = $1");
        let update = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(whose.person().id);
        update.execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut bent: Vec<char> = good.chars().collect();
    *bent.last_mut().unwrap() = if good.ends_with('A') { 'B' } else { 'A' };
    vec![
        ("no cookie", None),
        ("an empty token", Some("__Host-clerkwork=".to_owned())),
        ("a token that was guessed", Some("__Host-clerkwork=cws_aaaaaaaaaaaaaaaaaaaa".to_owned())),
        ("a token with one letter changed", Some(bent.into_iter().collect())),
        ("a token cut short", Some(good[..good.len() - 2].to_owned())),
        ("a token under another name", Some(format!("clerkwork={token}"))),
        ("a token as the login", Some("__Host-clerkwork=good.one".to_owned())),
        ("a token that is a statement", Some("__Host-clerkwork=' OR '1'='1".to_owned())),
        ("the session of somebody who signed out", gone.cookie),
        ("a session that an administrator ended", ended.cookie),
        ("the session of somebody who was disabled", disabled.cookie),
        ("a session that was not used for long", idle.cookie),
        ("a session whose day is over", over.cookie),
        ("a key as a cookie", Some(format!("__Host-clerkwork={}", full.key))),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cookie_but_that_of_a_session_that_lasts_opens_anything() {
    let full = Full::new().await;
    let paths = [
        (Method::GET, "/"),
        (Method::GET, "/to-do"),
        (Method::POST, "/account/sessions/end-others"),
    ];
    for (name, cookie) in cookies(&full).await {
        let browser = Browser { cookie, ..full.site.nobody() };
        for (method, path) in &paths {
            let response = head(&browser, method, path, OURS).await;
            assert_eq!(response.status(), StatusCode::SEE_OTHER, "{name}: {path}");
            let to = response.headers()[header::LOCATION].to_str().unwrap();
            assert!(to.starts_with("/sign-in?"), "{name}: {path} leads to {to}");
        }
        let api = head(&browser, &Method::GET, "/api/v1/me", &[]).await;
        assert_eq!(api.status(), StatusCode::UNAUTHORIZED, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_the_api_and_only_as_it_should_be_sent() {
    let full = Full::new().await;
    let nobody = full.site.nobody();
    let (key, half) = (full.key.as_str(), &full.key[..20]);
    let sent = [
        ("a key", format!("Bearer {key}"), 200),
        ("no word before it", key.to_owned(), 401),
        ("another word before it", format!("Basic {key}"), 401),
        ("half a key", format!("Bearer {half}"), 401),
        ("a longer key", format!("Bearer {key}x"), 401),
        ("a key without its beginning", format!("Bearer {}", &key[4..]), 401),
        ("nothing", "Bearer ".to_owned(), 401),
        ("a statement", "Bearer cwk_' OR '1'='1".to_owned(), 401),
    ];
    for (name, value, status) in sent {
        let with = [("authorization", value.as_str())];
        let answer = head(&nobody, &Method::GET, "/api/v1/me", &with).await;
        assert_eq!(answer.status().as_u16(), status, "{name}");
    }
    let path = format!("/api/v1/me?key={key}");
    assert_eq!(head(&nobody, &Method::GET, &path, &[]).await.status().as_u16(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_of_a_bot_that_somebody_does_not_see_is_not_there_for_them() {
    let full = Full::new().await;
    let (batch, everything) = (full.batch, Role::ALL);
    let hr = full.site.signed_in_seeing("hr.one", everything, Some(&["hr-queries"])).await;
    let all = full.everybody("all.roles").await;
    let why = [("why", "a test"), ("officer", "Hr One"), ("decision", "refuse")];
    for act in ["confirm", "change", "ask-evidence", "assign", "by-hand", "follow"] {
        hr.post(&format!("/items/{batch}-2/{act}"), &why).await.is(404);
    }
    for page in ["", "/notice", "/record", "/follow"] {
        let path = format!("/items/{batch}-2{page}");
        hr.get(&path).await.is(404);
        assert_ne!(all.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    all.get(&format!("/items/{batch}-2")).await.is(200);
    let lists = ["/to-do", "/items", "/batches"];
    for route in routes::all().iter().filter(|route| lists.contains(&route.path)) {
        let path = route.path;
        let answer = hr.get(path).await;
        answer.is(200).says_not(&format!("{batch}-2")).says_not("rent-accounts</a>");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_typed_is_text_on_every_page_that_shows_it() {
    let full = Full::new().await;
    let admin = full.site.signed_in("una.gray", &[Role::Administrator]).await;
    let script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let fields = [
        ("name", script),
        ("login", "tom.reid"),
        ("role", "officer"),
        ("sees", "all"),
        ("why", script),
    ];
    admin
        .post("/people/new", &fields)
        .await
        .is(200)
        .says_not("<script>alert")
        .says_not("<img src=x");
    let tom = full.site.app.store.person_by_login("tom.reid").await.unwrap().unwrap().person.id;
    for path in ["/people".to_owned(), format!("/people/{tom}"), format!("/people/{tom}/change")] {
        admin
            .get(&path)
            .await
            .is(200)
            .says("&lt;script&gt;")
            .says_not("<script>alert")
            .says_not("<img src=x");
    }
    let wrong = [("name", script), ("login", script), ("why", script)];
    admin
        .post("/people/new", &wrong)
        .await
        .is(422)
        .says_not("<script>alert")
        .says_not("<img src=x");
    let nobody = full.site.nobody();
    let typed = [("login", script), ("password", script), ("to", script)];
    nobody.post("/sign-in", &typed).await.is(422).says_not("<script>alert").says_not("<img src=x");
    nobody.get("/sign-in?to=//evil.example").await.is(200).says_not("evil.example");
}
