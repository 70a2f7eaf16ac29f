//! Notes what the texts of a segment say, and writes its inverted index when it ends.
//!
//! tantivy's own writer looks a word up once for each field that is made of it, which is half of what a build
//! costs. Here a word is noted once, by number: its stem, its fragments and its pairs follow from the numbers
//! when the segment ends. What is written is what tantivy would write, so reading and merging are its own.

use std::any::Any;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::indexer::DocIdMapping;
use tantivy::schema::document::ErasedDocument;
use tantivy::schema::{Field, Schema, Value};
use tantivy::{
    DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Segment, SegmentPlugin,
    TantivyDocument, TantivyError,
};

use super::analyzer::Analysis;
use super::inverted::Inverted;
use super::postings::{Ranked, Sorted, rank};
use super::schema::{Fields, Texts};
use super::vocabulary::Vocabulary;

/// Words of a text whose pairs are indexed: the lead of an article says what it is about, and the pairs of
/// the rest would be most of the index.
const LEAD: u32 = 250;

/// Bytes that a form takes, about: it is kept with its stem and under its own name.
const FORM: usize = 200;

/// Writes the fields of [`Texts`], for which tantivy's own writer is told nothing.
pub(super) struct Noted {
    pub(super) fields: Fields,
    pub(super) vocabulary: Arc<Vocabulary>,
}

impl SegmentPlugin for Noted {
    fn extensions(&self) -> &[&str] {
        &[]
    }

    fn create_writer(&self, _: &PluginWriterContext) -> tantivy::Result<Box<dyn PluginWriter>> {
        let mut parts = FxHashMap::default();
        let notes: Vec<Notes> = self.fields.each_texts().map(Notes::new).collect();
        for (at, notes) in notes.iter().enumerate() {
            parts.insert(notes.texts.title, (at, Part::Title));
            parts.insert(notes.texts.body, (at, Part::Body));
            parts.insert(notes.texts.concept, (at, Part::Id));
        }
        Ok(Box::new(NotedWriter {
            vocabulary: Arc::clone(&self.vocabulary),
            analysis: Analysis::keeping(),
            ids: Ids::default(),
            parts,
            notes,
            docs: 0,
        }))
    }

    fn merge(&self, _: PluginMergeContext) -> tantivy::Result<()> {
        Ok(())
    }
}

/// What a value of a field is.
#[derive(Debug, Clone, Copy)]
enum Part {
    Title,
    Body,
    /// The id of a concept or entity that the facts name.
    Id,
}

/// The texts of one language on one shelf.
struct Notes {
    texts: Texts,
    /// Forms and their positions.
    title: Log,
    body: Log,
    /// Numbers of [`Ids`].
    concepts: Log,
}

/// Numbers, with places, in the order in which the documents hold them.
#[derive(Debug, Default)]
struct Log {
    entries: Vec<(u32, u32)>,
    /// Each document and where its entries end.
    docs: Vec<(DocId, usize)>,
}

/// Ids of concepts and entities, numbered as they are met.
#[derive(Debug, Default)]
struct Ids {
    names: Vec<Box<str>>,
    known: FxHashMap<Box<str>, u32>,
    /// The numbers of those of the vocabulary.
    of_vocabulary: FxHashMap<u32, u32>,
}

struct NotedWriter {
    vocabulary: Arc<Vocabulary>,
    analysis: Analysis,
    ids: Ids,
    parts: FxHashMap<Field, (usize, Part)>,
    notes: Vec<Notes>,
    docs: DocId,
}

impl PluginWriter for NotedWriter {
    fn add_document(
        &mut self,
        doc: DocId,
        document: &dyn ErasedDocument,
        _: &Schema,
    ) -> tantivy::Result<()> {
        self.docs = doc + 1;
        let document = document.as_any().downcast_ref::<TantivyDocument>();
        let values = document.into_iter().flat_map(TantivyDocument::field_values);
        for (field, value) in values {
            if let Some((at, part)) = self.parts.get(&field).copied()
                && let Some(text) = value.as_str()
            {
                self.note(doc, at, part, text);
            }
        }
        Ok(())
    }

    fn serialize(
        self: Box<Self>,
        segment: &Segment,
        order: Option<&DocIdMapping>,
    ) -> tantivy::Result<()> {
        if order.is_some() {
            let message = "articles stay in the order in which they come".to_owned();
            return Err(TantivyError::InvalidArgument(message));
        }
        let ours: Vec<Field> = self
            .notes
            .iter()
            .flat_map(|notes| notes.texts.fields())
            .collect();
        let mut files = Inverted::renew(segment, &ours)?;
        let names = Names::new(&self.analysis, &self.ids);
        for notes in &self.notes {
            notes.write(&names, self.docs, &mut files)?;
        }
        files.close()
    }

    fn mem_usage(&self) -> usize {
        let logs = self.notes.iter().map(|notes| {
            [&notes.title, &notes.body, &notes.concepts]
                .map(|log| size_of_val(&*log.entries) + size_of_val(&*log.docs))
                .iter()
                .sum::<usize>()
        });
        // As much again is needed to put one field in order.
        2 * logs.sum::<usize>() + FORM * self.analysis.forms().len()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl NotedWriter {
    fn note(&mut self, doc: DocId, at: usize, part: Part, text: &str) {
        let notes = &mut self.notes[at];
        let log = match part {
            Part::Title => &mut notes.title,
            Part::Body => &mut notes.body,
            Part::Id => {
                notes.concepts.entries.push((self.ids.number(text), 0));
                return notes.concepts.end(doc);
            }
        };
        self.analysis.read(text, &self.vocabulary);
        let asked = self.analysis.asked();
        log.entries
            .extend(asked.map(|(place, word)| (word.form, place as u32)));
        log.end(doc);
        for concept in &self.analysis.concepts {
            let number = self.ids.of_vocabulary(concept.id, &self.vocabulary);
            notes.concepts.entries.push((number, concept.first));
        }
        notes.concepts.end(doc);
    }
}

impl Log {
    /// Ends a document, or goes on with the one that was ended last.
    fn end(&mut self, doc: DocId) {
        let end = self.entries.len();
        match self.docs.last_mut().filter(|(last, _)| *last == doc) {
            Some((_, last)) => *last = end,
            None => self.docs.push((doc, end)),
        }
    }

    /// The entries of each document.
    fn texts(&self) -> impl Iterator<Item = (DocId, &[(u32, u32)])> {
        let mut from = 0;
        self.docs.iter().map(move |&(doc, end)| {
            let entries = &self.entries[from..end];
            from = end;
            (doc, entries)
        })
    }

    /// Every number with its document and place.
    fn entries(&self) -> impl Iterator<Item = (u32, DocId, u32)> {
        self.texts().flat_map(|(doc, entries)| {
            let with = move |&(number, place): &(u32, u32)| (number, doc, place);
            entries.iter().map(with)
        })
    }
}

impl Ids {
    fn number(&mut self, id: &str) -> u32 {
        if let Some(&number) = self.known.get(id) {
            return number;
        }
        let number = self.names.len() as u32;
        self.known.insert(id.into(), number);
        self.names.push(id.into());
        number
    }

    fn of_vocabulary(&mut self, at: u32, vocabulary: &Vocabulary) -> u32 {
        if let Some(&number) = self.of_vocabulary.get(&at) {
            return number;
        }
        let number = self.number(vocabulary.id(at));
        self.of_vocabulary.insert(at, number);
        number
    }
}

/// What the numbers stand for in each field, in the order of the terms.
struct Names<'a> {
    words: Ranked<'a>,
    stems: Ranked<'a>,
    ids: Ranked<'a>,
    /// Fragments of all forms, and where those of each form end.
    fragments: Ranked<'a>,
    ends: Vec<usize>,
}

impl<'a> Names<'a> {
    fn new(analysis: &'a Analysis, ids: &'a Ids) -> Self {
        let forms = analysis.forms();
        let (mut fragments, mut ends) = (Vec::new(), Vec::new());
        for form in forms {
            if !form.is_short() {
                fragments.extend(form.fragments());
            }
            ends.push(fragments.len());
        }
        Self {
            words: rank(forms.iter().map(|form| &*form.folded)),
            stems: rank(forms.iter().map(|form| &*form.stem)),
            ids: rank(ids.names.iter().map(|id| &**id)),
            fragments: rank(fragments.into_iter()),
            ends,
        }
    }

    /// The ranks of the fragments of a form.
    fn fragments(&self, form: u32) -> &[u32] {
        let form = form as usize;
        let from = form.checked_sub(1).map_or(0, |last| self.ends[last]);
        &self.fragments.of[from..self.ends[form]]
    }

    fn stem(&self, form: u32) -> u32 {
        self.stems.of[form as usize]
    }
}

impl Notes {
    fn new(texts: Texts) -> Self {
        Self {
            texts,
            title: Log::default(),
            body: Log::default(),
            concepts: Log::default(),
        }
    }

    fn write(&self, names: &Names, docs: DocId, files: &mut Inverted) -> tantivy::Result<()> {
        let Texts {
            title,
            body,
            word,
            pair,
            fragment,
            concept,
        } = self.texts;
        let stemmed = |(form, doc, place)| (names.stem(form), doc, place);
        for (field, log) in [(title, &self.title), (body, &self.body)] {
            let stems = || log.entries().map(stemmed);
            files.field(field, &names.stems, &Sorted::new(stems, &names.stems, docs))?;
        }
        let words = || {
            let entries = self.body.entries();
            entries.map(|(form, doc, _)| (names.words.of[form as usize], doc, 0))
        };
        files.field(word, &names.words, &Sorted::new(words, &names.words, docs))?;
        let fragments = || {
            self.body.entries().flat_map(|(form, doc, _)| {
                let ranks = names.fragments(form).iter();
                ranks.map(move |&rank| (rank, doc, 0))
            })
        };
        let sorted = Sorted::new(fragments, &names.fragments, docs);
        files.field(fragment, &names.fragments, &sorted)?;
        let concepts = || {
            let entries = self.concepts.entries();
            entries.map(|(id, doc, _)| (names.ids.of[id as usize], doc, 0))
        };
        files.field(
            concept,
            &names.ids,
            &Sorted::new(concepts, &names.ids, docs),
        )?;
        // By their left stems; the right ones take the places.
        let pairs = || {
            self.body.texts().flat_map(|(doc, words)| {
                let lead = words.windows(2).take_while(|pair| pair[0].1 < LEAD);
                lead.map(move |pair| (names.stem(pair[0].0), doc, names.stem(pair[1].0)))
            })
        };
        files.pairs(pair, &names.stems, &Sorted::new(pairs, &names.stems, docs))
    }
}
