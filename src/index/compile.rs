//! Turns a query's tree into what tantivy runs, and into the probes that explain a hit.
//!
//! A word asks for its stem, itself and its fragments in the texts of its script; beside them, at the
//! worth of the better, for what it means: the concept or entity that the other language names too.

use std::collections::BTreeMap;
use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur,
    PhraseQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field as Place, IndexRecordOption};

use super::analyzer::{Analysis, Concept, Word};
use super::highlight::{Probe, Seek};
use super::query::{Field, Node, Query, Scope};
use super::rank::{Bm25, RankedTerm};
use super::schema::{Fields, Shelf};
use super::vocabulary::Vocabulary;
use crate::record::Lang;
use crate::text::fold::fold;

type Tree = Box<dyn tantivy::query::Query>;

/// What a match is worth, by field.
const BODY: [Bm25; 2] = [ranked(1.0, 0.4), ranked(1.0, 0.5)];
const WORD: [Bm25; 2] = [ranked(0.3, 0.4), ranked(0.3, 0.5)];
const PAIR: [Bm25; 2] = [ranked(0.3, 0.4), ranked(0.2, 0.5)];
const FRAGMENT: [Bm25; 2] = [ranked(0.3, 0.4), ranked(0.3, 0.5)];
const TITLE: Bm25 = ranked(0.7, 0.4);
const CONCEPT: Bm25 = ranked(0.9, 0.4);

const fn ranked(weight: f32, b: f32) -> Bm25 {
    Bm25 { k1: 0.9, b, weight }
}

/// The layers that carry a query into the other language; each can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layers {
    /// Institutions and places, found by id however they are spelled.
    pub entities: bool,
    /// Concepts of the thesaurus.
    pub concepts: bool,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            entities: true,
            concepts: true,
        }
    }
}

/// A query ready to run.
pub(super) struct Plan {
    pub(super) tree: Tree,
    pub(super) probes: Vec<Probe>,
}

/// Compiles a query for one shelf.
pub(super) fn compile(
    query: &Query,
    shelf: Shelf,
    layers: Layers,
    (fields, vocabulary): (&Fields, &Vocabulary),
) -> Plan {
    let mut compiler = Compiler {
        fields,
        vocabulary,
        shelf,
        layers,
        probes: Vec::new(),
        silent: false,
    };
    let on_shelf = compiler.exact(fields.shelf, shelf.name());
    let asked = compiler.node(&query.root);
    let tree = match asked {
        Some(tree) => all([on_shelf, tree]),
        None => on_shelf,
    };
    Plan {
        tree,
        probes: compiler.probes,
    }
}

struct Compiler<'a> {
    fields: &'a Fields,
    vocabulary: &'a Vocabulary,
    shelf: Shelf,
    layers: Layers,
    probes: Vec<Probe>,
    /// Below a NOT nothing is shown.
    silent: bool,
}

impl Compiler<'_> {
    /// The tree of a node; nothing where it asks for nothing, as a question of stop words does.
    fn node(&mut self, node: &Node) -> Option<Tree> {
        match node {
            Node::Words { text, scope } => self.words(text, *scope),
            Node::Phrase { text, scope } => self.phrase(text, *scope),
            Node::Prefix { word } => Some(self.spelled(word, Seek::Prefix(fold(word)), None)),
            Node::Fuzzy { word, slips } => {
                let seek = Seek::Fuzzy(fold(word), *slips);
                Some(self.spelled(word, seek, Some(*slips)))
            }
            Node::Named { field, name } => Some(self.named(*field, name)),
            Node::Key { field, value } => Some(self.exact(self.key(*field), value)),
            Node::Within { field, range } => {
                let bound = |value| Bound::Included(Term::from_field_u64(self.key(*field), value));
                let within = RangeQuery::new(bound(*range.start()), bound(*range.end()));
                Some(unranked(Box::new(within)))
            }
            Node::Like { text, group } => self.like(text, *group),
            Node::Beside(branches) => self.beside(branches),
            Node::Any(branches) => {
                let trees: Vec<Tree> = branches.iter().filter_map(|node| self.node(node)).collect();
                (!trees.is_empty()).then(|| any(trees))
            }
            Node::All(branches) => self.joined(branches),
            Node::Not(denied) => {
                let denied = self.unseen(denied)?;
                Some(without(None, vec![denied]))
            }
        }
    }

    /// What is denied is neither explained nor highlighted.
    fn unseen(&mut self, node: &Node) -> Option<Tree> {
        let outer = std::mem::replace(&mut self.silent, true);
        let tree = self.node(node);
        self.silent = outer;
        tree
    }

    fn joined(&mut self, branches: &[Node]) -> Option<Tree> {
        let (mut wanted, mut denied) = (Vec::new(), Vec::new());
        for branch in branches {
            match branch {
                Node::Not(node) => denied.extend(self.unseen(node)),
                node => wanted.extend(self.node(node)),
            }
        }
        match (wanted.is_empty(), denied.is_empty()) {
            (true, true) => None,
            (false, true) => Some(all(wanted)),
            (true, false) => Some(without(None, denied)),
            (false, false) => Some(without(Some(all(wanted)), denied)),
        }
    }

    /// Words rank, fields are conditions: those of one field are alternatives, partners and places are not.
    fn beside(&mut self, branches: &[Node]) -> Option<Tree> {
        let (mut ranking, mut denied, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
        let mut alternatives: BTreeMap<&str, Vec<Tree>> = BTreeMap::new();
        for branch in branches {
            match branch {
                Node::Not(node) => denied.extend(self.unseen(node)),
                Node::Named { .. } => wanted.extend(self.node(branch)),
                Node::Key { field, .. } | Node::Within { field, .. } => {
                    let tree = self.node(branch);
                    alternatives.entry(field.name()).or_default().extend(tree);
                }
                node => ranking.extend(self.node(node)),
            }
        }
        wanted.extend(alternatives.into_values().map(any));
        if !ranking.is_empty() {
            wanted.push(any(ranking));
        }
        match (wanted.is_empty(), denied.is_empty()) {
            (true, true) => None,
            (_, true) => Some(all(wanted)),
            (true, false) => Some(without(None, denied)),
            (false, false) => Some(without(Some(all(wanted)), denied)),
        }
    }

    fn words(&mut self, text: &str, scope: Scope) -> Option<Tree> {
        let analysis = Analysis::new(text, self.vocabulary);
        let meant = self.meant(&analysis);
        let mut trees = Vec::new();
        let mut at = 0;
        while at < analysis.words.len() {
            let long = meant
                .iter()
                .filter(|concept| concept.first as usize == at)
                .map(|concept| concept.end as usize)
                .max()
                .filter(|&end| end > at + 1);
            let end = long.unwrap_or(at + 1);
            let words: Vec<Tree> = (at..end)
                .filter_map(|at| self.word(&analysis, at, &meant, scope))
                .collect();
            if long.is_some() {
                let ids = self.concepts(&meant, at, end, scope, words.len());
                trees.push(better([any(words)].into_iter().chain(ids)));
            } else {
                trees.extend(words);
            }
            at = end;
        }
        if scope != Scope::Title {
            self.pairs(&analysis, &mut trees);
        }
        (!trees.is_empty()).then(|| any(trees))
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
    fn word(&mut self, analysis: &Analysis, at: usize, meant: &[Concept], scope: Scope) -> Option<Tree> {
        let word = analysis.words.get(at).filter(|word| !word.stop)?;
        let stem = analysis.stem(word);
        self.probe(format!("word {}", analysis.folded(word)), Seek::Stem(stem.to_owned()), scope);
        let mut trees: Vec<Tree> = Vec::new();
        for &lang in langs(word) {
            let texts = *self.fields.texts(self.shelf, lang);
            let own = lang as usize;
            if scope != Scope::Body {
                trees.push(self.term(texts.title, stem, lang, TITLE));
            }
            if scope != Scope::Title {
                trees.push(self.term(texts.body, stem, lang, BODY[own]));
                trees.push(self.term(texts.word, analysis.folded(word), lang, WORD[own]));
                analysis.fragments(word, |fragment| {
                    trees.push(self.term(texts.fragment, fragment, lang, FRAGMENT[own]));
                });
            }
        }
        let ids = self.concepts(meant, at, at + 1, scope, 1);
        Some(better([any(trees)].into_iter().chain(ids)))
    }

    /// The concepts that cover exactly these words, worth as much as all of them.
    fn concepts(&mut self, meant: &[Concept], first: usize, end: usize, scope: Scope, words: usize) -> Vec<Tree> {
        let covering = |concept: &&Concept| concept.first as usize == first && concept.end as usize == end;
        let mut trees: Vec<Tree> = Vec::new();
        for concept in meant.iter().filter(covering) {
            let id = self.vocabulary.id(concept.id);
            let layer = if self.vocabulary.is_entity(concept.id) {
                "entity"
            } else {
                "concept"
            };
            self.probe(format!("{layer} {id}"), Seek::Concept(id.to_owned()), scope);
            let weight = CONCEPT.weight * words as f32;
            trees.push(Box::new(RankedTerm {
                term: Term::from_field_text(self.fields.concept, id),
                among: Term::from_field_text(self.fields.shelf, self.shelf.name()),
                rank: Bm25 { weight, ..CONCEPT },
            }));
        }
        trees
    }

    fn pairs(&self, analysis: &Analysis, trees: &mut Vec<Tree>) {
        let asked: Vec<&Word> = analysis.asked().map(|(_, word)| word).collect();
        for pair in asked.windows(2) {
            let text = format!("{} {}", analysis.stem(pair[0]), analysis.stem(pair[1]));
            let arabic = pair.iter().any(|word| word.arabic);
            let both: &[Lang] = if arabic { &[Lang::Ar] } else { &[Lang::Fr, Lang::Ar] };
            for &lang in both {
                let field = self.fields.texts(self.shelf, lang).pair;
                trees.push(self.term(field, &text, lang, PAIR[lang as usize]));
            }
        }
    }

    fn phrase(&mut self, text: &str, scope: Scope) -> Option<Tree> {
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
                let body = self.term(texts.word, analysis.folded(word), lang, BODY[lang as usize]);
                let title = self.term(texts.title, analysis.stem(word), lang, TITLE);
                trees.extend((scope != Scope::Title).then_some(body));
                trees.extend((scope != Scope::Body).then_some(title));
                continue;
            }
            for (field, other) in [(texts.title, Scope::Body), (texts.body, Scope::Title)] {
                if scope != other {
                    let terms = stems.iter().map(|(at, stem)| (*at, Term::from_field_text(field, stem)));
                    trees.push(Box::new(PhraseQuery::new_with_offset(terms.collect())));
                }
            }
        }
        Some(any(trees))
    }

    /// Words that begin so, or that differ by so many slips, as they are spelled.
    fn spelled(&mut self, word: &str, seek: Seek, slips: Option<u8>) -> Tree {
        let folded = fold(word);
        let label = match slips {
            Some(slips) => format!("fuzzy {word}~{slips}"),
            None => format!("prefix {word}*"),
        };
        self.probe(label, seek, Scope::Anywhere);
        let mut trees: Vec<Tree> = Vec::new();
        for lang in [Lang::Fr, Lang::Ar] {
            let field = self.fields.texts(self.shelf, lang).word;
            for form in [folded.clone(), format!("ال{folded}")].into_iter().take(1 + lang as usize) {
                let term = Term::from_field_text(field, &form);
                trees.push(Box::new(match slips {
                    Some(slips) => FuzzyTermQuery::new(term, slips, true),
                    None => FuzzyTermQuery::new_prefix(term, 0, true),
                }));
            }
        }
        any(trees)
    }

    /// A partner or place: by id, by what its name is known to mean, or by the words of its name.
    fn named(&mut self, field: Field, name: &str) -> Tree {
        let (ids, names) = match field {
            Field::Place => (self.fields.place, self.fields.place_name),
            _ => (self.fields.partner, self.fields.partner_name),
        };
        let mut trees = vec![self.exact(ids, name)];
        let analysis = Analysis::new(name, self.vocabulary);
        let asked: Vec<usize> = analysis.asked().map(|(at, _)| at).collect();
        if let (Some(&first), Some(&last), true) = (asked.first(), asked.last(), self.layers.entities) {
            for concept in &analysis.concepts {
                if concept.first as usize == first && concept.end as usize == last + 1 {
                    trees.push(self.exact(ids, self.vocabulary.id(concept.id)));
                }
            }
        }
        let words = asked.iter().map(|&at| {
            let term = Term::from_field_text(names, analysis.stem(&analysis.words[at]));
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Tree
        });
        let words: Vec<Tree> = words.collect();
        if !words.is_empty() && !name.contains('/') {
            trees.push(all(words));
        }
        any(trees)
    }

    /// The stems and concepts of an article, without the article and its repetitions.
    fn like(&mut self, text: &str, group: u64) -> Option<Tree> {
        let own = Term::from_field_u64(self.fields.group, group);
        let own = Box::new(TermQuery::new(own, IndexRecordOption::Basic));
        let words = self.words(text, Scope::Anywhere)?;
        Some(without(Some(words), vec![own]))
    }

    fn key(&self, field: Field) -> Place {
        match field {
            Field::Kind => self.fields.kind,
            Field::Status => self.fields.status,
            Field::Procedure => self.fields.procedure,
            Field::Specialty => self.fields.specialty,
            Field::Source => self.fields.source,
            Field::Country => self.fields.country,
            Field::Lang => self.fields.lang,
            Field::Published => self.fields.published,
            Field::Signed => self.fields.signed,
            Field::Count => self.fields.count,
            Field::Partner => self.fields.partner,
            Field::Place => self.fields.place,
            Field::Title | Field::Body | Field::Dossier => self.fields.dossier,
        }
    }

    fn exact(&self, field: Place, value: &str) -> Tree {
        let term = Term::from_field_text(field, value);
        unranked(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
    }

    fn term(&self, field: Place, text: &str, lang: Lang, rank: Bm25) -> Tree {
        Box::new(RankedTerm {
            term: Term::from_field_text(field, text),
            among: Term::from_field_text(self.fields.shelf, &self.shelf.in_language(lang)),
            rank,
        })
    }

    fn probe(&mut self, label: String, seek: Seek, scope: Scope) {
        if !self.silent && !self.probes.iter().any(|probe| probe.label == label) {
            self.probes.push(Probe { label, seek, scope });
        }
    }
}

/// The languages whose texts may hold a word: Latin words and numbers stand in Arabic articles too.
fn langs(word: &Word) -> &'static [Lang] {
    if word.arabic {
        &[Lang::Ar]
    } else {
        &[Lang::Fr, Lang::Ar]
    }
}

fn joined(occur: Occur, trees: impl IntoIterator<Item = Tree>) -> Tree {
    let mut trees: Vec<(Occur, Tree)> = trees.into_iter().map(|tree| (occur, tree)).collect();
    match (trees.len(), trees.pop()) {
        (1, Some((_, tree))) => tree,
        (_, last) => {
            trees.extend(last);
            Box::new(BooleanQuery::new(trees))
        }
    }
}

fn any(trees: impl IntoIterator<Item = Tree>) -> Tree {
    joined(Occur::Should, trees)
}

fn all(trees: impl IntoIterator<Item = Tree>) -> Tree {
    joined(Occur::Must, trees)
}

/// The best of several ways to mean one thing.
fn better(trees: impl IntoIterator<Item = Tree>) -> Tree {
    let mut trees: Vec<Tree> = trees.into_iter().collect();
    match (trees.len(), trees.pop()) {
        (1, Some(tree)) => tree,
        (_, last) => {
            trees.extend(last);
            Box::new(DisjunctionMaxQuery::new(trees))
        }
    }
}

/// What is wanted, everything where nothing is said, without what is denied.
fn without(wanted: Option<Tree>, denied: Vec<Tree>) -> Tree {
    let wanted = wanted.unwrap_or_else(|| unranked(Box::new(AllQuery)));
    let mut trees = vec![(Occur::Must, wanted)];
    trees.extend(denied.into_iter().map(|tree| (Occur::MustNot, tree)));
    Box::new(BooleanQuery::new(trees))
}

/// A condition: it selects and does not rank.
fn unranked(tree: Tree) -> Tree {
    Box::new(ConstScoreQuery::new(tree, 0.0))
}
