//! The states of batches, items and firings and the moves between them, written down once.
//!
//! `docs/architecture.md` and `docs/schedules.md` show the same tables; a test compares them.

use serde::Serialize;

/// Declares a state enum with its stored names and its table of moves.
macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal => [$($to:ident),*],)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every state, in the order of the flow.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that is stored, logged and shown.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The states that this one may move to.
            pub const fn next(self) -> &'static [Self] {
                match self { $(Self::$variant => &[$(Self::$to,)*],)+ }
            }

            /// Whether the table of moves has this one.
            pub fn may_become(self, to: Self) -> bool {
                self.next().contains(&to)
            }

            /// The state of that stored name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .enum_values(Some(Self::ALL.iter().map(|state| state.as_str())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                concat!(stringify!($name), "State").into()
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }
    };
}

states! {
    /// Where an uploaded sheet stands.
    Upload {
        /// Its rows are being looked through.
        Checking = "checking" => [Checked, Unreadable, Discarded, Expired],
        /// It can be read; some of its rows may be wrong.
        Checked = "checked" => [Checking, Queued, Discarded, Expired],
        /// It cannot be read as it is.
        Unreadable = "unreadable" => [Checking, Discarded, Expired],
        /// It is to become a batch.
        Queued = "queued" => [],
        /// Its uploader has no use for it any more.
        Discarded = "discarded" => [],
        /// Nobody did anything with it for too long.
        Expired = "expired" => [],
    }
}

states! {
    /// Where a payment stands.
    Payment {
        /// To be paid; in no file yet.
        Due = "due" => [Referred, Awaiting, Withdrawn],
        /// Something about it is doubted: a person looks at it.
        Referred = "referred" => [Due, Withdrawn],
        /// In a file that somebody else has not released yet.
        Awaiting = "awaiting release" => [Due, Released, Withdrawn],
        /// It left in a file.
        Released = "released" => [Paid, Returned],
        /// The bank says that it was paid.
        Paid = "paid" => [Returned],
        /// The bank gave it back.
        Returned = "returned" => [Withdrawn],
        /// It will not be paid.
        Withdrawn = "withdrawn" => [],
        /// More was paid than is due: an officer decides whether it is claimed back.
        ClaimBack = "claim back" => [ClaimedBack, Withdrawn],
        /// An officer has it claimed back.
        ClaimedBack = "claimed back" => [],
    }
}

states! {
    /// Where a payments file stands.
    PaymentFile {
        /// Made, and to be released by somebody else.
        Awaiting = "awaiting release" => [Released, Cancelled],
        /// It was written, and may be sent to the bank.
        Released = "released" => [],
        /// Its payments are due again.
        Cancelled = "cancelled" => [],
    }
}

states! {
    /// Where an item stands.
    Item {
        /// Taken in, waiting for its bot.
        Ready = "ready" => [Decided, Done, Referred, Failed, Postponed, Cancelled],
        /// Ruled upon; its post-backs are still to be made.
        Decided = "decided" => [Posting, Done],
        /// A round of post-backs is under way.
        Posting = "posting" => [Done, Waiting, Referred, Failed],
        /// Between two rounds.
        Waiting = "waiting" => [Posting, Failed, ByHand, Cancelled],
        /// A person must settle it.
        Referred = "referred" => [Decided, Postponed, ByHand, Cancelled],
        /// A system failed and no round is left.
        Failed = "failed" => [Ready, Waiting, ByHand, Cancelled],
        /// Put off to a later day.
        Postponed = "postponed" => [Ready, Decided, ByHand, Cancelled],
        /// Decided, and everyone told who was to be told.
        Done = "done" => [],
        /// Closed by a person outside the flow, with a reason.
        ByHand = "by hand" => [],
        /// Will not be decided.
        Cancelled = "cancelled" => [],
    }
}

states! {
    /// Where a batch stands.
    Batch {
        /// Its rows are being read.
        Loading = "loading" => [Unreadable, Checked],
        /// Its source could not be read; nothing of it was decided.
        Unreadable = "unreadable" => [],
        /// Every row is in the store.
        Checked = "checked" => [AwaitingApproval, Running, Cancelled],
        /// A second person must agree first.
        AwaitingApproval = "awaiting approval" => [Running, Cancelled],
        /// Its items are being decided.
        Running = "running" => [Paused, Unresolved, Complete, Cancelled],
        /// Held by an operator.
        Paused = "paused" => [Running, Cancelled],
        /// Nothing is in hand, but items are referred, waiting, failed or postponed.
        Unresolved = "unresolved" => [Running, Complete, Cancelled],
        /// Every item is done, by hand or cancelled.
        Complete = "complete" => [],
        /// Stopped by a person.
        Cancelled = "cancelled" => [],
    }
}

states! {
    /// How an effect on another system stands.
    PostBack {
        /// Not tried yet, or to be tried again.
        ToDo = "to do" => [Begun, Made, Refused, Conflict, Uncertain, Withdrawn],
        /// About to be made, where it can neither be repeated nor looked for.
        Begun = "begun" => [ToDo, Made, Refused, Uncertain],
        /// It stands there.
        Made = "made" => [],
        /// The other system will not have it.
        Refused = "refused" => [],
        /// Somebody else changed the same thing meanwhile.
        Conflict = "conflict" => [],
        /// It may have been made, and nobody can look.
        Uncertain = "uncertain" => [],
        /// A person took over before it was begun.
        Withdrawn = "withdrawn" => [],
    }
}

states! {
    /// What became of a time at which a schedule was due.
    Firing {
        /// Waits until the run before it has ended.
        Queued = "queued" => [Fired, Done, Failed],
        /// A process has taken it, and will begin its run.
        Fired = "fired" => [Begun, Done, Failed],
        /// Its run is under way.
        Begun = "begun" => [Fired, Done, Failed],
        /// Its run has ended.
        Done = "done" => [],
        /// Its run could not be made, or not to the end.
        Failed = "failed" => [],
        /// Nobody served at the time, and it is not made up for.
        Missed = "missed" => [],
        /// It was due while the last run was under way, and is left out.
        Skipped = "skipped" => [],
    }
}

impl Item {
    /// Being worked on, or about to be.
    pub const fn in_hand(self) -> bool {
        matches!(self, Self::Ready | Self::Decided | Self::Posting)
    }

    /// Kept open until a person or a later day settles it.
    pub const fn unresolved(self) -> bool {
        matches!(self, Self::Referred | Self::Waiting | Self::Failed | Self::Postponed)
    }
}

impl Batch {
    /// Its rows are in the store and it has not ended.
    pub const fn open(self) -> bool {
        matches!(
            self,
            Self::Checked
                | Self::AwaitingApproval
                | Self::Running
                | Self::Paused
                | Self::Unresolved
        )
    }
}

/// What became of one non-blank row below the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// It could not become a case.
    Rejected,
    /// The same application is live or awarded already.
    Duplicate,
    /// It became work.
    Item,
}

impl Row {
    /// The word that is stored and logged.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Duplicate => "duplicate",
            Self::Item => "item",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_back() {
        for state in Item::ALL {
            assert_eq!(Item::parse(state.as_str()), Some(*state));
        }
        for state in Batch::ALL {
            assert_eq!(Batch::parse(state.as_str()), Some(*state));
        }
        for state in Firing::ALL {
            assert_eq!(Firing::parse(state.as_str()), Some(*state));
        }
        for state in Upload::ALL {
            assert_eq!(Upload::parse(state.as_str()), Some(*state));
        }
    }

    #[test]
    fn what_is_settled_never_moves() {
        for state in [Item::Done, Item::ByHand, Item::Cancelled] {
            assert!(state.next().is_empty());
        }
        for state in [Batch::Unreadable, Batch::Complete, Batch::Cancelled] {
            assert!(state.next().is_empty());
        }
        for state in [Firing::Done, Firing::Failed, Firing::Missed, Firing::Skipped] {
            assert!(state.next().is_empty());
        }
        for state in [Upload::Queued, Upload::Discarded, Upload::Expired] {
            assert!(state.next().is_empty());
        }
    }
}
