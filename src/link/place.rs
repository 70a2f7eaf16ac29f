//! Holds the places of the gazetteer as a tree: which place lies in which, and in what country.

use rustc_hash::FxHashMap;

use super::table::rows;

/// Position of a place in the gazetteer.
pub type PlaceIndex = u32;

/// A row of `places.tsv`.
#[derive(Debug, Clone)]
pub struct Place {
    /// `dz/16`, `ma/fes`, `fr`.
    pub id: String,
    /// The country's own index; itself for a country.
    pub country: PlaceIndex,
    /// What it lies in.
    pub parent: Option<PlaceIndex>,
    /// French name.
    pub fr: String,
    /// Arabic name.
    pub ar: String,
    /// Other names, either script.
    pub aliases: Vec<String>,
}

/// All places.
#[derive(Debug, Clone, Default)]
pub struct Places {
    rows: Vec<Place>,
    by_id: FxHashMap<String, PlaceIndex>,
}

/// How two mentions of places stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bearing {
    /// Two towns, or two countries, that have nothing to do with each other.
    Apart,
    /// One of them says no place.
    Unknown,
    /// The same country, or a town of it.
    Country,
    /// One lies in the other.
    Inside,
    /// The same town.
    Same,
}

impl Places {
    /// Reads `places.tsv`; parents may stand after their children.
    pub fn new(table: &str) -> Self {
        let mut places = Self::default();
        let mut links = Vec::new();
        for row in rows(table) {
            places
                .by_id
                .insert(row.at(0).to_owned(), places.rows.len() as PlaceIndex);
            links.push((row.at(1).to_owned(), row.at(3).to_owned()));
            places.rows.push(Place {
                id: row.at(0).to_owned(),
                country: 0,
                parent: None,
                fr: row.at(4).to_owned(),
                ar: row.at(5).to_owned(),
                aliases: row
                    .forms(6)
                    .chain(row.forms(7))
                    .map(str::to_owned)
                    .collect(),
            });
        }
        for (at, (country, parent)) in links.into_iter().enumerate() {
            places.rows[at].country = places.find(&country).unwrap_or(at as PlaceIndex);
            places.rows[at].parent = places.find(&parent).filter(|&parent| parent as usize != at);
        }
        places
    }

    /// The place of an id.
    pub fn find(&self, id: &str) -> Option<PlaceIndex> {
        self.by_id.get(id).copied()
    }

    /// The row of a place.
    pub fn at(&self, place: PlaceIndex) -> &Place {
        &self.rows[place as usize]
    }

    /// Every place with its index.
    pub fn iter(&self) -> impl Iterator<Item = (PlaceIndex, &Place)> {
        (0..).zip(&self.rows)
    }

    /// Whether it is a country.
    pub fn is_country(&self, place: PlaceIndex) -> bool {
        self.at(place).country == place
    }

    /// How two sets of mentions stand to each other; each mention is the homonyms it may mean.
    pub fn bearing(&self, one: &[Vec<PlaceIndex>], other: &[Vec<PlaceIndex>]) -> Bearing {
        if one.is_empty() || other.is_empty() {
            return Bearing::Unknown;
        }
        let best = |one: &[&Vec<PlaceIndex>], other: &[&Vec<PlaceIndex>]| {
            one.iter()
                .flat_map(|a| other.iter().map(move |b| self.between(a, b)))
                .max()
                .unwrap_or(Bearing::Unknown)
        };
        let (towns, others) = (self.towns(one), self.towns(other));
        if towns.is_empty() || others.is_empty() {
            return best(
                &one.iter().collect::<Vec<_>>(),
                &other.iter().collect::<Vec<_>>(),
            );
        }
        best(&towns, &others)
    }

    fn towns<'a>(&self, mentions: &'a [Vec<PlaceIndex>]) -> Vec<&'a Vec<PlaceIndex>> {
        mentions
            .iter()
            .filter(|mention| mention.iter().any(|&place| !self.is_country(place)))
            .collect()
    }

    fn between(&self, one: &[PlaceIndex], other: &[PlaceIndex]) -> Bearing {
        let pairs = || one.iter().flat_map(|&a| other.iter().map(move |&b| (a, b)));
        if pairs().any(|(a, b)| a == b && !self.is_country(a)) {
            Bearing::Same
        } else if pairs().any(|(a, b)| {
            !self.is_country(a) && !self.is_country(b) && (self.holds(a, b) || self.holds(b, a))
        }) {
            Bearing::Inside
        } else if pairs().any(|(a, b)| a == b || self.holds(a, b) || self.holds(b, a)) {
            Bearing::Country
        } else {
            Bearing::Apart
        }
    }

    /// Whether `inner` lies in `outer`, at any depth; parents that form a ring end the climb.
    fn holds(&self, outer: PlaceIndex, inner: PlaceIndex) -> bool {
        let mut at = inner;
        for _ in 0..5 {
            let Some(parent) = self.at(at).parent else {
                return false;
            };
            if parent == outer {
                return true;
            }
            at = parent;
        }
        false
    }
}
