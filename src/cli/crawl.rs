//! Runs `sihafa crawl`: fetches what is due, or tells what would be fetched and why the rest would not.

use std::collections::BTreeMap;

use clap::Args;
use jiff::Timestamp;
use url::Url;

use crate::crawl::Crawler;
use crate::crawl::canonical::canonical;
use crate::crawl::focus::Promise;
use crate::crawl::preview::{Explanation, Prospect};
use crate::crawl::seen::Seen;
use crate::error::{Error, Result};
use crate::run::Places;
use crate::store::Store;
use crate::store::queue::Known;
use crate::store::tally::State;

use super::signal::on_signal;
use super::{Global, Outcome, batch, look, print};

#[derive(Debug, Args)]
#[group(id = "crawl")]
pub(super) struct Options {
    #[command(flatten)]
    batch: batch::Options,
    /// Fetch nothing; print each link that is due, and what would keep it from being fetched
    #[arg(long, conflicts_with = "explain")]
    dry_run: bool,
    /// Fetch no page; say whether this URL may be fetched, by which line of robots.txt, and when
    #[arg(long, value_name = "URL")]
    explain: Option<String>,
}

/// Only the fetching.
pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let config = global.config()?;
    let places = Places::new(&global.data);
    let looks = options.dry_run || options.explain.is_some();
    let store = if looks && !places.store.exists() {
        Store::fleeting()?
    } else {
        places.open_store()?
    };
    let stop = on_signal()?;
    let name = "sihafa crawl";
    batch::batch(
        name,
        global,
        &config,
        &options.batch,
        &stop,
        &|_| {},
        |batch| {
            if let Some(address) = &options.explain {
                batch.with_crawler(|crawler| explain(crawler, &store, address))
            } else if options.dry_run {
                batch.with_crawler(|crawler| preview(crawler, &store))
            } else {
                drop(store);
                fetched(&batch.crawl()?)
            }
        },
    )
}

/// A line a source.
fn fetched(seen: &BTreeMap<String, Seen>) -> Result<Outcome> {
    let lines = seen.iter().map(|(source, seen)| {
        let (refused, failed) = (
            seen.blocked.values().sum::<u64>(),
            seen.failed.values().sum::<u64>(),
        );
        format!(
            "{source}: {} fetched, {} new, {} unchanged, {refused} refused, {failed} failed, {} let go, {} alike",
            seen.fetched, seen.new, seen.unchanged, seen.passed, seen.alike
        )
    });
    print(&lines.collect::<Vec<_>>())?;
    Ok(Outcome::Done)
}

/// A line a link: `fetch` or `wait` or `refused`, its source, kind and URL, and what stands in its way.
fn preview(crawler: &Crawler<'_>, store: &Store) -> Result<Outcome> {
    let mut lines = Vec::new();
    crawler.preview(store, |link, prospect| {
        let (verdict, reason) = match prospect {
            Prospect::Fetched => ("fetch", String::new()),
            Prospect::BeyondBudget => ("wait", "\tits source has had its pages by then".to_owned()),
            Prospect::Barred(cause) if cause.forbids() => ("refused", format!("\t{cause}")),
            Prospect::Barred(cause) => ("wait", format!("\t{cause}")),
        };
        let (source, kind) = (&link.source, link.kind.name());
        lines.push(format!("{verdict}\t{source}\t{kind}\t{}{reason}", link.url));
    })?;
    print(&lines)?;
    Ok(Outcome::Done)
}

fn explain(crawler: &Crawler<'_>, store: &Store, address: &str) -> Result<Outcome> {
    let url: Url =
        canonical(address, None).ok_or_else(|| Error::input(address, "no http or https URL"))?;
    let told = crawler.explain(store, &url)?;
    print(&lines(&url, &told))?;
    Ok(if told.decision.allowed {
        Outcome::Done
    } else {
        Outcome::Nothing
    })
}

fn lines(url: &Url, told: &Explanation) -> Vec<String> {
    let verdict = if told.decision.allowed {
        "allowed"
    } else {
        "disallowed"
    };
    let ready = told.ready.map_or_else(
        || "may be asked now".to_owned(),
        |at| format!("may be asked at {at}"),
    );
    let promise = match told.promise {
        Promise::Wanted => "its words, or the place where it was found, speak of health",
        Promise::Possible => "nothing tells its subject",
        Promise::Other => "its words speak of another subject: only a sample is fetched",
    };
    vec![
        format!("{verdict}\t{url}\t{}", look::by(&told.decision)),
        format!("host\t{ready}; {:?} between two requests", told.delay),
        format!(
            "queue\t{}",
            told.known
                .as_ref()
                .map_or_else(|| "not known".to_owned(), standing)
        ),
        format!("focus\t{promise}"),
    ]
}

fn standing(known: &Known) -> String {
    let state = match known.state {
        State::New => "not fetched yet",
        State::Done => "fetched",
        State::Unchanged => "unchanged at the last visit",
        State::Blocked => "refused at the last visit",
        State::Failed => "failed at the last visit",
        State::Passed => "let go",
    };
    let cause = known
        .cause
        .as_ref()
        .map_or_else(String::new, |cause| format!(" ({cause})"));
    let due = known
        .due
        .map_or_else(|| "never".to_owned(), |at: Timestamp| at.to_string());
    format!(
        "{} of {}: {state}{cause}; due {due}",
        known.link.kind.name(),
        known.link.source
    )
}
