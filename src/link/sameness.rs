//! Says how likely two entities are one organisation: by id, place, class and every name of both.

use super::entity::{Entity, Resolver};
use super::gazetteer::ListedIndex;
use super::likeness::{LIKELY, Likeness};
use super::name::Name;
use super::place::{Bearing, PlaceIndex};
use super::vocabulary::ClassIndex;

/// The row of an entity, and its class as named.
pub(super) type Classed = (Option<ListedIndex>, Option<ClassIndex>);

impl Resolver {
    /// Whether two entities are one organisation.
    pub fn compare(&self, one: &Entity, other: &Entity) -> Likeness {
        let found = |score, why| Likeness { score, why };
        if self.corrections.differ(&one.id, &other.id) {
            return found(0.0, "corrected: different");
        }
        if one.id == other.id && !one.is_bare() {
            return found(if one.is_collective() { 0.6 } else { 1.0 }, "the same id");
        }
        if one.listed.is_some() && other.listed.is_some() {
            return found(0.0, "two institutions of the gazetteer");
        }
        let scale = self.gazetteer.scale();
        if one.is_collective() || other.is_collective() {
            return self.compare_collective(one, other);
        }
        let bearing = scale
            .places
            .bearing(&self.places_of(one), &self.places_of(other));
        if bearing == Bearing::Apart {
            return found(0.0, "another place");
        }
        let class = |entity: &Entity| (entity.listed, entity.whole.class);
        if !self.classes_agree(class(one), class(other)) {
            return found(0.0, "another class");
        }
        let spelled = |entity: &Entity| !scale.is_translated(&entity.whole);
        if spelled(one) && spelled(other) && scale.topics_part(&one.whole, &other.whole) {
            return found(0.0, "about something else");
        }
        let (ours, theirs) = (self.forms(one), self.forms(other));
        let best = ours
            .iter()
            .flat_map(|a| theirs.iter().map(move |b| scale.compare(a, b)))
            .max_by(|a, b| a.score.total_cmp(&b.score))
            .unwrap_or(found(0.0, "no name"));
        if best.score < LIKELY - 0.1 && bearing == Bearing::Inside {
            // Nothing but the region: the town is known of both, and it is not the same.
            return found(0.25, "one place inside the other");
        }
        if best.score > LIKELY && self.elsewhere(one, other) {
            return found(
                LIKELY.max(best.score - 0.25),
                "the name; its article names other places",
            );
        }
        best
    }

    /// Whether what one is can be what the other is; a listed one is what its row says.
    pub(super) fn classes_agree(&self, one: Classed, other: Classed) -> bool {
        let fits = |class: Option<ClassIndex>, listed| {
            class.is_none_or(|class| self.gazetteer.may_be(class, listed))
        };
        match (one, other) {
            ((Some(listed), _), (None, class)) | ((None, class), (Some(listed), _)) => {
                fits(class, listed)
            }
            _ => self.gazetteer.scale().classes_agree(one.1, other.1),
        }
    }

    /// The article's names that say more than a head word, and the listed ones.
    fn forms<'a>(&'a self, entity: &'a Entity) -> Vec<&'a Name> {
        let listed = entity.listed.map(|listed| &self.gazetteer.at(listed).forms);
        let telling = |name: &&Name| entity.is_bare() || !name.is_bare();
        let told = entity.names.iter().filter(telling);
        told.chain(listed.into_iter().flatten()).collect()
    }

    /// Whether one names no place, and its article names none that is the other's.
    fn elsewhere(&self, one: &Entity, other: &Entity) -> bool {
        let places = &self.gazetteer.places;
        let far = |here: &Entity, there: &Entity| {
            let towns: Vec<_> = here
                .near
                .iter()
                .filter(|mention| mention.iter().all(|&place| !places.is_country(place)))
                .cloned()
                .collect();
            !towns.is_empty() && places.bearing(&towns, &self.places_of(there)) == Bearing::Apart
        };
        far(one, other) || far(other, one)
    }

    /// Where an entity is: as named, else as listed.
    pub(super) fn places_of(&self, entity: &Entity) -> Vec<Vec<PlaceIndex>> {
        let Some(listed) = entity.listed else {
            return entity.whole.places.clone();
        };
        let row = self.gazetteer.at(listed);
        if row.town.is_empty() {
            return row
                .country
                .map(|country| vec![country])
                .into_iter()
                .collect();
        }
        let named = entity.whole.places.iter().cloned();
        named.chain([row.town.clone()]).collect()
    }

    /// Several institutions named at once agree with one of them, by class, place and subject.
    fn compare_collective(&self, one: &Entity, other: &Entity) -> Likeness {
        let found = |score, why| Likeness { score, why };
        let scale = self.gazetteer.scale();
        let (a, b) = (&one.whole, &other.whole);
        let topics = a.topics.iter().any(|topic| b.topics.contains(topic));
        let bearing = scale
            .places
            .bearing(&self.places_of(one), &self.places_of(other));
        if a.class.is_none()
            || b.class.is_none()
            || !scale.classes_agree(a.class, b.class)
            || bearing == Bearing::Apart
        {
            return found(0.0, "not of the collective");
        }
        if !topics && !a.topics.is_empty() && !b.topics.is_empty() {
            return found(0.0, "another collective");
        }
        if bearing >= Bearing::Inside {
            return found(0.7, "of the collective, the same place");
        }
        found(if topics { 0.5 } else { 0.35 }, "of the collective")
    }
}
