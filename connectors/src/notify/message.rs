//! A message, and how it is written for Notify.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use uuid::Uuid;

use crate::outlet::Refused;

/// A message from a template of the service.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// By which the message is known again, the same in every round: see
    /// [`key`](crate::outlet::key). It is kept by Notify, so nothing personal stands in it.
    pub reference: String,
    /// To whom.
    pub to: To,
    /// The template, which must be of the kind that `to` asks for.
    pub template: Uuid,
    /// What is put into the template's fields.
    pub personalisation: BTreeMap<String, String>,
    /// The address that an answer goes to, or the name that a text comes from, by the id that it
    /// has in the settings of the service.
    pub reply_to: Option<Uuid>,
}

/// To whom a message goes.
#[derive(Clone, PartialEq, Eq)]
pub enum To {
    /// An e-mail address.
    Email(String),
    /// A mobile number.
    Text(String),
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("reference", &self.reference)
            .field("to", &self.to)
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for To {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email(_) => "Email(not shown)",
            Self::Text(_) => "Text(not shown)",
        })
    }
}

#[derive(Serialize)]
struct Body<'a> {
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
    template_id: Uuid,
    personalisation: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_reply_to_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_sender_id: Option<Uuid>,
    /// Everything that we fill in may have been typed by anybody, so no field of ours may bring a
    /// link or a heading into a council's e-mail. Texts have neither, and Notify refuses the list
    /// there.
    #[serde(skip_serializing_if = "Option::is_none")]
    sanitise_content_for: Option<Vec<&'a str>>,
}

impl Message {
    /// Where it is sent.
    pub(super) const fn path(&self) -> &'static str {
        match self.to {
            To::Email(_) => "/v2/notifications/email",
            To::Text(_) => "/v2/notifications/sms",
        }
    }

    /// The body of the request, unless it can be seen here that it will never be taken.
    pub(super) fn body(&self) -> Result<Vec<u8>, Refused> {
        let refused = |code: &str, why: &str| Refused {
            code: code.to_owned(),
            why: why.to_owned(),
            request_id: None,
        };
        if !is_reference(&self.reference) {
            // With no reference, or half of one, another message could be taken for this one.
            return Err(refused(
                "no-reference",
                "the message has no reference by which it could be known again; tell who runs \
                 the program",
            ));
        }
        let (email, text) = match &self.to {
            To::Email(address) => (Some(address.trim()), None),
            To::Text(number) => (None, Some(number.trim())),
        };
        if email.or(text).is_none_or(str::is_empty) {
            return Err(refused(
                "address-refused",
                "there is no address to send it to; put the person's address right, or tell them \
                 in another way",
            ));
        }
        let all = self.personalisation.keys().map(String::as_str);
        let body = Body {
            reference: &self.reference,
            email_address: email,
            phone_number: text,
            template_id: self.template,
            personalisation: &self.personalisation,
            email_reply_to_id: self.reply_to.filter(|_| email.is_some()),
            sms_sender_id: self.reply_to.filter(|_| text.is_some()),
            sanitise_content_for: email.map(|_| all.collect()),
        };
        serde_json::to_vec(&body)
            .map_err(|_| refused("refused", "the message cannot be written; tell who runs it"))
    }
}

/// Whether this can be looked up and means one message only.
fn is_reference(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (8..=200).contains(&text.len()) && text.bytes().all(plain)
}
