//! The form of an entry's bytes: JSON written in one way only, so that one text has one reading.
//! It knows the form, not what entries mean; what it lets pass, any JSON parser reads the same.

use serde::Serialize;
use thiserror::Error;

#[cfg(test)]
mod tests;

/// The longest an entry may be: what a 16-bit length can say, as in the bundles of tlog-tiles.
pub const LONGEST_ENTRY: usize = 65_535;
/// How far objects and arrays may nest.
pub const DEEPEST_ENTRY: usize = 16;
/// The values of `v` that this version knows.
const KNOWN_VERSIONS: [i64; 1] = [1];
/// Beyond this, some JSON parsers read another number than was written.
const LARGEST_INTEGER: u64 = (1 << 53) - 1;

/// Checks that these bytes are an entry: one JSON object with a known `v`, without spaces; keys
/// `snake_case`, each greater than the one before; values strings, booleans, integers to 2^53,
/// arrays and objects; strings escaped only where they must be, and in the shortest way (the
/// form of RFC 8785).
pub fn check_entry_bytes(bytes: &[u8]) -> Result<(), EntryFault> {
    read_entry(bytes).map(drop)
}

/// What an entry of sound form names: as it is written, between the quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'b> {
    /// Its `item`.
    pub item: Option<&'b str>,
    /// Its `batch`.
    pub batch: Option<&'b str>,
    /// Its `kind`.
    pub kind: Option<&'b str>,
    /// The `id` of its `actor`, with its quotes.
    pub actor: Option<&'b str>,
}

/// Like [`check_entry_bytes`]; answers what the entry names.
pub fn read_entry(bytes: &[u8]) -> Result<Named<'_>, EntryFault> {
    if bytes.len() > LONGEST_ENTRY {
        return Err(EntryFault { at: LONGEST_ENTRY, why: FormFault::TooLong });
    }
    if let Err(fault) = str::from_utf8(bytes) {
        return Err(EntryFault { at: fault.valid_up_to(), why: FormFault::NotText });
    }
    let mut scan = Scan { bytes, at: 0, version: None, named: Named::default() };
    scan.entry().map_err(|why| EntryFault { at: scan.at, why })?;
    Ok(scan.named)
}

struct Scan<'b> {
    bytes: &'b [u8],
    at: usize,
    /// What stands at `v`, once that was met.
    version: Option<i64>,
    /// What stands at `item`, `batch`, `kind` and in `actor` at `id`.
    named: Named<'b>,
}

type Scanned<T = ()> = Result<T, FormFault>;

impl<'b> Scan<'b> {
    fn entry(&mut self) -> Scanned {
        self.object(1)?;
        if self.at < self.bytes.len() {
            return Err(FormFault::Syntax);
        }
        match self.version {
            Some(version) if KNOWN_VERSIONS.contains(&version) => Ok(()),
            Some(_) => Err(FormFault::Version),
            None => Err(FormFault::NoVersion),
        }
    }

    fn value(&mut self, depth: usize) -> Scanned {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => Err(FormFault::Null),
            Some(b'-' | b'0'..=b'9') => self.integer().map(drop),
            _ => Err(FormFault::Syntax),
        }
    }

    fn object(&mut self, depth: usize) -> Scanned {
        self.enter(b'{', depth)?;
        if self.skip(b'}') {
            return Ok(());
        }
        let mut last: &[u8] = b"";
        loop {
            let start = self.at;
            let key = self.key()?;
            if key <= last {
                self.at = start;
                return Err(if key == last { FormFault::Repeated } else { FormFault::Unsorted });
            }
            last = key;
            self.expect(b':')?;
            let value = self.at;
            match key {
                b"v" if depth == 1 => self.version = Some(self.integer()?),
                b"item" if depth == 1 => {
                    self.value(depth)?;
                    self.named.item = self.quoted(value);
                }
                b"batch" if depth == 1 => {
                    self.value(depth)?;
                    self.named.batch = self.quoted(value);
                }
                b"kind" if depth == 1 => {
                    self.value(depth)?;
                    self.named.kind = self.quoted(value);
                }
                b"actor" if depth == 1 => {
                    self.value(depth)?;
                    self.named.actor = self.first_of(value, r#"{"id":"#);
                }
                _ => self.value(depth)?,
            }
            if self.skip(b'}') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// What was just read, if it is a string.
    fn quoted(&self, from: usize) -> Option<&'b str> {
        let text = str::from_utf8(&self.bytes[from..self.at]).ok()?;
        text.strip_prefix('"')?.strip_suffix('"')
    }

    /// The string that begins what was just read, after these bytes.
    fn first_of(&self, from: usize, begin: &str) -> Option<&'b str> {
        let bytes = &self.bytes[from..self.at];
        let mut inner = Scan { bytes, at: begin.len(), version: None, named: Named::default() };
        (bytes.starts_with(begin.as_bytes()) && inner.string().is_ok())
            .then(|| str::from_utf8(&bytes[begin.len()..inner.at]).ok())?
    }

    fn array(&mut self, depth: usize) -> Scanned {
        self.enter(b'[', depth)?;
        if self.skip(b']') {
            return Ok(());
        }
        loop {
            self.value(depth)?;
            if self.skip(b']') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    fn enter(&mut self, bracket: u8, depth: usize) -> Scanned {
        if depth > DEEPEST_ENTRY { Err(FormFault::TooDeep) } else { self.expect(bracket) }
    }

    fn key(&mut self) -> Scanned<&'b [u8]> {
        self.expect(b'"')?;
        let start = self.at;
        while let Some(b'a'..=b'z' | b'0'..=b'9' | b'_') = self.peek() {
            self.at += 1;
        }
        let key = &self.bytes[start..self.at];
        if !key.first().is_some_and(u8::is_ascii_lowercase) || !self.skip(b'"') {
            return Err(FormFault::Key);
        }
        Ok(key)
    }

    fn string(&mut self) -> Scanned {
        self.expect(b'"')?;
        loop {
            self.at += plain_length(&self.bytes[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                _ => return Err(FormFault::Syntax),
            }
        }
    }

    /// An escape, of which each character that must be escaped has one.
    fn escape(&mut self) -> Scanned {
        let length = match &self.bytes[self.at + 1..] {
            [b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', b'0', b'0', b'0', b'0'..=b'7' | b'b' | b'e' | b'f', ..]
            | [b'u', b'0', b'0', b'1', b'0'..=b'9' | b'a'..=b'f', ..] => 6,
            _ => return Err(FormFault::Escape),
        };
        self.at += length;
        Ok(())
    }

    fn integer(&mut self) -> Scanned<i64> {
        let start = self.at;
        let is_negative = self.skip(b'-');
        let mut value = 0_u64;
        let digits = self.at;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        let length = self.at - digits;
        let has_more = matches!(self.peek(), Some(b'.' | b'e' | b'E'));
        let is_padded = length > 1 && self.bytes[digits] == b'0';
        let is_minus_zero = is_negative && value == 0;
        if length == 0 || has_more || is_padded || is_minus_zero || value > LARGEST_INTEGER {
            self.at = start;
            return Err(FormFault::Integer);
        }
        let value = i64::try_from(value).expect("within 2^53");
        Ok(if is_negative { -value } else { value })
    }

    fn word(&mut self, word: &[u8]) -> Scanned {
        if !self.bytes[self.at..].starts_with(word) {
            return Err(FormFault::Syntax);
        }
        self.at += word.len();
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, byte: u8) -> Scanned {
        if self.skip(byte) { Ok(()) } else { Err(FormFault::Syntax) }
    }
}

/// How many bytes come before a quote, a backslash or a control character: eight at a time, since
/// most of an entry is such bytes.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = ONES << 7;
    let of = |byte: u8| ONES * u64::from(byte);
    let (words, _) = bytes.as_chunks();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let (quote, backslash) = (word ^ of(b'"'), word ^ of(b'\\'));
        // A byte's high bit is set where it is below the one subtracted; the lowest such is exact.
        let special = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (word.wrapping_sub(of(b' ')) & !word);
        if special & HIGHS != 0 {
            let within = (special & HIGHS).trailing_zeros() / u8::BITS;
            return place * 8 + usize::try_from(within).expect("below eight");
        }
    }
    let rest = &bytes[words.len() * 8..];
    let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '));
    words.len() * 8 + plain.unwrap_or(rest.len())
}

/// Where and why bytes are not an entry.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Serialize)]
#[error("at byte {at}, {why}")]
pub struct EntryFault {
    /// How many bytes come before the place.
    pub at: usize,
    /// What is wrong there.
    pub why: FormFault,
}

/// What is wrong with the form of an entry.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormFault {
    /// It is longer than an entry may be.
    #[error("it goes on beyond 65,535 bytes")]
    TooLong,
    /// It is not UTF-8.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It is not JSON, or has spaces between its parts.
    #[error("it is not JSON without spaces")]
    Syntax,
    /// A key is not `snake_case`.
    #[error("a key is not of small letters, digits and underscores")]
    Key,
    /// A key comes twice in one object.
    #[error("a key comes twice")]
    Repeated,
    /// A key comes after a greater one.
    #[error("a key is not in order")]
    Unsorted,
    /// There is a null.
    #[error("there is a null")]
    Null,
    /// A number is not an integer, too large, or written in an unusual way.
    #[error("a number is not a plain integer within 2^53")]
    Integer,
    /// A string has an escape that it does not need.
    #[error("a string has an escape that it does not need, or a longer one")]
    Escape,
    /// It nests too deeply.
    #[error("it nests more than 16 deep")]
    TooDeep,
    /// It has no `v`.
    #[error("it ends without a version `v`")]
    NoVersion,
    /// Its `v` is not known.
    #[error("its version `v` is not known to this program")]
    Version,
}
