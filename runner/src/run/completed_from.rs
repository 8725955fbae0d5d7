//! The second sources that a run's cases are completed from: as asked for at the command line, or
//! as the schedule has them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Runner;
use crate::error::{Error, Result};
use crate::job_log;
use crate::lookups::{self, Lookup, Lookups};
use crate::store::batches::Batch;

impl Runner {
    pub(super) async fn lookups(&self) -> Result<Lookups> {
        let known = self.bot.manifest().lookups;
        let names = known.iter().map(|lookup| lookup.name).collect::<Vec<_>>();
        if let Some(name) = self.request.lookups.keys().find(|name| !names.contains(&name.as_str()))
        {
            return Err(Error::usage(
                format!("the bot has no lookup {name:?}"),
                format!("it has: {}", names.join(", ")),
            ));
        }
        let mut lookups = Lookups::new();
        for name in names {
            let lookup = match self.lookup_path(name)? {
                None => Lookup::None,
                Some(path) => self.load(name, &path).await?,
            };
            lookups.insert(name.to_owned(), lookup);
        }
        Ok(lookups)
    }

    async fn load(&self, name: &str, path: &Path) -> Result<Lookup> {
        let bound = self.request.schedule.lookups.get(name);
        let none = BTreeMap::new();
        let columns = bound.map_or(&none, |bound| &bound.columns);
        let about = bound.map_or(&none, |bound| &bound.about);
        let loaded =
            lookups::load(self.bot, name, path, columns, about, self.request.today).await?;
        for fault in loaded.faults.iter().take(20) {
            tracing::warn!("lookup {name}: {fault}; the row was left out");
        }
        if loaded.faults.len() > 20 {
            tracing::warn!("lookup {name}: {} faults in all", loaded.faults.len());
        }
        Ok(loaded.lookup)
    }

    /// The lookup's file as asked for, or as the schedule has it; `None` when none is wanted.
    fn lookup_path(&self, name: &str) -> Result<Option<PathBuf>> {
        if let Some(asked) = self.request.lookups.get(name) {
            if let Some(path) = asked.as_ref().filter(|path| !path.is_file()) {
                return Err(Error::usage(
                    format!("the lookup {name} is not there: {}", path.display()),
                    format!("name a file, or say --lookup {name}=none to decide without it"),
                ));
            }
            return Ok(asked.clone());
        }
        let path = self.request.schedule.lookups.get(name).map(|bound| bound.path.as_str());
        let path = self.folder.inside(path.unwrap_or_default())?;
        if path.is_file() {
            return Ok(Some(path));
        }
        Err(Error::usage(
            format!("the lookup {name} is not there: {}", path.display()),
            format!(
                "put it there, name one with --lookup {name}=FILE, or decide without it: --lookup {name}=none"
            ),
        ))
    }

    /// A lookup that was asked for and differs from what a finished batch was completed from.
    pub(super) fn other_lookup(&self, batch: &Batch) -> Result<Option<String>> {
        for (name, asked) in &self.request.lookups {
            let version = match asked {
                None => "none".to_owned(),
                Some(path) => job_log::hex(&lookups::sha256_of(path, "a lookup")?),
            };
            if batch.lookups.get(name).is_some_and(|was| *was != version) {
                return Ok(Some(format!("another lookup {name} was used then")));
            }
        }
        Ok(None)
    }
}
