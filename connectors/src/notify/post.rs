//! Messages sent, each to its end: one whose answer was lost is found again and not sent twice.

use reqwest::Method;
use serde::Deserialize;
use tokio::time::Instant;
use uuid::Uuid;

use super::errors::{self, Fault};
use super::{Connection, Message};
use crate::http::{Answer, Request};
use crate::outlet::{Outcome, Receipt};
use crate::patience::Trying;

/// What is not known of a message.
#[derive(Default)]
struct Doubt {
    /// It may have been sent, in this round or before: its reference is looked up first.
    look: bool,
    /// What befell a try of this round that may have worked.
    ours: Option<Fault>,
}

#[derive(Deserialize)]
struct Listed {
    notifications: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    id: Uuid,
    reference: Option<String>,
}

impl Connection {
    /// Sends one message for the first time and tells how it ended.
    pub async fn post(&self, message: &Message) -> Outcome {
        self.send(message, Doubt::default()).await
    }

    /// The same in every later round: the reference is looked up before anything is sent. The end
    /// tells of this round alone, whatever became of earlier ones.
    pub async fn post_again(&self, message: &Message) -> Outcome {
        self.send(message, Doubt { look: true, ours: None }).await
    }

    async fn send(&self, message: &Message, mut doubt: Doubt) -> Outcome {
        let body = match message.body() {
            Ok(body) => body,
            Err(refused) => return Outcome::Refused(refused),
        };
        let settings = &self.client.settings;
        let mut trying = Trying::new(&settings.tries, &self.client.patience);
        loop {
            let fault = match self.settle(message, &body, &mut doubt, trying.until).await {
                Ok(receipt) => return Outcome::Receipt(receipt),
                Err(fault) => fault,
            };
            let again = match fault.pause(settings.settle) {
                Some(pause) => trying.again(pause).await,
                None => false,
            };
            if !again {
                return errors::outcome(&fault, doubt.ours.as_ref());
            }
        }
    }

    async fn settle(
        &self,
        message: &Message,
        body: &[u8],
        doubt: &mut Doubt,
        until: Instant,
    ) -> Result<Receipt, Fault> {
        if doubt.look {
            if let Some(id) = self.look(&message.reference, until).await? {
                return Ok(Receipt { id: Some(id), found: true, ..Receipt::default() });
            }
            *doubt = Doubt::default();
        }
        let request = Request::post(self.client.url(message.path()), body.to_vec());
        let sent = self.client.once(request, until).await;
        let sent = sent.and_then(|answer| receipt(&answer, message));
        if let Err(fault) = &sent
            && fault.perhaps()
        {
            *doubt = Doubt { look: true, ours: Some(fault.clone()) };
        }
        sent
    }

    /// The message that Notify keeps under our reference, if there is one.
    async fn look(&self, reference: &str, until: Instant) -> Result<Option<Uuid>, Fault> {
        let mut url = self.client.url("/v2/notifications");
        url.query_pairs_mut().append_pair("reference", reference);
        let answer = self.client.read(Request::new(Method::GET, url), until).await?;
        let Ok(listed) = serde_json::from_slice::<Listed>(&answer.body) else {
            return Err(Fault::Unreached("its answer is garbled"));
        };
        let ours = |one: &&One| one.reference.as_deref() == Some(reference);
        match listed.notifications.iter().find(ours) {
            Some(one) => Ok(Some(one.id)),
            None if listed.notifications.is_empty() => Ok(None),
            // Whoever lists what was not asked for may leave out what was.
            None => Err(Fault::Unreached("it lists other messages than were asked for")),
        }
    }
}

/// The receipt that an answer amounts to.
fn receipt(answer: &Answer, message: &Message) -> Result<Receipt, Fault> {
    let sent = serde_json::from_slice::<One>(&answer.body).ok();
    let sent = sent.filter(|sent| sent.reference.as_deref() == Some(&message.reference));
    let sent = sent.ok_or(Fault::Lost("it is garbled"))?;
    Ok(Receipt { id: Some(sent.id), ..Receipt::default() })
}
