//! The sheet as it comes in: kept piece by piece, refused with the reason where it cannot be taken.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::handler::Handler as _;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::start::{self, Rules, Typed};
use super::{SUBMIT, job, uploads};
use crate::store::uploads::Upload;
use crate::uploads::{self as kept, About, Incoming, LARGEST, Uploads};
use crate::web::parts::Wrong;
use crate::web::routes::{Route, post};
use crate::web::{App, Fault, Visitor};

/// What is read of a request at most, so that a browser is told that its file is too large and does
/// not see its line cut.
pub(in crate::web) const DRAINED: usize = 250 * 1024 * 1024;
/// The longest answer to a question beside the file.
const LONGEST: usize = 2000;
/// So long the browser waits for the check before it is shown how far that is.
const SHORT: Duration = Duration::from_secs(3);

pub(super) fn routes() -> Vec<Route> {
    let limit = DefaultBodyLimit::max(DRAINED);
    vec![post("/new/{schedule}", SUBMIT, upload.layer(limit))]
}

/// What came in.
#[derive(Default)]
struct Sent {
    file: Option<(Incoming, String)>,
    typed: Typed,
}

/// What came of a sheet that was sent.
pub(in crate::web) enum Came {
    /// It is kept, and is being checked, under this number.
    Kept(i64),
    /// It was not taken.
    Wrong {
        /// What the schedule asks for.
        rules: Box<Rules>,
        /// What was typed beside the file.
        typed: Typed,
        /// What is wrong.
        wrong: Vec<Wrong>,
    },
}

async fn upload(
    State(app): State<App>,
    visitor: Visitor,
    Path(schedule): Path<String>,
    form: Multipart,
) -> Result<Response, Fault> {
    match take(&app, &visitor, &schedule, form).await? {
        Came::Kept(id) => Ok(Redirect::to(&format!("/uploads/{id}")).into_response()),
        Came::Wrong { rules, typed, wrong } => {
            Ok(start::render(&app, &visitor, &rules, &typed, &wrong))
        }
    }
}

/// Takes a sheet as a form sends it.
pub(in crate::web) async fn take(
    app: &App,
    visitor: &Visitor,
    schedule: &str,
    form: Multipart,
) -> Result<Came, Fault> {
    let rules = start::data(app, visitor, schedule).await?;
    let sent = read(app, form).await?;
    let (without, mut wrong) = sources(&rules, &sent.typed);
    let (incoming, name) = match file(sent.file) {
        Ok(taken) if wrong.is_empty() => taken,
        other => {
            wrong.extend(other.err().map(|text| Wrong::new("file", text)));
            return Ok(Came::Wrong { rules: Box::new(rules), typed: sent.typed, wrong });
        }
    };
    let (schedule, _) = job(app, visitor, schedule)?;
    let desk = uploads(app);
    let about = About { name, without };
    let id = desk.keep(&schedule, incoming, &about, &visitor.actor()).await?;
    begin_check(&desk, id).await;
    Ok(Came::Kept(id))
}

/// Queues one's own upload. `false`: it was queued before.
pub(in crate::web) async fn queue(
    app: &App,
    visitor: &Visitor,
    upload: &Upload,
) -> Result<bool, Fault> {
    if upload.good == 0 {
        return Err(Fault::new(
            StatusCode::CONFLICT,
            "no row of this file is good",
            "mend the rows in your file, and upload it again",
        ));
    }
    Ok(uploads(app).queue(upload, &visitor.actor()).await?)
}

/// Erases one's own upload that became no batch.
pub(in crate::web) async fn discard(
    app: &App,
    visitor: &Visitor,
    upload: &Upload,
) -> Result<(), Fault> {
    Ok(uploads(app).discard(upload, &visitor.actor()).await?)
}

/// Has an upload checked, and waits a moment for it. What fails is begun anew by whoever looks.
pub(super) async fn begin_check(desk: &Uploads, id: i64) {
    let desk = desk.clone();
    let checking = tokio::spawn(async move {
        if let Err(fault) = kept::check(&desk, id).await {
            tracing::error!(
                upload = id,
                "checking failed: {}",
                fault.to_string().replace('\n', " ")
            );
        }
    });
    // It goes on though nobody waits any more.
    drop(tokio::time::timeout(SHORT, checking).await);
}

async fn read(app: &App, mut form: Multipart) -> Result<Sent, Fault> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let own = file_name(field.file_name().unwrap_or_default());
            sent.file = Some((incoming(app, field).await?, own));
        } else if let Some(lookup) = name.strip_prefix("lookup-") {
            let lookup = lookup.to_owned();
            let choice = text(field).await?;
            if !["stands", "none"].contains(&choice.as_str()) {
                return Err(Fault::bad(
                    "an answer about a lookup is not one",
                    "send stands or none, as the form does",
                ));
            }
            sent.typed.entry(lookup).or_default().0 = choice;
        } else if let Some(lookup) = name.strip_prefix("without-") {
            sent.typed.entry(lookup.to_owned()).or_default().1 = text(field).await?;
        } else {
            return Err(Fault::bad(
                "the form holds something that ours does not",
                "send file, and lookup- and without- with the name of each lookup",
            ));
        }
    }
    Ok(sent)
}

async fn incoming(app: &App, mut field: Field<'_>) -> Result<Incoming, Fault> {
    let mut incoming = Incoming::new(&app.folder)?;
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        incoming.take(&piece)?;
    }
    Ok(incoming)
}

async fn text(mut field: Field<'_>) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        if bytes.len() + piece.len() <= LONGEST {
            bytes.extend(&piece);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// The last part of a name without what no name holds. It is shown, and never a path of ours.
fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn file(sent: Option<(Incoming, String)>) -> Result<(Incoming, String), String> {
    match sent {
        Some((incoming, _)) if incoming.too_large() => Err(format!(
            "The file is larger than {} MB. Split it into several, or leave out columns and sheets \
             that are not needed",
            LARGEST / (1024 * 1024)
        )),
        Some((incoming, name)) if incoming.bytes() > 0 => Ok((incoming, name)),
        Some((_, name)) if !name.is_empty() => {
            Err("The file is empty. See that it was saved, and choose it again".to_owned())
        }
        Some(_) | None => Err("Choose a file".to_owned()),
    }
}

/// The lookups that it is to be decided without, and why; and what is wrong with the answers.
fn sources(rules: &Rules, typed: &Typed) -> (BTreeMap<String, String>, Vec<Wrong>) {
    let (mut without, mut wrong) = (BTreeMap::new(), Vec::new());
    for lookup in &rules.lookups {
        let (choice, why) = typed.get(&lookup.name).cloned().unwrap_or_default();
        let name = crate::report::form::title(&lookup.name);
        match choice.as_str() {
            "stands" if lookup.stands => {}
            "none" if why.is_empty() => wrong.push(Wrong::new(
                format!("without-{}", lookup.name),
                format!("{name}: say why the cases are decided without it"),
            )),
            "none" => drop(without.insert(lookup.name.clone(), why)),
            _ => wrong.push(Wrong::new(
                format!("lookup-{}", lookup.name),
                format!("{name}: choose what completes the cases"),
            )),
        }
    }
    if typed.keys().any(|name| !rules.lookups.iter().any(|lookup| lookup.name == *name)) {
        let text = "This schedule has no such lookup: leave it out".to_owned();
        wrong.push(Wrong::new("lookup".to_owned(), text));
    }
    (without, wrong)
}

fn broken(fault: MultipartError) -> Fault {
    if fault.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Fault::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the file is far larger than a sheet may be",
            "a sheet may have 50 MB: split it into several",
        );
    }
    Fault::new(
        StatusCode::BAD_REQUEST,
        "the upload broke off, or is not what our form sends",
        "go back, choose the file again, and send it once more",
    )
}
