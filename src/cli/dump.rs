//! Runs `sihafa dump`: the store as files for research.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::dump;
use crate::error::Result;

use super::{Global, Outcome, batch, print};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The kind of files
    #[arg(long, value_enum)]
    format: Format,
    /// Folder to write to
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// JSON Lines: records and dossiers
    Jsonl,
}

pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let store = batch::existing(global)?;
    let resources = match options.format {
        Format::Jsonl => dump::json_lines(&store, &options.output)?,
    };
    let lines = resources.iter().map(|resource| {
        format!(
            "{}: {} lines, sha256 {}",
            resource.path, resource.rows, resource.hash
        )
    });
    print(&lines.collect::<Vec<_>>())?;
    Ok(Outcome::Done)
}
