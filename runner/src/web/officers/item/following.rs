//! Opening an item again: a correction, which its bot decides anew, or a review or representation,
//! which a person decides. The new item is decided at once; where that takes long, nobody waits.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::deeds::{Deed, Not, Sent, again, say};
use super::forms::{Act, Again, as_typed};
use super::shapes::FieldShown;
use super::{Whole, data, found};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::operate::As;
use crate::run::{Follow, Request, Runner};
use crate::schedule;
use crate::web::layout::{self, Page};
use crate::web::officers::answers::Answers;
use crate::web::officers::asked::Asked;
use crate::web::officers::days::Days;
use crate::web::parts::{self, Choice, Field};
use crate::web::{App, Fault, Visitor};

const KINDS: &[As] = &[As::Correction, As::Review, As::Representation];
/// How long somebody waits for the new item.
const WAIT: Duration = Duration::from_secs(8);

/// The form. It shows the case, so that it was looked at is logged.
pub(in crate::web::officers) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(answers): Query<Answers>,
) -> Result<Response, Fault> {
    let found = found(&app.store, &visitor, &id).await?;
    let asked = Asked::of(&answers);
    show(&app, &visitor, found.item.id, &asked, &Again::default(), StatusCode::OK).await
}

async fn show(
    app: &App,
    visitor: &Visitor,
    id: ItemId,
    asked: &Asked,
    again: &Again,
    status: StatusCode,
) -> Result<Response, Fault> {
    let whole = Whole::open(app, visitor, id, asked, again).await?;
    let Some(case) = &whole.shown.case else {
        let advice = "its case has been erased, or cannot be read by this version of its bot";
        return Err(Fault::new(
            StatusCode::CONFLICT,
            format!("item {id} cannot be followed"),
            advice,
        ));
    };
    let title = format!("Open item {id} again");
    let page = Page::new(&title).section("/to-do").wrong(!again.wrong.is_empty());
    let page = page.back(asked.item_href(&id.to_string()), format!("Back to item {id}"));
    let body = html! {
        (parts::error_summary(&again.wrong))
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" {
            "A new item follows this one and is decided at once. What stands is not touched before \
             that; an item that is not settled yet is closed in favour of the new one."
        }
        div class="govuk-grid-row" {
            div class="govuk-grid-column-two-thirds" { (form(&whole, case, visitor, asked, again)) }
        }
    };
    Ok((status, layout::page(app, Some(visitor), &page, body)).into_response())
}

fn form(
    whole: &Whole,
    case: &[FieldShown],
    visitor: &Visitor,
    asked: &Asked,
    again: &Again,
) -> Markup {
    let forms = whole.forms(&visitor.person, asked, again);
    let typed = |name: &str, first: &str| forms.typed("follow", name, first);
    let kind = typed("kind", "");
    let days = typed("days", "");
    let choices = [
        Choice::new("correction", "A correction")
            .hint("A fact was wrong: change it below, and the bot decides anew"),
        Choice::new("review", "A review").hint("A person is to look at the decision again"),
        Choice::new("representation", "A representation")
            .hint("The applicant says that the decision is wrong"),
    ];
    let asks = Field::new("kind", "What is it?").value(&kind).error(forms.wrong("kind")).bold();
    let due = Field::new("days", "In how many working days is it to be settled?")
        .hint("Leave it empty for the usual time")
        .value(&days)
        .error(forms.wrong("days"))
        .numeric()
        .width(3);
    let fields = html! {
        (parts::radios(&asks, &choices))
        h2 class="govuk-heading-m" { "For a correction: the case" }
        p class="govuk-body" { "Change what was wrong, as the form would have it." }
        @for field in case {
            @let name = format!("field-{}", field.key);
            @let value = typed(&name, &as_typed(field));
            (parts::input(&Field::new(&name, &field.label).value(&value).error(forms.wrong(&name))))
        }
        (parts::input(&due))
    };
    let deed = Act {
        act: "follow",
        title: "",
        what: "",
        hint: "What was wrong, or who asked for it and when. It is kept sealed with the case.",
    };
    forms.form(&deed, fields, parts::button("Open it again"))
}

/// Opens it.
pub(in crate::web::officers) async fn act(sent: Sent) -> Result<Response, Fault> {
    let deed = Deed::of(sent, "follow").await?;
    let (app, visitor, id) = (&deed.app, &deed.visitor, deed.found.item.id);
    let asked = Asked::of(&deed.answers);
    let (said, to) = match open(&deed).await {
        Ok(Some(item)) => (format!("Item {item} follows item {id}."), item),
        Ok(None) => {
            (format!("A new item that follows {id} is being decided. Look again soon."), id)
        }
        Err(not) => {
            let (again, status) = again(&deed, not)?;
            return show(app, visitor, id, &asked, &again, status).await;
        }
    };
    say(app, visitor, &said).await?;
    Ok(Redirect::to(&asked.item_href(&to.to_string())).into_response())
}

/// The new item; none if it is still being decided.
async fn open(deed: &Deed) -> Result<Option<ItemId>, Not> {
    let (app, batch) = (&deed.app, &deed.found.batch);
    let kind = KINDS.iter().copied().find(|kind| kind.as_str() == deed.answers.get("kind"));
    let Some(kind) = kind else { return Err(Not::wrong("kind", "Choose what it is")) };
    let days = Days::of(&app.folder)?;
    let due = days.ahead(&batch.schedule, deed.answers.get("days"));
    let due = due.map_err(|text| Not::wrong("days", text))?;
    let why = deed.why()?.to_owned();
    let seen = deed.seen().await?;
    let set = if kind == As::Correction { changed(deed).await? } else { Vec::new() };
    let follow = Follow { earlier: deed.found.item.id, kind, set, why, seen: Some(seen), due };
    // Completed like the earlier one: where nobody looked then, nobody looks now.
    let none = batch.lookups.iter().filter(|(_, version)| *version == "none");
    let request = Request {
        schedule: schedule::find(&app.folder, &batch.schedule)?,
        input: None,
        output: None,
        lookups: none.map(|(name, _)| (name.clone(), None)).collect::<BTreeMap<_, _>>(),
        again: false,
        dry_run: false,
        queued: false,
        name: None,
        opened_by: None,
        today: days.today,
    };
    decided(app, &deed.visitor, request, follow).await
}

/// Runs it beside: whoever asked waits for a while, and the work goes on also when they are gone.
async fn decided(
    app: &App,
    visitor: &Visitor,
    request: Request,
    follow: Follow,
) -> Result<Option<ItemId>, Not> {
    let (own, actor, runtime) = (app.clone(), visitor.actor(), Handle::current());
    let earlier = follow.earlier;
    // A run stays in its thread.
    let work = tokio::task::spawn_blocking(move || {
        runtime.block_on(async move {
            let runner = Runner::new(
                Arc::clone(&own.folder),
                Arc::clone(&own.connections),
                Arc::clone(&own.store),
                actor,
                request,
                Arc::new(|_| {}),
                own.stop.clone(),
            );
            let followed = runner.await?.follow(&follow).await;
            if let Err(fault) = &followed {
                let said = fault.to_string().replace('\n', " ");
                tracing::warn!(item.id = %earlier, "it could not be followed: {said}");
            }
            followed.map(|(followed, _)| followed.item)
        })
    });
    match timeout(WAIT, work).await {
        Err(_) => Ok(None),
        Ok(Ok(followed)) => Ok(Some(followed?)),
        Ok(Err(died)) => {
            Err(Error::failed(format!("the new item could not be decided: {died}"), "").into())
        }
    }
}

/// The fields that were changed: header and value.
async fn changed(deed: &Deed) -> Result<Vec<(String, String)>, Not> {
    let (_, case) = deed.app.store.case(deed.found.item.id).await?;
    let fields = data::fields(&deed.found.batch.bot, &case).unwrap_or_default();
    let changed: Vec<(String, String)> = fields
        .into_iter()
        .filter_map(|field| {
            let name = format!("field-{}", field.key);
            let typed = deed.answers.has(&name).then(|| deed.answers.get(&name))?;
            (typed != as_typed(&field).trim()).then(|| (field.label.clone(), typed.to_owned()))
        })
        .collect();
    if changed.is_empty() {
        return Err(Not::wrong("kind", "Change what was wrong in the case, or choose otherwise"));
    }
    Ok(changed)
}
