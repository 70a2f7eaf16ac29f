//! A press whose robots.txt, feeds, sitemaps and validators are wrong: what can be read is read, once.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use sihafa::crawl::discover::Period;

use super::site::{Press, Reply, Request, feed, missing, page, reply};

const DAY: Duration = Duration::from_secs(24 * 3600);

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
    let entries: Vec<String> = (0..200_000)
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

#[test]
fn sitemaps_that_lead_to_each_other_end() {
    let index = |names: &[&str]| {
        let entry = |name: &&str| format!("<sitemap><loc>{name}</loc></sitemap>");
        let entries = names.iter().map(entry).collect::<Vec<_>>().concat();
        reply(
            "200 OK",
            &["Content-Type: text/xml"],
            format!("<sitemapindex>{entries}</sitemapindex>"),
        )
    };
    let mut press = Press::new(move |request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/sitemap.xml" => index(&["/sitemap.xml", "/a.xml", "/b.xml"]),
        // Each names another that nobody has seen.
        path if path.contains(".xml") => index(&["/sitemap.xml", &path.replace(".xml", "a.xml")]),
        _ => missing(),
    });
    let source = &mut press.config.sources[0];
    source.feeds.clear();
    source.sitemaps = vec!["http://www.press.example/sitemap.xml".to_owned()];
    press.crawl();
    let mut asked = press.site.asked();
    asked.sort();
    assert_eq!(asked, ["/a.xml", "/b.xml", "/sitemap.xml"]);
}

#[test]
fn a_calendar_without_end_does_not_hold_a_run() {
    let mut press = Press::new(|request| {
        let month = request.path.strip_prefix("/agenda?month=");
        match (
            request.path.as_str(),
            month.map(|month| month.parse::<u32>().unwrap()),
        ) {
            ("/robots.txt", _) => missing(),
            ("/agenda", _) => {
                page("<a rel=next href='/agenda?month=1'>n</a><a href='/event/90000'>e</a>")
            }
            // Every month has something new to tell, for ever.
            (_, Some(month)) => page(format!(
                "<a rel=next href='/agenda?month={}'>n</a><a href='/event/{}'>e</a>",
                month + 1,
                90_000 + month
            )),
            _ => page("event"),
        }
    });
    let source = &mut press.config.sources[0];
    source.feeds.clear();
    source.sections = vec!["http://www.press.example/agenda".to_owned()];
    press.config.crawl.articles_per_run = 20;
    let since = Timestamp::from_second(1_700_000_000).ok();
    let run = |press: &Press| {
        press.try_crawl(Period { since, until: None }).unwrap();
        let asked = press.site.asked();
        let months = asked.iter().filter(|path| path.starts_with("/agenda?"));
        (
            months.count(),
            asked
                .iter()
                .filter(|path| path.starts_with("/event"))
                .count(),
        )
    };
    let (months, events) = run(&press);
    assert!(
        (15..=21).contains(&months) && events == 20,
        "{months} months, {events} events"
    );
    press.clock.advance(DAY * 2);
    let (months, events) = run(&press);
    assert!(
        (1..=22).contains(&months) && events == 20,
        "{months} months, {events} events"
    );
}

/// Feeds as they should not be, each of which names the article `/<number>`.
fn broken_feeds() -> Vec<(&'static str, Vec<u8>)> {
    let item =
        |number: usize| format!("<item><title>Santé {number}</title><link>/{number}</link></item>");
    let whole = |number| {
        format!(
            "<rss version=\"2.0\"><channel>{}</channel></rss>",
            item(number)
        )
    };
    let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| {
        text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    let arabic = "<?xml version='1.0' encoding='UTF-8'?><rss><channel><item><title>صحة</title><link>/3</link></item></channel></rss>";
    vec![
        (
            "UTF-16 with its mark",
            wide(&format!("\u{feff}{}", whole(0)), u16::to_le_bytes),
        ),
        ("UTF-16 without", wide(&whole(1), u16::to_be_bytes)),
        (
            "no version",
            whole(2).replace(" version=\"2.0\"", "").into_bytes(),
        ),
        (
            "windows-1256 that says UTF-8",
            encoding_rs::WINDOWS_1256.encode(arabic).0.into_owned(),
        ),
        (
            "undeclared entities",
            whole(4)
                .replace("Santé", "Sant&eacute;&nbsp;&mdash; S&T")
                .into_bytes(),
        ),
        (
            "junk before it",
            format!("\n<br />\nWarning: foo in /var/www\n{}", whole(5)).into_bytes(),
        ),
        (
            "cut off",
            whole(6)
                .split("</link>")
                .next()
                .unwrap()
                .as_bytes()
                .to_vec(),
        ),
        (
            "tags that do not match",
            whole(7).replace("</title>", "</titel>").into_bytes(),
        ),
        (
            "control characters",
            whole(8)
                .replace("Santé", "\u{b}Sant\u{0}é\u{1f}")
                .into_bytes(),
        ),
        (
            "CDATA that never ends",
            whole(9)
                .replace("Santé 9</title>", "Santé</title>")
                .replace("</channel>", "<description><![CDATA[<b>")
                .into_bytes(),
        ),
        ("served as a page", whole(10).into_bytes()),
    ]
}

#[test]
fn feeds_broken_in_ten_ways_name_their_articles() {
    for (number, (fault, bytes)) in broken_feeds().into_iter().enumerate() {
        let press = Press::new(move |request: &Request| -> Reply {
            match request.path.as_str() {
                "/robots.txt" => missing(),
                "/feed" => reply(
                    "200 OK",
                    &["Content-Type: text/html; charset=iso-8859-1"],
                    &bytes,
                ),
                path => page(path),
            }
        });
        let seen = press.crawl();
        let expect = [format!("http://www.press.example/{number}")];
        assert_eq!(press.captured(), expect, "{fault}: {seen:?}");
    }
}

/// What is asked and counted on three visits, each two days after the last, of a feed answered so.
fn visits(answer: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> [(u64, u64); 3] {
    let count = AtomicUsize::new(0);
    let press = Press::new(move |request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" => answer(request, count.fetch_add(1, Ordering::SeqCst)),
        path => page(path),
    });
    [(); 3].map(|()| {
        let seen = press.crawl();
        press.clock.advance(DAY / 8);
        (seen.new, seen.unchanged)
    })
}

#[test]
fn validators_are_believed_as_far_as_they_go() {
    // Right: told by the day of the last change, as it was written.
    let modified = "Last-Modified: Mon, 06 Oct 2025 10:00:00 GMT";
    let right = visits(
        move |request, _| match request.headers.get("if-modified-since") {
            Some(since) if modified.ends_with(since.as_str()) => reply("304 Not Modified", &[], ""),
            _ => reply(
                "200 OK",
                &["Content-Type: text/xml", modified],
                feed(&["/1"]),
            ),
        },
    );
    assert_eq!(right, [(1, 0), (0, 1), (0, 1)]);
    // Wrong: a new mark each time for the same body.
    let restless = visits(|_, visit| {
        let etag = format!("ETag: \"{visit}\"");
        reply("200 OK", &["Content-Type: text/xml", &etag], feed(&["/1"]))
    });
    assert_eq!(restless, [(1, 0), (0, 1), (0, 1)]);
    // Wrong: the same mark for another body.
    let stale = visits(|_, visit| {
        let path = format!("/{visit}");
        reply(
            "200 OK",
            &["Content-Type: text/xml", "ETag: \"same\""],
            feed(&[&path]),
        )
    });
    assert_eq!(stale, [(1, 0), (1, 0), (1, 0)]);
    // Wrong: no mark at all that HTTP knows.
    let odd = visits(|_, _| {
        reply(
            "200 OK",
            &["Content-Type: text/xml", "ETag: \"", "Last-Modified: hier"],
            feed(&["/1"]),
        )
    });
    assert_eq!(odd, [(1, 0), (0, 1), (0, 1)]);
}

#[test]
fn a_server_that_says_for_ever_that_nothing_changed_is_asked_for_the_whole() {
    let press = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" if request.headers.contains_key("if-none-match") => {
            reply("304 Not Modified", &[], "")
        }
        "/feed" => reply(
            "200 OK",
            &["Content-Type: text/xml", "ETag: \"1\""],
            feed(&["/1"]),
        ),
        path => page(path),
    });
    let mut whole = 0;
    for _ in 0..40 {
        press.crawl();
        press.clock.advance(DAY);
        let requests = press.site.requests();
        let mut feeds = requests.iter().filter(|request| request.path == "/feed");
        whole += feeds
            .by_ref()
            .filter(|request| !request.headers.contains_key("if-none-match"))
            .count();
    }
    assert!((2..=30).contains(&whole), "{whole}");
}

#[test]
fn who_was_not_asked_whether_something_changed_cannot_say_no() {
    let press = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" => page(feed(&["/1", "/2"])),
        "/1" => reply("304 Not Modified", &[], ""),
        path => page(path),
    });
    let seen = press.crawl();
    assert_eq!(
        (seen.unchanged, seen.failed.get("status")),
        (0, Some(&1)),
        "{seen:?}"
    );
    assert_eq!(press.captured(), ["http://www.press.example/2"]);
}

#[test]
fn a_host_that_tears_half_of_its_connections_is_read_in_the_end() {
    let pages = ["/1", "/2", "/3", "/4", "/5", "/6"];
    let count = AtomicUsize::new(0);
    let press = Press::new(move |request| {
        // Half of the numbers, in no order that a crawl could fall in step with.
        let mut coin = DefaultHasher::new();
        ("coin", count.fetch_add(1, Ordering::SeqCst)).hash(&mut coin);
        if coin.finish().is_multiple_of(2) {
            return Reply::Reset(Vec::new());
        }
        match request.path.as_str() {
            "/robots.txt" => missing(),
            "/feed" => page(feed(&pages)),
            path => page(path),
        }
    });
    for _ in 0..40 {
        press.crawl();
        press.clock.advance(DAY);
    }
    let progress = press.store.progress().unwrap();
    assert_eq!(press.captured().len(), pages.len(), "{progress:?}");
}
