//! Numbers the words of an article's names, so that names are compared without their letters.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::text::clitic;
use crate::text::fold::push;

use super::form::{Forms, Says};

/// The words of the names of one article.
#[derive(Debug, Clone, Default)]
pub(super) struct Wording {
    numbers: FxHashMap<Rc<str>, u32>,
    words: Vec<Rc<str>>,
    folded: String,
}

/// The numbers of folded words without articles, prepositions and the Arabic clitics of a noun; sorted, each once.
/// They are few: no hash is as quick.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words(Vec<u32>);

impl Wording {
    /// Most articles have fewer.
    const MANY: usize = 100;

    /// The words of a name.
    pub(super) fn words(&mut self, name: &str, forms: &Forms) -> Words {
        let folded = self.fold(name);
        let words = folded.split(|c: char| !is_inner(c)).map(strip);
        let hollow = |word: &str| forms.is(Says::Hollow, word);
        let words = words.filter(|word| !word.is_empty() && !hollow(word));
        let mut all = Words(words.map(|word| self.number(word)).collect());
        all.settle();
        self.folded = folded;
        all
    }

    /// A name as if it were one word.
    pub(super) fn word(&mut self, name: &str) -> u32 {
        let folded = self.fold(name);
        let number = self.number(&folded);
        self.folded = folded;
        number
    }

    /// A word that has this number.
    pub(super) fn spelled(&self, number: u32) -> &str {
        &self.words[number as usize]
    }

    /// Takes the buffer: who is done with it gives it back.
    fn fold(&mut self, name: &str) -> String {
        let mut folded = std::mem::take(&mut self.folded);
        folded.clear();
        if name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() || byte == b' ')
        {
            folded.push_str(name);
            folded.make_ascii_lowercase();
        } else {
            name.chars().for_each(|c| push(c, &mut folded));
        }
        folded
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        if self.words.is_empty() {
            self.numbers.reserve(Self::MANY);
            self.words.reserve(Self::MANY);
        }
        let number = self.words.len() as u32;
        let word: Rc<str> = word.into();
        self.numbers.insert(Rc::clone(&word), number);
        self.words.push(word);
        number
    }
}

impl Words {
    /// How many they are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + Clone {
        self.0.iter().copied()
    }

    /// Those that `keep` accepts.
    pub(super) fn only(&self, keep: impl Fn(u32) -> bool) -> Self {
        Self(self.iter().filter(|&word| keep(word)).collect())
    }

    /// Adds others.
    pub(super) fn extend(&mut self, others: &Self) {
        self.0.extend(&others.0);
        self.settle();
    }

    pub(super) fn has(&self, word: u32) -> bool {
        self.0.binary_search(&word).is_ok()
    }

    pub(super) fn is_subset(&self, other: &Self) -> bool {
        self.len() <= other.len() && self.iter().all(|word| other.has(word))
    }

    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        !self.iter().any(|word| other.has(word))
    }

    fn settle(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
    }
}

/// Whether a folded character is a letter or a digit; those of both scripts are known without a search.
fn is_inner(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '\u{621}'..='\u{63A}' | '\u{641}'..='\u{64A}')
        || c.is_alphanumeric()
}

fn strip(word: &str) -> &str {
    if word.starts_with(|c: char| c.is_ascii()) {
        return word;
    }
    let long = |rest: &&str| rest.chars().count() >= 3;
    for prefix in [
        clitic::AND_THE,
        clitic::IN_THE,
        clitic::SO_THE,
        clitic::TO_THE,
        clitic::THE,
    ] {
        if let Some(rest) = word.strip_prefix(prefix).filter(long) {
            return rest;
        }
    }
    match word.strip_prefix([clitic::IN, clitic::TO]) {
        Some(rest) if rest.chars().count() >= 4 => rest,
        _ => word,
    }
}
