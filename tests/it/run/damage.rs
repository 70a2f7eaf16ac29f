//! Damages what a data folder holds, piece by piece: the next run mends it, or says exactly what to do.

use std::fs::{self, OpenOptions};
use std::path::Path;

use jiff::Timestamp;
use serde_json::json;
use sihafa::config::Config;
use sihafa::crawl::clock::{Clock, WallClock};
use sihafa::crawl::discover::Period;
use sihafa::crawl::stop::Stop;
use sihafa::index::{Index, Query, Shelf};
use sihafa::rules::pack::Pack;
use sihafa::run::import::Import;
use sihafa::run::report::Report;
use sihafa::run::step::Step;
use sihafa::run::{Batch, Places};
use sihafa::store::Store;

use super::kill::{AS_IMPORTED, IMPORTED, OTHERWISE, lose_store};
use super::{DEMO, UNDISTURBED, copied, copy, dumped, state};
use crate::cli::sihafa;

fn store(folder: &Path) -> Store {
    Places::new(&folder.join("data")).open_store().unwrap()
}

/// Cuts the archive in the middle of the last capture that the store names.
fn tear(folder: &Path) {
    let last = store(folder)
        .captures_after(0)
        .last()
        .unwrap()
        .unwrap()
        .location;
    let path = folder.join("data/archive").join(&last.file);
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(last.offset + last.length / 2).unwrap();
}

#[test]
fn a_page_that_is_cut_off_the_archive_is_fetched_again() {
    let folder = copied(DEMO.path());
    tear(folder.path());
    let told = sihafa(folder.path(), &["status", "--check"]).exits(1).out;
    assert!(
        told.contains("archive: ") && told.contains("the next run mends"),
        "{told}"
    );
    // on other ports now, the press is the same
    let told = sihafa(folder.path(), &["demo"]).exits(0).err;
    assert!(
        told.contains("was cut short, and with it 1 captures"),
        "{told}"
    );
    assert_eq!(state(folder.path()), *UNDISTURBED);
}

#[test]
fn what_was_imported_and_is_cut_off_the_archive_is_imported_again() {
    let folder = copied(IMPORTED.path());
    tear(folder.path());
    let told = sihafa(folder.path(), &["import", "lines.jsonl"]).exits(0);
    assert!(told.err.contains("import again"), "{}", told.err);
    assert!(told.out.contains("taken in: 1 new"), "{}", told.out);
    assert_eq!(state(folder.path()), *AS_IMPORTED);
}

#[test]
fn an_index_of_a_store_that_was_lost_is_not_believed() {
    // the index knows what other patterns read, and its revisions are as many as those of the store to come
    let folder = copied(OTHERWISE.path());
    lose_store(folder.path());
    sihafa(folder.path(), &["reprocess"]).exits(0);
    assert_eq!(state(folder.path()), *AS_IMPORTED);
}

type Damage = fn(&Path);

const DAMAGES: [Damage; 3] = [
    |file| {
        let whole = fs::read(file).unwrap();
        fs::write(file, &whole[..whole.len() / 2]).unwrap();
    },
    |file| {
        let mut whole = fs::read(file).unwrap();
        let middle = whole.len() / 2;
        whole
            .iter_mut()
            .skip(middle)
            .take(3)
            .for_each(|byte| *byte ^= 0x10);
        fs::write(file, whole).unwrap();
    },
    |file| fs::remove_file(file).unwrap(),
];

#[test]
fn a_search_mends_an_index_that_is_damaged_in_any_file() {
    let folder = copied(IMPORTED.path());
    let places = Places::new(&folder.path().join("data"));
    let hits = |index: &Index| {
        let query = Query::parse("jumelage OR اتفاقية").unwrap();
        index.every(&query, Shelf::Articles).unwrap()
    };
    let expect = hits(&places.open_index(None, &|_| ()).unwrap());
    assert!(expect.len() > 5);
    let entries = fs::read_dir(&places.index).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.retain(|name| !name.to_string_lossy().ends_with(".lock"));
    assert!(names.len() > 6, "{names:?}");
    for (at, name) in names.iter().enumerate() {
        let whole = tempfile::tempdir().unwrap();
        copy(&places.index, whole.path());
        DAMAGES[at % DAMAGES.len()](&places.index.join(name));
        let index = places.open_index(None, &|_| ()).unwrap();
        assert_eq!(hits(&index), expect, "{}", name.display());
        drop(index);
        // the next file is damaged in the same index
        copy(whole.path(), &places.index);
    }
}

#[test]
fn the_next_run_mends_an_index_whatever_is_wrong_with_it() {
    let folder = copied(IMPORTED.path());
    let index = folder.path().join("data/index");
    for (name, damage) in ["meta.json", "sihafa-store", "sihafa-index"]
        .into_iter()
        .zip(DAMAGES)
    {
        damage(&index.join(name));
        let told = sihafa(folder.path(), &["status", "--check"]).exits(1).out;
        assert!(
            told.contains("index: ") && told.contains("hint: `sihafa run`"),
            "{name}: {told}"
        );
        sihafa(folder.path(), &["import", "lines.jsonl"]).exits(0);
        assert_eq!(state(folder.path()), *AS_IMPORTED, "{name}");
    }
}

/// A clock that stands.
pub(super) struct Stands(pub(super) Timestamp);

impl Clock for Stands {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn sleep(&self, _: std::time::Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(std::future::ready(()))
    }
}

fn import(
    folder: &Path,
    clock: &dyn Clock,
    stop: &Stop,
    watch: &(dyn Fn(Step<'_>) + Sync),
) -> Report {
    let batch = Batch {
        work: "test",
        config: &Config::default(),
        data: &folder.join("data"),
        pack: Pack::builtin().unwrap(),
        sources: &[],
        shard: None,
        period: Period::default(),
        clock,
        watch,
        stop,
    };
    let inputs = [folder.join("lines.jsonl")];
    batch
        .import(&Import {
            inputs: &inputs,
            all: false,
        })
        .unwrap()
}

#[test]
fn a_relinking_of_everything_stops_when_it_is_asked_to_and_is_done_by_the_next_run() {
    let folder = copied(IMPORTED.path());
    store(folder.path())
        .set_meta("linked with", "other tables")
        .unwrap();
    for records in [1, 9] {
        let stop = Stop::default();
        let report = import(folder.path(), &WallClock, &stop, &|step| {
            if let Step::Linked(part) = step
                && part.done == records
            {
                stop.request();
            }
        });
        assert!(report.stopped);
        let after = store(folder.path());
        assert_eq!(
            after.meta("linked with").unwrap().as_deref(),
            Some("other tables")
        );
        let whole = copied(IMPORTED.path());
        assert_eq!(dumped(&after), dumped(&store(whole.path())));
    }
    let report = import(folder.path(), &WallClock, &Stop::default(), &|_| ());
    assert!(!report.stopped && report.dossiers.total > 0);
    assert_eq!(state(folder.path()), *AS_IMPORTED);
}

#[test]
fn an_import_that_is_told_to_end_while_it_takes_in_does_so_and_is_ended_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = (0..1_200)
        .map(|number| {
            let text = format!("L'hôpital de Sig ouvre le service {number}.");
            json!({"id": format!("n{number}"), "lang": "fr", "text": text}).to_string() + "\n"
        })
        .collect();
    fs::write(folder.path().join("lines.jsonl"), lines).unwrap();
    let stop = Stop::default();
    let report = import(folder.path(), &WallClock, &stop, &|step| {
        if matches!(step, Step::Imported(_)) {
            stop.request();
        }
    });
    let taken = report.import.unwrap();
    assert!(
        report.stopped && taken.new > 0 && taken.new < 1_200,
        "{taken}"
    );
    let before = taken.new;
    let report = import(folder.path(), &WallClock, &Stop::default(), &|_| ());
    let taken = report.import.unwrap();
    assert_eq!(
        (taken.known, taken.new),
        (before, 1_200 - before),
        "{taken}"
    );
    assert_eq!(report.facts["fr"].articles, 1_200);
}

#[test]
fn a_clock_that_is_set_back_loses_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let lines = fs::read_to_string(IMPORTED.path().join("lines.jsonl")).unwrap();
    let input = folder.path().join("lines.jsonl");
    let older = lines.replace("jumelage", "partenariat");
    assert_ne!(lines, older);
    // twice back: the texts change to and fro while time runs backwards
    for (text, now) in [
        (&lines, "2031-05-01T06:00:00Z"),
        (&older, "2026-05-01T06:00:00Z"),
        (&lines, "2025-05-01T06:00:00Z"),
    ] {
        fs::write(&input, text).unwrap();
        let clock = Stands(now.parse().unwrap());
        let report = import(folder.path(), &clock, &Stop::default(), &|_| ());
        let taken = report.import.unwrap();
        assert!(
            taken.new + taken.changed > 0 && taken.older == 0,
            "{now}: {taken}"
        );
    }
    assert_eq!(state(folder.path()), *AS_IMPORTED);
    let runs = store(folder.path()).runs(9).unwrap();
    let started: Vec<String> = runs.iter().map(|run| run.started.to_string()).collect();
    assert_eq!(started.len(), 3);
    assert!(
        started[0].starts_with("2025") && runs[0].outcome.as_deref() == Some("done"),
        "{runs:?}"
    );
}
