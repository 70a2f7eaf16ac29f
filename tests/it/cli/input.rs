//! `extract` on every kind of input, good and bad: order is kept, and what is bad stops nothing else.

use std::path::Path;

use serde_json::{Value, json};

use super::{Ran, sihafa, sihafa_on};

const FRENCH: &str =
    "Le CHU d'Oran et l'hôpital de Tindouf ont signé une convention de jumelage le 4 mars 2024.";
const ARABIC: &str = "وقع المستشفى الجامعي بوهران ومستشفى تندوف اتفاقية توأمة يوم 4 مارس 2024.";

fn line(id: &str, text: &str) -> String {
    json!({"id": id, "text": text}).to_string()
}

fn page() -> String {
    let paragraph = format!(
        "<p>{FRENCH} Les équipes se rendront sur place chaque trimestre pour consulter et opérer.</p>"
    );
    format!(
        "<html lang=fr><head><title>Jumelage</title></head><body><article><h1>Jumelage</h1>{paragraph}{paragraph}</article></body></html>"
    )
}

fn ids(ran: &Ran) -> Vec<Value> {
    ran.json()
        .into_iter()
        .map(|value| value["id"].clone())
        .collect()
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

#[test]
fn every_kind_of_input_gives_records_in_order() {
    let temp = tempfile::tempdir().unwrap();
    write(temp.path(), "one.txt", FRENCH);
    write(temp.path(), "two.html", page());
    write(
        temp.path(),
        "three.jsonl",
        [line("c", ARABIC), line("d", FRENCH)].join("\n"),
    );
    let arguments = ["extract", "three.jsonl", "one.txt", "-", "two.html"];
    let ran = sihafa_on(temp.path(), &arguments, line("stdin", FRENCH).as_bytes()).exits(0);
    assert_eq!(ids(&ran), ["c", "d", "one", "stdin", "two"]);
    for record in ran.json() {
        assert_eq!(record["conventions"][0]["kind"], "twinning", "{record}");
        assert_eq!(
            record["conventions"][0]["date"]["value"], "2024-03-04",
            "{record}"
        );
    }
    let folder = sihafa(temp.path(), &["extract", "."]).exits(0);
    assert_eq!(ids(&folder), ["one", "c", "d", "two"]);
    for bytes in [FRENCH.to_owned(), page()] {
        let record = sihafa_on(temp.path(), &["extract"], bytes.as_bytes())
            .exits(0)
            .json();
        assert_eq!(record[0]["conventions"][0]["kind"], "twinning");
    }
}

#[test]
fn many_lines_keep_their_order() {
    let temp = tempfile::tempdir().unwrap();
    let expect: Vec<String> = (0..700).map(|number| format!("n{number}")).collect();
    let lines: Vec<String> = expect
        .iter()
        .map(|id| line(id, "Rien à signaler."))
        .collect();
    let ran = sihafa_on(temp.path(), &["extract"], lines.join("\n").as_bytes()).exits(0);
    assert_eq!(ids(&ran), expect);
}

#[test]
fn what_the_command_line_says_fills_what_an_article_does_not() {
    let temp = tempfile::tempdir().unwrap();
    let said = ["extract", "--published", "2024-05-30", "--lang", "fr"];
    let text = "La convention a été signée hier à Oran entre le CHU d'Oran et la CNAS.";
    let record = &sihafa_on(temp.path(), &said, text.as_bytes())
        .exits(0)
        .json()[0];
    assert_eq!(
        (&record["lang"], &record["published"]),
        (&json!("fr"), &json!("2024-05-30"))
    );
    assert_eq!(record["dates"][0]["value"], "2024-05-29");
    let other =
        json!({"id": "a", "text": "Ein Abkommen wurde unterzeichnet.", "lang": "de"}).to_string();
    let record = &sihafa_on(temp.path(), &["extract"], other.as_bytes())
        .exits(0)
        .json()[0];
    assert_eq!(
        (&record["lang"], &record["conventions"]),
        (&json!("de"), &json!([]))
    );
}

/// A stream with one bad line: the error stands in its place, the others are records.
#[track_caller]
fn in_its_place(bad: &[u8], id: &Value, said: &str) {
    let temp = tempfile::tempdir().unwrap();
    let mut lines: Vec<Vec<u8>> = (1..=8)
        .map(|n| line(&format!("n{n}"), FRENCH).into_bytes())
        .collect();
    lines[6] = bad.to_vec();
    write(temp.path(), "bad.jsonl", lines.join(&b'\n'));
    let ran = sihafa(temp.path(), &["extract", "bad.jsonl"]).exits(0);
    let values = ran.json();
    assert_eq!(values.len(), 8);
    for (position, value) in values.iter().enumerate() {
        if position == 6 {
            let error = value["error"].as_str().unwrap();
            assert!(
                error.starts_with("bad.jsonl:7: ") && error.contains(said),
                "{error}"
            );
            assert_eq!(&value["id"], id);
            assert!(ran.err.contains(error), "{}", ran.err);
        } else {
            assert_eq!(
                value["conventions"][0]["kind"],
                "twinning",
                "line {}",
                position + 1
            );
        }
    }
}

#[test]
fn a_bad_line_becomes_an_error_in_its_place() {
    in_its_place(br#"{"id": "x", "text": "#, &Value::Null, "invalid JSON");
    in_its_place(b"7", &Value::Null, "invalid JSON");
    in_its_place(br#"{"id": "x", "text": 7}"#, &json!("x"), "invalid JSON");
    in_its_place(br#"{"id": "x"}"#, &json!("x"), "neither `text` nor `html`");
    in_its_place(br#"{"id": "x", "text": " \n "}"#, &json!("x"), "empty");
    in_its_place(
        br#"{"id": "x", "text": "a", "lang": "klingon"}"#,
        &json!("x"),
        "unknown language `klingon`",
    );
    in_its_place(
        br#"{"id": "x", "text": "a", "published": "demain"}"#,
        &json!("x"),
        "`demain`",
    );
    in_its_place(
        b"{\"id\": \"x\", \"text\": \"caf\xE9\"}",
        &Value::Null,
        "invalid UTF-8",
    );
}

#[test]
fn a_line_of_20_mb_is_refused_and_passed_over() {
    let long = line("x", &"santé ".repeat(3 << 20));
    assert!(long.len() > 20_000_000);
    in_its_place(long.as_bytes(), &Value::Null, "longer than");
}

#[test]
fn a_bad_file_is_named_and_the_others_are_read() {
    let temp = tempfile::tempdir().unwrap();
    std::fs::create_dir(temp.path().join("hollow")).unwrap();
    write(temp.path(), "good.txt", FRENCH);
    write(temp.path(), "latin.txt", b"une ligne\nl'h\xF4pital\n");
    write(temp.path(), "empty.txt", " \n");
    write(temp.path(), "article.pdf", "%PDF");
    for (bad, said) in [
        ("absent.txt", "absent.txt"),
        ("hollow", "hollow: no articles here"),
        ("latin.txt", "latin.txt:2: invalid UTF-8"),
        ("empty.txt", "empty.txt: the article is empty"),
        ("article.pdf", "article.pdf: no known kind of input"),
    ] {
        let ran = sihafa(temp.path(), &["extract", bad, "good.txt"]).exits(2);
        assert!(ran.err.contains(said), "{bad}: {}", ran.err);
        assert_eq!(ids(&ran), ["good"], "{bad}");
    }
}

#[test]
fn wrong_arguments_end_with_2() {
    let temp = tempfile::tempdir().unwrap();
    for (arguments, said) in [
        (&["extract", "--wrong"][..], "--wrong"),
        (&["extract", "--lang", "klingon"], "klingon"),
        (&["extract", "--published", "demain"], "demain"),
        (&["extract", "--config", "absent.toml"], "absent.toml"),
        (&["extract", "--patterns", "absent"], "absent"),
        (&["nonsense"], "nonsense"),
        (&["search"], "nothing to search here yet"),
        (&[], "Usage"),
    ] {
        let ran = sihafa(temp.path(), arguments).exits(2);
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "{arguments:?}: {}", ran.out);
    }
    write(temp.path(), "bad.toml", "[crawl]\ndelai = \"5s\"\n");
    let ran = sihafa(temp.path(), &["sources", "list", "--config", "bad.toml"]).exits(2);
    assert!(
        ran.err.contains("bad.toml:2:1") && ran.err.contains("delai"),
        "{}",
        ran.err
    );
}
