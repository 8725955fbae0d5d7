//! The list of all routes: what each needs is said where it is declared, and nowhere else.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::rights::Right;
use super::{App, api, guard};

/// One route.
pub struct Route {
    /// GET, or POST for what changes something.
    pub method: Method,
    /// Its path, as axum writes it.
    pub path: &'static str,
    /// Of these rights one is needed; none: anybody may, signed in or not.
    pub rights: &'static [Right],
    handler: MethodRouter<App>,
}

/// A page, or something to download. Changes nothing, but may log that it was seen.
pub(super) fn get<H, T>(path: &'static str, rights: &'static [Right], handler: H) -> Route
where
    H: Handler<T, App>,
    T: 'static,
{
    route(Method::GET, MethodFilter::GET, path, rights, handler)
}

/// An act.
pub(super) fn post<H, T>(path: &'static str, rights: &'static [Right], handler: H) -> Route
where
    H: Handler<T, App>,
    T: 'static,
{
    route(Method::POST, MethodFilter::POST, path, rights, handler)
}

fn route<H, T>(
    method: Method,
    filter: MethodFilter,
    path: &'static str,
    rights: &'static [Right],
    handler: H,
) -> Route
where
    H: Handler<T, App>,
    T: 'static,
{
    Route { method, path, rights, handler: on(filter, handler) }
}

/// Every route there is.
pub fn all() -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(super::home::routes());
    routes.extend(super::accessibility::routes());
    routes.extend(super::assets::routes());
    routes.extend(super::live::routes());
    routes.extend(super::operators::routes());
    routes.extend(super::people::routes());
    routes.extend(super::officers::routes());
    routes.extend(api::routes());
    routes.extend(super::auditors::routes());
    routes.extend(super::managers::routes());
    routes.extend(super::staff::routes());
    routes
}

/// A router in which each route lets in only whoever has one of its rights.
pub(super) fn router(app: &App, routes: Vec<Route>) -> Router<App> {
    routes.into_iter().fold(Router::new(), |router, route| {
        let need = guard::Need { app: app.clone(), rights: route.rights };
        let once = route.method == Method::POST && route.path.starts_with("/api/");
        let handler = if once {
            route.handler.layer(from_fn_with_state(app.clone(), api::once::answer))
        } else {
            route.handler
        };
        router.route(route.path, handler.layer(from_fn_with_state(need, guard::admit)))
    })
}
