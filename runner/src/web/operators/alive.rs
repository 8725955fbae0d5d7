//! Whether the process answers, and whether it can work. Open to everybody, so it says next to
//! nothing, and looks no more than once a second.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::error::{Error, Result};
use crate::job_log;
use crate::web::App;
use crate::web::routes::{Route, get};

/// What was found holds so long.
const HOLDS: Duration = Duration::from_secs(1);
/// A check that takes longer has failed.
const LONGEST: Duration = Duration::from_secs(5);

pub(super) fn routes() -> Vec<Route> {
    vec![get("/livez", &[], lives), get("/readyz", &[], ready)]
}

/// What was found last, and when.
#[derive(Clone, Debug, Default)]
pub(super) struct Found(Arc<Mutex<Option<Last>>>);

/// When somebody looked, and which check failed.
type Last = (Instant, Option<&'static str>);

async fn lives() -> &'static str {
    "ok\n"
}

async fn ready(State(app): State<App>) -> Response {
    // Those who ask meanwhile wait, and are told the same.
    let mut found = app.board.ready.0.lock().await;
    let failing = match *found {
        Some((at, failing)) if at.elapsed() < HOLDS => failing,
        _ => {
            let failing = failing(&app).await;
            *found = Some((Instant::now(), failing));
            failing
        }
    };
    match failing {
        None => "ok\n".into_response(),
        Some(check) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("failed: {check}\n")).into_response()
        }
    }
}

/// The first check that fails.
async fn failing(app: &App) -> Option<&'static str> {
    if *app.stop.borrow() {
        return Some("stopping");
    }
    let failed = |name, fault: &dyn std::fmt::Display| {
        tracing::error!("not ready: {name}: {fault}");
        Some(name)
    };
    for (name, check) in
        [("store-read", Check::Read), ("store-write", Check::Write), ("log", Check::Log)]
    {
        match timeout(LONGEST, check.passes(app)).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => return failed(name, &fault),
            Err(late) => return failed(name, &late),
        }
    }
    app.folder.master_key().err().and_then(|fault| failed("master-key", &fault))
}

/// Something that must be right for work to go on.
#[derive(Clone, Copy)]
enum Check {
    Read,
    Write,
    Log,
}

impl Check {
    async fn passes(self, app: &App) -> Result<()> {
        match self {
            Self::Read => {
                // An open file outlives its name: what is written to it then is lost.
                if !app.folder.database().is_file() {
                    return Err(Error::failed("the store's file is not there", ""));
                }
                app.store.installation().await.map(drop)
            }
            Self::Write => app.store.db.begin_forgetful().await?.rollback().await,
            Self::Log => job_log::head(&app.store.db).await.map(drop),
        }
    }
}
