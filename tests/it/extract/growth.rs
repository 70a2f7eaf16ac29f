//! Holds the whole extraction to linear time: four times a hostile text takes some four times as long.
//!
//! Time is that of the thread on its core, which other programs do not lengthen, and the least of several.

use std::time::{Duration, Instant};

use sihafa::extract::Extractor;
use sihafa::record::Article;
use sihafa::rules::pack::Pack;

/// Bytes of the smaller text: enough for a square to show over what is linear.
const SMALL: usize = 40_000;

/// The clock of a thread goes in ticks of some milliseconds: what takes less than a few of them is nothing.
const GRAIN: Duration = Duration::from_millis(20);

/// What four times the text may take: a square would take sixteen.
const MOST: f64 = 8.0;

/// Units that a hostile text repeats, without a sentence's end unless they hold one.
const UNITS: [(&str, &str); 22] = [
    ("fr", "« "),
    ("fr", ")»\" "),
    ("fr", "et "),
    ("fr", "de la "),
    ("fr", "12, 15 et "),
    ("fr", "100 "),
    ("fr", "les 2 et 3, 4 "),
    ("fr", "entre le 2 et le 3 mars "),
    ("fr", "CHU D'ORAN "),
    ("fr", "le CHU Mustapha d'Alger et "),
    ("fr", "celui de Blida, "),
    (
        "fr",
        "une convention de jumelage entre l'EPH de Jijel et le CHU de Sétif, ",
    ),
    (
        "fr",
        "L'hôpital a signé un accord avec les deux établissements.\n\n",
    ),
    (
        "fr",
        "43 interventions chirurgicales ont été réalisées, dont 12 opérations ",
    ),
    ("fr", "Lire aussi\n\n"),
    ("fr", "aaaaaaaa"),
    ("ar", "و"),
    ("ar", "و "),
    ("ar", "والمستشفى الجامعي "),
    ("ar", "اتفاقية توأمة بين مستشفى وهران ومستشفى تيميمون "),
    ("ar", "أجرى الفريق 12 عملية جراحية و15 فحصا، "),
    ("ar", "يومي 2 و3 و4 "),
];

/// Names that are all different, so that none is found among those before.
fn strangers(count: usize) -> String {
    let sentences =
        (0..count).map(|n| format!("La clinique Xa{n} signe une convention avec l'hôpital Zo{n}."));
    sentences.collect::<Vec<_>>().join(" ")
}

#[test]
fn hostile_texts_take_time_in_proportion() {
    let extractor = Extractor::new(Pack::builtin().unwrap()).unwrap();
    for (lang, unit) in UNITS {
        let text = |times: usize| unit.repeat(times * SMALL / unit.len());
        check(&extractor, lang, &unit.escape_debug().to_string(), text);
    }
    let text = |times: usize| strangers(times * SMALL / 60);
    check(&extractor, "fr", "names that are all different", text);
}

fn check(extractor: &Extractor, lang: &str, name: &str, text: impl Fn(usize) -> String) {
    let time = |times: usize| {
        let article = Article {
            lang: lang.to_owned(),
            title: Some("Un titre".to_owned()),
            published: Some("2024-03-14".to_owned()),
            text: text(times),
            ..Article::default()
        };
        least(2, || {
            assert!(extractor.record(article.clone()).health <= 1.0);
        })
    };
    let (small, large) = (time(1), time(4));
    let ratio = large.as_secs_f64() / small.max(GRAIN).as_secs_f64();
    assert!(
        ratio < MOST,
        "`{name}`: {small:?}, then {large:?} for four times as much"
    );
}

fn least(rounds: usize, mut work: impl FnMut()) -> Duration {
    let times = (0..rounds).map(|_| {
        let (begin, clock) = (on_core(), Instant::now());
        work();
        match (begin, on_core()) {
            (Some(begin), Some(end)) => end.saturating_sub(begin),
            _ => clock.elapsed(),
        }
    });
    times.min().unwrap_or_default()
}

/// The time that this thread has been on a core, where the system tells it.
fn on_core() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
