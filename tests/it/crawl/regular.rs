//! A press that behaves: discovery, robots.txt, conditional requests, and nothing asked for twice.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sihafa::crawl::discover::Period;
use sihafa::store::queue::Kind;

use super::site::{Press, Reply, Request, feed, missing, page, reply};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn press(request: &Request) -> Reply {
    let same = request
        .headers
        .get("if-none-match")
        .is_some_and(|etag| etag == "\"1\"");
    match request.path.as_str() {
        "/robots.txt" => reply(
            "200 OK",
            &[],
            "User-agent: *\nDisallow: /private\nCrawl-delay: 120\n",
        ),
        "/feed" if same => reply("304 Not Modified", &["ETag: \"1\""], ""),
        "/feed" => {
            let feed = feed(&[
                "/1?utm_source=rss",
                "/1#top",
                "/2",
                "/private/3",
                "/copy",
                "/moved",
                "/gone",
            ]);
            reply(
                "200 OK",
                &["Content-Type: application/rss+xml", "ETag: \"1\""],
                feed,
            )
        }
        "/1" => page("<p>one</p>"),
        "/2" | "/copy" => page("<p>two</p>"),
        "/moved" => reply(
            "301 Moved Permanently",
            &["Location: http://other.example/new"],
            "",
        ),
        "/new" => page("<p>new</p>"),
        _ => missing(),
    }
}

#[test]
fn a_press_is_read_once() {
    let bench = Press::new(press);
    let seen = bench.crawl();
    assert_eq!(
        bench.captured(),
        [
            "http://other.example/new",
            "http://www.press.example/1",
            "http://www.press.example/2"
        ]
    );
    assert_eq!(
        (seen.fetched, seen.new, seen.duplicates),
        (5, 3, 1),
        "{seen:?}"
    );
    assert_eq!(seen.blocked.get("robots.txt:2"), Some(&1));
    assert_eq!(seen.failed.get("gone"), Some(&1));
    let asked = bench.site.asked();
    assert_eq!(
        asked,
        ["/feed", "/1", "/2", "/copy", "/moved", "/new", "/gone"]
    );

    // At once nothing is due; later the feed is, and has not changed.
    assert_eq!(bench.crawl().fetched, 0);
    assert!(bench.site.asked().is_empty());
    bench.clock.advance(DAY / 2);
    let seen = bench.crawl();
    assert_eq!((seen.fetched, seen.unchanged), (0, 1));
    assert_eq!(bench.site.asked(), ["/feed"]);
}

#[test]
fn a_crawl_delay_keeps_requests_apart_and_loses_no_link() {
    let bench = Press::new(press);
    bench.crawl();
    let mut requests = bench.site.requests();
    requests.retain(|request| request.host == "www.press.example");
    assert!(requests.len() >= 7);
    for pair in requests.windows(2) {
        let gap = pair[1].at.duration_since(pair[0].at);
        assert!(
            gap >= SignedDuration::from_secs(120),
            "{} {}: {gap}",
            pair[0].path,
            pair[1].path
        );
    }
}

#[test]
fn sections_and_sitemaps_are_followed_as_far_as_a_backfill_needs() {
    let mut bench = Press::new(|request| match request.path.as_str() {
        "/sante" => page("<a href='/10001'>a</a><a rel=next href='/sante?page=2'>2</a>"),
        "/sante?page=2" => page("<a href='/10002'>b</a><a rel=next href='/sante?page=3'>3</a>"),
        // A calendar without end that brings nothing new.
        path if path.starts_with("/sante?page=") => page("<a rel=next href='/sante?page=99'>9</a>"),
        "/sitemap.xml" => reply(
            "200 OK",
            &["Content-Type: text/xml"],
            "<sitemapindex><sitemap><loc>/sitemap.xml</loc></sitemap><sitemap><loc>/s-2019.xml</loc></sitemap><sitemap><loc>/s-2025-09.xml</loc></sitemap></sitemapindex>",
        ),
        "/s-2025-09.xml" => reply(
            "200 OK",
            &["Content-Type: text/xml"],
            "<urlset><url><loc>/20001</loc><lastmod>2025-09-05</lastmod></url><url><loc>/20002</loc><lastmod>2019-09-05</lastmod></url></urlset>",
        ),
        path if path.len() == 6 => page(path),
        _ => missing(),
    });
    let source = &mut bench.config.sources[0];
    source.feeds.clear();
    source.sections = vec!["http://www.press.example/sante".to_owned()];
    source.sitemaps = vec!["http://www.press.example/sitemap.xml".to_owned()];
    let since: Timestamp = "2025-09-01T00:00:00Z".parse().unwrap();
    bench
        .try_crawl(Period {
            since: Some(since),
            until: None,
        })
        .unwrap();
    let mut asked = bench.site.asked();
    asked.sort();
    assert_eq!(
        asked,
        [
            "/10001",
            "/10002",
            "/20001",
            "/s-2025-09.xml",
            "/sante",
            "/sante?page=2",
            "/sante?page=3",
            "/sitemap.xml"
        ]
    );
}

#[test]
fn what_a_dead_program_had_leased_comes_back() {
    let bench = Press::new(press);
    bench.crawl();
    bench.clock.advance(DAY);
    let now = sihafa::crawl::clock::Clock::now(&*bench.clock);
    let until = now.checked_add(SignedDuration::from_secs(1)).unwrap();
    let lease = bench
        .store
        .lease("press", "www.press.example", now, until)
        .unwrap()
        .unwrap();
    assert_eq!(lease.link.kind, Kind::Feed);
    assert_eq!(bench.crawl().unchanged, 1);
}

#[test]
fn a_live_crawl_needs_a_contact() {
    let mut bench = Press::new(press);
    bench.config.crawl.resolve.remove("www.press.example");
    let error = bench.try_crawl(Period::default()).unwrap_err().to_string();
    assert!(
        error.contains("contact") && error.contains("hint:"),
        "{error}"
    );
}

#[test]
fn a_preview_asks_nothing_and_an_explanation_names_the_line() {
    let press = Press::new(press);
    assert_eq!(press.preview(), ["/feed"]);
    assert!(press.site.requests().is_empty());
    let explain = |path: &str| {
        let url = format!("http://www.press.example{path}").parse().unwrap();
        press.explain(&url)
    };
    let told = explain("/private/3");
    assert_eq!(
        (told.decision.allowed, told.decision.line),
        (false, Some(2))
    );
    assert_eq!(told.decision.rule, "Disallow: /private");
    assert_eq!(told.delay, Duration::from_secs(120));
    assert!(explain("/1").decision.allowed);
    assert_eq!(press.site.requests().len(), 1, "robots.txt, once");
}

#[test]
fn a_backfill_takes_the_sitemaps_of_robots_txt() {
    let press = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => reply(
            "200 OK",
            &[],
            "Sitemap: /news.xml\nSitemap: http://else.example/s.xml",
        ),
        "/feed" => page(feed(&[])),
        "/news.xml" => page("<urlset><url><loc>/5</loc></url></urlset>"),
        "/5" => page("five"),
        _ => missing(),
    });
    press.crawl();
    assert_eq!(press.site.asked(), ["/feed"]);
    press.clock.advance(DAY);
    let since = "2020-01-01T00:00:00Z".parse().ok();
    press.try_crawl(Period { since, until: None }).unwrap();
    assert_eq!(press.site.asked(), ["/feed", "/news.xml", "/5"]);
}
