//! `import`: what is handed over, whatever it is packed in, is known the second time and stops for nothing.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::dump::lines;
use super::{Ran, sihafa, sihafa_on};

pub(super) const FRENCH: &str = "Oran – Le CHU d'Oran et l'hôpital de Tindouf ont signé une convention de jumelage \
    le 4 mars 2024. Les équipes ont réalisé 58 interventions chirurgicales, dont 21 à Tindouf.";
const ARABIC: &str = "وقع المستشفى الجامعي بوهران ومستشفى تندوف اتفاقية توأمة يوم 4 مارس 2024، وأجرى الفريق 43 عملية جراحية.";
const SPORT: &str =
    "Le club a gagné le match de la coupe devant vingt mille spectateurs, sur un but tardif.";

pub(super) fn line(id: &str, text: &str) -> String {
    json!({"id": id, "text": text, "published": "2024-03-05"}).to_string() + "\n"
}

fn page(text: &str) -> String {
    format!(
        "<html lang=fr><head><title>Jumelage</title></head><body><article><h1>Jumelage</h1><p>{text}</p><p>{text}</p></article></body></html>"
    )
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// The numbers of the line that says what was taken in, by word.
#[track_caller]
fn taken(ran: &Ran) -> BTreeMap<String, u64> {
    let line = ran
        .out
        .lines()
        .find_map(|line| line.strip_prefix("taken in: "));
    let counts = line.unwrap().split(", ").map(|part| {
        let mut words = part.split(' ');
        let count = words.next().unwrap().parse().unwrap();
        (words.next().unwrap().to_owned(), count)
    });
    counts.collect()
}

#[track_caller]
fn counts(ran: &Ran, expect: [(&str, u64); 6]) {
    let expect = expect.map(|(word, count)| (word.to_owned(), count));
    assert_eq!(
        taken(ran),
        BTreeMap::from(expect),
        "{}\n{}",
        ran.out,
        ran.err
    );
}

fn of(new: u64, changed: u64, known: u64, faulty: u64, missing: u64) -> [(&'static str, u64); 6] {
    [
        ("new", new),
        ("changed", changed),
        ("known", known),
        ("older", 0),
        ("faulty", faulty),
        ("missing", missing),
    ]
}

/// The records of the store, as a dump tells them.
pub(super) fn records(folder: &Path) -> Vec<Value> {
    dumped(folder, "records")
}

pub(super) fn dumped(folder: &Path, what: &str) -> Vec<Value> {
    let arguments = ["dump", "--format", "jsonl", "-o", "seen", "--force"];
    sihafa(folder, &arguments).exits(0);
    lines(&folder.join("seen").join(format!("{what}.jsonl")))
}

fn ids(records: &[Value]) -> Vec<&str> {
    records
        .iter()
        .map(|record| record["id"].as_str().unwrap())
        .collect()
}

#[test]
fn what_is_taken_in_is_searched_linked_and_known_the_second_time() {
    let temp = tempfile::tempdir().unwrap();
    let all = line("fr/1", FRENCH) + &line("ar 1", ARABIC) + &line("sport", SPORT);
    write(temp.path(), "a.jsonl", &all);
    counts(
        &sihafa(temp.path(), &["import", "a.jsonl"]).exits(0),
        of(3, 0, 0, 0, 0),
    );
    let first = records(temp.path());
    assert_eq!(ids(&first), ["ar 1", "fr/1"]);
    assert!(
        first
            .iter()
            .all(|record| record["text"] == FRENCH || record["text"] == ARABIC)
    );
    let dossiers = dumped(temp.path(), "dossiers");
    assert_eq!(dossiers.len(), 1, "one agreement, told in two languages");
    let hits = sihafa(temp.path(), &["search", "jumelage", "--json"])
        .exits(0)
        .json();
    assert_eq!(hits.len(), 2);

    let again = sihafa(temp.path(), &["import", "a.jsonl"]).exits(0);
    counts(&again, of(0, 0, 3, 0, 0));
    assert!(again.out.contains("; 0 new, 0 changed"), "{}", again.out);
    assert_eq!(records(temp.path()), first);

    let changed = all.replace("58 interventions", "59 interventions");
    let ran = sihafa_on(temp.path(), &["import", "-"], changed.as_bytes()).exits(0);
    counts(&ran, of(0, 1, 2, 0, 0));
    let now = records(temp.path());
    assert_eq!(now[1]["operations"][0]["count"], 59);
    assert_eq!(now[0], first[0]);

    // another description of the same text is a change too
    let retitled =
        json!({"id": "ar 1", "text": ARABIC, "published": "2024-03-05", "title": "توأمة"});
    let ran = sihafa_on(
        temp.path(),
        &["import", "-"],
        retitled.to_string().as_bytes(),
    )
    .exits(0);
    counts(&ran, of(0, 1, 0, 0, 0));
    assert_eq!(records(temp.path())[0]["title"], "توأمة");
    // what no run fetched is nothing that a run reads again
    let run = sihafa(temp.path(), &["status"]).exits(0);
    assert!(run.out.contains("run 4:"), "{}", run.out);
}

#[test]
fn all_takes_what_is_not_about_health_and_keeps_it() {
    let temp = tempfile::tempdir().unwrap();
    let german =
        json!({"id": "de", "text": "Das Spiel endete mit einem Sieg der Gäste.", "lang": "de"});
    write(
        temp.path(),
        "a.jsonl",
        line("sport", SPORT) + &german.to_string(),
    );
    sihafa(temp.path(), &["import", "a.jsonl"]).exits(0);
    assert!(records(temp.path()).is_empty());
    counts(
        &sihafa(temp.path(), &["import", "--all", "a.jsonl"]).exits(0),
        of(0, 2, 0, 0, 0),
    );
    assert_eq!(ids(&records(temp.path())), ["de", "sport"]);
    let hits = sihafa(temp.path(), &["search", "match", "--json"])
        .exits(0)
        .json();
    assert_eq!(hits[0]["id"], "sport");
    sihafa(temp.path(), &["reprocess"]).exits(0);
    assert_eq!(ids(&records(temp.path())), ["de", "sport"]);
}

#[test]
fn every_kind_of_input_is_taken_in() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    write(folder, "press/2023/one.html", page(FRENCH));
    write(
        folder,
        "press/2023/one.json",
        json!({"url": "https://journal.example/a?b=1", "published": "2023-05-01", "publisher": "Le Journal"}).to_string(),
    );
    write(
        folder,
        "press/2024/one.html",
        page(&FRENCH.replace("58", "12")),
    );
    write(folder, "press/2024/two.txt", ARABIC);
    write(
        folder,
        "press/2024/two.txt.json",
        r#"{"id": "two", "title": "توأمة"}"#,
    );
    write(
        folder,
        "press/lines.jsonl",
        line("l", &FRENCH.replace("58", "30")),
    );
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(line("g", &FRENCH.replace("58", "31")).as_bytes())
        .unwrap();
    write(folder, "press/packed.jsonl.gz", gzip.finish().unwrap());
    let zstd = zstd::encode_all(line("z", &FRENCH.replace("58", "32")).as_bytes(), 1).unwrap();
    write(folder, "press/packed.jsonl.zst", &zstd);
    counts(
        &sihafa(folder, &["import", "press"]).exits(0),
        of(6, 0, 0, 0, 0),
    );
    let found = records(folder);
    let one = |id: &str| found.iter().find(|record| record["id"] == id).unwrap();
    assert_eq!(one("2023/one")["url"], "https://journal.example/a?b=1");
    assert_eq!(one("2023/one")["published"], "2023-05-01");
    assert_eq!(one("2023/one")["publisher"], "Le Journal");
    assert_eq!(one("2024/one")["operations"][0]["count"], 12);
    assert_eq!(one("two")["title"], "توأمة");
    for (id, count) in [("l", 30), ("g", 31), ("z", 32)] {
        assert_eq!(one(id)["operations"][0]["count"], count);
    }
    counts(
        &sihafa(folder, &["import", "press"]).exits(0),
        of(0, 0, 6, 0, 0),
    );
    counts(
        &sihafa_on(folder, &["import", "-"], &zstd).exits(0),
        of(0, 0, 1, 0, 0),
    );
}

#[test]
fn the_archive_of_a_crawl_gives_its_articles_to_another() {
    let temp = tempfile::tempdir().unwrap();
    sihafa(temp.path(), &["demo", "--data", "crawled"]).exits(0);
    let archive = "crawled/archive";
    let first = sihafa(temp.path(), &["import", archive]).exits(0);
    assert_eq!(taken(&first)["changed"], 0, "{}", first.out);
    let (crawled, imported) = (
        sihafa(
            temp.path(),
            &[
                "search",
                "--data",
                "crawled",
                "convention",
                "--json",
                "--limit",
                "200",
            ],
        ),
        sihafa(
            temp.path(),
            &["search", "convention", "--json", "--limit", "200"],
        ),
    );
    let urls = |ran: &Ran| {
        let mut urls: Vec<String> = ran
            .json()
            .iter()
            .map(|hit| hit["url"].to_string())
            .collect();
        urls.sort();
        urls
    };
    assert_eq!(urls(&crawled), urls(&imported));
    let again = taken(&sihafa(temp.path(), &["import", archive]).exits(0));
    assert_eq!((again["new"], again["changed"]), (0, 0), "{again:?}");
    // one's own archive of what was handed over keeps ids and descriptions
    write(temp.path(), "own.jsonl", line("mine", FRENCH));
    sihafa(temp.path(), &["import", "--data", "one", "own.jsonl"]).exits(0);
    sihafa(temp.path(), &["import", "--data", "two", "one/archive"]).exits(0);
    sihafa(
        temp.path(),
        &[
            "dump", "--data", "two", "--format", "jsonl", "-o", "two-dump",
        ],
    )
    .exits(0);
    let found = lines(&temp.path().join("two-dump/records.jsonl"));
    assert_eq!(
        (&found[0]["id"], &found[0]["text"]),
        (&json!("mine"), &json!(FRENCH))
    );
}

#[test]
fn what_is_bad_is_named_and_counted_and_stops_nothing() {
    let long = json!({"id": "x", "text": "a", "title": "t".repeat(70_000)}).to_string();
    let twice = line("first", SPORT);
    for (bad, said) in [
        (&br#"{"id": "x", "text": "#[..], "bad.jsonl:2: invalid JSON"),
        (b"7", "bad.jsonl:2: invalid JSON"),
        (br#"{"id": "x", "text": 7}"#, "bad.jsonl:2: invalid JSON"),
        (br#"{"id": 7, "text": "a"}"#, "bad.jsonl:2: invalid JSON"),
        (br#"{"id": "x"}"#, "bad.jsonl:2: neither `text` nor `html`"),
        (
            br#"{"id": "x", "text": "  "}"#,
            "bad.jsonl:2: the article is empty",
        ),
        (
            br#"{"text": "a", "lang": "klingon"}"#,
            "bad.jsonl:2: unknown language",
        ),
        (
            br#"{"text": "a", "published": "demain"}"#,
            "bad.jsonl:2: `published`",
        ),
        (b"{\"text\": \"caf\xE9\"}", "bad.jsonl:2: invalid UTF-8"),
        (long.as_bytes(), "bad.jsonl:2: 70"),
        (twice.trim_end().as_bytes(), "bad.jsonl:2: the same key"),
    ] {
        let temp = tempfile::tempdir().unwrap();
        let (first, last) = (line("first", FRENCH), line("last", ARABIC));
        let file = [first.as_bytes(), bad, b"\n", last.as_bytes()].concat();
        write(temp.path(), "bad.jsonl", file);
        let ran = sihafa(temp.path(), &["import", "bad.jsonl"]).exits(1);
        counts(&ran, of(2, 0, 0, 1, 0));
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
        counts(
            &sihafa(temp.path(), &["import", "bad.jsonl"]).exits(1),
            of(0, 0, 2, 1, 0),
        );
    }
}

#[test]
fn bad_files_are_named_and_the_others_are_taken_in() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    write(folder, "good.txt", FRENCH);
    write(folder, "latin.txt", b"une ligne\nl'h\xF4pital\n");
    write(folder, "beside.txt", ARABIC);
    write(folder, "beside.json", "{");
    write(folder, "article.pdf", "%PDF");
    let zstd = zstd::encode_all(line("z", FRENCH).repeat(50).as_bytes(), 1).unwrap();
    write(folder, "torn.jsonl.zst", &zstd[..zstd.len() / 2]);
    for (bad, said, missing) in [
        ("absent.txt", "absent.txt", 1),
        ("article.pdf", "article.pdf: no known kind of input", 1),
        ("torn.jsonl.zst", "torn.jsonl.zst", 1),
        ("latin.txt", "latin.txt:2: invalid UTF-8", 0),
        ("beside.txt", "beside.json: invalid JSON", 0),
    ] {
        let data = format!("data-{bad}");
        let ran = sihafa(folder, &["import", "--data", &data, bad, "good.txt"]);
        assert!(ran.err.contains(said), "{bad}: {}", ran.err);
        assert_eq!(
            ran.code,
            if missing > 0 { 2 } else { 1 },
            "{bad}: {}",
            ran.err
        );
        counts(&ran, of(1, 0, 0, 1 - missing, missing));
    }
}

/// Starts an import of standard input, kills it when it has got so many bytes, and lets it begin again.
fn killed_after(folder: &Path, input: &str, bytes: usize) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sihafa"))
        .args(["import", "-"])
        .current_dir(folder)
        .env_remove("SIHAFA_DATA")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // all but what the pipe holds has been read when this returns
    stdin.write_all(&input.as_bytes()[..bytes]).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
}

#[test]
fn an_import_that_is_killed_goes_on_to_the_same_end() {
    let text = |number: usize| FRENCH.replace("58", &(number + 100).to_string());
    let lines: Vec<String> = (0..900)
        .map(|number| line(&format!("n{number:04}"), &text(number)))
        .collect();
    let input = lines.concat();
    let whole = tempfile::tempdir().unwrap();
    sihafa_on(whole.path(), &["import", "-"], input.as_bytes()).exits(0);
    let cut = tempfile::tempdir().unwrap();
    for part in 2..=5 {
        killed_after(cut.path(), &input, input.len() * part / 6);
    }
    let ran = sihafa_on(cut.path(), &["import", "-"], input.as_bytes()).exits(0);
    assert_eq!(taken(&ran)["changed"], 0, "{}", ran.out);
    assert_eq!(records(cut.path()), records(whole.path()));
    assert_eq!(
        dumped(cut.path(), "dossiers"),
        dumped(whole.path(), "dossiers")
    );
    let hits = |folder| {
        sihafa(folder, &["search", "jumelage", "--json", "--limit", "2000"])
            .exits(0)
            .out
    };
    assert_eq!(hits(cut.path()), hits(whole.path()));
}
