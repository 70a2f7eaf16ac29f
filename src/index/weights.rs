//! Holds what a match is worth, by field and language: found by trial on one part of the questions of
//! `benches/weights.rs`, and checked there on another.

use super::rank::Bm25;
use crate::record::Lang;

/// What ranking weighs. Pairs are French, then Arabic; a stem of the body is worth 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// How soon a repeated term stops adding: `k1` of BM25.
    pub saturation: f32,
    /// How far long texts are held back, 0 to 1: `b` of BM25.
    pub length: [f32; 2],
    /// The word as it is spelled.
    pub word: [f32; 2],
    /// Two words that follow each other.
    pub pair: [f32; 2],
    /// What stands for a word's root.
    pub fragment: [f32; 2],
    /// A stem in the title.
    pub title: f32,
    /// An institution or place, by id, in texts of the same language.
    pub entity: f32,
    /// A concept, institution or place, in texts of the other language, where every word of the query stands
    /// for one. It is worth less by the cube of their share: the less of a question can be
    /// translated, the less a translated word tells.
    pub concept: f32,
    /// A concept, in texts of the same language, that another word names.
    pub synonym: f32,
    /// The consonants of a name.
    pub name: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            saturation: 0.9,
            length: [0.4, 0.5],
            word: [0.3, 0.3],
            pair: [0.3, 0.2],
            fragment: [0.3, 0.3],
            title: 0.7,
            entity: 0.9,
            concept: 2.2,
            synonym: 0.5,
            name: 0.4,
        }
    }
}

impl Weights {
    /// BM25 of a field of one language that is worth so much.
    pub(super) const fn of(&self, weight: f32, lang: Lang) -> Bm25 {
        Bm25 {
            k1: self.saturation,
            b: self.length[lang as usize],
            weight,
        }
    }
}
