//! Holds every span of every record to the text it counts in, and every record to its keys.

mod growth;
mod operation;
mod topic;

use std::collections::BTreeSet;

use serde_json::Value;
use sihafa::article::{self, Page};
use sihafa::extract::Extractor;
use sihafa::record::fact::{Date, Span};
use sihafa::record::{Article, Record};
use sihafa::rules::pack::Pack;

use crate::corpus;
use crate::support::shared;

/// Keys of a record in the order in which they are written.
const KEYS: [&str; 19] = [
    "schema",
    "id",
    "url",
    "source",
    "publisher",
    "country",
    "lang",
    "title",
    "byline",
    "published",
    "fetched",
    "text",
    "duplicate_of",
    "health",
    "conventions",
    "operations",
    "dates",
    "patterns",
    "code",
];

fn extractor() -> Extractor {
    Extractor::new(Pack::builtin().unwrap()).unwrap()
}

/// The articles of the gold files.
fn gold() -> Vec<Article> {
    let sets = ["seeds", "dev-fr", "dev-ar", "dev2-fr", "dev2-ar"];
    let files = sets
        .iter()
        .filter_map(|set| shared(&format!("gold/{set}.jsonl")));
    let lines = files.flat_map(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    });
    lines
        .map(|line| {
            let value: Value = serde_json::from_str(&line).unwrap();
            let field = |key: &str| value[key].as_str().map(str::to_owned);
            Article {
                id: field("id").unwrap(),
                lang: field("lang").unwrap(),
                title: field("title"),
                published: field("published"),
                text: field("text").unwrap(),
                ..Article::default()
            }
        })
        .collect()
}

/// The articles of the bundled press.
fn press() -> Vec<Article> {
    let pages = corpus::pages();
    pages
        .iter()
        .map(|page| {
            article::read(&Page {
                bytes: &page.bytes,
                url: Some(&page.url),
                content_type: page.kind.as_deref(),
                ..Page::default()
            })
        })
        .collect()
}

/// What is wrong with the spans of a record.
struct Check<'a> {
    record: &'a Record,
    faults: Vec<String>,
}

impl Check<'_> {
    fn fault(&mut self, what: &str, span: Span, found: Option<&str>) {
        self.faults
            .push(format!("{}: {what}: {span:?} is {found:?}", self.record.id));
    }

    fn date(&mut self, date: &Date) {
        let slice = self.record.slice(date.span);
        if slice != Some(&date.text) || date.text.is_empty() {
            self.fault(&format!("date `{}`", date.text), date.span, slice);
        }
    }

    /// A name may have been restored from a coordination ("les hôpitaux de X et de Y") or have lost a clitic:
    /// its words then stand in the slice all but the head, its last one surely.
    fn name(&mut self, name: &str, span: Span) {
        let slice = self.record.slice(span);
        let last = name.split_whitespace().last().unwrap_or_default();
        let held = slice.is_some_and(|slice| {
            // A member of an Arabic plural has the preposition of the first: "لوهران وسطيف".
            let bare = last.strip_prefix(['ل', 'ب']).unwrap_or(last);
            let bare = bare.strip_prefix('ل').unwrap_or(bare);
            let words = [name, last, bare];
            !slice.is_empty() && words.iter().any(|word| slice.contains(word))
        });
        if !held || name.is_empty() {
            self.fault(&format!("name `{name}`"), span, slice);
        }
    }

    fn evidence(&mut self, rule: &str, span: Span) {
        let slice = self.record.slice(span);
        if rule.is_empty() || slice.is_none_or(|slice| slice.trim().is_empty()) {
            self.fault(&format!("evidence `{rule}`"), span, slice);
        }
    }

    fn all(mut self) -> Vec<String> {
        let record = self.record;
        for convention in &record.conventions {
            convention
                .partners
                .iter()
                .for_each(|partner| self.name(&partner.name, partner.span));
            convention.date.iter().for_each(|date| self.date(date));
            convention
                .place
                .iter()
                .for_each(|place| self.name(&place.name, place.span));
            convention
                .evidence
                .iter()
                .for_each(|evidence| self.evidence(&evidence.rule, evidence.span));
            if convention.evidence.is_empty() {
                self.faults
                    .push(format!("{}: a convention without evidence", record.id));
            }
        }
        for operation in &record.operations {
            let places = operation.facility.iter().chain(&operation.team);
            places.for_each(|place| self.name(&place.name, place.span));
            operation.date.iter().for_each(|date| self.date(date));
            operation
                .evidence
                .iter()
                .for_each(|evidence| self.evidence(&evidence.rule, evidence.span));
            if operation.evidence.is_empty() {
                self.faults
                    .push(format!("{}: an operation without evidence", record.id));
            }
        }
        record.dates.iter().for_each(|date| self.date(date));
        self.faults
    }
}

#[test]
fn every_span_slices_back() {
    let extractor = extractor();
    let mut faults = Vec::new();
    let mut facts = 0;
    for article in gold().into_iter().chain(press()) {
        let record = extractor.record(article);
        facts += record.conventions.len() + record.operations.len() + record.dates.len();
        let check = Check {
            record: &record,
            faults: Vec::new(),
        };
        faults.extend(check.all());
    }
    assert!(facts > 300, "only {facts} facts");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn keys_are_always_there_and_in_order() {
    let extractor = extractor();
    let silent = Article {
        id: "a".to_owned(),
        lang: "de".to_owned(),
        text: "Nichts.".to_owned(),
        ..Article::default()
    };
    for article in press().into_iter().chain([silent]) {
        let line = serde_json::to_string(&extractor.record(article)).unwrap();
        let mut from = 0;
        for key in KEYS {
            let at = line[from..]
                .find(&format!("\"{key}\":"))
                .unwrap_or_else(|| panic!("no `{key}` in its place: {line}"));
            from += at;
        }
        let value: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value.as_object().unwrap().len(), KEYS.len());
        let facts = ["conventions", "operations", "dates"]
            .map(|key| value[key].as_array().unwrap().clone());
        let [conventions, operations, dates] = facts;
        let keys = "kind status number bound partners date place subject dossier evidence";
        for convention in &conventions {
            has(convention, keys);
        }
        let keys = "count max bound procedure specialty status facility team date evidence";
        for operation in &operations {
            has(operation, keys);
        }
        for date in &dates {
            has(date, "value text start end");
        }
        let partners = conventions
            .iter()
            .flat_map(|convention| convention["partners"].as_array().unwrap());
        partners.for_each(|partner| has(partner, "name id type role aliases start end"));
    }
}

fn has(value: &Value, keys: &str) {
    let found: BTreeSet<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .filter(|key| *key != "in")
        .collect();
    assert_eq!(found, keys.split(' ').collect(), "{value}");
}
