//! Runs `sihafa extract`: articles in, records out, in order, a batch at a time over all cores.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::extract::Extractor;
use crate::record::{Lang, Record};
use crate::run::input::given::{self, Fault, Said};
use crate::run::input::{self, Piece};
use crate::run::step::Part;

use super::progress::{BesideBars, Progress};
use super::{Global, Outcome, pretty, unwritable};

/// Pieces worked on at once: enough for all cores, few enough to hold.
const BATCH: usize = 256;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// .jsonl, .html, .txt or .warc[.gz] files, folders of them, or - for standard input
    #[arg(default_value = "-", value_name = "INPUT")]
    input: Vec<PathBuf>,
    /// Day of publication of articles that do not say it: relative dates are read from it
    #[arg(long, value_name = "DATE", value_parser = date)]
    published: Option<String>,
    /// Language of articles that do not say it [default: detected]
    #[arg(long, value_name = "fr|ar", value_parser = lang)]
    lang: Option<Lang>,
    /// Print the facts for a reader, with the words that justify them
    #[arg(long)]
    pretty: bool,
}

fn date(value: &str) -> std::result::Result<String, String> {
    if given::is_date(value) {
        Ok(value.to_owned())
    } else {
        Err("a date as 2024-05-30 is wanted".to_owned())
    }
}

pub(super) fn lang(value: &str) -> std::result::Result<Lang, String> {
    Lang::from_code(value).ok_or_else(|| "`fr` or `ar` is wanted".to_owned())
}

/// Where records go, and how.
struct Output<W> {
    to: W,
    pretty: bool,
    faults: usize,
    in_stream: bool,
}

pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let config = global.config()?;
    let extractor = Extractor::new(Global::pack(&config)?)?;
    let said = Said {
        published: options.published.clone(),
        lang: options.lang,
    };
    let mut output = Output {
        to: BufWriter::new(io::stdout().lock()),
        pretty: options.pretty,
        faults: 0,
        in_stream: true,
    };
    let progress = Progress::of_filter();
    let mut done = 0;
    let mut batch = Vec::with_capacity(BATCH);
    input::read(&options.input, &mut |piece| {
        batch.push(piece);
        if batch.len() == BATCH {
            done += BATCH as u64;
            flush(&extractor, &said, &mut batch, &mut output)?;
            progress.part("articles read", Part { done, of: None });
        }
        Ok(())
    })
    .and_then(|()| flush(&extractor, &said, &mut batch, &mut output))?;
    drop(progress);
    if output.in_stream {
        return Ok(Outcome::Done);
    }
    Err(Error::input(
        "extract",
        format!(
            "{} of the inputs could not be read; all others were",
            output.faults
        ),
    ))
}

/// Extracts from a batch on all cores and writes it in order.
fn flush<W: Write>(
    extractor: &Extractor,
    said: &Said,
    batch: &mut Vec<Piece>,
    output: &mut Output<W>,
) -> Result<()> {
    let pieces: Vec<(bool, Piece)> = batch
        .drain(..)
        .map(|piece| (!matches!(piece, Piece::File(..) | Piece::Missing(_)), piece))
        .collect();
    let records: Vec<(bool, std::result::Result<Record, Fault>)> = pieces
        .into_par_iter()
        .map(|(stream, piece)| {
            (
                stream,
                given::article(piece, said).map(|article| extractor.record(article)),
            )
        })
        .collect();
    records
        .into_iter()
        .try_for_each(|(stream, record)| output.write(record, stream))
}

impl<W: Write> Output<W> {
    /// Writes a record, or in a stream the fault in its place; a fault is told on standard error too.
    fn write(&mut self, record: std::result::Result<Record, Fault>, stream: bool) -> Result<()> {
        let written = match record {
            Ok(record) if self.pretty => pretty::render(&record, &mut self.to),
            Ok(record) => {
                let line = serde_json::to_string(&record).map_err(unwritable)?;
                writeln!(self.to, "{line}")
            }
            Err(fault) => {
                let _ = writeln!(BesideBars, "error: {}", fault.message);
                self.faults += 1;
                self.in_stream &= stream;
                let line = serde_json::json!({"id": fault.id, "error": fault.message});
                if stream && !self.pretty {
                    writeln!(self.to, "{line}")
                } else {
                    Ok(())
                }
            }
        };
        written
            .and_then(|()| self.to.flush())
            .map_err(|source| Error::io("write", "standard output", source))
    }
}
