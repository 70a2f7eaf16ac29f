//! Finds the listed institution that a name means, if its article allows only one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::gazetteer::{Context, Gazetteer, Listed, ListedIndex};
use super::likeness::SURE;
use super::name::Name;
use super::name_key::SHORTEST;
use super::place::{Bearing, PlaceIndex};
use super::vocabulary::ClassIndex;

/// Types of organisation that each country has its own of, under the same name.
const OF_EACH_COUNTRY: [&str; 9] = [
    "ministry",
    "army",
    "agency",
    "insurer",
    "institute",
    "union",
    "association",
    "foundation",
    "clinic",
];

impl Gazetteer {
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

    /// Whether a row is of another country than the article is about, and its names would say so: every
    /// country has a « ministère de la Défense nationale », and an « Association Al Amal ».
    fn is_of_another_state(&self, names: &[Name], index: ListedIndex, context: &Context) -> bool {
        let listed = self.at(index);
        let abroad =
            matches!((listed.country, context.country), (Some(there), Some(here)) if there != here);
        let plain =
            |name: &Name| name.words.is_empty() && name.sigles.is_empty() && name.places.is_empty();
        abroad && OF_EACH_COUNTRY.contains(&listed.kind.as_str()) && names.iter().all(plain)
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
