//! Asks the small press in the query language, in both languages, and for what is no query.

use sihafa::error::Error;
use sihafa::index::{Field, Index, Layers, Query, Request};

use super::{indexed, press, search};

fn press_index() -> (tempfile::TempDir, Index) {
    let home = tempfile::tempdir().unwrap();
    let index = indexed(home.path(), press::records());
    (home, index)
}

/// Every one of `expect` is found, and none of `never`.
#[track_caller]
fn check(index: &Index, query: &str, expect: &[&str], never: &[&str]) {
    let response = search(index, query);
    let ids: Vec<&str> = response.hits.iter().map(|hit| hit.id.as_str()).collect();
    for id in expect {
        assert!(ids.contains(id), "`{query}` finds {ids:?}, not `{id}`");
    }
    for id in never {
        assert!(!ids.contains(id), "`{query}` finds {ids:?}, with `{id}`");
    }
}

#[test]
fn words_find_both_languages() {
    let (_home, index) = press_index();
    for query in [
        "jumelage",
        "توأمة",
        "التوأمة",
        "jumelages Oran",
        "CHU d'Oran",
        "وهران",
    ] {
        check(
            &index,
            query,
            &["fr-jumelage", "ar-jumelage"],
            &["fr-budget"],
        );
    }
    check(&index, "don de sang", &["fr-sang", "ar-sang"], &[]);
    check(&index, "greffe rénale", &["ar-greffe"], &[]);
    check(&index, "زراعة الكبد", &["fr-greffe"], &[]);
    check(&index, "Casablanca", &["fr-greffe", "ar-vaccin"], &[]);
    check(&index, "cataracte", &["fr-cataracte", "ar-cataracte"], &[]);
}

#[test]
fn layers_can_be_left_out() {
    let (_home, index) = press_index();
    let ask = |query: &str, layers: Layers| {
        let request = Request {
            layers,
            ..Request::new(Query::parse(query).unwrap())
        };
        let hits = index.search(&request).unwrap().hits;
        hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    let concepts = Layers {
        names: false,
        entities: false,
        ..Layers::default()
    };
    let entities = Layers {
        names: false,
        concepts: false,
        ..Layers::default()
    };
    assert!(ask("jumelage", concepts).contains(&"ar-jumelage".to_owned()));
    assert!(!ask("jumelage", entities).contains(&"ar-jumelage".to_owned()));
    assert!(ask("Oran", entities).contains(&"ar-jumelage".to_owned()));
    assert!(!ask("Oran", concepts).contains(&"ar-jumelage".to_owned()));
    assert!(ask("Bouchentouf", Layers::default()).contains(&"ar-greffe".to_owned()));
    assert!(ask("Bouchentouf", entities).is_empty());
}

#[test]
fn hits_say_why() {
    let (_home, index) = press_index();
    let why = |query: &str, id: &str| {
        let hits = search(&index, query).hits;
        hits.into_iter().find(|hit| hit.id == id).unwrap().matched
    };
    assert_eq!(
        why("jumelage", "fr-jumelage"),
        ["word jumelage", "concept twinning"]
    );
    assert_eq!(why("jumelage", "ar-jumelage"), ["concept twinning"]);
    assert_eq!(why("Oran", "ar-jumelage"), ["entity dz/31"]);
    assert!(why("CHU d'Oran", "ar-jumelage").contains(&"entity dz/chu-oran".to_owned()));
    assert_eq!(why("Bouchentouf", "ar-greffe"), ["name key bcntf"]);
    assert_eq!(why("cardio*", "fr-cardio"), ["prefix cardio*"]);
    assert_eq!(why("benbousid~", "fr-nom"), ["fuzzy benbousid~1"]);
}

#[test]
fn phrases_keep_their_order() {
    let (_home, index) = press_index();
    check(&index, "\"accord cadre\"", &["fr-cadre"], &["fr-cadre-non"]);
    check(&index, "accord cadre", &["fr-cadre", "fr-cadre-non"], &[]);
    check(
        &index,
        "\"convention de jumelage\"",
        &["fr-jumelage"],
        &["ar-jumelage"],
    );
    check(
        &index,
        "\"اتفاقية توأمة\"",
        &["ar-jumelage"],
        &["fr-jumelage"],
    );
    check(&index, "\"jumelage\"", &["fr-jumelage"], &["ar-jumelage"]);
}

#[test]
fn beginnings_and_slips_are_found_as_spelled() {
    let (_home, index) = press_index();
    check(&index, "cardio*", &["fr-cardio"], &["fr-cadre"]);
    check(&index, "تلقي*", &["ar-vaccin"], &[]);
    check(&index, "jumellage~", &["fr-jumelage"], &[]);
    check(&index, "benbusid~2", &["fr-nom"], &[]);
}

#[test]
fn fields_and_operators_select() {
    let (_home, index) = press_index();
    check(
        &index,
        "kind:twinning",
        &["fr-jumelage", "ar-jumelage"],
        &["fr-cadre"],
    );
    check(
        &index,
        "status:performed",
        &["fr-cataracte", "ar-cataracte"],
        &["fr-jumelage"],
    );
    check(
        &index,
        "santé country:ma",
        &["fr-budget"],
        &["fr-cadre", "ar-mizaniya"],
    );
    check(&index, "lang:ar توأمة", &["ar-jumelage"], &["fr-jumelage"]);
    check(&index, "lang:fr lang:en twinned", &["en-note"], &[]);
    check(
        &index,
        "partner:dz/chu-oran",
        &["fr-jumelage", "ar-jumelage"],
        &["fr-cadre"],
    );
    check(
        &index,
        "partner:\"CHU Oran\"",
        &["fr-jumelage", "ar-jumelage"],
        &["fr-cadre"],
    );
    check(&index, "partner:adrar", &["fr-jumelage"], &["fr-cataracte"]);
    check(&index, "title:blida", &["fr-sang", "fr-vaccin"], &[]);
    check(&index, "body:volontaires", &["fr-sang"], &["fr-vaccin"]);
    check(
        &index,
        "blida NOT vaccination",
        &["fr-sang"],
        &["fr-vaccin", "ar-vaccin"],
    );
    check(&index, "blida -vaccination", &["fr-sang"], &["fr-vaccin"]);
    check(
        &index,
        "blida AND vaccination",
        &["fr-vaccin"],
        &["fr-sang", "ar-vaccin"],
    );
    check(
        &index,
        "(blida OR gafsa) AND NOT sang",
        &["fr-vaccin", "fr-dialyse"],
        &["fr-sang"],
    );
    check(&index, "NOT country:dz", &["fr-greffe"], &["fr-jumelage"]);
    check(
        &index,
        "title:(budget OR cardiologie)",
        &["fr-budget", "fr-cardio"],
        &["fr-sang"],
    );
}

#[test]
fn ranges_select() {
    let (_home, index) = press_index();
    check(
        &index,
        "published:[2023 TO 2024] cataracte",
        &["fr-cataracte", "ar-cataracte"],
        &[],
    );
    check(
        &index,
        "published:2024-05",
        &["fr-jumelage"],
        &["fr-greffe"],
    );
    check(
        &index,
        "published:2024-05-30",
        &["fr-jumelage", "ar-jumelage"],
        &["fr-greffe"],
    );
    check(&index, "published:<2020", &["fr-dialyse"], &["fr-budget"]);
    check(
        &index,
        "published:>=2024 published:<2021",
        &["fr-budget", "fr-cadre"],
        &["fr-vaccin"],
    );
    check(&index, "signed:2024", &["fr-jumelage"], &["fr-cadre"]);
    check(&index, "count:>100", &["ar-cataracte"], &["fr-cataracte"]);
    check(
        &index,
        "count:[50 TO *]",
        &["ar-cataracte", "fr-cataracte"],
        &["fr-greffe"],
    );
    check(&index, "count:60", &["fr-cataracte"], &["ar-cataracte"]);
}

#[test]
fn a_question_may_be_only_punctuation_or_stop_words() {
    let (_home, index) = press_index();
    assert_eq!(search(&index, "").total, 19);
    assert_eq!(search(&index, "? ! …").total, 19);
    assert_eq!(search(&index, "de la في").total, 0);
    check(
        &index,
        "Qui a signé: Oran ? (l'hôpital) http://a.example",
        &["fr-jumelage"],
        &[],
    );
}

#[track_caller]
fn refused(query: &str, at: &str, message: &str) {
    match Query::parse(query) {
        Err(Error::Input {
            at: found,
            message: said,
            ..
        }) => {
            assert_eq!((found.as_str(), said.as_str()), (at, message), "{query}");
        }
        other => panic!("`{query}` gives {other:?}"),
    }
}

#[test]
fn an_invalid_query_says_where_and_why() {
    refused("oran \"accord cadre", "query:6", "`\"` is not closed");
    refused("(oran OR alger", "query:1", "`(` is not closed");
    refused("توأمة oran)", "query:11", "`)` closes nothing");
    refused("oran OR", "query:6", "`OR` has nothing after it");
    refused("AND oran", "query:1", "`AND` has nothing before it");
    refused("oran NOT", "query:6", "`NOT` has nothing after it");
    refused("colour:red", "query:1", "there is no field `colour`");
    refused(
        "published:[2023 2024]",
        "query:11",
        "`[2023 2024]` is no range",
    );
    refused(
        "published:[2024 TO 2023]",
        "query:11",
        "`2024` is after `2023`",
    );
    refused(
        "published:hier",
        "query:11",
        "`hier` is no date; dates are `2024`, `2024-05` or `2024-05-20`",
    );
    refused("count:>many", "query:7", "`many` is no number");
    refused(
        "kind:[a TO b]",
        "query:6",
        "`kind` has no order, so no range",
    );
    refused(
        "status:done",
        "query:8",
        "`done` is no status; it is one of `planned`, `signed`, `in_force`, `renewed`, `ended`, `performed`",
    );
    refused(
        "oran~7",
        "query:1",
        "`oran~7` allows one slip or two: `~` or `~2`",
    );
    refused("a*", "query:1", "`a*` needs two letters before `*`");
    refused(&"(".repeat(100), "query:65", "nested deeper than 64");
}

#[test]
fn any_text_is_a_query_or_a_fault() {
    let (_home, index) = press_index();
    let piece = "[a-zéا-ي0-9]{1,3}|[ ()\"*~:<>=\\[\\]-]|AND|OR|NOT| TO |count:|title:|place:";
    let texts = proptest::collection::vec(piece, 0..12);
    proptest::proptest!(|(pieces in texts)| {
        if let Ok(query) = Query::parse(&pieces.concat()) {
            index.search(&Request::new(query)).unwrap();
        }
    });
}

#[test]
fn a_condition_narrows_any_query() {
    let (_home, index) = press_index();
    let query = Query::words("jumelage OR \"")
        .with(Field::Lang, &["ar"])
        .unwrap();
    let hits = index.search(&Request::new(query)).unwrap().hits;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].id, "ar-jumelage");
    let wrong = Query::words("x").with(Field::Kind, &["wedding"]);
    assert!(wrong.is_err());
}

#[test]
fn similar_articles_are_found_across_languages() {
    let (_home, index) = press_index();
    let query = index
        .similar("https://paper.example/ar-jumelage")
        .unwrap()
        .unwrap();
    let hits = index.search(&Request::new(query)).unwrap().hits;
    assert_eq!(hits[0].id, "fr-jumelage");
    assert!(hits.iter().all(|hit| hit.id != "ar-jumelage"));
    assert!(
        index
            .similar("https://paper.example/none")
            .unwrap()
            .is_none()
    );
}

#[test]
fn highlights_point_into_title_and_text() {
    let (_home, index) = press_index();
    let records = press::records();
    let checks: [(&str, &str, &[&str]); 6] = [
        ("توأمة", "ar-jumelage", &["توأمة"]),
        ("jumelage", "ar-jumelage", &["توأمة"]),
        ("hôpitaux", "fr-jumelage", &["hôpital"]),
        (
            "\"accord cadre\"",
            "fr-cadre",
            &["Accord-cadre", "accord cadre"],
        ),
        ("benbousid~", "fr-nom", &["Benbouzid"]),
        ("وهران", "fr-jumelage", &["Oran"]),
    ];
    for (query, id, expect) in checks {
        let hits = search(&index, query).hits;
        let hit = hits.iter().find(|hit| hit.id == id).unwrap();
        let record = records.iter().find(|record| record.id == id).unwrap();
        let mut marked = Vec::new();
        for highlight in &hit.highlights {
            let whole = match highlight.field {
                "title" => record.title.as_deref().unwrap(),
                _ => &record.text,
            };
            let slice = |start: usize, end: usize| {
                whole
                    .chars()
                    .skip(start)
                    .take(end - start)
                    .collect::<String>()
            };
            assert_eq!(slice(highlight.start, highlight.end), highlight.text);
            for mark in &highlight.marks {
                assert!(highlight.start <= mark.start && mark.end <= highlight.end);
                marked.push(slice(mark.start, mark.end));
            }
        }
        for words in expect {
            assert!(
                marked.contains(&(*words).to_owned()),
                "`{query}` in {id} marks {marked:?}"
            );
        }
    }
}
