//! What the bot of awards without an application takes from this one: the same sessions, stages,
//! roll, meals and grant, so that a child is decided alike however the council came to it.

pub(crate) use super::grant::decide as decide_grant;
pub(crate) use super::income::{Income, not_set};
pub(crate) use super::meals::decide as decide_meals;
pub(crate) use super::pupil::{BY_SCN, STAGE, is_active, only_one, session_name};
pub(crate) use super::session::{self, Session};
pub(crate) use super::stage::Moved;
pub(crate) use super::{AMOUNT, GRANT, INCOME_BASED, MEALS, MEALS_FROM, MEALS_TO, ROLL};
