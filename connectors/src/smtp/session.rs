//! A connection to the mail server, up to the point where mails can be handed over.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Client;
use super::errors::{Broke, Fault, Step};
use super::settings::{Security, Timeouts};
use super::stream::LineByLine;

/// A server that has let us in.
pub(super) struct Session {
    pub(super) smtp: AsyncSmtpConnection,
}

impl Client {
    /// Reaches the server, encrypts, and signs in.
    pub(super) async fn session(&self) -> Result<Session, Fault> {
        let times = &self.settings.timeouts;
        let (host, port) = (self.settings.host.as_str(), self.settings.port());
        let hello = self.settings.greeting(&self.from);
        let tls = || {
            let host = host.trim_matches(['[', ']']).to_owned();
            TlsParameters::new(host).map_err(|error| Fault::of(Step::Encrypt, Broke::Said(error)))
        };
        let mut smtp = if self.settings.security == Security::Tls {
            // Connection, encryption and greeting in one; the three times are added up.
            let time = times.connect + times.command + times.command;
            let connecting = AsyncSmtpConnection::connect_tokio1(
                (host, port),
                Some(times.connect),
                &hello,
                Some(tls()?),
                None,
            );
            said(Step::Greet, time, connecting).await?
        } else {
            let stream = match timeout(times.connect, TcpStream::connect((host, port))).await {
                Ok(Ok(stream)) => stream,
                Ok(Err(_)) => return Err(Fault::of(Step::Connect, Broke::Off)),
                Err(_) => return Err(Fault::of(Step::Connect, Broke::Silent)),
            };
            let stream = Box::new(LineByLine::new(stream));
            let greeting = AsyncSmtpConnection::connect_with_transport(stream, &hello);
            said(Step::Greet, times.command, greeting).await?
        };
        if self.settings.security == Security::Starttls {
            // Where the server does not offer it, or somebody has taken the offer out, this fails
            // before anything is said that others may not hear.
            said(Step::Encrypt, times.command, smtp.starttls(tls()?, &hello)).await?;
        }
        if let (Some(user), Some(password)) = (&self.settings.user, &self.password) {
            let known = Credentials::new(user.clone(), password.reveal().to_owned());
            let signing_in = smtp.auth(&[Mechanism::Plain, Mechanism::Login], &known);
            let answer = said(Step::SignIn, times.command, signing_in).await?;
            is(Step::SignIn, &answer, 235)?;
        }
        Ok(Session { smtp })
    }
}

impl Session {
    /// Takes leave. Whatever comes of that changes nothing.
    pub(super) async fn leave(mut self, times: &Timeouts) {
        let time = times.command.min(Duration::from_secs(5));
        drop(timeout(time, self.smtp.quit()).await);
    }
}

/// One step within its time.
pub(super) async fn said<T>(
    step: Step,
    time: Duration,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Fault> {
    match timeout(time, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Fault::of(step, Broke::Said(error))),
        Err(_) => Err(Fault::of(step, Broke::Silent)),
    }
}

/// Whether an answer is the one that a step asks for. A yes of another kind is an answer to
/// something else.
pub(super) fn is(step: Step, answer: &Response, code: u16) -> Result<(), Fault> {
    if answer.has_code(code) { Ok(()) } else { Err(Fault::of(step, Broke::Strange)) }
}
