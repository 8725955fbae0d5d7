//! What each role may do: one table. A route names the rights of which one is needed.

use crate::people::{Person, Role};

macro_rules! rights {
    ($($right:ident = $means:literal: $($role:ident)*,)+) => {
        /// Something that a person may do on the page, or a program by its key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Right { $(#[doc = $means] $right,)+ }

        impl Right {
            /// Every right, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$right,)+];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$right => stringify!($right),)+ }
            }

            /// What it allows, in one line.
            pub const fn means(self) -> &'static str {
                match self { $(Self::$right => $means,)+ }
            }

            /// The roles that have it.
            pub const fn held_by(self) -> &'static [Role] {
                match self { $(Self::$right => &[$(Role::$role),*],)+ }
            }
        }
    };
}

rights! {
    SignedIn = "see the first page, one's own sessions and password":
        Submitter Officer Operator Approver Auditor Administrator,
    SubmitBatches = "upload a sheet, try it, queue it": Submitter Operator,
    SeeOwnBatches = "see the batches that one submitted, and what came of them": Submitter,
    SeeBatches = "see every batch, its totals, and what is wrong with its rows":
        Officer Operator Approver Auditor,
    SeeCases = "see an item's case, its rulings and its history": Officer Auditor,
    Settle = "settle what is referred to a person": Officer,
    Operate = "pause, cancel, try again, run now, stop a bot": Operator,
    Approve = "agree to a batch that somebody else submitted, release a payments file of others":
        Approver,
    SeeLog = "watch and search the job log": Operator Auditor,
    Audit = "verify the log, read any decision's record, see who viewed what": Auditor,
    SeeFigures = "see what was done, without anything personal":
        Operator Approver Auditor Administrator,
    ManagePeople = "give people their roles, end their sessions, make keys": Administrator,
    SeeHealth = "see how the runner is": Operator Administrator,
}

/// Whether somebody has a right by one of their roles.
pub fn may(person: &Person, right: Right) -> bool {
    right.held_by().iter().any(|role| person.roles.has(*role))
}

/// Whether somebody has one of these rights.
pub fn may_any(person: &Person, rights: &[Right]) -> bool {
    rights.iter().any(|right| may(person, *right))
}
