//! The JSON API: what the page does, for programs. It is described at `/api/openapi.json`, in `OpenAPI`
//! 3.1; a test holds the description against the list of routes, and another drives the running server
//! by it.
//!
//! | file | job |
//! |---|---|
//! | `asked`, `said` | how requests are read, and shapes that answers share |
//! | `once` | a request with a key of its own is done once |
//! | the others | one kind of thing each |

#![allow(unused_qualifications, reason = "what describes a route names types by their whole path")]

mod acts;
mod asked;
mod batches;
mod bots;
mod case;
mod figures;
mod items;
mod log;
mod me;
pub(in crate::web) mod once;
mod operations;
mod people;
mod said;
mod uploads;

#[cfg(test)]
mod tests;

use axum::Json;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{self, OpenApi};
use utoipa::{IntoParams, Modify, OpenApi as _};

use super::routes::{Route, get};

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![get("/api/openapi.json", &[], document)];
    routes.extend(me::routes());
    routes.extend(bots::routes());
    routes.extend(batches::routes());
    routes.extend(items::routes());
    routes.extend(case::routes());
    routes.extend(acts::routes());
    routes.extend(log::routes());
    routes.extend(operations::routes());
    routes.extend(people::routes());
    routes.extend(uploads::routes());
    routes.extend(figures::routes());
    routes
}

/// A request that is done once.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes a header, which is read before the request is")]
struct Once {
    /// A request that had no answer is sent again with the same key, and is done once. Kept for 24
    /// hours.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255)]
    key: Option<String>,
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Clerkwork",
        description = "Bots that do a council's routine work, and prove it. Times are UTC, days \
            those of the United Kingdom, money is text with two decimals. Nothing personal is in \
            an address. Every act takes its reason, and is in the job log.",
    ),
    paths(
        me::me,
        bots::list, bots::stop, bots::start,
        batches::list, batches::one, batches::approve, batches::pause, batches::resume,
        batches::cancel,
        items::list, items::find, items::one, case::case,
        acts::confirm, acts::change, acts::ask_evidence, acts::by_hand, acts::assign,
        acts::retry, acts::cancel, acts::postpone,
        log::list, log::head, log::checkpoint, log::proof,
        operations::schedules, operations::schedule, operations::run, operations::workers,
        operations::outlets, operations::health,
        people::people, people::add, people::one, people::disable, people::enable,
        people::end_sessions, people::key_list, people::end_key,
        uploads::send, uploads::one, uploads::queue, uploads::discard, uploads::results,
        figures::shown,
    ),
    components(schemas(super::Problem, items::Ordered)),
    security(("key" = [])),
    modifiers(&Keyed, &Sheets),
)]
struct Described;

/// Keys are sent as bearer tokens.
struct Keyed;

impl Modify for Keyed {
    fn modify(&self, described: &mut OpenApi) {
        let key = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let parts = described.components.get_or_insert_with(openapi::Components::default);
        parts.add_security_scheme("key", key);
    }
}

/// What a form with a sheet may hold follows from the lookups of the bots.
struct Sheets;

impl Modify for Sheets {
    fn modify(&self, described: &mut OpenApi) {
        let schemas = described.components.as_mut().map(|parts| &mut parts.schemas);
        let sheet = schemas.and_then(|schemas| schemas.get_mut("Sheet"));
        let Some(openapi::RefOr::T(openapi::Schema::Object(sheet))) = sheet else { return };
        let lookups = clerkwork_bots::all().iter().flat_map(|bot| bot.manifest().lookups);
        for lookup in lookups {
            let text = |says| {
                let text = openapi::ObjectBuilder::new().schema_type(openapi::Type::String);
                text.description(Some(says))
            };
            let choice = text("The source that the schedule names, or none.")
                .enum_values(Some(["stands", "none"]));
            let why = text("Why it goes without that lookup, where that is `none`.");
            let mut part = |part, says: openapi::ObjectBuilder| {
                sheet.properties.insert(format!("{part}-{}", lookup.name), says.into());
            };
            part("lookup", choice);
            part("without", why);
        }
        sheet.additional_properties =
            Some(Box::new(openapi::schema::AdditionalProperties::FreeForm(false)));
    }
}

/// The description of this API.
pub fn described() -> OpenApi {
    Described::openapi()
}

async fn document() -> Json<OpenApi> {
    Json(described())
}
