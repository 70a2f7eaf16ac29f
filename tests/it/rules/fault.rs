//! Holds the loading of packs to telling every fault with its place.

use sihafa::rules::pack::Pack;

use super::{HEAD, LEXICON, rule};

/// Loads a pack of the given files and compares its faults, one a line.
#[track_caller]
fn check(files: &[(&str, &str)], expect: &[&str]) {
    let mut all = vec![("pack.toml", HEAD), ("lexicons/fr/word.tsv", LEXICON)];
    all.retain(|(path, _)| !files.iter().any(|(own, _)| own == path));
    all.extend(files);
    let told = Pack::from_files(all).map_or_else(|error| error.to_string(), |_| String::new());
    assert_eq!(told, expect.join("\n"));
}

#[track_caller]
fn check_rules(rules: &str, expect: &[&str]) {
    check(&[("rules/fr/a.toml", rules)], expect);
}

#[track_caller]
fn check_match(expression: &str, expect: &str) {
    let rules = rule("r", &format!("match = '{expression}'"));
    check_rules(&rules, &[expect]);
}

#[test]
fn a_sound_pack_has_none() {
    check_rules(&rule("r", "match = 'a'"), &[]);
    check(&[], &[]);
}

#[test]
fn expressions() {
    check_match("a @wrod", "rules/fr/a.toml:5:12: unknown lexicon `wrod`");
    check_match("é <+q>", "rules/fr/a.toml:5:12: unknown clitic `q`");
    check_match("<MONEY>", "rules/fr/a.toml:5:10: unknown type `MONEY`");
    check_match(
        "<ORG>",
        "rules/fr/a.toml:5:10: `ORG` is made by stage `first`, which is not before `first`",
    );
    check_match(
        "a ..31 b",
        "rules/fr/a.toml:5:12: a gap is of 1 to 30 tokens",
    );
    check_match("a %M", "rules/fr/a.toml:5:12: unknown macro `M`");
    check_match("a (b", "rules/fr/a.toml:5:12: `)` is missing for this");
    check_match(
        "a?",
        "rules/fr/a.toml:5:10: the expression matches where nothing stands",
    );
    check_match("a ـ", "rules/fr/a.toml:5:12: `ـ` folds to nothing");
    check_match(
        "(((a{60}){60}){60}){60}",
        "rules/fr/a.toml:5:10: the rule takes 39758640 steps, more than 4000",
    );
}

#[test]
fn features_that_no_entry_has() {
    check_match(
        "a @word:haed",
        "rules/fr/a.toml:5:12: no entry of `word` has `haed`",
    );
    check_match(
        "@word:id=twining",
        "rules/fr/a.toml:5:10: no entry of `word` has `id=twining`",
    );
    check_rules(
        &rule("r", "match = '@word:strong=yes @word:id=twinning'"),
        &[],
    );
}

#[test]
fn captures_that_nothing_asks_for() {
    let head = HEAD.replace("types = []", "types = []\ncaptures = [\"partner\"]");
    let check = |match_and_set: &str, expect: &[&str]| {
        let rule = rule("r", match_and_set).replace("first", "second");
        check(&[("pack.toml", &head), ("rules/fr/a.toml", &rule)], expect);
    };
    check("match = '{partner: a} b'", &[]);
    check(
        "match = 'a {partnr: b}'",
        &["rules/fr/a.toml:5:12: nothing asks for capture `partnr`, only for partner"],
    );
    check(
        "match = '{kind: @word} b'\nset = { kind = \"$kind.id\" }",
        &[],
    );
    // A stage that lists none takes every name.
    check_rules(&rule("r", "match = '{partnr: a} b'"), &[]);
    let inside = format!(
        "[macro]\nA = '{{partnr: a}}'\n{}",
        rule("r", "match = '%A b'").replace("first", "second")
    );
    let files = [("pack.toml", &*head), ("rules/fr/a.toml", &inside)];
    let told = Pack::from_files(files).unwrap_err().to_string();
    assert_eq!(
        told,
        "rules/fr/a.toml:2:6: nothing asks for capture `partnr`, only for partner"
    );
}

#[test]
fn lines_of_a_closed_lexicon() {
    let head = format!(
        "{HEAD}\n[lexicon.act]\nids = [\"surgery\", \"care\"]\nfeatures = [\"weak\", \"field\"]\n"
    );
    let check = |line: &str, expect: &[&str]| {
        let act = format!("# acts\nform\tid\tfeatures\n{line}\n");
        let files = [
            ("pack.toml", &*head),
            ("lexicons/fr/act.tsv", &act),
            ("lexicons/ar/act.tsv", ""),
        ];
        check(&files, expect);
    };
    check("greffe\tsurgery\tweak field=kidney", &[]);
    check(
        "greffe\tsurgry\tweak",
        &["lexicons/fr/act.tsv:3:8: `surgry` is no id of this lexicon, only care, surgery"],
    );
    check(
        "greffe\tcare\tweak feild=kidney",
        &["lexicons/fr/act.tsv:3:13: `feild` is no feature of this lexicon, only field, weak"],
    );
}

#[test]
fn a_closed_lexicon_that_a_language_lacks() {
    let head = format!("{HEAD}\n[lexicon.act]\nids = [\"surgery\"]\n");
    let act = ("lexicons/fr/act.tsv", "greffe\tsurgery\t\n");
    check(
        &[("pack.toml", &head), act],
        &["pack.toml:19:1: the pack has no `lexicons/ar/act.tsv`"],
    );
}

#[test]
fn captures_set_twice() {
    check_match(
        "{x: a} {x: b}",
        "rules/fr/a.toml:5:17: capture `x` is set twice",
    );
    check_match(
        "{x: a {x: b}}",
        "rules/fr/a.toml:5:10: capture `x` is set twice",
    );
    // One of two ways, and a list.
    check_rules(&rule("r", "match = '({x: a} | {x: b}) c'"), &[]);
    check_rules(&rule("r", "match = '{x: a} (, {x: b})+'"), &[]);
}

#[test]
fn macros() {
    let used = rule("r", "match = '%A'");
    check_rules(
        &format!("[macro]\nA = 'a %B'\nB = '%A'\n{used}"),
        &["rules/fr/a.toml:3:6: cycle of macros: %A → %B → %A"],
    );
    check_rules(
        &format!("[macro]\nA = 'a'\nB = 'b'\n{used}"),
        &["rules/fr/a.toml:3:6: macro `B` is never used"],
    );
    let chain: Vec<_> = (0..2000).map(|n| format!("M{n} = '%M{}'", n + 1)).collect();
    let chain = chain.join("\n");
    let told = Pack::from_files([
        ("pack.toml", HEAD),
        (
            "rules/fr/a.toml",
            &format!(
                "[macro]\n{chain}\nM2000 = 'a'\n{}",
                rule("r", "match = '%M0'")
            ),
        ),
    ]);
    assert!(
        told.unwrap_err()
            .to_string()
            .contains("macros nest deeper than 30")
    );
}

#[test]
fn names_of_rules_stages_and_keys() {
    let one = rule("r", "match = 'a'");
    check(
        &[("rules/fr/a.toml", &one), ("rules/ar/b.toml", &one)],
        &["rules/ar/b.toml:2:6: rule id `r` is taken by rules/fr/a.toml:1"],
    );
    check_rules(
        &one.replace("first", "third"),
        &["rules/fr/a.toml:3:9: unknown stage `third`"],
    );
    check_rules(
        &one.replace("thing", "date"),
        &["rules/fr/a.toml:4:8: stage `first` emits no `date`"],
    );
    let told = Pack::from_files([
        ("pack.toml", HEAD),
        ("rules/fr/a.toml", &one.replace("emit", "yield")),
    ]);
    let told = told.unwrap_err().to_string();
    assert!(
        told.starts_with("rules/fr/a.toml:4:1: unknown field `yield`"),
        "{told}"
    );
    check_rules(
        &rule(
            "r",
            "match = 'a'\nset = { kind = \"$word\", k = \"$none.id\" }",
        ),
        &[
            "rules/fr/a.toml:6:16: `kind`: `$word` names no feature; write `$word.id`",
            "rules/fr/a.toml:6:29: `k`: `none` is neither a capture of the rule nor a lexicon",
        ],
    );
}

#[test]
fn values_that_a_stage_does_not_know() {
    let head = HEAD.replace(
        "compete = \"emit\"\n",
        "compete = \"emit\"\n[stage.set]\nkind = [\"agreement\", \"twinning\", \"framework\"]\n",
    );
    let check = |set: &str, expect: &[&str]| {
        let rules = rule(
            "r",
            &format!("match = '{{x: @word}} de'\nset = {{ {set} }}"),
        );
        let rules = rules.replace("first", "second");
        check(&[("pack.toml", &head), ("rules/fr/a.toml", &rules)], expect);
    };
    check("kind = \"twinning\"", &[]);
    check("kind = \"$x.id\"", &[]);
    check(
        "kind = \"twining\"",
        &["rules/fr/a.toml:6:16: `kind`: `twining` is none of agreement, twinning, framework"],
    );
    check(
        "knid = \"twinning\"",
        &["rules/fr/a.toml:6:16: `knid`: stage `second` sets no such thing, only kind"],
    );
    check(
        "kind = \"$x.strong\"",
        &[
            "rules/fr/a.toml:6:16: `kind`: `convention` gives `yes`, none of agreement, twinning, framework",
        ],
    );
}

#[test]
fn a_rule_without_examples() {
    let one = rule("r", "match = 'a'");
    let bare = one.split("[[rule.yes]]").next().unwrap();
    check_rules(
        bare,
        &[
            "rules/fr/a.toml:2:6: rule `r` has no `no` example",
            "rules/fr/a.toml:2:6: rule `r` has no `yes` example",
        ],
    );
}

#[test]
fn lexicons() {
    let check =
        |content: &str, expect: &[&str]| check(&[("lexicons/fr/word.tsv", content)], expect);
    check(
        "form\tid\tfeatures\naccord\tagreement\n\nmot\tmot\t\tx\n",
        &[
            "lexicons/fr/word.tsv:2:1: 2 columns where 3 are wanted: form, id, features",
            "lexicons/fr/word.tsv:4:1: 4 columns where 3 are wanted: form, id, features",
        ],
    );
    check(
        "id\tform\nx\t\u{AD}\ny\t\n",
        &[
            "lexicons/fr/word.tsv:2:3: `\u{AD}` folds to nothing",
            "lexicons/fr/word.tsv:3:3: the form is empty",
        ],
    );
    let pair = "form\tid\nÉcole\tone\necole\ttwo\n";
    check(
        pair,
        &["lexicons/fr/word.tsv:3:1: `École` (one) and `ecole` (two) fold to one form"],
    );
    check(&format!("# homonyms\n{pair}"), &[]);
    check("mot\tword\t\nautre\tword\tplain\n", &[]);
    check(
        "mot\tword\n",
        &["lexicons/fr/word.tsv:1:1: 2 columns where 3 are wanted: form, id, features"],
    );
    check("form\tid\nÉcole\tone\necole\tone\n", &[]);
    check(
        "form\tid\nmot\tmot\nm\u{202E}ot\tmot\n",
        &["lexicons/fr/word.tsv:3:2: bidi control character U+202E"],
    );
    check(
        "froms\tid\tfeatures\n",
        &["lexicons/fr/word.tsv:1:1: no column holds a form: form, name_fr, name_ar"],
    );
}

#[test]
fn files_and_the_head() {
    check(
        &[("rules/en/a.toml", "")],
        &["rules/en/a.toml:1:1: no place for this file; see README.md for the folders of a pack"],
    );
    let told = Pack::from_files([]).unwrap_err().to_string();
    assert_eq!(told, "pack.toml:1:1: the pack has no `pack.toml`");
    let told = Pack::from_files([("pack.toml", "version = 1")])
        .unwrap_err()
        .to_string();
    assert!(told.starts_with("pack.toml:1:11: invalid type"), "{told}");
}

#[test]
fn a_shared_file_tells_a_fault_once() {
    check(
        &[(
            "lexicons/shared/place.tsv",
            "id\tname_fr\tname_ar\nx\tOran\n",
        )],
        &["lexicons/shared/place.tsv:2:1: 2 columns where 3 are wanted: id, name_fr, name_ar"],
    );
}
