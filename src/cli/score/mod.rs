//! Runs `sihafa score`: records against a gold file, as precision, recall and F1 by fact and language.
//!
//! The definitions are those of the gold's own scorer, and so are the digits.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

use crate::error::{Error, Result};
use crate::extract::Extractor;
use crate::link::table::Tables;
use crate::record::{Article, Record};
use crate::run::input::{
    self,
    given::{self, Said},
};

use super::{Global, Outcome, print, unwritable};

mod compare;
mod dossier;
mod judged;
mod name;
mod pairing;
mod written;

use compare::Comparison;
use written::three_decimals;

/// Absent records that a warning names.
const NAMED: usize = 5;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Articles with the facts that annotators found, as JSON Lines
    #[arg(value_name = "GOLD", required_unless_present = "search")]
    gold: Option<PathBuf>,
    /// Records as `extract` writes them, or - for standard input [default: extracted from the gold's articles]
    #[arg(value_name = "RECORDS")]
    records: Option<PathBuf>,
    /// List what was missed (-) and what was made up (+)
    #[arg(long)]
    errors: bool,
    /// Link the records, and score their dossiers by B-cubed instead of their facts
    #[arg(long)]
    dossiers: bool,
    /// Score search instead: the judged questions of the bundled press
    #[arg(long, conflicts_with_all = ["gold", "records", "dossiers"])]
    search: bool,
    /// With --search: more articles, as JSON Lines; questions that want them are asked too
    #[arg(long, value_name = "FILE", requires = "search")]
    with: Vec<PathBuf>,
    /// Print the table as JSON
    #[arg(long)]
    json: bool,
}

/// One line of the table.
#[derive(Debug, Serialize)]
struct Row {
    precision: f64,
    recall: f64,
    f1: f64,
    gold: usize,
    found: usize,
}

/// Found, wanted and put forward, by fact and language.
type Table = BTreeMap<(&'static str, String), [usize; 3]>;

/// Prints the table.
pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    match &options.gold {
        Some(gold) if !options.search => against(global, gold, options),
        _ => judged::run(global, options),
    }
}

/// Records against a gold file.
fn against(global: &Global, gold_file: &Path, options: &Options) -> Result<Outcome> {
    let gold = values(gold_file)?;
    let records = match &options.records {
        Some(path) => values(path)?,
        None => extracted(global, gold_file)?,
    };
    let records: HashMap<String, &Value> =
        records.iter().map(|record| (id(record), record)).collect();
    warn_of_absent(&gold, &records);
    let (mut lines, rows) = if options.dossiers {
        let tables = Tables::of(global.config()?.extract.patterns.as_deref())?;
        dossier::score(&gold, &records, &tables, options.errors)?
    } else {
        facts(&gold, &records, options.errors)
    };
    if options.json {
        lines.push(json(&rows)?);
    } else {
        lines.extend(rendered(&rows));
    }
    print(&lines)?;
    Ok(Outcome::Done)
}

/// The errors, where they are asked for, and the table of facts.
fn facts(
    gold: &[Value],
    records: &HashMap<String, &Value>,
    told: bool,
) -> (Vec<String>, BTreeMap<String, Row>) {
    let mut table = Table::new();
    let mut lines = Vec::new();
    for article in gold {
        let record = records.get(&id(article)).copied().unwrap_or(&Value::Null);
        for comparison in compare::facts(article, record) {
            add(&mut table, article, &comparison);
            if told {
                lines.extend(errors(article, &comparison));
            }
        }
    }
    (lines, rows(&table))
}

/// The lines of a JSON Lines file.
fn values(path: &Path) -> Result<Vec<Value>> {
    let input: Box<dyn BufRead> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(
            File::open(path).map_err(|source| Error::io("open", path, source))?,
        ))
    };
    let mut values = Vec::new();
    for (number, line) in input.lines().enumerate() {
        let line = line.map_err(|source| Error::io("read", path, source))?;
        if line.trim().is_empty() {
            continue;
        }
        let at = format!("{}:{}", path.display(), number + 1);
        let value: Value = serde_json::from_str(&line)
            .map_err(|error| Error::input(&at, format!("invalid JSON: {error}")))?;
        if !value.is_object() {
            return Err(Error::input(at, "no JSON object"));
        }
        values.push(value);
    }
    Ok(values)
}

/// The records of the gold's articles by the present patterns, as `extract` would write them.
fn extracted(global: &Global, gold: &Path) -> Result<Vec<Value>> {
    records(global, articles(gold)?)?
        .into_iter()
        .map(|record| serde_json::to_value(record).map_err(unwritable))
        .collect()
}

/// The articles of a file.
fn articles(path: &Path) -> Result<Vec<Article>> {
    let mut articles = Vec::new();
    input::read(&[path.to_owned()], &mut |piece| {
        let article = given::article(piece, &Said::default())
            .map_err(|fault| Error::input("gold", fault.message))?;
        articles.push(article);
        Ok(())
    })?;
    Ok(articles)
}

/// What the present patterns find in articles.
fn records(global: &Global, articles: Vec<Article>) -> Result<Vec<Record>> {
    let config = global.config()?;
    let extractor = Extractor::new(Global::pack(&config)?)?;
    let read = articles.into_par_iter();
    Ok(read.map(|article| extractor.record(article)).collect())
}

fn id(value: &Value) -> String {
    written::plain(&value["id"])
}

fn warn_of_absent(gold: &[Value], records: &HashMap<String, &Value>) {
    let absent: Vec<String> = gold
        .iter()
        .map(id)
        .filter(|id| !records.contains_key(id))
        .collect();
    if !absent.is_empty() {
        let some = absent[..absent.len().min(NAMED)].join(", ");
        let _ = writeln!(
            io::stderr(),
            "no record for {} gold article(s): {some}",
            absent.len()
        );
    }
}

fn add(table: &mut Table, article: &Value, comparison: &Comparison) {
    let lang = article["lang"].as_str().unwrap_or_default();
    for lang in [lang, "all"] {
        let sums = table.entry((comparison.fact, lang.to_owned())).or_default();
        for (sum, count) in sums.iter_mut().zip(comparison.counts) {
            *sum += count;
        }
    }
}

fn errors(article: &Value, comparison: &Comparison) -> Vec<String> {
    let line =
        |sign: &str, text: &String| format!("{sign} {} {}: {text}", id(article), comparison.fact);
    let missed = comparison.missed.iter().map(|text| line("-", text));
    let extra = comparison.extra.iter().map(|text| line("+", text));
    missed.chain(extra).collect()
}

fn rows(table: &Table) -> BTreeMap<String, Row> {
    table
        .iter()
        .map(|((fact, lang), counts)| (format!("{fact} {lang}"), row(*counts)))
        .collect()
}

/// Where nothing was put forward, precision is whole if nothing was wanted; likewise recall.
fn row([hit, gold, found]: [usize; 3]) -> Row {
    let share = |of: usize, other: usize| match of {
        0 => f64::from(u8::from(other == 0)),
        of => hit as f64 / of as f64,
    };
    Row::new(share(found, gold), share(gold, found), gold, found)
}

impl Row {
    fn new(precision: f64, recall: f64, gold: usize, found: usize) -> Self {
        let f1 = if precision + recall > 0.0 {
            2.0 * precision * recall / (precision + recall)
        } else {
            0.0
        };
        Self {
            precision: three_decimals(precision),
            recall: three_decimals(recall),
            f1: three_decimals(f1),
            gold,
            found,
        }
    }
}

fn rendered(rows: &BTreeMap<String, Row>) -> Vec<String> {
    let head = format!(
        "{:24}{:>7}{:>7}{:>7}{:>7}{:>7}",
        "", "P", "R", "F1", "gold", "found"
    );
    let lines = rows.iter().map(|(name, row)| {
        format!(
            "{name:24}{:7.3}{:7.3}{:7.3}{:7}{:7}",
            row.precision, row.recall, row.f1, row.gold, row.found
        )
    });
    std::iter::once(head).chain(lines).collect()
}

fn json(rows: &impl Serialize) -> Result<String> {
    let mut out = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut out, PrettyFormatter::with_indent(b" "));
    rows.serialize(&mut serializer).map_err(unwritable)?;
    String::from_utf8(out).map_err(|error| Error::input("standard output", error.to_string()))
}
