//! Turns words, phrases and spellings into ranked terms: in the texts of their script, and across by meaning.

use std::ops::Range;

use tantivy::Term;
use tantivy::query::{FuzzyTermQuery, PhraseQuery};
use tantivy::schema::Field as Place;

use super::{Compiler, Tree, any};
use crate::index::analyzer::{Analysis, Concept, Word};
use crate::index::highlight::Seek;
use crate::index::query::Scope;
use crate::index::rank::RankedTerm;
use crate::index::ranking::Formula;
use crate::record::Lang;
use crate::text::fold::fold;

/// What a stem of the body is worth: the measure of the other weights.
const STEM: f32 = 1.0;

impl Compiler<'_> {
    pub(super) fn words(&mut self, text: &str, scope: Scope) -> Option<Formula> {
        let analysis = Analysis::new(text, self.vocabulary);
        let meant = self.meant(&analysis);
        self.translated = translated(&analysis, &meant);
        let mut parts = Vec::new();
        let mut at = 0;
        while at < analysis.words.len() {
            let long = meant
                .iter()
                .filter(|concept| concept.first as usize == at)
                .map(|concept| concept.end as usize)
                .max()
                .filter(|&end| end > at + 1);
            let end = long.unwrap_or(at + 1);
            let words: Vec<Formula> = (at..end)
                .filter_map(|at| self.word(&analysis, at, &meant, scope))
                .collect();
            if long.is_some() {
                let ids = self.concepts(&meant, at..end, &analysis, scope);
                let words = (!words.is_empty()).then(|| Formula::sum(words));
                let ways: Vec<Formula> = words.into_iter().chain(ids).collect();
                parts.extend((!ways.is_empty()).then(|| Formula::best(ways)));
            } else {
                parts.extend(words);
            }
            at = end;
        }
        if scope != Scope::Title {
            self.pairs(&analysis, &mut parts);
        }
        if scope == Scope::Anywhere && self.layers.names {
            self.names(&analysis, &mut parts);
        }
        (!parts.is_empty()).then(|| Formula::sum(parts))
    }

    /// The concepts and entities of a query that its layers allow.
    fn meant(&self, analysis: &Analysis) -> Vec<Concept> {
        let allowed = |concept: &Concept| {
            if self.vocabulary.is_entity(concept.id) {
                self.layers.entities
            } else {
                self.layers.concepts
            }
        };
        analysis.concepts.iter().copied().filter(allowed).collect()
    }

    /// One word and what it means by itself.
    fn word(
        &mut self,
        analysis: &Analysis,
        at: usize,
        meant: &[Concept],
        scope: Scope,
    ) -> Option<Formula> {
        let word = analysis.words.get(at).filter(|word| !word.stop)?;
        let form = analysis.form(word);
        let stem = &*form.stem;
        self.probe(
            format!("word {}", analysis.folded(word)),
            Seek::Stem(stem.to_owned()),
            scope,
        );
        let mut parts: Vec<Formula> = Vec::new();
        for &lang in langs(word) {
            let texts = *self.fields.texts(self.shelf, lang);
            let own = lang as usize;
            if scope != Scope::Body {
                parts.push(self.term(texts.title, stem, lang, self.weights.title));
            }
            if scope != Scope::Title {
                // What a short word has no fragment for, it is worth itself.
                let fragment = if form.is_short() {
                    self.weights.fragment[own]
                } else {
                    0.0
                };
                let (in_stem, in_word) = if word.arabic {
                    (fragment, 0.0)
                } else {
                    (0.0, fragment)
                };
                let spelled = self.weights.word[own] + in_word;
                parts.push(self.term(texts.body, stem, lang, STEM + in_stem));
                parts.push(self.term(texts.word, analysis.folded(word), lang, spelled));
                let whole = if word.arabic { texts.body } else { texts.word };
                for fragment in form.fragments() {
                    let weight = self.weights.fragment[own];
                    parts.push(self.term(texts.fragment, fragment, lang, weight));
                    // A short word of a text is its own fragment.
                    if !form.is_short() {
                        parts.push(self.term(whole, fragment, lang, weight));
                    }
                }
            }
        }
        let ids = self.concepts(meant, at..at + 1, analysis, scope);
        let words = Formula::sum(parts);
        Some(Formula::best([words].into_iter().chain(ids).collect()))
    }

    /// The concepts that cover exactly these words, worth as much as all of them. In their own language the
    /// words themselves are asked for, so there a concept stands only for other words of the same meaning.
    fn concepts(
        &mut self,
        meant: &[Concept],
        words: Range<usize>,
        analysis: &Analysis,
        scope: Scope,
    ) -> Vec<Formula> {
        let covering = |concept: &&Concept| {
            concept.first as usize == words.start && concept.end as usize == words.end
        };
        let asked = &analysis.words[words.clone()];
        let worth = asked.iter().filter(|word| !word.stop).count() as f32;
        let own = if asked.iter().any(|word| word.arabic) {
            Lang::Ar
        } else {
            Lang::Fr
        };
        let mut ways: Vec<Formula> = Vec::new();
        for concept in meant.iter().filter(covering) {
            let id = self.vocabulary.id(concept.id);
            let entity = self.vocabulary.is_entity(concept.id);
            let layer = if entity { "entity" } else { "concept" };
            self.probe(format!("{layer} {id}"), Seek::Concept(id.to_owned()), scope);
            for lang in [Lang::Fr, Lang::Ar] {
                let weight = match (lang == own, entity) {
                    (true, true) => self.weights.entity,
                    (true, false) => self.weights.synonym,
                    (false, _) => self.weights.concept * self.translated.powi(3),
                };
                let field = self.fields.texts(self.shelf, lang).concept;
                ways.push(self.term(field, id, lang, weight * worth));
            }
        }
        ways
    }

    /// The consonants of what may be names.
    fn names(&mut self, analysis: &Analysis, parts: &mut Vec<Formula>) {
        let mut keys = Vec::new();
        self.vocabulary
            .name_keys(analysis, |key, _| keys.push(key.to_owned()));
        for key in keys {
            let term = Term::from_field_text(self.fields.name_key(self.shelf), &key);
            self.probe(format!("name key {key}"), Seek::Name(key), Scope::Anywhere);
            parts.push(Formula::Term(RankedTerm {
                term,
                among: Term::from_field_text(self.fields.shelf, self.shelf.name()),
                rank: self.weights.of(self.weights.name, Lang::Fr),
            }));
        }
    }

    fn pairs(&self, analysis: &Analysis, parts: &mut Vec<Formula>) {
        let asked: Vec<&Word> = analysis.asked().map(|(_, word)| word).collect();
        for pair in asked.windows(2) {
            let text = format!("{} {}", analysis.stem(pair[0]), analysis.stem(pair[1]));
            let arabic = pair.iter().any(|word| word.arabic);
            let both: &[Lang] = if arabic {
                &[Lang::Ar]
            } else {
                &[Lang::Fr, Lang::Ar]
            };
            for &lang in both {
                let field = self.fields.texts(self.shelf, lang).pair;
                parts.push(self.term(field, &text, lang, self.weights.pair[lang as usize]));
            }
        }
    }

    pub(super) fn phrase(&mut self, text: &str, scope: Scope) -> Option<Tree> {
        let analysis = Analysis::new(text, self.vocabulary);
        let asked: Vec<(usize, &Word)> = analysis.asked().collect();
        let (first, word) = asked.first()?;
        let stems: Vec<(usize, String)> = asked
            .iter()
            .map(|(at, word)| (at - first, analysis.stem(word).to_owned()))
            .collect();
        let single = asked.len() == 1;
        let seek = if single {
            Seek::Word(analysis.folded(word).to_owned())
        } else {
            Seek::Phrase(stems.clone())
        };
        self.probe(format!("phrase {text}"), seek, scope);
        let mut trees: Vec<Tree> = Vec::new();
        for lang in [Lang::Fr, Lang::Ar] {
            let texts = *self.fields.texts(self.shelf, lang);
            if single {
                // Titles keep no spelling of their own, so a quoted word is its stem there.
                let body = self.term(texts.word, analysis.folded(word), lang, STEM);
                let title = self.term(texts.title, analysis.stem(word), lang, self.weights.title);
                trees.extend((scope != Scope::Title).then(|| self.ranked_tree(body)));
                trees.extend((scope != Scope::Body).then(|| self.ranked_tree(title)));
                continue;
            }
            for (field, other) in [(texts.title, Scope::Body), (texts.body, Scope::Title)] {
                if scope != other {
                    let terms = stems
                        .iter()
                        .map(|(at, stem)| (*at, Term::from_field_text(field, stem)));
                    trees.push(Box::new(PhraseQuery::new_with_offset(terms.collect())));
                }
            }
        }
        Some(any(trees))
    }

    /// Words that begin so, or that differ by so many slips, as they are spelled.
    pub(super) fn spelled(&mut self, word: &str, seek: Seek, slips: Option<u8>) -> Tree {
        let folded = fold(word);
        let label = match slips {
            Some(slips) => format!("fuzzy {word}~{slips}"),
            None => format!("prefix {word}*"),
        };
        self.probe(label, seek, Scope::Anywhere);
        let mut trees: Vec<Tree> = Vec::new();
        for lang in [Lang::Fr, Lang::Ar] {
            let field = self.fields.texts(self.shelf, lang).word;
            for form in [folded.clone(), format!("ال{folded}")]
                .into_iter()
                .take(1 + lang as usize)
            {
                let term = Term::from_field_text(field, &form);
                trees.push(Box::new(match slips {
                    Some(slips) => FuzzyTermQuery::new(term, slips, true),
                    None => FuzzyTermQuery::new_prefix(term, 0, true),
                }));
            }
        }
        any(trees)
    }

    fn term(&self, field: Place, text: &str, lang: Lang, weight: f32) -> Formula {
        Formula::Term(RankedTerm {
            term: Term::from_field_text(field, text),
            among: Term::from_field_text(self.fields.shelf, &self.shelf.in_language(lang)),
            rank: self.weights.of(weight, lang),
        })
    }
}

/// The share of the words of a query that stand for something that the other language names too.
fn translated(analysis: &Analysis, meant: &[Concept]) -> f32 {
    let covers = |at: usize| {
        let range = |concept: &Concept| concept.first as usize..concept.end as usize;
        meant.iter().any(|concept| range(concept).contains(&at))
    };
    let asked = analysis.asked().count();
    let known = analysis.asked().filter(|(at, _)| covers(*at)).count();
    known as f32 / asked.max(1) as f32
}

/// The languages whose texts may hold a word: Latin words and numbers stand in Arabic articles too.
fn langs(word: &Word) -> &'static [Lang] {
    if word.arabic {
        &[Lang::Ar]
    } else {
        &[Lang::Fr, Lang::Ar]
    }
}
