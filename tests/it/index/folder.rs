//! Updates, deletes, reopens and damages an index.

use std::sync::Arc;

use sihafa::error::Error;
use sihafa::index::{Index, Shelf};

use super::{VOCABULARY, indexed, press, record, search};

#[test]
fn articles_are_replaced_and_deleted_by_id() {
    let home = tempfile::tempdir().unwrap();
    let index = indexed(home.path(), press::records());
    assert_eq!(search(&index, "gafsa").total, 1);
    let mut writer = index.writer().unwrap();
    writer
        .add(&record(
            "fr-dialyse",
            "fr",
            "Un centre à Kasserine",
            "Le centre de Kasserine ouvre.",
        ))
        .unwrap();
    writer.delete(Shelf::Articles, "fr-budget");
    index.reload().unwrap();
    assert_eq!(search(&index, "gafsa").total, 1);
    writer.commit(0).unwrap();
    index.reload().unwrap();
    assert_eq!(search(&index, "gafsa").total, 0);
    assert_eq!(search(&index, "kasserine").hits[0].id, "fr-dialyse");
    assert_eq!(search(&index, "").total, 18);
}

#[test]
fn an_index_outlives_the_program() {
    let home = tempfile::tempdir().unwrap();
    drop(indexed(home.path(), press::records()));
    let index = Index::open(home.path(), Arc::clone(&VOCABULARY)).unwrap();
    assert_eq!(search(&index, "").total, 19);
    index.verify().unwrap();
    // Writing goes on where it ended.
    let mut writer = index.writer().unwrap();
    writer
        .add(&record("new", "fr", "Nouveau", "Un texte nouveau."))
        .unwrap();
    writer.commit(0).unwrap();
    index.reload().unwrap();
    assert_eq!(search(&index, "").total, 20);
}

#[test]
fn merged_segments_answer_as_those_they_are_made_of() {
    let home = tempfile::tempdir().unwrap();
    let index = Index::create(home.path(), Arc::clone(&VOCABULARY)).unwrap();
    let mut writer = index.writer().unwrap();
    for day in 0..12 {
        let text = format!("Le service de cardiologie a reçu son scanner numéro {day}.");
        writer
            .add(&record(
                &format!("day-{day}"),
                "fr",
                &format!("Jour {day}"),
                &text,
            ))
            .unwrap();
        writer.commit(day).unwrap();
    }
    writer.delete(Shelf::Articles, "day-3");
    writer.commit(12).unwrap();
    writer.close().unwrap();
    let files = std::fs::read_dir(home.path()).unwrap();
    let cards = files.filter(|file| {
        let path = file.as_ref().unwrap().path();
        path.extension()
            .is_some_and(|extension| extension == "card")
    });
    assert!(cards.count() < 12, "nothing was merged");
    index.reload().unwrap();
    index.verify().unwrap();
    assert_eq!(search(&index, "cardiologie").total, 11);
    assert_eq!(search(&index, "\"scanner numéro 3\"").total, 0);
    let found = search(&index, "\"scanner numéro 7\"");
    assert_eq!(found.total, 1);
    assert_eq!(found.hits[0].title.as_deref(), Some("Jour 7"));
    assert_eq!(
        found.hits[0].url.as_deref(),
        Some("https://paper.example/day-7")
    );
    assert!(!found.hits[0].highlights.is_empty());
}

#[test]
fn one_writes_at_a_time() {
    let home = tempfile::tempdir().unwrap();
    let index = indexed(home.path(), press::records());
    let _first = index.writer().unwrap();
    let Err(error) = index.writer() else {
        panic!("two writers");
    };
    assert!(
        error.to_string().contains("another process is writing"),
        "{error}"
    );
}

#[track_caller]
fn refused(home: &std::path::Path, says: &str) {
    let Err(error) = Index::open(home, Arc::clone(&VOCABULARY)) else {
        panic!("opened, though {says}");
    };
    assert!(matches!(error, Error::Index { .. }));
    let said = error.to_string();
    assert!(said.contains(says) && said.contains("hint: "), "{said}");
}

#[test]
fn a_foreign_or_damaged_folder_is_refused_with_the_way_out() {
    let home = tempfile::tempdir().unwrap();
    refused(home.path(), "no index is here");
    drop(indexed(home.path(), press::records()));

    let version = home.path().join("sihafa-index");
    let made_by = std::fs::read_to_string(&version).unwrap();
    std::fs::write(&version, "sihafa-index/0 abc\n").unwrap();
    refused(home.path(), "made by `sihafa-index/0 abc`");
    std::fs::write(&version, made_by).unwrap();

    let segment = std::fs::read_dir(home.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "store")
        })
        .unwrap();
    let whole = std::fs::read(&segment).unwrap();
    std::fs::write(&segment, &whole[..whole.len() / 2]).unwrap();
    refused(home.path(), "index `");

    let mut flipped = whole.clone();
    flipped[10] ^= 0xFF;
    std::fs::write(&segment, flipped).unwrap();
    if let Ok(index) = Index::open(home.path(), Arc::clone(&VOCABULARY)) {
        let said = index.verify().unwrap_err().to_string();
        assert!(said.contains(".store"), "{said}");
    }

    std::fs::write(home.path().join("meta.json"), "{").unwrap();
    refused(home.path(), "index `");
    // The way out: made anew.
    let index = indexed(home.path(), press::records());
    assert_eq!(search(&index, "").total, 19);
}
