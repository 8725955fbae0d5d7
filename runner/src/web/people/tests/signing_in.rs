//! Signing in: passwords, lockout, cookies, tokens, sessions that end.

use axum::http::header;
use jiff::SignedDuration;

use crate::accounts::manage::{Managing, New, Secret};
use crate::accounts::{keys, sessions, sign_in};
use crate::clock;
use crate::job_log::Actor;
use crate::people::Role;
use crate::web::people::sign_in::ours;
use crate::web::tests::{Answer, Browser, Site};
use zeroize::Zeroizing;

const PASSWORD: &str = "a teapot in the rain";

fn os() -> Actor {
    Actor { id: "os:root@here".to_owned(), kind: "person" }
}

/// Ann, an officer, with a password that she chose herself, or one that she was given.
async fn with_ann(one_time: bool) -> (Site, i64) {
    let site = Site::new().await;
    let new = New {
        login: "ann.bell".to_owned(),
        name: "Ann Bell".to_owned(),
        roles: [Role::Officer].into_iter().collect(),
        bots: None,
    };
    let password = Zeroizing::new(PASSWORD.to_owned());
    let secret = if one_time { Secret::OneTime(password) } else { Secret::Own(password) };
    let actor = os();
    let managing = Managing { store: &site.app.store, actor: &actor, why: "a test" };
    let id = managing.add(&new, Some(&secret)).await.unwrap();
    (site, id)
}

async fn tries(browser: &Browser, login: &str, password: &str) -> Answer {
    browser.post("/sign-in", &[("login", login), ("password", password), ("to", "/to-do")]).await
}

/// The browser with the cookie that it was given.
fn given(browser: &Browser, answer: &Answer) -> Browser {
    let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
    let mut browser = browser.clone();
    browser.cookie = set.split(';').next().map(str::to_owned);
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_opens_a_session_that_the_log_tells_of() {
    let (site, _) = with_ann(false).await;
    let nobody = site.nobody();
    let answer = tries(&nobody, " Ann.Bell ", PASSWORD).await;
    answer.to("/to-do");
    let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(set.starts_with("__Host-clerkwork=cws_"), "{set}");
    for flag in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(set.contains(flag), "{set} has no{flag}");
    }
    assert!(!set.contains("Domain") && !set.contains("Expires") && !set.contains("Max-Age"));
    let ann = given(&nobody, &answer);
    ann.get("/").await.is(200).says("Ann Bell");
    ann.get("/account").await.is(200).says("This one").says_not(PASSWORD);
    let logged = site.logged("person.signed-in").await;
    assert_eq!(logged.len(), 1);
    assert_eq!(logged[0]["actor"]["id"], "user:ann.bell");
    assert_eq!(logged[0]["reasons"][0], "password");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_a_login_that_nobody_has_are_told_alike() {
    let (site, id) = with_ann(false).await;
    let nobody = site.nobody();
    let wrong = tries(&nobody, "ann.bell", "another teapot").await;
    let unknown = tries(&nobody, "my secret passw0rd", "another teapot").await;
    for answer in [&wrong, &unknown] {
        answer.is(422).says("Login and password do not match").says_not("another teapot");
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
    let plain = |answer: &Answer, login: &str| answer.text().replace(login, "LOGIN");
    assert_eq!(plain(&wrong, "ann.bell"), plain(&unknown, "my secret passw0rd"));
    let disabled = Managing { store: &site.app.store, actor: &os(), why: "left" };
    disabled.disable(id).await.unwrap();
    tries(&nobody, "ann.bell", PASSWORD).await.is(422).says("do not match");
    let logged = site.logged("person.sign-in-failed").await;
    let named: Vec<Option<&str>> = logged.iter().map(|it| it["person"].as_str()).collect();
    assert_eq!(named, [Some("ann.bell"), None, Some("ann.bell")]);
    // What was typed as a login may have been a password.
    for entry in site.log().await {
        assert!(!entry.to_string().contains("passw0rd"), "{entry}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_failures_no_try_is_taken_for_a_while_whether_there_is_such_a_login_or_not() {
    let (site, _) = with_ann(false).await;
    let nobody = site.nobody();
    for login in ["ann.bell", "nobody.here"] {
        for _ in 0..4 {
            tries(&nobody, login, "wrong wrong wrong").await.says("do not match");
        }
        tries(&nobody, login, "wrong wrong wrong").await.is(422).says("too many tries");
        tries(&nobody, login, PASSWORD).await.is(422).says("too many tries");
    }
    assert_eq!(site.logged("person.locked-out").await.len(), 2);
    assert_eq!(site.logged("person.sign-in-failed").await.len(), 10);
    let pauses: Vec<i64> =
        [4, 5, 6, 7, 8, 9, 10, 50, i64::MAX].map(|n| sign_in::pause(n).as_secs() / 60).into();
    assert_eq!(pauses, [0, 1, 2, 4, 8, 15, 15, 15, 15]);
    // The pause ends by itself, and a right password then forgets the failures.
    let past = clock::micros() - 1;
    let mut tx = site.app.store.db.begin().await.unwrap();
    sqlx::query("UPDATE sign_in_try SET locked_until = $1")
        .bind(past)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    tries(&nobody, "ann.bell", PASSWORD).await.to("/to-do");
    tries(&nobody, "ann.bell", "wrong wrong wrong").await.says("do not match");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tries_at_once_get_no_more_than_five_looks() {
    let (site, _) = with_ann(false).await;
    let browser = site.nobody();
    let all: Vec<_> = (0..12)
        .map(|n| {
            let browser = browser.clone();
            tokio::spawn(
                async move { tries(&browser, "ann.bell", &format!("guess number {n}")).await },
            )
        })
        .collect();
    let mut looked_at = 0;
    for answer in all {
        answer.await.unwrap().is(422);
        looked_at += 1;
    }
    assert_eq!(looked_at, 12);
    assert_eq!(site.logged("person.sign-in-failed").await.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_gives_a_new_token_and_ends_the_one_before() {
    let (site, _) = with_ann(false).await;
    let nobody = site.nobody();
    let first = given(&nobody, &tries(&nobody, "ann.bell", PASSWORD).await);
    // What somebody planted is not taken up.
    let mut planted = nobody.clone();
    planted.cookie = Some("__Host-clerkwork=cws_planted".to_owned());
    let second = given(&planted, &tries(&planted, "ann.bell", PASSWORD).await);
    assert!(!second.cookie.as_deref().unwrap().contains("planted"));
    let third = given(&first, &tries(&first, "ann.bell", PASSWORD).await);
    first.get("/").await.to("/sign-in?to=/");
    second.get("/").await.is(200);
    third.get("/").await.is(200);
    third.post("/sign-out", &[]).await.to("/sign-in");
    third.get("/").await.to("/sign-in?to=/");
    second.get("/").await.is(200);
    // Of a token the store has the hash alone.
    let file = std::fs::read(site.app.folder.database()).unwrap();
    let wal =
        std::fs::read(site.app.folder.database().with_extension("db-wal")).unwrap_or_default();
    for bytes in [file, wal] {
        assert!(!bytes.windows(4).any(|four| four == b"cws_"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_unused_at_its_time_and_when_its_person_changes() {
    let (site, id) = with_ann(false).await;
    let store = &site.app.store;
    let person = store.person(id).await.unwrap().unwrap().person;
    let begin = || sessions::begin(store, &person, "a test");
    let now = clock::now();
    let token = begin().await.unwrap();
    for (later, lasts) in [
        (SignedDuration::from_mins(29), true),
        (SignedDuration::from_mins(31), true), // used two minutes ago
        (SignedDuration::from_mins(62), false),
    ] {
        let found = sessions::find(store, token.text(), now + later).await.unwrap();
        assert_eq!(found.is_some(), lasts, "{later:?}");
    }
    // Used all the time, it ends after its day.
    let token = begin().await.unwrap();
    let mut at = now;
    while at < now + SignedDuration::from_mins(12 * 60 - 20) {
        at += SignedDuration::from_mins(20);
        assert!(sessions::find(store, token.text(), at).await.unwrap().is_some(), "{at}");
    }
    let over = now + SignedDuration::from_mins(12 * 60 + 1);
    assert!(sessions::find(store, token.text(), over).await.unwrap().is_none());
    let actor = os();
    let managing = Managing { store, actor: &actor, why: "a test" };
    let other = New {
        login: String::new(),
        name: "Ann Bell".to_owned(),
        roles: [Role::Auditor].into_iter().collect(),
        bots: None,
    };
    for change in ["roles", "bots", "password", "disabled"] {
        let token = begin().await.unwrap();
        let bots = Some(["hr-queries".to_owned()].into());
        match change {
            "roles" => managing.change(id, &other).await.unwrap(),
            "bots" => managing.change(id, &New { bots, ..other.clone() }).await.unwrap(),
            "password" => {
                let secret = Secret::Own(Zeroizing::new("some other teapot".to_owned()));
                managing.set_password(id, &secret).await.unwrap();
            }
            _ => managing.disable(id).await.unwrap(),
        }
        let found = sessions::find(store, token.text(), clock::now()).await.unwrap();
        assert!(found.is_none(), "a session outlived a change of {change}");
    }
    assert_eq!(store.person_acts("ann.bell").await.unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_given_a_password_chooses_their_own_before_anything_else() {
    let (site, _) = with_ann(true).await;
    let nobody = site.nobody();
    let answer = tries(&nobody, "ann.bell", PASSWORD).await;
    answer.to("/account/password");
    let ann = given(&nobody, &answer);
    for path in ["/", "/account", "/to-do"] {
        let led = ann.get(path).await;
        assert!(led.location() == "/account/password" || led.status.as_u16() == 404, "{path}");
    }
    ann.get("/account/password").await.is(200).says("Choose your password");
    let new = "three green bicycles";
    for (current, password, again, says) in [
        ("wrong", new, new, "That is not your password now"),
        (PASSWORD, "eleven char", "eleven char", "too short"),
        (PASSWORD, "password12345", "password12345", "tried first"),
        (PASSWORD, PASSWORD, PASSWORD, "the same as the old one"),
        (PASSWORD, new, "three blue bicycles", "not the same as the new password"),
    ] {
        let fields = [("current", current), ("password", password), ("again", again)];
        let answer = ann.post("/account/password", &fields).await;
        answer.is(422).says(says).says("There is a problem").says_not(password);
    }
    let fields = [("current", PASSWORD), ("password", new), ("again", new)];
    let answer = ann.post("/account/password", &fields).await;
    answer.to("/account");
    given(&nobody, &answer).get("/account").await.is(200).says("Change your password");
    ann.get("/account").await.to("/sign-in?to=/account");
    tries(&nobody, "ann.bell", PASSWORD).await.is(422);
    tries(&nobody, "ann.bell", new).await.to("/to-do");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ends_ones_own_sessions_and_nobody_elses() {
    let (site, id) = with_ann(false).await;
    let tom = site.signed_in("tom.reid", &[Role::Officer]).await;
    let nobody = site.nobody();
    let here = given(&nobody, &tries(&nobody, "ann.bell", PASSWORD).await);
    let there = given(&nobody, &tries(&nobody, "ann.bell", PASSWORD).await);
    let elsewhere = given(&nobody, &tries(&nobody, "ann.bell", PASSWORD).await);
    let all = sessions::list(&site.app.store, id).await.unwrap();
    let oldest = all.iter().map(|it| it.id).min().unwrap();
    tom.post(&format!("/account/sessions/{oldest}/end"), &[]).await.is(404);
    here.get("/").await.is(200);
    there.post(&format!("/account/sessions/{oldest}/end"), &[]).await.to("/account");
    there.get("/account").await.says("The session has ended");
    here.get("/").await.to("/sign-in?to=/");
    there.post("/account/sessions/end-others", &[]).await.to("/account");
    elsewhere.get("/").await.to("/sign-in?to=/");
    there.get("/").await.is(200);
    tom.get("/").await.is(200);
    assert_eq!(site.logged("person.sessions-ended").await.len(), 2);
}

#[test]
fn where_they_wanted_to_go_is_a_path_of_ours() {
    for to in ["/", "/to-do", "/items/3-231", "/log?kind=item.moved"] {
        assert_eq!(ours(to), to);
    }
    for to in [
        "",
        "to-do",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: a=b",
        "/\t/evil.example",
        "/sign-in",
        "/sign-out",
    ] {
        assert_eq!(ours(to), "/", "{to:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_acts_with_its_own_roles_until_it_ends() {
    let site = Site::new().await;
    let actor = os();
    let managing = Managing { store: &site.app.store, actor: &actor, why: "a test" };
    let new = |name: &str, role, days| keys::New {
        name: name.to_owned(),
        roles: [role].into_iter().collect(),
        bots: None,
        days,
    };
    let officer = managing.make_key(&new("forms", Role::Officer, 30)).await.unwrap();
    let admin = managing.make_key(&new("people", Role::Administrator, 1)).await.unwrap();
    let ask = async |key: &str, path: &str| {
        let request = site.nobody().request("GET", path).header("authorization", key);
        site.nobody().send(request.body(axum::body::Body::empty()).unwrap()).await
    };
    let bearer = |key: &str| format!("Bearer {key}");
    ask(&bearer(admin.text()), "/people").await.is(200);
    ask(&bearer(officer.text()), "/people").await.is(403);
    // A program has no sessions and no password.
    ask(&bearer(officer.text()), "/account").await.is(403);
    for wrong in ["cwk_", "cwk_x", "x", &admin.text()[..40], &format!("{}x", admin.text())] {
        ask(&bearer(wrong), "/people").await.to("/sign-in?to=/people");
    }
    ask(&format!("Basic {}", admin.text()), "/people").await.is(303);
    managing.end_key("people").await.unwrap();
    ask(&bearer(admin.text()), "/people").await.is(303);
    let later = clock::now() + SignedDuration::from_hours(24 * 31);
    assert!(keys::find(&site.app.store, officer.text(), later).await.unwrap().is_none());
    for (name, days) in [("forms", 30), ("UPPER", 30), ("long", 367), ("none", 0)] {
        assert!(managing.make_key(&new(name, Role::Officer, days)).await.is_err(), "{name} {days}");
    }
    let logged = site.logged("key.made").await;
    assert_eq!(logged[0]["person"], "key:forms");
    assert_eq!(site.logged("key.ended").await.len(), 1);
}
