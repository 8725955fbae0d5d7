//! Identifiers by their published form. Form only: whether one was ever issued is for others.

use crate::kit::columns::is_gap;

/// A National Insurance number without spaces, in capitals; the last letter may be absent.
pub fn nino(text: &str) -> Option<String> {
    let nino = capitals(text);
    let bytes = nino.as_bytes();
    let (prefix, rest) = bytes.split_at_checked(2)?;
    let (digits, suffix) = rest.split_at_checked(6)?;
    let first = matches!(prefix[0], b'A'..=b'C' | b'E' | b'G' | b'H' | b'J'..=b'P' | b'R'..=b'T' | b'W'..=b'Z');
    let second = matches!(prefix[1], b'A'..=b'C' | b'E' | b'G' | b'H' | b'J'..=b'N' | b'P' | b'R'..=b'T' | b'W'..=b'Z');
    let never = matches!(prefix, b"BG" | b"GB" | b"KN" | b"NK" | b"NT" | b"TN" | b"ZZ");
    let suffixed = matches!(suffix, [] | [b'A'..=b'D']);
    (first && second && !never && digits.iter().all(u8::is_ascii_digit) && suffixed).then_some(nino)
}

/// A postcode in capitals with one space.
pub fn postcode(text: &str) -> Option<String> {
    let mut postcode = capitals(text);
    if !postcode.is_ascii() || !(5..=7).contains(&postcode.len()) {
        return None;
    }
    let inward = postcode.len() - 3;
    let bytes = postcode.as_bytes();
    let inward_fits = match &bytes[inward..] {
        [digit, one, other] => digit.is_ascii_digit() && unit(*one) && unit(*other),
        _ => false,
    };
    let fits = inward_fits && outward(&bytes[..inward]) || bytes == b"GIR0AA";
    fits.then(|| {
        postcode.insert(inward, ' ');
        postcode
    })
}

/// The part before the space: an area's one or two letters, then its district.
fn outward(bytes: &[u8]) -> bool {
    let area = |byte: u8| matches!(byte, b'A'..=b'P' | b'R'..=b'U' | b'W' | b'Y' | b'Z');
    let second = |byte: u8| matches!(byte, b'A'..=b'H' | b'K'..=b'Y');
    let single = |byte: u8| matches!(byte, b'A'..=b'H' | b'J' | b'K' | b'P' | b'S'..=b'U' | b'W');
    let double = |byte: u8| {
        matches!(byte, b'A' | b'B' | b'E' | b'H' | b'M' | b'N' | b'P' | b'R' | b'V'..=b'Y')
    };
    match bytes {
        [one, district] => area(*one) && district.is_ascii_digit(),
        [one, two, three] if two.is_ascii_digit() => {
            area(*one) && (three.is_ascii_digit() || single(*three))
        }
        [one, two, three] => area(*one) && second(*two) && three.is_ascii_digit(),
        [one, two, three, four] => {
            let district = three.is_ascii_digit() && (four.is_ascii_digit() || double(*four));
            area(*one) && second(*two) && district
        }
        _ => false,
    }
}

/// Letters of the part after the space: none that is taken for another.
fn unit(byte: u8) -> bool {
    matches!(byte, b'A' | b'B' | b'D'..=b'H' | b'J' | b'L' | b'N' | b'P'..=b'U' | b'W'..=b'Z')
}

fn capitals(text: &str) -> String {
    let kept = text.chars().filter(|letter| !is_gap(*letter));
    kept.map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::{nino, postcode};

    #[test]
    fn a_nino_follows_the_published_form() {
        for good in ["AB123456C", "ab 12 34 56 c", "AB\u{a0}123456\u{a0}D", "AB123456"] {
            assert!(nino(good).is_some(), "{good}");
        }
        let bad = [
            "",
            "A",
            "AB12345C",
            "AB1234567",
            "AB123456E",
            "DA123456C",
            "AD123456C",
            "AO123456C",
            "QQ123456C",
            "BG123456A",
            "ZZ123456A",
            "AB12345ÉC",
            "99A99999",
            "AB123456CC",
            "é",
        ];
        for bad in bad {
            assert!(nino(bad).is_none(), "{bad}");
        }
        assert_eq!(nino(" jb 123 456 a ").as_deref(), Some("JB123456A"));
    }

    #[test]
    fn a_postcode_follows_the_published_form() {
        let good = [
            ("m11ae", "M1 1AE"),
            ("M60 1NW", "M60 1NW"),
            ("CR2 6XH", "CR2 6XH"),
            ("dn55 1pt", "DN55 1PT"),
            ("W1A 1HQ", "W1A 1HQ"),
            ("EC1A\u{a0}1BB", "EC1A 1BB"),
            ("gir0aa", "GIR 0AA"),
        ];
        for (text, stored) in good {
            assert_eq!(postcode(text).as_deref(), Some(stored), "{text}");
        }
        for bad in ["", "ML1", "Q11 1AA", "ML1 1CV", "ML1 11A", "AJ1 1AA", "M1 1AEE", "ÉL1 1AA"] {
            assert!(postcode(bad).is_none(), "{bad}");
        }
    }
}
