//! Holds the listed institutions and finds the one that a name means, if the context allows only one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::likeness::{SURE, Scale};
use super::name::Name;
use super::name_key::SHORTEST;
use super::place::{Bearing, PlaceIndex, Places};
use super::table::{Tables, rows};
use super::vocabulary::{ClassIndex, Vocabulary};

/// Position of an institution in the gazetteer.
pub type ListedIndex = u32;

/// Types of organisation that each country has its own of, under the same name.
const OFFICES: [&str; 6] = [
    "ministry",
    "army",
    "agency",
    "insurer",
    "institute",
    "union",
];

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
    by_spelling: FxHashMap<String, Vec<ListedIndex>>,
    by_word: FxHashMap<String, Vec<ListedIndex>>,
    by_place: FxHashMap<PlaceIndex, Vec<ListedIndex>>,
    by_topic: FxHashMap<u16, Vec<ListedIndex>>,
}

impl Gazetteer {
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

    /// Whether the names of an organisation may mean more rows than one, so that the context decides.
    pub fn candidates(&self, written: &[&str], names: &[Name]) -> Vec<(ListedIndex, f64)> {
        let mut found: FxHashMap<ListedIndex, f64> = FxHashMap::default();
        for (written, name) in written.iter().zip(names) {
            if !name.is_bare() {
                let listed = self.by_spelling.get(&self.spelling(written));
                found.extend(listed.into_iter().flatten().map(|&index| (index, 1.0)));
            }
        }
        let near: FxHashSet<ListedIndex> = names
            .iter()
            .filter(|name| !name.is_bare() && !name.plural)
            .flat_map(|name| self.near(name))
            .collect();
        for index in near {
            let score = self.score(names, index);
            let best = found.entry(index).or_insert(0.0);
            *best = best.max(score);
        }
        let mut found: Vec<_> = found
            .into_iter()
            .filter(|&(index, score)| score >= SURE && !self.contradicts(names, index))
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    }

    /// A name without case, accents, marks, articles, prepositions and spaces.
    fn spelling(&self, name: &str) -> String {
        let words = self.vocabulary.words(name);
        words.into_iter().map(|word| word.text).collect()
    }

    fn near(&self, name: &Name) -> Vec<ListedIndex> {
        let words = name.words.iter().chain(&name.sigles);
        let mut near: Vec<ListedIndex> = words
            .filter_map(|word| self.by_word.get(word))
            .flatten()
            .copied()
            .collect();
        if name.words.is_empty() {
            let places = name.places.iter().flatten();
            near.extend(
                places
                    .filter_map(|place| self.by_place.get(place))
                    .flatten(),
            );
            if name.weight() < SHORTEST && name.class.is_some() {
                let topic = name.topics.first();
                near.extend(
                    topic
                        .and_then(|topic| self.by_topic.get(topic))
                        .into_iter()
                        .flatten(),
                );
            }
        }
        near
    }

    /// How like a row the names are: the best of its forms, and its town counts as told.
    fn score(&self, names: &[Name], index: ListedIndex) -> f64 {
        let listed = self.at(index);
        let mut best = 0.0_f64;
        for name in names.iter().filter(|name| !name.is_bare() && !name.plural) {
            for form in &listed.forms {
                if form.class.is_none() && form.sigles.is_empty() && form.words.is_empty() {
                    continue;
                }
                let mut score = self.scale().compare(name, form).score;
                // A name that says another class than the whole row does is another institution.
                if score >= SURE && !form.is_bare() {
                    score += f64::from(u8::from(name.class == form.class)) * 0.02;
                }
                best = best.max(score);
            }
        }
        best
    }

    /// A class or a place of the names that no form of the row can bear.
    fn contradicts(&self, names: &[Name], index: ListedIndex) -> bool {
        let listed = self.at(index);
        let town = if listed.town.is_empty() {
            listed
                .country
                .map(|country| vec![country])
                .unwrap_or_default()
        } else {
            listed.town.clone()
        };
        let here: Vec<Vec<PlaceIndex>> = listed
            .forms
            .iter()
            .flat_map(|form| form.places.iter().cloned())
            .chain((!town.is_empty()).then_some(town))
            .collect();
        names.iter().any(|name| {
            self.places.bearing(&name.places, &here) == Bearing::Apart
                || name.class.is_some_and(|class| !self.may_be(class, index))
        })
    }

    /// The classes of a row's names that no other of them narrows: an EPH that is also called
    /// « hôpital » is an EPH.
    fn narrowest(&self, listed: &Listed) -> Vec<ClassIndex> {
        let classes: Vec<ClassIndex> = listed.forms.iter().filter_map(|form| form.class).collect();
        let scale = self.scale();
        let wide = |class: ClassIndex| classes.iter().any(|&other| scale.is_wider(class, other));
        classes
            .iter()
            .copied()
            .filter(|&class| !wide(class))
            .collect()
    }

    /// Whether a row may be called by a class. A university hospital is listed as one.
    pub fn may_be(&self, class: ClassIndex, listed: ListedIndex) -> bool {
        let listed = self.at(listed);
        let kind = &self.vocabulary.classes[class as usize].kind;
        if kind == "university_hospital" && listed.kind == "hospital" {
            return false;
        }
        let narrow = self.narrowest(listed);
        let agree = |&other: &ClassIndex| self.scale().classes_agree(Some(class), Some(other));
        narrow.is_empty() || narrow.iter().any(agree)
    }

    /// Whether a row is an office of another country than the article is about, and its names would say so:
    /// every country has a « ministère de la Défense nationale ».
    fn is_of_another_state(&self, names: &[Name], index: ListedIndex, context: &Context) -> bool {
        let listed = self.at(index);
        let abroad =
            matches!((listed.country, context.country), (Some(there), Some(here)) if there != here);
        let plain =
            |name: &Name| name.words.is_empty() && name.sigles.is_empty() && name.places.is_empty();
        abroad && OFFICES.contains(&listed.kind.as_str()) && names.iter().all(plain)
    }

    /// The one institution that the names mean where the article stands; none where two are left.
    pub fn resolve(
        &self,
        candidates: &[(ListedIndex, f64)],
        names: &[Name],
        context: &Context,
    ) -> Option<ListedIndex> {
        let candidates: Vec<_> = candidates
            .iter()
            .filter(|(index, _)| !self.contradicts(names, *index))
            .filter(|(index, _)| !self.is_of_another_state(names, *index, context))
            .collect();
        let best = candidates.first()?.1;
        let mut left: Vec<ListedIndex> = candidates
            .iter()
            .filter(|(_, score)| *score >= best - 0.03)
            .map(|(index, _)| *index)
            .collect();
        if let Some(country) = context.country {
            let home: Vec<_> = left
                .iter()
                .copied()
                .filter(|&index| self.at(index).country.is_none_or(|at| at == country))
                .collect();
            if !home.is_empty() {
                left = home;
            }
        }
        if left.len() > 1 {
            let bearing = |index: &ListedIndex| {
                let town = self.at(*index).town.clone();
                let towns = if town.is_empty() { vec![] } else { vec![town] };
                self.places.bearing(&towns, &context.places)
            };
            let nearest = left.iter().map(bearing).max()?;
            if nearest >= Bearing::Inside {
                left.retain(|index| bearing(index) == nearest);
            }
        }
        match left.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
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
