//! Turns word lists into one trie over interned words.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::annotate::Known;
use super::reading::{folded_words, key};
use super::spare::Spare;
use crate::record::Lang;

/// What was taken off a word to find it: a set of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Clitics(u8);

impl Clitics {
    /// و or ف before the word.
    pub const AND: Self = Self(1);
    /// ب before the word.
    pub const IN: Self = Self(1 << 1);
    /// ل before the word.
    pub const TO: Self = Self(1 << 2);
    /// ك or س before the word.
    pub const AS: Self = Self(1 << 3);
    /// ال before the word.
    pub const THE: Self = Self(1 << 4);
    /// A pronoun after the word.
    pub const PRONOUN: Self = Self(1 << 5);
    /// The French plural ending.
    pub const PLURAL: Self = Self(1 << 6);

    /// Whether every mark of `other` is here.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// One line of a lexicon: what a form means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name of the lexicon: the file without its ending.
    pub lexicon: u16,
    /// Line of its file, from 1.
    pub line: u32,
    /// What the form stands for; forms of one thing share it.
    pub id: Arc<str>,
    /// The form as the file writes it.
    pub form: Box<str>,
    /// What its line says beside them; the forms of a line share it.
    pub features: Features,
}

/// `key=value` pairs, or a key alone with an empty value.
pub type Features = Arc<[(Arc<str>, Arc<str>)]>;

impl Entry {
    /// What `id` or the name of a feature stands for.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        match name {
            "id" => Some(&self.id),
            _ => self.feature(name),
        }
    }

    /// Whether it has a feature, or the id, with the value that is wanted.
    pub(super) fn says(&self, name: &str, wanted: Option<&str>) -> bool {
        let found = self.value(name);
        found.is_some_and(|found| wanted.is_none_or(|wanted| wanted == found))
    }

    /// The value of a feature; an empty string for a feature without a value.
    pub fn feature(&self, key: &str) -> Option<&str> {
        self.features
            .iter()
            .find(|(k, _)| &**k == key)
            .map(|(_, value)| &**value)
    }
}

/// An entry that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Position in [`Lexicons::entries`].
    pub entry: u32,
    /// First token.
    pub first: u32,
    /// Token after the last.
    pub end: u32,
    /// What its first word carries.
    pub clitics: Clitics,
    /// Bytes of the original first token that are clitics before the word, ال not counted.
    pub peeled: u8,
    /// The entry's [`Entry::lexicon`], which most readers need not look up the entry for.
    pub lexicon: u16,
}

/// All entries found in a text, by their first token, the longest first.
#[derive(Debug, Clone, Default)]
pub struct Annotations {
    pub(super) found: Vec<Found>,
    /// By token, and one past the last: where its entries begin.
    pub(super) starts: Vec<u32>,
}

impl Annotations {
    /// The entries that begin at a token, the longest first.
    pub fn at(&self, token: usize) -> &[Found] {
        match self.starts.get(token..token + 2) {
            Some(bounds) => &self.found[bounds[0] as usize..bounds[1] as usize],
            None => &[],
        }
    }

    /// The entries that begin at one of a range of tokens.
    pub(super) fn within(&self, tokens: &std::ops::Range<usize>) -> &[Found] {
        match (self.starts.get(tokens.start), self.starts.get(tokens.end)) {
            (Some(&from), Some(&to)) => &self.found[from as usize..to as usize],
            _ => &[],
        }
    }

    /// Every entry found, in order of its first token.
    pub fn all(&self) -> &[Found] {
        &self.found
    }
}

/// The word lists of one language, those shared by both included.
#[derive(Debug, Clone)]
pub struct Lexicons {
    pub(super) lang: Lang,
    names: Vec<Box<str>>,
    /// By lexicon: whether no rule may name it.
    silent: Vec<bool>,
    /// By lexicon: whether no text is annotated with it.
    apart: Vec<bool>,
    entries: Vec<Entry>,
    pub(super) words: FxHashMap<Box<str>, u32>,
    /// By word: the node that it leads to from the root, or [`ROOT`] where no entry begins with it.
    pub(super) begins: Vec<u32>,
    /// By word: whether it stands behind the first of an entry.
    pub(super) inner: Vec<bool>,
    /// From the other nodes, by node and word.
    pub(super) edges: FxHashMap<(u32, u32), u32>,
    pub(super) nodes: Vec<Node>,
    /// By entry: the next that ends at the same node, or [`NONE`].
    others: Vec<u32>,
    /// By entry: its lexicon, together where the search needs it.
    owners: Vec<u16>,
    pub(super) known: Spare<Known>,
}

/// A node of the trie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// The words that longer entries go on with from it.
    pub(super) goes_on: Words,
    /// The first entry that ends there, or [`NONE`].
    end: u32,
}

impl Node {
    const NEW: Self = Self {
        goes_on: Words(0),
        end: NONE,
    };
}

/// A set of interned words that lets some more through: a bit for all that share the last bits of their number.
/// Most nodes lead on with a word or two, so that most words are turned away without a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Words(u64);

impl Words {
    pub(super) fn insert(&mut self, word: u32) {
        self.0 |= 1 << (word % u64::BITS);
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0 |= others.0;
    }

    /// Whether one may be in both.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn may_hold(self, word: u32) -> bool {
        self.0 & 1 << (word % u64::BITS) != 0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The node that everything begins at, to which nothing leads.
pub(super) const ROOT: u32 = 0;

/// No entry.
const NONE: u32 = u32::MAX;

impl Lexicons {
    /// No words yet.
    pub fn new(lang: Lang) -> Self {
        Self {
            lang,
            names: Vec::new(),
            silent: Vec::new(),
            apart: Vec::new(),
            entries: Vec::new(),
            words: FxHashMap::default(),
            begins: Vec::new(),
            inner: Vec::new(),
            edges: FxHashMap::default(),
            nodes: vec![Node::NEW],
            others: Vec::new(),
            owners: Vec::new(),
            known: Spare::default(),
        }
    }

    /// The name of a lexicon.
    pub fn name(&self, lexicon: u16) -> &str {
        &self.names[usize::from(lexicon)]
    }

    /// The number of a lexicon that exists and is not silent.
    pub fn lexicon(&self, name: &str) -> Option<u16> {
        self.position(name)
            .filter(|&lexicon| !self.silent[usize::from(lexicon)])
    }

    fn position(&self, name: &str) -> Option<u16> {
        let at = self.names.iter().position(|known| &**known == name);
        at.map(|at| at as u16)
    }

    /// Every entry; [`Found::entry`] points into it.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The number of a lexicon, which is made where it does not exist. What is known of words is
    /// forgotten: new entries follow.
    pub(super) fn declare(&mut self, name: &str) -> u16 {
        self.known.clear();
        self.position(name).unwrap_or_else(|| {
            self.names.push(name.into());
            self.silent.push(false);
            self.apart.push(false);
            (self.names.len() - 1) as u16
        })
    }

    /// Keeps the entries of a lexicon, whose words are not taken apart, and does not annotate with them what
    /// another lexicon annotates: nobody asks for them, and most are the smallest words.
    pub(super) fn silence(&mut self, name: &str) {
        let lexicon = self.declare(name);
        self.silent[usize::from(lexicon)] = true;
    }

    /// Keeps the entries of a lexicon and annotates nothing with them: a stage compares words with them by itself.
    pub(super) fn set_apart(&mut self, name: &str) {
        let lexicon = self.declare(name);
        self.silent[usize::from(lexicon)] = true;
        self.apart[usize::from(lexicon)] = true;
    }

    /// Drops from `begin` on what silent lexicons say, where it says no more of the end and the clitics than another.
    pub(super) fn drop_silent(&self, found: &mut Vec<Found>, begin: usize) {
        if found.len() < begin + 2 {
            return;
        }
        let is_silent = |f: &Found| self.silent[usize::from(f.lexicon)];
        let mut kept = begin;
        for at in begin..found.len() {
            let own = found[at];
            let same = |other: &&Found| {
                (other.end, other.clitics, other.peeled) == (own.end, own.clitics, own.peeled)
            };
            let dropped = is_silent(&own)
                && (found[begin..kept].iter().any(|other| same(&other))
                    || found[at + 1..].iter().filter(same).any(|f| !is_silent(f)));
            if !dropped {
                found.swap(kept, at);
                kept += 1;
            }
        }
        found.truncate(kept);
    }

    /// Adds an entry; another id for the same folded form is an error unless `homonyms`.
    pub(super) fn add(&mut self, entry: Entry, homonyms: bool) -> Result<(), String> {
        let words = folded_words(&entry.form, self.lang);
        if words.is_empty() {
            return Err(format!("`{}` folds to nothing", entry.form));
        }
        if self.apart[usize::from(entry.lexicon)] {
            self.keep(entry);
            return Ok(());
        }
        let mut node = ROOT;
        for folded in &words {
            let word = self.intern(&key(folded, self.lang).0);
            node = self.step(node, word);
        }
        let other = self.ending_at(node).find(|&at| {
            let known = &self.entries[at as usize];
            !homonyms
                && known.lexicon == entry.lexicon
                && known.id != entry.id
                && folded_words(&known.form, self.lang) == words
        });
        if let Some(other) = other {
            let known = &self.entries[other as usize];
            return Err(format!(
                "`{}` ({}) and `{}` ({}) fold to one form",
                known.form, known.id, entry.form, entry.id
            ));
        }
        let fresh = self.entries.len() as u32;
        match self.ending_at(node).last() {
            Some(last) => self.others[last as usize] = fresh,
            None => self.nodes[node as usize].end = fresh,
        }
        self.keep(entry);
        Ok(())
    }

    fn keep(&mut self, entry: Entry) {
        self.others.push(NONE);
        self.owners.push(entry.lexicon);
        self.entries.push(entry);
    }

    /// The lexicon of an entry.
    pub(super) fn lexicon_of(&self, entry: u32) -> u16 {
        self.owners[entry as usize]
    }

    /// The entries that end at a node, in their order.
    pub(super) fn ending_at(&self, node: u32) -> impl Iterator<Item = u32> {
        let entry = |at: u32| (at != NONE).then_some(at);
        let first = entry(self.nodes[node as usize].end);
        std::iter::successors(first, move |&at| entry(self.others[at as usize]))
    }

    fn intern(&mut self, word: &str) -> u32 {
        if let Some(&known) = self.words.get(word) {
            return known;
        }
        let fresh = self.words.len() as u32;
        self.words.insert(word.into(), fresh);
        self.begins.push(ROOT);
        self.inner.push(false);
        fresh
    }

    /// The node that a word leads to, which is made where it does not exist.
    fn step(&mut self, node: u32, word: u32) -> u32 {
        let next = self.nodes.len() as u32;
        let found = if node == ROOT {
            let begin = &mut self.begins[word as usize];
            if *begin == ROOT {
                *begin = next;
            }
            *begin
        } else {
            self.inner[word as usize] = true;
            *self.edges.entry((node, word)).or_insert(next)
        };
        if found == next {
            self.nodes[node as usize].goes_on.insert(word);
            self.nodes.push(Node::NEW);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[track_caller]
    fn check(lang: Lang, forms: &str, source: &str, expect: &[&str]) {
        let mut lexicons = Lexicons::new(lang);
        let rows: Vec<_> = forms
            .split(" / ")
            .map(|form| format!("{form}\t{form}\t"))
            .collect();
        lexicons
            .add_file(
                "word.tsv",
                &format!("form\tid\tfeatures\n{}", rows.join("\n")),
            )
            .unwrap();
        let text = Text::new(source, lang);
        let annotations = lexicons.annotate(&text);
        let found: Vec<_> = annotations
            .all()
            .iter()
            .map(|f| {
                format!(
                    "{}@{}",
                    lexicons.entries()[f.entry as usize].id,
                    text.slice(f.first as usize..f.end as usize)
                )
            })
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn what_is_set_apart_annotates_nothing_and_is_kept() {
        let mut lexicons = Lexicons::new(Lang::Ar);
        lexicons.set_apart("form");
        let forms = "form\tid\tfeatures\nبكل\teach\t\nبكل\tin\t\n";
        lexicons.add_file("form.tsv", forms).unwrap();
        lexicons
            .add_file("word.tsv", "form\tid\tfeatures\nكل\tall\t\n")
            .unwrap();
        let annotations = lexicons.annotate(&Text::new("بكل", Lang::Ar));
        let ids = annotations.all().iter();
        let ids: Vec<_> = ids
            .map(|found| (&*lexicons.entries()[found.entry as usize].id, found.clitics))
            .collect();
        assert_eq!(ids, [("all", Clitics::IN)]);
        assert_eq!(lexicons.entries().len(), 3);
        assert_eq!(lexicons.lexicon("form"), None);
    }

    #[test]
    fn french_is_found_in_the_plural() {
        check(
            Lang::Fr,
            "convention / établissement hospitalier / hôpital / signé",
            "Les conventions des établissements hospitaliers, des hôpitaux, signées",
            &[
                "convention@conventions",
                "établissement hospitalier@établissements hospitaliers",
                "hôpital@hôpitaux",
                "signé@signées",
            ],
        );
    }

    #[test]
    fn arabic_is_found_behind_its_clitics() {
        check(
            Lang::Ar,
            "اتفاقية / مستشفى / مركز استشفائي جامعي / كلية الطب والصيدلة / وزارة",
            "وبالمستشفى للمركز الاستشفائي الجامعي، اتفاقيتها، وكلية الطب و الصيدلة، ولكلية الطب والصيدلة ووزارة",
            &[
                "مستشفى@وبالمستشفى",
                "مركز استشفائي جامعي@للمركز الاستشفائي الجامعي",
                "اتفاقية@اتفاقيتها",
                "كلية الطب والصيدلة@وكلية الطب و الصيدلة",
                "كلية الطب والصيدلة@ولكلية الطب والصيدلة",
                "وزارة@ووزارة",
            ],
        );
    }

    #[test]
    fn a_silent_word_is_whole_and_annotated_where_nothing_else_is() {
        let found = |name: &str, form: &str| {
            let mut lexicons = Lexicons::new(Lang::Ar);
            lexicons.add_file("a.tsv", "صفة\tصفة\t").unwrap();
            lexicons.silence("b");
            let row = format!("{form}\tother\t");
            lexicons.add_file(name, &row).unwrap();
            let text = Text::new("صفة وصفة", Lang::Ar);
            let annotations = lexicons.annotate(&text);
            let entries = annotations.all().iter().map(|f| f.entry as usize);
            let lexicon = |at: usize| lexicons.name(lexicons.entries()[at].lexicon).to_owned();
            entries.map(lexicon).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found("c.tsv", "صفة"), "a c a c");
        assert_eq!(found("b.tsv", "صفة"), "a a");
        assert_eq!(found("b.tsv", "وصفة"), "a b");
    }

    #[test]
    fn a_wrong_line_is_told_with_its_place() {
        let mut lexicons = Lexicons::new(Lang::Fr);
        let faults = lexicons
            .add_file("lexicons/fr/a.tsv", "form\tid\tfeatures\nmot\tmot\n")
            .unwrap_err();
        assert_eq!(
            faults[0].to_string(),
            "lexicons/fr/a.tsv:2:1: 2 columns where 3 are wanted: form, id, features"
        );
    }
}
