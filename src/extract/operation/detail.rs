//! Says where, by whom and when acts were done, as far as their sentence tells.

use crate::record::fact::{Date, Place};

use super::super::organisation::Organisation;
use super::super::render::dated;
use super::super::resolve::Cast;
use super::super::role;
use super::count::Count;
use super::scene::Scene;
use super::word::Signs;

/// The facility and the team that the sentence of a count names.
pub(super) fn places(
    scene: &Scene<'_>,
    cast: &Cast,
    number: usize,
    count: &Count<'_>,
) -> (Option<Place>, Option<Place>) {
    let sentence = scene.sentence(count.tokens.start);
    let passage = scene.passage;
    let named = |o: &&Organisation| !o.office && !o.weak;
    let within = || passage.organisations_in(sentence.clone());
    let near = |position: &usize| {
        passage.organisations[*position]
            .tokens
            .start
            .abs_diff(count.tokens.start)
    };
    let facility = within()
        .filter(|&at| named(&&passage.organisations[at]) && is_facility(&passage.organisations[at]))
        .filter(|&at| {
            role::stands_as_place(
                passage,
                passage.organisations[at].tokens.start,
                passage.organisations[at].clitics,
            )
        })
        .min_by_key(near);
    let team = within()
        .filter(|&at| {
            Some(at) != facility
                && named(&&passage.organisations[at])
                && is_facility(&passage.organisations[at])
        })
        .find(|&at| scene.sign_before(passage.organisations[at].tokens.start, Signs::TEAM, 10));
    let place = |at: usize| {
        let organisation = &passage.organisations[at];
        let id = organisation.id.clone().or_else(|| {
            cast.of[number]
                .get(at)
                .copied()
                .flatten()
                .and_then(|entity| cast.entities[entity].id.clone())
        });
        let mut span = passage.span(organisation.tokens.clone());
        span.start = organisation.start;
        Place {
            name: organisation.name.clone(),
            id: id.as_deref().map(Into::into),
            span,
        }
    };
    (facility.map(place), team.map(place))
}

fn is_facility(organisation: &Organisation) -> bool {
    !matches!(
        &*organisation.class,
        "ministry"
            | "directorate"
            | "local_authority"
            | "insurer"
            | "union"
            | "international"
            | "university"
            | "faculty"
            | "company"
    )
}

/// The date nearest to a count in its sentence; no duration.
pub(super) fn date(scene: &Scene<'_>, count: &Count<'_>) -> Option<Date> {
    const NEAR: usize = 25;
    let dates = scene.passage.dates_in(scene.sentence(count.tokens.start));
    dates
        .iter()
        .filter(|date| {
            date.value
                .as_deref()
                .is_some_and(|value| !value.starts_with('P'))
        })
        .map(|date| (date.tokens.start.abs_diff(count.tokens.start), date))
        .filter(|(distance, _)| *distance <= NEAR)
        .min_by_key(|(distance, date)| (*distance, date.tokens.start))
        .map(|(_, date)| dated(scene.passage, date))
}
