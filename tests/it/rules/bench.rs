//! Holds the rule author's bench to what it tells: examples, explanations, coverage.

use sihafa::record::Lang;
use sihafa::rules::Mention;
use sihafa::rules::coverage::Coverage;
use sihafa::rules::example::{Case, Stages, check_examples};
use sihafa::rules::matcher::Hit;
use sihafa::text::Text;

use super::pack;

const RULES: &str = r#"
[[rule]]
id = "pair"
stage = "first"
emit = "thing"
match = '@word:head de {kind: @word:kind}'
set = { kind = "$kind.id" }
unless_after = ["sans"]
[[rule.yes]]
text = "Une convention de jumelage"
want = { kind = "twinning" }
[[rule.no]]
text = "Un accord sur le jumelage"
why = "no name"

[[rule]]
id = "bare"
stage = "first"
emit = "thing"
match = '@word:head (signé | paraphé)'
[[rule.yes]]
text = "L'accord signé"
[[rule.no]]
text = "L'accord"
"#;

/// A stage whose value is what the rule sets.
struct Own;

impl Stages for Own {
    fn mentions(&self, _: &Case<'_>) -> Vec<Mention<'static>> {
        Vec::new()
    }

    fn value(&self, case: &Case<'_>, hit: &Hit<'_>) -> Option<toml::Table> {
        let kind = case.rules.setting(hit, "kind", &case.annotations)?;
        Some(toml::Table::from_iter([("kind".to_owned(), kind.into())]))
    }
}

#[track_caller]
fn check(rules: &str, expect: &[&str]) {
    let faults = check_examples(&pack(Lang::Fr, rules), &Own);
    let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, expect);
}

#[test]
fn examples_that_hold() {
    check(RULES, &[]);
}

#[test]
fn examples_that_do_not_hold() {
    check(
        &RULES.replace(
            "want = { kind = \"twinning\" }",
            "want = { kind = \"framework\" }",
        ),
        &["rules/fr/a.toml:10:1: pair: wants kind = \"framework\" and gives kind = \"twinning\""],
    );
    check(
        &RULES.replace("Un accord sur le", "Un accord de"),
        &["rules/fr/a.toml:13:1: pair: hits its `no` example; no name"],
    );
    check(
        &RULES.replace("Une convention", "Sans convention"),
        &["rules/fr/a.toml:10:1: pair: its own guard takes its `yes` example away"],
    );
    check(
        &RULES.replace("L'accord signé", "L'accord est signé"),
        &["rules/fr/a.toml:22:1: bare: does not hit its `yes` example"],
    );
}

#[test]
fn an_explanation_shows_tokens_hits_and_where_the_nearest_died() {
    let pack = pack(Lang::Fr, RULES);
    let rules = pack.rules(Lang::Fr);
    let text = Text::new("Deux accords signés, une convention de santé", Lang::Fr);
    let annotations = rules.lexicons().annotate(&text);
    let shown = rules.explain("first", &text, &annotations, &[]).to_string();
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(
        lines,
        [
            "   0  Deux  `deux` <CAP> <LATIN> <LINE>",
            "   1  accords  `accords` <LATIN> @word=agreement<+plural>",
            "   2  signés  `signes` <LATIN>",
            "   3  ,  `,` <PUNCT> <GLUED>",
            "   4  une  `une` <LATIN>",
            "   5  convention  `convention` <LATIN> @word=agreement",
            "   6  de  `de` <LATIN>",
            "   7  santé  `sante` <LATIN>",
            "missed    pair  7  wanted @word:kind, found `santé`",
            "missed    bare  6  wanted paraphe or signe, found `de`",
        ]
    );
}

#[test]
fn an_explanation_tells_a_sentence_that_ends_too_early() {
    let pack = pack(Lang::Fr, RULES);
    let rules = pack.rules(Lang::Fr);
    let text = Text::new("Un accord\n\nDe jumelage", Lang::Fr);
    let annotations = rules.lexicons().annotate(&text);
    let shown = rules.explain("first", &text, &annotations, &[]).to_string();
    let line = "missed    pair  2  wanted de, found the end of the sentence";
    assert!(shown.lines().any(|shown| shown == line), "{shown}");
}

#[test]
fn coverage_tells_what_was_never_needed() {
    let pack = pack(Lang::Fr, RULES);
    let rules = pack.rules(Lang::Fr);
    let mut coverage = Coverage::new(rules);
    for source in [
        "Un accord de jumelage.",
        "L'accord de jumelage et la convention",
    ] {
        let text = Text::new(source, Lang::Fr);
        let annotations = rules.lexicons().annotate(&text);
        coverage.count(&annotations, &rules.run("first", &text, &annotations, &[]));
    }
    assert_eq!(coverage.hits("pair"), 2);
    let silent: Vec<_> = coverage.silent_rules().map(|rule| &*rule.id).collect();
    assert_eq!(silent, ["bare"]);
    let unused: Vec<_> = coverage
        .unused_entries()
        .map(|entry| &*entry.form)
        .collect();
    assert_eq!(unused, ["convention cadre"]);
}
