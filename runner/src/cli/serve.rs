//! `clerkwork serve` and `clerkwork work`: at work until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::out::Out;
use super::{Office, WELL};
use crate::connections::Connections;
use crate::error::{Error, Result};
use crate::holder::Holder;
use crate::inbox::Inbox;
use crate::job_log::Actor;
use crate::serve::{self, Desk, Notify, Options, Patience, Runs, Stop};
use crate::web::{self, App};

/// It was told to end at once, with work under way.
const CUT_SHORT: u8 = 1;

/// Serve: fire each schedule when it is due, take files from watched folders, work their batches.
///
/// It runs until it is told to stop (SIGTERM, Ctrl-C): then nothing new is begun, and what is in
/// hand may finish; a second signal ends it at once. Nothing is lost either way: whoever serves
/// next goes on.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork serve --data council-data\n  \
    clerkwork serve --stop-within 2m\n\nAs a service of systemd: docs/serve.md")]
pub(super) struct Serve {
    /// Where the page answers (default: clerkwork.toml's, else 127.0.0.1:8080).
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "no_page")]
    listen: Option<SocketAddr>,
    /// Serve without the page.
    #[arg(long)]
    no_page: bool,
    #[command(flatten)]
    stopping: Stopping,
}

/// Work what lies there unfinished, without firing schedules.
///
/// It goes on with batches that a process left when it died, that were approved, or whose items are
/// tried again, until it is told to stop. Several may run beside one that serves.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork work --data council-data")]
pub(super) struct Work {
    #[command(flatten)]
    stopping: Stopping,
}

#[derive(Args)]
struct Stopping {
    /// How long what is in hand may take when we are told to stop: 30s, 2m.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = within)]
    stop_within: Duration,
}

fn within(text: &str) -> Result<Duration, String> {
    let time: SignedDuration = text.parse().map_err(|_| "write it as 30s or 2m".to_owned())?;
    Duration::try_from(time).map_err(|_| "it cannot be less than nothing".to_owned())
}

impl Serve {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        for schedule in serve::sound(&office.folder)? {
            if let Some(inbox) = Inbox::of(&office.folder, &schedule)? {
                inbox.make()?;
            }
        }
        let listen = self.listen.unwrap_or(office.folder.settings.page.listen);
        let page = if self.no_page { None } else { Some(bind(listen).await?) };
        self.stopping.run(office, out, true, page).await
    }
}

impl Work {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        self.stopping.run(office, out, false, None).await
    }
}

impl Stopping {
    async fn run(
        self,
        office: &Office,
        out: &Out,
        schedules: bool,
        page: Option<TcpListener>,
    ) -> Result<u8> {
        let stop = serve::signals()?;
        let holder = Arc::new(Holder::register(office.folder.root())?);
        let say = *out;
        let desk = Desk {
            folder: Arc::clone(&office.folder),
            store: Arc::clone(&office.store),
            connections: Arc::new(Connections::of(&office.store)),
            actor: Actor { id: office.actor.id.clone(), kind: "runner" },
            tell: Arc::new(move |line| say.say(line)),
        };
        let page = match page {
            Some(listener) => Some(open(&desk, listener, stop.clone(), out)?),
            None => None,
        };
        let work = Runs::new(&desk, Arc::clone(&holder), Patience::default(), stop.clone());
        let options = Options { schedules, stop_within: self.stop_within };
        out.say(if schedules { "Serving. Ctrl-C stops it." } else { "Working. Ctrl-C stops it." });
        let notify = Notify::of_environment();
        let served =
            serve::serve(&desk, holder, Arc::new(work), options, stop.clone(), notify).await?;
        if let Some(page) = page {
            // What is still being sent may leave; what stays open was told to end.
            let _late = tokio::time::timeout(web::LEAVING, page).await;
        }
        out.say("Stopped.");
        out.object(&json!({"stopped": true, "left_under_way": served.left}));
        let cut_short = served.left > 0 && *stop.borrow() == Stop::Now;
        Ok(if cut_short { CUT_SHORT } else { WELL })
    }
}

/// Takes the page's address.
async fn bind(listen: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(listen).await.map_err(|fault| {
        Error::failed(
            format!("the page cannot answer at {listen}: {fault}"),
            "is another serving there? name another place with --listen 127.0.0.1:8081, or serve \
             without the page: --no-page",
        )
    })
}

/// Opens the page beside the work.
fn open(
    desk: &Desk,
    listener: TcpListener,
    mut stop: watch::Receiver<Stop>,
    out: &Out,
) -> Result<JoinHandle<()>> {
    let at = listener.local_addr().map_err(Error::io("the page's address"))?;
    let (tell, stopped) = watch::channel(false);
    tokio::spawn(async move {
        // Whoever could tell us to stop may be gone: then nobody will.
        if stop.wait_for(|stop| *stop != Stop::No).await.is_ok() {
            tell.send_replace(true);
        }
        tell.closed().await;
    });
    let (folder, store) = (Arc::clone(&desk.folder), Arc::clone(&desk.store));
    folder.look()?;
    let app = App::new(folder, store, Arc::clone(&desk.connections), stopped);
    out.say(&format!("The page: http://{at}"));
    Ok(tokio::spawn(web::answer(app, listener)))
}
