//! `search`: filters, facets, pages, files of queries, and what is told of a faulty query.

use std::fs;
use std::path::Path;

use serde_json::Value;
use sihafa::run::Places;

use super::{Ran, sihafa};
use crate::index::press;

/// A folder whose `data` holds the small press; the index is made by the first search.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = Places::new(&folder.path().join("data"))
        .open_store()
        .unwrap();
    for record in press::records() {
        store.set_record(&record).unwrap();
    }
    folder
}

fn search(folder: &Path, arguments: &[&str]) -> Ran {
    sihafa(folder, &[&["search"], arguments].concat())
}

fn ids(lines: &[Value]) -> Vec<&str> {
    lines.iter().filter_map(|hit| hit["id"].as_str()).collect()
}

#[test]
fn filters_narrow_and_facets_count() {
    let folder = folder();
    let hits = |arguments: &[&str]| -> Vec<String> {
        let ran = search(
            folder.path(),
            &[arguments, &["--json", "--limit", "50"]].concat(),
        );
        ids(&ran.json()).into_iter().map(str::to_owned).collect()
    };
    let all = hits(&[]);
    assert_eq!(all.len(), 19);
    for (arguments, expect) in [
        (
            &["--kind", "twinning", "--lang", "ar"][..],
            vec!["ar-jumelage"],
        ),
        (&["--region", "Oran", "--lang", "ar"], vec!["ar-jumelage"]),
        (&["--region", "وهران", "--lang", "ar"], vec!["ar-jumelage"]),
        (
            &[
                "--since",
                "2024-05-30",
                "--until",
                "2024-05-30",
                "--lang",
                "fr",
            ],
            vec!["fr-jumelage"],
        ),
        (
            &["jumelage", "--country", "ma,tn", "--kind", "twinning"],
            vec![],
        ),
    ] {
        assert_eq!(hits(arguments), expect, "{arguments:?}");
    }
    // All that concerns an entity, in both scripts, however it is spelled.
    for entity in ["dz/chu-oran", "CHU d'Oran"] {
        let found = hits(&["--partner", entity]);
        assert!(
            ["fr-jumelage", "ar-jumelage"]
                .iter()
                .all(|id| found.iter().any(|known| known == id)),
            "{entity}: {found:?}"
        );
    }
    let ran = search(folder.path(), &["--json", "--facets", "--limit", "1"]).exits(0);
    let lines = ran.json();
    assert_eq!((lines.len(), &lines[1]["total"]), (2, &Value::from(19)));
    assert_eq!(lines[1]["facets"]["region"]["dz/31"], 3);
    let told = search(folder.path(), &["--facets"]).exits(0).out;
    assert!(
        told.contains("country ") && told.contains("2024-05  ▪"),
        "{told}"
    );
}

#[test]
fn pages_go_on_after_any_hit() {
    let folder = folder();
    let all = search(folder.path(), &["--json", "--limit", "19"]).json();
    let mut found = search(folder.path(), &["--json", "--limit", "5"]).json();
    loop {
        let cursor = found.last().unwrap()["cursor"].as_str().unwrap();
        let ran = search(
            folder.path(),
            &["--json", "--limit", "5", "--cursor", cursor],
        );
        let page = ran.json();
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    assert_eq!(ids(&found), ids(&all));
}

#[test]
fn a_file_of_queries_is_answered_line_by_line() {
    let folder = folder();
    let file = folder.path().join("queries.tsv");
    let with_header =
        "id\tquery\twants\nq1\tjumelage à Oran\tfr-jumelage\n\nq2\tquoi: \"(\tnothing\n";
    let without = "q1\tjumelage à Oran\nq2\tquoi: \"(\n";
    for text in [with_header, without] {
        fs::write(&file, text).unwrap();
        let arguments = ["--queries", "queries.tsv", "--json", "--limit", "100"];
        let lines = search(folder.path(), &arguments).exits(0).json();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(
            (&lines[0]["query"], &lines[1]["query"]),
            (&"q1".into(), &"q2".into())
        );
        let hits = lines[0]["hits"].as_array().unwrap();
        assert!(hits.iter().any(|hit| hit["id"] == "ar-jumelage"));
        for key in [
            "id",
            "lang",
            "title",
            "url",
            "published",
            "score",
            "matched",
            "highlights",
        ] {
            assert!(hits[0].get(key).is_some(), "no {key}");
        }
        assert_eq!(lines[1]["hits"], Value::Array(Vec::new()));
    }
    fs::write(&file, "q1 jumelage\n").unwrap();
    let ran = search(folder.path(), &["--queries", "queries.tsv"]).exits(2);
    assert!(ran.err.contains("queries.tsv:1: no tab"), "{}", ran.err);
}

#[test]
fn a_layer_can_be_left_out() {
    let folder = folder();
    let found = |switch: &[&str]| {
        let ran = search(
            folder.path(),
            &[&["jumelage", "--lang", "ar", "--json"], switch].concat(),
        );
        ran.json().len()
    };
    assert_eq!((found(&[]) > 0, found(&["--no-concepts"])), (true, 0));
}

#[test]
fn a_faulty_query_is_shown_with_its_place() {
    let folder = folder();
    let ran = search(folder.path(), &["jumelage (oran"]).exits(2);
    assert!(
        ran.err
            .contains("query:10: `(` is not closed\n  jumelage (oran\n           ^"),
        "{}",
        ran.err
    );
    let ran = search(folder.path(), &["--since", "hier"]).exits(2);
    assert!(
        ran.err.contains("published: `hier` is no date"),
        "{}",
        ran.err
    );
}

#[test]
fn a_damaged_index_is_told_and_made_anew() {
    let folder = folder();
    search(folder.path(), &["gafsa"]).exits(0);
    fs::write(folder.path().join("data/index/meta.json"), "{").unwrap();
    let ran = search(folder.path(), &["gafsa"]).exits(0);
    assert!(
        ran.err.contains("building it again from the store"),
        "{}",
        ran.err
    );
    assert!(search(folder.path(), &["gafsa"]).exits(0).err.is_empty());
}
