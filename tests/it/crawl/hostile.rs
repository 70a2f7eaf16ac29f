//! A press that does everything wrong: each answer costs one link, and no more than its limit.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
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
    // By what a name resolves to, whatever it is called.
    check("private_address", |_| moved("http://localhost:9/"));
    // At the end of a chain over hosts that may be asked.
    check("private_address", |request| match request.path.as_str() {
        "/x" => moved("http://other.example/y"),
        "/y" => moved("/z"),
        _ => moved("http://[::ffff:10.0.0.1]/latest/meta-data"),
    });
    // In a feed, without any redirect; a robots.txt may lead there too.
    let bench = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => moved("http://192.168.1.1/robots.txt"),
        _ => page(feed(&["http://10.0.0.1/a"])),
    });
    assert_eq!(bench.crawl().failed.get("private_address"), Some(&1));
    assert!(bench.captured().is_empty());
}

/// 64 MiB of zeros, packed.
const BOMB: usize = 64 << 20;

/// The same in brotli, made with its reference encoder: the decoder that is used here comes without one.
const BROTLI: &[u8] = &[
    0xcb, 0xff, 0xff, 0x3f, 0xf8, 0x27, 0x00, 0xe2, 0xb1, 0x40, 0x20, 0xf7, 0xfe, 0x8f, 0xff, 0xff,
    0x7f, 0xf0, 0x4f, 0x00, 0xc4, 0x61, 0x11, 0x80, 0xee, 0xfd, 0x1f, 0xff, 0xff, 0xff, 0xe0, 0x9f,
    0x00, 0x88, 0xc3, 0x02, 0x00, 0xdd, 0xfb, 0x3f, 0xfe, 0xff, 0xff, 0xc1, 0x3f, 0x01, 0x10, 0x87,
    0x05, 0x00, 0xba, 0xf7, 0x7f, 0xfc, 0xff, 0xff, 0x83, 0x7f, 0x02, 0x20, 0x0e, 0x0b, 0x00, 0x74,
    0xef, 0xff, 0xf8, 0xff, 0xff, 0x07, 0xff, 0x04, 0x40, 0x1c, 0x16, 0x00, 0xe8, 0xde, 0xff, 0xf1,
    0xff, 0xff, 0x0f, 0xfe, 0x09, 0x80, 0x38, 0x2c, 0x00, 0xd0, 0xbd, 0xff, 0xe3, 0xff, 0xff, 0x1f,
    0xfc, 0x13, 0x00, 0x71, 0x58, 0x00, 0xa0, 0x7b, 0xff, 0x37,
];

fn check_bomb(encoding: &str, bomb: Vec<u8>) {
    assert!(bomb.len() < 128 * 1024, "{encoding}: {}", bomb.len());
    let header = format!("Content-Encoding: {encoding}");
    let (bench, seen) = visit(move |_| {
        let headers = ["Content-Type: text/html", &header];
        reply("200 OK", &headers, &bomb)
    });
    assert_eq!(
        seen.failed.get("too_large"),
        Some(&1),
        "{encoding}: {seen:?}"
    );
    assert!(seen.bytes <= 1_100_000, "{encoding}: {} bytes", seen.bytes);
    assert!(bench.captured().is_empty(), "{encoding}");
}

#[test]
fn a_bomb_of_any_packing_stops_at_the_limit() {
    let zeros = vec![0_u8; BOMB];
    let best = Compression::best();
    let mut gzip = GzEncoder::new(Vec::new(), best);
    let mut zlib = ZlibEncoder::new(Vec::new(), best);
    let mut deflate = DeflateEncoder::new(Vec::new(), best);
    for packer in [&mut gzip as &mut dyn Write, &mut zlib, &mut deflate] {
        packer.write_all(&zeros).unwrap();
    }
    let gzip = gzip.finish().unwrap();
    let mut twice = GzEncoder::new(Vec::new(), best);
    twice.write_all(&gzip).unwrap();
    check_bomb("gzip, gzip", twice.finish().unwrap());
    check_bomb("gzip", gzip);
    check_bomb("deflate", zlib.finish().unwrap());
    check_bomb("deflate", deflate.finish().unwrap());
    check_bomb("zstd", zstd::encode_all(&zeros[..], 19).unwrap());
    check_bomb("br", BROTLI.to_vec());
}

#[test]
fn a_body_without_end_stops_at_the_limit() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
    let (_, seen) = visit(|_| Reply::Endless(head.to_vec()));
    assert_eq!(seen.failed.get("too_large"), Some(&1), "{seen:?}");
    assert!(seen.bytes <= 1_100_000, "{}", seen.bytes);
}

#[test]
fn a_packed_page_is_read_however_it_is_packed() {
    let page = "<p>اتفاقية توأمة</p>".repeat(50);
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::fast());
    deflate.write_all(page.as_bytes()).unwrap();
    let zstd = zstd::encode_all(page.as_bytes(), 3).unwrap();
    for (encoding, body) in [
        ("deflate", deflate.finish().unwrap()),
        ("zstd", zstd),
        // It says so and is not.
        ("gzip", page.clone().into_bytes()),
        ("identity", page.clone().into_bytes()),
        ("what-is-this", page.clone().into_bytes()),
    ] {
        let header = format!("Content-Encoding: {encoding}");
        let (bench, _) =
            visit(move |_| reply("200 OK", &["Content-Type: text/html", &header], &body));
        let bodies = bench.bodies();
        assert_eq!(bodies, [page.as_bytes()], "{encoding}");
    }
}

#[test]
fn a_server_that_stalls_frees_its_slot() {
    let start = Instant::now();
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<p>";
    check("timeout", |_| Reply::Drip(head.to_vec()));
    check("timeout", |_| Reply::Drip(Vec::new()));
    // A letter comes now and then, and never the last.
    check("deadline", |_| Reply::Trickle(head.to_vec()));
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
    check("incomplete", move |_| {
        reply(
            "200 OK",
            &chunked[..2],
            "5\r\n<p>ab\r\nffffffffffffffffff\r\nx",
        )
    });
}

#[test]
fn a_connection_that_is_torn_down_is_told_and_costs_one_link() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<html>";
    check("incomplete", |_| Reply::Reset(head.to_vec()));
    let (bench, seen) = visit(|_| Reply::Reset(Vec::new()));
    let told: Vec<_> = seen.failed.keys().collect();
    assert!(told == ["protocol"] || told == ["connect"], "{seen:?}");
    assert!(bench.captured().is_empty());
}

#[test]
fn lengths_that_are_none_are_told_and_a_short_one_ends_the_page() {
    for length in ["-1", "abc", "99999999999999999999999"] {
        let header = format!("Content-Length: {length}");
        let (bench, seen) =
            visit(move |_| reply("200 OK", &["Content-Type: text/html", &header], "<p>x</p>"));
        let failed: u64 = seen.failed.values().sum();
        assert_eq!(
            (failed, bench.captured().len()),
            (1, 0),
            "{length}: {seen:?}"
        );
    }
    let short = ["Content-Type: text/html", "Content-Length: 8"];
    let (bench, _) = visit(move |_| reply("200 OK", &short, "<p>x</p>HTTP/1.1 500 Trap\r\n\r\n"));
    assert_eq!(bench.bodies(), [b"<p>x</p>"]);
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
    fn seconds(_: &Request) -> String {
        "Retry-After: 300".to_owned()
    }
    fn date(request: &Request) -> String {
        let until = request.at + SignedDuration::from_secs(300);
        format!("Retry-After: {}", httpdate::fmt_http_date(until.into()))
    }
    for form in [seconds, date] {
        let bench = Press::new(move |request| match request.path.as_str() {
            "/robots.txt" => missing(),
            "/feed" => page(feed(&["/1", "/2"])),
            _ => reply("429 Too Many Requests", &[&form(request)], ""),
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
            // A date has no milliseconds.
            assert!(gap >= SignedDuration::from_secs(299), "{gap}");
        }
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
