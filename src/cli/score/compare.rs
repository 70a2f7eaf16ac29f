//! Compares the facts of one article with those that its annotators found.
//!
//! conventions are paired one to one when their kind is equal and at least half of the gold partners are
//! found; partners are the union over conventions, by name; dates and operations are multisets.

use serde_json::Value;

use super::name::Names;
use super::pairing::pair_up;
use super::written::{literal, plain, quoted};

/// What was found of one fact type in one article.
#[derive(Debug)]
pub(super) struct Comparison {
    /// The fact type.
    pub(super) fact: &'static str,
    /// How many were found, wanted, and put forward.
    pub(super) counts: [usize; 3],
    /// What was wanted and not found.
    pub(super) missed: Vec<String>,
    /// What was put forward and not wanted.
    pub(super) extra: Vec<String>,
}

/// Reads the keys of one fact type off an article.
type Keys = fn(&Value) -> Vec<String>;
/// Reads one attribute off a convention.
type Attribute = fn(&Value) -> Value;

/// A convention with the names of its partners folded once.
struct Agreement<'a> {
    value: &'a Value,
    partners: Vec<Names>,
    parties: Vec<Names>,
}

/// The comparison of every fact type, in the order in which errors are listed.
pub(super) fn facts(gold: &Value, found: &Value) -> Vec<Comparison> {
    let (wanted, got) = (agreements(gold), agreements(found));
    let mut all = conventions(&wanted, &got);
    all.push(partners(&wanted, &got));
    let tables: [(&str, Keys); 3] = [
        ("dates", dates),
        ("operations", operations),
        ("operation.count", counts),
    ];
    all.extend(tables.map(|(fact, keys)| multiset(fact, &keys(gold), &keys(found))));
    all
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn agreements(article: &Value) -> Vec<Agreement<'_>> {
    let conventions = list(article, "conventions").iter();
    conventions
        .map(|value| {
            let partners = list(value, "partners");
            let parties = partners.iter().filter(|partner| is_party(partner));
            Agreement {
                value,
                partners: partners.iter().map(Names::of).collect(),
                parties: parties.map(Names::of).collect(),
            }
        })
        .collect()
}

fn is_party(partner: &Value) -> bool {
    partner.get("role").is_none_or(|role| role == "party")
}

/// The positions of the conventions of an article that are one, wanted and found.
pub(super) fn pairs(gold: &Value, found: &Value) -> Vec<(usize, usize)> {
    pair_up(
        &agreements(gold),
        &agreements(found),
        same_convention,
        closeness,
    )
}

fn conventions(wanted: &[Agreement<'_>], got: &[Agreement<'_>]) -> Vec<Comparison> {
    let pairs = pair_up(wanted, got, same_convention, closeness);
    let missed = (0..wanted.len()).filter(|i| pairs.iter().all(|pair| pair.0 != *i));
    let extra = (0..got.len()).filter(|j| pairs.iter().all(|pair| pair.1 != *j));
    let mut all = vec![Comparison {
        fact: "conventions",
        counts: [pairs.len(), wanted.len(), got.len()],
        missed: missed.map(|i| show(&wanted[i])).collect(),
        extra: extra.map(|j| show(&got[j])).collect(),
    }];
    let fields: [(&str, Attribute); 3] = [
        ("convention.date", date),
        ("convention.status", status),
        ("convention.number", number),
    ];
    all.extend(fields.map(|(fact, field)| {
        let values = pairs
            .iter()
            .map(|&(i, j)| (field(wanted[i].value), field(got[j].value)));
        let wrong: Vec<String> = values
            .filter(|(want, got)| want != got)
            .map(|(want, got)| format!("{} (found {})", plain(&want), plain(&got)))
            .collect();
        Comparison {
            fact,
            counts: [pairs.len() - wrong.len(), pairs.len(), pairs.len()],
            missed: wrong,
            extra: Vec::new(),
        }
    }));
    all
}

fn show(agreement: &Agreement<'_>) -> String {
    let names: Vec<String> = agreement
        .partners
        .iter()
        .map(|names| quoted(names.first()))
        .collect();
    format!("{} [{}]", plain(&agreement.value["kind"]), names.join(", "))
}

fn shared_parties(gold: &Agreement<'_>, found: &Agreement<'_>) -> usize {
    pair_up(&gold.partners, &found.parties, Names::same, |_, _| 0).len()
}

fn same_convention(gold: &Agreement<'_>, found: &Agreement<'_>) -> bool {
    gold.value["kind"] == found.value["kind"]
        && shared_parties(gold, found) * 2 >= gold.partners.len()
}

/// How many of the attributes and partners two conventions of one kind share.
fn closeness(gold: &Agreement<'_>, found: &Agreement<'_>) -> usize {
    let fields: [Attribute; 3] = [date, status, number];
    let equal = fields
        .iter()
        .filter(|field| field(gold.value) == field(found.value));
    shared_parties(gold, found) + equal.count()
}

/// The value of a convention's date, in the gold form (the value) or the record form (an object).
fn date(convention: &Value) -> Value {
    let date = &convention["date"];
    match date {
        Value::Object(fields) => fields.get("value").cloned().unwrap_or_default(),
        value => value.clone(),
    }
}

fn status(convention: &Value) -> Value {
    convention["status"].clone()
}

fn number(convention: &Value) -> Value {
    convention.get("number").cloned().unwrap_or(Value::from(1))
}

fn partners(wanted: &[Agreement<'_>], got: &[Agreement<'_>]) -> Comparison {
    let (wanted, got) = (merged(wanted), merged(got));
    let pairs = pair_up(&wanted, &got, Names::same, |_, _| 0);
    let missed = (0..wanted.len()).filter(|i| pairs.iter().all(|pair| pair.0 != *i));
    let extra = (0..got.len()).filter(|j| pairs.iter().all(|pair| pair.1 != *j));
    Comparison {
        fact: "partners",
        counts: [pairs.len(), wanted.len(), got.len()],
        missed: missed.map(|i| wanted[i].first().to_owned()).collect(),
        extra: extra.map(|j| got[j].first().to_owned()).collect(),
    }
}

/// The parties of all conventions, each once.
fn merged(agreements: &[Agreement<'_>]) -> Vec<Names> {
    let mut merged: Vec<Names> = Vec::new();
    for names in agreements.iter().flat_map(|agreement| &agreement.parties) {
        match merged.iter_mut().find(|other| names.same(other)) {
            Some(other) => other.extend(names.clone()),
            None => merged.push(names.clone()),
        }
    }
    merged
}

fn dates(article: &Value) -> Vec<String> {
    let values = list(article, "dates").iter().map(|date| &date["value"]);
    values
        .filter_map(Value::as_str)
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The count of an operation and how exact it is; an object may hold both.
fn count(operation: &Value) -> (Value, Value) {
    let (count, holder) = match &operation["count"] {
        Value::Object(fields) => (
            fields.get("value").cloned().unwrap_or_default(),
            &operation["count"],
        ),
        count => (count.clone(), operation),
    };
    let bound = holder.get("bound").cloned();
    (count, bound.unwrap_or_else(|| Value::from("exact")))
}

fn operations(article: &Value) -> Vec<String> {
    let operations = list(article, "operations").iter();
    operations
        .map(|operation| {
            let (count, bound) = count(operation);
            let [procedure, status] = ["procedure", "status"].map(|key| literal(&operation[key]));
            format!(
                "({}, {}, {procedure}, {status})",
                literal(&count),
                literal(&bound)
            )
        })
        .collect()
}

fn counts(article: &Value) -> Vec<String> {
    let operations = list(article, "operations").iter();
    operations
        .map(|operation| plain(&count(operation).0))
        .collect()
}

/// Compares as multisets; what is left over is listed equal ones together, in order of first appearance.
fn multiset(fact: &'static str, wanted: &[String], got: &[String]) -> Comparison {
    let (want, put) = (tally(wanted), tally(got));
    let common = |key: &String| {
        let times = |all: &[(&String, usize)]| {
            let found = all.iter().find(|(other, _)| *other == key);
            found.map_or(0, |(_, times)| *times)
        };
        times(&want).min(times(&put))
    };
    let rest = |all: &[(&String, usize)]| -> Vec<String> {
        let left = all.iter().map(|&(key, times)| (key, times - common(key)));
        left.flat_map(|(key, times)| std::iter::repeat_n(key.clone(), times))
            .collect()
    };
    let hit = want.iter().map(|(key, _)| common(key)).sum();
    Comparison {
        fact,
        counts: [hit, wanted.len(), got.len()],
        missed: rest(&want),
        extra: rest(&put),
    }
}

fn tally(keys: &[String]) -> Vec<(&String, usize)> {
    let mut tally: Vec<(&String, usize)> = Vec::new();
    for key in keys {
        match tally.iter_mut().find(|(other, _)| *other == key) {
            Some((_, times)) => *times += 1,
            None => tally.push((key, 1)),
        }
    }
    tally
}
