//! What an address or a form asks for: names with their values, a name more than once if need be.

use std::convert::Infallible;
use std::fmt::Write as _;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use jiff::civil::Date;

use crate::web::encoded;
use crate::web::parts::{self, Wrong};

/// Names with their values.
#[derive(Clone, Debug, Default)]
pub(in crate::web) struct Asked(pub(in crate::web) Vec<(String, String)>);

impl Asked {
    /// The first value of that name, without blanks around it; empty if there is none.
    pub(in crate::web) fn one(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(asked, _)| asked == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// Every value of that name that is not empty.
    pub(in crate::web) fn all(&self, name: &str) -> Vec<&str> {
        let values =
            self.0.iter().filter(|(asked, _)| asked == name).map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty()).collect()
    }

    /// The value of that name, if one was given.
    pub(in crate::web) fn given(&self, name: &str) -> Option<String> {
        Some(self.one(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// A value that is parsed; what is wrong with it is put to what is wrong.
    pub(in crate::web) fn parsed<T: std::str::FromStr>(
        &self,
        name: &str,
        wrong: &mut Vec<Wrong>,
    ) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.given(name)?;
        text.parse().map_err(|fault| wrong.push(Wrong::new(name, sentence(&fault)))).ok()
    }

    /// A day that was typed into three fields.
    pub(in crate::web) fn day(&self, name: &str, wrong: &mut Vec<Wrong>) -> Option<Date> {
        let part = |part: &str| self.one(&format!("{name}-{part}")).to_owned();
        let day = parts::date_typed(&part("day"), &part("month"), &part("year"));
        day.unwrap_or_else(|fault| {
            wrong.push(Wrong::new(format!("{name}-day"), fault));
            None
        })
    }

    /// What stands in the three fields of a day, to be shown in them again.
    pub(in crate::web) fn day_typed(&self, name: &str) -> String {
        let part = |part: &str| self.one(&format!("{name}-{part}")).to_owned();
        let typed = format!("{}/{}/{}", part("day"), part("month"), part("year"));
        if typed == "//" { String::new() } else { typed }
    }

    /// An address of ours with everything that was asked for, but for these names; then these.
    pub(in crate::web) fn href(
        &self,
        path: &str,
        without: &[&str],
        with: &[(&str, &str)],
    ) -> String {
        let mut href = path.to_owned();
        let kept = self
            .0
            .iter()
            .filter(|(name, value)| !value.trim().is_empty() && !without.contains(&name.as_str()));
        let kept = kept.map(|(name, value)| (name.as_str(), value.trim()));
        for (at, (name, value)) in kept.chain(with.iter().copied()).enumerate() {
            let sign = if at == 0 { '?' } else { '&' };
            write!(href, "{sign}{}={}", query(name), query(value))
                .expect("writing to a String cannot fail");
        }
        href
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let asked = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        Ok(Self(asked.map(|Query(asked)| asked).unwrap_or_default()))
    }
}

fn query(text: &str) -> String {
    encoded(text).replace('/', "%2F")
}

fn sentence(fault: &dyn std::fmt::Display) -> String {
    crate::web::layout::sentence(&fault.to_string())
}
