//! Who the key is, and what it may do.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Visitor;
use super::super::rights::Right;
use super::super::routes::{Route, get};
use super::said::Refused;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/api/v1/me", &[Right::SignedIn], me)]
}

/// Who is asking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// As the log names them.
    actor: String,
    name: String,
    roles: Vec<&'static str>,
    /// What these roles allow.
    rights: Vec<&'static str>,
    /// The only bots whose work they see; absent: all.
    bots: Option<Vec<String>>,
}

/// Who the key is, and what it may do.
#[utoipa::path(get, path = "/api/v1/me", tag = "me",
    responses((status = 200, body = Me), Refused))]
pub(super) async fn me(visitor: Visitor) -> Json<Me> {
    let rights = Right::ALL.iter().filter(|right| visitor.may(**right));
    Json(Me {
        actor: visitor.actor().id,
        roles: visitor.person.roles.0.iter().map(|role| role.as_str()).collect(),
        rights: rights.map(|right| right.as_str()).collect(),
        bots: visitor.person.bots.map(|bots| bots.into_iter().collect()),
        name: visitor.person.name,
    })
}
