//! Names the fields of the index: texts by language, keys, dates and counts, and the stored form of a hit.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder,
    TextFieldIndexing, TextOptions,
};

use super::stream::View;
use crate::record::Lang;

/// The two kinds of hit; each is ranked among its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shelf {
    /// Articles with their facts.
    #[default]
    Articles,
    /// Agreements, each tied together from many articles.
    Dossiers,
}

impl Shelf {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Articles => "article",
            Self::Dossiers => "dossier",
        }
    }

    /// The key of the texts of one language on this shelf, whose count ranking asks for.
    pub(super) fn in_language(self, lang: Lang) -> String {
        format!("{}.{}", self.name(), lang.code())
    }
}

const SHELVES: [Shelf; 2] = [Shelf::Articles, Shelf::Dossiers];

/// The fields of one language on one shelf, all of which [`super::notes`] writes from title, body and the ids
/// among the concepts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts {
    /// Stems, at the positions of their words.
    pub(super) title: Field,
    pub(super) body: Field,
    /// Folded words.
    pub(super) word: Field,
    /// Two stems that follow each other in the lead, stop words passed over.
    pub(super) pair: Field,
    /// What stands for the root of a longer word; a short one is found by itself.
    pub(super) fragment: Field,
    /// Ids of what the text or its facts name.
    pub(super) concept: Field,
}

/// Every field.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// By shelf, then French and Arabic.
    texts: [[Texts; 2]; 2],
    /// Consonants of the names of partners and places, by shelf.
    name_key: [Field; 2],
    pub(super) id: Field,
    pub(super) url: Field,
    pub(super) shelf: Field,
    pub(super) partner_name: Field,
    pub(super) place_name: Field,
    pub(super) lang: Field,
    pub(super) country: Field,
    pub(super) source: Field,
    pub(super) kind: Field,
    pub(super) status: Field,
    pub(super) procedure: Field,
    pub(super) specialty: Field,
    pub(super) partner: Field,
    pub(super) partner_type: Field,
    pub(super) place: Field,
    /// The wilaya, region or governorate of a place or partner.
    pub(super) region: Field,
    pub(super) dossier: Field,
    /// Moments as the number `YYYYMMDDhhmmss`, so that a year is a range.
    pub(super) published: Field,
    pub(super) signed: Field,
    pub(super) count: Field,
    /// The digest of the id of the article that this one repeats, or of its own.
    pub(super) group: Field,
    /// What a hit shows of an article; [`super::cards`] keeps it.
    pub(super) card: Field,
    /// The text of an article, or a dossier.
    pub(super) stored: Field,
}

/// Names of fast fields that are read while hits are collected.
pub(super) const ID: &str = "id";
pub(super) const PUBLISHED: &str = "published";
pub(super) const GROUP: &str = "group";

impl Fields {
    /// The fields and the schema that holds them.
    pub(super) fn new() -> (Self, Schema) {
        let mut schema = Schema::builder();
        let mut key = |name: &str| schema.add_text_field(name, STRING | FAST);
        let [id, lang, country, source] = [ID, "lang", "country", "source"].map(&mut key);
        let [kind, status, procedure, specialty] =
            ["kind", "status", "procedure", "specialty"].map(&mut key);
        let [partner, partner_type] = ["partner", "partner_type"].map(&mut key);
        let [place, region] = ["place", "region"].map(&mut key);
        let mut term = |name: &str| schema.add_text_field(name, STRING);
        let [url, shelf, dossier] = ["url", "shelf", "dossier"].map(&mut term);
        let mut number = |name: &str| schema.add_u64_field(name, INDEXED | FAST);
        let [published, signed, count, group] =
            [PUBLISHED, "signed", "count", GROUP].map(&mut number);
        let fields = Self {
            texts: SHELVES
                .map(|on| [Lang::Fr, Lang::Ar].map(|lang| Texts::new(&mut schema, on, lang))),
            name_key: SHELVES.map(|on| {
                let name = format!("{}.name_key", on.name());
                text(&mut schema, &name, View::Name, IndexRecordOption::WithFreqs)
            }),
            partner_name: positions(&mut schema, "partner_name", View::Stem),
            place_name: positions(&mut schema, "place_name", View::Stem),
            card: schema.add_custom_field("card", "card", serde_json::Value::Null),
            stored: schema.add_text_field("stored", STORED),
            id,
            url,
            shelf,
            lang,
            country,
            source,
            kind,
            status,
            procedure,
            specialty,
            partner,
            partner_type,
            place,
            region,
            dossier,
            published,
            signed,
            count,
            group,
        };
        (fields, schema.build())
    }

    /// The text fields of every shelf and language.
    pub(super) fn each_texts(&self) -> impl Iterator<Item = Texts> {
        self.texts.iter().flatten().copied()
    }

    /// The fields that ranking reads.
    pub(super) fn ranked(&self) -> impl Iterator<Item = Field> {
        let texts = self.each_texts().flat_map(Texts::fields);
        texts.chain(self.name_key)
    }

    /// The field of consonants of names.
    pub(super) const fn name_key(&self, on: Shelf) -> Field {
        self.name_key[on as usize]
    }

    /// The text fields of a language.
    pub(super) const fn texts(&self, on: Shelf, lang: Lang) -> &Texts {
        &self.texts[on as usize][lang as usize]
    }
}

impl Texts {
    fn new(schema: &mut SchemaBuilder, shelf: Shelf, lang: Lang) -> Self {
        let name = |part: &str| format!("{}.{part}", shelf.in_language(lang));
        let freqs = IndexRecordOption::WithFreqs;
        let mut freqs = |part: &str| text(schema, &name(part), View::Noted, freqs);
        let [word, pair, fragment, concept] =
            ["word", "pair", "fragment", "concept"].map(&mut freqs);
        let mut placed = |part: &str| positions(schema, &name(part), View::Noted);
        let [title, body] = ["title", "body"].map(&mut placed);
        Self {
            title,
            body,
            word,
            pair,
            fragment,
            concept,
        }
    }

    /// All of them.
    pub(super) const fn fields(self) -> [Field; 6] {
        [
            self.title,
            self.body,
            self.word,
            self.pair,
            self.fragment,
            self.concept,
        ]
    }
}

fn positions(schema: &mut SchemaBuilder, name: &str, view: View) -> Field {
    text(schema, name, view, IndexRecordOption::WithFreqsAndPositions)
}

fn text(schema: &mut SchemaBuilder, name: &str, view: View, option: IndexRecordOption) -> Field {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(view.name())
        .set_index_option(option);
    schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}
