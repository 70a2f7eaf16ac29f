//! A store that is made again from the archive, and a clock that is set back: what was there is no news, and what
//! is new is told.

use std::fs;
use std::path::Path;

use serde_json::Value;
use sihafa::config::Config;
use sihafa::crawl::clock::{Clock, WallClock};
use sihafa::crawl::discover::Period;
use sihafa::crawl::stop::Stop;
use sihafa::error::Result;
use sihafa::rules::pack::Pack;
use sihafa::run::Batch;
use sihafa::run::import::Import;
use sihafa::run::report::Report;
use sihafa::run::reprocess::Mode;
use sihafa::run::step::Step;

use super::super::damage::Stands;
use super::super::kill::lose_store;
use super::receiver::receiver;
use super::{ALL, ARABIC, ORAN, RENEWED, article, batch, configure, feed, last_report, of_entries};
use crate::cli::sihafa;

/// More than are read at once, so that a reading can end among them.
const OLD: usize = 600;

const BOTH: &str = "[[alert]]\nid = \"jumelages\"\nquery = \"jumelage\"\n\n\
    [[alert]]\nid = \"accords\"\ndossiers = true\n";

/// A folder with many old articles that no alert told.
fn old() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), "");
    let articles: Vec<String> = (0..OLD)
        .map(|number| {
            let words: Vec<String> = (0..30)
                .map(|word| format!("mot{}", number * 30 + word))
                .collect();
            let text = format!("{ORAN} L'hôpital ajoute : {}.", words.join(" "));
            article(&format!("n{number:03}"), "2024-03-05", &text)
        })
        .collect();
    batch(folder.path(), &articles);
    configure(folder.path(), BOTH);
    folder
}

/// Works on a folder by a clock, until a step after which a stop is asked for.
fn work(
    folder: &Path,
    clock: &dyn Clock,
    last: fn(Step<'_>) -> bool,
    work: impl FnOnce(&Batch<'_>) -> Result<Report>,
) -> Report {
    let (config, stop) = (
        Config::load(&folder.join("sihafa.toml")).unwrap(),
        Stop::default(),
    );
    let batch = Batch {
        work: "test",
        config: &config,
        data: &folder.join("data"),
        pack: Pack::builtin().unwrap(),
        sources: &[],
        shard: None,
        period: Period::default(),
        clock,
        watch: &|step| {
            if last(step) {
                stop.request();
            }
        },
        stop: &stop,
    };
    work(&batch).unwrap()
}

/// Reads the archive again, and ends in the middle.
fn reprocess_in_part(folder: &Path) {
    let first = |step: Step<'_>| matches!(step, Step::Read(_));
    let report = work(folder, &WallClock, first, |batch| {
        batch.reprocess(Mode::Write, &mut |_| Ok(()))
    });
    let read = report.reprocess.unwrap();
    assert!(read.read < read.taken_up && report.stopped, "{read}");
}

fn new(report: &Value) -> [u64; 2] {
    ["jumelages", "accords"].map(|alert| report["alerts"][alert]["new"].as_u64().unwrap())
}

#[test]
fn a_reading_of_the_archive_that_is_cut_off_makes_no_news_of_it() {
    let folder = old();
    let folder = folder.path();
    lose_store(folder);
    reprocess_in_part(folder);
    let report = batch(folder, &[article("fresh", "2025-01-10", RENEWED)]);
    assert_eq!(new(&report)[0], 1, "{report}");
    assert_eq!(
        of_entries(&feed(folder, "jumelages"), "title"),
        ["<Titre> & \"fresh\""]
    );
    assert_eq!(report["facts"]["fr"]["articles"], OLD + 1, "{report}");
}

#[test]
fn a_batch_on_a_store_that_was_lost_makes_it_again_and_tells_what_is_new_and_nothing_else() {
    let folder = old();
    let folder = folder.path();
    lose_store(folder);
    // the alerts begin with the new store, which takes up what the archive holds before anything is added to it
    let other = "Le CHU de Sétif et l'hôpital de Djanet ont signé une convention de jumelage le 9 mai 2024.";
    let report = batch(folder, &[article("first", "2024-05-10", other)]);
    assert_eq!(new(&report), [1, 1], "{report}");
    assert_eq!(report["facts"]["fr"]["articles"], OLD + 1, "{report}");
    sihafa(folder, &["reprocess"]).exits(0);
    assert_eq!(new(&last_report(folder)), [0, 0]);
    let report = batch(folder, &[article("fresh", "2025-01-10", RENEWED)]);
    assert_eq!(new(&report)[0], 1, "{report}");
    let titles = of_entries(&feed(folder, "jumelages"), "title");
    assert_eq!(titles, ["<Titre> & \"fresh\"", "<Titre> & \"first\""]);
}

#[test]
fn what_a_batch_left_untold_is_told_before_the_archive_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder, ALL);
    // a file where the feeds belong ends a batch before it tells
    fs::create_dir(folder.join("data")).unwrap();
    fs::write(folder.join("data/alerts"), "").unwrap();
    fs::write(folder.join("in.jsonl"), article("one", "2024-03-05", ORAN)).unwrap();
    sihafa(folder, &["import", "in.jsonl"]).exits(2);
    fs::remove_file(folder.join("data/alerts")).unwrap();
    // what another machine fetched is put beside the archive
    let other = tempfile::tempdir().unwrap();
    configure(other.path(), "");
    batch(other.path(), &[article("two", "2024-03-06", RENEWED)]);
    for file in fs::read_dir(other.path().join("data/archive")).unwrap() {
        let path = file.unwrap().path();
        let name = "sihafa-20200101000000-00007.warc.gz";
        fs::copy(&path, folder.join("data/archive").join(name)).unwrap();
    }
    sihafa(folder, &["reprocess"]).exits(0);
    assert_eq!(last_report(folder)["reprocess"]["taken_up"], 1);
    let titles = of_entries(&feed(folder, "jumelages"), "title");
    assert_eq!(titles, ["<Titre> & \"one\""]);
}

#[test]
fn a_clock_that_is_set_back_delays_no_telling() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (port, asked) = receiver(&["500 Oh", "500 Oh", "200 OK", "200 OK"]);
    configure(
        folder,
        &format!("{ALL}webhook = \"http://127.0.0.1:{port}/\"\n"),
    );
    let one = article("one", "2024-03-05", ORAN);
    let two = article("two", "2024-03-06", ARABIC);
    let mut told = Vec::new();
    for (articles, now) in [
        (&one, "2031-05-01T06:00:00Z"),
        // the second failure makes it wait, by the clock that is ahead
        (&one, "2031-05-01T06:01:00Z"),
        (&two, "2025-05-01T06:00:00Z"),
    ] {
        fs::write(folder.join("in.jsonl"), articles).unwrap();
        let inputs = [folder.join("in.jsonl")];
        let report = work(
            folder,
            &Stands(now.parse().unwrap()),
            |_| false,
            |batch| {
                batch.import(&Import {
                    inputs: &inputs,
                    all: false,
                })
            },
        );
        let alert = &report.alerts["jumelages"];
        told.push((alert.new, alert.delivered, alert.waiting));
    }
    assert_eq!(told, [(1, 0, 1), (0, 0, 1), (1, 2, 0)]);
    let hits: Vec<String> = asked
        .iter()
        .take(4)
        .map(|came| came.hits().join(" "))
        .collect();
    assert_eq!(hits, ["one", "one", "one", "two"]);
}
