//! What is told and what is not, as feeds and their readers see it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::receiver::receiver;
use super::{
    ALL, ARABIC, DENGUE, ORAN, RENEWED, article, batch, configure, feed, is_valid, last_report,
    of_entries,
};
use crate::cli::sihafa;

#[test]
fn a_hit_is_told_once_in_a_feed_that_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder, ALL);
    let articles = [
        article("one", "2024-03-05", ORAN),
        article("deux/توأمة", "2024-03-06T08:00:00+01:00", ARABIC),
        article("three", "2024-03-07", DENGUE),
    ];
    let report = batch(folder, &articles);
    assert_eq!(report["alerts"]["jumelages"]["new"], 2, "{report}");
    let first = feed(folder, "jumelages");
    is_valid(&first);
    assert_eq!(
        of_entries(&first, "title"),
        ["<Titre> & \"deux/توأمة\"", "<Titre> & \"one\""]
    );
    assert_eq!(
        of_entries(&first, "updated"),
        ["2024-03-06T07:00:00Z", "2024-03-05T00:00:00Z"]
    );
    let read = roxmltree::Document::parse(&first).unwrap();
    let langs: Vec<_> = read
        .descendants()
        .filter(|node| node.has_tag_name("entry"))
        .map(|node| node.attribute(("http://www.w3.org/XML/1998/namespace", "lang")))
        .collect();
    assert_eq!(langs, [Some("ar"), Some("fr")]);
    assert!(of_entries(&first, "summary")[1].contains("convention de jumelage"));
    assert!(
        first.contains("href=\"http://press.example/one?a=1&amp;b=2\""),
        "{first}"
    );

    // the same again, and something else that is no hit: the same bytes
    let report = batch(folder, &articles);
    assert_eq!(report["alerts"]["jumelages"]["new"], 0, "{report}");
    batch(folder, &[article("four", "2024-04-01", DENGUE)]);
    assert_eq!(feed(folder, "jumelages"), first);
    // lost, it is made again as it was
    fs::remove_dir_all(folder.join("data/alerts")).unwrap();
    batch(folder, &articles);
    assert_eq!(feed(folder, "jumelages"), first);

    // another text under a known id was told; it is not told again
    let other = article(
        "one",
        "2024-03-05",
        &format!("{ORAN} Une suite est prévue."),
    );
    batch(folder, &[other]);
    assert_eq!(feed(folder, "jumelages"), first);
    let page = sihafa(folder, &["status"]).exits(0).out;
    assert!(
        page.contains("alert jumelages: 2 told, 0 deliveries wait"),
        "{page}"
    );
}

#[test]
fn reading_again_is_no_news_and_neither_is_what_was_there_before() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder, "");
    batch(folder, &[article("one", "2024-03-05", ORAN)]);
    configure(folder, ALL);
    let told = |report: &Value| {
        let told = &report["alerts"]["jumelages"];
        (
            told["new"].as_u64().unwrap(),
            told["changed"].as_u64().unwrap(),
        )
    };
    // an alert that begins with a reading of the archive, in other words
    let patterns = folder.join("patterns");
    copy(&crate::support::here("patterns"), &patterns);
    let pack = fs::read_to_string(patterns.join("pack.toml")).unwrap();
    fs::write(patterns.join("pack.toml"), format!("{pack}\n# other\n")).unwrap();
    sihafa(folder, &["reprocess", "--patterns", "patterns"]).exits(0);
    assert_eq!(told(&last_report(folder)), (0, 0));
    sihafa(folder, &["reprocess"]).exits(0);
    assert_eq!(told(&last_report(folder)), (0, 0));
    let report = batch(folder, &[article("two", "2024-03-09", ARABIC)]);
    assert_eq!(told(&report), (1, 0));
    assert_eq!(
        of_entries(&feed(folder, "jumelages"), "title"),
        ["<Titre> & \"two\""]
    );
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_dossier_that_changes_is_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (port, asked) = receiver(&["204 No Content"]);
    configure(
        folder,
        &format!(
            "[[alert]]\nid = \"oran\"\ndossiers = true\nkind = [\"twinning\"]\nwebhook = \"http://127.0.0.1:{port}/hook\"\n"
        ),
    );
    batch(folder, &[article("one", "2024-03-05", ORAN)]);
    let first = asked.recv().unwrap();
    let hit = first.body["hits"][0].clone();
    assert_eq!(
        (&hit["kind"], &hit["change"]),
        (&json!("dossier"), &json!("new"))
    );
    assert_eq!(hit["dossier"]["kind"], "twinning", "{hit}");
    assert_eq!(hit["urls"], json!(["http://press.example/one?a=1&b=2"]));
    let before = feed(folder, "oran");
    is_valid(&before);
    assert!(
        of_entries(&before, "content")[0].contains("twinning · signed"),
        "{before}"
    );

    let report = batch(folder, &[article("two", "2025-01-10", RENEWED)]);
    let told = &report["alerts"]["oran"];
    assert_eq!(
        (&told["new"], &told["changed"]),
        (&json!(0), &json!(1)),
        "{report}"
    );
    let second = asked.recv().unwrap();
    assert_eq!(second.hits(), [hit["id"].as_str().unwrap()]);
    assert_eq!(second.body["hits"][0]["change"], "changed");
    let after = feed(folder, "oran");
    is_valid(&after);
    assert_eq!(of_entries(&after, "id"), of_entries(&before, "id"));
    assert_ne!(
        of_entries(&after, "updated"),
        of_entries(&before, "updated")
    );
    // nothing changes: nothing is told
    batch(folder, &[article("two", "2025-01-10", RENEWED)]);
    assert!(asked.try_recv().is_err());
    assert_eq!(feed(folder, "oran"), after);
}

#[test]
fn a_feed_holds_the_last_hundred_and_a_delivery_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let (port, asked) = receiver(&["200 OK"]);
    configure(
        folder.path(),
        &format!("{ALL}webhook = \"http://127.0.0.1:{port}/\"\n"),
    );
    let articles: Vec<String> = (0..130)
        .map(|number| {
            let words: Vec<String> = (0..40)
                .map(|word| format!("mot{}", number * 40 + word))
                .collect();
            let words = words.join(" ");
            let text = format!("{ORAN} L'hôpital ajoute : {words}.");
            article(&format!("n{number:03}"), "2024-03-05", &text)
        })
        .collect();
    let report = batch(folder.path(), &articles);
    let told = &report["alerts"]["jumelages"];
    assert_eq!(
        (&told["new"], &told["delivered"]),
        (&json!(130), &json!(2)),
        "{told}"
    );
    let (first, second) = (asked.recv().unwrap(), asked.recv().unwrap());
    assert_eq!((first.hits().len(), second.hits().len()), (100, 30));
    assert_eq!((first.hits()[0], second.hits()[29]), ("n000", "n129"));
    let feed = feed(folder.path(), "jumelages");
    is_valid(&feed);
    let titles = of_entries(&feed, "title");
    assert_eq!(titles.len(), 100);
    assert!(
        titles[0].contains("n129") && titles[99].contains("n030"),
        "{titles:?}"
    );
}
