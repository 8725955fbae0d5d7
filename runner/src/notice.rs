//! What the notices of decisions need: what the council says of itself, and officers' posts.

use std::collections::BTreeMap;

use clerkwork_bots::kit::{NoticeFault, Registered, settings_fault};

use crate::error::{Error, Result};
use crate::settings::{Council, Folder};

/// The post of an officer: as council.toml has it for them, else as the service's notices say.
pub fn post<'a>(
    council: &'a Council,
    says: &'a BTreeMap<String, String>,
    officer: &str,
) -> &'a str {
    let post = council.posts.get(officer).or_else(|| says.get("post"));
    post.map_or("", String::as_str)
}

/// Whether the council has said all that the notices of a bot need; every setting that is missing
/// at once.
pub fn said(folder: &Folder, bot: &Registered) -> Result<()> {
    let (name, council) = (bot.manifest().name, &folder.council);
    let Some(wording) = &bot.manifest().notice else { return Ok(()) };
    if council.name.trim().is_empty() {
        return Err(Error::usage(
            format!(
                "council.toml does not say the council's name, and a notice of {name} needs it"
            ),
            "add a line to it: name = \"...\"",
        ));
    }
    let nothing = BTreeMap::new();
    let says = council.notices.get(name).unwrap_or(&nothing);
    settings_fault(wording, says).map_or(Ok(()), |fault| Err(told(name, &fault)))
}

/// What is wrong, and in which file it is put right.
pub fn told(bot: &str, fault: &NoticeFault) -> Error {
    match fault {
        NoticeFault::Unsaid(unsaid) => {
            let lines = unsaid.iter().map(|(key, holds)| format!("{key}: {holds}"));
            Error::usage(
                format!("council.toml does not say what a notice of {bot} needs"),
                format!(
                    "say these under [notices.{bot}], each as KEY = \"...\":\n{}",
                    lines.collect::<Vec<_>>().join("\n")
                ),
            )
        }
        NoticeFault::Unknown(keys) => Error::usage(
            format!("council.toml says under [notices.{bot}] what no notice of it uses"),
            format!("take out, or correct: {}", keys.join(", ")),
        ),
        NoticeFault::Figure { .. } => Error::usage(
            fault.to_string(),
            format!(
                "set or confirm it in policy/{}.toml, naming where it was checked",
                clerkwork_bots::find(bot).map_or(bot, |bot| bot.manifest().policy_name())
            ),
        ),
        NoticeFault::Case => Error::failed(
            fault.to_string(),
            "use the version of clerkwork that took it in, or write the notice by hand",
        ),
        NoticeFault::Template { .. } => Error::failed(
            fault.to_string(),
            "this is a fault of the bot: report it, and write the notice by hand",
        ),
    }
}
