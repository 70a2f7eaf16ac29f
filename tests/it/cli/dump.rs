//! `dump`: files that describe themselves, the same for the same state, there whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{sihafa, sihafa_on};

/// A folder in which the demo ran once.
static DONE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    sihafa(folder.path(), &["demo"]).exits(0);
    folder
});

const TABLES: [&str; 6] = [
    "articles",
    "conventions",
    "partners",
    "operations",
    "dates",
    "dossiers",
];

pub(super) fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Dumps the demo to a folder under `temp` with further options.
fn dump(temp: &TempDir, name: &str, options: &[&str]) -> std::path::PathBuf {
    let output = temp.path().join(name);
    let fixed = ["dump", "-o", output.to_str().unwrap()];
    sihafa(DONE.path(), &[&fixed, options].concat()).exits(0);
    output
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let read = entries.map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        (name, std::fs::read(entry.path()).unwrap())
    });
    read.collect()
}

fn package(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("datapackage.json")).unwrap()).unwrap()
}

/// How many facts of each kind a dump of JSON Lines holds.
fn counts(folder: &Path) -> BTreeMap<&'static str, u64> {
    let records = lines(&folder.join("records.jsonl"));
    let length = |value: &Value| value.as_array().unwrap().len() as u64;
    let sum = |of: &dyn Fn(&Value) -> u64| records.iter().map(of).sum();
    let partners = |record: &Value| {
        let conventions = record["conventions"].as_array().unwrap();
        conventions
            .iter()
            .map(|convention| length(&convention["partners"]))
            .sum()
    };
    BTreeMap::from([
        ("articles", records.len() as u64),
        ("conventions", sum(&|record| length(&record["conventions"]))),
        ("partners", sum(&partners)),
        ("operations", sum(&|record| length(&record["operations"]))),
        ("dates", sum(&|record| length(&record["dates"]))),
        (
            "dossiers",
            lines(&folder.join("dossiers.jsonl")).len() as u64,
        ),
    ])
}

#[test]
fn every_format_sums_counts_and_describes_itself_and_is_the_same_twice() {
    let temp = tempfile::tempdir().unwrap();
    let plain = counts(&dump(&temp, "plain", &["--format", "jsonl"]));
    assert!(plain.values().all(|count| *count >= 30), "{plain:?}");
    for (name, options) in [
        ("jsonl", &["--format", "jsonl"][..]),
        ("zstd", &["--format", "jsonl", "--zstd"]),
        ("parquet", &["--format", "parquet"]),
        ("csv", &["--format", "csv"]),
        ("bom", &["--format", "csv", "--bom", "--without-text"]),
    ] {
        let first = files(&dump(&temp, name, options));
        let second = files(&dump(&temp, &format!("{name}-again"), options));
        assert!(first == second, "{name}: two dumps of one state differ");
        let sums = String::from_utf8(first["SHA256SUMS"].clone()).unwrap();
        let summed: BTreeSet<&str> = sums
            .lines()
            .map(|line| line.split_once("  ").unwrap().1)
            .collect();
        assert_eq!(
            summed.len() + 1,
            first.len(),
            "{name}: every file is summed"
        );
        for line in sums.lines() {
            let (sum, file) = line.split_once("  ").unwrap();
            let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&first[file]));
            assert_eq!(sum, digest, "{name}/{file}");
        }
        let package = package(&temp.path().join(name));
        for resource in package["resources"].as_array().unwrap() {
            let (what, path) = (
                resource["name"].as_str().unwrap(),
                resource["path"].as_str().unwrap(),
            );
            let what = if what == "records" { "articles" } else { what };
            assert_eq!(resource["rowCount"], plain[what], "{name}/{path}");
            assert_eq!(resource["bytes"], first[path].len(), "{name}/{path}");
        }
        for card in ["README.fr.md", "README.ar.md", "README.en.md"] {
            let text = String::from_utf8(first[card].clone()).unwrap();
            let filled = format!(" {} ", plain["dossiers"]);
            assert!(
                text.contains(&filled) && !text.contains('{'),
                "{name}/{card}: {text}"
            );
        }
    }
}

/// A row as JSON.
fn value(row: &Row) -> Value {
    let columns = row.get_column_iter();
    let columns = columns.map(|(name, field)| (name.clone(), plain(field)));
    Value::Object(columns.collect())
}

fn plain(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Long(value) => (*value).into(),
        Field::Double(value) => (*value).into(),
        Field::Str(text) => text.as_str().into(),
        Field::ListInternal(list) => list.elements().iter().map(plain).collect(),
        other => other.to_string().into(),
    }
}

#[test]
fn parquet_holds_the_values_of_the_records() {
    let temp = tempfile::tempdir().unwrap();
    let plain = dump(&temp, "plain", &["--format", "jsonl"]);
    let tables = dump(&temp, "tables", &["--format", "parquet"]);
    let rows = |table: &str| -> Vec<Value> {
        let file = std::fs::File::open(tables.join(format!("{table}.parquet"))).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        rows.map(|row| value(&row.unwrap())).collect()
    };
    let counts = counts(&plain);
    for table in TABLES {
        assert_eq!(rows(table).len() as u64, counts[table], "{table}");
    }
    let records = lines(&plain.join("records.jsonl"));
    for (record, article) in records.iter().zip(rows("articles")) {
        for key in [
            "id",
            "url",
            "lang",
            "title",
            "published",
            "text",
            "duplicate_of",
            "health",
        ] {
            assert_eq!(record[key], article[key], "{key}");
        }
    }
    let partners = records.iter().flat_map(|record| {
        let conventions = record["conventions"].as_array().unwrap().iter();
        conventions.flat_map(|convention| convention["partners"].as_array().unwrap())
    });
    for (partner, row) in partners.zip(rows("partners")) {
        for key in ["name", "id", "type", "role", "aliases", "start", "end"] {
            assert_eq!(partner[key], row[key], "{key}");
        }
    }
    let dossiers = lines(&plain.join("dossiers.jsonl"));
    for (dossier, row) in dossiers.iter().zip(rows("dossiers")) {
        let ids: Vec<&Value> = dossier["partners"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["id"])
            .collect();
        assert_eq!(
            ids,
            row["partners"]
                .as_array()
                .unwrap()
                .iter()
                .collect::<Vec<_>>()
        );
        assert_eq!(dossier["date"], row["date"]);
    }
}

#[test]
fn a_dump_holds_what_was_asked_for() {
    let temp = tempfile::tempdir().unwrap();
    let all = lines(&dump(&temp, "all", &["--format", "jsonl"]).join("records.jsonl"));
    let ids = |records: &[Value]| -> BTreeSet<String> {
        records
            .iter()
            .map(|record| record["id"].to_string())
            .collect()
    };
    let check = |name: &str, options: &[&str], wants: &dyn Fn(&Value) -> bool| {
        let folder = dump(&temp, name, &[&["--format", "jsonl"], options].concat());
        let found = lines(&folder.join("records.jsonl"));
        let expect: Vec<Value> = all.iter().filter(|record| wants(record)).cloned().collect();
        assert!(
            !expect.is_empty() && expect.len() < all.len(),
            "{name}: tells nothing"
        );
        assert_eq!(ids(&found), ids(&expect), "{name}");
        let told: BTreeSet<String> = found
            .iter()
            .flat_map(|record| record["conventions"].as_array().unwrap())
            .filter_map(|convention| Some(convention["dossier"].as_str()?.to_owned()))
            .collect();
        let dossiers = lines(&folder.join("dossiers.jsonl"));
        let dossiers: BTreeSet<String> = dossiers
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(told, dossiers, "{name}");
        package(&folder)
    };
    check("arabic", &["--lang", "ar"], &|record| {
        record["lang"] == "ar"
    });
    let days: BTreeSet<&str> = all
        .iter()
        .filter_map(|record| record["published"].as_str()?.get(..10))
        .collect();
    let middle = *days.iter().nth(days.len() / 2).unwrap();
    let since = check("since", &["--since", middle], &|record| {
        record["published"]
            .as_str()
            .is_some_and(|day| &day[..10] >= middle)
    });
    assert_eq!(since["selection"]["since"], middle);
    let kind = check("query", &["--query", "kind:twinning"], &|record| {
        let conventions = record["conventions"].as_array().unwrap();
        conventions
            .iter()
            .any(|convention| convention["kind"] == "twinning")
    });
    assert_eq!(kind["selection"]["query"], "kind:twinning");
    let bad = [
        "dump",
        "--format",
        "jsonl",
        "-o",
        "x",
        "--query",
        "published:[",
    ];
    sihafa(DONE.path(), &bad).exits(2);
}

#[test]
fn without_texts_no_text_is_in_any_file() {
    let temp = tempfile::tempdir().unwrap();
    let all = lines(&dump(&temp, "all", &["--format", "jsonl"]).join("records.jsonl"));
    let tails: Vec<&str> = all
        .iter()
        .filter_map(|record| {
            record["text"]
                .as_str()?
                .split('\n')
                .find(|line| line.len() > 200)
        })
        .collect();
    assert!(tails.len() > 20);
    for format in ["jsonl", "csv"] {
        let folder = dump(&temp, format, &["--format", format, "--without-text"]);
        for (name, bytes) in files(&folder) {
            let text = String::from_utf8(bytes).unwrap();
            assert!(
                tails.iter().all(|tail| !text.contains(tail)),
                "{format}/{name}"
            );
        }
    }
}

#[test]
fn what_is_there_is_replaced_only_when_told_and_only_a_dump() {
    let temp = tempfile::tempdir().unwrap();
    let place = dump(&temp, "dump", &["--format", "jsonl"]);
    let before = files(&place);
    let path = place.to_str().unwrap();
    let again = ["dump", "--format", "csv", "-o", path];
    let ran = sihafa(DONE.path(), &again).exits(2);
    assert!(
        ran.err.contains("already there") && ran.err.contains("--force"),
        "{}",
        ran.err
    );
    assert!(files(&place) == before);
    sihafa(DONE.path(), &[&again[..], &["--force"]].concat()).exits(0);
    assert!(place.join("articles.csv").is_file() && !place.join("records.jsonl").exists());
    let own = temp.path().join("own");
    std::fs::create_dir(&own).unwrap();
    let arguments = [
        "dump",
        "--format",
        "csv",
        "-o",
        own.to_str().unwrap(),
        "--force",
    ];
    std::fs::write(own.join("thesis.txt"), "years of work").unwrap();
    let ran = sihafa(DONE.path(), &arguments).exits(2);
    assert!(ran.err.contains("something else"), "{}", ran.err);
    assert_eq!(files(&own).len(), 1);
    std::fs::remove_file(own.join("thesis.txt")).unwrap();
    sihafa(DONE.path(), &arguments).exits(0);
    // nothing is left beside them
    let names: BTreeSet<String> = std::fs::read_dir(temp.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, BTreeSet::from(["dump".to_owned(), "own".to_owned()]));
}

#[test]
fn no_cell_is_a_formula() {
    let temp = tempfile::tempdir().unwrap();
    let text =
        "=SUM(1) Le CHU d'Oran et l'hôpital de Tindouf ont signé une convention de jumelage.";
    let given = serde_json::json!({"id": "-1", "title": "@x", "byline": "+213", "text": text, "url": "\thttp://a.example/"});
    sihafa_on(
        temp.path(),
        &["import", "--all", "-"],
        given.to_string().as_bytes(),
    )
    .exits(0);
    sihafa(temp.path(), &["dump", "--format", "csv", "-o", "out"]).exits(0);
    let csv = std::fs::read_to_string(temp.path().join("out/articles.csv")).unwrap();
    let row = csv.lines().nth(1).unwrap();
    for cell in ["'-1,", ",'@x,", ",'+213,", ",'=SUM(1) Le CHU", ",'\thttp"] {
        assert!(row.contains(cell) || row.starts_with(cell), "{cell}: {row}");
    }
}
