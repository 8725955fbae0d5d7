//! `clerkwork log`: show, search, follow, verify, export and prove the job log.

use clap::Subcommand;

use super::out::Out;
use super::{Office, WELL};
use crate::error::Result;

/// The job log: what happened, provably.
#[derive(Subcommand)]
pub(super) enum Log {
    /// Verify the whole log from its stored bytes.
    Verify {
        /// A size and root that were kept outside, as printed on results and by `run`.
        #[arg(long, value_name = "SIZE:ROOT")]
        held: Vec<String>,
    },
}

impl Log {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        match self {
            Self::Verify { held: _ } => {
                let report = crate::job_log::verify(&office.store.db, &office.folder, crate::job_log::Check::default(), |_| {}).await?;
                out.object(&report);
                out.answer(&report.to_string());
                Ok(if report.sound { WELL } else { 1 })
            }
        }
    }
}
