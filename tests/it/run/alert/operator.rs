//! What an operator is told of alerts.

use serde_json::Value;

use super::receiver::receiver;
use super::{ALL, DENGUE, ORAN, article, batch, configure};
use crate::cli::sihafa;

#[test]
fn a_query_that_cannot_be_read_is_told_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    for (lines, place, message) in [
        (
            "query = \"jumelage (oran\"",
            ":6:9: ",
            "`query` at character ",
        ),
        ("kind = [\"noces\"]", ":6:8: ", "`noces`"),
        ("since = \"demain\"", ":6:9: ", "`demain`"),
        ("until = \"demain\"", ":6:9: ", "`demain`"),
    ] {
        configure(folder.path(), &format!("[[alert]]\nid = \"a\"\n{lines}\n"));
        for command in [
            &["run"][..],
            &["alerts", "list"],
            &["run", "--every", "@daily"],
        ] {
            let told = sihafa(folder.path(), command).exits(2).err;
            let at = format!("error: sihafa.toml{place}alert `a`: ");
            assert!(told.starts_with(&at) && told.contains(message), "{told}");
        }
    }
    assert!(!folder.path().join("data").exists());
}

#[test]
fn an_alert_can_be_tried_without_telling_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (port, asked) = receiver(&["200 OK", "403 No"]);
    configure(
        folder,
        &format!(
            "{ALL}webhook = \"http://127.0.0.1:{port}/hush\"\n\n[[alert]]\nid = \"feed-only\"\n"
        ),
    );
    let listed = sihafa(folder, &["alerts", "list"]).exits(0).out;
    assert!(
        listed.contains("jumelages\tarticles\tjumelage\thttp://127.0.0.1:")
            && listed.contains("begins with the next batch")
            && !listed.contains("hush"),
        "{listed}"
    );
    batch(
        folder,
        &[
            article("one", "2024-03-05", ORAN),
            article("two", "2024-03-07", DENGUE),
        ],
    );
    let sent = asked.recv().unwrap();
    let shown = sihafa(folder, &["alerts", "try", "feed-only"]).exits(0).out;
    assert!(
        shown.contains("2 hits") && shown.contains("press.example/two"),
        "{shown}"
    );
    let body = sihafa(folder, &["alerts", "try", "jumelages", "--json"])
        .exits(0)
        .json();
    assert_eq!(body[0]["batch"], Value::Null);
    assert_eq!(body[0]["hits"][0]["id"], sent.body["hits"][0]["id"]);
    let refused = sihafa(folder, &["alerts", "try", "jumelages", "--send"])
        .exits(1)
        .out;
    assert!(
        refused.contains("not taken: refused with status 403"),
        "{refused}"
    );
    assert_eq!(asked.recv().unwrap().body, body[0]);
    for (id, said) in [
        ("none", "`sihafa alerts list`"),
        ("feed-only", "nowhere to send"),
    ] {
        let told = sihafa(folder, &["alerts", "try", id, "--send"])
            .exits(2)
            .err;
        assert!(told.contains(said), "{told}");
    }
    let listed = sihafa(folder, &["alerts", "list"]).exits(0).out;
    assert!(listed.contains("1 told, 0 waiting"), "{listed}");
}
