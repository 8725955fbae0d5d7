//! A case that follows an earlier one: taken in by itself, into a batch of its own. Of a correction
//! it is the earlier case with some of its fields changed: the same fields go the same way again,
//! through the template and the bot, as if a sheet had held them.

use std::collections::BTreeMap;
use std::sync::Arc;

use clerkwork_bots::kit::{Day, Need, Policy, Prepared, Registered, plain};
use clerkwork_connectors::spreadsheet::{Cell, Row};
use jiff::civil::Date;
use serde_json::Value;

use super::Intake;
use super::known::Known;
use super::same::{Verdict, judge};
use super::sheet::{Placed, parse};
use super::stock::{Stretch, payload_of};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::store::payload::{CasePayload, Origin};
use crate::store::rows;

/// A case that follows an earlier item.
pub struct Follower {
    /// The case.
    pub prepared: Prepared,
    /// What stands where a row has its sheet's name.
    pub sheet: String,
    /// The earlier item.
    pub earlier: ItemId,
    /// What that one follows itself, as far as it is no other case.
    pub chain: Vec<ItemId>,
    /// The address of the case's person.
    pub address: Option<String>,
    /// The record of a CRM that it was read from.
    pub origin: Option<Origin>,
    /// What a person is to look at.
    pub needs: Vec<Need>,
    /// What a person is to look at where it repeats yet another item; without it that is refused.
    pub repeats: Option<fn(ItemId) -> Need>,
}

impl Intake {
    /// Takes in one case that follows an earlier item, in the caller's transaction. That it follows
    /// is given; what else sameness says of it is kept for a person.
    pub async fn take_in_follower(&self, tx: &mut Tx, case: Follower) -> Result<ItemId> {
        let Follower { prepared, sheet, earlier, chain, address, origin, mut needs, repeats } =
            case;
        let keys = self.keys(&prepared);
        let mut known = Known::default();
        for candidate in self.candidates(tx, &[&keys]).await? {
            known.add(candidate);
        }
        let mut payload = CasePayload { address, origin, ..payload_of(prepared, &sheet)? };
        match judge(self.batch, &payload, &known.earlier(&keys, payload.strong.as_deref())) {
            Verdict::New => {}
            Verdict::Duplicate { of, .. } if of == earlier || chain.contains(&of) => {}
            Verdict::Duplicate { of, .. } | Verdict::ReferenceTwice { first: of } => {
                match repeats {
                    Some(need) => needs.push(need(of)),
                    None => {
                        return Err(Error::usage(
                            format!("with these fields it would repeat {}", known.name(of)),
                            format!("nothing was opened; look there first: clerkwork show {of}"),
                        ));
                    }
                }
            }
            Verdict::Follows { needs: mut more, .. } => {
                more.retain(|need| !needs.contains(need));
                needs.extend(more);
            }
        }
        payload.needs = needs;
        let (id, mut stretch) = (self.batch.item(1), Stretch::default());
        let sealed = self.seal(id, &payload)?;
        self.accept(&mut stretch, id, 1, Some(earlier), &keys, sealed);
        let Stretch { items, turned_away, entries } = stretch;
        rows::insert(tx, self.batch, items, turned_away, 1, entries).await?;
        Ok(id)
    }
}

/// The case of item `id` with these fields changed: header and what a cell would hold.
pub fn corrected(
    bot: &Registered,
    policy: &Policy,
    today: Date,
    id: ItemId,
    case: &CasePayload,
    set: &[(String, String)],
) -> Result<Prepared> {
    let mut cells = own(bot, policy, id, case)?;
    let columns = &bot.template().columns;
    let (mut faults, mut changed) = (Vec::new(), Vec::new());
    for (header, value) in set {
        match columns.iter().position(|column| plain(&column.header) == plain(header)) {
            None => faults.push(format!("the form has no column {header:?}")),
            Some(at) if changed.contains(&at) => {
                faults.push(format!("{header}: a column is changed once"));
            }
            Some(at) => {
                cells[at] = Cell::Text(value.clone());
                changed.push(at);
            }
        }
    }
    if !faults.is_empty() {
        let known: Vec<&str> = columns.iter().map(|column| column.header.as_str()).collect();
        faults.push(format!("its columns are: {}", known.join(", ")));
        return Err(Error::usage(format!("item {id} cannot be followed so"), faults.join("\n")));
    }
    let headers: Vec<&str> = columns.iter().map(|column| column.header.as_str()).collect();
    let binding = bot
        .template()
        .bind(&headers, &BTreeMap::new())
        .map_err(|absent| Error::failed(absent.to_string(), ""))?;
    let day = Day { today, epoch_1904: false };
    let placed = Placed { place: 1, row: Row { number: 1, cells } };
    parse(bot, policy, &binding, &day, &Arc::from(""), placed).what.map_err(|(faults, _)| {
        let lines = faults.iter().map(|fault| format!("{}: {}", fault.column, fault.expected));
        Error::usage(
            format!("with these fields item {id} would be rejected"),
            lines.collect::<Vec<_>>().join("\n"),
        )
    })
}

/// The cells that this case came from, in the order of the template. Checked: they make it again.
fn own(bot: &Registered, policy: &Policy, id: ItemId, case: &CasePayload) -> Result<Vec<Cell>> {
    let bytes = case.case.get().as_bytes();
    let fields = bot.fields(bytes).map_err(|fault| Error::failed(fault.to_string(), ""))?;
    let cells = bot.template().columns.iter().map(|column| match fields.0.get(&column.key) {
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(Value::Bool(yes)) => Cell::Bool(*yes),
        Some(Value::Number(number)) => Cell::Text(number.to_string()),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => Cell::Empty,
    });
    let cells = cells.collect();
    let again = bot.prepare(fields, policy).map(|prepared| prepared.case);
    if again.is_ok_and(|again| again == bytes) {
        return Ok(cells);
    }
    Err(Error::failed(
        format!("item {id} was taken in by another version of its bot, which cannot make it again"),
        "send the corrected application in a sheet: it is recognised and follows by itself",
    ))
}
