//! Turns an article's record into what linking compares: each convention with its entities and days.

use std::sync::Arc;

use crate::record::Record;
use crate::record::fact::{Bound, Convention, ConventionStatus, Kind, Operation, Partner, Role};

use super::edtf::Days;
use super::entity::{Entity, Resolver};
use super::gazetteer::Context;
use super::near_duplicate::Fingerprint;
use super::place::PlaceIndex;
use super::timing::When;
use super::vocabulary::{Sense, Vocabulary};

/// How much of an article is read for the places that decide between homonyms, in characters.
const OPENING: usize = 1_500;

/// What linking keeps of an article.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Id of the article.
    pub id: String,
    /// Its language.
    pub lang: String,
    /// When it was published, as the record says.
    pub published: Option<String>,
    /// The article that it is known to repeat.
    pub duplicate_of: Option<String>,
    /// What near-duplicates share.
    pub fingerprint: Fingerprint,
    /// Its conventions.
    pub reports: Vec<Report>,
}

/// One convention as one article tells it.
#[derive(Debug, Clone)]
pub struct Report {
    /// Position in the article's record, from 0.
    pub position: usize,
    /// Kind.
    pub kind: Kind,
    /// State.
    pub status: ConventionStatus,
    /// How many agreements it stands for.
    pub number: Option<u64>,
    /// How exact `number` is.
    pub bound: Option<Bound>,
    /// Those bound by it, each once.
    pub parties: Vec<Arc<Entity>>,
    /// Those who presided.
    pub patrons: Vec<Arc<Entity>>,
    /// EDTF day of signature.
    pub date: Option<String>,
    /// The same as days.
    pub days: Option<Days>,
    /// When the article was published.
    pub published: Option<Days>,
    /// Where it was signed: id and name.
    pub place: Option<(Option<String>, String)>,
    /// What it is about.
    pub subject: Option<String>,
    /// Acts that the article tells of it.
    pub operations: Vec<Operation>,
}

impl Paper {
    /// Reads a record.
    pub fn new(record: &Record, resolver: &mut Resolver) -> Self {
        let context = context(record, resolver);
        let published = record.published.as_deref().and_then(Days::read);
        let mut reports: Vec<Report> = record
            .conventions
            .iter()
            .enumerate()
            .map(|(position, convention)| {
                let mut report = Report {
                    published,
                    ..Report::new(position, convention)
                };
                let mut entities = |role: Role| {
                    let partners = convention
                        .partners
                        .iter()
                        .filter(|partner| partner.role == role);
                    let mut entities: Vec<Arc<Entity>> = partners
                        .map(|partner| {
                            resolver.resolve(partner, &record.lang, &context, &record.id)
                        })
                        .collect();
                    entities.sort_by(|a, b| a.id.cmp(&b.id));
                    entities.dedup_by(|a, b| a.id == b.id && !a.is_bare());
                    entities
                };
                report.parties = entities(Role::Party);
                report.patrons = entities(Role::Patron);
                report
            })
            .collect();
        name_the_bare(&mut reports, resolver);
        share_operations(&mut reports, &record.operations);
        Self {
            id: record.id.clone(),
            lang: record.lang.clone(),
            published: record.published.clone(),
            duplicate_of: record.duplicate_of.clone(),
            fingerprint: Fingerprint::new(&record.text),
            reports,
        }
    }
}

impl Report {
    /// What is told of its time.
    pub fn when(&self) -> When {
        When {
            status: self.status,
            days: self.days,
            published: self.published,
        }
    }

    fn new(position: usize, convention: &Convention) -> Self {
        let date = convention.date.as_ref().and_then(|date| date.value.clone());
        Self {
            position,
            kind: convention.kind,
            status: convention.status,
            number: convention.number,
            bound: convention.bound,
            parties: Vec::new(),
            patrons: Vec::new(),
            days: date.as_deref().and_then(Days::read),
            date,
            published: None,
            place: convention
                .place
                .as_ref()
                .map(|place| (place.id.clone(), place.name.clone())),
            subject: convention.subject.clone(),
            operations: Vec::new(),
        }
    }
}

/// « le CHU » is the one CHU that the same article names elsewhere.
fn name_the_bare(reports: &mut [Report], resolver: &Resolver) {
    let named: Vec<Arc<Entity>> = reports
        .iter()
        .flat_map(|report| &report.parties)
        .filter(|entity| !entity.is_bare() && !entity.is_collective())
        .cloned()
        .collect();
    let scale = resolver.gazetteer.scale();
    for report in reports {
        for at in 0..report.parties.len() {
            let bare = &report.parties[at];
            let Some(class) = bare
                .whole
                .class
                .filter(|_| bare.is_bare() && !bare.whole.plural)
            else {
                continue;
            };
            let mut fits: Vec<&Arc<Entity>> = named
                .iter()
                .filter(|entity| {
                    let theirs = entity.whole.class;
                    theirs == Some(class)
                        || theirs.is_some_and(|theirs| scale.is_wider(class, theirs))
                })
                .filter(|entity| report.parties.iter().all(|party| party.id != entity.id))
                .collect();
            fits.sort_by(|a, b| a.id.cmp(&b.id));
            fits.dedup_by(|a, b| a.id == b.id);
            if let [only] = fits.as_slice() {
                report.parties[at] = Arc::clone(only);
            }
        }
    }
}

/// Gives an article's acts to the agreement under which they were done: the only one of the article,
/// else the one that binds the place or the team, else the only one at work.
fn share_operations(reports: &mut [Report], operations: &[Operation]) {
    if let [only] = reports {
        only.operations = operations.to_vec();
        return;
    }
    let at_work: Vec<usize> = (0..reports.len())
        .filter(|&at| {
            matches!(
                reports[at].status,
                ConventionStatus::InForce | ConventionStatus::Renewed
            )
        })
        .collect();
    for operation in operations {
        let hosts = [&operation.facility, &operation.team];
        let ids: Vec<&str> = hosts
            .into_iter()
            .flatten()
            .filter_map(|place| place.id.as_deref())
            .collect();
        let bound: Vec<usize> = (0..reports.len())
            .filter(|&at| {
                reports[at]
                    .parties
                    .iter()
                    .any(|party| ids.contains(&party.id.as_str()))
            })
            .collect();
        if let ([only], _) | (_, [only]) = (bound.as_slice(), at_work.as_slice()) {
            reports[*only].operations.push(operation.clone());
        }
    }
}

/// Where an article stands: the country of its source, else the one that its names point to; and
/// the places of its partners, else of its opening.
fn context(record: &Record, resolver: &mut Resolver) -> Context {
    let partners: Vec<&Partner> = record
        .conventions
        .iter()
        .flat_map(|convention| &convention.partners)
        .collect();
    let mut places = Vec::new();
    let mut countries: Vec<PlaceIndex> = Vec::new();
    let mut open = record.country.is_none();
    for partner in &partners {
        let read = resolver.read(partner);
        let gazetteer = &resolver.gazetteer;
        for mention in read.0.iter().flat_map(|name| &name.places) {
            places.push(mention.clone());
        }
        match read.1.as_slice() {
            [(only, _)] => countries.extend(gazetteer.at(*only).country),
            [] => {}
            _ => open = true,
        }
    }
    let gazetteer = &resolver.gazetteer;
    let country = record
        .country
        .as_deref()
        .and_then(|country| gazetteer.places.find(country));
    if open {
        places.extend(opening(record, &gazetteer.vocabulary));
    }
    for mention in &places {
        let mut here: Vec<PlaceIndex> = mention
            .iter()
            .map(|&place| gazetteer.places.at(place).country)
            .collect();
        here.dedup();
        if let [only] = here.as_slice() {
            countries.push(*only);
        }
    }
    Context {
        country: country.or_else(|| most(&countries)),
        places,
    }
}

/// The places of the title and the first lines, where a word means a place and nothing else.
fn opening(record: &Record, vocabulary: &Vocabulary) -> Vec<Vec<PlaceIndex>> {
    let mut text: String = record.title.clone().unwrap_or_default();
    text.push('\n');
    text.extend(record.text.chars().take(OPENING));
    let words = vocabulary.words(&text);
    let mut places = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((length, senses)) = vocabulary.phrase(&words, at) else {
            at += 1;
            continue;
        };
        let mention: Vec<PlaceIndex> = senses
            .iter()
            .filter_map(|sense| match *sense {
                Sense::Place(place) | Sense::Country(place) => Some(place),
                _ => None,
            })
            .collect();
        let lower = words[at].written.starts_with(char::is_lowercase);
        let nation = matches!(senses, [Sense::Country(_), ..]);
        let topics = senses
            .iter()
            .filter(|sense| matches!(sense, Sense::Topic(_)));
        let plain = mention.len() == senses.len()
            || (words[at].behind && mention.len() + topics.count() == senses.len());
        if plain
            && !mention.is_empty()
            && (nation || !lower)
            && (length > 1 || vocabulary.fits_place(&words[at]))
        {
            places.push(mention);
        }
        at += length;
    }
    places
}

/// What is said most often; the first in the gazetteer where two are.
fn most(countries: &[PlaceIndex]) -> Option<PlaceIndex> {
    let mut counts = std::collections::BTreeMap::new();
    for country in countries {
        *counts.entry(*country).or_insert(0_usize) += 1;
    }
    let most = counts.values().max()?;
    counts
        .iter()
        .find_map(|(country, count)| (count == most).then_some(*country))
}
