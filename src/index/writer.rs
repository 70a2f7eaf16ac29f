//! Turns records and dossiers into documents of the index, and takes them out again, by id.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tantivy::schema::Field;
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{IndexWriter, TantivyDocument, Term};

use super::failed;
use super::moment;
use super::schema::{Fields, Shelf};
use crate::error::Result;
use crate::record::dossier::{Dossier, Member};
use crate::record::fact::{Convention, Operation, Place};
use crate::record::{Lang, Record, word};

/// Adds, replaces and deletes; nothing is seen by a search before [`Writer::commit`].
pub struct Writer {
    pub(super) inner: IndexWriter,
    pub(super) fields: Fields,
    pub(super) path: PathBuf,
}

/// What a hit shows of an article.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) url: Option<String>,
    pub(super) source: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) country: Option<String>,
    pub(super) lang: String,
    pub(super) title: Option<String>,
    pub(super) published: Option<String>,
    pub(super) text: String,
}

impl Writer {
    /// Adds an article, in place of the one that has its id.
    ///
    /// # Errors
    /// [`crate::error::Error::Index`] where the index refuses to write.
    pub fn add(&self, record: &Record) -> Result<()> {
        self.delete(Shelf::Articles, &record.id);
        let document = Sheet::new(&self.fields).article(record);
        self.put(document)
    }

    /// Adds a dossier, in place of the one that has its id.
    ///
    /// # Errors
    /// [`crate::error::Error::Index`] where the index refuses to write.
    pub fn add_dossier(&self, dossier: &Dossier) -> Result<()> {
        self.delete(Shelf::Dossiers, &dossier.id);
        let document = Sheet::new(&self.fields).dossier(dossier);
        self.put(document)
    }

    /// Takes out the article or dossier of an id, if it is there.
    pub fn delete(&self, on: Shelf, id: &str) {
        let id = stored_id(on, id);
        self.inner
            .delete_term(Term::from_field_text(self.fields.id, &id));
    }

    /// Makes everything since the last commit visible at once, and durable.
    ///
    /// # Errors
    /// [`crate::error::Error::Index`] where the index cannot be written.
    pub fn commit(&mut self) -> Result<()> {
        self.inner
            .commit()
            .map(|_| ())
            .map_err(|error| failed(&self.path, &error))
    }

    fn put(&self, document: TantivyDocument) -> Result<()> {
        self.inner
            .add_document(document)
            .map(|_| ())
            .map_err(|error| failed(&self.path, &error))
    }
}

/// The id as the index keeps it: an article and a dossier may share one.
pub(super) fn stored_id(shelf: Shelf, id: &str) -> String {
    format!("{}:{id}", shelf.name())
}

/// The digest by which articles that repeat one another are grouped.
pub(super) fn group_of(id: &str) -> u64 {
    let digest = Sha256::digest(id.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |group, &byte| group << 8 | u64::from(byte))
}

/// A document being filled.
struct Sheet<'a> {
    fields: &'a Fields,
    document: TantivyDocument,
}

impl<'a> Sheet<'a> {
    fn new(fields: &'a Fields) -> Self {
        Self {
            fields,
            document: TantivyDocument::new(),
        }
    }

    fn article(mut self, record: &Record) -> TantivyDocument {
        let f = self.fields;
        self.text(f.id, &stored_id(Shelf::Articles, &record.id));
        self.each(f.url, record.url.as_ref());
        self.each(f.source, record.source.as_ref());
        self.each(f.country, record.country.as_ref());
        self.text(f.lang, &record.lang);
        self.moments(f.published, record.published.as_ref());
        let original = record.duplicate_of.as_deref().unwrap_or(&record.id);
        self.document.add_u64(f.group, group_of(original));
        let title = record.title.as_deref().unwrap_or_default();
        self.texts(
            Shelf::Articles,
            shelf_lang(&record.lang),
            title,
            &record.text,
        );
        record
            .conventions
            .iter()
            .for_each(|convention| self.convention(convention));
        record
            .operations
            .iter()
            .for_each(|operation| self.operation(operation));
        self.stored(&Shown {
            id: record.id.clone(),
            url: record.url.clone(),
            source: record.source.clone(),
            publisher: record.publisher.clone(),
            country: record.country.clone(),
            lang: record.lang.clone(),
            title: record.title.clone(),
            published: record.published.clone(),
            text: record.text.clone(),
        });
        self.document
    }

    fn convention(&mut self, convention: &Convention) {
        let f = self.fields;
        self.text(f.kind, &word(&convention.kind));
        self.text(f.status, &word(&convention.status));
        self.each(f.dossier, convention.dossier.as_ref());
        self.moments(
            f.signed,
            convention
                .date
                .as_ref()
                .and_then(|date| date.value.as_ref()),
        );
        for partner in &convention.partners {
            self.each(f.partner, partner.id.as_ref());
            self.concept(partner.id.as_deref());
            self.each(f.partner_type, partner.class.as_ref());
            for name in partner.aliases.iter().chain([&partner.name]) {
                self.name(f.partner_name, name);
            }
        }
        self.place(f.place, f.place_name, convention.place.as_ref());
    }

    fn operation(&mut self, operation: &Operation) {
        let f = self.fields;
        self.document.add_u64(f.count, operation.count);
        self.text(f.procedure, &word(&operation.procedure));
        self.text(f.status, &word(&operation.status));
        self.each(f.specialty, operation.specialty.as_ref());
        for organisation in [&operation.facility, &operation.team] {
            self.place(f.partner, f.partner_name, organisation.as_ref());
        }
    }

    fn place(&mut self, ids: Field, names: Field, place: Option<&Place>) {
        if let Some(place) = place {
            self.each(ids, place.id.as_ref());
            self.each(self.fields.concept, place.id.as_ref());
            self.name(names, &place.name);
        }
    }

    fn dossier(mut self, dossier: &Dossier) -> TantivyDocument {
        let f = self.fields;
        self.text(f.id, &stored_id(Shelf::Dossiers, &dossier.id));
        self.text(f.dossier, &dossier.id);
        self.document.add_u64(f.group, group_of(&dossier.id));
        self.text(f.kind, &word(&dossier.kind));
        self.text(f.status, &word(&dossier.status));
        self.concept(Some(&word(&dossier.kind)));
        self.moments(f.signed, dossier.date.as_ref());
        self.moments(f.published, dossier.date.as_ref());
        let members = || dossier.partners.iter().chain(&dossier.patrons);
        for member in members() {
            self.text(f.partner, &member.id);
            self.concept(Some(&member.id));
            self.each(f.partner_type, member.class.as_ref());
            member
                .name
                .values()
                .for_each(|name| self.name(f.partner_name, name));
        }
        if let Some(place) = &dossier.place {
            self.each(f.place, place.id.as_ref());
            self.concept(place.id.as_deref());
            place
                .name
                .values()
                .for_each(|name| self.name(f.place_name, name));
        }
        for act in &dossier.operations {
            self.document.add_u64(f.count, act.count);
            self.text(f.procedure, &word(&act.procedure));
        }
        let mut langs: Vec<&str> = dossier
            .articles
            .iter()
            .map(|article| article.lang.as_str())
            .collect();
        langs.sort_unstable();
        langs.dedup();
        for lang in langs {
            self.text(f.lang, lang);
        }
        for lang in [Lang::Fr, Lang::Ar] {
            let subject = dossier.subject.get(lang.code()).map_or("", String::as_str);
            self.texts(Shelf::Dossiers, lang, &title_of(dossier, lang), subject);
        }
        self.stored(dossier);
        self.document
    }

    /// Title and body in every way in which they are searched.
    fn texts(&mut self, on: Shelf, lang: Lang, title: &str, body: &str) {
        let f = self.fields;
        let texts = f.texts(on, lang);
        self.text(f.shelf, on.name());
        self.text(f.shelf, &on.in_language(lang));
        self.text(texts.title, title);
        for field in [
            texts.body,
            texts.word,
            texts.pair,
            texts.fragment,
            f.concept,
        ] {
            self.text(field, body);
        }
        self.text(f.concept, title);
    }

    fn name(&mut self, field: Field, name: &str) {
        self.text(field, name);
        self.text(self.fields.name_key, name);
    }

    fn text(&mut self, field: Field, text: &str) {
        if !text.is_empty() {
            self.document.add_text(field, text);
        }
    }

    /// An id of a concept or entity as a term of its own: it is known already, and stands in no text.
    fn concept(&mut self, id: Option<&str>) {
        let Some(id) = id else { return };
        let token = Token {
            text: id.to_owned(),
            offset_to: id.len(),
            position_length: 1,
            ..Token::default()
        };
        let known = PreTokenizedString {
            text: id.to_owned(),
            tokens: vec![Token {
                position: 0,
                ..token
            }],
        };
        self.document
            .add_pre_tokenized_text(self.fields.concept, known);
    }

    fn each(&mut self, field: Field, text: Option<&String>) {
        if let Some(text) = text {
            self.text(field, text);
        }
    }

    fn moments(&mut self, field: Field, date: Option<&String>) {
        if let Some(covered) = date.and_then(|date| moment::covered(date)) {
            self.document.add_u64(field, *covered.start());
        }
    }

    fn stored(&mut self, shown: &impl Serialize) {
        // A record is plain data: it always has a JSON form.
        let json = serde_json::to_string(shown).unwrap_or_default();
        self.document.add_text(self.fields.stored, json);
    }
}

/// The names of a dossier's partners in one language, in another where it has none.
pub(super) fn title_of(dossier: &Dossier, lang: Lang) -> String {
    let name = |member: &Member| {
        let own = member.name.get(lang.code());
        own.or_else(|| member.name.values().next()).cloned()
    };
    let names: Vec<String> = dossier.partners.iter().filter_map(name).collect();
    names.join(" – ")
}

/// Which language's statistics a text is counted in: Arabic letters are those of `ar`.
pub(super) fn shelf_lang(lang: &str) -> Lang {
    match lang {
        "ar" | "fa" | "ur" => Lang::Ar,
        _ => Lang::Fr,
    }
}
