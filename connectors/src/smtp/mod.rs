//! E-mail over SMTP (RFC 5321), to a mail server of the council's own or one that it rents.
//!
//! SMTP knows no message again and cannot be asked for one. So each mail is handed over step by
//! step, and what can be said of it depends on how far it came: up to the dot that ends it nothing
//! was accepted, whatever went wrong; after the dot only an answer tells. Without one the mail may
//! have been sent, and is not sent again unasked.
//!
//! What a council sets up, and what each failure looks like, is in `docs/connectors/mail.md`.

mod errors;
mod handing;
mod mail;
mod session;
mod settings;
mod stream;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use lettre::message::Mailbox;

use crate::outlet::{Finding, Outcome, Receipt};
use crate::patience::{Patience, Register, Trying};
use errors::Fault;

pub use crate::secret::Secret;
pub use mail::Mail;
pub use settings::{Security, Settings, SettingsError, Timeouts};

/// A connection to one mail server in the name of one sender. Clones share it.
#[derive(Debug, Clone)]
pub struct Connection {
    client: Arc<Client>,
}

struct Client {
    settings: Settings,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    password: Option<Secret>,
    patience: Patience,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Connection {
    /// Makes a connection ready; nothing is sent yet. Connections of one register to the same
    /// server in the same name share its limits.
    pub fn open(
        settings: Settings,
        password: Option<Secret>,
        register: &Register,
    ) -> Result<Self, SettingsError> {
        settings.check()?;
        let password = password.filter(|it| !it.reveal().is_empty());
        if settings.user.is_some() && password.is_none() {
            return Err(SettingsError::NoPassword);
        }
        let from = settings.sender()?;
        let reply_to = settings.replies()?;
        let patience = register.of(&settings.connection(), settings.limits);
        let client = Client { settings, from, reply_to, password, patience };
        Ok(Self { client: Arc::new(client) })
    }

    /// Hands one mail over and tells how it ended. A fault of seconds is waited out and the mail
    /// handed over again only where it was certainly not accepted.
    pub async fn post(&self, mail: &Mail) -> Outcome {
        let written = match mail.written(&self.client) {
            Ok(written) => written,
            Err(refused) => return Outcome::Refused(refused),
        };
        let mut trying = Trying::new(&self.client.settings.tries, &self.client.patience);
        loop {
            let fault = match self.client.hand_over(&written, trying.until).await {
                Ok(()) => return Outcome::Receipt(Receipt::default()),
                Err(fault) => fault,
            };
            let again = match fault.pause() {
                Some(pause) => trying.again(pause).await,
                None => false,
            };
            if !again {
                return fault.outcome();
            }
        }
    }

    /// Whether the server is reached, speaks safely with us and lets us in. No mail is sent, and
    /// whether it takes mail from the sender is seen with the first one only.
    pub async fn check(&self) -> Vec<Finding> {
        const SERVER: &str = "mail server";
        const SIGN_IN: &str = "sign-in";
        match self.client.session().await {
            Ok(session) => {
                session.leave(&self.client.settings.timeouts).await;
                let mut findings = vec![Finding::fine(SERVER)];
                if self.client.settings.user.is_some() {
                    findings.push(Finding::fine(SIGN_IN));
                }
                findings
            }
            Err(fault) if fault.is_sign_in() => {
                vec![Finding::fine(SERVER), Finding::wrong(SIGN_IN, fault.why())]
            }
            Err(fault) => vec![Finding::wrong(SERVER, fault.why())],
        }
    }
}

impl Client {
    /// One mail over a connection of its own.
    async fn hand_over(
        &self,
        written: &mail::Written,
        until: tokio::time::Instant,
    ) -> Result<(), Fault> {
        let permit = self.patience.admit(until).await.map_err(Fault::NoRoom)?;
        let mut session = self.session().await?;
        let timeouts = &self.settings.timeouts;
        session.hand_over(written, timeouts).await?;
        self.patience.went_well();
        // It stands: however the farewell goes, that is not taken back.
        session.leave(timeouts).await;
        drop(permit);
        Ok(())
    }
}
