//! Cuts the network and moves the clock between and within batches: what was missed is had later, once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use sihafa::config::Config;
use sihafa::crawl::discover::Period;
use sihafa::crawl::stop::Stop;
use sihafa::rules::pack::Pack;
use sihafa::run::{Batch, Places};

use super::corpus_press::CorpusPress;
use super::site::{Leap, Reply, Site, feed, missing, page, reply};

const DAY: i64 = 24 * 3600;

/// Fetches what is due, as `sihafa crawl` does; how many pages were new.
fn crawl(folder: &Path, config: &Config, clock: &Leap) -> u64 {
    let batch = Batch {
        work: "test",
        config,
        data: folder,
        pack: Pack::builtin().unwrap(),
        sources: &[],
        shard: None,
        period: Period::default(),
        clock,
        watch: &|_| (),
        stop: &Stop::default(),
    };
    batch.crawl().unwrap().values().map(|seen| seen.new).sum()
}

/// Every capture with its digest, by its URL.
fn captures(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let store = Places::new(folder).open_store().unwrap();
    let mut captures: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for stored in store.captures_after(0) {
        let stored = stored.unwrap();
        captures
            .entry(stored.url)
            .or_default()
            .push(stored.location.digest);
    }
    captures
}

#[test]
fn a_network_that_is_cut_in_the_middle_of_a_batch_costs_nothing_but_time() {
    let press = CorpusPress::load();
    let left = Arc::new(AtomicU64::new(u64::MAX));
    let counter = Arc::clone(&left);
    let site = Site::serve(move |request| {
        let before = counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
        match before {
            Ok(_) => press.answer(request),
            Err(_) => Reply::Reset(Vec::new()),
        }
    });
    let config = CorpusPress::load().config(site.address);
    let calm = tempfile::tempdir().unwrap();
    crawl(calm.path(), &config, &Leap::default());
    let expect = captures(calm.path());
    assert!(expect.len() >= 70, "{}", expect.len());
    for requests in [0, 1, 9, 40] {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Leap::default());
        left.store(requests, Ordering::SeqCst);
        crawl(folder.path(), &config, &clock);
        assert!(captures(folder.path()).len() < expect.len());
        left.store(u64::MAX, Ordering::SeqCst);
        // a few days: what failed is tried again, and a host that failed is left alone for a while
        for _ in 0..4 {
            clock.advance(Duration::from_secs(DAY.unsigned_abs()));
            crawl(folder.path(), &config, &clock);
        }
        assert_eq!(
            captures(folder.path()),
            expect,
            "cut after {requests} requests"
        );
    }
}

/// A feed that names one page more each time that it is asked for.
fn growing() -> Site {
    let asked = AtomicI64::new(0);
    Site::serve(move |request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" => {
            let pages = 1 + asked.fetch_add(1, Ordering::SeqCst);
            let pages: Vec<String> = (1..=pages).map(|number| format!("/{number}")).collect();
            let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
            reply(
                "200 OK",
                &["Content-Type: application/rss+xml"],
                feed(&pages),
            )
        }
        path => page(format!("<p>page {path}</p>")),
    })
}

#[test]
fn a_clock_that_was_ahead_or_is_set_back_keeps_no_feed_from_being_read() {
    // seconds between the first batch and the second: years back, a day back, an hour on
    for (seconds, new) in [(-900 * DAY, 1), (-40 * DAY, 1), (2 * 3600, 1), (-DAY, 0)] {
        let site = growing();
        let folder = tempfile::tempdir().unwrap();
        let mut config = super::site::Bench::at(site.address, folder.path()).config;
        config.crawl.contact = Some("https://example.org/us".to_owned());
        let clock = Leap::default();
        assert_eq!(crawl(&folder.path().join("data"), &config, &clock), 1);
        clock.set_forward(seconds);
        assert_eq!(
            crawl(&folder.path().join("data"), &config, &clock),
            new,
            "{seconds}"
        );
        // and what was not due for a day's difference is due when the day is over
        clock.advance(Duration::from_secs(2 * DAY.unsigned_abs()));
        assert!(
            crawl(&folder.path().join("data"), &config, &clock) >= 1,
            "{seconds}"
        );
    }
}
