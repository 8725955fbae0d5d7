//! Tax codes: what is one, and what its letters mean.

use super::words::whole_pounds;

/// Is this word, in lower case, a tax code?
pub(super) fn is_code(word: &str) -> bool {
    let bare = word.strip_prefix(['s', 'c']).unwrap_or(word);
    let fixed = ["br", "d0", "d1", "0t", "nt", "sbr", "sd0", "sd1", "sd2", "sd3", "s0t"];
    if fixed.contains(&word) {
        return true;
    }
    let digits = |text: &str, least: usize| {
        (least..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if let Some(amount) = bare.strip_prefix('k') {
        return digits(amount, 2);
    }
    let ending = |letter: char| bare.strip_suffix(letter).is_some_and(|amount| digits(amount, 2));
    ['l', 'm', 'n', 't'].into_iter().any(ending) || bare == "1257"
}

/// A tax code as it is printed: capitals, one space before `W1`, `M1` or `X`.
pub(super) fn tidy(code: &str) -> String {
    let bare: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = bare.to_ascii_uppercase();
    let (base, emergency) = parts(&bare);
    if emergency.is_empty() { base.to_owned() } else { format!("{base} {emergency}") }
}

/// The same code, but for the mark of an emergency.
pub(super) fn same(one: &str, other: &str) -> bool {
    let base = |code: &str| code.split(' ').next().unwrap_or_default().to_owned();
    base(one) == base(other)
}

/// Tax codes that a text names, at most three.
pub(super) fn in_text(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut codes: Vec<String> = Vec::new();
    for word in words {
        let lower = word.to_ascii_lowercase();
        let code = tidy(word);
        if is_code(&lower) && explain(&code).is_some() && !codes.contains(&code) && codes.len() < 3
        {
            codes.push(code);
        }
    }
    codes
}

/// A code without and with the mark of an emergency.
fn parts(code: &str) -> (&str, &str) {
    let marks = ["W1M1", "W1", "M1", "X"];
    let found = marks.iter().find_map(|mark| code.strip_suffix(mark).map(|base| (base, *mark)));
    found.filter(|(base, _)| !base.is_empty()).unwrap_or((code, ""))
}

/// What a tidy code means; none if it has no known form.
pub(super) fn explain(code: &str) -> Option<String> {
    let (base, emergency) = code.split_once(' ').unwrap_or((code, ""));
    let (country, rest) = match base.strip_prefix(['S', 'C']) {
        Some(rest) if base.starts_with('S') => {
            ("S means that you pay Income Tax at the Scottish rates. ", rest)
        }
        Some(rest) => ("C means that you pay Income Tax at the Welsh rates. ", rest),
        None => ("Without S or C in front, tax is at the rates for England. ", base),
    };
    let meaning = match rest {
        "BR" => "BR taxes all pay from this job at the basic rate, as is usual for a second job \
                 or pension."
            .to_owned(),
        "D0" | "D1" | "D2" | "D3" => format!(
            "{rest} taxes all pay from this job at one higher rate, as is usual for a second job \
             or pension."
        ),
        "0T" => "0T gives no personal allowance: it is used up, or HMRC lacks the details of the \
                 new job."
            .to_owned(),
        "NT" => "NT takes no tax from this pay.".to_owned(),
        _ => amount(rest)?,
    };
    let emergency = if emergency.is_empty() {
        ""
    } else {
        " W1, M1 or X is an emergency code: each payday is taxed by itself, without the earlier \
         ones of the year."
    };
    Some(format!("{country}{meaning}{emergency}"))
}

/// `1257L` and `K475`: a number and a letter.
fn amount(code: &str) -> Option<String> {
    let number = |digits: &str| -> Option<u32> {
        let sound = (1..=4).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
        sound.then(|| digits.parse().ok()).flatten()
    };
    if let Some(digits) = code.strip_prefix('K') {
        let owed = whole_pounds(number(digits)? * 10);
        return Some(format!(
            "K means that untaxed income or tax owed is more than the allowance: about {owed} is \
             added to taxable pay."
        ));
    }
    let (letter, why) = [
        ('L', "the standard personal allowance"),
        ('M', "an allowance with the part that a spouse or partner has passed on"),
        ('N', "an allowance of which a part has been passed to a spouse or partner"),
        ('T', "an allowance that HMRC works out with other matters"),
    ]
    .into_iter()
    .find(|(letter, _)| code.ends_with(*letter))?;
    let free = whole_pounds(number(code.strip_suffix(letter)?)? * 10);
    Some(format!("The number and {letter} stand for {why}: about {free} a year is free of tax."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_by_its_form() {
        for code in [
            "s1257l", "1257l", "br", "sbr", "sd0", "d1", "k475", "sk100", "0t", "nt", "1250m",
            "c1257l",
        ] {
            assert!(is_code(code), "{code}");
            assert!(explain(&tidy(code)).is_some(), "{code}");
        }
        for word in ["leave", "k", "kt", "12", "2026", "5l", "l", "t", "m1", "s", "sl", "12345l"] {
            assert!(!is_code(word), "{word}");
        }
    }

    #[test]
    fn an_emergency_code_is_the_same_code_with_a_mark() {
        assert_eq!(tidy("s1257l m1"), "S1257L M1");
        assert_eq!(tidy("1257LX"), "1257L X");
        assert!(same("S1257L M1", "S1257L"));
        assert!(explain("S1257L M1").is_some_and(|it| it.contains("emergency")));
        assert!(explain("S1257L").is_some_and(|it| it.contains("£12,570")));
        assert_eq!(in_text("I have 1257L and BR, why? 1257l again"), ["1257L", "BR"]);
    }
}
