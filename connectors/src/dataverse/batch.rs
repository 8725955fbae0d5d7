//! Several requests in one, as `multipart/mixed`: written with CRLF and an unquoted boundary, read
//! with either line end and either form.

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use super::effects::Wire;
use crate::http::{Answer, Request};

/// A batch within a batch within a batch is nobody's answer.
const DEPTH: usize = 3;

/// One request that carries these, each on its own: those after a failed one are done too.
pub(super) fn each(base: &Url, to: Url, wires: &[&Wire]) -> Request {
    let boundary = format!("batch_{}", Uuid::new_v4().simple());
    let mut body = Vec::new();
    for wire in wires {
        open(&mut body, &boundary);
        part(&mut body, base, wire, None);
    }
    close(&mut body, &boundary);
    let mut request = posted(to, &boundary, body);
    request.header("prefer", "odata.continue-on-error");
    request
}

/// One request that carries these as one change: all of them are done, or none.
pub(super) fn together(base: &Url, to: Url, wires: &[&Wire]) -> Request {
    let boundary = format!("batch_{}", Uuid::new_v4().simple());
    let changes = format!("changeset_{}", Uuid::new_v4().simple());
    let mut body = Vec::new();
    open(&mut body, &boundary);
    line(&mut body, &format!("Content-Type: multipart/mixed; boundary={changes}"));
    line(&mut body, "");
    for (at, wire) in wires.iter().enumerate() {
        open(&mut body, &changes);
        part(&mut body, base, wire, Some(at + 1));
    }
    close(&mut body, &changes);
    close(&mut body, &boundary);
    posted(to, &boundary, body)
}

fn posted(to: Url, boundary: &str, body: Vec<u8>) -> Request {
    let mut request = Request::post(to, body);
    request.header("content-type", &format!("multipart/mixed; boundary={boundary}"));
    request
}

fn part(body: &mut Vec<u8>, base: &Url, wire: &Wire, number: Option<usize>) {
    line(body, "Content-Type: application/http");
    line(body, "Content-Transfer-Encoding: binary");
    if let Some(number) = number {
        line(body, &format!("Content-ID: {number}"));
    }
    line(body, "");
    line(body, &format!("{} {}{} HTTP/1.1", wire.method, base.path(), wire.path));
    line(body, "Accept: application/json");
    line(body, "Content-Type: application/json; type=entry");
    for (name, value) in &wire.headers {
        line(body, &format!("{name}: {value}"));
    }
    line(body, "");
    body.extend_from_slice(&wire.body);
    line(body, "");
}

fn open(body: &mut Vec<u8>, boundary: &str) {
    line(body, &format!("--{boundary}"));
}

fn close(body: &mut Vec<u8>, boundary: &str) {
    line(body, &format!("--{boundary}--"));
}

fn line(body: &mut Vec<u8>, text: &str) {
    body.extend_from_slice(text.as_bytes());
    body.extend_from_slice(b"\r\n");
}

/// The answers that an answer carries, in order, those of a change set among them; none if it is
/// no whole answer of that form.
pub(super) fn answers(answer: &Answer) -> Option<Vec<Answer>> {
    let boundary = boundary_of(answer.header("content-type")?)?;
    let mut all = Vec::new();
    parts(&answer.body, &boundary, DEPTH, &mut all)?;
    Some(all)
}

/// Whether an answer has that form at all.
pub(super) fn is_multipart(answer: &Answer) -> bool {
    answer.header("content-type").is_some_and(|kind| boundary_of(kind).is_some())
}

fn boundary_of(kind: &str) -> Option<String> {
    let (media, rest) = kind.split_once(';')?;
    if !media.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    rest.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("boundary") && !value.is_empty())
            .then(|| value.to_owned())
    })
}

fn parts(body: &[u8], boundary: &str, depth: usize, all: &mut Vec<Answer>) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let (opening, closing) = (format!("--{boundary}"), format!("--{boundary}--"));
    let (mut inside, mut ended): (Option<Vec<u8>>, bool) = (None, false);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.trim_ascii_end();
        let (opens, closes) = (bare == opening.as_bytes(), bare == closing.as_bytes());
        if opens || closes {
            if let Some(part) = inside.take() {
                one(&part, depth, all)?;
            }
            if closes {
                ended = true;
                break;
            }
            inside = Some(Vec::new());
        } else if let Some(part) = &mut inside {
            part.extend_from_slice(line);
        }
    }
    // Without its end it was cut off, and what else it said is not known.
    ended.then_some(())
}

fn one(part: &[u8], depth: usize, all: &mut Vec<Answer>) -> Option<()> {
    let (head, rest) = headers(part)?;
    let kind = head.get("content-type").and_then(|kind| kind.to_str().ok())?;
    if let Some(boundary) = boundary_of(kind) {
        return parts(rest, &boundary, depth, all);
    }
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let status = std::str::from_utf8(&rest[..end]).ok()?.trim();
    let status = status.strip_prefix("HTTP/")?.split_whitespace().nth(1)?.parse().ok()?;
    let (headers, body) = headers(&rest[end + 1..])?;
    all.push(Answer { status, headers, body: body.trim_ascii().to_vec() });
    Some(())
}

/// The headers up to the empty line, and what follows it.
fn headers(mut text: &[u8]) -> Option<(HeaderMap, &[u8])> {
    let mut headers = HeaderMap::new();
    loop {
        let Some(end) = text.iter().position(|byte| *byte == b'\n') else {
            // A part without a body may end with its last header.
            return text.trim_ascii().is_empty().then_some((headers, text));
        };
        let (line, rest) = (text[..end].trim_ascii(), &text[end + 1..]);
        text = rest;
        if line.is_empty() {
            return Some((headers, text));
        }
        let line = std::str::from_utf8(line).ok()?;
        let (name, value) = line.split_once(':')?;
        let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
        headers.insert(name, HeaderValue::from_str(value.trim()).ok()?);
    }
}
