//! The real program as those meet it who set it up and keep it.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are tests too")]

mod alerting;
mod council;
mod keeping;
mod knowing;
