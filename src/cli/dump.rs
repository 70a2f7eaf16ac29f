//! Runs `sihafa dump`: the store as files for research.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::dump::{self, Request};
use crate::error::Result;
use crate::index::{Query, Shelf};
use crate::record::Lang;
use crate::run::step::Part;

use super::progress::Progress;
use super::{Global, Outcome, batch, print};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The kind of files
    #[arg(long, value_enum)]
    format: Format,
    /// Folder to write: it appears whole, or not at all
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Replace an older dump
    #[arg(long)]
    force: bool,
    /// Only articles published on this day or later
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<String>,
    /// Only articles that answer this query, as `search` takes it
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
    /// Only articles in this language
    #[arg(long, value_name = "fr|ar", value_parser = super::extract::lang)]
    lang: Option<Lang>,
    /// Facts only, where texts may not be shared
    #[arg(long)]
    without_text: bool,
    /// Pack JSON Lines with zstd
    #[arg(long)]
    zstd: bool,
    /// Begin CSV files with the mark by which spreadsheets know UTF-8
    #[arg(long)]
    bom: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// JSON Lines: records and dossiers
    Jsonl,
    /// Parquet tables: articles, conventions, partners, operations, dates, dossiers
    Parquet,
    /// The same tables as CSV
    Csv,
}

fn day(value: &str) -> std::result::Result<String, String> {
    let day: jiff::civil::Date = value
        .parse()
        .map_err(|_| "a day as 2024-05-30 is wanted".to_owned())?;
    Ok(day.to_string())
}

pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let store = batch::existing(global)?;
    let format = options.format()?;
    let query = match &options.query {
        Some(asked) => {
            let config = global.config()?;
            let index = batch::index(global, &config)?;
            let ids = index.every(&Query::parse(asked)?, Shelf::Articles)?;
            Some((asked.clone(), ids))
        }
        None => None,
    };
    let request = Request {
        format,
        since: options.since.clone(),
        lang: options.lang,
        query,
        texts: !options.without_text,
    };
    let progress = Progress::start();
    let watch = |done, all| {
        let part = Part {
            done,
            of: Some(all),
        };
        progress.part("records and dossiers dumped", part);
    };
    let resources = dump::write(&store, &request, &options.output, options.force, &watch)?;
    drop(progress);
    let lines = resources.iter().map(|resource| {
        format!(
            "{}: {} rows, {} bytes, sha256 {}",
            resource.path, resource.rows, resource.bytes, resource.hash
        )
    });
    print(&lines.collect::<Vec<_>>())?;
    Ok(Outcome::Done)
}

impl Options {
    fn format(&self) -> Result<dump::Format> {
        let stray = match self.format {
            Format::Jsonl | Format::Parquet if self.bom => Some(("--bom", "csv")),
            Format::Csv | Format::Parquet if self.zstd => Some(("--zstd", "jsonl")),
            _ => None,
        };
        if let Some((option, format)) = stray {
            let message = format!("only for `--format {format}`");
            return Err(crate::error::Error::input(option, message));
        }
        Ok(match self.format {
            Format::Jsonl => dump::Format::JsonLines { zstd: self.zstd },
            Format::Parquet => dump::Format::Parquet,
            Format::Csv => dump::Format::Csv { bom: self.bom },
        })
    }
}
