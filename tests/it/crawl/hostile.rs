//! A press that does everything wrong: each answer costs one link, and no more than its limit.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::SignedDuration;
use sihafa::crawl::seen::Seen;

use super::site::{Press, Reply, Request, feed, missing, page, reply};

/// Crawls a feed with the one link `/x`, answered as given.
fn visit(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Press, Seen) {
    let bench = Press::new(move |request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" => page(feed(&["/x"])),
        _ => answer(request),
    });
    let seen = bench.crawl();
    (bench, seen)
}

fn check(cause: &str, answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) {
    let (bench, seen) = visit(answer);
    let told = seen.failed.get(cause).or(seen.blocked.get(cause));
    assert_eq!(told, Some(&1), "{cause}: {seen:?}");
    assert!(bench.captured().is_empty(), "{cause}");
}

fn moved(to: &str) -> Reply {
    reply("302 Found", &[&format!("Location: {to}")], "")
}

#[test]
fn redirects_that_go_in_circles_or_on_forever_end() {
    check("redirects", |request| {
        moved(if request.path == "/x" { "/y" } else { "/x" })
    });
    check("redirects", |request| moved(&format!("{}x", request.path)));
    // A page for those who keep cookies only.
    let cookie = ["Location: /x", "Set-Cookie: seen=1"];
    check("redirects", move |_| reply("302 Found", &cookie, ""));
    check("redirects", |_| moved("mailto:x@a.dz"));
    check("redirects", |_| reply("302 Found", &[], ""));
}

#[test]
fn a_redirect_into_our_own_network_is_refused() {
    for address in [
        "127.0.0.1",
        "[::1]",
        "169.254.169.254",
        "2130706433",
        "0x7f.1",
    ] {
        check("private_address", move |_| {
            moved(&format!("http://{address}:9/latest"))
        });
    }
    // By what a name resolves to.
    check("private_address", |_| moved("http://localhost:9/"));
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0_u8; 1024 * 1024];
    for _ in 0..64 {
        packer.write_all(&zeros).unwrap();
    }
    let bomb = packer.finish().unwrap();
    check("too_large", move |_| {
        reply(
            "200 OK",
            &["Content-Type: text/html", "Content-Encoding: gzip"],
            &bomb,
        )
    });
    let bomb = zstd::encode_all(&vec![0_u8; 64 * 1024 * 1024][..], 1).unwrap();
    assert!(bomb.len() < 64 * 1024);
    check("too_large", move |_| {
        reply(
            "200 OK",
            &["Content-Type: text/html", "Content-Encoding: zstd"],
            &bomb,
        )
    });
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
    check("too_large", |_| Reply::Endless(head.to_vec()));
}

#[test]
fn a_server_that_stalls_frees_its_slot() {
    let start = Instant::now();
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<p>";
    check("timeout", |_| Reply::Drip(head.to_vec()));
    check("timeout", |_| Reply::Drip(Vec::new()));
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn bodies_that_break_off_are_kept_only_where_they_are_whole() {
    let lying = ["Content-Type: text/html", "Content-Length: 1000"];
    let (bench, seen) = visit(move |_| reply("200 OK", &lying, "<html><p>all there</p></html>\n"));
    assert_eq!((seen.new, bench.captured().len()), (1, 1));
    check("incomplete", move |_| {
        reply("200 OK", &lying, "<html><p>not all")
    });
    let chunked = [
        "Content-Type: text/html",
        "Transfer-Encoding: chunked",
        "Content-Length: 9",
    ];
    check("incomplete", move |_| {
        reply("200 OK", &chunked[..2], "zz\r\nrubbish\r\n")
    });
}

#[test]
fn refusals_are_told_by_their_cause() {
    check("blocked", |_| reply("403 Forbidden", &[], "no"));
    check("challenge", |_| {
        reply(
            "403 Forbidden",
            &["cf-mitigated: challenge"],
            "Just a moment",
        )
    });
    check("server_error", |_| {
        reply("500 Internal Server Error", &[], "")
    });
    check("type", |_| {
        reply("200 OK", &["Content-Type: video/mp4"], "x")
    });
    check("protocol", |_| {
        Reply::Bytes(b"SSH-2.0-OpenSSH\r\n".to_vec())
    });
}

#[test]
fn a_host_that_says_when_to_return_is_left_alone_until_then() {
    let bench = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" => page(feed(&["/1", "/2"])),
        _ => reply("429 Too Many Requests", &["Retry-After: 300"], ""),
    });
    bench.crawl();
    let requests = bench.site.requests();
    let pages: Vec<_> = requests
        .iter()
        .filter(|request| request.path.len() == 2)
        .collect();
    assert!(pages.len() >= 2);
    for pair in pages.windows(2) {
        let gap = pair[1].at.duration_since(pair[0].at);
        assert!(gap >= SignedDuration::from_secs(300), "{gap}");
    }

    let bench = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" => page(feed(&["/1", "/2"])),
        _ => reply("503 Service Unavailable", &["Retry-After: 7200"], ""),
    });
    bench.crawl();
    assert_eq!(
        bench.site.asked(),
        ["/feed", "/1"],
        "longer than a run waits"
    );
    bench.crawl();
    assert!(bench.site.asked().is_empty(), "the next run knows");
    bench.clock.advance(Duration::from_secs(7200));
    bench.crawl();
    assert!(
        bench.site.asked().contains(&"/2".to_owned()),
        "nothing is lost"
    );
}

#[test]
fn robots_that_cannot_be_read_close_the_host_and_missing_ones_open_it() {
    let with = |robots: fn() -> Reply| {
        let bench = Press::new(move |request| match request.path.as_str() {
            "/robots.txt" => robots(),
            "/feed" => page(feed(&["/1"])),
            _ => page("<p>x</p>"),
        });
        let seen = bench.crawl();
        (bench.captured().len(), seen.blocked.get("robots").copied())
    };
    assert_eq!(with(missing), (1, None));
    assert_eq!(with(|| reply("403 Forbidden", &[], "")), (1, None));
    assert_eq!(
        with(|| reply("301 Moved", &["Location: /robots.txt"], "")),
        (1, None)
    );
    assert_eq!(
        with(|| reply("503 Service Unavailable", &[], "")),
        (0, Some(1))
    );
    assert_eq!(
        with(|| reply("429 Too Many Requests", &[], "")),
        (0, Some(1))
    );
    assert_eq!(with(|| Reply::Drip(Vec::new())), (0, Some(1)));
    assert_eq!(
        with(|| reply("200 OK", &[], vec![b'#'; 2_000_000])),
        (1, None)
    );
}

#[test]
fn a_feed_that_is_none_is_told() {
    let bench = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => missing(),
        _ => page("<html><body>Accueil</body></html>"),
    });
    assert_eq!(bench.crawl().failed.get("unread"), Some(&1));
}

#[test]
fn a_host_that_is_down_half_of_the_time_is_read_in_the_end() {
    let pages = ["/1", "/2", "/3", "/4", "/5", "/6"];
    let count = AtomicUsize::new(0);
    let press = Press::new(move |request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" => page(feed(&pages)),
        _ if count.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) => {
            reply("503 Service Unavailable", &[], "")
        }
        path => page(path),
    });
    for _ in 0..4 {
        press.crawl();
        press.clock.advance(Duration::from_secs(24 * 3600));
    }
    assert_eq!(press.captured().len(), pages.len());
}

#[test]
fn a_sitemap_beyond_measure_is_read_once_and_within_the_budget() {
    let entries: Vec<String> = (0..60_000)
        .map(|number| format!("<url><loc>/{number}</loc></url>"))
        .collect();
    let sitemap = format!("<urlset>{}</urlset>", entries.concat());
    let mut press = Press::new(move |request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/sitemap.xml" => reply("200 OK", &["Content-Type: text/xml"], &sitemap),
        path => page(path),
    });
    press.config.crawl.body_limit = 16 << 20;
    press.config.crawl.articles_per_run = 10;
    let source = &mut press.config.sources[0];
    source.feeds.clear();
    source.sitemaps = vec!["http://www.press.example/sitemap.xml".to_owned()];
    assert_eq!(press.crawl().new, 10);
    assert_eq!(press.crawl().new, 10);
    assert_eq!(press.site.asked().len(), 21);
}
