//! Keeps of an article's conventions what tells that they cannot be those of another, so that it need not be read
//! for that.
//!
//! Most of what meets by a key is not one agreement, and the more there is of the same weeks, the more meets. A sketch
//! says « never » only where [`super::pair`] says so too: when the kinds, the times, the places or the classes of the
//! partners contradict each other. It holds for the tables that it was made with.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use crate::record::fact::Kind;

use super::entity::{Entity, Resolver};
use super::gazetteer::ListedIndex;
use super::pair::kinds_agree;
use super::place::{Bearing, PlaceIndex};
use super::report::Report;
use super::timing::{Timing, When};
use super::vocabulary::ClassIndex;

/// The conventions of an article, in outline.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sketch(Vec<Outline>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Outline {
    kind: Kind,
    when: When,
    parties: Vec<Party>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Party {
    /// A hash of its id, where that means something outside its article.
    id: Option<u64>,
    listed: Option<ListedIndex>,
    class: Option<ClassIndex>,
    collective: bool,
    places: Vec<Vec<PlaceIndex>>,
}

impl Sketch {
    /// Outlines conventions.
    pub(super) fn new(reports: &[Report], resolver: &Resolver) -> Self {
        let outlines = reports.iter().map(|report| Outline {
            kind: report.kind,
            when: report.when(),
            parties: report
                .parties
                .iter()
                .map(|party| Party::new(party, resolver))
                .collect(),
        });
        Self(outlines.collect())
    }

    /// Whether a convention of one may be one with a convention of the other.
    pub(super) fn may_join(&self, other: &Self, resolver: &Resolver) -> bool {
        let mut ours = self.0.iter();
        ours.any(|one| other.0.iter().any(|other| one.may_be(other, resolver)))
    }
}

impl Outline {
    fn may_be(&self, other: &Self, resolver: &Resolver) -> bool {
        if !kinds_agree(self.kind, other.kind) {
            return false;
        }
        let timing = Timing::between(self.when, other.when);
        if timing == Timing::Apart || (timing.strains() && self.kind != other.kind) {
            return false;
        }
        let mut all = self.parties.iter().chain(&other.parties);
        if all.any(|party| party.collective) {
            // it stands for as many as it names
            return true;
        }
        let alone = |ones: &[Party], others: &[Party]| {
            let met = |one: &Party| others.iter().any(|other| one.may_be(other, resolver));
            ones.iter().filter(|one| !met(one)).count()
        };
        let left = [
            alone(&self.parties, &other.parties),
            alone(&other.parties, &self.parties),
        ];
        let matched = left[0] < self.parties.len();
        matched && (left == [0, 0] || (left.contains(&0) && !timing.strains()))
    }
}

impl Party {
    fn new(entity: &Entity, resolver: &Resolver) -> Self {
        Self {
            id: (!entity.is_bare()).then(|| FxBuildHasher.hash_one(&entity.id)),
            listed: entity.listed,
            class: entity.whole.class,
            collective: entity.is_collective(),
            places: resolver.places_of(entity),
        }
    }

    fn may_be(&self, other: &Self, resolver: &Resolver) -> bool {
        if self.id.is_some() && self.id == other.id {
            return true;
        }
        if self.listed.is_some() && other.listed.is_some() {
            return false;
        }
        let places = &resolver.gazetteer.places;
        places.bearing(&self.places, &other.places) != Bearing::Apart
            && resolver.classes_agree((self.listed, self.class), (other.listed, other.class))
    }
}
