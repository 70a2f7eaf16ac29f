//! Holds the store's file to its word: made from nothing, whole after a crash, clear about what is wrong with it.

use rusqlite::Connection;
use sihafa::error::Error;
use sihafa::store::Store;
use sihafa::store::count::{Dossiers, FactCounts};

use super::{open, said};

#[test]
fn a_store_is_made_where_none_is_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/sihafa.sqlite");
    let store = Store::open(&path).unwrap();
    store.set_meta("patterns", "2026.1").unwrap();
    store.set_meta("patterns", "2026.2").unwrap();
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.meta("patterns").unwrap().as_deref(), Some("2026.2"));
    assert_eq!(store.meta("else").unwrap(), None);
}

#[test]
fn an_older_schema_is_brought_up_to_date_with_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sihafa.sqlite");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../../../src/store/migrations/1-queue.sql"))
        .unwrap();
    old.execute_batch("PRAGMA user_version = 1; INSERT INTO meta VALUES ('patterns', 'old')")
        .unwrap();
    drop(old);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.meta("patterns").unwrap().as_deref(), Some("old"));
    assert!(store.captures_after(0).next().is_none());
}

#[test]
fn what_an_older_schema_holds_is_counted_and_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sihafa.sqlite");
    let old = Connection::open(&path).unwrap();
    for step in [
        include_str!("../../../src/store/migrations/1-queue.sql"),
        include_str!("../../../src/store/migrations/2-library.sql"),
        include_str!("../../../src/store/migrations/3-linked.sql"),
        include_str!("../../../src/store/migrations/4-near.sql"),
        include_str!("../../../src/store/migrations/5-alert.sql"),
    ] {
        old.execute_batch(step).unwrap();
    }
    // a hash whose highest bit is set is stored as a number below zero
    let hash = 0x8123_4567_89ab_cdef_u64;
    let insert = "INSERT INTO article (id, revision, lang, published, simhash, duplicate_of, json)
        VALUES (?1, ?2, 'fr', '', ?3, ?4, '{}')";
    for (revision, id, simhash, original) in [
        (1, "a", hash, None),
        (2, "b", hash ^ 1, None),
        (3, "c", hash ^ 2, Some("a")),
        (4, "d", !hash, None),
    ] {
        let row = rusqlite::params![id, revision, simhash.cast_signed(), original];
        old.execute(insert, row).unwrap();
    }
    old.execute_batch(
        r#"INSERT INTO record (id, revision, published, json) VALUES
           ('a', 10, '', '{"lang":"fr","conventions":[{"partners":[{"role":"party"},{"role":"patron"}]}],"operations":[],"dates":[{},{}]}'),
           ('b', 11, '', '{"lang":"fr","conventions":[],"operations":[{}],"dates":[]}'),
           ('c', 12, '', NULL);
           INSERT INTO dossier (id, revision, json) VALUES
           ('d', 13, '{"articles":[{"lang":"fr"},{"lang":"ar"},{"lang":"fr"}]}'),
           ('e', 14, '{"articles":[{"lang":"fr"}]}');
           PRAGMA user_version = 5"#,
    )
    .unwrap();
    drop(old);
    let store = Store::open(&path).unwrap();
    let near = store.near(hash, 3).unwrap();
    let near: Vec<&str> = near.iter().map(|near| near.id.as_str()).collect();
    assert_eq!(near, ["a", "b"]);
    let expect = FactCounts {
        articles: 2,
        conventions: 1,
        partners: 1,
        operations: 1,
        dates: 2,
    };
    assert_eq!(
        store.count_facts().unwrap(),
        [("fr".to_owned(), expect)].into()
    );
    let (all, bilingual) = (2, 1);
    assert_eq!(store.count_dossiers().unwrap(), Dossiers { all, bilingual });
}

#[test]
fn a_newer_schema_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sihafa.sqlite");
    drop(open(&folder));
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("PRAGMA user_version = 1000").unwrap();
    let message = said(&path);
    assert!(message.contains("its schema is version 1000"), "{message}");
    assert!(
        message.contains("hint: use the newer `sihafa`"),
        "{message}"
    );
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sihafa.sqlite");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE places (id)").unwrap();
    let message = said(&path);
    assert!(message.contains("of another program"), "{message}");
}

#[test]
fn what_is_no_database_is_told_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sihafa.sqlite");
    std::fs::write(
        &path,
        "this is a text, and long enough to be one; ".repeat(200),
    )
    .unwrap();
    let message = said(&path);
    assert!(
        message.starts_with(&format!("store `{}`: ", path.display())),
        "{message}"
    );
    assert!(
        message.contains("hint: move the file away and run `sihafa reprocess`"),
        "{message}"
    );
}

#[test]
fn a_damaged_page_is_told_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sihafa.sqlite");
    let store = open(&folder);
    for key in 0..2000 {
        store
            .set_meta(&format!("key {key}"), &"value ".repeat(20))
            .unwrap();
    }
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let store = Store::open(&path).unwrap();
    let error = (0..2000).find_map(|key| store.meta(&format!("key {key}")).err());
    let message = error.unwrap().to_string();
    assert!(
        message.contains("malformed") && message.contains("hint: move"),
        "{message}"
    );
}

#[test]
fn a_folder_in_place_of_the_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let message = said(folder.path());
    assert!(
        message.contains("hint: the folder and the file must"),
        "{message}"
    );
}

#[test]
fn a_commit_is_all_or_nothing_and_nests() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let fail = || Err::<(), _>(Error::input("test", "wanted"));
    store
        .commit(|| {
            store.set_meta("outer", "1")?;
            let inner = store.commit(|| {
                store.set_meta("inner", "1")?;
                fail()
            });
            assert!(inner.is_err());
            store.commit(|| store.set_meta("other", "1"))
        })
        .unwrap();
    assert!(
        store
            .commit(|| store
                .commit(|| store.set_meta("late", "1"))
                .and_then(|()| fail()))
            .is_err()
    );
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store
            .commit(|| {
                store.set_meta("panicked", "1")?;
                panic!("wanted")
            })
            .map(|(): ()| ())
    }));
    assert!(panicked.is_err());
    let kept = ["outer", "inner", "other", "late", "panicked"]
        .map(|key| store.meta(key).unwrap().is_some());
    assert_eq!(kept, [true, false, true, false, false]);
}

#[test]
fn two_connections_see_what_the_other_committed() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (open(&folder), open(&folder));
    one.commit(|| {
        one.set_meta("key", "value")?;
        assert_eq!(two.meta("key")?, None);
        Ok(())
    })
    .unwrap();
    assert_eq!(two.meta("key").unwrap().as_deref(), Some("value"));
}
