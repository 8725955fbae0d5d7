//! What an ID token says of somebody, and why one is not believed.

use openidconnect::core::CoreGenderClaim;
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, IdTokenClaims, SignatureVerificationError,
};
use serde::{Deserialize, Serialize};

use super::{Fault, Identity};

/// Claims beyond those of the standard, as Microsoft Entra ID has them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Claims {
    oid: Option<String>,
    tid: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

impl AdditionalClaims for Claims {}

/// Who it is, if they are of the tenant.
pub(super) fn identity(
    claims: &IdTokenClaims<Claims, CoreGenderClaim>,
    tenant: &str,
) -> Result<Identity, Fault> {
    let more = claims.additional_claims();
    let (Some(oid), Some(tid)) = (&more.oid, &more.tid) else {
        return Err(Fault::Refused("the sign-in service did not say who it was"));
    };
    if tid != tenant {
        return Err(Fault::Refused("the account is of another organisation"));
    }
    let name = claims.name().and_then(|names| names.get(None)).map(|name| name.to_string());
    Ok(Identity {
        subject: format!("{tid}/{oid}"),
        username: claims.preferred_username().map(|name| name.to_string()),
        name,
        roles: more.roles.clone(),
    })
}

/// What is wrong with a token, without what stands in it.
pub(super) fn unbelieved(fault: &ClaimsVerificationError) -> &'static str {
    match fault {
        ClaimsVerificationError::Expired(_) => {
            "the sign-in has run out: the clock of this machine may be wrong"
        }
        ClaimsVerificationError::InvalidAudience(_) => "the sign-in was for another application",
        ClaimsVerificationError::InvalidIssuer(_) => "the sign-in is from another service",
        ClaimsVerificationError::InvalidNonce(_) => "the sign-in was begun somewhere else",
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey
            | SignatureVerificationError::AmbiguousKeyId(_)
            | SignatureVerificationError::CryptoError(_),
        ) => "the sign-in is not signed by the sign-in service",
        _ => "the sign-in is not to be believed",
    }
}
