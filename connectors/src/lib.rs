#![doc = include_str!("../README.md")]

mod address;
pub mod dataverse;
mod http;
pub mod notify;
pub mod oidc;
pub mod outlet;
pub mod patience;
mod secret;
pub mod smtp;
pub mod spreadsheet;
pub mod webhook;
