//! Turns a text into the words, stems and concepts that search compares, tokenised once for every field.
//!
//! The chain of a word is that of its script, so that a French name inside an Arabic article is found
//! like any other. Positions count words, stop words included and elided ones (l', d') not, so that a
//! phrase means the same in a text and in a query.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::vocabulary::Vocabulary;
use crate::text::token::{Shape, Token, split_into};

/// The longest word, in folded bytes, that is indexed; what is longer is an address or an accident.
const LONGEST: usize = 96;

/// Words that are kept in mind from text to text before all are forgotten.
const KNOWN: usize = 1 << 16;

/// Letters of the fragments that stand for a word's root: the beginning of a French word, every run
/// of an Arabic stem.
const FRENCH_FRAGMENT: usize = 5;
const ARABIC_FRAGMENT: usize = 4;

/// One word of a text. Its position is its place in [`Analysis::words`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// First byte in the source.
    pub(super) start: u32,
    /// Byte after the last in the source.
    pub(super) end: u32,
    /// Position among the forms of the analysis that found it.
    pub(super) form: u32,
    /// Whether it says too little to be asked for.
    pub(super) stop: bool,
    /// Whether it is written in Arabic letters.
    pub(super) arabic: bool,
}

/// A concept or entity that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Concept {
    /// Position in the vocabulary.
    pub(super) id: u32,
    /// First word.
    pub(super) first: u32,
    /// Word after the last.
    pub(super) end: u32,
}

/// A text's words and concepts; its buffers are kept from one text to the next.
#[derive(Debug, Default)]
pub(super) struct Analysis {
    source: String,
    folded: String,
    tokens: Vec<Token>,
    /// Words met before: most of a text is.
    forms: Vec<Form>,
    /// The positions of the Latin and of the Arabic ones.
    known: [FxHashMap<Box<str>, u32>; 2],
    /// Whether they are kept in mind however many they are.
    keeps: bool,
    /// The lists that know them.
    made_by: String,
    /// The words in order.
    pub(super) words: Vec<Word>,
    /// The concepts by first word, the shorter first.
    pub(super) concepts: Vec<Concept>,
}

/// What a vocabulary knows of a word, in whatever case and with whatever marks it is written.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) folded: Box<str>,
    pub(super) stem: Box<str>,
    keys: Box<[u32]>,
    stop: bool,
    arabic: bool,
}

impl Analysis {
    /// Analyses one text.
    pub(super) fn new(source: &str, vocabulary: &Vocabulary) -> Self {
        let mut analysis = Self::default();
        analysis.read(source, vocabulary);
        analysis
    }

    /// An analysis whose forms keep their positions from text to text.
    pub(super) fn keeping() -> Self {
        Self {
            keeps: true,
            ..Self::default()
        }
    }

    /// Analyses a text into the same buffers.
    pub(super) fn read(&mut self, source: &str, vocabulary: &Vocabulary) {
        self.split(source, vocabulary);
        let mut concepts = std::mem::take(&mut self.concepts);
        concepts.clear();
        vocabulary.find(self, &mut concepts);
        self.concepts = concepts;
    }

    /// Words and stems alone.
    pub(super) fn split(&mut self, source: &str, vocabulary: &Vocabulary) {
        self.source.clear();
        self.source.push_str(source);
        self.folded.clear();
        self.tokens.clear();
        self.words.clear();
        self.concepts.clear();
        split_into(source, &mut self.folded, &mut self.tokens);
        let full = self.forms.len() > KNOWN && !self.keeps;
        if full || self.made_by != vocabulary.digest() {
            self.known.iter_mut().for_each(FxHashMap::clear);
            self.forms.clear();
            vocabulary.digest().clone_into(&mut self.made_by);
        }
        let mut next = 0;
        while let Some(&token) = self.tokens.get(next) {
            next += 1;
            if token.shape.has(Shape::PUNCT) || token.shape.has(Shape::ELIDED) {
                continue;
            }
            let (token, parts) = self.whole_number(next - 1, token);
            next += parts;
            let folded = &self.folded[token.fold_start as usize..token.fold_end as usize];
            if folded.is_empty() || folded.len() > LONGEST {
                continue;
            }
            let arabic = token.shape.has(Shape::ARABIC);
            let known = &mut self.known[usize::from(arabic)];
            let form = known.get(folded).copied().unwrap_or_else(|| {
                let form = self.forms.len() as u32;
                known.insert(folded.into(), form);
                self.forms.push(Form::new(folded, arabic, vocabulary));
                form
            });
            self.words.push(Word {
                start: token.start,
                end: token.end,
                form,
                stop: self.forms[form as usize].stop,
                arabic,
            });
        }
    }

    /// A number with the groups of three digits that follow it, and how many tokens they are: "1.860" and
    /// "1860" are one number.
    fn whole_number(&mut self, at: usize, token: Token) -> (Token, usize) {
        let digits = |token: &Token| token.shape.has(Shape::DIGITS);
        let length = |token: &Token| token.fold_end - token.fold_start;
        let mut whole = token;
        let mut parts = 0;
        while digits(&token) && length(&token) <= 3 {
            let [mark, group, ..] = &self.tokens[at + 1 + parts..] else {
                break;
            };
            let gap = self.source.get(whole.end as usize..group.start as usize);
            let joins = gap.is_some_and(|gap| matches!(gap, "." | ","));
            if !joins || !mark.shape.has(Shape::PUNCT) || !digits(group) || length(group) != 3 {
                break;
            }
            whole.end = group.end;
            parts += 2;
        }
        if parts > 0 {
            let from = self.folded.len();
            for part in (0..=parts).step_by(2) {
                let part = self.tokens[at + part];
                self.folded
                    .extend_from_within(part.fold_start as usize..part.fold_end as usize);
            }
            whole.fold_start = from as u32;
            whole.fold_end = self.folded.len() as u32;
        }
        (whole, parts)
    }

    /// Every form met, by position.
    pub(super) fn forms(&self) -> &[Form] {
        &self.forms
    }

    /// The form of a word.
    pub(super) fn form(&self, word: &Word) -> &Form {
        &self.forms[word.form as usize]
    }

    /// The folded form of a word.
    pub(super) fn folded(&self, word: &Word) -> &str {
        &self.form(word).folded
    }

    /// The stem of a word.
    pub(super) fn stem(&self, word: &Word) -> &str {
        &self.form(word).stem
    }

    /// What a word may be compared as.
    pub(super) fn keys(&self, word: &Word) -> &[u32] {
        &self.form(word).keys
    }

    /// The words that are asked for, with their positions.
    pub(super) fn asked(&self) -> impl Iterator<Item = (usize, &Word)> {
        self.words.iter().enumerate().filter(|(_, word)| !word.stop)
    }
}

impl Form {
    fn new(folded: &str, arabic: bool, vocabulary: &Vocabulary) -> Self {
        let (mut stem, mut keys) = (String::new(), Vec::new());
        vocabulary.push_stem(folded, arabic, &mut stem);
        vocabulary.keys(folded, &stem, arabic, &mut keys);
        Self {
            folded: folded.into(),
            stem: stem.into(),
            keys: keys.into(),
            stop: vocabulary.is_stop(folded),
            arabic,
        }
    }

    /// Whether a word is too short for a fragment: the whole of it, in French, or its stem, in Arabic, is
    /// its only one.
    pub(super) fn is_short(&self) -> bool {
        let (whole, letters) = if self.arabic {
            (&self.stem, ARABIC_FRAGMENT)
        } else {
            (&self.folded, FRENCH_FRAGMENT)
        };
        head(whole, letters).len() == whole.len()
    }

    /// The fragments that stand for a word's root.
    pub(super) fn fragments(&self) -> Vec<&str> {
        if !self.arabic {
            return vec![head(&self.folded, FRENCH_FRAGMENT)];
        }
        let mut found = Vec::new();
        let mut rest = &*self.stem;
        loop {
            let fragment = head(rest, ARABIC_FRAGMENT);
            found.push(fragment);
            if fragment.len() == rest.len() {
                return found;
            }
            let first = rest.chars().next().map_or(0, char::len_utf8);
            rest = &rest[first..];
            if head(rest, ARABIC_FRAGMENT).chars().count() < ARABIC_FRAGMENT {
                return found;
            }
        }
    }
}

/// The first letters of a word.
fn head(word: &str, letters: usize) -> &str {
    word.char_indices()
        .nth(letters)
        .map_or(word, |(byte, _)| &word[..byte])
}

/// How many texts a thread remembers: the title and the body of an article.
const REMEMBERED: usize = 2;

thread_local! {
    /// The texts analysed last, the newest at the end: each field of an article asks for the same ones.
    static LAST: RefCell<Vec<Analysis>> = const { RefCell::new(Vec::new()) };
}

/// The analysis of a text, made now or a moment ago for another field; give it back with [`remember`].
pub(super) fn recall(source: &str, vocabulary: &Vocabulary) -> Analysis {
    LAST.with_borrow_mut(|last| {
        let same =
            |known: &Analysis| known.source == source && known.made_by == vocabulary.digest();
        if let Some(at) = last.iter().position(same) {
            return last.remove(at);
        }
        let mut oldest = if last.len() < REMEMBERED {
            Analysis::default()
        } else {
            last.remove(0)
        };
        oldest.read(source, vocabulary);
        oldest
    })
}

/// Keeps an analysis for the next field.
pub(super) fn remember(analysis: Analysis) {
    LAST.with_borrow_mut(|last| last.push(analysis));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn stems(source: &str, expect: &str) {
        let vocabulary = Vocabulary::built_in();
        let analysis = Analysis::new(source, &vocabulary);
        let found: Vec<_> = analysis
            .asked()
            .map(|(at, word)| format!("{at}:{}", analysis.stem(word)))
            .collect();
        assert_eq!(found.join(" "), expect);
    }

    #[track_caller]
    fn concepts(source: &str, expect: &[&str]) {
        let vocabulary = Vocabulary::built_in();
        let analysis = Analysis::new(source, &vocabulary);
        let found: Vec<_> = analysis
            .concepts
            .iter()
            .map(|concept| vocabulary.id(concept.id))
            .collect();
        for id in expect {
            assert!(found.contains(id), "{id} not in {found:?}");
        }
    }

    #[test]
    fn positions_count_stop_words_and_not_elided_ones() {
        stems("L'hôpital de la ville d'Oran", "0:hopital 3:vil 4:oran");
        stems("في المستشفى الجامعي", "1:مستشف 2:جامع");
    }

    #[test]
    fn groups_of_digits_are_one_number() {
        stems(
            "1.860 examens, 12.5 et 2003",
            "0:1860 1:examen 2:12 3:5 5:2003",
        );
        stems("1860 فحصا في 2.310", "0:1860 1:فحصا 3:2310");
    }

    #[test]
    fn both_scripts_name_the_same_concepts() {
        concepts("convention de jumelage", &["convention", "twinning"]);
        concepts("وقعت اتفاقية التوأمة", &["convention", "twinning"]);
        concepts("à Oran et Alger", &["dz/31", "dz/16"]);
        concepts("بوهران والجزائر", &["dz/31", "dz/16"]);
    }

    #[test]
    fn fragments_are_beginnings_in_french_and_runs_in_arabic() {
        let vocabulary = Vocabulary::built_in();
        let fragments = |source: &str| {
            let analysis = Analysis::new(source, &vocabulary);
            let mut found = Vec::new();
            for word in &analysis.words {
                let fragments = analysis.form(word).fragments();
                found.extend(fragments.into_iter().map(str::to_owned));
            }
            found
        };
        assert_eq!(fragments("hospitalier CHU"), ["hospi", "chu"]);
        assert_eq!(fragments("مستشفى"), ["مستش", "ستشف"]);
    }
}
