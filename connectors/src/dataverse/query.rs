//! Queries, written out by hand: a space is `%20` and never `+`, which not every server takes for
//! a space.

use super::settings::Table;

/// Which rows of a table, which of their columns, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    select: Vec<String>,
    filter: Option<String>,
    order: Vec<String>,
}

impl Query {
    /// These columns; the key and the version always come with them.
    pub fn select<I: IntoIterator<Item: Into<String>>>(columns: I) -> Self {
        Self { select: columns.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Only rows for which this holds. It is the protocol's own language; texts in it are written
    /// with [`text`].
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = Some(filter.into());
        self
    }

    /// In the order of this column; further ones decide between equals.
    pub fn order(mut self, column: impl Into<String>) -> Self {
        self.order.push(column.into());
        self
    }

    /// The part of an address after the set's name.
    pub(super) fn written(&self, table: &Table) -> String {
        let mut parts = Vec::new();
        if !self.select.is_empty() {
            let key = (!self.select.contains(&table.key)).then_some(&table.key);
            let columns: Vec<&str> = self.select.iter().chain(key).map(String::as_str).collect();
            parts.push(format!("$select={}", encoded(&columns.join(","))));
        }
        if let Some(filter) = &self.filter {
            parts.push(format!("$filter={}", encoded(filter)));
        }
        if !self.order.is_empty() {
            parts.push(format!("$orderby={}", encoded(&self.order.join(","))));
        }
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// A text as it stands in a filter: quotation marks doubled, and the characters that Dataverse
/// takes for wildcards made to stand for themselves.
pub fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('\'');
    for c in value.chars() {
        match c {
            '\'' => out.push_str("''"),
            '%' | '_' | '[' => {
                out.push('[');
                out.push(c);
                out.push(']');
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// A value as it stands in a query or a form.
pub(super) fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            b'(' | b')' | b'\'' | b',' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_space_is_never_a_plus_and_nothing_in_a_value_ends_it() {
        let query = Query::select(["title"])
            .filter(format!("title eq {}", text("O'Brien & Sons + 50% #1_[a] é")))
            .order("createdon")
            .order("incidentid");
        assert_eq!(
            query.written(&Table::incidents()),
            "?$select=title,incidentid&$filter=title%20eq%20'O''Brien%20%26%20Sons%20%2B%2050\
             %5B%25%5D%20%231%5B_%5D%5B%5B%5Da%5D%20%C3%A9'&$orderby=createdon,incidentid"
        );
    }

    #[test]
    fn a_query_for_everything_is_nothing() {
        assert_eq!(Query::default().written(&Table::incidents()), "");
    }
}
