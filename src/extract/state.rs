//! Says in which state an article leaves an agreement, and when it was signed, from its tellings.

use jiff::civil::Date as Day;

use crate::record::fact::ConventionStatus;

use super::passage::Dated;
use super::told::Telling;
use super::vocabulary::{Cue, Strength};

/// An agreement is news for this many days after its signature; told later, it is in force.
const NEWS: i32 = 45;

/// An agreement signed so few days ago is news before any work under it.
const DAYS: i32 = 4;

/// Where an article goes through several, for this many days nothing but work done under it tells that it is in force.
const RECENT: i32 = 183;

/// The date told nearest to a signature; a day is worth a few words more than a month or a year.
/// What is planned was signed on no day that is past.
pub(super) fn signing_date<'a>(
    tellings: &[&'a Telling],
    published: Option<Day>,
) -> Option<(usize, &'a Dated)> {
    // A year or a month is past when it is over.
    let past = |date: &Dated| {
        let value = date.value.as_deref();
        let (Some(value), Some(published)) = (value, published) else {
            return false;
        };
        let today = published.to_string();
        match today.get(..value.len()) {
            Some(today) if !value.contains('W') => value < today,
            _ => days_between(value, published).is_some_and(|age| age > 0),
        }
    };
    let vague = |date: &Dated| {
        date.value
            .as_ref()
            .map_or(0, |value| 10_usize.saturating_sub(value.len()))
    };
    // What is renewed has no day but that of its renewal: the first signature is told beside it.
    let renews = |telling: &Telling| telling.cues.contains(&Cue::Renew);
    let renewed = tellings.iter().any(|telling| renews(telling)) && !is_over(tellings);
    let old = |date: &Dated| age_of(date, published).is_some_and(|age| age > NEWS);
    let dates = tellings.iter().filter_map(|telling| {
        let (distance, date) = telling.date.as_ref()?;
        let first = renewed && !renews(telling) && old(date);
        if first || telling.cues.contains(&Cue::Plan) && past(date) {
            return None;
        }
        Some((
            !renews(telling),
            distance + vague(date),
            telling.passage,
            date,
        ))
    });
    let nearest = dates.min_by_key(|(later, distance, passage, _)| (*passage, *later, *distance));
    nearest.map(|(.., passage, date)| (passage, date))
}

/// Whether a date lies ahead of the article: nothing that is there was signed on it.
pub(super) fn is_ahead(date: &Dated, published: Option<Day>) -> bool {
    age_of(date, published).is_some_and(|age| age < 0)
}

/// The furthest state that the tellings give; `others` where the article tells of more agreements than this one.
pub(super) fn status(
    tellings: &[&Telling],
    date: Option<(usize, &Dated)>,
    published: Option<Day>,
    others: bool,
) -> ConventionStatus {
    let any = |cue: Cue| tellings.iter().any(|telling| telling.cues.contains(&cue));
    let age = date.and_then(|(_, date)| age_of(date, published));
    let fresh = age.is_some_and(|age| (0..=NEWS).contains(&age));
    // "بمقتضى اتفاقية أمضيت الاثنين": what was signed these days is news, whatever is told of it.
    let just_now = age.is_some_and(|age| (0..=DAYS).contains(&age));
    if is_over(tellings) {
        return ConventionStatus::Ended;
    }
    if any(Cue::Renew) {
        return ConventionStatus::Renewed;
    }
    if any(Cue::End) && !(any(Cue::Sign) && fresh) {
        return ConventionStatus::Ended;
    }
    let plans = |telling: &&&Telling| {
        let plan = |cue: &Cue| matches!(cue, Cue::Plan | Cue::Vote);
        telling.cues.iter().any(plan)
    };
    // "la convention …, nul ne doute qu'elle sera renouvelée": what work is done under is there.
    let there = tellings.first().is_some_and(|first| {
        first.under && !plans(&first) && first.agreement.strength == Strength::Strong
    });
    let later = |telling: &&Telling| telling.agreement.pointed || telling.agreement.definite;
    let kept = there && tellings.iter().filter(plans).all(later);
    let planned = !kept && tellings.iter().any(|telling| plans(&telling));
    let signed = tellings
        .iter()
        .any(|telling| telling.cues.contains(&Cue::Sign) && !telling.cues.contains(&Cue::Plan));
    // "في إطار تعزيز التعاون" beside a signature tells of goodwill, not of work.
    let work = |telling: &&&Telling| telling.under && telling.agreement.strength != Strength::Bare;
    let under = tellings.iter().filter(work).count() > 0;
    let recent = others && age.is_some_and(|age| age <= RECENT);
    let worked = any(Cue::Force) || any(Cue::Active);
    let recalled = tellings
        .first()
        .is_some_and(|first| first.under && !first.cues.contains(&Cue::Plan));
    if signed && !planned && any(Cue::Start) {
        return ConventionStatus::InForce;
    }
    match (planned, signed) {
        (true, _) | (_, true) if age.is_some_and(|age| age < 0) => ConventionStatus::Planned,
        (true, false) => ConventionStatus::Planned,
        (_, true) if recalled && !just_now => ConventionStatus::InForce,
        (_, true) if fresh => ConventionStatus::Signed,
        (_, true) if age.is_none() && !under => ConventionStatus::Signed,
        (_, true) if age.is_none() && published.is_none() => ConventionStatus::Signed,
        (_, true) if recent && !under && !worked => ConventionStatus::Signed,
        _ => ConventionStatus::InForce,
    }
}

/// "prolongée de quatre mois, elle ne sera plus appliquée": what is told last.
fn is_over(tellings: &[&Telling]) -> bool {
    tellings.iter().any(|telling| {
        let mut kept = telling
            .cues
            .iter()
            .filter(|cue| matches!(cue, Cue::Renew | Cue::End));
        telling.cues.contains(&Cue::Renew) && kept.next_back() == Some(&Cue::End)
    })
}

/// Days from a date to publication; none where either is not told.
fn age_of(date: &Dated, published: Option<Day>) -> Option<i32> {
    days_between(date.value.as_deref()?, published?)
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
