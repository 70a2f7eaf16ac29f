//! Renders what was gathered of an agreement as the record writes it: partners by their fullest name,
//! dates and places without clitics, the sentences that prove it.

use std::collections::BTreeSet;

use crate::record::fact::{
    Bound, Convention, ConventionStatus, Date, Evidence, Partner, Place, Role as PartnerRole,
};
use crate::rules::lexicon::{Found, Lexicons};
use crate::text::clitic;

use super::convention::{Gathered, Story};
use super::form::Forms;
use super::passage::{Dated, Passage};
use super::state;
use super::told::{Attachment, Number, Telling};
use super::vocabulary::Strength;

impl Story<'_> {
    /// The record's form of an agreement.
    pub(super) fn render(&self, agreement: &Gathered) -> Convention {
        let Self {
            passages,
            tellings,
            published,
            lexicons,
            ..
        } = *self;
        let own: Vec<&Telling> = agreement.tellings.iter().map(|&at| &tellings[at]).collect();
        let date = state::signing_date(&own, published);
        // One of several that the article goes through is told by its signature.
        let others = tellings.len() > own.len();
        let status = state::status(&own, date, published, others);
        // "une autre mission se prépare pour décembre"
        let date = date.filter(|(_, date)| {
            status == ConventionStatus::Planned || !state::is_ahead(date, published)
        });
        let said = own
            .iter()
            .enumerate()
            // "Les deux documents courent jusqu'en 2025" counts those told one by one.
            .filter(|(at, telling)| {
                let anew = telling.agreement.strength != Strength::Anaphor;
                *at == 0 || anew || own[0].number == Number::Several
            })
            .map(|(_, telling)| telling.number)
            .find(|number| matches!(number, Number::Said(..)));
        let (number, bound) = match said.or_else(|| own.first().map(|telling| telling.number)) {
            _ if agreement.part => (Some(1), Some(Bound::Exact)),
            Some(Number::Said(count, bound)) => (Some(count), Some(bound)),
            Some(Number::Several) => (None, None),
            _ => (Some(1), Some(Bound::Exact)),
        };
        let mut partners: Vec<Partner> = agreement
            .parties
            .iter()
            .filter_map(|&entity| self.partner(entity, PartnerRole::Party))
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
                .filter_map(|entity| self.partner(entity, PartnerRole::Patron)),
        );
        Convention {
            kind: agreement.kind,
            status,
            number,
            bound,
            partners,
            date: date.map(|(passage, date)| dated(passages[passage], date)),
            place: own.iter().find_map(|telling| {
                Some(place(passages[telling.passage], telling.place?, lexicons))
            }),
            subject: own.iter().find_map(|telling| {
                let text = passages[telling.passage]
                    .text
                    .slice(telling.subject.clone()?);
                Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
            }),
            dossier: None,
            evidence: own
                .iter()
                .map(|telling| evidence(passages[telling.passage], telling))
                .collect(),
        }
    }

    /// An entity by its fullest name, with the others as aliases.
    fn partner(&self, entity: usize, role: PartnerRole) -> Option<Partner> {
        let Self { passages, cast, .. } = *self;
        let entity = &cast.entities[entity];
        let mut names: Vec<(&str, (usize, usize))> = entity
            .mentions
            .iter()
            .map(|&at| (&*passages[at.0].organisations[at.1].name, at))
            .filter(|(_, at)| {
                !passages[at.0].organisations[at.1].bare || entity.mentions.len() == 1
            })
            .collect();
        // The fullest first; of equals, the one read first.
        names.sort_by_key(|(name, at)| (std::cmp::Reverse(name.split_whitespace().count()), *at));
        let &(name, (passage, mention)) = names.first()?;
        let organisation = &passages[passage].organisations[mention];
        let forms = passages[passage].vocabulary.forms();
        let mut aliases: Vec<String> = names
            .iter()
            .skip(1)
            .map(|(name, _)| (*name).to_owned())
            .collect();
        aliases.extend(entity.mentions.iter().filter_map(|&(passage, mention)| {
            passages[passage].organisations[mention].sigle.clone()
        }));
        // Who signs for a ministry names it.
        let body = entity
            .body
            .as_deref()
            .filter(|_| role == PartnerRole::Party);
        let name = body.map_or_else(
            || name.to_owned(),
            |body| {
                name.split_once(' ').map_or_else(
                    || body.to_owned(),
                    |(_, rest)| format!("{body} {}", of_body(rest, forms)),
                )
            },
        );
        aliases.retain(|alias| *alias != name);
        let mut seen = BTreeSet::new();
        aliases.retain(|alias| seen.insert(alias.clone()));
        let (_, end) = passages[passage].text.bytes(organisation.tokens.clone());
        let mut span = passages[passage].span(organisation.tokens.clone());
        (span.start, span.end) = (organisation.start, end);
        Some(Partner {
            class: Some(entity.class.to_string())
                .map(|class| {
                    if body.is_some() {
                        "ministry".to_owned()
                    } else {
                        class
                    }
                })
                .filter(|class| !class.is_empty()),
            name,
            id: entity.id.as_deref().map(str::to_owned),
            role,
            aliases,
            span,
        })
    }
}

/// The words after an office as they stand after its body: what agreed with the minister agrees with the
/// ministry, "la ministre tunisienne", "ministère tunisien"; "وزير الصحة التونسي", "وزارة الصحة التونسية".
fn of_body(rest: &str, forms: &Forms) -> String {
    let (first, behind) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
    let small = first.starts_with(char::is_lowercase);
    if let Some(masculine) = forms.masculine(first).filter(|_| small) {
        return format!("{masculine}{behind}");
    }
    match rest.rsplit_once(' ') {
        Some((matter, nation))
            if matter.ends_with(clitic::FEMININE)
                && nation.starts_with(clitic::THE)
                && nation.ends_with(clitic::RELATION) =>
        {
            format!("{matter} {nation}{}", clitic::FEMININE)
        }
        _ => rest.to_owned(),
    }
}

/// The record's form of a place, without the clitic before it.
fn place(passage: &Passage<'_>, found: Found, lexicons: &Lexicons) -> Place {
    let mut span = passage.span(found.first as usize..found.end as usize);
    span.start += usize::from(found.peeled);
    let name = passage
        .text
        .source
        .get(span.start..span.end)
        .unwrap_or_default();
    let id = &lexicons.entries()[found.entry as usize].id;
    Place {
        name: name.to_owned(),
        id: Some(id.to_string()),
        span,
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
    let baseline = || format!("{}.convention.{construction}", passage.text.lang.code());
    Evidence {
        rule: telling.rule.as_deref().map_or_else(baseline, str::to_owned),
        span: passage.span(passage.text.sentences[telling.sentence].tokens.clone()),
    }
}
