//! Runs `sihafa demo`, and any batch with progress on a terminal.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

use crate::config::Config;
use crate::crawl::Shard;
use crate::crawl::clock::WallClock;
use crate::crawl::discover::Period;
use crate::crawl::stop::Stop;
use crate::error::{Error, Result};
use crate::index::Index;
use crate::record::dossier::{Dossier, Member};
use crate::record::{Record, word};
use crate::run::report::Report;
use crate::run::step::Step;
use crate::run::{Batch, Places};
use crate::store::Store;

use super::press::Press;
use super::progress::Progress;
use super::signal::on_signal;
use super::{Global, Outcome, print};

/// Dossiers that the demo shows.
const SHOWN: usize = 5;

#[derive(Debug, Default, Args)]
pub(super) struct Options {
    /// Ids of the sources to read [default: all that are configured]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Only articles published on this day or later; lists are followed back to it
    #[arg(long, value_name = "DATE", value_parser = midnight)]
    since: Option<Timestamp>,
    /// Only articles published before this day
    #[arg(long, value_name = "DATE", value_parser = midnight)]
    until: Option<Timestamp>,
    /// Only the sources of part I of N, as one of several machines; I counts from 1
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<Shard>,
}

impl Options {
    /// These sources, whatever they published when.
    pub(super) fn of(sources: &[String]) -> Self {
        Self {
            sources: sources.to_vec(),
            ..Self::default()
        }
    }
}

/// Counted from 0, the last of N is 0.
fn shard(value: &str) -> std::result::Result<Shard, String> {
    let parts = value.split_once('/').and_then(|(index, of)| {
        let (index, of): (u64, u64) = (index.trim().parse().ok()?, of.trim().parse().ok()?);
        (of > 0 && index <= of).then(|| Shard {
            index: index % of,
            of,
        })
    });
    parts.ok_or_else(|| "a part of the sources as 2/8 is wanted: the second of eight".to_owned())
}

fn midnight(value: &str) -> std::result::Result<Timestamp, String> {
    let day: civil::Date = value
        .parse()
        .map_err(|_| "a day as 2024-05-30 is wanted".to_owned())?;
    day.to_zoned(TimeZone::UTC)
        .map(|moment| moment.timestamp())
        .map_err(|error| error.to_string())
}

/// Every step of a batch.
pub(super) fn whole(batch: &Batch<'_>) -> Result<Report> {
    batch.run()
}

/// Does some work of a batch, with progress on a terminal.
pub(super) fn batch<T>(
    name: &str,
    global: &Global,
    config: &Config,
    options: &Options,
    stop: &Stop,
    watch: &(dyn Fn(Step<'_>) + Sync),
    work: impl FnOnce(&Batch<'_>) -> Result<T>,
) -> Result<T> {
    let progress = Progress::start();
    work(&Batch {
        work: name,
        config,
        data: &global.data,
        pack: Global::pack(config)?,
        sources: &options.sources,
        shard: options.shard,
        period: Period {
            since: options.since,
            until: options.until,
        },
        clock: &WallClock,
        watch: &|step| {
            progress.show(step);
            watch(step);
        },
        stop,
    })
}

/// The index for search. Where it has to be made anew, that is shown.
pub(super) fn index(global: &Global, config: &Config) -> Result<Index> {
    let progress = Progress::start();
    let patterns = config.extract.patterns.as_deref();
    Places::new(&global.data).open_index(patterns, &|step| progress.show(step))
}

/// The whole way of the data on the bundled press.
pub(super) fn demo(global: &Global) -> Result<Outcome> {
    let press = Press::start()?;
    let config = press.config(global.config()?);
    let stop = on_signal()?;
    let options = Options::default();
    let report = batch(
        "sihafa demo",
        global,
        &config,
        &options,
        &stop,
        &|_| {},
        whole,
    )?;
    let store = Places::new(&global.data).open_store()?;
    let mut lines = vec![report.to_string()];
    lines.extend(dossiers(&store)?);
    lines.push(next(global, &report));
    print(&lines)?;
    Ok(Outcome::Done)
}

/// The dossiers that most articles in both languages tell.
fn dossiers(store: &Store) -> Result<Vec<String>> {
    let mut all = store.dossiers().collect::<Result<Vec<Dossier>>>()?;
    all.sort_by_key(|dossier| {
        let langs: BTreeSet<&str> = dossier
            .articles
            .iter()
            .map(|article| article.lang.as_str())
            .collect();
        let firsts = dossier
            .articles
            .iter()
            .filter(|article| article.duplicate_of.is_none())
            .count();
        (
            std::cmp::Reverse((langs.len(), dossier.operations.len().min(3), firsts)),
            dossier.id.clone(),
        )
    });
    all.iter()
        .take(SHOWN)
        .map(|dossier| render(store, dossier))
        .collect()
}

fn render(store: &Store, dossier: &Dossier) -> Result<String> {
    let mut text = format!(
        "{} · {} · {}\n",
        word(&dossier.kind),
        word(&dossier.status),
        dossier.date.as_deref().unwrap_or("no date")
    );
    for member in &dossier.partners {
        text += &format!("  {}\n", both(member));
    }
    for act in &dossier.operations {
        let upper = act.max.map(|max| format!("–{max}")).unwrap_or_default();
        text += &format!(
            "  {}{upper} {} {}\n",
            act.count,
            word(&act.procedure),
            word(&act.status)
        );
    }
    let mut told = BTreeMap::new();
    for article in &dossier.articles {
        if let Some(record) = store.record(&article.id)? {
            told.entry(record.lang.clone())
                .or_insert((record, article.convention));
        }
    }
    for (record, position) in told.values() {
        text += &format!(
            "  {}: « {} »\n      {}\n",
            record.lang,
            sentence(record, *position),
            record.url.as_deref().unwrap_or("")
        );
    }
    Ok(text)
}

/// The sentence behind a convention: that of its surest evidence.
fn sentence(record: &Record, position: usize) -> String {
    let convention = record.conventions.get(position);
    let evidence = convention.and_then(|convention| convention.evidence.first());
    evidence
        .and_then(|evidence| record.slice(evidence.span))
        .unwrap_or_default()
        .replace('\n', " ")
}

fn both(member: &Member) -> String {
    let names: Vec<&str> = ["fr", "ar"]
        .iter()
        .filter_map(|lang| member.name.get(*lang))
        .map(String::as_str)
        .collect();
    names.join(" | ")
}

fn next(global: &Global, report: &Report) -> String {
    let data = if global.data.as_os_str() == "data" {
        String::new()
    } else {
        format!(" --data {}", global.data.display())
    };
    let again = if report
        .sources
        .values()
        .all(|source| source.seen.fetched == 0)
    {
        "nothing had changed since the last visit"
    } else {
        "run it again: only what has changed is fetched"
    };
    format!(
        "({again})\nnext:\n  sihafa search{data} jumelage\n  sihafa search{data} توأمة --dossiers\n  sihafa dump{data} --format jsonl -o dump\n  sihafa init"
    )
}

/// Reads a store that a batch made.
///
/// # Errors
/// There is none yet.
pub(super) fn existing(global: &Global) -> Result<Store> {
    let places = Places::new(&global.data);
    if !places.store.exists() {
        let way_out = if places.archive.exists() {
            "`sihafa reprocess` makes it again from the archive"
        } else {
            "`sihafa demo` or `sihafa run` makes one"
        };
        let at = global.data.display().to_string();
        return Err(Error::input(at, "no store here yet").hint(way_out));
    }
    places.open_store()
}
