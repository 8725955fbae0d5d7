//! `clerkwork notice`: what the person is told of a decision.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::out::Out;
use super::{Office, WELL};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::review::notice;

/// Write the notice of a decided item, for its person to be sent.
///
/// It holds personal data; the log keeps who asked for it, and a commitment to its text. What the
/// notice says of the council stands in council.toml. Of a decision that an officer changed it says
/// what was changed and the officer's reason, as given with --why.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork notice 3-231\n  \
    clerkwork notice 3-231 -o 3-231.txt")]
pub(super) struct Notice {
    /// The item, such as 3-231; it must be done.
    item: ItemId,
    /// Write it to this file instead of the screen; what stands there is replaced.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Notice {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        match &self.output {
            None if out.json => {
                return Err(Error::usage(
                    "what --json prints holds nothing personal, and a notice does",
                    "name a file for the notice with -o FILE, or leave out --json",
                ));
            }
            Some(output) if output.is_dir() => {
                return Err(Error::usage(
                    format!("{} is a folder", output.display()),
                    "name the file to write",
                ));
            }
            None | Some(_) => {}
        }
        let made = notice::make(&office.folder, &office.store, &office.actor, self.item).await?;
        let text = format!("{}\n\n{}", made.notice.subject, made.notice.text);
        let Some(output) = self.output else {
            out.answer(text.trim_end());
            return Ok(WELL);
        };
        write(&output, &text)?;
        let later: Vec<String> = made.superseded_by.iter().map(ToString::to_string).collect();
        out.object(&json!({
            "item": self.item.to_string(),
            "bot": made.bot,
            "automatic": made.automatic,
            "superseded_by": later,
            "output": output,
        }));
        out.say(&format!("Wrote the notice of item {} to {}", self.item, output.display()));
        if !later.is_empty() {
            out.say(&format!("A later item took its place: {}", later.join(", ")));
        }
        Ok(WELL)
    }
}

/// The file appears whole or not at all, and only its owner can read it.
fn write(output: &Path, text: &str) -> Result<()> {
    let doing = || Error::io(format!("writing {}", output.display()));
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut temporary =
        tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(doing())?;
    temporary.write_all(text.as_bytes()).map_err(doing())?;
    temporary.as_file().sync_all().map_err(doing())?;
    temporary.persist(output).map_err(|fault| doing()(fault.error))?;
    Ok(())
}
