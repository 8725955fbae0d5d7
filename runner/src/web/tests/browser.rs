//! Somebody's browser: asks as a browser does, and tells what was answered.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use tower::ServiceExt as _;

use crate::people::Person;

/// A browser, in somebody's session or in nobody's.
#[derive(Clone)]
pub(in crate::web) struct Browser {
    pub(super) router: Router,
    pub(in crate::web) cookie: Option<String>,
    pub(super) person: Option<Person>,
}

/// What was answered.
#[derive(Debug)]
pub(in crate::web) struct Answer {
    pub(in crate::web) status: StatusCode,
    pub(in crate::web) headers: HeaderMap,
    pub(in crate::web) bytes: Bytes,
}

impl Browser {
    /// Whose session it is.
    pub(in crate::web) fn person(&self) -> &Person {
        self.person.as_ref().expect("somebody is signed in")
    }

    /// Opens a page.
    pub(in crate::web) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form of ours.
    pub(in crate::web) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", coded(name), coded(value)))
            .collect();
        let request = self
            .request("POST", path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    /// Sends a form of ours with a file in it.
    pub(in crate::web) async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, file_name, bytes): (&str, &str, &[u8]),
    ) -> Answer {
        const BOUNDARY: &str = "----a-boundary-that-stands-in-no-file";
        let mut body = Vec::new();
        for (field, value) in fields {
            let part = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend(part.as_bytes());
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; \
             filename=\"{file_name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.as_bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = self
            .request("POST", path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// A request with the cookie, to be added to.
    pub(in crate::web) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    /// Sends a request as it is.
    pub(in crate::web) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: head.status, headers: head.headers, bytes }
    }
}

impl Browser {
    /// Opens what stays open: answers when it has begun.
    pub(in crate::web) async fn watch(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> axum::response::Response {
        let request = self.request("GET", path);
        let request = headers.iter().fold(request, |it, (name, value)| it.header(*name, *value));
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }
}

impl Answer {
    /// What it says.
    pub(in crate::web) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Where it leads.
    pub(in crate::web) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// It is a page that says this.
    #[track_caller]
    pub(in crate::web) fn says(&self, what: &str) -> &Self {
        let text = self.text();
        assert!(text.contains(what), "{} does not say {what:?}:\n{text}", self.status);
        self
    }

    /// It says nothing of this.
    #[track_caller]
    pub(in crate::web) fn says_not(&self, what: &str) -> &Self {
        let text = self.text();
        assert!(!text.contains(what), "{} says {what:?}:\n{text}", self.status);
        self
    }

    /// Its status is this.
    #[track_caller]
    pub(in crate::web) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.location(), self.text());
        self
    }

    /// It leads to a page after an act.
    #[track_caller]
    pub(in crate::web) fn to(&self, path: &str) -> &Self {
        self.is(303);
        assert_eq!(self.location(), path);
        self
    }
}

fn coded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
