//! Runs `sihafa reprocess`: the archive read again, and the facts that change, by rule.

use std::collections::BTreeMap;

use clap::Args;

use crate::error::{Error, Result};
use crate::run::Places;
use crate::run::diff::{Change, How};
use crate::run::reprocess::Mode;

use super::signal::on_signal;
use super::{Global, Outcome, batch, print, unwritable};

/// Facts that `--diff` shows one by one; the others are counted.
const SHOWN: usize = 100_000;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Print every fact that is gained, lost or changed with its sentence, by rule
    #[arg(long)]
    diff: bool,
    /// Leave archive, store and index as they are
    #[arg(long)]
    dry_run: bool,
    /// Print each of them as a line of JSON instead, as it is found
    #[arg(long, requires = "diff")]
    json: bool,
}

/// The changes under one rule.
#[derive(Debug, Default)]
struct Under {
    counts: BTreeMap<How, u64>,
    shown: Vec<String>,
}

pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    if !Places::new(&global.data).archive.exists() {
        return Err(
            Error::input(global.data.display().to_string(), "no archive here")
                .hint("`sihafa demo`, `sihafa run` or `sihafa import` makes one"),
        );
    }
    if options.dry_run {
        batch::existing(global)?;
    }
    let config = global.config()?;
    let mut rules: BTreeMap<String, Under> = BTreeMap::new();
    let mut shown = 0;
    let mode = if options.dry_run {
        Mode::Dry
    } else {
        Mode::Write
    };
    let mut tell = |change: Change| {
        if options.json {
            return print(&[serde_json::to_string(&change).map_err(unwritable)?]);
        }
        let under = rules.entry(change.rule.clone()).or_default();
        *under.counts.entry(change.how).or_default() += 1;
        if options.diff && shown < SHOWN {
            shown += 1;
            under.shown.push(change.to_string());
        }
        Ok(())
    };
    let stop = on_signal()?;
    let report = batch::batch(
        "sihafa reprocess",
        global,
        &config,
        &batch::Options::default(),
        &stop,
        &|_| {},
        |batch| batch.reprocess(mode, &mut tell),
    )?;
    let outcome = if report.has_failed() {
        Outcome::Nothing
    } else {
        Outcome::Done
    };
    if options.json {
        return Ok(outcome);
    }
    let mut lines = Vec::new();
    if options.diff {
        lines.extend(rules.iter().flat_map(|(rule, under)| under.lines(rule)));
    }
    if options.dry_run {
        lines.extend(report.reprocess.map(|changed| changed.to_string()));
        lines.push("nothing was written".to_owned());
    } else {
        lines.push(report.to_string());
    }
    print(&lines)?;
    Ok(outcome)
}

impl Under {
    fn lines(&self, rule: &str) -> Vec<String> {
        let count = |how| self.counts.get(&how).copied().unwrap_or(0);
        let (gained, lost, changed) = (count(How::Gained), count(How::Lost), count(How::Changed));
        let mut lines = vec![format!(
            "{rule}: {gained} gained, {lost} lost, {changed} changed"
        )];
        lines.extend(self.shown.iter().cloned());
        let hidden = (gained + lost + changed) - self.shown.len() as u64;
        if hidden > 0 {
            lines.push(format!("  and {hidden} more; `--json` prints them all"));
        }
        lines.push(String::new());
        lines
    }
}
