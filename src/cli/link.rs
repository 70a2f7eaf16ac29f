//! Runs `sihafa link`: records in, dossiers out, or why two conventions are one or are not.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::error::{Error, Result};
use crate::link::correction::{self, Action, Correction};
use crate::link::explain::Explanation;
use crate::link::table::Tables;
use crate::link::{Convention, Linker};
use crate::record::Record;
use crate::run::step::Part;

use super::progress::{BesideBars, Progress};
use super::{Global, Outcome, print, unwritable};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Files of records as `extract` writes them, or - for standard input
    #[arg(value_name = "RECORDS", default_value = "-")]
    records: Vec<PathBuf>,
    /// Say why two conventions share a dossier or do not: ARTICLE#POSITION from 0, or an article's id or URL
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    explain: Option<Vec<String>>,
    /// Explain as JSON, a line for each pair
    #[arg(long, requires = "explain")]
    json: bool,
    /// Decide that two are one, from now on: entities by id (A stays), or conventions as ARTICLE#POSITION
    #[arg(long, num_args = 2, value_names = ["A", "B"], group = "decision")]
    same: Option<Vec<String>>,
    /// Decide that two are never one
    #[arg(long, num_args = 2, value_names = ["A", "B"], group = "decision")]
    different: Option<Vec<String>>,
    /// Decide by which name an entity is shown, in the script of the name
    #[arg(long, num_args = 2, value_names = ["ID", "NAME"], group = "decision")]
    rename: Option<Vec<String>>,
    /// Why it was decided
    #[arg(long, value_name = "TEXT", requires = "decision", default_value = "")]
    note: String,
}

/// Records in, dossiers out; or a decision into the patterns.
pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let patterns = global.config()?.extract.patterns;
    if let Some(correction) = options.correction() {
        return decide(patterns.as_deref(), &correction);
    }
    let tables = Tables::of(patterns.as_deref())?;
    let mut press = Press::new(&tables);
    let progress = Progress::of_filter();
    for path in &options.records {
        press.read(path, &progress)?;
    }
    drop(progress);
    match options.explain.as_deref() {
        Some([one, other]) => explain(&mut press, one, other, options.json),
        _ => dossiers(&mut press),
    }
}

impl Options {
    /// The decision that is to be kept, where there is one.
    fn correction(&self) -> Option<Correction> {
        let decisions = [
            (Action::Same, &self.same),
            (Action::Different, &self.different),
            (Action::Rename, &self.rename),
        ];
        decisions.into_iter().find_map(|(action, pair)| {
            let [a, b] = pair.as_deref()? else {
                return None;
            };
            Some(Correction {
                action,
                a: a.clone(),
                b: b.clone(),
                note: self.note.clone(),
            })
        })
    }
}

fn decide(patterns: Option<&Path>, correction: &Correction) -> Result<Outcome> {
    let Some(patterns) = patterns else {
        let message = "the patterns inside the binary cannot be corrected";
        return Err(Error::input("link", message)
            .hint("name a copy of them with `--patterns DIR`, here and where records are linked"));
    };
    correction::append(patterns, correction)?;
    Ok(Outcome::Done)
}

fn dossiers(press: &mut Press) -> Result<Outcome> {
    let lines: Result<Vec<String>> = press
        .linker
        .dossiers()
        .map(|dossier| serde_json::to_string(dossier).map_err(unwritable))
        .collect();
    let lines = lines?;
    print(&lines)?;
    Ok(if lines.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

fn explain(press: &mut Press, one: &str, other: &str, json: bool) -> Result<Outcome> {
    let (ours, theirs) = (press.named(one)?, press.named(other)?);
    let mut explanations: Vec<Explanation> = Vec::new();
    for one in &ours {
        for other in &theirs {
            // Of an article with itself, each pair once.
            if one.article != other.article || one.position < other.position {
                explanations.extend(press.linker.explain(one, other));
            }
        }
    }
    if explanations.is_empty() {
        return Err(Error::input("--explain", "both are one convention"));
    }
    let lines: Vec<String> = if json {
        let lines = explanations.iter();
        lines
            .map(|explanation| serde_json::to_string(explanation).map_err(unwritable))
            .collect::<Result<_>>()?
    } else {
        explanations.iter().map(ToString::to_string).collect()
    };
    print(&lines)?;
    Ok(Outcome::Done)
}

/// The records that were read, linked, and what they can be asked for by.
struct Press {
    linker: Linker,
    articles: Vec<Known>,
}

struct Known {
    id: String,
    url: Option<String>,
    conventions: usize,
}

impl Press {
    fn new(tables: &Tables) -> Self {
        Self {
            linker: Linker::new(tables),
            articles: Vec::new(),
        }
    }

    /// Takes in the records of a file; the error lines that `extract` writes are passed over with a word.
    fn read(&mut self, path: &Path, progress: &Progress) -> Result<()> {
        let input: Box<dyn BufRead> = if path.as_os_str() == "-" {
            Box::new(io::stdin().lock())
        } else {
            let file = File::open(path).map_err(|source| Error::io("open", path, source))?;
            Box::new(BufReader::new(file))
        };
        for (number, line) in input.lines().enumerate() {
            let line = line.map_err(|source| Error::io("read", path, source))?;
            if line.trim().is_empty() {
                continue;
            }
            let at = format!("{}:{}", path.display(), number + 1);
            let value: serde_json::Value = serde_json::from_str(&line)
                .map_err(|error| Error::input(&at, format!("invalid JSON: {error}")))?;
            if let Some(error) = value.get("error") {
                let _ = writeln!(BesideBars, "{at}: passed over: {error}");
                continue;
            }
            let record: Record = serde_json::from_value(value)
                .map_err(|error| Error::input(&at, format!("no record: {error}")))?;
            self.take(record);
            let done = self.articles.len() as u64;
            progress.part("records linked", Part { done, of: None });
        }
        Ok(())
    }

    fn take(&mut self, record: Record) {
        self.linker.insert(&record);
        self.articles.push(Known {
            conventions: record.conventions.len(),
            id: record.id,
            url: record.url,
        });
    }

    /// The conventions that an argument names: one, or all of an article.
    fn named(&self, written: &str) -> Result<Vec<Convention>> {
        let unknown = |message: String| {
            Error::input("--explain", message).hint(
                "name an article's `id` or `url` of the records, with `#0` for its first convention",
            )
        };
        let find = |name: &str| {
            // The last of those with one id: a record that comes again takes the place of the first.
            self.articles
                .iter()
                .rev()
                .find(|article| article.id == name || article.url.as_deref() == Some(name))
        };
        let convention = |article: &Known, position| Convention {
            article: article.id.clone(),
            position,
        };
        if let Some(article) = find(written) {
            if article.conventions == 0 {
                return Err(unknown(format!("`{written}` has no conventions")));
            }
            let positions = 0..article.conventions;
            return Ok(positions.map(|at| convention(article, at)).collect());
        }
        let one = Convention::read(written).and_then(|one| Some((find(&one.article)?, one)));
        match one {
            Some((article, one)) if one.position < article.conventions => {
                Ok(vec![convention(article, one.position)])
            }
            Some((article, _)) => Err(unknown(format!(
                "`{written}` is not there: the article has {} convention(s)",
                article.conventions
            ))),
            None => Err(unknown(format!("no record of `{written}`"))),
        }
    }
}
