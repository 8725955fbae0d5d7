//! What can be done to a batch, by those who may: agree to it, hold it, let it go on, cancel it, try
//! again what failed. Each asks for the reason.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::{batch, done, seen};
use crate::acts::Acting;
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::operate;
use crate::state::{self, Item};
use crate::store::batches::Batch;
use crate::store::items::Filter;
use crate::web::fault::in_a_line;
use crate::web::parts;
use crate::web::rights::Right;
use crate::web::routes::{Route, post};
use crate::web::{App, Fault, Visitor};

/// Items that are tried again at a time.
const STRETCH: i64 = 500;

pub(super) fn routes() -> Vec<Route> {
    const OPERATE: &[Right] = &[Right::Operate];
    vec![
        post("/batches/{id}/approve", &[Right::Approve], approve),
        post("/batches/{id}/pause", OPERATE, pause),
        post("/batches/{id}/resume", OPERATE, resume),
        post("/batches/{id}/cancel", OPERATE, cancel),
        post("/batches/{id}/retry", OPERATE, retry),
    ]
}

/// An act that was refused: what was typed, and why it cannot be.
pub(super) struct Refused {
    /// The act's name in its address.
    pub(super) act: &'static str,
    /// The reason that was typed.
    pub(super) why: String,
    /// What is wrong.
    pub(super) text: String,
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    why: String,
}

type Asked = (State<App>, Visitor, Path<String>, Form<Typed>);

async fn approve(asked: Asked) -> Result<Response, Fault> {
    act(asked, "approve").await
}

async fn pause(asked: Asked) -> Result<Response, Fault> {
    act(asked, "pause").await
}

async fn resume(asked: Asked) -> Result<Response, Fault> {
    act(asked, "resume").await
}

async fn cancel(asked: Asked) -> Result<Response, Fault> {
    act(asked, "cancel").await
}

async fn retry(asked: Asked) -> Result<Response, Fault> {
    act(asked, "retry").await
}

async fn act(
    (State(app), visitor, Path(id), Form(typed)): Asked,
    name: &'static str,
) -> Result<Response, Fault> {
    let standing = seen(&app, &visitor, &id).await?;
    let text = match act_on(&app, &visitor, standing.id, name, &typed.why).await {
        Ok(said) => return done(&app, &visitor, &said, &format!("/batches/{}", standing.id)).await,
        Err(Error::Usage(said)) if typed.why.trim().is_empty() => {
            drop(said);
            "Say why: it goes into the job log".to_owned()
        }
        Err(Error::Usage(said) | Error::Failed(said)) => in_a_line(&said),
        Err(fault) => return Err(fault.into()),
    };
    let refused = Refused { act: name, why: typed.why, text };
    batch::render(&app, &visitor, &standing, Some(&refused)).await
}

async fn act_on(
    app: &App,
    visitor: &Visitor,
    id: BatchId,
    name: &str,
    why: &str,
) -> Result<String> {
    let acting = Acting::new(&app.folder, &app.store, visitor.actor(), why)?;
    let acted = match name {
        "approve" => operate::approve(&acting, id).await?,
        "pause" => operate::pause(&acting, id).await?,
        "resume" => operate::resume(&acting, id).await?,
        "cancel" => operate::cancel_batch(&acting, id).await?,
        _ => {
            let n = retry_failed(app, &acting, id).await?;
            return Ok(format!("{} tried again", parts::count(n, false, "item is", "items are")));
        }
    };
    Ok(format!("Batch {id} is {}", acted.state))
}

/// Each failed item by itself, with its own entry; what moved meanwhile is passed over.
async fn retry_failed(app: &App, acting: &Acting<'_>, batch: BatchId) -> Result<i64> {
    let (mut after, mut n) = (0, 0);
    loop {
        let filter = Filter {
            batch: Some(batch),
            state: Some(Item::Failed),
            after,
            limit: STRETCH,
            ..Filter::default()
        };
        let items = app.store.items(&filter).await?;
        let Some(last) = items.last() else { return Ok(n) };
        after = last.id.0;
        for item in &items {
            match operate::retry(acting, item.id).await {
                Ok(_) => n += 1,
                Err(Error::Usage(_) | Error::Failed(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
    }
}

/// One act: who may, in which states, and what stands on its form.
struct Act {
    name: &'static str,
    right: Right,
    title: &'static str,
    what: &'static str,
    button: fn(&str) -> Markup,
    text: &'static str,
}

const ACTS: &[Act] = &[
    Act {
        name: "approve",
        right: Right::Approve,
        title: "Agree to this batch",
        what: "Its items are decided as soon as you agree.",
        button: parts::button,
        text: "Agree",
    },
    Act {
        name: "pause",
        right: Right::Operate,
        title: "Pause this batch",
        what: "What is in hand is finished; nothing more is begun until it is resumed.",
        button: parts::secondary_button,
        text: "Pause",
    },
    Act {
        name: "resume",
        right: Right::Operate,
        title: "Let this batch go on",
        what: "It goes on where it was held.",
        button: parts::button,
        text: "Resume",
    },
    Act {
        name: "retry",
        right: Right::Operate,
        title: "Try again what failed",
        what: "Each failed item is worked again. What was decided is not decided anew.",
        button: parts::secondary_button,
        text: "Try again",
    },
    Act {
        name: "cancel",
        right: Right::Operate,
        title: "Cancel this batch",
        what: "Every item that is not settled is cancelled. This cannot be undone.",
        button: parts::warning_button,
        text: "Cancel the batch",
    },
];

/// Whether an act is for a batch as it stands.
fn possible(name: &str, visitor: &Visitor, batch: &Batch) -> bool {
    use state::Batch::{AwaitingApproval, Cancelled, Paused};
    match name {
        "approve" => batch.state == AwaitingApproval && batch.opened_by != visitor.actor().id,
        "pause" => batch.state.may_become(Paused),
        "resume" => batch.state == Paused,
        "retry" => batch.totals.failed > 0,
        _ => batch.state.may_become(Cancelled),
    }
}

/// The forms of what this person may do to it now.
pub(super) fn forms(visitor: &Visitor, batch: &Batch, refused: Option<&Refused>) -> Markup {
    let refused = |name: &str| refused.filter(|it| it.act == name);
    let acts: Vec<&Act> = ACTS
        .iter()
        .filter(|act| visitor.may(act.right))
        .filter(|act| refused(act.name).is_some() || possible(act.name, visitor, batch))
        .collect();
    let waits = batch.state == state::Batch::AwaitingApproval;
    let own = waits && batch.opened_by == visitor.actor().id;
    html! {
        @if !acts.is_empty() || own {
            h2 class="govuk-heading-m" { "What you can do" }
            @if own {
                p class="govuk-body" { "You queued this batch: somebody else must agree to it." }
            }
            @for act in acts {
                @let action = format!("/batches/{}/{}", batch.id, act.name);
                @let button = (act.button)(act.text);
                @if let Some(it) = refused(act.name) {
                    (parts::act_again(
                        &action, act.title, act.what, html! {}, button,
                        (&it.why, Some(&it.text)),
                    ))
                } @else {
                    (parts::act(&action, act.title, act.what, html! {}, button))
                }
            }
        }
    }
}
