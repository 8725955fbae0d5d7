//! The words of a question, and the words of the phrases that each of them may be.

use super::super::tax_code;
use crate::kit::plain;

/// Longer words are never slips of anything.
const LONGEST: usize = 40;

/// A word of the phrases, by its place in the list.
pub(super) type WordId = u16;

/// Stands for every tax code.
const TAX_CODE: &str = "#code";
/// They carry nothing, so that `my annual leave` and `annual leave` are the same.
const FILLERS: [&str; 15] = [
    "a", "an", "the", "my", "ma", "our", "your", "yer", "please", "pls", "plz", "just", "really",
    "actually", "and",
];

/// A word of a question.
pub(super) struct Token {
    /// Which sentence it stands in.
    pub(super) sentence: u16,
    /// The words of the phrases that it may be.
    pub(super) may_be: Vec<WordId>,
}

/// The words of all phrases.
pub(super) struct Words {
    /// Whole words, sorted; the id is the place.
    whole: Vec<Entry>,
    /// Beginnings of words; ids follow those of the whole words.
    beginnings: Vec<Entry>,
    /// Words that are spelled right and mean nothing here, sorted.
    common: Vec<String>,
}

struct Entry {
    text: String,
    /// Which letters it has, for passing over quickly what is too different.
    letters: u32,
}

impl Entry {
    fn new(text: &str) -> Self {
        Entry { text: text.to_owned(), letters: letters(text) }
    }
}

impl Words {
    /// From the words of the phrases (a beginning ends with `*`) and the common ones.
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str>, common: &str) -> Self {
        let (mut whole, mut beginnings) = (Vec::new(), Vec::new());
        for word in words {
            match word.strip_suffix('*') {
                Some(beginning) => beginnings.push(beginning.to_owned()),
                None => whole.push(stem(word).to_owned()),
            }
        }
        let sorted = |mut words: Vec<String>| {
            words.sort_unstable();
            words.dedup();
            words
        };
        let entries = |words: Vec<String>| {
            sorted(words).iter().map(|word| Entry::new(word)).collect::<Vec<_>>()
        };
        let common = common.split_whitespace().map(|word| stem(word).to_owned()).collect();
        Words { whole: entries(whole), beginnings: entries(beginnings), common: sorted(common) }
    }

    /// Is it left out, of a question and of a phrase?
    pub(super) fn is_filler(word: &str) -> bool {
        FILLERS.contains(&word)
    }

    /// The id of a word of a phrase.
    pub(super) fn id(&self, word: &str) -> Option<WordId> {
        let place = match word.strip_suffix('*') {
            Some(beginning) => {
                let found = place(&self.beginnings, beginning)?;
                self.whole.len() + found
            }
            None => place(&self.whole, stem(word))?,
        };
        WordId::try_from(place).ok()
    }

    /// A word of the phrases, for showing it.
    pub(super) fn text(&self, id: WordId) -> &str {
        let place = usize::from(id);
        let beginnings = place.checked_sub(self.whole.len()).and_then(|it| self.beginnings.get(it));
        let found = self.whole.get(place).or(beginnings);
        found.map_or("", |entry| if entry.text == TAX_CODE { "(a tax code)" } else { &entry.text })
    }

    /// How many words the phrases have.
    pub(super) fn len(&self) -> usize {
        self.whole.len() + self.beginnings.len()
    }

    /// A question's words, fillers left out.
    pub(super) fn tokens(&self, question: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        for (word, sentence) in split(question) {
            if Words::is_filler(&word) {
                continue;
            }
            tokens.push(Token { sentence, may_be: self.may_be(&word) });
        }
        tokens
    }

    /// The words of the phrases that this one may be: itself, or what it is a slip of.
    fn may_be(&self, word: &str) -> Vec<WordId> {
        let mut found = Vec::new();
        let id = |place: usize| WordId::try_from(place).ok();
        if tax_code::is_code(word)
            && let Some(place) = place(&self.whole, TAX_CODE)
        {
            found.extend(id(place));
        }
        let stem = stem(word);
        if let Some(place) = place(&self.whole, stem) {
            found.extend(id(place));
        }
        for (place, entry) in starting(&self.beginnings, word.as_bytes().first()) {
            if word.starts_with(&entry.text) {
                found.extend(id(self.whole.len() + place));
            }
        }
        let known = !found.is_empty()
            || self.common.binary_search_by(|known| known.as_str().cmp(stem)).is_ok();
        if known || stem.len() < 4 || !stem.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return found;
        }
        let mask = letters(stem);
        // A slip keeps the first letter, or swaps it with the second.
        let firsts =
            &stem.as_bytes()[..if stem.as_bytes()[0] == stem.as_bytes()[1] { 1 } else { 2 }];
        for first in firsts {
            for (place, entry) in starting(&self.whole, Some(first)) {
                if may_be_slip(stem, mask, entry) && is_slip(stem, &entry.text) {
                    found.extend(id(place));
                }
            }
            for (place, entry) in starting(&self.beginnings, Some(first)) {
                if begins_with_slip(stem, &entry.text) {
                    found.extend(id(self.whole.len() + place));
                }
            }
        }
        found
    }
}

/// The words that begin with a letter, with their places in the sorted list.
fn starting<'e>(
    entries: &'e [Entry],
    first: Option<&u8>,
) -> impl Iterator<Item = (usize, &'e Entry)> + use<'e> {
    let first = first.copied().unwrap_or_default();
    let begins = |entry: &Entry| entry.text.as_bytes().first().copied().unwrap_or_default();
    let from = entries.partition_point(|entry| begins(entry) < first);
    let to = entries.partition_point(|entry| begins(entry) <= first);
    (from..to).zip(&entries[from..to])
}

fn place(entries: &[Entry], word: &str) -> Option<usize> {
    entries.binary_search_by(|entry| entry.text.as_str().cmp(word)).ok()
}

/// Words in lower case without accents and apostrophes, each with the number of its sentence.
fn split(question: &str) -> Vec<(String, u16)> {
    let mut words: Vec<(String, u16)> = Vec::with_capacity(question.len() / 5);
    let mut word = String::new();
    let mut sentence = 0_u16;
    // `a/l` and `n.i.` are one word.
    let mut joins = false;
    let mut letters = question.chars().peekable();
    while let Some(letter) = letters.next() {
        if matches!(letter, '\'' | '’' | '‘' | '`' | '´') {
            continue;
        }
        if letter.is_alphanumeric() {
            if letter.is_ascii() {
                word.push(letter.to_ascii_lowercase());
            } else {
                let mut buffer = [0; 4];
                word.push_str(&plain(letter.encode_utf8(&mut buffer)));
            }
            continue;
        }
        let ended = finish(&mut words, &mut word, sentence, joins);
        joins = ended && matches!(letter, '/' | '.' | '&');
        let ends = match letter {
            '?' | '!' | ';' => true,
            '.' => letters.peek().is_none_or(|next| next.is_whitespace()),
            _ => false,
        };
        if ends {
            sentence = sentence.saturating_add(1);
        }
    }
    finish(&mut words, &mut word, sentence, joins);
    words
}

/// Ends a word; answers whether it is a single letter, that the next may join.
fn finish(words: &mut Vec<(String, u16)>, word: &mut String, sentence: u16, joins: bool) -> bool {
    if word.is_empty() {
        return false;
    }
    let single = word.len() == 1 && !word.starts_with(|letter: char| letter.is_ascii_digit());
    match words.last_mut() {
        Some((last, _)) if joins && single => {
            last.push_str(word);
            word.clear();
        }
        _ => words.push((std::mem::take(word), sentence)),
    }
    single
}

/// Without the `s` of a plural.
fn stem(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() >= 3 && !stem.ends_with('s') => stem,
        _ => word,
    }
}

/// A bit for each letter that a word has.
fn letters(word: &str) -> u32 {
    let bits = word.bytes().filter(u8::is_ascii_lowercase);
    bits.fold(0, |bits, letter| bits | 1 << (letter - b'a'))
}

/// Slips that are allowed between words of these lengths.
fn slips(one: usize, other: usize) -> usize {
    match one.max(other) {
        0..=4 => 0,
        5..=8 => 1,
        _ if one.min(other) >= 8 => 2,
        _ => 1,
    }
}

/// How many letters only one of two words has.
fn differing(one: u32, other: u32) -> usize {
    usize::try_from((one ^ other).count_ones()).unwrap_or(usize::MAX)
}

/// A quick look before counting.
fn may_be_slip(word: &str, mask: u32, entry: &Entry) -> bool {
    let (one, other) = (word.len(), entry.text.len());
    let allowed = slips(one, other);
    other >= 4
        && allowed > 0
        && one.abs_diff(other) <= allowed
        && differing(mask, entry.letters) <= 2 * allowed
}

/// Is it the other word with a slip or two?
fn is_slip(word: &str, meant: &str) -> bool {
    same_start(word, meant) && distance(word, meant) <= slips(word.len(), meant.len())
}

/// Does it begin so, but for one slip?
fn begins_with_slip(word: &str, beginning: &str) -> bool {
    let length = beginning.len();
    if length < 5 || word.len() + 1 < length || !same_start(word, beginning) {
        return false;
    }
    let lengths = [length, length - 1, length + 1];
    lengths.iter().filter_map(|it| word.get(..*it)).any(|start| distance(start, beginning) <= 1)
}

/// People seldom slip on the first letter, unless they swap it with the second.
fn same_start(word: &str, meant: &str) -> bool {
    let (word, meant) = (word.as_bytes(), meant.as_bytes());
    word[0] == meant[0]
        || (word.len() > 1 && meant.len() > 1 && word[0] == meant[1] && word[1] == meant[0])
}

/// Letters added, lost, mistaken or swapped with a neighbour (optimal string alignment).
fn distance(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() >= LONGEST || other.len() >= LONGEST {
        return LONGEST;
    }
    let mut before = [0; LONGEST];
    let mut last = [0; LONGEST];
    let mut row = [0; LONGEST];
    for (column, cell) in last.iter_mut().enumerate() {
        *cell = column;
    }
    for (i, letter) in one.iter().enumerate() {
        row[0] = i + 1;
        for (j, meant) in other.iter().enumerate() {
            let mistaken = last[j] + usize::from(letter != meant);
            let mut least = mistaken.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == other[j - 1] && one[i - 1] == *meant {
                least = least.min(before[j - 1] + 1);
            }
            row[j + 1] = least;
        }
        before = last;
        last = row;
    }
    last[other.len()]
}
