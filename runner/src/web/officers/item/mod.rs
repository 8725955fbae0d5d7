//! One item: what is known of it, what its bot recommends and why, and what is done with it.
//!
//! | file | job |
//! |---|---|
//! | `shapes`, `data` | all that is known of it, without HTML |
//! | `view` | as it is read |
//! | `forms` | what may be done with it |
//! | `deeds` | doing it |
//! | `following` | opening it again, as a correction, a review or a representation |

mod data;
mod deeds;
mod following;
mod forms;
mod shapes;
mod view;

pub(super) use deeds::{ask_evidence, assign, by_hand, change, confirm, postpone, say};
pub(super) use following::{act as follow, page as follow_page};
pub(super) use forms::{carried, whose};
pub use shapes::Shown;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use super::answers::Answers;
use super::asked::Asked;
use super::colleagues;
use super::days::Days;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::people::Person;
use crate::review::{self, Opened};
use crate::store::Store;
use crate::store::batches::Batch;
use crate::store::items::Listed;
use crate::web::layout::{self, Page};
use crate::web::parts;
use crate::web::rights::Right;
use crate::web::{App, Fault, Visitor};
use forms::{Again, Forms};

/// An item that this visitor may see.
pub(super) struct Found {
    pub(super) item: Listed,
    pub(super) batch: Batch,
}

/// The item of this number. One that somebody may not see is not there for them.
pub(super) async fn found(store: &Store, visitor: &Visitor, id: &str) -> Result<Found, Fault> {
    let id: ItemId = id.parse().map_err(|_| Fault::not_found())?;
    let batch = known(store.batch(id.batch()).await)?;
    visitor.must_see(&batch.bot)?;
    let item = known(store.item(id).await)?;
    Ok(Found { item, batch })
}

/// What is not there is told like what may not be seen.
fn known<T>(found: Result<T>) -> Result<T, Fault> {
    found.map_err(|fault| match fault {
        Error::Usage(_) => Fault::not_found(),
        fault => fault.into(),
    })
}

/// The item's page. That it was looked at, and which ruling stood then, is logged before it is shown.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(answers): Query<Answers>,
) -> Result<Response, Fault> {
    let found = found(&app.store, &visitor, &id).await?;
    let asked = Asked::of(&answers);
    show(&app, &visitor, found.item.id, &asked, &Again::default(), StatusCode::OK).await
}

/// Shows an item, also after something with it could not be done.
async fn show(
    app: &App,
    visitor: &Visitor,
    id: ItemId,
    asked: &Asked,
    again: &Again,
    status: StatusCode,
) -> Result<Response, Fault> {
    let whole = Whole::open(app, visitor, id, asked, again).await?;
    let title = format!("Item {id}");
    let page = Page::new(&title).section("/to-do").wrong(!again.wrong.is_empty());
    let page = page.back(asked.href(&[]), "Back to the list");
    let body = whole.body(visitor, asked, again);
    Ok((status, layout::page(app, Some(visitor), &page, body)).into_response())
}

/// Notes that somebody looks at an item, then looks. Whoever mistyped has had it open since before;
/// whoever came too late opens it anew.
async fn look(
    store: &Store,
    visitor: &Visitor,
    id: ItemId,
    again: &Again,
) -> Result<(Opened, Listed, Batch)> {
    let mut opened = review::viewed(store, &visitor.actor(), id).await?;
    if let Ok(before) = again.typed.get("seen").parse::<Opened>() {
        let same = (before.ruling, before.state) == (opened.ruling, opened.state);
        if same && before.seen(store, &visitor.actor(), id).await.is_ok() {
            opened.entry = before.entry;
        }
    }
    Ok((opened, store.item(id).await?, store.batch(id.batch()).await?))
}

/// Everything that an item's page is made of.
struct Whole {
    shown: Shown,
    opened: Opened,
    officers: Vec<Person>,
    days: Days,
    bot: Option<&'static clerkwork_bots::kit::Registered>,
    previous: Option<ItemId>,
    next: Option<ItemId>,
    notice: bool,
}

impl Whole {
    /// Logs that it is looked at, then looks.
    async fn open(
        app: &App,
        visitor: &Visitor,
        id: ItemId,
        asked: &Asked,
        again: &Again,
    ) -> Result<Self, Fault> {
        let store = &app.store;
        let (opened, item, batch) = look(store, visitor, id, again).await?;
        let days = Days::of(&app.folder)?;
        let officers = colleagues::who_see(store, &batch.bot).await?;
        let (previous, next) = if asked.listed {
            store.neighbours(&asked.filter(&visitor.person, &officers, &days), id).await?
        } else {
            (None, None)
        };
        let bot = clerkwork_bots::find(&batch.bot);
        Ok(Self {
            shown: data::data(store, &item, &batch).await?,
            opened,
            officers,
            days,
            bot,
            previous,
            next,
            notice: bot.is_some_and(|bot| bot.manifest().notice.is_some())
                && item.state == crate::state::Item::Done,
        })
    }

    /// The forms of this item.
    fn forms<'a>(&'a self, me: &'a Person, asked: &'a Asked, again: &'a Again) -> Forms<'a> {
        Forms {
            shown: &self.shown,
            bot: self.bot,
            opened: &self.opened,
            asked,
            officers: &self.officers,
            me,
            again,
        }
    }

    fn body(&self, visitor: &Visitor, asked: &Asked, again: &Again) -> Markup {
        let shown = &self.shown;
        html! {
            (parts::error_summary(&again.wrong))
            h1 class="govuk-heading-l" { "Item " (shown.item.item) }
            (self.ways(asked))
            (view::heading(shown, &self.days))
            div class="govuk-grid-row" {
                div class="govuk-grid-column-two-thirds" {
                    @if let Some(ruling) = shown.standing() { (view::ruling(ruling)) }
                    @if self.notice {
                        p class="govuk-body" {
                            a class="govuk-link" href={ "/items/" (shown.item.item) "/notice" } {
                                "Notice of the decision"
                            }
                        }
                    }
                    @if visitor.may(Right::Settle) {
                        @let forms = self.forms(&visitor.person, asked, again).render();
                        h2 class="govuk-heading-m" { "What you can do" }
                        (forms)
                    }
                    (view::case(shown))
                    (view::earlier(&shown.rulings))
                    (view::history(shown))
                }
            }
            (self.ways(asked))
        }
    }

    /// To the item before and the item after, in the list that they came from. The scripts of the
    /// page follow the same links by `j` and `k`.
    fn ways(&self, asked: &Asked) -> Markup {
        let href = |id: &ItemId| asked.item_href(&id.to_string());
        html! {
            @if self.previous.is_some() || self.next.is_some() {
                p class="govuk-body cw-ways" {
                    @if let Some(id) = &self.previous {
                        a class="govuk-link" href=(href(id)) rel="prev" data-previous {
                            "Previous" span class="govuk-visually-hidden" { " item: " (id) }
                        }
                    }
                    @if self.previous.is_some() && self.next.is_some() { " | " }
                    @if let Some(id) = &self.next {
                        a class="govuk-link" href=(href(id)) rel="next" data-next {
                            "Next" span class="govuk-visually-hidden" { " item: " (id) }
                        }
                    }
                }
            }
        }
    }
}
