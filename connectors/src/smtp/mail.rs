//! A mail, and how it is written.

use std::fmt;

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::{Address, Message};
use uuid::Uuid;

use super::Client;
use crate::outlet::Refused;

/// A mail in plain text to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// From this its Message-ID is made, the same in every round: see
    /// [`key`](crate::outlet::key). It lets a person find the mail, and some mail servers drop a
    /// second one like it; none need do so.
    pub message_id: Uuid,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// A mail as it is handed over.
pub(super) struct Written {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

impl Mail {
    /// As it is handed over, unless it can be seen here that it will never be taken.
    pub(super) fn written(&self, client: &Client) -> Result<Written, Refused> {
        let to = self.to.trim();
        let to: Address = to.parse().ok().filter(|_| is_plain(to)).ok_or_else(|| {
            refused(
                "address-refused",
                "this is not an e-mail address that mail servers take; put the person's address \
                 right, or tell them in another way",
            )
        })?;
        let from = client.from.clone();
        let id = format!("<{}@{}>", self.message_id, from.email.domain());
        let mut head = Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(one_line(&self.subject))
            .message_id(Some(id))
            // No answer from a machine to a machine's mail (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        if let Some(reply_to) = &client.reply_to {
            head = head.reply_to(reply_to.clone());
        }
        let text = SinglePart::builder()
            .header(ContentType::TEXT_PLAIN)
            // Lines of any length and any letters in short lines of ASCII, which every server
            // carries as they are.
            .header(ContentTransferEncoding::QuotedPrintable)
            .body(lines(&self.text));
        let message = head.singlepart(text).map_err(|_| {
            refused("refused", "the mail cannot be written; tell who runs the program")
        })?;
        Ok(Written { from: from.email, to, bytes: message.formatted() })
    }
}

fn refused(code: &str, why: &str) -> Refused {
    Refused { code: code.to_owned(), why: why.to_owned(), request_id: None }
}

/// Whether an address can be handed over as it is written, and as nothing but an address.
pub(super) fn is_plain(address: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"<>\"\\,;:()[]".contains(&byte);
    address.len() <= 254 && address.bytes().all(plain)
}

/// A subject without what would end its line and begin another header.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text with one kind of line end, and no control characters but those and tabs.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    let mut text: String = kept.collect();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.replace('\n', "\r\n")
}
