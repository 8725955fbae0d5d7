//! How many may watch: few for each person, some hundreds in all.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;

use crate::web::Fault;

/// Streams of one person.
pub(super) const EACH: usize = 5;
/// Streams of all together.
pub(super) const ALL: usize = 500;

/// Who watches, and how often.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Mutex<BTreeMap<String, usize>>>);

/// A place that was taken; free again when dropped.
pub(super) struct Place {
    places: Places,
    login: String,
}

impl Places {
    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// Takes one for this person, if there is one left for them.
    pub(super) fn take(&self, login: &str) -> Result<Place, Fault> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |what: &str, advice: &str| {
            Fault::new(StatusCode::SERVICE_UNAVAILABLE, what, format!("{advice}, or use Refresh"))
        };
        if taken.values().sum::<usize>() >= ALL {
            return Err(full("too many people watch the log just now", "try again in a while"));
        }
        let own = taken.entry(login.to_owned()).or_default();
        if *own >= EACH {
            return Err(full("you watch the log in too many windows", "close one of them"));
        }
        *own += 1;
        Ok(Place { places: self.clone(), login: login.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.login) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.remove(&self.login);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_few_places_and_all_together_some_hundreds() {
        let places = Places::default();
        let mut own: Vec<Place> = (0..EACH).map(|_| places.take("ann.bell").unwrap()).collect();
        let full = places.take("ann.bell").err().unwrap();
        assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(full.advice.contains("close one"), "{}", full.advice);
        own.pop();
        own.push(places.take("ann.bell").unwrap());
        for n in 0..ALL - EACH {
            own.push(places.take(&format!("colleague-{}", n / EACH)).unwrap());
        }
        assert_eq!(places.taken(), ALL);
        assert!(places.take("one.more").err().unwrap().what.contains("too many people"));
        drop(own);
        assert_eq!(places.taken(), 0);
    }
}
