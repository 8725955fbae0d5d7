//! Sheets as text, each row like the example of the bot's template but for what a test says.

/// A row: columns that differ from the example, by header.
pub(in crate::web) type Row<'a> = &'a [(&'a str, &'a str)];

/// A row of rent accounts that the bot decides.
pub(in crate::web) const RENT_DECIDED: Row<'static> = &[];
/// A row of rent accounts that a person must settle.
pub(in crate::web) const RENT_REFERRED: Row<'static> = &[("Dispute", "yes")];
/// A row of rent accounts that is wrong.
pub(in crate::web) const RENT_WRONG: Row<'static> = &[("Balance", "some")];

/// A sheet of this bot. Each row has a reference of its own, `T-1` and so on.
pub(in crate::web) fn sheet(bot: &str, rows: &[Row<'_>]) -> String {
    let columns = &clerkwork_bots::find(bot).unwrap().template().columns;
    let headers: Vec<String> = columns.iter().map(|column| quoted(&column.header)).collect();
    let mut text = headers.join(",") + "\r\n";
    for (n, row) in rows.iter().enumerate() {
        let reference = format!("T-{}", n + 1);
        let cells = columns.iter().map(|column| {
            let given = row.iter().find(|(header, _)| *header == column.header);
            match given {
                Some((_, value)) => quoted(value),
                None if column.header == "Reference" => reference.clone(),
                None => quoted(&column.example),
            }
        });
        text += &(cells.collect::<Vec<_>>().join(",") + "\r\n");
    }
    text
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}
