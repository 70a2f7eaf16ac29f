//! Runs `sihafa sources`: lists what is configured and what is known of it, or tries it.

use std::io::{self, Write};

use clap::{Args, Subcommand};

use crate::config::Config;
use crate::crawl::clock::{Clock, WallClock};
use crate::crawl::probe::Probe;
use crate::error::{Error, Result};
use crate::run::check::Check;
use crate::run::step::{Part, Step};
use crate::run::{Batch, Places};
use crate::store::Store;

use super::signal::on_signal;
use super::{Global, Outcome, batch, print, unwritable};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print every source: id, country, language, kind, name, home, and when it was last tried
    List,
    /// Try sources politely and say what can be read of each, and what to change
    Check(CheckOptions),
}

#[derive(Debug, Args)]
pub(super) struct CheckOptions {
    /// Ids of the sources to try [default: all that are configured]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// A JSON object a source, as each is done
    #[arg(long)]
    json: bool,
}

pub(super) fn run(global: &Global, command: &Command) -> Result<Outcome> {
    match command {
        Command::List => list(global),
        Command::Check(options) => check(global, options),
    }
}

/// Prints the sources that are configured.
fn list(global: &Global) -> Result<Outcome> {
    let config = global.config()?;
    let places = Places::new(&global.data);
    let store = if places.store.exists() {
        places.open_store()?
    } else {
        Store::fleeting()?
    };
    let progress = store.progress()?;
    let mut lines = Vec::new();
    for source in &config.sources {
        let read = progress
            .get(&source.id)
            .and_then(|progress| progress.last_success);
        let tried = match (read, last(&store, &source.id)?) {
            (Some(time), _) => format!("read {time}"),
            (None, Some(check)) if check.ok => format!("tried {}", check.at),
            (None, Some(check)) => format!("failed {}", check.at),
            (None, None) => "never tried".to_owned(),
        };
        lines.push(format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{tried}",
            source.id, source.country, source.lang, source.kind, source.name, source.home
        ));
    }
    print(&lines)?;
    Ok(if lines.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

fn key(source: &str) -> String {
    format!("check {source}")
}

/// What the last trial of a source found.
fn last(store: &Store, source: &str) -> Result<Option<Check>> {
    let kept = store.meta(&key(source))?;
    // What an older version wrote may no longer be read: then it is as if not tried.
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()))
}

fn check(global: &Global, options: &CheckOptions) -> Result<Outcome> {
    let config: Config = global.config()?;
    let store = Places::new(&global.data).open_store()?;
    let chosen = |id: &String| options.sources.is_empty() || options.sources.contains(id);
    let sources = config.sources.iter();
    let all = sources.filter(|source| chosen(&source.id)).count() as u64;
    let mut done = Vec::new();
    let mut each = |probe: Probe<'_>, batch: &Batch<'_>| {
        let check = Check::new(&probe, WallClock.now());
        let json = serde_json::to_string(&check).map_err(unwritable)?;
        store.set_meta(&key(&check.source), &json)?;
        if options.json {
            print(&[json])?;
        }
        done.push(check);
        (batch.watch)(Step::Tried(Part {
            done: done.len() as u64,
            of: Some(all),
        }));
        Ok(())
    };
    let wanted = batch::Options::of(&options.sources);
    let stop = on_signal()?;
    let name = "sihafa sources check";
    batch::batch(name, global, &config, &wanted, &stop, &|_| {}, |batch| {
        batch.with_crawler(|crawler| crawler.probe(&store, |probe| each(probe, batch)))
    })?;
    done.sort_by(|one, other| one.source.cmp(&other.source));
    if !options.json {
        table(&done).map_err(|source| Error::io("write", "standard output", source))?;
    }
    Ok(if done.iter().all(|check| check.ok) && !done.is_empty() {
        Outcome::Done
    } else {
        Outcome::Nothing
    })
}

/// A row a source, and below it what to change.
fn table(checks: &[Check]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:20}{:10}{:>7}  {:12}{:14}{:9}robots",
        "source", "reachable", "lists", "newest", "charset", "article"
    )?;
    for check in checks {
        let yes = |is: bool| if is { "yes" } else { "no" };
        let configured = || check.lists.iter().filter(|list| list.kind != "home");
        let read = configured().filter(|list| list.entries > Some(0)).count();
        let newest: String = check
            .newest
            .iter()
            .flat_map(|day| day.chars())
            .take(10)
            .collect();
        let delay = check
            .crawl_delay
            .map_or_else(String::new, |delay| format!(", {delay} s between requests"));
        writeln!(
            out,
            "{:20}{:10}{:>7}  {newest:12}{:14}{:9}{}{delay}",
            check.source,
            yes(check.reachable),
            format!("{read}/{}", configured().count()),
            check.charset.as_deref().unwrap_or("-"),
            yes(check.article.as_ref().is_some_and(|article| article.read)),
            check.robots,
        )?;
        for advice in &check.advice {
            writeln!(out, "    {advice}")?;
        }
    }
    let ok = checks.iter().filter(|check| check.ok).count();
    writeln!(
        out,
        "\n{ok} of {} can be read as they are configured",
        checks.len()
    )?;
    out.flush()
}
