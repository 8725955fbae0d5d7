//! What can happen: every kind of entry, with its name and what it means.

macro_rules! kinds {
    ($($variant:ident = $name:literal : $means:literal,)+) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $(#[doc = $means] $variant,)+ }

        impl Kind {
            /// Every kind, for the inventory.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in the entry.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// One line for the inventory and for help.
            pub const fn means(self) -> &'static str {
                match self { $(Self::$variant => $means,)+ }
            }
        }
    };
}

kinds! {
    LogOpened = "log.opened": "the log was made, with this installation's number",
    RunnerStarted = "runner.started": "a runner began work",
    RunnerStopped = "runner.stopped": "a runner ended by itself",
    BatchMoved = "batch.moved": "a batch went from one state to another",
    CasesRead = "cases.read": "cases were read from a CRM into a batch; names the request",
    RowRejected = "row.rejected": "a row could not become a case; names the columns, never what they held",
    RowDuplicate = "row.duplicate": "a row repeats an item that is live or awarded, or gives way to one that counts before it",
    ItemTakenIn = "item.taken-in": "a row became an item; commits to the case",
    ItemRuled = "item.ruled": "a bot ruled on an item; commits to the ruling, names figures and rules",
    ItemMoved = "item.moved": "a person or the flow moved an item from one state to another",
    ItemChanged = "item.changed": "an officer changed or confirmed a ruling; commits to the new one",
    ItemAssigned = "item.assigned": "an item was given to an officer",
    ItemFollowed = "item.followed": "a person opened an item that corrects, reviews or replaces this one",
    EvidenceAsked = "item.evidence-asked": "an officer asked for evidence",
    ItemViewed = "item.viewed": "a person looked at an item's case",
    PostBackBegun = "post-back.begun": "an effect that can neither be repeated nor looked for is about to be made",
    PostBackMade = "post-back.made": "an effect stands in another system; commits to what it answered",
    PostBackFailed = "post-back.failed": "an effect was refused, met somebody else's change, may have been made, or was not made",
    PaymentDue = "payment.due": "something is to be paid, or claimed back, because of a ruling; says how much, and commits to whom and where",
    PaymentMoved = "payment.moved": "a payment went from one state to another; says how much it is",
    PaymentAct = "payment.act": "an officer cleared, withdrew, claimed back or repeated a payment; commits to their words",
    PaymentFileMade = "payment-file.made": "payments were put into a file that awaits its release; says how many, and how much in all",
    PaymentFileMoved = "payment-file.moved": "a payments file was released by a second person, with the hash of its bytes, or cancelled",
    PaymentsRead = "payments.read": "a list of what the bank paid and returned was read; counts its lines",
    AwardEnded = "award.ended": "an award ended before its last day; says why, and on which day",
    HandOutMade = "hand-out.made": "lists that others work by were made; says of which day, and commits to their files",
    NoticeMade = "notice.made": "a notice of a decision was written for its person; commits to its text",
    LeaseLost = "lease.lost": "a slice was taken back from a runner that died or was too slow",
    ReportWritten = "report.written": "a results workbook was written; commits to its bytes",
    ErrorsExported = "list.exported": "a list with personal data left the store",
    UploadReceived = "upload.received": "a person uploaded a sheet to be checked; names its schedule and its hash",
    UploadQueued = "upload.queued": "a person queued an uploaded sheet; counts the rows that are in order",
    UploadErased = "upload.erased": "an uploaded sheet that became no batch was discarded, or its time was over; it is gone",
    ColumnsMatched = "columns.matched": "a person said which columns of a schedule's sheets are these columns of its template",
    RecordExported = "record.exported": "the whole record of an item was made to be printed",
    FiguresExported = "figures.exported": "figures without personal data left the store; commits to the file",
    LogExported = "log.exported": "entries of the job log left the store; counts them",
    LogVerified = "log.verified": "a person had the whole log verified; says what was found, and up to where",
    DryRun = "run.dry": "rows were tried without effect",
    WhatIf = "run.what-if": "cases were decided under supposed figures, without effect",
    PolicyChanged = "policy.changed": "a bot's figures or choices differ from those last used",
    SignedIn = "person.signed-in": "somebody signed in; says how",
    SignInFailed = "person.sign-in-failed": "a try to sign in failed; names the person only if there is one of that login",
    LockedOut = "person.locked-out": "after too many tries nobody may sign in by that login for a while",
    SignedOut = "person.signed-out": "somebody signed out",
    SessionsEnded = "person.sessions-ended": "sessions of a person were ended before their time; counts them",
    PersonAdded = "person.added": "somebody may sign in from now on",
    PersonChanged = "person.changed": "a person's name, roles, bots or password were changed, or they were disabled or enabled",
    KeyMade = "key.made": "a program was given a key",
    KeyEnded = "key.ended": "a program's key was ended before its time",
    Refused = "access.refused": "somebody tried what their roles do not allow",
    BotStopped = "bot.stopped": "a bot was stopped by a person, and takes no work",
    BotStarted = "bot.started": "a stopped bot was started again",
    ScheduleAsked = "schedule.asked": "a person asked for a run now; commits to their words",
    ScheduleFired = "schedule.fired": "a schedule was due, and a runner took it; counts the files that lay there",
    ScheduleMissed = "schedule.missed": "due times of a schedule at which nobody served, and that are not made up for",
    ScheduleSkipped = "schedule.skipped": "a schedule was due while its last run was under way, and left out",
    PayloadErased = "payload.erased": "cases past their retention were erased, with their keys",
    BackupMade = "backup.made": "a copy of the store was made",
    AlertRaised = "alert.raised": "something that people are told of began, or lasts and is told again",
    AlertCleared = "alert.cleared": "something that people were told of has ended",
    AlertSent = "alert.sent": "a message of an alert arrived at its receiver",
    AlertFailed = "alert.failed": "a message of an alert did not arrive, or nobody knows whether it did",
}
