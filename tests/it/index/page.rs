//! Turns pages, folds repetitions, counts facets, and asks for dossiers.

use std::collections::BTreeMap;

use sihafa::index::{Query, Request, Shelf, Sort};
use sihafa::record::dossier::{Dossier, Member, Mention};
use sihafa::record::fact::{ConventionStatus, Kind};

use super::{indexed, press, record, search};

#[test]
fn articles_that_repeat_one_another_are_one_hit() {
    let home = tempfile::tempdir().unwrap();
    let index = indexed(home.path(), press::records());
    let response = search(&index, "kind:twinning");
    assert_eq!(response.total, 2);
    let hit = response.hits.iter().find(|hit| hit.lang == "fr").unwrap();
    let mut group = hit.duplicates.clone();
    group.push(hit.id.clone());
    group.sort();
    assert_eq!(group, ["fr-jumelage", "fr-jumelage-copie"]);
}

#[test]
fn pages_follow_each_other_without_gap_or_repetition() {
    let home = tempfile::tempdir().unwrap();
    let copies = (0..90).map(|n| {
        let mut copy = record(
            &format!("r{n:02}"),
            "fr",
            "Jumelage",
            "Un jumelage a été signé.",
        );
        // Every third article repeats the one before.
        copy.duplicate_of = (n % 3 == 2).then(|| format!("r{:02}", n - 1));
        copy.published = Some(format!("2024-01-{:02}", n % 28 + 1));
        copy
    });
    let index = indexed(home.path(), copies);
    for sort in [Sort::Relevance, Sort::Newest, Sort::Oldest] {
        let whole = |limit: usize| Request {
            sort,
            limit,
            ..Request::new(Query::parse("jumelage").unwrap())
        };
        let all = index.search(&whole(1000)).unwrap();
        assert_eq!((all.total, all.hits.len()), (60, 60));
        let expect: Vec<&str> = all.hits.iter().map(|hit| hit.id.as_str()).collect();
        let mut by_cursor = Vec::new();
        let mut request = whole(7);
        loop {
            let page = index.search(&request).unwrap();
            by_cursor.extend(page.hits.into_iter().map(|hit| hit.id));
            if page.cursor.is_none() {
                break;
            }
            request.cursor = page.cursor;
        }
        assert_eq!(by_cursor, expect);
        let offset = Request {
            offset: 14,
            ..whole(7)
        };
        let page = index.search(&offset).unwrap();
        assert!(
            page.hits
                .iter()
                .map(|hit| hit.id.as_str())
                .eq(expect[14..21].iter().copied())
        );
    }
    let wrong = Request {
        cursor: Some("page 2".to_owned()),
        ..Request::new(Query::words("jumelage"))
    };
    assert!(index.search(&wrong).is_err());
}

#[test]
fn facets_count_every_match() {
    let home = tempfile::tempdir().unwrap();
    let index = indexed(home.path(), press::records());
    let request = Request {
        facets: true,
        limit: 1,
        ..Request::new(Query::parse("published:[2024 TO *]").unwrap())
    };
    let facets = index.search(&request).unwrap().facets;
    let counts =
        |facet: &str| -> Vec<(String, u64)> { facets[facet].clone().into_iter().collect() };
    let expect = |rows: &[(&str, u64)]| -> Vec<(String, u64)> {
        rows.iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect()
    };
    assert_eq!(counts("lang"), expect(&[("ar", 2), ("fr", 4)]));
    assert_eq!(counts("kind"), expect(&[("twinning", 3)]));
    assert_eq!(
        counts("country"),
        expect(&[("dz", 3), ("ma", 1), ("tn", 2)])
    );
    assert_eq!(counts("partner"), expect(&[("dz/chu-oran", 3)]));
    assert_eq!(counts("year"), expect(&[("2024", 6)]));
    assert_eq!(
        counts("month"),
        expect(&[
            ("2024-01", 1),
            ("2024-02", 1),
            ("2024-04", 1),
            ("2024-05", 3)
        ])
    );
}

#[test]
fn order_by_date_and_ties_by_id() {
    let home = tempfile::tempdir().unwrap();
    let index = indexed(home.path(), press::records());
    let ids = |sort: Sort| {
        let request = Request {
            sort,
            limit: 3,
            ..Request::new(Query::parse("country:dz").unwrap())
        };
        let hits = index.search(&request).unwrap().hits;
        hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    assert_eq!(
        ids(Sort::Newest),
        ["fr-jumelage-copie", "ar-jumelage", "ar-sud"]
    );
    assert_eq!(ids(Sort::Oldest), ["fr-nom", "en-note", "fr-vaccin"]);
}

fn dossier() -> Dossier {
    let name = |fr: &str, ar: &str| {
        BTreeMap::from([
            ("fr".to_owned(), fr.to_owned()),
            ("ar".to_owned(), ar.to_owned()),
        ])
    };
    let member = |id: &str, fr: &str, ar: &str| Member {
        id: id.to_owned(),
        name: name(fr, ar),
        class: None,
    };
    Dossier {
        schema: sihafa::record::dossier::SCHEMA.to_owned(),
        id: "dossier-oran-adrar".to_owned(),
        kind: Kind::Twinning,
        status: ConventionStatus::Signed,
        number: Some(1),
        bound: None,
        partners: vec![
            member("dz/chu-oran", "CHU d'Oran", "المستشفى الجامعي بوهران"),
            member("x/adrar", "hôpital d'Adrar", "مستشفى أدرار"),
        ],
        patrons: Vec::new(),
        date: Some("2024-05-30".to_owned()),
        dates: Vec::new(),
        place: None,
        subject: BTreeMap::from([("fr".to_owned(), "la formation des médecins".to_owned())]),
        articles: vec![Mention {
            id: "fr-jumelage".to_owned(),
            lang: "fr".to_owned(),
            convention: 0,
            published: None,
            duplicate_of: None,
        }],
        operations: Vec::new(),
        timeline: Vec::new(),
        confidence: 0.9,
    }
}

#[test]
fn dossiers_are_hits_of_their_own() {
    let home = tempfile::tempdir().unwrap();
    let index = indexed(home.path(), press::records());
    let mut writer = index.writer().unwrap();
    writer.add_dossier(&dossier()).unwrap();
    writer.commit(0).unwrap();
    index.reload().unwrap();
    for query in [
        "jumelage Oran",
        "توأمة أدرار",
        "formation",
        "kind:twinning",
        "partner:dz/chu-oran",
        "signed:2024",
    ] {
        let request = Request {
            shelf: Shelf::Dossiers,
            ..Request::new(Query::parse(query).unwrap())
        };
        let hits = index.search(&request).unwrap().hits;
        assert_eq!(hits.len(), 1, "{query}");
        assert_eq!(
            hits[0].title.as_deref(),
            Some("CHU d'Oran – hôpital d'Adrar")
        );
        assert_eq!(hits[0].dossier.as_deref(), Some(&dossier()));
    }
    let articles = search(&index, "kind:twinning").hits;
    assert!(articles.iter().all(|hit| hit.dossier.is_none()));
}
