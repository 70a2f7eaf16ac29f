//! Links synthetic conventions, with names of the gazetteer in both scripts, and says how long it takes.
//!
//! `cargo bench --bench link -- 200000 7`: conventions, seed. Partners are drawn unevenly, as in the
//! press: a few ministries and university hospitals are in most agreements. Each agreement is told by
//! one to five articles, each with a spelling, a precision of the date and a state of its own.

#![allow(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::collections::HashMap;
use std::time::Instant;

use sihafa::link::table::Tables;
use sihafa::link::{Convention, Linker};
use sihafa::record::Record;
use sihafa::record::fact::{Convention as Fact, ConventionStatus, Date, Kind, Partner, Role, Span};

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok());
    let count: u64 = arguments.next().unwrap_or(20_000);
    let mut press = Press::new(arguments.next().unwrap_or(7));
    let mut written = Vec::new();
    while (written.len() as u64) < count {
        press.agreement(&mut written);
    }
    let begun = Instant::now();
    let mut linker = Linker::new(&Tables::bundled());
    for (_, record) in &written {
        linker.insert(record);
    }
    let dossiers = linker.dossiers().count();
    let seconds = begun.elapsed().as_secs_f64();
    let score = b_cubed(&written, &mut linker);
    println!(
        "{} conventions, {dossiers} dossiers of {}: {seconds:.1} s, B-cubed F1 {score:.4}, peak {} MB",
        written.len(),
        press.agreements,
        peak().unwrap_or(0)
    );
}

/// Peak resident memory in megabytes, where the system tells it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace()
        .next()?
        .parse::<u64>()
        .ok()
        .map(|kilobytes| kilobytes / 1024)
}

struct Press {
    seed: u64,
    institutions: Vec<[Vec<String>; 2]>,
    agreements: u64,
}

impl Press {
    fn new(seed: u64) -> Self {
        let tables = Tables::bundled();
        let rows = tables
            .institutions
            .lines()
            .filter(|line| line.contains('/'));
        let institutions = rows
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split('\t').collect::<Vec<_>>())
            .filter(|row| row.len() == 10 && !row[5].is_empty() && !row[6].is_empty())
            .map(|row| {
                let town = fold_town(row[3]);
                let names = |name: &str, aliases: &str| {
                    let aliases = aliases
                        .split(" | ")
                        .filter(|alias| alias.to_lowercase().contains(&town));
                    [name]
                        .into_iter()
                        .chain(aliases)
                        .map(str::to_owned)
                        .collect()
                };
                [names(row[5], row[7]), vec![row[6].to_owned()]]
            })
            .collect();
        Self {
            seed,
            institutions,
            agreements: 0,
        }
    }

    fn below(&mut self, end: u64) -> u64 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % end.max(1)
    }

    /// Few institutions are in most agreements: a draw below a draw.
    fn institution(&mut self) -> usize {
        let all = self.institutions.len() as u64;
        let end = 1 + self.below(all);
        self.below(end) as usize
    }

    fn agreement(&mut self, written: &mut Vec<(u64, Record)>) {
        let parties: Vec<usize> = (0..2 + self.below(5) / 4)
            .map(|_| self.institution())
            .collect();
        let kind = [
            Kind::Twinning,
            Kind::Partnership,
            Kind::Cooperation,
            Kind::Framework,
        ][self.below(4) as usize];
        let (year, month, day) = (
            2005 + self.below(20),
            1 + self.below(12),
            1 + self.below(26),
        );
        for _ in 0..=self.below(5) {
            let script = self.below(2) as usize;
            let later = self.below(3) == 0;
            let date = match self.below(8) {
                0 => format!("{year}-{month:02}"),
                1 if later => format!("{year}"),
                _ => format!("{year}-{month:02}-{day:02}"),
            };
            let published = if later {
                format!("{}-{month:02}-{day:02}", year + 1)
            } else {
                format!("{year}-{month:02}-{:02}", day + self.below(3))
            };
            let mut partners = Vec::new();
            for &party in &parties {
                let forms = self.institutions[party][script].len() as u64;
                let form = self.below(forms) as usize;
                partners.push(partner(&self.institutions[party][script][form]));
            }
            let fact = Fact {
                kind,
                status: if later {
                    ConventionStatus::InForce
                } else {
                    ConventionStatus::Signed
                },
                number: Some(1),
                bound: None,
                partners,
                date: Some(Date {
                    value: Some(date),
                    text: String::new(),
                    span: Span::default(),
                }),
                place: None,
                subject: None,
                dossier: None,
                evidence: Vec::new(),
            };
            let id = format!("a{:07}", written.len());
            written.push((
                self.agreements,
                record(id, ["fr", "ar"][script], published, fact),
            ));
        }
        self.agreements += 1;
    }
}

fn fold_town(town: &str) -> String {
    town.to_lowercase()
}

fn partner(name: &str) -> Partner {
    Partner {
        name: name.to_owned(),
        id: None,
        class: None,
        role: Role::Party,
        aliases: Vec::new(),
        span: Span::default(),
    }
}

fn record(id: String, lang: &str, published: String, fact: Fact) -> Record {
    Record {
        schema: "sihafa/1".into(),
        id,
        url: None,
        source: None,
        publisher: None,
        country: None,
        lang: lang.into(),
        title: None,
        byline: None,
        published: Some(published),
        fetched: None,
        text: String::new(),
        duplicate_of: None,
        health: 1.0,
        conventions: vec![fact],
        operations: Vec::new(),
        dates: Vec::new(),
        patterns: String::new(),
        code: String::new(),
    }
}

fn b_cubed(written: &[(u64, Record)], linker: &mut Linker) -> f64 {
    let found: Vec<(u64, String)> = written
        .iter()
        .filter_map(|(agreement, record)| {
            let convention = Convention {
                article: record.id.clone(),
                position: 0,
            };
            Some((*agreement, linker.dossier_of(&convention)?.to_owned()))
        })
        .collect();
    let (mut wanted, mut made, mut both) = (HashMap::new(), HashMap::new(), HashMap::new());
    for pair in &found {
        *wanted.entry(pair.0).or_insert(0.0) += 1.0;
        *made.entry(&pair.1).or_insert(0.0) += 1.0;
        *both.entry(pair).or_insert(0.0) += 1.0;
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for pair in &found {
        precision += both[pair] / made[&pair.1];
        recall += both[pair] / wanted[&pair.0];
    }
    let (precision, recall): (f64, f64) =
        (precision / found.len() as f64, recall / found.len() as f64);
    2.0 * precision * recall / (precision + recall)
}
