//! `clerkwork log`: show, search, follow, verify, export and prove the job log.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};

use super::out::Out;
use super::{Office, WELL};
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::job_log::{self, Check, Facets, Head, Of, Sought, Stored};

/// How often `tail -f` looks for new entries.
const LOOK: Duration = Duration::from_millis(250);
/// Entries read at a time for export and search.
const STRETCH: i64 = 1000;

/// The job log: what happened, provably. It holds no personal data.
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  clerkwork log tail -f\n  clerkwork log search --item 3-231\n  \
    clerkwork log verify --held 957:rchval4SMndoNdFmpUJjIP8t+AIeq/ruGy6Xjz2Yzm4="
)]
pub(super) enum Log {
    /// Show the newest entries; -f follows as new ones come.
    Tail {
        /// How many to begin with.
        #[arg(short, value_name = "N", default_value_t = 20)]
        n: i64,
        /// Go on until Ctrl-C.
        #[arg(short)]
        follow: bool,
    },
    /// Show one entry in full.
    Show {
        /// Its index, from 0.
        index: i64,
    },
    /// Find entries by batch, item, kind, actor or time.
    Search {
        /// Of this batch and its items.
        #[arg(long, conflicts_with = "item")]
        batch: Option<BatchId>,
        /// Of this item.
        #[arg(long)]
        item: Option<ItemId>,
        /// Of this kind, such as item.ruled.
        #[arg(long)]
        kind: Option<String>,
        /// By this person, bot or runner.
        #[arg(long)]
        actor: Option<String>,
        /// With this reason or need.
        #[arg(long)]
        reason: Option<String>,
        /// Not before this moment, such as 2026-11-22 or 2026-11-22T09:30.
        #[arg(long)]
        since: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 1000)]
        limit: usize,
    },
    /// Verify the whole log from its stored bytes; names the first entry that is not as written.
    Verify {
        /// A size and root kept outside, as printed by `run` and on the Totals sheet. Repeatable.
        #[arg(long, value_name = "SIZE:ROOT", value_parser = Head::parse_held)]
        held: Vec<(u64, job_log::tree::Hash)>,
        /// A signed checkpoint kept outside. Repeatable.
        #[arg(long, value_name = "FILE")]
        checkpoint: Vec<PathBuf>,
    },
    /// Write the log to a folder: entries.jsonl, checkpoint and log.vkey, for verify.py and others.
    Export {
        /// The folder; made if it is not there.
        dir: PathBuf,
    },
    /// Write the proof that one entry is in the log (C2SP tlog-proof), and the entry beside it.
    Prove {
        /// Its index, from 0.
        index: u64,
        /// The proof's file; the entry goes beside it with the ending .json.
        #[arg(short, value_name = "FILE.tlog-proof")]
        output: PathBuf,
    },
}

impl Log {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        match self {
            Self::Tail { n, follow } => tail(office, out, n, follow).await,
            Self::Show { index } => show(office, out, index).await,
            Self::Search { batch, item, kind, actor, reason, since, limit } => {
                let of = match (batch, item) {
                    (_, Some(item)) => Of::Item(item),
                    (Some(batch), None) => Of::Batch(batch),
                    (None, None) => Of::Any,
                };
                let facets =
                    Facets { kinds: kind.into_iter().collect(), actor, ..Facets::default() };
                let sought = Sought { facets, of, ..Sought::default() };
                search(office, out, sought, &Wanted { reason, since }, limit).await
            }
            Self::Verify { held, checkpoint } => verify(office, out, held, &checkpoint).await,
            Self::Export { dir } => export(office, out, &dir).await,
            Self::Prove { index, output } => prove(office, out, index, &output).await,
        }
    }
}

async fn tail(office: &Office, out: &Out, n: i64, follow: bool) -> Result<u8> {
    let db = &office.store.db;
    let size = i64::try_from(job_log::head(db).await?.size).unwrap_or(i64::MAX);
    let mut next = (size - n).max(0);
    loop {
        let entries = job_log::read(db, next, STRETCH).await?;
        for entry in &entries {
            out.entry(entry);
            next = entry.index + 1;
        }
        if entries.is_empty() {
            if !follow {
                return Ok(WELL);
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                stopped = tokio::signal::ctrl_c() => {
                    return stopped.map(|()| WELL).map_err(Error::io("waiting for Ctrl-C"));
                }
            }
        }
    }
}

async fn show(office: &Office, out: &Out, index: i64) -> Result<u8> {
    let entries = job_log::read(&office.store.db, index, 1).await?;
    let Some(entry) = entries.first().filter(|entry| entry.index == index) else {
        return Err(Error::usage(
            format!("there is no entry {index}"),
            "the newest ones are shown by: clerkwork log tail",
        ));
    };
    if out.json {
        out.entry(entry);
        return Ok(WELL);
    }
    let value: Value = serde_json::from_slice(&entry.bytes).map_err(|_| {
        Error::failed(
            format!("entry {index} is not as it was written"),
            "run: clerkwork log verify",
        )
    })?;
    out.answer(&format!("entry {index}"));
    for (key, value) in value.as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        out.answer(&format!("  {key:<10} {value}"));
    }
    Ok(WELL)
}

/// What a search wants of entries besides what they are found by.
struct Wanted {
    reason: Option<String>,
    since: Option<String>,
}

impl Wanted {
    fn takes(&self, entry: &Value) -> bool {
        let reasons = entry.get("reasons").and_then(Value::as_array);
        let reason = self.reason.as_deref().is_none_or(|want| {
            reasons.is_some_and(|codes| codes.iter().any(|code| code.as_str() == Some(want)))
        });
        let at = entry.get("at").and_then(Value::as_str).unwrap_or_default();
        reason && self.since.as_deref().is_none_or(|since| at >= since)
    }
}

async fn search(
    office: &Office,
    out: &Out,
    mut sought: Sought,
    wanted: &Wanted,
    limit: usize,
) -> Result<u8> {
    let db = &office.store.db;
    let mut found = 0;
    loop {
        let entries = job_log::find(db, &sought, true, STRETCH).await?;
        let Some(last) = entries.last() else { break };
        sought.first = last.index + 1;
        for entry in &entries {
            let value: Value = serde_json::from_slice(&entry.bytes).unwrap_or_default();
            if wanted.takes(&value) {
                out.entry(entry);
                found += 1;
                if found == limit {
                    out.say(&format!("the first {limit}; --limit shows more"));
                    return Ok(WELL);
                }
            }
        }
    }
    if found == 0 {
        out.say("no entry is like that");
    }
    Ok(WELL)
}

async fn verify(
    office: &Office,
    out: &Out,
    held: Vec<(u64, job_log::tree::Hash)>,
    files: &[PathBuf],
) -> Result<u8> {
    let mut checkpoints = Vec::new();
    for file in files {
        let note = std::fs::read_to_string(file).map_err(Error::io(file.display().to_string()))?;
        checkpoints.push((file.display().to_string(), note));
    }
    let bar = out.bar();
    let size = job_log::head(&office.store.db).await.map_or(0, |head| head.size);
    let shown = bar.clone();
    let report = job_log::verify(
        &office.store.db,
        &office.folder,
        Check { held, checkpoints },
        move |entries| {
            if let Some(bar) = &shown {
                bar.set_message(format!("verified {entries} of {size} entries"));
            }
        },
    )
    .await?;
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    out.object(&report);
    out.answer(&report.to_string());
    Ok(if report.sound { WELL } else { 1 })
}

async fn export(office: &Office, out: &Out, dir: &Path) -> Result<u8> {
    let db = &office.store.db;
    std::fs::create_dir_all(dir).map_err(Error::io(format!("making {}", dir.display())))?;
    let head = job_log::checkpoint(db, &office.folder).await?;
    let note = job_log::newest_checkpoint(db).await?.unwrap_or_default();
    let key = job_log::signing_key(&office.folder)?;
    let doing = || Error::io("writing the export");
    let file = std::fs::File::create(dir.join("entries.jsonl")).map_err(doing())?;
    let mut lines = std::io::BufWriter::new(file);
    let size = i64::try_from(head.size).unwrap_or(i64::MAX);
    let mut next = 0;
    while next < size {
        let entries = job_log::read(db, next, STRETCH.min(size - next)).await?;
        let Some(last) = entries.last() else { break };
        next = last.index + 1;
        for entry in &entries {
            lines.write_all(&entry.bytes).and_then(|()| lines.write_all(b"\n")).map_err(doing())?;
        }
    }
    lines.flush().map_err(doing())?;
    std::fs::write(dir.join("checkpoint"), note).map_err(doing())?;
    std::fs::write(dir.join("log.vkey"), format!("{}\n", key.verifier())).map_err(doing())?;
    out.object(&json!({"entries": head.size, "root": head.root_text(), "dir": dir}));
    let dir = dir.display();
    out.say(&format!(
        "{} entries in {dir}\nAnyone can check them with docs/verify.py, and the key that you give them:\n  \
         python3 verify.py log {dir}/entries.jsonl {dir}/checkpoint \"$(cat {dir}/log.vkey)\"",
        head.size,
    ));
    Ok(WELL)
}

async fn prove(office: &Office, out: &Out, index: u64, output: &Path) -> Result<u8> {
    let db = &office.store.db;
    let proof = job_log::prove(db, &office.folder, index).await?;
    let at = i64::try_from(index).unwrap_or(i64::MAX);
    let entries = job_log::read(db, at, 1).await?;
    let entry = entries.first().filter(|entry| entry.index == at).ok_or_else(|| {
        Error::failed(format!("entry {index} is missing"), "run: clerkwork log verify")
    })?;
    let key = job_log::signing_key(&office.folder)?;
    proof.verify(&entry.bytes, std::slice::from_ref(key.verifier())).map_err(|fault| {
        Error::failed(
            format!("entry {index} cannot be proved: {fault}"),
            "run: clerkwork log verify",
        )
    })?;
    let beside = output.with_extension("json");
    std::fs::write(output, proof.to_text()).map_err(Error::io("writing the proof"))?;
    std::fs::write(&beside, &entry.bytes).map_err(Error::io("writing the entry"))?;
    out.object(&json!({"index": index, "proof": output, "entry": beside}));
    out.say(&format!("{} proves {}", output.display(), beside.display()));
    Ok(WELL)
}

impl Out {
    /// One entry: its own JSON with its index, or a line for people.
    fn entry(self, entry: &Stored) {
        let text = String::from_utf8_lossy(&entry.bytes);
        if self.json {
            let value: Value = serde_json::from_slice(&entry.bytes).unwrap_or(Value::Null);
            self.object(&json!({"index": entry.index, "entry": value}));
        } else {
            self.answer(&line(entry.index, &text));
        }
    }
}

/// `957  22/11/2026 09:30:12  item.ruled  3-231  ready → done  free-school-meals`.
fn line(index: i64, text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let field = |at: &str| value.pointer(at).and_then(Value::as_str).unwrap_or("");
    let at = field("/at").get(..19).unwrap_or("").replace('T', " ");
    let what = if field("/item").is_empty() { field("/batch") } else { field("/item") };
    let moved = match (field("/from"), field("/to")) {
        ("", "") => String::new(),
        ("", to) => format!("→ {to}"),
        (from, to) => format!("{from} → {to}"),
    };
    let list = |key: &str| {
        let all = value.get(key).and_then(Value::as_array).into_iter().flatten();
        all.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
    };
    let line = format!(
        "{index:>7}  {at}Z  {:<20}  {what:<10}  {moved:<24}  {}  {} {}",
        field("/kind"),
        field("/actor/id"),
        list("columns"),
        list("reasons"),
    );
    line.trim_end().to_owned()
}
