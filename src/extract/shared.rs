//! Says whom the members of a series bind beside the party that each of them names.

use super::convention::Gathered;
use super::told::{Attachment, Number, Telling};

/// Whom the members of a series bind that name one party each.
pub(super) fn common_of(
    whole: &Gathered,
    places: &[usize],
    others: &[usize],
    tellings: &[Telling],
) -> Vec<usize> {
    if let Some(hero) = hero_of(others, tellings) {
        return vec![hero];
    }
    let named = |at: usize| named_by(&tellings[at]);
    let alone = |party: &usize| places.iter().any(|&at| named(at) == [*party]);
    let told = |party: &usize| places.iter().any(|&at| named(at).contains(party));
    let mut common = whole.parties.clone();
    common.retain(|party| !told(party));
    // "La première avec A, la deuxième avec B; la troisième lie l'hôpital à C".
    if common.is_empty() && places.iter().any(|&at| named(at).len() == 1) {
        common.extend(whole.parties.iter().copied().find(|party| !alone(party)));
    }
    // "Par le premier, A et B …. Le second a été passé avec C. Le troisième lie A à D".
    let times = |party: usize| {
        places
            .iter()
            .filter(|&&at| named(at).contains(&party))
            .count()
    };
    let mut bound = places.iter().flat_map(|&at| named(at).iter().copied());
    if let Some(party) = bound.find(|&party| times(party) > 1) {
        common = vec![party];
    }
    common
}

/// The parties that a telling names itself.
pub(super) fn named_by(telling: &Telling) -> &[usize] {
    if telling.attachment < Attachment::Nearby {
        &telling.parties
    } else {
        &[]
    }
}

/// "صادق المجلس على ثلاث اتفاقيات. تجمع الأولى المجلس بالمندوبية، أما الثانية فتربطه بالجمعية": who alone is named where they
/// are counted is bound by each.
fn hero_of(others: &[usize], tellings: &[Telling]) -> Option<usize> {
    let mut counting = others.iter().map(|&at| &tellings[at]);
    let counted = counting.find(|telling| telling.number != Number::One)?;
    match counted.parties[..] {
        [hero] => Some(hero),
        _ => None,
    }
}
