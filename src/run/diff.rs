//! Tells how the facts of an article differ from those that it had: gained, lost, changed, each with its
//! rule and sentence.
//!
//! Two facts are one when all that they say is equal, wherever it stands. Of those that remain, two of
//! a class whose evidence overlaps are one that changed.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::record::fact::{Convention, Date, Evidence, Operation, Partner, Place, Span};
use crate::record::{Record, word};
use crate::text::Text;

/// The rule under which dates stand: no rule of the pack finds them.
const DATE: &str = "date";

/// What became of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It was not there before.
    Gained,
    /// It is there no more.
    Lost,
    /// It says something else.
    Changed,
}

/// One fact that was gained, lost or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The rule that justifies it now; of a lost one, that did.
    pub rule: String,
    /// What became of it.
    pub how: How,
    /// `convention`, `operation` or `date`.
    pub fact: &'static str,
    /// Id of the article.
    pub article: String,
    /// What it says by field; of a changed one, only what differs, as before.
    pub before: BTreeMap<&'static str, String>,
    /// Likewise, as now.
    pub after: BTreeMap<&'static str, String>,
    /// The sentence that it stands in.
    pub sentence: String,
}

impl fmt::Display for Change {
    /// Two lines: the fact, and the sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, said) = match self.how {
            How::Gained => ('+', all(&self.after)),
            How::Lost => ('-', all(&self.before)),
            How::Changed => ('~', self.differences()),
        };
        writeln!(f, "  {sign} {}: {said}", self.fact)?;
        write!(f, "      {} « {} »", self.article, self.sentence)
    }
}

impl Change {
    fn differences(&self) -> String {
        let side = |side: &BTreeMap<&str, String>, field| {
            side.get(field)
                .filter(|value| !value.is_empty())
                .map_or_else(|| "nothing".to_owned(), String::clone)
        };
        let fields = self.after.keys().map(|field| {
            let (before, after) = (side(&self.before, field), side(&self.after, field));
            format!("{field}: {before} → {after}")
        });
        fields.collect::<Vec<_>>().join("; ")
    }
}

/// The values that are there, in the order of their fields.
fn all(fields: &BTreeMap<&'static str, String>) -> String {
    let said = fields.values().filter(|value| !value.is_empty());
    said.map(String::as_str).collect::<Vec<_>>().join(" · ")
}

/// How the facts of an article changed; no record is one without facts.
pub fn compare(before: Option<&Record>, after: Option<&Record>) -> Vec<Change> {
    let (mut lost, mut gained) = (facts(before), facts(after));
    gained.retain(|fact| {
        let same = lost.iter().position(|other| other.fields == fact.fields);
        same.map(|at| lost.remove(at)).is_none()
    });
    let same_text = match (before, after) {
        (Some(before), Some(after)) => before.text == after.text && before.title == after.title,
        _ => false,
    };
    let mut changes = Vec::new();
    for fact in gained {
        let mut others = lost.iter();
        let other = others.position(|other| same_text && other.is_beside(&fact));
        changes.push(match other.map(|at| lost.remove(at)) {
            Some(other) => other.became(fact),
            None => fact.change(How::Gained),
        });
    }
    changes.extend(lost.into_iter().map(|fact| fact.change(How::Lost)));
    changes
}

/// Whether an agreement or act is told that was not told before, or not so.
pub(super) fn tells_more(before: Option<&Record>, now: &Record) -> bool {
    let changes = compare(before, Some(now));
    changes
        .iter()
        .any(|change| change.how != How::Lost && change.fact != DATE)
}

/// A fact as it is compared.
struct Fact<'r> {
    record: &'r Record,
    class: &'static str,
    rule: &'r str,
    fields: BTreeMap<&'static str, String>,
    spans: Vec<Span>,
}

impl Fact<'_> {
    fn is_beside(&self, other: &Fact<'_>) -> bool {
        let meets = |one: &Span, other: &Span| {
            one.field == other.field && one.start < other.end && other.start < one.end
        };
        let mut spans = self.spans.iter();
        self.class == other.class
            && spans.any(|one| other.spans.iter().any(|other| meets(one, other)))
    }

    fn change(self, how: How) -> Change {
        let sentence = self.sentence();
        let (before, after) = match how {
            How::Lost => (self.fields, BTreeMap::new()),
            How::Gained | How::Changed => (BTreeMap::new(), self.fields),
        };
        Change {
            rule: self.rule.to_owned(),
            how,
            fact: self.class,
            article: self.record.id.clone(),
            before,
            after,
            sentence,
        }
    }

    fn became(self, now: Fact<'_>) -> Change {
        let mut change = now.change(How::Changed);
        change.before = self.fields;
        let (before, after) = (&mut change.before, &mut change.after);
        after.retain(|field, value| before.get(field) != Some(value));
        before.retain(|field, _| after.contains_key(field));
        change
    }

    /// The sentence that the fact's first words stand in.
    fn sentence(&self) -> String {
        let Some(&span) = self.spans.first() else {
            return String::new();
        };
        let source = match span.field {
            Some(_) => self.record.title.as_deref().unwrap_or_default(),
            None => &self.record.text,
        };
        let words = || self.record.slice(span).unwrap_or_default().to_owned();
        let sentence = self.record.language().and_then(|lang| {
            let (byte, _) = source.char_indices().nth(span.start)?;
            let text = Text::new(source, lang);
            let token = text
                .tokens
                .iter()
                .position(|token| token.end as usize > byte)?;
            let sentence = text.sentences.get(text.sentence_of(token))?;
            Some(text.slice(sentence.tokens.clone()).to_owned())
        });
        let sentence = sentence.unwrap_or_else(words);
        sentence.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn facts(record: Option<&Record>) -> Vec<Fact<'_>> {
    let Some(record) = record else {
        return Vec::new();
    };
    let agreements = record.conventions.iter().map(|convention| Fact {
        record,
        class: "convention",
        rule: rule(&convention.evidence),
        fields: agreement(convention),
        spans: spans(&convention.evidence),
    });
    let acts = record.operations.iter().map(|operation| Fact {
        record,
        class: "operation",
        rule: rule(&operation.evidence),
        fields: act(operation),
        spans: spans(&operation.evidence),
    });
    let dates = record.dates.iter().map(|date| Fact {
        record,
        class: DATE,
        rule: DATE,
        fields: BTreeMap::from([
            ("value", value(date.value.as_ref())),
            ("words", date.text.clone()),
        ]),
        spans: vec![date.span],
    });
    agreements.chain(acts).chain(dates).collect()
}

fn rule(evidence: &[Evidence]) -> &str {
    evidence
        .first()
        .map_or("without evidence", |evidence| &evidence.rule)
}

fn spans(evidence: &[Evidence]) -> Vec<Span> {
    evidence.iter().map(|evidence| evidence.span).collect()
}

fn agreement(convention: &Convention) -> BTreeMap<&'static str, String> {
    let partners = convention.partners.iter().map(partner);
    BTreeMap::from([
        ("kind", word(&convention.kind)),
        ("status", word(&convention.status)),
        ("number", value(convention.number.as_ref())),
        (
            "bound",
            convention.bound.as_ref().map(word).unwrap_or_default(),
        ),
        ("partners", partners.collect::<Vec<_>>().join(", ")),
        ("date", day(convention.date.as_ref())),
        ("place", place(convention.place.as_ref())),
        ("subject", value(convention.subject.as_ref())),
        ("rules", rules(&convention.evidence)),
    ])
}

fn act(operation: &Operation) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("count", operation.count.to_string()),
        ("max", value(operation.max.as_ref())),
        ("bound", word(&operation.bound)),
        ("procedure", word(&operation.procedure)),
        ("specialty", value(operation.specialty.as_ref())),
        ("status", word(&operation.status)),
        ("facility", place(operation.facility.as_ref())),
        ("team", place(operation.team.as_ref())),
        ("date", day(operation.date.as_ref())),
        ("rules", rules(&operation.evidence)),
    ])
}

fn partner(partner: &Partner) -> String {
    let mut said = format!("{} ({}", partner.name, word(&partner.role));
    for part in partner.id.iter().chain(&partner.class) {
        said += &format!(", {part}");
    }
    for alias in &partner.aliases {
        said += &format!(", = {alias}");
    }
    said + ")"
}

fn place(place: Option<&Place>) -> String {
    let Some(place) = place else {
        return String::new();
    };
    match &place.id {
        Some(id) => format!("{} ({id})", place.name),
        None => place.name.clone(),
    }
}

fn day(date: Option<&Date>) -> String {
    let Some(date) = date else {
        return String::new();
    };
    let value = date.value.as_deref().unwrap_or("undated");
    format!("{value} « {} »", date.text)
}

fn value(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// The rules that justify it, in their order.
fn rules(evidence: &[Evidence]) -> String {
    let rules = evidence.iter().map(|evidence| evidence.rule.as_str());
    rules.collect::<Vec<_>>().join(", ")
}
