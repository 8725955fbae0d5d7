#![doc = include_str!("../README.md")]

pub mod dataverse;
pub mod outlet;
pub mod patience;
pub mod spreadsheet;
pub mod webhook;
