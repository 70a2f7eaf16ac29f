//! Turns a query's tree into what tantivy runs, and into the probes that explain a hit.
//!
//! A word asks for its stem, itself and its fragments in the texts of its script; beside them, at the
//! worth of the better, for what it means: the concept or entity that the other language names too.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field as Place, IndexRecordOption};

use super::analyzer::Analysis;
use super::highlight::{Probe, Seek};
use super::opened::Segments;
use super::query::{Field, Node, Scope};
use super::ranking::{Formula, Ranking};
use super::schema::{Fields, Shelf};
use super::search::Request;
use super::vocabulary::Vocabulary;
use super::weights::Weights;
use super::writer::stored_id;
use crate::record::Lang;
use crate::text::fold::fold;

mod words;

type Tree = Box<dyn tantivy::query::Query>;

/// The layers that carry a query into the other language; each can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layers {
    /// Institutions and places, found by id however they are spelled.
    pub entities: bool,
    /// Concepts of the thesaurus.
    pub concepts: bool,
    /// Consonants of partners' and places' names, for those that no list holds.
    pub names: bool,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            entities: true,
            concepts: true,
            names: true,
        }
    }
}

/// A query ready to run.
pub(super) struct Plan {
    pub(super) tree: Tree,
    pub(super) probes: Vec<Probe>,
    /// Whether the tree tells its first matches whatever they score.
    pub(super) tells: bool,
}

/// Compiles the query of a request.
pub(super) fn compile(
    request: &Request,
    (fields, vocabulary, segments): (&Fields, &Vocabulary, &Segments),
) -> Plan {
    let mut compiler = Compiler {
        segments,
        fields,
        vocabulary,
        shelf: request.shelf,
        layers: request.layers,
        weights: request.weights,
        translated: 0.0,
        probes: Vec::new(),
        silent: false,
    };
    let query = &request.query;
    let on_shelf = exact(fields.shelf, request.shelf.name());
    // The fields of a ranking are those of one shelf.
    let ranking = compiler.ranking(&query.root);
    let tells = ranking.is_some();
    let tree: Tree = match ranking {
        Some(ranking) => Box::new(ranking),
        None => match compiler.node(&query.root) {
            Some(tree) => all([on_shelf, tree]),
            None if query.is_empty() => on_shelf,
            None => Box::new(EmptyQuery),
        },
    };
    Plan {
        tree,
        probes: compiler.probes,
        tells,
    }
}

struct Compiler<'a> {
    /// The index that is asked.
    segments: &'a Segments,
    fields: &'a Fields,
    vocabulary: &'a Vocabulary,
    shelf: Shelf,
    layers: Layers,
    weights: Weights,
    /// The share of the words at hand that the other language has a name for.
    translated: f32,
    probes: Vec<Probe>,
    /// Below a NOT nothing is shown.
    silent: bool,
}

impl Compiler<'_> {
    /// The tree of a node; nothing where it asks for nothing, as a question of stop words does.
    fn node(&mut self, node: &Node) -> Option<Tree> {
        match node {
            Node::Words { text, scope } => {
                let words = self.words(text, *scope)?;
                Some(self.ranked_tree(words))
            }
            Node::Phrase { text, scope } => self.phrase(text, *scope),
            Node::Prefix { word } => Some(self.spelled(word, Seek::Prefix(fold(word)), None)),
            Node::Fuzzy { word, slips } => {
                let seek = Seek::Fuzzy(fold(word), *slips);
                Some(self.spelled(word, seek, Some(*slips)))
            }
            Node::Named { field, name } => Some(self.named(*field, name)),
            Node::Key { field, value } => Some(exact(self.key(*field), value)),
            Node::Within { field, range } => {
                let bound = |value| Bound::Included(Term::from_field_u64(self.key(*field), value));
                let within = RangeQuery::new(bound(*range.start()), bound(*range.end()));
                Some(unranked(Box::new(within)))
            }
            Node::Ids(ids) => {
                let term = |id| Term::from_field_text(self.fields.id, &stored_id(self.shelf, id));
                let these = TermSetQuery::new(ids.iter().map(|id| term(id)));
                Some(unranked(Box::new(these)))
            }
            Node::Like { text, group } => {
                let words = self.words(text, Scope::Anywhere)?;
                Some(without(
                    Some(self.ranked_tree(words)),
                    vec![self.group(*group)],
                ))
            }
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

    /// A partner, place or region: by id, by what its name is known to mean, or by the words of its name.
    fn named(&mut self, field: Field, name: &str) -> Tree {
        let ids = match field {
            Field::About => [Lang::Fr, Lang::Ar]
                .map(|lang| self.fields.texts(self.shelf, lang).concept)
                .to_vec(),
            _ => vec![self.key(field)],
        };
        let named = |id: &str| any(ids.iter().map(|&field| exact(field, id)));
        let mut trees = vec![named(name)];
        let analysis = Analysis::new(name, self.vocabulary);
        let asked: Vec<usize> = analysis.asked().map(|(at, _)| at).collect();
        if let (Some(&first), Some(&last), true) =
            (asked.first(), asked.last(), self.layers.entities)
        {
            for concept in &analysis.concepts {
                if concept.first as usize == first && concept.end as usize == last + 1 {
                    trees.push(named(self.vocabulary.id(concept.id)));
                }
            }
        }
        let names = match field {
            Field::Partner => &[self.fields.partner_name][..],
            Field::Place => &[self.fields.place_name],
            Field::About => &[self.fields.partner_name, self.fields.place_name],
            _ => &[],
        };
        for &names in names.iter().filter(|_| !name.contains('/')) {
            let words: Vec<Tree> = asked
                .iter()
                .map(|&at| {
                    let term = Term::from_field_text(names, analysis.stem(&analysis.words[at]));
                    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Tree
                })
                .collect();
            trees.extend((!words.is_empty()).then(|| all(words)));
        }
        any(trees)
    }

    /// An article and its repetitions.
    fn group(&self, group: u64) -> Tree {
        let own = Term::from_field_u64(self.fields.group, group);
        Box::new(TermQuery::new(own, IndexRecordOption::Basic))
    }

    /// The ranking of a query that is words and conditions alone, as most are: it can pass over what is not
    /// among the best. Nothing for other queries, or where the words ask for nothing.
    fn ranking(&mut self, root: &Node) -> Option<Ranking> {
        let (mut words, mut conditions) = (Vec::new(), Vec::new());
        if !split(root, &mut words, &mut conditions) {
            return None;
        }
        let [words] = words[..] else { return None };
        let (formula, own) = match words {
            Node::Words { text, scope } => (self.words(text, *scope)?, None),
            Node::Like { text, group } => {
                let own = without(None, vec![self.group(*group)]);
                (self.words(text, Scope::Anywhere)?, Some(own))
            }
            _ => return None,
        };
        let met = conditions.into_iter().filter_map(|node| self.node(node));
        Some(Ranking {
            formula,
            conditions: met.chain(own).collect(),
            segments: Arc::clone(self.segments),
        })
    }

    fn ranked_tree(&self, formula: Formula) -> Tree {
        Box::new(Ranking {
            formula,
            conditions: Vec::new(),
            segments: Arc::clone(self.segments),
        })
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
            Field::Region => self.fields.region,
            Field::PartnerType => self.fields.partner_type,
            Field::Title | Field::Body | Field::About | Field::Dossier => self.fields.dossier,
        }
    }

    fn probe(&mut self, label: String, seek: Seek, scope: Scope) {
        if !self.silent && !self.probes.iter().any(|probe| probe.label == label) {
            self.probes.push(Probe { label, seek, scope });
        }
    }
}

/// Splits a query into words and conditions that all hold; false where it is more than that.
fn split<'n>(node: &'n Node, words: &mut Vec<&'n Node>, conditions: &mut Vec<&'n Node>) -> bool {
    match node {
        Node::Words { .. } | Node::Like { .. } => words.push(node),
        Node::All(branches) => {
            return branches
                .iter()
                .all(|branch| split(branch, words, conditions));
        }
        Node::Beside(branches) => {
            // Keys of one field are alternatives beside each other: one alone is a condition.
            let keys = branches
                .iter()
                .filter(|branch| is_condition(branch))
                .count();
            return keys < 2
                && branches
                    .iter()
                    .all(|branch| split(branch, words, conditions));
        }
        _ if is_condition(node) => conditions.push(node),
        _ => return false,
    }
    true
}

/// Whether a node selects and does not rank.
fn is_condition(node: &Node) -> bool {
    match node {
        Node::Named { .. }
        | Node::Key { .. }
        | Node::Within { .. }
        | Node::Ids(_)
        | Node::Not(_) => true,
        Node::Any(branches) => branches.iter().all(is_condition),
        _ => false,
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

/// What is wanted, everything where nothing is said, without what is denied.
fn without(wanted: Option<Tree>, denied: Vec<Tree>) -> Tree {
    let wanted = wanted.unwrap_or_else(|| unranked(Box::new(AllQuery)));
    let mut trees = vec![(Occur::Must, wanted)];
    trees.extend(denied.into_iter().map(|tree| (Occur::MustNot, tree)));
    Box::new(BooleanQuery::new(trees))
}

/// A key as it is stored.
fn exact(field: Place, value: &str) -> Tree {
    let term = Term::from_field_text(field, value);
    unranked(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
}

/// A condition: it selects and does not rank.
fn unranked(tree: Tree) -> Tree {
    Box::new(ConstScoreQuery::new(tree, 0.0))
}
