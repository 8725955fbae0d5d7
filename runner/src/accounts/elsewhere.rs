//! People who sign in at the council's identity provider: made when they first come with a role, and
//! given their roles anew each time, as they were given there.

use clerkwork_connectors::oidc::Identity;

use super::sessions::{self, How};
use super::{Person, Roles, Token};
use crate::error::Result;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::store::Store;
use crate::store::people::{self, sessions as kept};

/// Names of one login or one name that are tried before we give up: nobody has so many namesakes.
const NAMESAKES: u32 = 10_000;

/// What became of somebody whom the provider vouched for.
#[derive(Debug)]
pub enum Came {
    /// Signed in, with the token of the session.
    In(Token),
    /// None of their roles there is one of ours.
    NoRole,
    /// They may not sign in here any more.
    Disabled,
}

/// Signs in somebody whom the provider vouched for.
pub async fn sign_in(
    store: &Store,
    identity: &Identity,
    roles: Roles,
    browser: &str,
) -> Result<Came> {
    let page = Actor { id: "page".to_owned(), kind: "runner" };
    let mut tx = store.db.begin().await?;
    let known = people::of_subject(&mut tx, &identity.subject).await?;
    let account = match known {
        Some(id) => people::look(&mut tx, id).await?,
        None => None,
    };
    let refused = match &account {
        _ if roles.0.is_empty() => Some(Came::NoRole),
        Some(account) if account.disabled_at.is_some() => Some(Came::Disabled),
        _ => None,
    };
    if let Some(refused) = refused {
        let entry = Entry::new(Kind::SignInFailed, &page);
        let entry = match &account {
            Some(account) => entry.person(&account.person.login),
            None => entry,
        };
        if let (Some(account), Came::NoRole) = (&account, &refused) {
            // What they may do was taken from them there, and so it is here.
            kept::end(&mut tx, account.person.id, None).await?;
        }
        job_log::append(&mut tx, &[entry.reasons(vec!["entra".to_owned()])]).await?;
        tx.commit().await?;
        return Ok(refused);
    }
    let codes = || {
        let roles = roles.0.iter().map(|role| format!("role-{role}"));
        std::iter::once("entra".to_owned()).chain(roles).collect::<Vec<String>>()
    };
    let mut entries = Vec::new();
    let person = match account {
        Some(account) if account.person.roles == roles => account.person,
        Some(account) => {
            let person = Person { roles: roles.clone(), ..account.person };
            people::update(&mut tx, &person).await?;
            kept::end(&mut tx, person.id, None).await?;
            let entry = Entry::new(Kind::PersonChanged, &page).person(&person.login);
            entries.push(entry.reasons(codes()));
            person
        }
        None => {
            let (login, name) = untaken(&mut tx, identity).await?;
            let person = Person { id: 0, login, name, roles: roles.clone(), bots: None };
            let subject = Some(identity.subject.as_str());
            let id = people::insert(&mut tx, &person, None, false, subject).await?;
            let entry = Entry::new(Kind::PersonAdded, &page).person(&person.login);
            entries.push(entry.reasons(codes()));
            Person { id, ..person }
        }
    };
    job_log::append(&mut tx, &entries).await?;
    tx.commit().await?;
    sessions::begin_by(store, &person, browser, How::Entra).await.map(Came::In)
}

/// The provider vouched for nobody, or is not to be believed: that is in the log.
pub async fn note_refused(store: &Store) -> Result<()> {
    let page = Actor { id: "page".to_owned(), kind: "runner" };
    let entry = Entry::new(Kind::SignInFailed, &page).reasons(vec!["entra".to_owned()]);
    let mut tx = store.db.begin().await?;
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await
}

/// A login and a name that nobody has. Somebody of the same login who has a password here may be
/// somebody else: they are never made one.
async fn untaken(tx: &mut crate::db::Tx, identity: &Identity) -> Result<(String, String)> {
    let login = login(identity.username.as_deref().unwrap_or_default());
    let called = identity.name.as_deref().map(|name| super::manage::name(name).ok());
    let name = called.flatten().unwrap_or_else(|| login.clone());
    let (mut own_login, mut own_name) = (login.clone(), name.clone());
    for n in 2..NAMESAKES {
        let (login_taken, _) = people::taken(tx, &own_login, "", 0).await?;
        let (_, name_taken) = people::taken(tx, "", &own_name, 0).await?;
        if login_taken {
            own_login = format!("{login}{n}");
        }
        if name_taken {
            own_name = format!("{name} ({n})");
        }
        if !login_taken && !name_taken {
            break;
        }
    }
    Ok((own_login, own_name))
}

/// A login of ours, from what somebody signs in with there: what stands before the `@`.
fn login(username: &str) -> String {
    let before = username.split('@').next().unwrap_or_default().to_lowercase();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
    let login: String = before.chars().filter(|c| plain(*c)).take(30).collect();
    let login = login.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    if login.len() < 2 { "person".to_owned() } else { login.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_made_of_what_stands_before_the_at() {
        for (username, made) in [
            ("Ann.Bell@council.example", "ann.bell"),
            ("ann.bell_council.example#EXT#@x.example", "ann.bell_council.exampleext"),
            ("O'Neil@council.example", "oneil"),
            ("007.bond@council.example", "bond"),
            ("Ünal@council.example", "nal"),
            ("", "person"),
            ("@", "person"),
        ] {
            assert_eq!(login(username), made, "{username}");
            super::super::manage::login(made).unwrap();
        }
    }
}
