//! Tells what a batch did: per source what came and what did not, the facts, the dossiers.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::crawl::seen::Seen;
use crate::error::Result;
use crate::store::Store;
use crate::store::count::FactCounts;

use super::alert::AlertReport;
use super::effort::Effort;
use super::import::Taken;
use super::reprocess::Changed;

/// What one batch did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Its number.
    pub run: i64,
    /// The command that ran it.
    pub work: String,
    /// RFC 3339 time of the beginning.
    pub started: String,
    /// RFC 3339 time of the end.
    pub ended: String,
    /// What was handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import: Option<Taken>,
    /// What reading the archive again changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reprocess: Option<Changed>,
    /// By id of the source.
    pub sources: BTreeMap<String, SourceReport>,
    /// Everything in the store after the batch, by language.
    pub facts: BTreeMap<String, FactCounts>,
    /// The dossiers.
    pub dossiers: DossierCounts,
    /// By id of the alert.
    pub alerts: BTreeMap<String, AlertReport>,
    /// A stop was asked for: the next batch goes on where this one ended.
    pub stopped: bool,
    /// Time, memory, disk.
    pub effort: Effort,
}

/// What a batch did with one source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceReport {
    /// What the crawl saw.
    #[serde(flatten)]
    pub seen: Seen,
    /// Captures read as articles.
    pub read: u64,
    /// Of these, repetitions of another article.
    pub repeated: u64,
    /// Of these, not about health or in another language.
    pub off_topic: u64,
    /// Captures that hold no article but a list.
    pub lists: u64,
    /// Captures that could not be read.
    pub unread: u64,
}

/// How the dossiers changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierCounts {
    /// After the batch.
    pub total: u64,
    /// Made by it.
    pub new: u64,
    /// Changed by it.
    pub changed: u64,
    /// Told in both languages.
    pub bilingual: u64,
}

impl Report {
    /// Adds what a crawl saw.
    pub(super) fn crawled(&mut self, crawled: BTreeMap<String, Seen>) {
        for (id, seen) in crawled {
            self.source(&id).seen = seen;
        }
    }

    pub(super) fn source(&mut self, id: &str) -> &mut SourceReport {
        self.sources.entry(id.to_owned()).or_default()
    }

    /// Writes down what the store holds.
    pub(super) fn count(&mut self, store: &Store) -> Result<()> {
        self.facts = store.count_facts()?;
        let dossiers = store.count_dossiers()?;
        (self.dossiers.total, self.dossiers.bilingual) = (dossiers.all, dossiers.bilingual);
        Ok(())
    }

    /// `stopped` where it was asked to, `failed` where every link of a source failed or something told was not
    /// delivered, else `done`.
    pub fn outcome(&self) -> &'static str {
        if self.stopped {
            "stopped"
        } else if self.failed().next().is_some() || self.undelivered() {
            "failed"
        } else {
            "done"
        }
    }

    /// Whether it came to its end and something failed.
    pub fn has_failed(&self) -> bool {
        self.outcome() == "failed"
    }

    /// Whether a webhook did not take what it was sent, or what was sent for a month was given up.
    fn undelivered(&self) -> bool {
        let mut alerts = self.alerts.values();
        alerts.any(|told| !told.failed.is_empty() || told.given_up > 0)
    }

    /// The sources that gave nothing but failures.
    fn failed(&self) -> impl Iterator<Item = &str> {
        let dead = |report: &SourceReport| {
            report.seen.fetched + report.seen.unchanged == 0
                && report.seen.failed.values().sum::<u64>() > 0
        };
        self.sources
            .iter()
            .filter(move |(_, report)| dead(report))
            .map(|(id, _)| id.as_str())
    }
}

impl Report {
    /// A line an alert, and below it why something was not delivered.
    fn tell_alerts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.alerts.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\n{:24}{:>6}{:>9}{:>11}{:>8}{:>9}",
            "alert", "new", "changed", "delivered", "failed", "waiting"
        )?;
        for (id, told) in &self.alerts {
            let AlertReport {
                new,
                changed,
                delivered,
                failed,
                given_up,
                waiting,
            } = told;
            let attempts: u64 = failed.values().sum();
            writeln!(
                f,
                "{id:24}{new:>6}{changed:>9}{delivered:>11}{attempts:>8}{waiting:>9}"
            )?;
            for (cause, count) in failed {
                writeln!(f, "{:24}  {count} × {cause}", "")?;
            }
            if *given_up > 0 {
                writeln!(f, "{:24}  {given_up} given up: they failed for a month", "")?;
            }
        }
        writeln!(f)
    }
}

impl fmt::Display for Report {
    /// One page of text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(taken) = &self.import {
            writeln!(f, "{taken}\n")?;
        }
        if let Some(changed) = &self.reprocess {
            writeln!(f, "{changed}\n")?;
        }
        writeln!(
            f,
            "{:16} {:>7} {:>9} {:>8} {:>7} {:>5} {:>8} {:>9} {:>7}",
            "source",
            "fetched",
            "unchanged",
            "refused",
            "failed",
            "read",
            "repeated",
            "off topic",
            "let go"
        )?;
        for (id, report) in &self.sources {
            let (refused, failed) = (
                report.seen.blocked.values().sum::<u64>(),
                report.seen.failed.values().sum::<u64>(),
            );
            writeln!(
                f,
                "{id:16} {:>7} {:>9} {refused:>8} {failed:>7} {:>5} {:>8} {:>9} {:>7}",
                report.seen.fetched,
                report.seen.unchanged,
                report.read,
                report.repeated,
                report.off_topic,
                report.seen.passed
            )?;
            for (cause, count) in report.seen.blocked.iter().chain(&report.seen.failed) {
                writeln!(f, "{:16}  {count} × {cause}", "")?;
            }
            if report.seen.alike > 0 {
                let count = report.seen.alike;
                writeln!(f, "{:16}  {count} × almost a page that came before", "")?;
            }
        }
        writeln!(
            f,
            "\n{:16} {:>8} {:>12} {:>9} {:>11} {:>6}",
            "language", "articles", "conventions", "partners", "operations", "dates"
        )?;
        for (lang, counts) in &self.facts {
            writeln!(
                f,
                "{lang:16} {:>8} {:>12} {:>9} {:>11} {:>6}",
                counts.articles,
                counts.conventions,
                counts.partners,
                counts.operations,
                counts.dates
            )?;
        }
        let DossierCounts {
            total,
            new,
            changed,
            bilingual,
        } = self.dossiers;
        writeln!(
            f,
            "\n{total} dossiers, {bilingual} of them told in both languages; {new} new, {changed} changed"
        )?;
        self.tell_alerts(f)?;
        self.effort.fmt(f)?;
        if self.stopped {
            writeln!(
                f,
                "stopped before its end: the next batch goes on from here"
            )?;
        }
        Ok(())
    }
}
