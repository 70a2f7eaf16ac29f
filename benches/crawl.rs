//! Measures the queue with a million links, and serves the site on which `benches/peers/crawl.py` compares crawlers.
//!
//! `cargo bench --bench crawl -- queue 1000000`: how long the next link takes while the queue grows, and
//! the memory of the whole. `cargo bench --bench crawl -- serve tags 3000`: serves a feed of 3,000 pages of
//! 20 KB on a free port of the loopback, which it prints; `tags` are pages of much markup, `text` of little.

#![allow(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::Timestamp;
use sihafa::store::Store;
use sihafa::store::lease::{Answer, Outcome};
use sihafa::store::queue::{Kind, Link};

/// Bytes of a page.
const PAGE: usize = 20 * 1024;

/// The program's.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["queue", links] => queue(links.parse()?),
        [] => queue(100_000),
        ["serve", shape @ ("tags" | "text"), pages] => serve(shape == "tags", pages.parse()?),
        _ => bail!("`queue LINKS` or `serve tags|text PAGES` is wanted"),
    }
}

/// Fills a queue with links of a hundred papers and takes some now and then.
fn queue(links: usize) -> anyhow::Result<()> {
    const HOSTS: usize = 100;
    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("queue.sqlite"))?;
    let now = Timestamp::from_second(1_760_000_000)?;
    let step = (links / 5).max(1);
    for first in (0..links).step_by(step) {
        let begun = Instant::now();
        store.commit(|| {
            for number in first..(first + step).min(links) {
                store.enqueue(&link(number, HOSTS, number % 4 * 20), now)?;
            }
            Ok(())
        })?;
        let filled = begun.elapsed();
        let taken = take(&store, HOSTS, now)?;
        let size = (first + step).min(links);
        println!(
            "{size:>9} links: {:>6.1} µs to add one, {taken:>6.1} µs to take one and bring it back, peak {} MB",
            filled.as_secs_f64() * 1e6 / step as f64,
            peak().unwrap_or(0),
        );
    }
    let begun = Instant::now();
    let lanes = store.lanes()?.len();
    println!(
        "{lanes} lanes in {:.1} ms",
        begun.elapsed().as_secs_f64() * 1e3
    );
    Ok(())
}

/// Microseconds to lease a link and to complete it, each in a commit of its own.
fn take(store: &Store, hosts: usize, now: Timestamp) -> anyhow::Result<f64> {
    const TIMES: usize = 2_000;
    let until = now.checked_add(Duration::from_secs(60))?;
    let begun = Instant::now();
    for number in 0..TIMES {
        let (source, host) = (format!("s{}", number % hosts), host(number % hosts));
        let lease = store.lease(&source, &host, now, until)?;
        let lease = lease.context("the queue is empty")?;
        store.complete(&lease, &Outcome::Done(Answer::default()), now)?;
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / TIMES as f64)
}

fn host(number: usize) -> String {
    format!("www.paper{number}.example")
}

fn link(number: usize, hosts: usize, priority: usize) -> Link {
    let host = host(number % hosts);
    let url = format!("http://{host}/sante/convention-de-jumelage-{number}.html");
    Link {
        url: url.parse().expect("an address made of letters and digits"),
        source: format!("s{}", number % hosts),
        kind: Kind::Page,
        discovered_from: Some(format!("http://{host}/feed")),
        priority: u8::try_from(priority).unwrap_or(u8::MAX),
        published: Some("2025-10-01T10:00:00+01:00".to_owned()),
        title: Some("Une convention de jumelage entre deux hôpitaux".to_owned()),
    }
}

/// Peak resident memory in megabytes, where the system tells it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024)
}

/// What is served.
#[derive(Clone, Copy)]
struct Site {
    tags: bool,
    pages: usize,
}

/// Serves until it is killed.
#[tokio::main]
async fn serve(tags: bool, pages: usize) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    let router = Router::new()
        .route(
            "/robots.txt",
            get(|| async { "User-agent: *\nDisallow: /private/\n" }),
        )
        .route("/feed", get(feed))
        .route("/page/{name}", get(page))
        .with_state(Site { tags, pages });
    Ok(axum::serve(listener, router).await?)
}

async fn feed(State(site): State<Site>) -> impl IntoResponse {
    let mut items = String::new();
    for number in 0..site.pages {
        items += &format!(
            "<item><title>Convention {number}</title><link>/page/{number}.html</link></item>"
        );
    }
    let feed = format!("<rss version=\"2.0\"><channel>{items}</channel></rss>");
    ([(header::CONTENT_TYPE, "application/rss+xml")], feed)
}

async fn page(State(site): State<Site>, Path(name): Path<String>) -> impl IntoResponse {
    let number = name
        .strip_suffix(".html")
        .and_then(|number| number.parse::<usize>().ok());
    match number.filter(|number| *number < site.pages) {
        Some(number) => {
            let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
            Ok((kind, written(site.tags, number)))
        }
        None => Err(StatusCode::NOT_FOUND),
    }
}

/// A page of its own words, so that no two are near each other.
fn written(tags: bool, number: usize) -> String {
    const WORDS: &[&str] = &[
        "convention",
        "hôpital",
        "wilaya",
        "jumelage",
        "équipe",
        "malades",
        "اتفاقية",
        "مستشفى",
        "صحة",
        "chirurgie",
        "signé",
        "mardi",
        "soins",
        "région",
        "médecins",
        "directeur",
        "توأمة",
        "ولاية",
        "consultation",
        "mission",
    ];
    let mut page = format!(
        "<html><head><title>Convention {number}</title><link rel=canonical href='/page/{number}.html'></head><body><h1>Convention {number}</h1>"
    );
    let mut state = number as u64 * 2 + 1;
    while page.len() < PAGE {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let word = WORDS[(state >> 33) as usize % WORDS.len()];
        if tags {
            page += &format!(
                "<div class='c{}'><span><b>{word}</b> <a href='#{}'>{number}</a></span></div>\n",
                state >> 60,
                state >> 50
            );
        } else {
            page += word;
            page += if state >> 59 == 0 { ".</p>\n<p>" } else { " " };
        }
    }
    page + "</body></html>"
}
