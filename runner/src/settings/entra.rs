//! `[page.entra]`: people sign in with the council's Microsoft accounts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The name of the secret: `CLERKWORK_SECRET_ENTRA`, or the credential, or the file.
pub const SECRET: &str = "entra";

/// The registration at Microsoft Entra ID, of one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entra {
    /// The directory's (tenant's) number.
    pub tenant: String,
    /// The application's (client's) number.
    pub client_id: String,
    /// The file with the application's secret, unless the environment or a credential has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// App roles as they are registered there, and the role of ours that each gives.
    pub roles: BTreeMap<String, String>,
    /// Where the sign-in service is, if it is not Microsoft's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}

impl Entra {
    /// The one issuer that is believed.
    pub fn issuer(&self) -> String {
        let authority = self.authority.as_deref().unwrap_or("https://login.microsoftonline.com");
        format!("{}/{}/v2.0", authority.trim_end_matches('/'), self.tenant)
    }
}
