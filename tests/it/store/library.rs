//! Holds the library to its promise: what is put is read back, in order, and every change is told once.

use serde_json::json;
use sihafa::record::dossier::{self, Dossier};
use sihafa::record::fact::{ConventionStatus, Facts, Kind};
use sihafa::record::{Article, Record};
use sihafa::store::Store;
use sihafa::store::count::Dossiers;
use sihafa::store::library::Change;
use sihafa::store::likeness::Articles;

use super::{at, open};

fn article(id: &str) -> Article {
    Article {
        id: id.to_owned(),
        source: Some("aps-ar".to_owned()),
        lang: "ar".to_owned(),
        text: "وقع المستشفيان اتفاقية توأمة".to_owned(),
        ..Article::default()
    }
}

fn record(id: &str, published: Option<&str>) -> Record {
    let article = Article {
        published: published.map(str::to_owned),
        ..article(id)
    };
    Record::new(article, Facts::default(), "2026.1")
}

fn dossier(id: &str) -> Dossier {
    Dossier {
        schema: dossier::SCHEMA.to_owned(),
        id: id.to_owned(),
        kind: Kind::Twinning,
        status: ConventionStatus::InForce,
        number: Some(1),
        bound: None,
        partners: Vec::new(),
        patrons: Vec::new(),
        date: None,
        dates: Vec::new(),
        place: None,
        subject: std::collections::BTreeMap::new(),
        articles: Vec::new(),
        operations: Vec::new(),
        timeline: Vec::new(),
        confidence: 0.9,
    }
}

fn ids<T>(changes: impl Iterator<Item = sihafa::error::Result<Change<T>>>) -> Vec<(String, bool)> {
    let change = |change: sihafa::error::Result<Change<T>>| {
        let change = change.unwrap();
        (change.id, change.value.is_some())
    };
    changes.map(change).collect()
}

#[test]
fn what_is_put_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    assert!(
        store
            .set_article(&article("a"), None, Some(u64::MAX))
            .unwrap()
    );
    assert!(store.set_record(&record("a", Some("2024-05-30"))).unwrap());
    assert!(store.set_dossier(&dossier("d")).unwrap());
    assert_eq!(store.article("a").unwrap(), Some(article("a")));
    assert_eq!(
        store.record("a").unwrap(),
        Some(record("a", Some("2024-05-30")))
    );
    assert_eq!(store.dossier("d").unwrap(), Some(dossier("d")));
    assert_eq!(store.article("b").unwrap(), None);
    assert!(
        store.set_article(&article("a"), Some(7), None).is_err(),
        "capture 7 does not exist"
    );
}

#[test]
fn every_change_is_told_once_and_what_stays_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let put = |id| store.set_record(&record(id, None)).unwrap();
    assert!(put("a") && put("b") && put("c"));
    let seen = store.revision().unwrap();
    assert!(!put("a"));
    assert_eq!(ids(store.records_since(seen)), []);
    assert!(store.set_record(&record("a", Some("2024"))).unwrap());
    assert!(store.withdraw_record("b").unwrap());
    assert!(!store.withdraw_record("b").unwrap());
    assert!(!store.withdraw_record("never").unwrap());
    assert_eq!(
        ids(store.records_since(seen)),
        [("a".to_owned(), true), ("b".to_owned(), false)]
    );
    assert_eq!(store.record("b").unwrap(), None);
    let left: Vec<String> = store.records().map(|record| record.unwrap().id).collect();
    assert_eq!(left, ["c", "a"]);
    assert!(put("b"), "what was withdrawn may come back");

    store.set_dossier(&dossier("d")).unwrap();
    store.set_article(&article("x"), None, None).unwrap();
    store.withdraw_dossier("d").unwrap();
    assert_eq!(ids(store.dossiers_since(seen)), [("d".to_owned(), false)]);
    assert_eq!(ids(store.articles_since(seen)), [("x".to_owned(), true)]);
    assert_eq!(store.dossiers().count(), 0);
    assert_eq!(ids(store.dossiers_since(store.revision().unwrap())), []);
}

#[test]
fn long_lists_are_read_in_order_while_they_change() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store
        .commit(|| {
            for number in 0..650 {
                let day = format!("2024-01-{:02}", number % 31 + 1);
                store.set_record(&record(&format!("{number:04}"), Some(&day)))?;
                store.set_dossier(&dossier(&format!("{number:04}")))?;
            }
            Ok(())
        })
        .unwrap();
    let mut order = Vec::new();
    for found in store.records() {
        let found = found.unwrap();
        store.withdraw_dossier(&found.id).unwrap();
        order.push((found.published, found.id));
    }
    assert!(order.len() == 650 && order.is_sorted());
    assert_eq!(store.dossiers().count(), 0);
    assert_eq!(store.dossiers_since(0).count(), 650);
    assert_eq!(store.records_since(0).count(), 650);
}

#[test]
fn near_articles_are_found_by_their_bits() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let hash = 0x8123_4567_89ab_cdef_u64;
    let near = |bits: &[u32]| bits.iter().fold(hash, |hash, bit| hash ^ 1 << bit);
    let far = near(&[0, 16, 32, 48]);
    for (id, simhash) in [("same", hash), ("three", near(&[3, 20, 63])), ("far", far)] {
        store
            .set_article(&article(id), None, Some(simhash))
            .unwrap();
    }
    store.set_article(&article("none"), None, None).unwrap();
    let copy = Article {
        duplicate_of: Some("same".to_owned()),
        ..article("copy")
    };
    store.set_article(&copy, None, Some(hash)).unwrap();
    assert_eq!(store.repeats_of("same", 9).unwrap(), ["copy"]);
    let found: Vec<_> = store
        .near(hash, 3)
        .unwrap()
        .into_iter()
        .map(|near| (near.id, near.simhash))
        .collect();
    assert_eq!(
        found,
        [
            ("same".to_owned(), hash),
            ("three".to_owned(), near(&[3, 20, 63]))
        ]
    );
}

#[test]
fn articles_are_counted_by_source_and_language() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let copy = Article {
        duplicate_of: Some("a".to_owned()),
        ..article("b")
    };
    for article in [
        article("a"),
        copy,
        Article {
            source: None,
            ..article("c")
        },
    ] {
        store.set_article(&article, None, None).unwrap();
    }
    let counts = store.articles_by_source().unwrap();
    let key = |source: &str| (source.to_owned(), "ar".to_owned());
    assert_eq!(
        counts[&key("aps-ar")],
        Articles {
            all: 2,
            duplicates: 1
        }
    );
    assert_eq!(
        counts[&key("")],
        Articles {
            all: 1,
            duplicates: 0
        }
    );
}

#[test]
fn what_is_held_is_counted_as_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let told = |parties: usize| -> Record {
        let partners =
            ["party", "party", "patron"].map(|role| {
            json!({"name": "CHU", "id": null, "type": null, "role": role, "aliases": [], "start": 0, "end": 3})
        });
        let convention = json!({
            "kind": "twinning", "status": "signed", "number": 1, "bound": "exact",
            "partners": partners[2 - parties..], "date": null, "place": null, "subject": null,
            "dossier": null, "evidence": []
        });
        let mut record = serde_json::to_value(record("a", None)).unwrap();
        record["conventions"] = json!([convention]);
        serde_json::from_value(record).unwrap()
    };
    let count = || {
        let counts = store.count_facts().unwrap();
        let counts = counts.get("ar").copied().unwrap_or_default();
        (counts.articles, counts.conventions, counts.partners)
    };
    assert!(store.count_facts().unwrap().is_empty());
    for (record, expect) in [
        (told(1), (1, 1, 1)),
        (told(2), (1, 1, 2)),
        (record("b", None), (2, 1, 2)),
        (record("a", None), (2, 0, 0)),
    ] {
        store.set_record(&record).unwrap();
        store.restate_record(&record).unwrap();
        assert_eq!(count(), expect);
    }
    store.withdraw_record("a").unwrap();
    store.withdraw_record("a").unwrap();
    assert_eq!(count(), (1, 0, 0));
    store.set_record(&told(2)).unwrap();
    assert_eq!(count(), (2, 1, 2));

    let told_in = |langs: &[&str]| Dossier {
        articles: langs
            .iter()
            .map(|lang| dossier::Mention {
                id: "a".to_owned(),
                lang: (*lang).to_owned(),
                convention: 0,
                published: None,
                duplicate_of: None,
            })
            .collect(),
        ..dossier("d")
    };
    for (langs, all, bilingual) in [
        (&["fr"][..], 1, 0),
        (&["fr", "ar"], 1, 1),
        (&["ar", "ar"], 1, 0),
    ] {
        store.set_dossier(&told_in(langs)).unwrap();
        assert_eq!(store.count_dossiers().unwrap(), Dossiers { all, bilingual });
    }
    store.withdraw_dossier("d").unwrap();
    assert_eq!(store.count_dossiers().unwrap(), Dossiers::default());
}

#[test]
fn a_block_counts_once_a_page_whatever_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let count = |store: &Store| store.block_pages("aps.dz", &[1, 2, u64::MAX, 4]).unwrap();
    store
        .note_blocks("aps.dz", "a", &[1, 2, 2, u64::MAX])
        .unwrap();
    store.note_blocks("aps.dz", "b", &[1]).unwrap();
    store.note_blocks("aps.dz", "a", &[u64::MAX, 1, 2]).unwrap();
    store.note_blocks("tap.tn", "c", &[1]).unwrap();
    assert_eq!(count(&store), [2, 1, 1, 0]);
    store.note_blocks("aps.dz", "a", &[4, 1]).unwrap();
    assert_eq!(count(&store), [2, 0, 0, 1]);
}

#[test]
fn runs_are_told_latest_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let first = store.begin_run(at(0)).unwrap();
    let second = store.begin_run(at(10)).unwrap();
    store
        .end_run(first, at(5), "done", &json!({"new": 3}))
        .unwrap();
    let runs = store.runs(10).unwrap();
    assert_eq!(
        runs.iter().map(|run| run.id).collect::<Vec<_>>(),
        [second, first]
    );
    assert_eq!((runs[0].ended, &runs[0].outcome), (None, &None));
    assert_eq!((runs[1].started, runs[1].ended), (at(0), Some(at(5))));
    assert_eq!(runs[1].report, Some(json!({"new": 3})));
    assert_eq!(store.runs(1).unwrap().len(), 1);
}
