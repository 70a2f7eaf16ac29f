//! Reads how words are written that end a name or go on it: beginnings, endings and small words, by what they say.

use crate::rules::lexicon::Lexicons;
use crate::text::fold::fold;

/// What a beginning, an ending or a small word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// By what means something is done: "بتوفير".
    Means,
    /// A verb of the present.
    Verb,
    /// A verb, where only names of a list are looked for.
    Listed,
    /// No verb, whatever it begins with.
    Noun,
    /// The adjective of a nation, masculine.
    Nation,
    /// Likewise, feminine.
    NationFeminine,
    /// "son of": a proper name follows.
    Son,
    /// Goes on the name of a body of care, though it says a time elsewhere: "مستشفى مطروح العام".
    Kept,
    /// A noun with the pronoun of somebody, or a word in the accusative: no part of a name.
    Apart,
    /// Joins what is said to what it is said of: "فهي".
    Copula,
    /// في belongs to the name behind it: "متخصصة في".
    In,
    /// مع belongs to the name behind it: "للتضامن مع".
    With,
    /// ب belongs to the name behind it: "للنهوض بالأعمال".
    By,
    /// What is done by an agreement, no part of a name that is told apart already: "لتكوين".
    Aim,
    /// What was done, right before who did it: "développé par"; met as it is written, accents and all.
    Done,
}

impl Says {
    fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "means" => Self::Means,
            "verb" => Self::Verb,
            "listed" => Self::Listed,
            "noun" => Self::Noun,
            "nation" => Self::Nation,
            "nation_feminine" => Self::NationFeminine,
            "son" => Self::Son,
            "kept" => Self::Kept,
            "apart" => Self::Apart,
            "copula" => Self::Copula,
            "in" => Self::In,
            "with" => Self::With,
            "by" => Self::By,
            "aim" => Self::Aim,
            "done" => Self::Done,
            _ => return None,
        })
    }
}

/// The entries of the lexicon `name_form`: "ي-" is a beginning, "-ية" an ending, anything else a whole word.
#[derive(Debug, Default)]
pub(super) struct Forms {
    beginnings: Vec<(Says, Box<str>)>,
    endings: Vec<(Says, Box<str>)>,
    words: Vec<(Says, Box<str>)>,
}

impl Forms {
    pub(super) fn new(lexicons: &Lexicons) -> Self {
        let mut forms = Self::default();
        for entry in lexicons.entries() {
            if lexicons.name(entry.lexicon) != "name_form" {
                continue;
            }
            let Some(says) = Says::from_id(&entry.id) else {
                continue;
            };
            let folded = |form: &str| -> Box<str> {
                // "développé" is told from "développe" by its accent alone.
                if says == Says::Done {
                    form.into()
                } else {
                    fold(form).into()
                }
            };
            if let Some(ending) = entry.form.strip_prefix('-') {
                forms.endings.push((says, folded(ending)));
            } else if let Some(beginning) = entry.form.strip_suffix('-') {
                forms.beginnings.push((says, folded(beginning)));
            } else {
                forms.words.push((says, folded(&entry.form)));
            }
        }
        forms
    }

    /// Whether a folded word begins so.
    pub(super) fn begins(&self, says: Says, word: &str) -> bool {
        let mut all = self.beginnings.iter();
        all.any(|(own, beginning)| *own == says && word.starts_with(&**beginning))
    }

    /// Whether a folded word ends so.
    pub(super) fn ends(&self, says: Says, word: &str) -> bool {
        let mut all = self.endings.iter();
        all.any(|(own, ending)| *own == says && word.ends_with(&**ending))
    }

    /// Whether a folded word is one of those.
    pub(super) fn is(&self, says: Says, word: &str) -> bool {
        let mut all = self.words.iter();
        all.any(|(own, whole)| *own == says && word == &**whole)
    }
}
