//! Kills a crawl of the bundled press at many points and starts it again: nothing is lost, nothing is doubled.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use sihafa::archive;
use sihafa::archive::reader::WarcReader;
use sihafa::store::Store;

use super::corpus_press::CorpusPress;
use super::site::{Bench, Site};
use crate::support::Dice;

const SITE: &str = "SIHAFA_TEST_SITE";
const FOLDER: &str = "SIHAFA_TEST_FOLDER";
/// Seconds since the first start: a clock does not go back when a program dies.
const ELAPSED: &str = "SIHAFA_TEST_ELAPSED";
/// Kills, and the requests and the microseconds behind a request between two of them at most.
const KILLS: usize = 120;
const REQUESTS: u64 = 12;
const MICROSECONDS: u64 = 3_000;

/// The process that is killed: this test binary again, told where to crawl.
#[test]
fn crawls_when_it_is_told_where() {
    let (Ok(site), Ok(folder)) = (std::env::var(SITE), std::env::var(FOLDER)) else {
        return;
    };
    let elapsed: u64 = std::env::var(ELAPSED).unwrap().parse().unwrap();
    crawl(site.parse().unwrap(), Path::new(&folder), elapsed);
}

fn crawl(address: SocketAddr, folder: &Path, elapsed: u64) {
    let mut bench = Bench::at(address, folder);
    bench.config = CorpusPress::load().config(address);
    bench.clock.advance(Duration::from_secs(elapsed));
    bench.crawl();
}

fn start(site: SocketAddr, folder: &Path, elapsed: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["crawl::unkillable::crawls_when_it_is_told_where", "--exact"])
        .env(SITE, site.to_string())
        .env(FOLDER, folder)
        .env(ELAPSED, elapsed.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What a finished crawl leaves: every link and how it ended, every capture with its digest.
#[derive(Debug, PartialEq)]
struct End {
    links: BTreeSet<(String, String, String, Option<String>)>,
    captures: Vec<(String, String)>,
}

fn end(folder: &Path) -> End {
    let store = Store::open(&folder.join("store.sqlite")).unwrap();
    let mut captures: Vec<_> = store
        .captures_after(0)
        .map(|stored| stored.unwrap())
        .map(|stored| (stored.url, stored.location.digest))
        .collect();
    captures.sort();
    let rows = Connection::open(folder.join("store.sqlite")).unwrap();
    let mut links = rows
        .prepare("SELECT url, kind, state, cause FROM link")
        .unwrap();
    let links = links
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    End { links, captures }
}

/// Every capture can be read where the store says that it lies, and every file to its last record.
fn check_archive(folder: &Path) {
    let store = Store::open(&folder.join("store.sqlite")).unwrap();
    let files = folder.join("archive");
    for stored in store.captures_after(0) {
        let stored = stored.unwrap();
        let capture = archive::read_at(&files, &stored.location).unwrap();
        assert_eq!(capture.url, stored.url);
    }
    for file in archive::files(&files).unwrap() {
        let size = std::fs::metadata(&file).unwrap().len();
        let mut records = WarcReader::open(&file, 1 << 20).unwrap();
        let mut last = 0;
        for record in records.by_ref() {
            let record = record.unwrap();
            let (offset, length) = record.extent.unwrap();
            last = offset + length;
        }
        assert_eq!((records.broken(), last), (0, size));
    }
}

/// Lets a child run until it has made so many requests and a little longer, then kills it. True where
/// it was killed, false where it had come to its end.
fn let_run(child: &mut Child, requests: &Mutex<Option<u64>>, left: u64, longer: Duration) -> bool {
    *requests.lock().unwrap() = Some(left);
    let mut reached = None;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return false;
        }
        if reached.is_none() && *requests.lock().unwrap() == Some(0) {
            reached = Some(Instant::now());
        }
        if reached.is_some_and(|at| at.elapsed() >= longer) {
            child.kill().unwrap();
            return !child.wait().unwrap().success();
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_crawl_that_is_killed_again_and_again_ends_as_if_it_had_not_been() {
    let press = CorpusPress::load();
    let left: Arc<Mutex<Option<u64>>> = Arc::default();
    let counter = left.clone();
    let site = Site::serve(move |request| {
        if let Some(left) = &mut *counter.lock().unwrap() {
            *left = left.saturating_sub(1);
        }
        press.answer(request)
    });
    let calm = tempfile::tempdir().unwrap();
    crawl(site.address, calm.path(), 0);
    let expect = end(calm.path());
    assert!(expect.captures.len() >= 70, "{}", expect.captures.len());

    let mut dice = Dice::new(0x5117_afa0);
    let (mut kills, mut crawls) = (0, 0);
    while kills < KILLS {
        let folder = tempfile::tempdir().unwrap();
        for round in 0.. {
            let requests = 1 + dice.below(REQUESTS);
            let longer = Duration::from_micros(dice.below(MICROSECONDS));
            // What a dead program had leased has come back by then.
            let mut child = start(site.address, folder.path(), round * 60);
            if !let_run(&mut child, &left, requests, longer) {
                break;
            }
            kills += 1;
        }
        *left.lock().unwrap() = None;
        crawls += 1;
        assert_eq!(end(folder.path()), expect, "crawl {crawls}, {kills} kills");
        check_archive(folder.path());
    }
}
