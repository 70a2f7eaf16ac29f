//! Fills a document of the index from a record or a dossier: its texts, its keys, and what a hit shows of it.

use std::collections::BTreeSet;

use serde::Serialize;
use tantivy::TantivyDocument;
use tantivy::schema::Field;

use super::cards::Card;
use super::moment;
use super::schema::{Fields, Shelf};
use super::vocabulary::Vocabulary;
use super::writer::{group_of, stored_id};
use crate::record::dossier::{Dossier, Member};
use crate::record::fact::{Convention, Operation, Place};
use crate::record::{Lang, Record, word};

/// A document being filled.
pub(super) struct Sheet<'a> {
    fields: &'a Fields,
    vocabulary: &'a Vocabulary,
    shelf: Shelf,
    /// The languages of its texts.
    langs: Vec<Lang>,
    document: TantivyDocument,
    /// Regions of its places and partners, each once.
    regions: BTreeSet<String>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(fields: &'a Fields, vocabulary: &'a Vocabulary, shelf: Shelf) -> Self {
        Self {
            fields,
            vocabulary,
            shelf,
            langs: Vec::new(),
            document: TantivyDocument::new(),
            regions: BTreeSet::new(),
        }
    }

    pub(super) fn article(mut self, record: &Record) -> TantivyDocument {
        let f = self.fields;
        let lang = shelf_lang(&record.lang, &record.text);
        self.langs.push(lang);
        self.text(f.id, &stored_id(self.shelf, &record.id));
        self.each(f.url, record.url.as_ref());
        self.each(f.source, record.source.as_ref());
        self.each(f.country, record.country.as_ref());
        self.text(f.lang, &record.lang);
        self.moments(f.published, record.published.as_ref());
        let original = record.duplicate_of.as_deref().unwrap_or(&record.id);
        self.document.add_u64(f.group, group_of(original));
        let title = record.title.as_deref().unwrap_or_default();
        self.texts(shelf_lang(&record.lang, &record.text), title, &record.text);
        for convention in &record.conventions {
            self.convention(convention);
        }
        for operation in &record.operations {
            self.operation(operation);
        }
        self.text(f.stored, &record.text);
        let card = json(&Card {
            id: record.id.clone(),
            url: record.url.clone(),
            source: record.source.clone(),
            publisher: record.publisher.clone(),
            country: record.country.clone(),
            lang: record.lang.clone(),
            title: record.title.clone(),
            published: record.published.clone(),
        });
        self.document.add_custom(f.card, card.as_bytes());
        self.done()
    }

    fn convention(&mut self, convention: &Convention) {
        let f = self.fields;
        self.text(f.kind, &word(&convention.kind));
        self.text(f.status, &word(&convention.status));
        self.each(f.dossier, convention.dossier.as_ref());
        let date = convention.date.as_ref();
        self.moments(f.signed, date.and_then(|date| date.value.as_ref()));
        for partner in &convention.partners {
            self.entity(f.partner, partner.id.as_deref());
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
            self.entity(ids, place.id.as_deref());
            self.name(names, &place.name);
        }
    }

    pub(super) fn dossier(mut self, dossier: &Dossier) -> TantivyDocument {
        let f = self.fields;
        self.langs.extend([Lang::Fr, Lang::Ar]);
        self.text(f.id, &stored_id(self.shelf, &dossier.id));
        self.text(f.dossier, &dossier.id);
        self.document.add_u64(f.group, group_of(&dossier.id));
        self.text(f.kind, &word(&dossier.kind));
        self.text(f.status, &word(&dossier.status));
        self.concept(&word(&dossier.kind));
        self.moments(f.signed, dossier.date.as_ref());
        self.moments(f.published, dossier.date.as_ref());
        for member in dossier.partners.iter().chain(&dossier.patrons) {
            self.entity(f.partner, Some(&member.id));
            self.each(f.partner_type, member.class.as_ref());
            for name in member.name.values() {
                self.name(f.partner_name, name);
            }
        }
        if let Some(place) = &dossier.place {
            self.entity(f.place, place.id.as_deref());
            for name in place.name.values() {
                self.name(f.place_name, name);
            }
        }
        for act in &dossier.operations {
            self.document.add_u64(f.count, act.count);
            self.text(f.procedure, &word(&act.procedure));
        }
        for country in countries(dossier) {
            self.text(f.country, country);
        }
        let told = dossier.articles.iter().map(|article| article.lang.as_str());
        for lang in told.collect::<BTreeSet<_>>() {
            self.text(f.lang, lang);
        }
        for lang in [Lang::Fr, Lang::Ar] {
            let subject = dossier.subject.get(lang.code()).map_or("", String::as_str);
            self.texts(lang, &title_of(dossier, lang), subject);
        }
        self.text(f.stored, &json(dossier));
        self.done()
    }

    fn done(mut self) -> TantivyDocument {
        for region in std::mem::take(&mut self.regions) {
            self.text(self.fields.region, &region);
        }
        self.document
    }

    /// Title and body of one language.
    fn texts(&mut self, lang: Lang, title: &str, body: &str) {
        let f = self.fields;
        let texts = f.texts(self.shelf, lang);
        self.text(f.shelf, self.shelf.name());
        self.text(f.shelf, &self.shelf.in_language(lang));
        self.text(texts.title, title);
        self.text(texts.body, body);
    }

    fn name(&mut self, field: Field, name: &str) {
        self.text(field, name);
        self.text(self.fields.name_key(self.shelf), name);
    }

    fn text(&mut self, field: Field, text: &str) {
        if !text.is_empty() {
            self.document.add_text(field, text);
        }
    }

    /// An institution or place of the facts, by id.
    fn entity(&mut self, ids: Field, id: Option<&str>) {
        let Some(id) = id else { return };
        self.text(ids, id);
        self.concept(id);
        let region = self.vocabulary.region(id);
        self.regions.extend(region.map(str::to_owned));
    }

    /// The id of a concept or entity, in the languages of the texts.
    fn concept(&mut self, id: &str) {
        for lang in self.langs.clone() {
            let field = self.fields.texts(self.shelf, lang).concept;
            self.text(field, id);
        }
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
}

/// Records and dossiers are plain: they always have a JSON form.
fn json(shown: &impl Serialize) -> String {
    serde_json::to_string(shown).unwrap_or_default()
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

/// The countries of a dossier's partners, where their ids tell them.
fn countries(dossier: &Dossier) -> BTreeSet<&str> {
    let ids = dossier.partners.iter().map(|member| member.id.as_str());
    ids.filter_map(|id| id.split_once('/'))
        .map(|(country, _)| country)
        .filter(|country| country.len() == 2)
        .collect()
}

/// Letters by which the script of a text in some other language is known.
const SCRIPT: usize = 400;

/// Which language's chain and statistics a text belongs to: that of its own language, else of its script.
fn shelf_lang(lang: &str, text: &str) -> Lang {
    Lang::from_code(lang).unwrap_or_else(|| {
        let letters = || text.chars().filter(|c| c.is_alphabetic()).take(SCRIPT);
        let arabic = letters().filter(|c| ('\u{600}'..='\u{6FF}').contains(c));
        if arabic.count() * 2 > letters().count() {
            Lang::Ar
        } else {
            Lang::Fr
        }
    })
}
