//! Holds `--patterns` to telling every fault of a pack with its place, and to taking none of a broken one.

use std::path::Path;

use super::sihafa;

const HEAD: &str = r#"version = "1"
[limits]
rules = 100
gap = 30
steps = 4000
[[stage]]
name = "event"
emits = ["convention", "none"]
types = []
[stage.set]
kind = ["twinning", "framework"]
"#;

const WORDS: &str = "form\tid\tfeatures\naccord\ttwinning\t\nconvention cadre\tframework\t\n";

const RULE: &str = r#"[[rule]]
id = "one"
stage = "event"
emit = "convention"
match = '{x: @word} entre'
set = { kind = "$x.id" }
[[rule.yes]]
text = "Un accord entre eux"
[[rule.no]]
text = "Un accord"
"#;

/// Writes a sound pack with one file in place of its own, or beside them.
fn pack(folder: &Path, file: &str, content: &[u8]) {
    let sound = [
        ("pack.toml", HEAD),
        ("lexicons/fr/word.tsv", WORDS),
        ("rules/fr/a.toml", RULE),
    ];
    let sound = sound.map(|(path, content)| (path, content.as_bytes()));
    for (path, content) in sound.into_iter().chain([(file, content)]) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

#[track_caller]
fn check(file: &str, content: &[u8], expect: &str) {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path(), file, content);
    let ran = sihafa(folder.path(), &["patterns", "check", "--patterns", "."]);
    if expect.is_empty() {
        ran.exits(0);
    } else {
        let ran = ran.exits(2);
        assert!(ran.out.is_empty(), "{}", ran.out);
        assert!(ran.err.contains(expect), "wanted {expect}\n{}", ran.err);
    }
}

#[test]
fn faults_of_rules_have_their_place() {
    let again = RULE.replace("\"one\"", "\"two\"");
    let rule = |old: &str, new: &str| {
        assert!(again.contains(old), "{old}");
        again.replace(old, new)
    };
    let part = |until: &str| again.split(until).next().unwrap().to_owned();
    let rows = [
        ("rules/fr/b.toml", again.clone(), ""),
        (
            "rules/fr/b.toml",
            rule("@word", "@wrod"),
            "rules/fr/b.toml:5:14: unknown lexicon `wrod`",
        ),
        (
            "rules/fr/b.toml",
            format!("[macro]\nA = '%B'\nB = '%A'\n{}", rule("entre", "%A")),
            "rules/fr/b.toml:3:6: cycle of macros: %A → %B → %A",
        ),
        (
            "rules/fr/b.toml",
            format!("[macro]\nA = 'a'\n{again}"),
            "rules/fr/b.toml:2:6: macro `A` is never used",
        ),
        (
            "rules/fr/b.toml",
            RULE.to_owned(),
            "rules/fr/b.toml:2:6: rule id `one` is taken by rules/fr/a.toml:1",
        ),
        (
            "rules/fr/b.toml",
            rule("entre", "{x: entre}"),
            "rules/fr/b.toml:5:21: capture `x` is set twice",
        ),
        (
            "rules/fr/b.toml",
            rule("\"$x.id\"", "\"twining\""),
            "rules/fr/b.toml:6:16: `kind`: `twining` is none of twinning, framework",
        ),
        (
            "rules/fr/b.toml",
            rule("kind =", "knid ="),
            "rules/fr/b.toml:6:16: `knid`: stage `event` sets no such thing, only kind",
        ),
        (
            "rules/fr/b.toml",
            rule("emit =", "emits ="),
            "rules/fr/b.toml:4:1: unknown field `emits`",
        ),
        (
            "rules/fr/b.toml",
            rule("\"event\"", "\"evnt\""),
            "rules/fr/b.toml:3:9: unknown stage `evnt`",
        ),
        (
            "rules/fr/b.toml",
            part("[[rule.no]]"),
            "rules/fr/b.toml:2:6: rule `two` has no `no` example",
        ),
        (
            "rules/fr/b.toml",
            part("[[rule.yes]]"),
            "rules/fr/b.toml:2:6: rule `two` has no `yes` example",
        ),
        (
            "rules/fr/b.toml",
            "[[rule]\n".to_owned(),
            "rules/fr/b.toml:1:",
        ),
    ];
    for (file, content, expect) in rows {
        check(file, content.as_bytes(), expect);
    }
}

#[test]
fn faults_of_words_and_the_head_have_their_place() {
    let words = |rows: &str| format!("form\tid\tfeatures\n{rows}");
    let rows = [
        (
            "lexicons/fr/word.tsv",
            words("accord\ttwinning\n"),
            "lexicons/fr/word.tsv:2:1: 2 columns where 3 are wanted: form, id, features",
        ),
        (
            "lexicons/fr/word.tsv",
            words("\u{AD}\ttwinning\t\n"),
            "lexicons/fr/word.tsv:2:1: `\u{AD}` folds to nothing",
        ),
        (
            "lexicons/fr/word.tsv",
            words("École\ttwinning\t\necole\tframework\t\n"),
            "lexicons/fr/word.tsv:3:1: `École` (twinning) and `ecole` (framework) fold to one form",
        ),
        (
            "lexicons/fr/word.tsv",
            words("acc\u{202E}ord\ttwinning\t\n"),
            "lexicons/fr/word.tsv:2:4: bidi control character U+202E",
        ),
        (
            "lexicons/fr/number.tsv",
            words("cent\t100\tclass=hundred\nmille\tbeaucoup\tclass=scale\n"),
            "lexicons/fr/number.tsv:3:1: `mille` has an id or feature that means nothing here",
        ),
        (
            "lexicons/en/word.tsv",
            WORDS.to_owned(),
            "lexicons/en/word.tsv:1:1: no place for this file",
        ),
        (
            "pack.toml",
            HEAD.replace("gap", "gaps"),
            "pack.toml:4:1: unknown field `gaps`",
        ),
    ];
    for (file, content, expect) in rows {
        check(file, content.as_bytes(), expect);
    }
    check(
        "lexicons/fr/word.tsv",
        b"form\tid\tfeatures\n\xE9cole\tx\t\n",
        "lexicons/fr/word.tsv:2:1: not UTF-8 from here on",
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path(), "pack.toml", HEAD.as_bytes());
    let broken = folder.path().join("lexicons/fr/gone.tsv");
    std::os::unix::fs::symlink("nowhere", broken).unwrap();
    let ran = sihafa(folder.path(), &["patterns", "check", "--patterns", "."]).exits(2);
    assert!(ran.err.contains("lexicons/fr/gone.tsv"), "{}", ran.err);
}

#[test]
fn a_broken_pack_reads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path(), "rules/fr/b.toml", RULE.as_bytes());
    std::fs::write(
        folder.path().join("a.jsonl"),
        r#"{"lang": "fr", "text": "Un accord de jumelage."}"#,
    )
    .unwrap();
    let ran = sihafa(folder.path(), &["extract", "--patterns", ".", "a.jsonl"]).exits(2);
    assert!(ran.out.is_empty(), "{}", ran.out);
    assert!(ran.err.contains("rules/fr/b.toml:2:6"), "{}", ran.err);
}
