//! The phrases of `topics.toml`, and where they stand in a question.

use serde::Deserialize;

use super::words::{Token, WordId, Words};
use crate::hr_queries::topic::Topic;

/// How many words may stand between, where a phrase allows it.
const BETWEEN: usize = 4;

/// Why a question is reserved for a person.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::hr_queries) struct Reserved {
    /// kebab-case.
    pub(in crate::hr_queries) code: String,
    /// What it is filed under.
    pub(in crate::hr_queries) topic: Topic,
    /// For the officer.
    pub(in crate::hr_queries) why: String,
    /// The job log does not name the reason.
    pub(in crate::hr_queries) sensitive: bool,
}

/// What a phrase says of a question in which it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Topic(Topic, Strength),
    Reserved(usize),
    Beyond,
    Nothing,
}

/// How much a phrase says for its topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Never enough.
    Hint,
    /// Enough if nothing speaks against it.
    Likely,
    /// Enough by itself, and nothing beside another topic's sure phrase: "entitled to leave".
    General,
    /// Enough by itself; two topics that have it are two questions.
    Sure,
}

/// A phrase.
pub(super) struct Phrase {
    pub(super) says: Says,
    slots: Vec<Slot>,
}

/// One word of a phrase.
struct Slot {
    any: Vec<WordId>,
    /// Words may stand between it and the one before.
    apart: bool,
}

/// A phrase that stands in a question.
pub(super) struct Hit<'p> {
    pub(super) phrase: &'p Phrase,
    /// Which words of the question it is.
    pub(super) places: Vec<u16>,
}

impl Hit<'_> {
    /// The phrase as it stands here, in the words of the file: never in the person's.
    pub(super) fn says(&self, tokens: &[Token], words: &Words) -> String {
        let mut text = String::new();
        for (slot, place) in self.phrase.slots.iter().zip(&self.places) {
            let token = tokens.get(usize::from(*place));
            let id = token.and_then(|token| token.may_be.iter().find(|id| slot.any.contains(id)));
            if !text.is_empty() {
                text.push_str(if slot.apart { " .. " } else { " " });
            }
            text.push_str(id.map_or("", |id| words.text(*id)));
        }
        text
    }
}

/// Everything that the file says, ready for questions.
pub(super) struct Phrases {
    pub(super) words: Words,
    pub(super) reserved: Vec<Reserved>,
    phrases: Vec<Phrase>,
    /// By the id of a word, the phrases that begin with it.
    beginning: Vec<Vec<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    topic: Vec<OfTopic>,
    beyond: Listed,
    nothing: Listed,
    reserved: Vec<OfReserved>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfTopic {
    name: String,
    sure: Vec<String>,
    #[serde(default)]
    general: Vec<String>,
    likely: Vec<String>,
    hint: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    phrases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfReserved {
    code: String,
    topic: String,
    why: String,
    sensitive: bool,
    phrases: Vec<String>,
}

impl Phrases {
    /// Reads the file; a fault says which phrase or topic is wrong.
    pub(super) fn from_toml(text: &str, common: &str) -> Result<Phrases, String> {
        let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let named = |name: &str| Topic::named(name).ok_or_else(|| format!("no topic {name}"));
        let mut all: Vec<(String, Says)> = Vec::new();
        let mut reserved = Vec::new();
        for of in file.topic {
            let topic = named(&of.name)?;
            let lists = [
                (of.sure, Strength::Sure),
                (of.general, Strength::General),
                (of.likely, Strength::Likely),
                (of.hint, Strength::Hint),
            ];
            for (list, strength) in lists {
                all.extend(list.into_iter().map(|text| (text, Says::Topic(topic, strength))));
            }
        }
        for of in file.reserved {
            let index = reserved.len();
            all.extend(of.phrases.into_iter().map(|text| (text, Says::Reserved(index))));
            let topic = named(&of.topic)?;
            let (code, why, sensitive) = (of.code, of.why, of.sensitive);
            reserved.push(Reserved { code, topic, why, sensitive });
        }
        all.extend(file.beyond.phrases.into_iter().map(|text| (text, Says::Beyond)));
        all.extend(file.nothing.phrases.into_iter().map(|text| (text, Says::Nothing)));

        let slots = all.iter().flat_map(|(text, _)| text.split_whitespace());
        let words =
            Words::new(slots.filter(|slot| *slot != "..").flat_map(|slot| slot.split('|')), common);
        let mut beginning = vec![Vec::new(); words.len()];
        let mut phrases = Vec::with_capacity(all.len());
        for (text, says) in all {
            let slots = Slot::all(&text, &words)?;
            for id in slots.first().map_or(&[][..], |slot| slot.any.as_slice()) {
                beginning[usize::from(*id)].push(phrases.len());
            }
            phrases.push(Phrase { says, slots });
        }
        Ok(Phrases { words, reserved, phrases, beginning })
    }

    /// The phrases that stand in a question, without those that lie inside a longer one.
    pub(super) fn hits(&self, tokens: &[Token]) -> Vec<Hit<'_>> {
        let mut hits: Vec<Hit<'_>> = Vec::new();
        for (place, token) in tokens.iter().enumerate() {
            for id in &token.may_be {
                for phrase in &self.beginning[usize::from(*id)] {
                    let phrase = &self.phrases[*phrase];
                    let mut places = Vec::with_capacity(phrase.slots.len());
                    if phrase.stands(tokens, place, 0, &mut places) {
                        hits.push(Hit { phrase, places });
                    }
                }
            }
        }
        let inside = |hit: &Hit<'_>| {
            hits.iter().any(|other| {
                other.places.len() > hit.places.len()
                    && hit.places.iter().all(|place| other.places.contains(place))
            })
        };
        let keep: Vec<bool> = hits.iter().map(|hit| !inside(hit)).collect();
        let mut keep = keep.into_iter();
        hits.retain(|_| keep.next().unwrap_or(true));
        hits
    }
}

impl Phrase {
    /// Does it stand here from its `slot`th word on? Notes the places.
    fn stands(&self, tokens: &[Token], place: usize, slot: usize, places: &mut Vec<u16>) -> bool {
        let Some(token) = tokens.get(place) else { return false };
        let wanted = &self.slots[slot];
        if !token.may_be.iter().any(|id| wanted.any.contains(id)) {
            return false;
        }
        let Ok(noted) = u16::try_from(place) else { return false };
        places.push(noted);
        let Some(next) = self.slots.get(slot + 1) else { return true };
        let last = if next.apart { place + 1 + BETWEEN } else { place + 1 };
        for further in place + 1..=last {
            let same = tokens.get(further).is_some_and(|it| it.sentence == token.sentence);
            // A topic is spoken of in one sentence; what is reserved may be told in two.
            if (same || !matches!(self.says, Says::Topic(..)))
                && self.stands(tokens, further, slot + 1, places)
            {
                return true;
            }
        }
        places.pop();
        false
    }
}

impl Slot {
    fn all(text: &str, words: &Words) -> Result<Vec<Slot>, String> {
        let mut slots = Vec::new();
        let mut apart = false;
        for part in text.split_whitespace() {
            if part == ".." {
                apart = true;
                continue;
            }
            if part.split('|').all(Words::is_filler) {
                continue;
            }
            let mut any = Vec::new();
            for word in part.split('|').filter(|word| !Words::is_filler(word)) {
                any.push(words.id(word).ok_or_else(|| format!("{text}: no word {word}"))?);
            }
            slots.push(Slot { any, apart });
            apart = false;
        }
        if slots.is_empty() || apart { Err(format!("{text}: no phrase")) } else { Ok(slots) }
    }
}
