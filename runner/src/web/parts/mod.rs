//! What pages are made of: components of the GOV.UK Design System, and a few of our own, as
//! functions that return HTML. Everything that comes from outside is escaped by maud.
//!
//! | file | job |
//! |---|---|
//! | `fields` | one question of a form: label, hint, what is wrong with what was typed |
//! | `choices` | questions with answers to choose from, and days |
//! | `buttons`, `tags` | buttons; states in words and colour |
//! | `tables`, `lists` | tables that become cards on a phone; lists of facts and of tasks |
//! | `messages` | what is said: faults, results, warnings, nothing there |
//! | `navigation` | pages of a list, views of a list, filters |
//! | `charts` | how far, and how many, as SVG with the numbers beside it |
//! | `acts` | a form that asks for the reason |
//! | `words` | days, times, money and counts as they are written |

mod acts;
mod buttons;
mod charts;
mod choices;
mod fields;
mod lists;
mod messages;
mod navigation;
mod tables;
mod tags;
mod words;

pub use acts::{act, act_again};
pub use buttons::{
    button, button_group, link_button, named_button, secondary_button, warning_button,
};
pub use charts::{Bar, bar_chart, progress};
pub use choices::{Choice, checkbox, checkboxes, date_input, radios};
pub use fields::{Field, file_upload, input, password, search, select, textarea};
pub use lists::{Event, Task, summary_list, task_list, timeline};
pub use messages::{
    Wrong, banner, details, empty, error_summary, inset, notice, panel, warning_text, wrong,
};
pub use navigation::{Tab, filters, pagination, tabs};
pub use tables::Table;
pub use tags::{Colour, batch_tag, item_tag, tag};
pub use words::{count, date, date_typed, moment, money, number, time};

#[cfg(test)]
mod tests;
