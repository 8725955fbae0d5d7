//! Who settles what is referred to a person, and who is who.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::people::{Person, Role};
use crate::store::Store;

/// Everybody who may be given items, by name.
pub(super) async fn officers(store: &Store) -> Result<Vec<Person>> {
    let people = store.people().await?.into_iter();
    let may = people.filter(|account| account.disabled_at.is_none()).map(|account| account.person);
    Ok(may.filter(|person| person.roles.has(Role::Officer)).collect())
}

/// Officers who see the work of this bot.
pub(super) async fn who_see(store: &Store, bot: &str) -> Result<Vec<Person>> {
    Ok(officers(store).await?.into_iter().filter(|officer| officer.sees(bot)).collect())
}

/// How colleagues know those whom the log names, by the name that it has for them.
pub(super) async fn names(store: &Store) -> Result<BTreeMap<String, String>> {
    let people = store.people().await?.into_iter().map(|account| account.person);
    Ok(people.map(|person| (person.actor().id, person.name)).collect())
}
