//! Tax codes, explained letter by letter. Only HMRC changes one.

use rust_decimal::Decimal;

use super::Reply;
use crate::hr_queries::tax_code;
use crate::hr_queries::words::{day, pounds};

/// Reads `20%: 2827`, the amounts rising; none if a line cannot be read or is out of order.
pub(in crate::hr_queries) fn bands<'s>(
    lines: impl Iterator<Item = &'s str>,
) -> Option<Vec<(&'s str, Decimal)>> {
    let mut bands: Vec<(&str, Decimal)> = Vec::new();
    for line in lines {
        let (rate, from) = line.split_once(':')?;
        let percent: Decimal = rate.strip_suffix('%')?.trim().parse().ok()?;
        let from: Decimal = from.trim().parse().ok()?;
        let rises = bands.last().is_none_or(|(_, last)| *last < from);
        if percent.is_sign_negative() || !rises {
            return None;
        }
        bands.push((rate, from));
    }
    (!bands.is_empty()).then_some(bands)
}

pub(in crate::hr_queries) fn answer(reply: &mut Reply<'_>) {
    let Some(code) = reply.record("Tax code", reply.employee.tax_code.as_deref()) else { return };
    let Some(letters) = reply.in_force("tax_code_letters") else { return };
    let mut codes = vec![tax_code::tidy(code)];
    for asked in tax_code::in_text(&reply.case.question) {
        if !codes.iter().any(|known| tax_code::same(known, &asked)) {
            codes.push(asked);
        }
    }
    for (place, code) in codes.iter().enumerate() {
        let Some(meaning) = tax_code::explain(code) else {
            let why = "The record holds a tax code of a form that is not known: payroll looks at \
                       it.";
            reply.need("record-odd", why);
            return;
        };
        let whose = if place == 0 { "Your tax code on the record is" } else { "You also name" };
        reply.say("tax-code", format!("{whose} {code}. {meaning}"), &letters);
    }
    let Some((allowance, on_allowance)) = reply.number("personal_allowance") else { return };
    let text = format!("The personal allowance is {} a year.", pounds(allowance));
    reply.say("personal-allowance", text, &on_allowance);
    if codes[0].starts_with('S') {
        scottish(reply);
    }
    let Some((route, rule)) = reply.text("tax_code_route") else { return };
    reply.say("tax-code-route", route, &rule);
}

fn scottish(reply: &mut Reply<'_>) {
    let Some(rule) = reply.in_force("tax_bands") else { return };
    let Some(bands) = bands(rule.list().iter().map(String::as_str)) else { return };
    let told: Vec<String> = bands
        .iter()
        .map(|(rate, from)| {
            if from.is_zero() {
                format!("{rate} from the first pound")
            } else {
                format!("{rate} above {}", pounds(*from))
            }
        })
        .collect();
    let text = format!(
        "Scottish Income Tax from {} on pay above the allowance is {}.",
        day(rule.from),
        told.join(", ")
    );
    reply.say("tax-bands", text, &rule);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_rise() {
        assert!(bands(["19%: 0", "20%: 2827"].into_iter()).is_some());
        for wrong in [&["19%: 10", "20%: 5"][..], &["19: 0"], &["19% 0"], &[]] {
            assert!(bands(wrong.iter().copied()).is_none(), "{wrong:?}");
        }
    }
}
