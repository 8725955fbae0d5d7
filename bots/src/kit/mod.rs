//! What every bot is made of: the trait, dated policy, rulings, spreadsheet columns, identifiers.
//!
//! Knows no bot by name, and nothing of files, clocks, queues or databases.

pub mod bank;
mod bot;
mod columns;
pub mod golden;
mod hand_out;
pub mod identifiers;
mod list;
mod notice;
mod payment;
mod policy;
mod post_back;
mod registered;
mod ruling;
pub(crate) mod words;

pub use bot::{Bot, Duties, Looked, Lookup, Manifest, NeedCode, Prepared, Sameness, Statute};
pub use columns::{
    Absent, Binding, Cell, Choice, Column, Day, Fault, Fields, Holds, Kind, Template,
    TemplateFault, plain,
};
pub use golden::Golden;
pub use hand_out::{
    Ended, ForLists, HandOut, List, ListColumn, ListKind, ListRow, Lists, NoLists, Standing, Told,
};
pub(crate) use list::bots;
pub use notice::{About, Notice, NoticeFault, SETTINGS, Telling, Wording, settings_fault};
pub use payment::{Account, Payment, PaymentKey};
pub use policy::{
    Authority, FigureLine, InForce, Mark, NotInForce, Policy, PolicyFault, Setting, Source,
    Supposed, Value,
};
pub use post_back::{PostBack, Say};
pub use registered::{CaseUnreadable, Cells, Explained, Registered};
pub(crate) use ruling::not_confirmed;
pub use ruling::{Line, Need, Reason, Ruling, Shown};
