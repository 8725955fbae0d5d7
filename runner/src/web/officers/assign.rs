//! Giving many items to somebody: first how many, and why; then each with its own log entry, some
//! hundred in a transaction, so that nobody else waits long.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};

use super::answers::Answers;
use super::asked::Asked;
use super::colleagues;
use super::days::Days;
use super::item::{carried, found, say, whose};
use crate::acts::Acting;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::people::Person;
use crate::review;
use crate::store::lists::ItemFilter;
use crate::web::layout::{self, Page, sentence};
use crate::web::parts::{self, Field, Wrong};
use crate::web::{App, Fault, Visitor};

/// Items that are given in one transaction.
const CHUNK: i64 = 200;
/// Items that somebody waits for; what is more is given while they go on.
const AWAITED: usize = 1000;

/// What is to be given.
enum Which {
    /// These.
    These(Vec<ItemId>),
    /// Everything that a filter lets through.
    All(ItemFilter),
}

/// A request to give items to somebody.
struct Giving {
    asked: Asked,
    which: Which,
    count: i64,
    officers: Vec<Person>,
    to: Option<Person>,
    why: String,
    sure: bool,
}

pub(super) async fn act(
    State(app): State<App>,
    visitor: Visitor,
    Form(answers): Form<Answers>,
) -> Result<Response, Fault> {
    let giving = Giving::of(&app, &visitor, &answers).await?;
    let wrong = giving.wrong();
    if !giving.sure || !wrong.is_empty() {
        // The first time nobody has done anything wrong yet.
        let wrong = if giving.sure { wrong } else { Vec::new() };
        return Ok(giving.ask(&app, &visitor, &wrong));
    }
    let Some(to) = &giving.to else { return Ok(giving.ask(&app, &visitor, &wrong)) };
    let acting = Acting::new(&app.folder, &app.store, visitor.actor(), &giving.why);
    if let Err(fault) = acting {
        let Error::Usage(said) = fault else { return Err(fault.into()) };
        let wrong = [Wrong::new("why", sentence(&format!("{}: {}", said.what, said.advice)))];
        return Ok(giving.ask(&app, &visitor, &wrong));
    }
    let (href, to) = (giving.asked.href(&[]), to.name.clone());
    let given = give(&app, &visitor, &to, giving.why, giving.which, giving.count).await?;
    say(&app, &visitor, &given).await?;
    Ok(Redirect::to(&href).into_response())
}

impl Giving {
    async fn of(app: &App, visitor: &Visitor, answers: &Answers) -> Result<Self, Fault> {
        let asked = Asked::of(answers);
        let officers = colleagues::officers(&app.store).await?;
        let to = officers.iter().find(|officer| officer.id.to_string() == answers.get("to"));
        let (which, count) = if answers.get("all") == "yes" {
            let mut filter = asked.filter(&visitor.person, &officers, &Days::of(&app.folder)?);
            if let Some(theirs) = to.and_then(|to| to.bots.as_ref()) {
                filter.bots = Some(match filter.bots {
                    Some(bots) => bots.intersection(theirs).cloned().collect(),
                    None => theirs.clone(),
                });
            }
            let count = app.store.count_items(&filter).await?;
            (Which::All(filter), count)
        } else {
            let mut ids = Vec::new();
            for id in answers.all("item") {
                // What they may not see is not there; what its officer may not see is left out.
                let found = found(&app.store, visitor, id).await?;
                if to.is_none_or(|to| to.sees(&found.batch.bot)) {
                    ids.push(found.item.id);
                }
            }
            ids.sort_unstable();
            ids.dedup();
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            (Which::These(ids), count)
        };
        Ok(Self {
            to: to.cloned(),
            asked,
            which,
            count,
            officers,
            why: answers.get("why").to_owned(),
            sure: answers.get("sure") == "yes",
        })
    }

    fn wrong(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        if self.to.is_none() {
            wrong.push(Wrong::new("to", "Choose who is to have them"));
        }
        if self.why.is_empty() {
            wrong.push(Wrong::new("why", "Enter the reason"));
        }
        wrong
    }

    /// The page that asks whether they are sure.
    fn ask(&self, app: &App, visitor: &Visitor, wrong: &[Wrong]) -> Response {
        let n = parts::count(self.count, false, "item", "items");
        let title = if self.count == 0 {
            "Choose what to give".to_owned()
        } else {
            format!("Give {n} to somebody")
        };
        let page = Page::new(&title).section("/to-do").wrong(!wrong.is_empty());
        let page = page.back(self.asked.href(&[]), "Back to the list");
        let body = html! {
            (parts::error_summary(wrong))
            h1 class="govuk-heading-l" { (title) }
            @if self.count == 0 {
                p class="govuk-body" {
                    "You chose no item. Go back to the list and tick those that are to be given."
                }
            } @else {
                (self.form(&visitor.person, wrong, &n))
            }
        };
        let status =
            if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        (status, layout::page(app, Some(visitor), &page, body)).into_response()
    }

    fn form(&self, me: &Person, wrong: &[Wrong], n: &str) -> Markup {
        let to = self.to.as_ref().map_or_else(String::new, |to| to.id.to_string());
        let why = Field::new("why", "Reason")
            .hint("It is kept sealed with each case, and each has its own entry in the job log.")
            .value(&self.why)
            .error(parts::wrong(wrong, "why"));
        html! {
            form method="post" action="/to-do/assign" novalidate {
                (carried(&self.asked))
                input type="hidden" name="sure" value="yes";
                @match &self.which {
                    Which::All(_) => { input type="hidden" name="all" value="yes"; },
                    Which::These(ids) => {
                        @for id in ids { input type="hidden" name="item" value=(id); }
                    },
                }
                p class="govuk-body" {
                    "What is settled meanwhile is left as it is. Items of bots whose work the \
                     officer does not see are not among them."
                }
                (whose(&self.officers, me, &to, parts::wrong(wrong, "to")))
                (parts::textarea(&why, 3))
                (parts::button(&format!("Give {n}")))
            }
        }
    }
}

/// Gives them; what is said of it. A thousand are waited for, the rest goes on by itself.
async fn give(
    app: &App,
    visitor: &Visitor,
    to: &str,
    why: String,
    which: Which,
    count: i64,
) -> Result<String> {
    let mut chunks = Chunks { which, last: None };
    let mut given = 0;
    let actor = visitor.actor();
    while given < AWAITED {
        let Some(ids) = chunks.next(app).await? else {
            let of = i64::try_from(given).unwrap_or(i64::MAX);
            return Ok(match count - of {
                left if left > 0 => format!(
                    "{} given to {to}; {left} could not be, for they were settled meanwhile or are \
                     in somebody's hands.",
                    parts::count(of, false, "item", "items")
                ),
                _ => format!("{} given to {to}.", parts::count(of, false, "item", "items")),
            });
        };
        let acting = Acting::new(&app.folder, &app.store, actor.clone(), &why)?;
        given += review::assign_each(&acting, &ids, to).await?;
    }
    let said = format!(
        "{} are being given to {to}: the list shows them as it goes on.",
        parts::count(count, false, "item", "items")
    );
    let (app, to) = (app.clone(), to.to_owned());
    tokio::spawn(async move {
        let rest = async {
            while !*app.stop.borrow() {
                let Some(ids) = chunks.next(&app).await? else { break };
                let acting = Acting::new(&app.folder, &app.store, actor.clone(), &why)?;
                review::assign_each(&acting, &ids, &to).await?;
            }
            Ok::<_, Error>(())
        };
        if let Err(fault) = rest.await {
            let said = fault.to_string().replace('\n', " ");
            tracing::error!("giving items to an officer ended early: {said}");
        }
    });
    Ok(said)
}

/// Items a chunk at a time, by their numbers: each comes once, whatever moves meanwhile.
struct Chunks {
    which: Which,
    last: Option<ItemId>,
}

impl Chunks {
    async fn next(&mut self, app: &App) -> Result<Option<Vec<ItemId>>> {
        let ids = match &mut self.which {
            Which::All(filter) => app.store.item_ids(filter, self.last, CHUNK).await?,
            Which::These(ids) => {
                let n = ids.len().min(usize::try_from(CHUNK).unwrap_or(usize::MAX));
                ids.drain(..n).collect()
            }
        };
        self.last = ids.last().copied();
        Ok(self.last.map(|_| ids))
    }
}
