//! Who may sign in, their sessions, and keys of programs.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::people::keys::{self, KeyData};
use super::super::people::list::{self, Filter, PersonData};
use super::super::rights::Right;
use super::super::routes::{Route, get, post};
use super::super::{App, Fault, Visitor};
use super::asked::Body;
use super::once::NotKept;
use super::said::{Refused, Why, reason};
use crate::accounts::manage::{Managing, New, Secret};
use crate::accounts::{password, sessions};
use crate::people::{Role, Roles};
use crate::store::people::Account;

const MANAGE: &[Right] = &[Right::ManagePeople];

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/people", MANAGE, people),
        post("/api/v1/people", MANAGE, add),
        get("/api/v1/people/{person}", MANAGE, one),
        post("/api/v1/people/{person}/disable", MANAGE, disable),
        post("/api/v1/people/{person}/enable", MANAGE, enable),
        post("/api/v1/people/{person}/end-sessions", MANAGE, end_sessions),
        get("/api/v1/keys", MANAGE, key_list),
        post("/api/v1/keys/{key}/end", MANAGE, end_key),
    ]
}

/// Everybody who may sign in, or might once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct People {
    people: Vec<PersonData>,
}

/// Everybody, by name.
#[utoipa::path(get, path = "/api/v1/people", tag = "people",
    responses((status = 200, body = People), Refused))]
pub(super) async fn people(State(app): State<App>) -> Result<Json<People>, Fault> {
    Ok(Json(People { people: list::data(&app, &Filter::default()).await? }))
}

/// One person.
#[utoipa::path(get, path = "/api/v1/people/{person}", tag = "people",
    params(("person" = i64, Path, minimum = 1)),
    responses((status = 200, body = PersonData), Refused))]
pub(super) async fn one(
    State(app): State<App>,
    Path(person): Path<String>,
) -> Result<Json<PersonData>, Fault> {
    Ok(Json(PersonData::from(&found(&app, &person).await?)))
}

async fn found(app: &App, person: &str) -> Result<Account, Fault> {
    let id: i64 = person.parse().map_err(|_| Fault::not_found())?;
    app.store.person(id).await?.ok_or_else(Fault::not_found)
}

/// Somebody who is to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Add {
    /// By which they sign in, such as `ann.bell`.
    #[schema(example = "ann.bell")]
    login: String,
    /// How colleagues know them.
    #[schema(example = "Ann Bell")]
    name: String,
    /// What they are there for.
    #[schema(min_items = 1, example = json!(["officer"]))]
    roles: Vec<Role>,
    /// The only bots whose work they see; absent: all.
    bots: Option<BTreeSet<String>>,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}

/// Somebody who was added, and with what they sign in for the first time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Added {
    person: i64,
    /// A password that is shown now and never again; they choose their own when they sign in.
    one_time_password: String,
}

/// Lets somebody sign in. The answer holds a secret, so it is not kept for a second request: a login
/// that is taken is refused.
#[utoipa::path(post, path = "/api/v1/people", tag = "people", request_body = Add,
    responses((status = 200, body = Added), Refused))]
pub(super) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    Body(asked): Body<Add>,
) -> Result<(Extension<NotKept>, Json<Added>), Fault> {
    if asked.roles.is_empty() {
        let all: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        return Err(Fault::bad("they need at least one role", all.join(", ")));
    }
    let roles: Roles = asked.roles.into_iter().collect();
    let new = New { login: asked.login, name: asked.name, roles, bots: asked.bots };
    let secret = password::one_time()?;
    let actor = visitor.actor();
    let managing = Managing { store: &app.store, actor: &actor, why: &asked.why };
    let person = managing.add(&new, Some(&Secret::OneTime(secret.clone()))).await?;
    Ok((Extension(NotKept), Json(Added { person, one_time_password: secret.to_string() })))
}

/// How many sessions were ended.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EndedNow {
    sessions: i64,
}

/// Ends every session of a person.
#[utoipa::path(post, path = "/api/v1/people/{person}/end-sessions", tag = "people",
    params(("person" = i64, Path, minimum = 1), super::Once), request_body = Why,
    responses((status = 200, body = EndedNow), Refused))]
pub(super) async fn end_sessions(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<String>,
    Body(asked): Body<Why>,
) -> Result<Json<EndedNow>, Fault> {
    reason(&asked)?;
    let person = found(&app, &person).await?.person.id;
    let sessions = sessions::end(&app.store, &visitor.actor(), person, None).await?;
    Ok(Json(EndedNow { sessions }))
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $path:literal : $act:ident,)+) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "people",
            params(("person" = i64, Path, minimum = 1), super::Once), request_body = Why,
            responses((status = 200, body = PersonData), Refused))]
        pub(super) async fn $name(
            State(app): State<App>,
            visitor: Visitor,
            Path(person): Path<String>,
            Body(asked): Body<Why>,
        ) -> Result<Json<PersonData>, Fault> {
            let why = reason(&asked)?;
            let id = found(&app, &person).await?.person.id;
            let actor = visitor.actor();
            Managing { store: &app.store, actor: &actor, why }.$act(id).await?;
            Ok(Json(PersonData::from(&found(&app, &person).await?)))
        }
    )+};
}

acts! {
    /// Somebody may not sign in any more; their sessions end.
    disable = "/api/v1/people/{person}/disable": disable,
    /// Somebody may sign in again.
    enable = "/api/v1/people/{person}/enable": enable,
}

/// Every key there ever was.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Keys {
    keys: Vec<KeyData>,
}

/// Keys by which programs act. A key is made on the page or at the command line, never by a key.
#[utoipa::path(get, path = "/api/v1/keys", tag = "people",
    responses((status = 200, body = Keys), Refused))]
pub(super) async fn key_list(State(app): State<App>) -> Result<Json<Keys>, Fault> {
    Ok(Json(Keys { keys: keys::data(&app).await? }))
}

/// Ends a key before its time.
#[utoipa::path(post, path = "/api/v1/keys/{key}/end", tag = "people",
    params(("key" = String, Path, example = "crm-bridge"), super::Once), request_body = Why,
    responses((status = 200, body = Keys), Refused))]
pub(super) async fn end_key(
    State(app): State<App>,
    visitor: Visitor,
    Path(key): Path<String>,
    Body(asked): Body<Why>,
) -> Result<Json<Keys>, Fault> {
    let why = reason(&asked)?;
    let actor = visitor.actor();
    Managing { store: &app.store, actor: &actor, why }.end_key(&key).await?;
    key_list(State(app)).await
}
