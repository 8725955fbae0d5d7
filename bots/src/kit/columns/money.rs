//! Money as people write it: pounds and pence, never a float.

use rust_decimal::Decimal;

use super::is_gap;

/// Why it is no amount: completes "expected pounds and pence, as 123.45".
pub(super) type NoMoney = &'static str;

const NOT_MONEY: NoMoney = "; write 0 for nothing";
const NEGATIVE: NoMoney = ", not negative";
const TOO_FINE: NoMoney = ", with two decimals at most";
const COMMAS: NoMoney = "; commas only between thousands";
const TOO_LARGE: NoMoney = ", under a thousand million";

/// `£1,234.50`, `850`, `0`.
pub(super) fn from_text(text: &str) -> Result<Decimal, NoMoney> {
    let text = text.trim_matches(is_gap);
    let bare: String = text.chars().filter(|letter| !is_gap(*letter)).collect();
    if bare.starts_with('-') || bare.starts_with("£-") || bare.starts_with('(') {
        let digits = bare.chars().any(|letter| letter.is_ascii_digit());
        return Err(if digits { NEGATIVE } else { NOT_MONEY });
    }
    let bare = bare.strip_prefix('£').unwrap_or(&bare);
    let (pounds, pence) = bare.split_once('.').unwrap_or((bare, ""));
    let pounds = without_commas(pounds)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if pounds.is_empty() || pounds.len() > 12 || !digits(&pounds) || !digits(pence) {
        return Err(NOT_MONEY);
    }
    if pence.len() > 15 {
        return Err(TOO_FINE);
    }
    let amount: Decimal = format!("{pounds}.{pence}0").parse().map_err(|_| NOT_MONEY)?;
    from_number(amount)
}

/// A number cell; what a spreadsheet's own arithmetic leaves behind the pence is dropped.
pub(super) fn from_number(amount: Decimal) -> Result<Decimal, NoMoney> {
    if amount >= Decimal::from(1_000_000_000) {
        return Err(TOO_LARGE);
    }
    let mut pence = amount.round_dp(2);
    if (amount - pence).abs() > Decimal::new(1, 6) {
        return Err(TOO_FINE);
    }
    if pence.is_sign_negative() && !pence.is_zero() {
        return Err(NEGATIVE);
    }
    pence.set_sign_positive(true);
    pence.rescale(2);
    Ok(pence)
}

/// An amount that may be below nothing: `-12.40`, `£-12.40`, `-£12.40`, `12.40-`, `12.40 CR` or
/// `(12.40)` as accounts print them.
pub(super) fn balance_from_text(text: &str) -> Result<Decimal, NoMoney> {
    let gone = |letter: &char| !is_gap(*letter);
    let bare: String = text.chars().filter(gone).collect::<String>().replace('\u{2212}', "-");
    match without_minus(&bare) {
        Some(amount) => from_text(&amount).map(minus),
        None => from_text(&bare),
    }
}

/// A number cell that may be below nothing.
pub(super) fn balance_from_number(amount: Decimal) -> Result<Decimal, NoMoney> {
    let owed = from_number(amount.abs())?;
    Ok(if amount.is_sign_negative() { minus(owed) } else { owed })
}

/// What is left of a text that is marked as below nothing in one of the usual ways.
fn without_minus(bare: &str) -> Option<String> {
    if let Some(rest) = bare.strip_prefix('-') {
        return Some(rest.to_owned());
    }
    if let Some(rest) = bare.strip_prefix("£-") {
        return Some(rest.to_owned());
    }
    if let Some(inside) = bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return Some(inside.to_owned());
    }
    let end = bare.strip_suffix('-').or_else(|| bare.strip_suffix("CR"));
    end.or_else(|| bare.strip_suffix("cr")).map(str::to_owned)
}

/// Below nothing; nothing itself has no sign.
fn minus(amount: Decimal) -> Decimal {
    if amount.is_zero() { amount } else { -amount }
}

/// A comma that is not between thousands may be a foreign decimal point: never guessed.
fn without_commas(pounds: &str) -> Result<String, NoMoney> {
    let mut groups = pounds.split(',');
    let first = groups.next().unwrap_or_default();
    let mut joined = String::with_capacity(pounds.len());
    joined.push_str(first);
    let mut any = false;
    for group in groups {
        if group.len() != 3 {
            return Err(COMMAS);
        }
        any = true;
        joined.push_str(group);
    }
    if any && !(1..=3).contains(&first.len()) { Err(COMMAS) } else { Ok(joined) }
}
