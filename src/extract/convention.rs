//! Merges the tellings of an article into conventions: which mentions speak of one agreement, who is
//! bound by it, and the state in which the article leaves it.

use jiff::civil::Date as Day;

use crate::record::fact::{
    Bound, Convention, ConventionStatus, Date, Evidence, Kind, Partner, Role as PartnerRole,
};

use super::agreement::rank;
use super::passage::{Dated, Passage};
use super::resolve::Cast;
use super::told::{Attachment, Number, Telling};
use super::vocabulary::{Cue, Strength};

/// An agreement is news for this many days after its signature; told later, it is in force.
const NEWS: i32 = 45;

/// One agreement of the article, gathered from its tellings.
#[derive(Debug, Clone)]
struct Gathered {
    kind: Kind,
    parties: Vec<usize>,
    attachment: Attachment,
    tellings: Vec<usize>,
}

/// Turns tellings into conventions, in order of first evidence.
pub(super) fn conventions(
    passages: [&Passage<'_>; 2],
    cast: &Cast,
    tellings: &[Telling],
    published: Option<Day>,
) -> Vec<Convention> {
    let mut gathered: Vec<Gathered> = Vec::new();
    for (position, telling) in tellings.iter().enumerate() {
        place(&mut gathered, telling, position, cast);
    }
    for agreement in &mut gathered {
        complete(agreement, cast, passages, tellings);
    }
    gathered.retain(|agreement| agreement.parties.len() >= 2 && exists(agreement, tellings));
    fuse(&mut gathered, tellings);
    gathered
        .iter()
        .map(|agreement| told(passages, cast, tellings, agreement, published))
        .collect()
}

/// Puts a telling to the agreement that it speaks of, or opens a new one.
fn place(gathered: &mut Vec<Gathered>, telling: &Telling, position: usize, cast: &Cast) {
    let known = gathered
        .iter()
        .enumerate()
        .rev()
        .filter_map(|(at, agreement)| Some((affinity(agreement, telling, cast)?, at)))
        .max();
    if let Some((_, at)) = known {
        let agreement = &mut gathered[at];
        agreement.tellings.push(position);
        if rank(telling.agreement.kind) > rank(agreement.kind) {
            agreement.kind = telling.agreement.kind;
        }
        if telling.attachment < agreement.attachment && telling.parties.len() >= 2
            || agreement.parties.len() < 2
        {
            let old = std::mem::replace(&mut agreement.parties, telling.parties.clone());
            agreement.parties.extend(
                old.into_iter()
                    .filter(|entity| !telling.parties.contains(entity)),
            );
            agreement.attachment = telling.attachment;
        }
        return;
    }
    let spoken = telling
        .cues
        .iter()
        .any(|cue| matches!(cue, Cue::Sign | Cue::Renew | Cue::End));
    let opens = telling.agreement.strength == Strength::Strong
        || telling.attachment == Attachment::Rule
        || spoken && telling.attachment < Attachment::Nearby;
    let taken_up = telling.agreement.pointed && !gathered.is_empty();
    if telling.agreement.strength != Strength::Anaphor && opens && !taken_up {
        gathered.push(Gathered {
            kind: telling.agreement.kind,
            parties: telling.parties.clone(),
            attachment: telling.attachment,
            tellings: vec![position],
        });
    }
}

/// How well a telling fits an agreement; nothing where it speaks of another.
fn affinity(agreement: &Gathered, telling: &Telling, _cast: &Cast) -> Option<u8> {
    if telling.agreement.another && telling.passage == 0 {
        return None;
    }
    let shared = telling
        .parties
        .iter()
        .filter(|entity| agreement.parties.contains(entity))
        .count();
    let strange = telling.parties.len() - shared;
    let missing = agreement.parties.len() - shared;
    let sure = telling.attachment <= Attachment::With && telling.parties.len() >= 2;
    let same_kind = telling.agreement.kind == agreement.kind;
    let loose = telling.agreement.kind == Kind::Convention
        || agreement.kind == Kind::Convention
        || telling.agreement.strength != Strength::Strong;
    if !same_kind && !loose && !(shared >= 2 && strange == 0 && missing == 0) {
        return None;
    }
    if sure && agreement.parties.len() >= 2 && strange > 0 && missing > 0 {
        return None;
    }
    let fits = shared as u8 * 10 + u8::from(same_kind) * 5;
    if shared >= 2 || telling.parties.is_empty() || agreement.parties.is_empty() {
        return Some(fits + u8::from(telling.agreement.definite) * 2);
    }
    (telling.agreement.definite
        || telling.agreement.strength != Strength::Strong
        || telling.passage == 1
        || shared >= 1 && !sure)
        .then_some(fits)
}

/// Whether anything says that there is an agreement: a wish is none.
fn exists(agreement: &Gathered, tellings: &[Telling]) -> bool {
    let own = || agreement.tellings.iter().map(|&at| &tellings[at]);
    let done = |telling: &Telling| {
        telling.under
            || telling.attachment == Attachment::Rule
            || telling.cues.iter().any(|cue| {
                matches!(
                    cue,
                    Cue::Sign | Cue::Renew | Cue::End | Cue::Plan | Cue::Between
                )
            })
    };
    let wished = own().any(|telling| telling.cues.contains(&Cue::Wish));
    own().any(done)
        && !(wished
            && !own().any(|telling| {
                telling
                    .cues
                    .iter()
                    .any(|cue| matches!(cue, Cue::Sign | Cue::Renew | Cue::End | Cue::Plan))
            }))
}

/// Gives an agreement with fewer than two parties those that stand nearest to it.
fn complete(
    agreement: &mut Gathered,
    cast: &Cast,
    passages: [&Passage<'_>; 2],
    tellings: &[Telling],
) {
    let Some(first) = agreement.tellings.first().map(|&at| &tellings[at]) else {
        return;
    };
    let strong = agreement
        .tellings
        .iter()
        .any(|&at| tellings[at].agreement.strength == Strength::Strong);
    if agreement.parties.len() >= 2 || !strong {
        return;
    }
    let passage = passages[first.passage];
    let token = first.agreement.tokens.start;
    let mut near: Vec<(bool, usize, usize)> = Vec::new();
    for (position, entity) in cast.of[first.passage].iter().enumerate() {
        let Some(entity) = *entity else { continue };
        let found = &cast.entities[entity];
        if !found.office && !found.weak {
            let start = passage.organisations[position].tokens.start;
            near.push((start > token, start.abs_diff(token), entity));
        }
    }
    near.sort_unstable();
    for (_, _, entity) in near {
        if agreement.parties.len() < 2 && !agreement.parties.contains(&entity) {
            agreement.parties.push(entity);
        }
    }
    agreement.attachment = Attachment::Nearby;
}

/// One agreement told twice under two kinds, or by a subset of its parties, is one.
fn fuse(gathered: &mut Vec<Gathered>, tellings: &[Telling]) {
    let mut at = 0;
    while at < gathered.len() {
        let twin = (0..at).find(|&before| is_twin(&gathered[before], &gathered[at], tellings));
        if let Some(before) = twin {
            let later = gathered.remove(at);
            let earlier = &mut gathered[before];
            earlier.tellings.extend(later.tellings);
            if rank(later.kind) > rank(earlier.kind) {
                earlier.kind = later.kind;
            }
        } else {
            at += 1;
        }
    }
}

fn is_twin(a: &Gathered, b: &Gathered, tellings: &[Telling]) -> bool {
    let inside =
        |x: &Gathered, y: &Gathered| x.parties.iter().all(|party| y.parties.contains(party));
    let kinds = a.kind == b.kind || a.kind == Kind::Convention || b.kind == Kind::Convention;
    let planned = |x: &Gathered| {
        x.tellings
            .iter()
            .all(|&at| tellings[at].cues.contains(&Cue::Plan))
    };
    kinds && (inside(a, b) || inside(b, a)) && planned(a) == planned(b)
}

fn told(
    passages: [&Passage<'_>; 2],
    cast: &Cast,
    tellings: &[Telling],
    agreement: &Gathered,
    published: Option<Day>,
) -> Convention {
    let own: Vec<&Telling> = agreement.tellings.iter().map(|&at| &tellings[at]).collect();
    let date = signing_date(&own);
    let status = status(&own, date, published);
    let said = own
        .iter()
        .map(|telling| telling.number)
        .find(|number| matches!(number, Number::Said(..)));
    let (number, bound) = match said.or_else(|| own.first().map(|telling| telling.number)) {
        Some(Number::Said(count, bound)) => (Some(count), Some(bound)),
        Some(Number::Several) => (None, None),
        _ => (Some(1), Some(Bound::Exact)),
    };
    let mut partners: Vec<Partner> = agreement
        .parties
        .iter()
        .filter_map(|&entity| partner(passages, cast, entity, PartnerRole::Party))
        .collect();
    let mut patrons: Vec<usize> = own
        .iter()
        .flat_map(|telling| telling.patrons.iter().copied())
        .collect();
    patrons.sort_unstable();
    patrons.dedup();
    patrons.retain(|patron| !agreement.parties.contains(patron));
    partners.extend(
        patrons
            .into_iter()
            .filter_map(|entity| partner(passages, cast, entity, PartnerRole::Patron)),
    );
    Convention {
        kind: agreement.kind,
        status,
        number,
        bound,
        partners,
        date: date.map(|(passage, date)| dated(passages[passage], date)),
        place: None,
        subject: None,
        dossier: None,
        evidence: own
            .iter()
            .map(|telling| evidence(passages[telling.passage], telling))
            .collect(),
    }
}

/// The record's form of a date.
pub(super) fn dated(passage: &Passage<'_>, date: &Dated) -> Date {
    let mut span = passage.span(date.tokens.clone());
    span.start += date.peeled;
    let text = passage
        .text
        .source
        .get(span.start..span.end)
        .unwrap_or_default();
    Date {
        value: date.value.clone(),
        text: text.to_owned(),
        span,
    }
}

fn evidence(passage: &Passage<'_>, telling: &Telling) -> Evidence {
    let construction = match telling.attachment {
        Attachment::Rule => "rule",
        Attachment::Between => "between",
        Attachment::By => "by",
        Attachment::With => "with",
        Attachment::Subject => "subject",
        Attachment::Body => "body",
        Attachment::Nearby => "nearby",
    };
    Evidence {
        rule: telling.rule.as_deref().map_or_else(
            || format!("{}.convention.{construction}", passage.text.lang.code()),
            str::to_owned,
        ),
        span: passage.span(passage.text.sentences[telling.sentence].tokens.clone()),
    }
}

/// An entity by its fullest name, with the others as aliases.
fn partner(
    passages: [&Passage<'_>; 2],
    cast: &Cast,
    entity: usize,
    role: PartnerRole,
) -> Option<Partner> {
    let entity = &cast.entities[entity];
    let mut names: Vec<(&str, (usize, usize))> = entity
        .mentions
        .iter()
        .map(|&at| (&*passages[at.0].organisations[at.1].name, at))
        .filter(|(_, at)| !passages[at.0].organisations[at.1].bare || entity.mentions.len() == 1)
        .collect();
    // The fullest first; of equals, the one read first.
    names.sort_by_key(|(name, at)| (std::cmp::Reverse(name.split_whitespace().count()), *at));
    let &(name, (passage, mention)) = names.first()?;
    let organisation = &passages[passage].organisations[mention];
    let mut aliases: Vec<String> = names
        .iter()
        .skip(1)
        .map(|(name, _)| (*name).to_owned())
        .collect();
    aliases.extend(
        entity.mentions.iter().filter_map(|&(passage, mention)| {
            passages[passage].organisations[mention].sigle.clone()
        }),
    );
    aliases.retain(|alias| alias != name);
    let mut seen = std::collections::BTreeSet::new();
    aliases.retain(|alias| seen.insert(alias.clone()));
    let (_, end) = passages[passage].text.bytes(organisation.tokens.clone());
    let mut span = passages[passage].span(organisation.tokens.clone());
    (span.start, span.end) = (organisation.start, end);
    Some(Partner {
        name: name.to_owned(),
        id: entity.id.as_deref().map(str::to_owned),
        class: Some(entity.class.to_string()).filter(|class| !class.is_empty()),
        role,
        aliases,
        span,
    })
}

/// The date told beside the signature: the most precise, then the first.
fn signing_date<'a>(tellings: &[&'a Telling]) -> Option<(usize, &'a Dated)> {
    let dates = tellings
        .iter()
        .filter_map(|telling| Some((telling.passage, telling.date.as_ref()?)));
    dates.min_by_key(|(passage, date)| {
        (
            std::cmp::Reverse(date.value.as_ref().map_or(0, String::len).min(10)),
            *passage,
        )
    })
}

/// The furthest state that the tellings give.
fn status(
    tellings: &[&Telling],
    date: Option<(usize, &Dated)>,
    published: Option<Day>,
) -> ConventionStatus {
    let any = |cue: Cue| tellings.iter().any(|telling| telling.cues.contains(&cue));
    let age = date.and_then(|(_, date)| days_between(date.value.as_deref()?, published?));
    let fresh = age.is_some_and(|age| age <= NEWS);
    if any(Cue::Renew) {
        return ConventionStatus::Renewed;
    }
    if any(Cue::End) && !(any(Cue::Sign) && fresh) {
        return ConventionStatus::Ended;
    }
    let planned = tellings
        .iter()
        .any(|telling| telling.cues.contains(&Cue::Plan));
    let signed = tellings
        .iter()
        .any(|telling| telling.cues.contains(&Cue::Sign) && !telling.cues.contains(&Cue::Plan));
    let under = tellings.iter().any(|telling| telling.under);
    match (planned, signed, under) {
        (true, false, _) if age.is_none_or(|age| age <= 0) => ConventionStatus::Planned,
        (_, true, _) if fresh => ConventionStatus::Signed,
        (_, _, true) => ConventionStatus::InForce,
        (_, true, false) if age.is_none_or(|age| age <= NEWS) => ConventionStatus::Signed,
        _ => ConventionStatus::InForce,
    }
}

/// Days from an EDTF value to publication; the middle of a month or year stands for it.
fn days_between(value: &str, published: Day) -> Option<i32> {
    let mut parts = value.split('-');
    let year: i16 = parts.next()?.parse().ok()?;
    let month: Option<&str> = parts.next();
    let (month, day) = match (month, parts.next()) {
        (None, _) => (7, 1),
        (Some(week), _) if week.starts_with('W') => {
            let week: i8 = week[1..].parse().ok()?;
            let monday =
                jiff::civil::ISOWeekDate::new(year, week, jiff::civil::Weekday::Monday).ok()?;
            return Some((published - monday.date()).get_days());
        }
        (Some(month), None) => (month.parse().ok()?, 15),
        (Some(month), Some(day)) => (month.parse().ok()?, day.parse().ok()?),
    };
    let date = Day::new(year, month, day).ok()?;
    Some((published - date).get_days())
}
