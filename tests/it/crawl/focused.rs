//! A general paper: what speaks of health is fetched first, of the rest a sample, and nothing is decided for ever.

use std::time::Duration;

use sihafa::crawl::focus::{Hints, Promise};

use super::site::{Press, feed, missing, page, reply};

/// Judges as a reader of headlines would.
fn judge(hints: &Hints<'_>) -> Promise {
    let told = |word: &str| {
        hints.url.path().contains(word)
            || hints.title.is_some_and(|title| title.contains(word))
            || hints.places.iter().any(|place| place.contains(word))
    };
    if told("sante") {
        Promise::Wanted
    } else if told("sport") {
        Promise::Other
    } else {
        Promise::Possible
    }
}

fn general() -> Press {
    let mut press = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" => {
            let mut paths: Vec<String> =
                (0..200).map(|n| format!("/sport/{}", 10_000 + n)).collect();
            paths.extend((0..5).map(|n| format!("/divers/{}", 20_000 + n)));
            paths.extend((0..5).map(|n| format!("/sante/{}", 30_000 + n)));
            page(feed(&paths.iter().map(String::as_str).collect::<Vec<_>>()))
        }
        "/sante/" => page("<a href='/40001'>x</a>"),
        path => page(path),
    });
    press.judge = judge;
    press.config.crawl.sample = 0.1;
    press.config.sources[0].sections = vec!["http://www.press.example/sante/".to_owned()];
    press
}

#[test]
fn health_comes_first_and_a_sample_of_the_rest_last() {
    let press = general();
    let seen = press.crawl();
    let asked = press.site.asked();
    let subject: Vec<char> = asked[2..]
        .iter()
        .map(|path| match path.as_str() {
            path if path.contains("sante") || path.contains("4000") => 'h',
            path if path.contains("divers") => 'd',
            _ => 's',
        })
        .collect();
    assert_eq!(
        asked[0], "/sante/",
        "the section on health before the feed of all"
    );
    assert!(
        subject.is_sorted_by_key(|subject| "hds".find(*subject)),
        "{subject:?}"
    );
    let count = |wanted| subject.iter().filter(|subject| **subject == wanted).count();
    assert_eq!((count('h'), count('d')), (6, 5));
    let sampled = count('s');
    assert!((8..=35).contains(&sampled), "{sampled}");
    assert_eq!(seen.passed as usize, 200 - sampled);
    let progress = &press.store.progress().unwrap()["press"];
    assert_eq!(progress.causes["other_subject"], seen.passed);
}

#[test]
fn everything_is_fetched_where_the_sample_is_the_whole_and_nothing_where_it_is_none() {
    for (sample, expect) in [(1.0, 200), (0.0, 0)] {
        let mut press = general();
        press.config.crawl.sample = sample;
        press.crawl();
        let asked = press.site.asked();
        let sport = asked.iter().filter(|path| path.contains("sport")).count();
        assert_eq!(sport, expect);
    }
}

#[test]
fn a_page_that_was_let_go_is_fetched_once_another_list_wants_it() {
    let mut press = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" if !request.headers.contains_key("if-none-match") => reply(
            "200 OK",
            &["Content-Type: text/xml", "ETag: \"1\""],
            feed(&["/sport/10001"]),
        ),
        "/feed" => page("<rss><item><title>sante</title><link>/sport/10001</link></item></rss>"),
        path => page(path),
    });
    press.judge = judge;
    press.config.crawl.sample = 0.0;
    assert_eq!(press.crawl().passed, 1);
    assert_eq!(press.site.asked(), ["/feed"]);
    press.clock.advance(Duration::from_secs(12 * 3600));
    let seen = press.crawl();
    assert_eq!((seen.new, seen.passed), (1, 0), "{seen:?}");
    assert_eq!(press.site.asked(), ["/feed", "/sport/10001"]);
}
