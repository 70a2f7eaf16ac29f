//! Says what stands after a number: an act, those to whom it is done, nothing, or something else.

use crate::record::Lang;
use crate::rules::lexicon::Clitics;
use crate::text::clitic;
use crate::text::token::Shape;

use super::super::form::Says;
use super::super::passage::Counted;
use super::scene::Scene;
use super::tell::{Cue, Tells};
use super::word::{BearerKind, Signs, Word};

/// What stands after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noun {
    /// An act, by its position.
    Act(usize),
    /// Those to whom it is done, up to a token.
    Bearer(usize, BearerKind),
    /// No noun.
    Bare,
    /// A noun that no list holds.
    Unknown,
    /// Something else: beds, staff.
    Other,
}

/// What a number counts, by the words after it.
pub(super) fn noun(scene: &Scene<'_>, number: &Counted) -> Noun {
    const SKIPPED: usize = 5;
    let limit = scene.sentence(number.tokens.start).end;
    if scene.sign(number.tokens.start, Signs::PHRASE).is_some() {
        return Noun::Other;
    }
    if is_told_before(scene, number) || is_rate(scene, number) || is_crew(scene, number) {
        return Noun::Other;
    }
    let mut at = behind_bracket(scene, number);
    let mut tallied = false;
    while at < limit && at < number.tokens.end + SKIPPED {
        if let Some(act) = scene.act_at(at) {
            // "porter à deux le nombre de scanners" counts machines.
            let owned = tallied && scene.acts[act].traits.any(Signs::MACHINE);
            return if owned { Noun::Other } else { Noun::Act(act) };
        }
        if scene.sign(at, Signs::PHRASE).is_some() {
            return Noun::Other;
        }
        if let Some((end, bearer)) = scene.bearer(at) {
            // "و110 للأطفال": for whom the acts were, and not what is counted.
            let whose = at == number.tokens.end && (is_led(scene, at) || is_for(scene, at));
            return if whose || is_kind(scene, number) && is_of_acts(scene, number) {
                Noun::Bare
            } else {
                Noun::Bearer(end, bearer.kind)
            };
        }
        if scene.is_date(at) {
            return Noun::Bare;
        }
        // "3.348 de médecine spécialisée" are no doctors.
        let staff = scene.sign(at, Signs::STAFF);
        let field = |end: usize| {
            let mut words = scene.words(at);
            words.any(|(other, _, word)| matches!(word, Word::Field(_)) && other > end)
        };
        if staff.is_some_and(|end| !field(end)) && !is_tied(scene, at) {
            return Noun::Other;
        }
        if is_origin(scene, at) {
            return Noun::Bare;
        }
        // "porter à 20 le nombre de greffes"; "multiplier par deux le nombre" counts nothing.
        let start = number.tokens.start;
        let mut before = (start.saturating_sub(BOUND)..start).rev();
        let to = before.any(|at| scene.passage.says(at, Says::To));
        let tally = scene.sign(at, Signs::TALLY).filter(|_| to);
        tallied |= tally.is_some();
        match tally.or_else(|| scene.sign(at, Signs::BETWEEN)) {
            Some(end) => at = end,
            None => break,
        }
    }
    // "300 ont subi un scanner et 40 une IRM": its verb is left out.
    let one = [number.tokens.end, at]
        .into_iter()
        .find_map(|at| scene.sign(at, Signs::ONE));
    if let Some(act) = one.and_then(|end| scene.act_at(end)) {
        return Noun::Act(act);
    }
    let start = number.tokens.start;
    // "opérés sur place et six": another clause.
    let out_of = (start.saturating_sub(3)..start).any(|at| {
        let end = scene.sign(at, Signs::OUT_OF).filter(|&end| end <= start);
        let clause = |at: usize| scene.is_mark(at) || scene.sign(at, Signs::BREAK).is_some();
        end.is_some_and(|end| !(end..start).any(clause))
    });
    if out_of {
        // "39, sur les 120 prévues"
        let end = number.tokens.end;
        let planned = |cue: &Cue| cue.tells == Tells::Planned;
        let meant = scene.cues_in(end..end + 1).first().is_some_and(planned);
        return if meant { Noun::Bare } else { Noun::Other };
    }
    if is_kind(scene, number)
        || is_bare(scene, number.tokens.end, limit)
        || at > number.tokens.end && is_bare(scene, at, limit)
    {
        Noun::Bare
    } else {
        Noun::Unknown
    }
}

/// The token after a number; after its bracket where the noun stands there: "أجريت (278) عملية".
fn behind_bracket(scene: &Scene<'_>, number: &Counted) -> usize {
    let passage = scene.passage;
    let (first, end) = (number.tokens.start, number.tokens.end);
    let opened = first > 0 && matches!(passage.folded(first - 1), "(" | "«" | "\"" | "“");
    let closed = opened && matches!(passage.folded(end), ")" | "»" | "\"" | "”");
    // Worn text: "(3425)، حالة ولادة".
    let comma = usize::from(closed && matches!(passage.folded(end + 1), "," | "،"));
    let noun = || {
        let mut words = scene.words(end + 1 + comma);
        words.any(|(_, clitics, word)| {
            matches!(word, Word::Act(_) | Word::Bearer(_))
                && !clitics.has(Clitics::AND)
                && !clitics.has(Clitics::THE)
                && !clitics.has(Clitics::IN)
        })
    };
    if closed && passage.text.lang == Lang::Ar && noun() {
        end + 1 + comma
    } else {
        end
    }
}

/// "30 وفاة في كل ألف ولادة": the other side of a rate.
fn is_rate(scene: &Scene<'_>, number: &Counted) -> bool {
    scene.sign_before(number.tokens.start, Signs::RATE, 1)
}

/// "وقوامها 25 فردا": those whom a caravan brings along.
fn is_crew(scene: &Scene<'_>, number: &Counted) -> bool {
    scene.sign_before(number.tokens.start, Signs::COMPOSED, 3)
}

/// "للصناديق الثلاثة": a number with ال belongs to the noun with ال before it.
fn is_told_before(scene: &Scene<'_>, number: &Counted) -> bool {
    let passage = scene.passage;
    let Some(before) = number.tokens.start.checked_sub(1) else {
        return false;
    };
    const CLITICS: [char; 5] = [clitic::AND, clitic::IN, clitic::TO, clitic::AS, clitic::SO];
    let definite = |at: usize| {
        let word = passage.folded(at);
        let bare = word.trim_start_matches(CLITICS);
        // "بلدياتها الست والثلاثين"
        bare.starts_with(clitic::THE)
            || passage.ends_as(at, Says::Owned)
            || word.starts_with(clitic::TO_THE)
            || word.starts_with(clitic::AND_TO_THE)
    };
    let digits = |word: &str| word.ends_with(|c: char| c.is_ascii_digit());
    passage.text.lang == Lang::Ar
        && !passage.has(number.tokens.start, Shape::DIGITS)
        && !digits(passage.folded(number.tokens.start))
        && number.definite
        && definite(before)
        && scene.act_at(before).is_none()
}

/// "800 de l'Ouest et 90 d'Adrar": where those counted come from.
fn is_origin(scene: &Scene<'_>, at: usize) -> bool {
    let passage = scene.passage;
    let of = passage.says(at, Says::Of) || passage.says(at, Says::OfSeveral);
    let article = usize::from(passage.is_article(at + 1));
    let name = at + 1 + article;
    of && passage.has(name, Shape::CAP) && !passage.has(name, Shape::ELIDED)
}

/// "17 transplantations rénales, cinq hépatiques": fields of acts, and no people who bear the same word.
fn is_of_acts(scene: &Scene<'_>, number: &Counted) -> bool {
    const FEW: usize = 14;
    let start = number.tokens.start;
    let act = |at: usize| scene.act_at(at).filter(|_| scene.number_at(at).is_none());
    let near = scene.sentence(start).start.max(start.saturating_sub(FEW))..start;
    let mut counted = near.clone().filter(|&at| scene.number_at(at).is_some());
    counted.next().is_some_and(|first| {
        (first..start)
            .filter_map(act)
            .any(|act| !scene.acts[act].traits.any(Signs::VERB))
    })
}

/// Most tokens between "à" and its number: "à plus de 300".
const BOUND: usize = 3;

/// "12 transplantations : 8 rénales et 4 hépatiques": a field in a list says which of them.
fn is_kind(scene: &Scene<'_>, number: &Counted) -> bool {
    // "et de 49.000 de médecine spécialisée"
    let start = number.tokens.start;
    let of = start > 0 && scene.sign(start - 1, Signs::BETWEEN) == Some(start);
    let listed = (start - usize::from(of))
        .checked_sub(1)
        .is_some_and(|at| scene.is_mark(at) || scene.sign(at, Signs::BREAK).is_some());
    let mut at = number.tokens.end;
    while let Some(end) = scene
        .sign(at, Signs::BETWEEN.with(Signs::ARTICLE))
        .filter(|_| at < number.tokens.end + 3)
    {
        at = end;
    }
    listed
        && scene
            .words(at)
            .any(|(_, _, word)| matches!(word, Word::Field(_)))
}

/// "بالمستشفى", "للجراحة": no Arabic noun behind a number has a preposition and ال.
fn is_led(scene: &Scene<'_>, at: usize) -> bool {
    let word = scene.passage.folded(at);
    scene.passage.text.lang == Lang::Ar
        && (word.starts_with(clitic::IN_THE) || word.starts_with(clitic::TO_THE))
}

/// "تسع لأطفال": a bearer behind ل.
fn is_for(scene: &Scene<'_>, at: usize) -> bool {
    let to = |clitics: Clitics| clitics.has(Clitics::TO);
    let mut words = scene.words(at);
    scene.passage.text.lang == Lang::Ar
        && words.any(|(_, clitics, word)| matches!(word, Word::Bearer(_)) && to(clitics))
}

/// "340 بمستشفى المدية": where they were, and not what was counted.
fn is_tied(scene: &Scene<'_>, at: usize) -> bool {
    let tied = |clitics: Clitics| clitics.has(Clitics::IN) || clitics.has(Clitics::TO);
    let mut words = scene.words(at);
    words.any(|(_, clitics, word)| {
        matches!(word, Word::Sign(signs) if signs.any(Signs::STAFF)) && tied(clitics)
    })
}

/// "مقابل 501 و158 على التوالي": the next of a list of numbers that each go with their own.
fn is_respective(scene: &Scene<'_>, at: usize) -> bool {
    const NEAR: usize = 4;
    scene.number_at(at).is_some()
        && (at..at + NEAR).any(|at| scene.sign(at, Signs::RESPECTIVE).is_some())
}

/// Whether no noun begins at a token: a mark, a preposition, a date, an adjective.
pub(super) fn is_bare(scene: &Scene<'_>, at: usize, limit: usize) -> bool {
    at >= limit
        || scene.is_mark(at)
        || scene
            .sign(at, Signs::BARE.with(Signs::ADJECTIVE).with(Signs::PART))
            .is_some()
        || scene.is_date(at)
        || is_respective(scene, at)
        || scene.is_town(at)
        || is_led(scene, at)
        || !scene.cues_in(at..at + 1).is_empty()
        || scene.words(at).any(|(_, clitics, _)| {
            clitics.has(Clitics::TO) || clitics.has(Clitics::IN) || clitics.has(Clitics::AND)
        })
}
