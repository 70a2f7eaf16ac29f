//! Says of one telling whether it is news of its agreement: that it was signed, kept up or is to come, and on what day.

use super::told::{Attachment, Telling};
use super::vocabulary::{Cue, Strength};

/// "le partenariat a été reconduit": what is renewed or ended was an agreement.
pub(super) fn is_kept_up(telling: &Telling) -> bool {
    telling.agreement.strength == Strength::Bare
        && telling.agreement.definite
        && telling
            .cues
            .iter()
            .any(|cue| matches!(cue, Cue::Renew | Cue::End))
}

/// "un partenariat avec le CHU a été conclu": who concluded it stands before.
pub(super) fn is_halved(telling: &Telling) -> bool {
    telling.agreement.strength == Strength::Bare
        && telling.attachment == Attachment::With
        && telling.parties.len() == 1
        && telling
            .cues
            .iter()
            .any(|cue| matches!(cue, Cue::Sign | Cue::Renew | Cue::Plan))
        && !telling
            .cues
            .iter()
            .any(|cue| matches!(cue, Cue::Wish | Cue::None))
}

/// Whether a telling says what became of the agreement.
pub(super) fn firm(telling: &Telling) -> bool {
    telling.cues.iter().any(|cue| {
        matches!(
            cue,
            Cue::Sign | Cue::Renew | Cue::End | Cue::Plan | Cue::Vote
        )
    })
}

/// "La convention de 2015 est abrogée", beside a new one: told by its year, and over.
pub(super) fn is_former(telling: &Telling, agreement: &[usize], tellings: &[Telling]) -> bool {
    let year = |telling: &Telling| {
        let (_, date) = telling.date.as_ref()?;
        date.value.as_deref()?.get(..4)?.parse::<u16>().ok()
    };
    let ended = |telling: &Telling| telling.cues.contains(&Cue::End);
    let mut signed = agreement.iter().map(|&at| &tellings[at]);
    let known = signed.clone().find_map(year);
    let older = year(telling)
        .zip(known)
        .is_some_and(|(own, known)| own < known);
    older && ended(telling) && telling.agreement.definite && !signed.any(ended)
}

/// The day of the signature that a telling gives, where it gives one.
pub(super) fn day_of(telling: &Telling) -> Option<&str> {
    let (_, date) = telling.date.as_ref()?;
    date.value.as_deref().filter(|value| value.len() == 10)
}
