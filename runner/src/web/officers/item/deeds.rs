//! Doing what an officer asks for: through the same functions as the command line, held against what
//! they saw. What cannot be done is said on the item's page, with what was typed.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use clerkwork_bots::kit::Cell;

use super::forms::{Again, as_typed, why_id};
use super::{Found, data, found, show};
use crate::acts::{Acted, Acting, Seen};
use crate::clock;
use crate::error::Error;
use crate::ids::ItemId;
use crate::operate;
use crate::review::{self, Given, Opened, unopened};
use crate::web::fault::in_a_line;
use crate::web::officers::answers::Answers;
use crate::web::officers::asked::Asked;
use crate::web::officers::colleagues;
use crate::web::officers::days::Days;
use crate::web::parts::{self, Wrong};
use crate::web::{App, Fault, Visitor};

/// Why something was not done.
pub(super) enum Not {
    /// What was typed is not right.
    Wrong(Vec<Wrong>),
    /// It stands so that it cannot be done.
    Refused(Error),
}

impl From<Error> for Not {
    fn from(fault: Error) -> Self {
        Self::Refused(fault)
    }
}

impl Not {
    /// One thing that was typed is not right.
    pub(super) fn wrong(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Wrong(vec![Wrong::new(field, text)])
    }
}

/// A form of an item's page, as it was sent.
pub(in crate::web::officers) type Sent = (State<App>, Visitor, Path<String>, Form<Answers>);

/// An item on which somebody acts.
pub(super) struct Deed {
    pub(super) app: App,
    pub(super) visitor: Visitor,
    pub(super) found: Found,
    pub(super) answers: Answers,
    pub(super) act: &'static str,
}

impl Deed {
    /// What was sent, if the item is there for whoever sent it.
    pub(super) async fn of(
        (State(app), visitor, Path(id), Form(answers)): Sent,
        act: &'static str,
    ) -> Result<Self, Fault> {
        let found = found(&app.store, &visitor, &id).await?;
        Ok(Self { app, visitor, found, answers, act })
    }

    fn id(&self) -> ItemId {
        self.found.item.id
    }

    /// What they saw before, as the log has it.
    pub(super) async fn seen(&self) -> Result<Seen, Not> {
        let opened = self.answers.get("seen").parse::<Opened>();
        let opened = opened.map_err(|()| unopened(self.id()))?;
        Ok(opened.seen(&self.app.store, &self.visitor.actor(), self.id()).await?)
    }

    /// Their reason.
    pub(super) fn why(&self) -> Result<&str, Not> {
        let why = self.answers.get("why");
        if why.is_empty() { Err(Not::wrong(why_id(self.act), "Enter the reason")) } else { Ok(why) }
    }

    async fn acting(&self) -> Result<Acting<'_>, Not> {
        let (folder, store) = (&self.app.folder, &self.app.store);
        let acting = Acting::new(folder, store, self.visitor.actor(), self.why()?);
        let mut acting = acting.map_err(|fault| match fault {
            Error::Usage(said) => Not::wrong(why_id(self.act), in_a_line(&said)),
            fault => Not::Refused(fault),
        })?;
        acting.seen = Some(self.seen().await?);
        Ok(acting)
    }
}

/// Lets the recommendation stand.
pub(in crate::web::officers) async fn confirm(sent: Sent) -> Result<Response, Fault> {
    let deed = Deed::of(sent, "confirm").await?;
    go(&deed, "confirmed", async || Ok(review::confirm(&deed.acting().await?, deed.id()).await?))
        .await
}

/// Decides otherwise.
pub(in crate::web::officers) async fn change(sent: Sent) -> Result<Response, Fault> {
    let deed = Deed::of(sent, "change").await?;
    go(&deed, "changed and decided", async || changed(&deed).await).await
}

async fn changed(deed: &Deed) -> Result<Acted, Not> {
    let why = deed.why().err();
    let (bot, ruled) = review::recommended(&deed.app.store, deed.id()).await?;
    let recommended = &ruled.payload.ruling;
    let columns = data::decision(recommended);
    // What stands as it was recommended is not changed, whatever the column holds.
    let given: Vec<(usize, Given<'_>)> = columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| {
            let name = format!("new-{at}");
            let typed = deed.answers.has(&name).then(|| deed.answers.get(&name))?;
            (typed != as_typed(column).trim())
                .then_some((at, (column.key.as_str(), Cell::Text(typed))))
        })
        .collect();
    let mut wrong = Vec::new();
    if given.is_empty() {
        wrong.push(Wrong::new("new-0", "Change something, or confirm the recommendation"));
    }
    for (at, one) in &given {
        for fault in review::read(bot, recommended, &[*one], false).err().into_iter().flatten() {
            let text = format!("{} must be {}", fault.column, fault.expected);
            wrong.push(Wrong::new(format!("new-{at}"), text));
        }
    }
    if let Some(Not::Wrong(why)) = why {
        wrong.extend(why);
    }
    if !wrong.is_empty() {
        return Err(Not::Wrong(wrong));
    }
    let given: Vec<Given<'_>> = given.into_iter().map(|(_, given)| given).collect();
    Ok(review::change(&deed.acting().await?, deed.id(), &given, false).await?)
}

/// Notes that evidence was asked for.
pub(in crate::web::officers) async fn ask_evidence(sent: Sent) -> Result<Response, Fault> {
    let deed = Deed::of(sent, "ask-evidence").await?;
    let ask = async || {
        let days = Days::of(&deed.app.folder)?;
        let until = days.ahead(&deed.found.batch.schedule, deed.answers.get("days"));
        let until = until.map_err(|text| Not::wrong("days", text))?;
        Ok(review::ask_evidence(&deed.acting().await?, deed.id(), until, days.today).await?)
    };
    go(&deed, "waiting for evidence", ask).await
}

/// Puts it off until a day on which it is looked at again.
pub(in crate::web::officers) async fn postpone(sent: Sent) -> Result<Response, Fault> {
    let deed = Deed::of(sent, "postpone").await?;
    let put_off = async || {
        let part = |part: &str| deed.answers.get(part);
        let day = parts::date_typed(part("until-day"), part("until-month"), part("until-year"));
        let day = day.map_err(|text| Not::wrong("until-day", text))?;
        let today = clock::today();
        let Some(until) = day.filter(|day| *day > today) else {
            return Err(Not::wrong("until-day", "Enter a day that is later than today"));
        };
        Ok(operate::postpone(&deed.acting().await?, deed.id(), until, today).await?)
    };
    go(&deed, "put off", put_off).await
}

/// Gives it to an officer.
pub(in crate::web::officers) async fn assign(sent: Sent) -> Result<Response, Fault> {
    let deed = Deed::of(sent, "assign").await?;
    let give = async || {
        let officers = colleagues::who_see(&deed.app.store, &deed.found.batch.bot).await?;
        let to = officers.iter().find(|officer| officer.id.to_string() == deed.answers.get("to"));
        let Some(to) = to else { return Err(Not::wrong("to", "Choose who is to have it")) };
        Ok(review::assign(&deed.acting().await?, deed.id(), &to.name).await?)
    };
    go(&deed, "assigned", give).await
}

/// Closes what was settled outside.
pub(in crate::web::officers) async fn by_hand(sent: Sent) -> Result<Response, Fault> {
    let deed = Deed::of(sent, "by-hand").await?;
    go(&deed, "closed by hand", async || {
        Ok(review::by_hand(&deed.acting().await?, deed.id()).await?)
    })
    .await
}

/// Does it, and goes on to the next item of the list they came from; or says what was wrong.
async fn go(
    deed: &Deed,
    became: &str,
    act: impl AsyncFnOnce() -> Result<Acted, Not>,
) -> Result<Response, Fault> {
    let (asked, id) = (Asked::of(&deed.answers), deed.id());
    // Asked before the act: after it the item may not be in the list any more.
    let next = next(deed, &asked).await?;
    if let Err(not) = act().await {
        let (again, status) = again(deed, not)?;
        return show(&deed.app, &deed.visitor, id, &asked, &again, status).await;
    }
    say(&deed.app, &deed.visitor, &format!("Item {id} is {became}.")).await?;
    let to = match next {
        _ if !asked.listed => format!("/items/{id}"),
        Some(next) => asked.item_href(&next.to_string()),
        None => asked.href(&[]),
    };
    Ok(Redirect::to(&to).into_response())
}

async fn next(deed: &Deed, asked: &Asked) -> Result<Option<ItemId>, Fault> {
    if !asked.listed {
        return Ok(None);
    }
    let store = &deed.app.store;
    let (days, officers) = (Days::of(&deed.app.folder)?, colleagues::officers(store).await?);
    let filter = asked.filter(&deed.visitor.person, &officers, &days);
    Ok(store.neighbours(&filter, deed.id()).await?.1)
}

/// What is said of what was not done: to be mended, or that it stands otherwise now.
pub(super) fn again(deed: &Deed, not: Not) -> Result<(Again, StatusCode), Fault> {
    let (wrong, status) = match not {
        Not::Wrong(wrong) => (wrong, StatusCode::UNPROCESSABLE_ENTITY),
        Not::Refused(Error::Usage(said) | Error::Failed(said)) => {
            (vec![Wrong::new("", in_a_line(&said))], StatusCode::CONFLICT)
        }
        Not::Refused(fault) => return Err(fault.into()),
    };
    Ok((Again { act: deed.act, typed: deed.answers.clone(), wrong }, status))
}

/// What the next page says once. A program has no next page.
pub(in crate::web::officers) async fn say(
    app: &App,
    visitor: &Visitor,
    text: &str,
) -> Result<(), Fault> {
    if let Some(session) = visitor.session {
        app.store.flash(session, Some(text)).await?;
    }
    Ok(())
}
