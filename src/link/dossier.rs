//! Merges the conventions that are one agreement into its dossier.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::record::dossier::{Act, Dossier, Member, Mention, Moment, Named, SCHEMA, Support};
use crate::record::fact::{Bound, ConventionStatus, Kind, OperationStatus};

use super::edtf::Days;
use super::entity::{Entity, Resolver};
use super::likeness::POSSIBLE;
use super::near_duplicate::{Print, repeats};
use super::report::{Paper, Report};

/// One convention of a dossier with its article.
type Told<'a> = (&'a Paper, &'a Report);

/// Merges conventions, in order of article and position; `tie` is the weakest link between them.
pub fn merge(told: &[Told<'_>], tie: f64, resolver: &Resolver) -> Dossier {
    let repeated = repeated(told);
    let firsts: Vec<Told<'_>> = told
        .iter()
        .copied()
        .filter(|(paper, _)| !repeated.contains_key(&paper.id))
        .collect();
    let dates = dates(&firsts);
    let (number, bound) = number(&firsts);
    Dossier {
        schema: SCHEMA.to_owned(),
        id: id(told),
        kind: kind(told),
        status: status(told),
        number,
        bound,
        partners: members(told, resolver, |report| &report.parties),
        patrons: members(told, resolver, |report| &report.patrons),
        date: date(&firsts, &dates),
        dates,
        place: place(told, resolver),
        subject: subject(told),
        articles: told.iter().map(|told| mention(told, &repeated)).collect(),
        operations: operations(&firsts),
        timeline: timeline(&firsts),
        confidence: (tie.min(1.0) * 1000.0).round() / 1000.0,
    }
}

/// The id comes from the earliest article: one that is published later does not rename the dossier.
fn id(told: &[Told<'_>]) -> String {
    let earliest = told.iter().min_by_key(|(paper, report)| {
        (
            paper.published.is_none(),
            paper.published.as_deref(),
            &paper.id,
            report.position,
        )
    });
    let key = earliest.map(|(paper, report)| format!("{}#{}", paper.id, report.position));
    let digest = Sha256::digest(key.unwrap_or_default());
    let short = digest.iter().take(8).map(|byte| format!("{byte:02x}"));
    format!("d{}", short.collect::<String>())
}

fn repeated(told: &[Told<'_>]) -> BTreeMap<String, String> {
    let prints: Vec<Print<'_>> = told
        .iter()
        .map(|(paper, _)| Print {
            id: &paper.id,
            published: paper.published.as_deref(),
            fingerprint: paper.fingerprint,
        })
        .collect();
    let mut repeated = repeats(&prints);
    let here: BTreeSet<&str> = told.iter().map(|(paper, _)| paper.id.as_str()).collect();
    for (paper, _) in told {
        if let Some(original) = &paper.duplicate_of
            && here.contains(original.as_str())
        {
            repeated.insert(paper.id.clone(), original.clone());
        }
    }
    repeated
}

fn mention((paper, report): &Told<'_>, repeated: &BTreeMap<String, String>) -> Mention {
    Mention {
        id: paper.id.clone(),
        lang: paper.lang.clone(),
        convention: report.position,
        published: paper.published.clone(),
        duplicate_of: repeated
            .get(&paper.id)
            .or(paper.duplicate_of.as_ref())
            .cloned(),
    }
}

/// The kind that an article gives; the others left it unsaid.
fn kind(told: &[Told<'_>]) -> Kind {
    told.iter()
        .map(|(_, report)| report.kind)
        .min()
        .unwrap_or(Kind::Convention)
}

/// The latest state: in the order of what happened, where a later report of the signature takes nothing
/// back of what an earlier one told to be at work.
fn status(told: &[Told<'_>]) -> ConventionStatus {
    let mut order: Vec<_> = told
        .iter()
        .map(|(_, report)| (moment(report), report.status))
        .collect();
    order.sort();
    let mut latest = ConventionStatus::Planned;
    for (_, status) in order {
        let ended = latest == ConventionStatus::Ended && status >= ConventionStatus::InForce;
        if status > latest || ended {
            latest = status;
        }
    }
    latest
}

/// When the state of a report began: a renewal on its day, everything else by the day of the news.
fn moment(report: &Report) -> Option<i32> {
    let day = report
        .days
        .filter(|_| report.status == ConventionStatus::Renewed);
    day.or(report.published).map(|days| days.from)
}

fn number(told: &[Told<'_>]) -> (Option<u64>, Option<Bound>) {
    most(told.iter().map(|(_, report)| (report.number, report.bound))).unwrap_or((None, None))
}

/// What is said most often; the smallest of equals.
fn most<T: Ord>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let most = *counts.values().max()?;
    counts
        .into_iter()
        .find_map(|(value, count)| (count == most).then_some(value))
}

/// Each organisation once, with its names in both scripts.
fn members(
    told: &[Told<'_>],
    resolver: &Resolver,
    side: fn(&Report) -> &Vec<Arc<Entity>>,
) -> Vec<Member> {
    // The article that names the most begins: those that say less find their match in it.
    let mut order: Vec<&Told<'_>> = told.iter().collect();
    order.sort_by_key(|(paper, report)| {
        (usize::MAX - side(report).len(), &paper.id, report.position)
    });
    let mut groups: Vec<Vec<(&str, &Entity)>> = Vec::new();
    for (paper, report) in order {
        let mut taken = BTreeSet::new();
        for entity in side(report) {
            let best = groups
                .iter()
                .enumerate()
                .filter(|(at, _)| !taken.contains(at))
                .map(|(at, group)| (at, likeness(group, entity, resolver)))
                .filter(|(_, score)| *score >= POSSIBLE)
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            let at = best.map_or(groups.len(), |(at, _)| at);
            if at == groups.len() {
                groups.push(Vec::new());
            }
            taken.insert(at);
            // what thousands of articles name alike is compared once
            let alike = |(lang, other): &(&str, &Entity)| {
                *lang == paper.lang && std::ptr::eq(*other, &raw const **entity)
            };
            if !groups[at].iter().any(alike) {
                groups[at].push((&paper.lang, entity));
            }
        }
    }
    let mut members: Vec<Member> = groups.iter().map(|group| member(group)).collect();
    members.sort();
    members.dedup_by(|a, b| a.id == b.id);
    members
}

fn likeness(group: &[(&str, &Entity)], entity: &Entity, resolver: &Resolver) -> f64 {
    group
        .iter()
        .map(|(_, other)| resolver.compare(other, entity).score)
        .fold(0.0, f64::max)
}

/// The gazetteer's id and names where one article's name is listed, else the fullest.
fn member(group: &[(&str, &Entity)]) -> Member {
    let fullest = |(_, entity): &&(&str, &Entity)| {
        (
            entity.listed.is_some(),
            !entity.is_bare(),
            entity.whole.class.is_some(),
            entity.whole.weight(),
            std::cmp::Reverse(entity.id.clone()),
        )
    };
    let best = group.iter().max_by_key(fullest).map(|(_, entity)| *entity);
    let mut name: BTreeMap<String, String> =
        best.map(|entity| entity.name.clone()).unwrap_or_default();
    for (lang, entity) in group {
        let told = entity.name.get(*lang).cloned().unwrap_or_default();
        let known = name
            .entry((*lang).to_owned())
            .or_insert_with(|| told.clone());
        let listed = best.is_some_and(|best| best.listed.is_some());
        if !listed && (told.chars().count(), &*known) > (known.chars().count(), &told) {
            *known = told;
        }
    }
    Member {
        id: best.map(|entity| entity.id.clone()).unwrap_or_default(),
        name,
        class: best.and_then(|entity| entity.kind.clone()),
    }
}

/// Every signing date told, the most supported first.
fn dates(told: &[Told<'_>]) -> Vec<Support> {
    let mut support: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (paper, report) in told {
        if let Some(date) = &report.date {
            support.entry(date).or_default().insert(&paper.id);
        }
    }
    let mut dates: Vec<Support> = support
        .into_iter()
        .map(|(value, articles)| Support {
            value: value.to_owned(),
            articles: articles.into_iter().map(str::to_owned).collect(),
        })
        .collect();
    dates.sort_by_key(|date| std::cmp::Reverse(date.articles.len()));
    dates
}

/// The day of signature: what was signed, not what was planned or renewed, where an article tells it;
/// of these the one that the most articles say or agree with, the most precise of equals.
fn date(told: &[Told<'_>], dates: &[Support]) -> Option<String> {
    let plain = |value: &str| {
        told.iter().any(|(_, report)| {
            report.date.as_deref() == Some(value)
                && !matches!(
                    report.status,
                    ConventionStatus::Planned | ConventionStatus::Renewed
                )
        })
    };
    let signed = dates.iter().any(|date| plain(&date.value));
    let candidates = dates.iter().filter(|date| !signed || plain(&date.value));
    let agreeing = |value: &str| {
        let days = Days::read(value);
        let agree = |other: &Support| matches!((days, Days::read(&other.value)), (Some(a), Some(b)) if a.meets(b));
        let others = dates.iter().filter(|other| agree(other));
        others.map(|other| other.articles.len()).sum::<usize>()
    };
    candidates
        .max_by_key(|date| {
            let length = Days::read(&date.value).map_or(i32::MAX, Days::length);
            (
                agreeing(&date.value),
                -length,
                std::cmp::Reverse(&date.value),
            )
        })
        .map(|date| date.value.clone())
}

fn place(told: &[Told<'_>], resolver: &Resolver) -> Option<Named> {
    let places = &resolver.gazetteer.places;
    let id = most(told.iter().filter_map(|(_, report)| {
        let (id, _) = report.place.as_ref()?;
        id.clone()
    }));
    let mut name = BTreeMap::new();
    if let Some(place) = id.as_deref().and_then(|id| places.find(id)) {
        let row = places.at(place);
        for (lang, listed) in [("fr", &row.fr), ("ar", &row.ar)] {
            if !listed.is_empty() {
                name.insert(lang.to_owned(), listed.clone());
            }
        }
    } else {
        for (paper, report) in told {
            if let Some((other, told)) = &report.place
                && *other == id
            {
                name.entry(paper.lang.clone())
                    .or_insert_with(|| told.clone());
            }
        }
    }
    (!name.is_empty()).then_some(Named { id, name })
}

fn subject(told: &[Told<'_>]) -> BTreeMap<String, String> {
    let mut subjects = BTreeMap::new();
    let mut order: Vec<&Told<'_>> = told.iter().collect();
    order.sort_by_key(|(paper, _)| (paper.published.is_none(), &paper.published, &paper.id));
    for (paper, report) in order {
        if let Some(subject) = &report.subject {
            subjects
                .entry(paper.lang.clone())
                .or_insert_with(|| subject.clone());
        }
    }
    subjects
}

/// Acts done under the agreement; the same count told by several articles is one, and as exact as most
/// of them say.
fn operations(told: &[Told<'_>]) -> Vec<Act> {
    let mut acts: BTreeMap<_, Vec<(Bound, &str)>> = BTreeMap::new();
    for (paper, report) in told {
        // An article of the signature counts what was done before it, or elsewhere.
        let under = |status| {
            status == OperationStatus::Planned
                || !matches!(
                    report.status,
                    ConventionStatus::Signed | ConventionStatus::Planned
                )
        };
        for act in report.operations.iter().filter(|act| under(act.status)) {
            let key = (act.procedure, act.count, act.max, act.status);
            acts.entry(key).or_default().push((act.bound, &paper.id));
        }
    }
    acts.into_iter()
        .map(|((procedure, count, max, status), told)| {
            let articles: BTreeSet<&str> = told.iter().map(|(_, article)| *article).collect();
            Act {
                count,
                max,
                bound: most(told.iter().map(|(bound, _)| *bound)).unwrap_or(Bound::Exact),
                procedure,
                status,
                articles: articles.into_iter().map(str::to_owned).collect(),
            }
        })
        .collect()
}

/// What happened, by date: the signature, and each state on the day of the article that tells it.
fn timeline(told: &[Told<'_>]) -> Vec<Moment> {
    let mut moments: BTreeMap<(String, ConventionStatus), BTreeSet<&str>> = BTreeMap::new();
    for (paper, report) in told {
        let mut add = |date: &str, event| {
            let day = date.split('T').next().unwrap_or_default().to_owned();
            moments.entry((day, event)).or_default().insert(&paper.id);
        };
        if let Some(date) = &report.date {
            let event = match report.status {
                ConventionStatus::Planned | ConventionStatus::Renewed => report.status,
                _ => ConventionStatus::Signed,
            };
            add(date, event);
        }
        if let (ConventionStatus::InForce | ConventionStatus::Ended, Some(published)) =
            (report.status, &paper.published)
        {
            add(published, report.status);
        }
    }
    moments
        .into_iter()
        .map(|((date, event), articles)| Moment {
            date,
            event,
            articles: articles.into_iter().map(str::to_owned).collect(),
        })
        .collect()
}
