//! Finds what a question is about, and says which words decided.
//!
//! No more is known than `topics.toml`: phrases that speak for a topic, phrases that reserve a
//! question for a person, and phrases that ask for more than a bot can answer. Whatever is
//! reserved wins over everything else. What comes out names our own phrases, never the words of
//! the person who asked.

mod phrases;
mod words;

use std::cmp::Reverse;
use std::sync::LazyLock;

pub(super) use phrases::Reserved;
use phrases::{Hit, Phrases, Says, Strength};

use super::topic::Topic;

/// What a topic must outweigh even where nothing speaks against it.
const DOUBT: u32 = 2;

impl Strength {
    fn weight(self) -> u32 {
        match self {
            Strength::Hint => 2,
            Strength::Likely => 4,
            Strength::General | Strength::Sure => 8,
        }
    }
}

/// The phrases, made ready once.
static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::from_toml(include_str!("topics.toml"), include_str!("common.txt"))
        .expect("a test reads the file of phrases")
});

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The likeliest topic.
    pub(super) topic: Topic,
    /// How sure, in hundredths.
    pub(super) confidence: u32,
    /// Our phrases that spoke for it.
    pub(super) evidence: Vec<String>,
    /// Another topic that is asked about as well.
    pub(super) also: Option<Topic>,
    /// Why it is reserved for a person, with our phrases that said so; each kind once.
    pub(super) reserved: Vec<(&'static Reserved, Vec<String>)>,
    /// Our phrases that ask for more than a bot can answer.
    pub(super) beyond: Vec<String>,
}

/// A topic with what speaks for it.
struct Score {
    topic: Topic,
    weight: u32,
    evidence: Vec<String>,
}

/// Finds what a question is about. The topic chosen on the form is a hint, and no more.
pub(super) fn find(question: &str, chosen: Option<Topic>) -> Found {
    let phrases = &*PHRASES;
    let tokens = phrases.words.tokens(question);
    let hits = phrases.hits(&tokens);
    let mut scores = scores(&hits, |hit| hit.says(&tokens, &phrases.words));
    if let Some(score) = scores.iter_mut().find(|score| Some(score.topic) == chosen) {
        score.weight += Strength::Hint.weight();
    }
    // Stable: of two that weigh the same the first of the form comes first.
    scores.sort_by_key(|score| Reverse(score.weight));
    let mut reserved: Vec<(&'static Reserved, Vec<String>)> = Vec::new();
    let mut beyond = Vec::new();
    for hit in &hits {
        match hit.phrase.says {
            Says::Reserved(index) => {
                let why = &phrases.reserved[index];
                let at = reserved.iter().position(|(known, _)| known.code == why.code);
                let at = at.unwrap_or_else(|| {
                    reserved.push((why, Vec::new()));
                    reserved.len() - 1
                });
                let said = &mut reserved[at].1;
                once(said, hit.says(&tokens, &phrases.words));
            }
            Says::Beyond => once(&mut beyond, hit.says(&tokens, &phrases.words)),
            Says::Topic(..) | Says::Nothing => {}
        }
    }
    let second = scores.get(1).map_or(0, |score| score.weight);
    let also = scores
        .get(1)
        .filter(|score| score.weight >= Strength::Sure.weight())
        .map(|score| score.topic);
    match scores.into_iter().next() {
        Some(best) => Found {
            topic: best.topic,
            confidence: 100 * best.weight / (best.weight + second + DOUBT),
            evidence: best.evidence,
            also,
            reserved,
            beyond,
        },
        None => Found {
            topic: Topic::Other,
            confidence: 0,
            evidence: Vec::new(),
            also: None,
            reserved,
            beyond,
        },
    }
}

/// What speaks for each topic; no word of the question counts twice for the same one.
fn scores(hits: &[Hit<'static>], says: impl Fn(&Hit<'static>) -> String) -> Vec<Score> {
    let mut scores = Vec::new();
    let strength = |hit: &Hit<'static>| match hit.phrase.says {
        Says::Topic(topic, strength) => Some((topic, strength)),
        Says::Reserved(_) | Says::Beyond | Says::Nothing => None,
    };
    for topic in Topic::ALL {
        let another_is_sure = hits
            .iter()
            .filter_map(strength)
            .any(|(of, strength)| of != topic && strength == Strength::Sure);
        let mut own: Vec<(&Hit<'static>, Strength)> = Vec::new();
        for hit in hits {
            match strength(hit) {
                Some((_, Strength::General)) if another_is_sure => {}
                Some((of, strength)) if of == topic => own.push((hit, strength)),
                _ => {}
            }
        }
        own.sort_by_key(|(hit, strength)| Reverse((*strength, hit.places.len())));
        let mut score = Score { topic, weight: 0, evidence: Vec::new() };
        let mut counted: Vec<u16> = Vec::new();
        for (hit, strength) in own {
            if hit.places.iter().any(|place| counted.contains(place)) {
                continue;
            }
            counted.extend(&hit.places);
            score.weight += strength.weight();
            once(&mut score.evidence, says(hit));
        }
        if score.weight > 0 {
            scores.push(score);
        }
    }
    scores
}

fn once(all: &mut Vec<String>, text: String) {
    if !all.contains(&text) {
        all.push(text);
    }
}

#[cfg(test)]
mod tests;
