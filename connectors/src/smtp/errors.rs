//! What can go wrong with a mail, and what it means in plain words.
//!
//! What the mail server says is never repeated, since it may hold an address: its codes are.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use lettre::transport::smtp::Error;

use crate::outlet::{Later, Outcome, Refused, Unknown, Waits};
use crate::patience::{NoRoom, Pause};

/// How far a mail came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    Greet,
    Encrypt,
    SignIn,
    Sender,
    Recipient,
    Data,
    /// Some of the text may be written; the dot is not.
    Body,
    /// The dot may be written. From here on the mail may have been accepted.
    End,
}

/// What became of a step.
#[derive(Debug)]
pub(super) enum Broke {
    /// There was no connection.
    Off,
    /// No answer came in time.
    Silent,
    /// A yes of another kind than the step asks for.
    Strange,
    /// What the client library says of it.
    Said(Error),
}

/// Why a mail was not handed over, or is not known to be.
#[derive(Debug)]
pub(super) enum Fault {
    NoRoom(NoRoom),
    At(Step, What),
}

/// The kinds of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// The server said no, for now or for good: its code, and its finer code if it gave one.
    No { code: u16, finer: Option<String> },
    /// No answer came, or none that makes sense.
    Lost(&'static str),
    /// The encryption did not come about.
    Unsafe(&'static str),
    /// The server does not offer what is needed.
    NotOffered,
}

impl Fault {
    pub(super) fn of(step: Step, broke: Broke) -> Self {
        let what = match broke {
            Broke::Off => What::Lost("the server cannot be reached"),
            Broke::Silent => What::Lost("no answer came in time"),
            Broke::Strange => What::Lost("its answer makes no sense"),
            Broke::Said(error) => said(&error),
        };
        Self::At(step, what)
    }

    pub(super) fn is_sign_in(&self) -> bool {
        matches!(self, Self::At(Step::SignIn, What::No { .. } | What::NotOffered))
    }

    /// What is waited for before another try, if one within seconds may help and the mail was
    /// certainly not accepted.
    pub(super) fn pause(&self) -> Option<Pause> {
        match self {
            Self::At(Step::End, _) | Self::NoRoom(_) => None,
            Self::At(_, What::No { code: 421, .. }) => Some(Pause::Everyones(None)),
            Self::At(_, What::Lost(_)) => Some(Pause::Ours(Duration::ZERO)),
            // A no is not turned into a yes within seconds.
            Self::At(_, What::No { .. } | What::Unsafe(_) | What::NotOffered) => None,
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        let (code, why) = self.told();
        let (code, request_id) = (code.to_owned(), None);
        match self {
            Self::At(Step::End, What::Lost(_) | What::Unsafe(_) | What::NotOffered) => {
                Outcome::Unknown(Unknown { code, why, request_id })
            }
            Self::At(
                Step::Recipient | Step::Data | Step::Body | Step::End,
                What::No { code: status, .. },
            ) if *status >= 500 && !needs_sign_in(*status) => {
                Outcome::Refused(Refused { code, why, request_id })
            }
            Self::NoRoom(no_room) => {
                let (after, waits) = (Some(no_room.after), Waits::Outlet);
                Outcome::Later(Later { code, why, after, waits, request_id })
            }
            Self::At(..) => {
                let waits = self.waits();
                Outcome::Later(Later { code, why, after: None, waits, request_id })
            }
        }
    }

    fn waits(&self) -> Waits {
        match self {
            Self::NoRoom(_)
            | Self::At(Step::Connect | Step::Greet | Step::Encrypt | Step::SignIn, _) => {
                Waits::Outlet
            }
            Self::At(_, What::No { code, .. }) if *code == 421 || needs_sign_in(*code) => {
                Waits::Outlet
            }
            Self::At(Step::Sender, What::No { code, .. }) if *code >= 500 => Waits::Outlet,
            Self::At(..) => Waits::Effect,
        }
    }

    pub(super) fn why(&self) -> String {
        self.told().1
    }

    /// Its fixed name and what it means.
    fn told(&self) -> (&'static str, String) {
        let (step, what) = match self {
            Self::NoRoom(_) => {
                let why = "the limit of mails is used up for a while; it goes on by itself";
                return ("limit-reached", why.to_owned());
            }
            Self::At(step, what) => (*step, what),
        };
        match what {
            What::No { code, finer } => {
                let (name, why) = no(step, *code, finer.as_deref());
                let finer = finer.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
                (name, format!("{why} (status {code}{finer})"))
            }
            What::Lost(how) => lost(step, how),
            What::Unsafe(how) => ("not-safe", format!("{how}; nothing was sent")),
            What::NotOffered if step == Step::SignIn => (
                "sign-in-not-offered",
                "the mail server offers no sign-in with a name and a password; leave user out if \
                 it needs none, else ask who looks after it"
                    .to_owned(),
            ),
            What::NotOffered => (
                "not-safe",
                "the mail server offers no encryption, so nothing was sent; see whether it is to \
                 be spoken to with security = \"tls\" on another port"
                    .to_owned(),
            ),
        }
    }
}

fn lost(step: Step, how: &str) -> (&'static str, String) {
    match step {
        Step::Connect | Step::Greet => (
            "unreached",
            format!("the mail server was not reached: {how}; check host, port and security"),
        ),
        Step::End => (
            "may-have-been-sent",
            format!(
                "the mail was handed over and the mail server's answer was lost ({how}); it may \
                 have been sent, so look for its Message-ID in the mail server's log, or ask the \
                 person, before it is sent again"
            ),
        ),
        Step::Encrypt | Step::SignIn | Step::Sender | Step::Recipient | Step::Data | Step::Body => {
            (
                "broken-off",
                format!(
                    "the connection to the mail server broke before the mail was handed over: {how}"
                ),
            )
        }
    }
}

/// What a no means at a step.
fn no(step: Step, code: u16, finer: Option<&str>) -> (&'static str, &'static str) {
    let for_good = code >= 500;
    match step {
        _ if code == 421 => ("mail-server-busy", "the mail server asks to come back later"),
        _ if needs_sign_in(code) && step != Step::SignIn => (
            "sign-in-needed",
            "the mail server wants us to sign in, or to encrypt; set user and security as it asks",
        ),
        Step::SignIn if for_good => (
            "sign-in-refused",
            "the mail server does not accept the user or the password; check both",
        ),
        Step::Connect | Step::Greet | Step::Encrypt if for_good => (
            "not-let-in",
            "the mail server does not want to speak with this machine; ask who looks after it to \
             let it in",
        ),
        Step::Sender if for_good => (
            "sender-refused",
            "the mail server does not take mail from this sender; check from, and that the user \
             may send in that name",
        ),
        Step::Recipient if for_good && finer.is_some_and(|it| it.starts_with("5.7.")) => (
            "not-relayed",
            "the mail server does not pass mail from us on to this address; ask who looks after \
             it whether this machine may send to the outside",
        ),
        Step::Recipient if for_good => (
            "address-refused",
            "the mail server says that there is no such address, or none that takes mail; put the \
             person's address right, or tell them in another way",
        ),
        Step::Recipient => {
            ("address-later", "the mail server does not take mail for this address just now")
        }
        Step::Data | Step::Body | Step::End if for_good => (
            "mail-refused",
            "the mail server does not take this mail, for its content, its size or a rule of its \
             own; ask who looks after it",
        ),
        Step::Connect
        | Step::Greet
        | Step::Encrypt
        | Step::SignIn
        | Step::Sender
        | Step::Data
        | Step::Body
        | Step::End => ("mail-server-busy", "the mail server cannot take the mail just now"),
    }
}

/// The codes of RFC 4954 that ask for a sign-in, a better one, or encryption before it.
const fn needs_sign_in(code: u16) -> bool {
    matches!(code, 530 | 534 | 535 | 538)
}

/// What the client library's word for it amounts to.
fn said(error: &Error) -> What {
    if let Some(code) = error.status() {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        return What::No { code: code.into(), finer: finer(&text) };
    }
    if error.is_tls() {
        return What::Unsafe(unsafe_how(error));
    }
    if error.is_client() {
        return What::NotOffered;
    }
    if error.is_response() {
        return What::Lost("the connection broke, or its answer makes no sense");
    }
    if error.is_timeout() {
        return What::Lost("no answer came in time");
    }
    // Whether it is told as a broken connection or as an encryption that failed depends on where
    // it was noticed.
    let mut cause = error.source();
    while let Some(inner) = cause {
        let of_tls = inner
            .downcast_ref::<io::Error>()
            .is_some_and(|it| it.kind() == io::ErrorKind::InvalidData);
        if of_tls {
            return What::Unsafe(unsafe_how(error));
        }
        cause = inner.source();
    }
    What::Lost("the connection broke")
}

fn unsafe_how(error: &Error) -> &'static str {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if text.contains("certificate") || text.contains("UnknownIssuer") {
            return "the mail server's certificate is not trusted by this machine, or is for \
                    another name; check host, and install the council's own root certificate here \
                    if it has one";
        }
        cause = inner.source();
    }
    "what came from the mail server is not encrypted as it should be; check port and security"
}

/// The finer code at the head of a server's words, as in `5.1.1` (RFC 3463).
fn finer(text: &str) -> Option<String> {
    let first = text.split_whitespace().next()?;
    let parts: Vec<&str> = first.split('.').collect();
    let number = |part: &&str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    (parts.len() == 3 && parts.iter().all(number)).then(|| first.to_owned())
}
