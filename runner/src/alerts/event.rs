//! What one message says: as data for a webhook, as words for an e-mail. Nothing personal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Mail;
use crate::clock;

/// What a message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It began.
    Raised,
    /// It lasts.
    Repeated,
    /// It has ended.
    Cleared,
    /// Nothing: somebody tries whether messages arrive.
    Test,
}

impl What {
    /// As the store and the messages have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Repeated => "repeated",
            Self::Cleared => "cleared",
            Self::Test => "test",
        }
    }
}

/// One message, the same for every receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What it tells.
    pub what: What,
    /// Which condition.
    pub condition: String,
    /// Of whom.
    pub subject: String,
    /// The batch's number, if it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// What was found.
    pub says: String,
    /// What to do.
    #[serde(rename = "do")]
    pub advice: String,
    /// Since when it lasts.
    pub since: String,
    /// When this message was written.
    pub at: String,
    /// How often it was told while it lasted, this message counted.
    pub times: i64,
}

impl Event {
    /// A message that tells nothing.
    pub fn test(now: Timestamp) -> Self {
        let at = clock::rfc3339(now);
        Self {
            what: What::Test,
            condition: "test".to_owned(),
            subject: "test".to_owned(),
            batch: None,
            says: "this is a test; nothing is wrong".to_owned(),
            advice: "nothing is to be done".to_owned(),
            since: at.clone(),
            at,
            times: 1,
        }
    }

    /// The body of a webhook: a `CloudEvents` 1.0 envelope whose id is the message's key.
    pub fn envelope(&self, key: &str, installation: &str) -> String {
        json!({
            "specversion": "1.0",
            "id": key,
            "source": format!("/clerkwork/{installation}"),
            "type": format!("clerkwork.alert.{}.v1", self.what.as_str()),
            "time": self.at,
            "subject": format!("{}/{}", self.condition, self.subject),
            "datacontenttype": "application/json",
            "data": self,
        })
        .to_string()
    }

    /// The e-mail to one address.
    pub fn mail(&self, to: &str, key: &str, council: &str) -> Mail {
        let (before, told) = match self.what {
            What::Raised => ("alert", "This is told once, then daily while it lasts."),
            What::Repeated => ("still", "It lasts, and is told daily until it ends."),
            What::Cleared => ("over", "This has ended. Nothing more is to be done."),
            What::Test => ("test", "Somebody asked for this with: clerkwork alerts test"),
        };
        let since = self.since.parse().map(|at| clock::local(at).strftime("%d/%m/%Y %H:%M"));
        let since = since.map_or_else(|_| self.since.clone(), |since| since.to_string());
        let mut lines = vec![self.says.clone(), String::new()];
        if self.what != What::Cleared {
            lines.extend([format!("What to do: {}", self.advice), String::new()]);
        }
        lines.push(format!("Since:      {since}"));
        lines.push(format!("Condition:  {}, {}", self.condition, self.subject));
        if !council.is_empty() {
            lines.push(format!("Council:    {council}"));
        }
        lines.extend([format!("Message:    {key}"), String::new(), told.to_owned()]);
        Mail {
            to: to.to_owned(),
            subject: format!("Clerkwork {before}: {}", self.says.replace('\n', " ")),
            text: lines.join("\n"),
            message_id: key.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_is_that_of_the_documents() {
        let page = include_str!("../../../docs/alerts.md");
        let example = page.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
        let example: serde_json::Value = serde_json::from_str(example).unwrap();
        let event: Event = serde_json::from_value(example["data"].clone()).unwrap();
        let installation = example["source"].as_str().unwrap().trim_start_matches("/clerkwork/");
        let envelope = event.envelope(example["id"].as_str().unwrap(), installation);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&envelope).unwrap(), example);
    }

    #[test]
    fn the_end_of_an_alert_asks_for_nothing() {
        let event = Event {
            what: What::Cleared,
            advice: "make room".to_owned(),
            ..Event::test(Timestamp::UNIX_EPOCH)
        };
        let mail = event.mail("a@b.example", "alert_1", "Strathmarnock Council");
        assert!(!mail.text.contains("make room"), "{}", mail.text);
        assert!(mail.text.contains("01/01/1970 01:00"), "{}", mail.text);
        assert_eq!(mail.message_id, "alert_1");
        let lasts = Event { what: What::Repeated, ..event };
        assert!(lasts.mail("a@b.example", "alert_1", "").text.contains("make room"));
    }
}
