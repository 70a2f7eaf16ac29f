//! Says how far an article is about human health, by the cues of both sides that stand in it.
//!
//! A logistic model: every entry of the lexicon `topic` has a weight, below zero where it speaks for
//! another subject; what stands in the headline counts several times. The sum is divided by the root of
//! the length: a long article needs more cues than a short one, and not in proportion. An institution of
//! the gazetteer is a cue by its type. The weights, also those of `topic_scale`, which holds what is no
//! word, are learnt by `corpus/topic/learn.py`.

use rustc_hash::FxHashMap;

use crate::rules::lexicon::{Entry, Lexicons};
use crate::text::token::Shape;

use super::kinds::Kinds;
use super::passage::Passage;
use super::vocabulary::Vocabulary;

/// What the entries of one language say about the subject of an article.
#[derive(Debug)]
pub(super) struct Topic {
    /// By entry; nothing for an entry that is no cue.
    weights: Vec<Option<f64>>,
    /// The score of an article without any cue.
    bias: f64,
    /// How many times the headline counts.
    title: f64,
}

impl Topic {
    /// Reads the weights. A pack without them tells nothing apart: every article gets 0.5.
    pub(super) fn new(lexicons: &Lexicons) -> Self {
        let entries = lexicons.entries();
        let scale: FxHashMap<&str, f64> = entries
            .iter()
            .filter(|entry| lexicons.name(entry.lexicon) == "topic_scale")
            .filter_map(|entry| Some((&*entry.id, weight(entry)?)))
            .collect();
        let cue = |entry: &Entry| match lexicons.name(entry.lexicon) {
            "topic" => weight(entry),
            "institutions" => scale.get(entry.feature("type")?).copied(),
            _ => None,
        };
        Self {
            weights: entries.iter().map(cue).collect(),
            bias: scale.get("bias").copied().unwrap_or_default(),
            title: scale.get("title").copied().unwrap_or(1.0),
        }
    }

    /// Whether an entry is a cue.
    pub(super) fn weighs(&self, entry: u32) -> bool {
        self.weights[entry as usize].is_some()
    }

    /// The weight of the cues of a passage, and its words. A cue inside a longer one does not count:
    /// "santé animale" is no "santé".
    fn weigh(&self, passage: &Passage<'_>) -> (f64, f64) {
        let (mut weight, mut words, mut covered) = (0.0, 0, 0);
        for sentence in &passage.text.sentences {
            let tokens = passage.text.tokens.get(sentence.tokens.clone());
            let tokens = tokens.into_iter().flatten();
            words += tokens
                .filter(|token| !token.shape.has(Shape::PUNCT))
                .count();
            for token in sentence.tokens.clone() {
                if token < covered || !passage.may(token, Kinds::TOPIC) {
                    continue;
                }
                let mut found = passage.found.at(token).iter();
                if let Some((cue, end)) =
                    found.find_map(|found| Some((self.weights[found.entry as usize]?, found.end)))
                {
                    weight += cue;
                    covered = end as usize;
                }
            }
        }
        (weight, words as f64)
    }
}

/// How far a headline and a text are about human health, 0 to 1: the health of animals and plants,
/// injuries of sportsmen and the toll of an accident are other subjects.
///
/// Either passage may be empty: the headline of a link, or the words of its address, is judged alone.
pub(super) fn health(title: &Passage<'_>, body: &Passage<'_>, vocabulary: &Vocabulary) -> f64 {
    let topic = vocabulary.topic();
    let (head, head_words) = topic.weigh(title);
    let (text, words) = topic.weigh(body);
    let length = (topic.title * head_words + words).max(1.0);
    let score = topic.bias + (topic.title * head + text) / length.sqrt();
    1.0 / (1.0 + (-score).exp())
}

fn weight(entry: &Entry) -> Option<f64> {
    entry.feature("weight")?.parse().ok()
}
