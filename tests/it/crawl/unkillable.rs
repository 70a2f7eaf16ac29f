//! Kills a crawl at many points and starts it again: nothing is lost, nothing is doubled.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sihafa::archive;
use sihafa::archive::reader::WarcReader;

use super::site::{Bench, Reply, Request, Site, feed, missing, page, reply};

const SITE: &str = "SIHAFA_TEST_SITE";
const FOLDER: &str = "SIHAFA_TEST_FOLDER";
/// Seconds since the first start: a clock does not go back when a program dies.
const ELAPSED: &str = "SIHAFA_TEST_ELAPSED";
const ROUNDS: usize = 24;
const PAGES: usize = 40;

fn press(request: &Request) -> Reply {
    let pages: Vec<String> = (0..PAGES).map(|number| format!("/{number}")).collect();
    match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" => page(feed(&pages.iter().map(String::as_str).collect::<Vec<_>>())),
        "/7" => reply("302 Found", &["Location: http://other.example/seven"], ""),
        path => page(format!("<p>{path}</p>{}", "text ".repeat(2_000))),
    }
}

/// The process that is killed: this test binary again, told where to crawl.
#[test]
fn crawls_when_it_is_told_where() {
    let (Ok(site), Ok(folder)) = (std::env::var(SITE), std::env::var(FOLDER)) else {
        return;
    };
    let address: SocketAddr = site.parse().unwrap();
    let bench = Bench::at(address, Path::new(&folder));
    let elapsed: u64 = std::env::var(ELAPSED).unwrap().parse().unwrap();
    bench.clock.advance(Duration::from_secs(elapsed));
    bench.crawl();
}

fn start(site: SocketAddr, folder: &Path, round: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["crawl::unkillable::crawls_when_it_is_told_where", "--exact"])
        .env(SITE, site.to_string())
        .env(FOLDER, folder)
        .env(ELAPSED, (round * 10).to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_crawl_that_is_killed_again_and_again_ends_as_if_it_had_not_been() {
    let victim: Arc<Mutex<Option<(usize, Child)>>> = Arc::default();
    let target = victim.clone();
    let site = Site::serve(move |request| {
        // The crawler dies while it waits for the answer to the request that its turn ends with.
        if let Some((left, child)) = &mut *target.lock().unwrap() {
            match left.checked_sub(1) {
                Some(fewer) => *left = fewer,
                None => child.kill().unwrap(),
            }
        }
        press(request)
    });
    let folder = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let mut running = victim.lock().unwrap();
        let child = start(site.address, folder.path(), round);
        *running = Some((round * 7 % 5, child));
        drop(running);
        // Whether it was killed or had nothing left to do, it ends by itself.
        while victim
            .lock()
            .unwrap()
            .as_mut()
            .unwrap()
            .1
            .try_wait()
            .unwrap()
            .is_none()
        {
            std::thread::yield_now();
        }
    }
    *victim.lock().unwrap() = None;
    assert!(
        start(site.address, folder.path(), ROUNDS)
            .wait()
            .unwrap()
            .success()
    );

    let bench = Bench::at(site.address, folder.path());
    let mut expect: Vec<String> = (0..PAGES)
        .filter(|number| *number != 7)
        .map(|number| format!("http://www.press.example/{number}"))
        .chain(["http://other.example/seven".to_owned()])
        .collect();
    expect.sort();
    assert_eq!(bench.captured(), expect);
    let archive = folder.path().join("archive");
    for stored in bench.store.captures_after(0) {
        let stored = stored.unwrap();
        let capture = archive::read_at(&archive, &stored.location).unwrap();
        assert_eq!(capture.url, stored.url);
    }
    for file in archive::files(&archive).unwrap() {
        let mut records = WarcReader::open(&file, 1 << 20).unwrap();
        assert!(records.by_ref().all(|record| record.is_ok()));
        assert_eq!(records.broken(), 0);
    }
}
