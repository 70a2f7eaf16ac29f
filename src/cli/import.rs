//! Runs `sihafa import`: what others hand over, into archive and store.

use std::path::PathBuf;

use clap::Args;

use crate::error::{Error, Result};
use crate::run::import::Import;

use super::signal::on_signal;
use super::{Global, Outcome, batch, print};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// .jsonl[.gz|.zst], .html, .txt or .warc[.gz] files, folders of them, or - for standard input; what is
    /// known of `x.html` stands in `x.json`, with the keys of a line
    #[arg(value_name = "PATH", required = true)]
    inputs: Vec<PathBuf>,
    /// Also what is not about health, or in another language
    #[arg(long)]
    all: bool,
}

pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let config = global.config()?;
    let stop = on_signal()?;
    let import = Import {
        inputs: &options.inputs,
        all: options.all,
    };
    let report = batch::batch(
        "sihafa import",
        global,
        &config,
        &batch::Options::default(),
        &stop,
        &|_| {},
        |batch| batch.import(&import),
    )?;
    print(&[report.to_string()])?;
    let failed = report.has_failed();
    let taken = report.import.unwrap_or_default();
    if taken.missing > 0 {
        let message = format!(
            "{} of the inputs could not be opened or hold nothing; all others were taken in",
            taken.missing
        );
        return Err(Error::input("import", message));
    }
    Ok(if taken.faulty > 0 || failed {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}
