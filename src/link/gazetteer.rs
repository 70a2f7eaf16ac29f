//! Holds the listed institutions and finds the one that a name means, if the context allows only one.

use std::sync::{Arc, LazyLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::likeness::Scale;
use super::name::Name;
use super::place::{PlaceIndex, Places};
use super::table::{Tables, rows};
use super::vocabulary::Vocabulary;

/// Position of an institution in the gazetteer.
pub type ListedIndex = u32;

/// A row of `institutions.tsv`.
#[derive(Debug, Clone)]
pub struct Listed {
    /// `dz/chu-oran`.
    pub id: String,
    /// Type of organisation.
    pub kind: String,
    /// Its country, where it is of one.
    pub country: Option<PlaceIndex>,
    /// Its town, and the homonyms of it in the country.
    pub town: Vec<PlaceIndex>,
    /// French name.
    pub fr: String,
    /// Arabic name.
    pub ar: String,
    /// Its names taken apart, each once.
    pub forms: Vec<Name>,
}

/// Where an article stands: what decides between homonyms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Context {
    /// The country that it is about.
    pub country: Option<PlaceIndex>,
    /// The towns and regions that it names, each with its homonyms.
    pub places: Vec<Vec<PlaceIndex>>,
}

/// Everything listed, with the words that names are taken apart by.
#[derive(Debug, Clone)]
pub struct Gazetteer {
    /// Places.
    pub places: Places,
    /// Known words of names.
    pub vocabulary: Vocabulary,
    rows: Vec<Listed>,
    by_id: FxHashMap<String, ListedIndex>,
    pub(super) by_spelling: FxHashMap<String, Vec<ListedIndex>>,
    pub(super) by_word: FxHashMap<String, Vec<ListedIndex>>,
    pub(super) by_place: FxHashMap<PlaceIndex, Vec<ListedIndex>>,
    pub(super) by_topic: FxHashMap<u16, Vec<ListedIndex>>,
}

impl Gazetteer {
    /// Reads the tables; those of the binary once.
    pub fn of(tables: &Tables) -> Arc<Self> {
        static BUNDLED: LazyLock<Arc<Gazetteer>> =
            LazyLock::new(|| Arc::new(Gazetteer::new(&Tables::bundled())));
        if tables.names_are_bundled() {
            return Arc::clone(&BUNDLED);
        }
        Arc::new(Self::new(tables))
    }

    /// Reads the tables.
    pub fn new(tables: &Tables) -> Self {
        let places = Places::new(&tables.places);
        let mut vocabulary = Vocabulary::new(tables, &places);
        vocabulary.add_qualifiers(&tables.name_word);
        let mut gazetteer = Self {
            places,
            vocabulary,
            rows: Vec::new(),
            by_id: FxHashMap::default(),
            by_spelling: FxHashMap::default(),
            by_word: FxHashMap::default(),
            by_place: FxHashMap::default(),
            by_topic: FxHashMap::default(),
        };
        for row in rows(&tables.institutions) {
            let names: Vec<&str> = [row.at(5), row.at(6)]
                .into_iter()
                .chain(row.forms(7))
                .chain(row.forms(8))
                .filter(|name| !name.is_empty())
                .collect();
            let country = gazetteer.places.find(row.at(1));
            let town = gazetteer.town(row.at(3), country);
            gazetteer.add(
                Listed {
                    id: row.at(0).to_owned(),
                    kind: row.at(2).to_owned(),
                    country,
                    town,
                    fr: row.at(5).to_owned(),
                    ar: row.at(6).to_owned(),
                    forms: Vec::new(),
                },
                &names,
            );
        }
        gazetteer
    }

    fn town(&self, name: &str, country: Option<PlaceIndex>) -> Vec<PlaceIndex> {
        let words = self.vocabulary.words(name);
        let Some((_, senses)) = self
            .vocabulary
            .phrase(&words, 0)
            .filter(|_| !words.is_empty())
        else {
            return Vec::new();
        };
        senses
            .iter()
            .filter_map(|sense| match *sense {
                super::vocabulary::Sense::Place(place) => Some(place),
                _ => None,
            })
            .filter(|&place| country.is_none_or(|country| self.places.at(place).country == country))
            .filter(|&place| !self.places.is_country(place))
            .collect()
    }

    fn add(&mut self, mut listed: Listed, names: &[&str]) {
        let index = self.rows.len() as ListedIndex;
        let mut seen = FxHashSet::default();
        for name in names {
            for name in [*name, without_country(name)] {
                let spelling = self.spelling(name);
                push_new(self.by_spelling.entry(spelling).or_default(), index);
            }
            let mut form = Name::new(name, &self.vocabulary);
            self.narrow(&mut form, &listed);
            for word in form.words.iter().filter(|word| word.len() >= 2) {
                push_new(self.by_word.entry(word.clone()).or_default(), index);
            }
            for sigle in &form.sigles {
                push_new(self.by_word.entry(sigle.clone()).or_default(), index);
            }
            for place in form.places.iter().flatten().chain(&listed.town) {
                push_new(self.by_place.entry(*place).or_default(), index);
            }
            if let Some(topic) = form.topics.first() {
                push_new(self.by_topic.entry(*topic).or_default(), index);
            }
            if seen.insert(form.clone()) {
                listed.forms.push(form);
            }
        }
        self.by_id.insert(listed.id.clone(), index);
        self.rows.push(listed);
    }

    /// A listed name's own town is known: its homonyms elsewhere are not meant.
    fn narrow(&self, form: &mut Name, listed: &Listed) {
        for mention in &mut form.places {
            let inside: Vec<PlaceIndex> = mention
                .iter()
                .copied()
                .filter(|&place| listed.country == Some(self.places.at(place).country))
                .collect();
            // « تونس » in the name of a hospital of Tunis is the town.
            let town = inside.iter().any(|place| listed.town.contains(place));
            if !inside.is_empty() {
                *mention = inside;
            }
            if town {
                mention.retain(|&place| !self.places.is_country(place));
            }
        }
    }

    /// Of the homonyms that a name may mean, those of the country that it names, else of the article's.
    pub fn narrowed(&self, name: &Name, context: &Context) -> Name {
        let mut name = name.clone();
        let named = name
            .places
            .iter()
            .find_map(|mention| match mention.as_slice() {
                [only] if self.places.is_country(*only) => Some(*only),
                _ => None,
            });
        let Some(country) = named.or(context.country) else {
            return name;
        };
        for mention in &mut name.places {
            if mention
                .iter()
                .any(|&place| self.places.at(place).country == country)
            {
                mention.retain(|&place| self.places.at(place).country == country);
            }
        }
        name
    }

    /// The institution of an id.
    pub fn find(&self, id: &str) -> Option<ListedIndex> {
        self.by_id.get(id).copied()
    }

    /// The row of an institution.
    pub fn at(&self, listed: ListedIndex) -> &Listed {
        &self.rows[listed as usize]
    }

    /// What names are compared with.
    pub fn scale(&self) -> Scale<'_> {
        Scale {
            places: &self.places,
            vocabulary: &self.vocabulary,
        }
    }

    /// A name without case, accents, marks, articles, prepositions and spaces.
    pub(super) fn spelling(&self, name: &str) -> String {
        let words = self.vocabulary.words(name);
        words.into_iter().map(|word| word.text).collect()
    }
}

fn push_new(list: &mut Vec<ListedIndex>, index: ListedIndex) {
    if list.last() != Some(&index) {
        list.push(index);
    }
}

/// « Ministère de la Santé (Algérie) » is listed with its country, and written without.
fn without_country(name: &str) -> &str {
    name.split_once(" (").map_or(name, |(own, _)| own)
}
