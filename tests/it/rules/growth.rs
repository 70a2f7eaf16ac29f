//! Holds the engine to linear time: four times the text takes at most some four times the steps.

use super::{Lang, Mention, Text, pack, rule, sift};

/// Steps that hostile rules take over `n` copies of `unit`.
fn work(rules: &str, unit: &str, n: usize) -> u64 {
    let pack = pack(Lang::Fr, rules);
    let source = unit.repeat(n);
    let text = Text::new(&source, Lang::Fr);
    let orgs: Vec<_> = (0..text.tokens.len() as u32)
        .flat_map(|first| {
            [1, 3, 9].map(|length| Mention {
                first,
                end: first + length,
                kind: "ORG",
            })
        })
        .collect();
    sift(&pack, Lang::Fr, "second", &text, &orgs).work
}

fn hostile() -> String {
    let expressions = [
        "a (b? (c? (d? (e? (f? g?)?)?)?)?)* z",
        "(a?){30} a{30} z",
        "(a* b*)* z",
        "(<ANY>* a)* <ANY>* z",
        "« ..30 « ..30 « ..30 »",
        "(<ORG> ..9)+ z",
        "((a | <ANY>)* (a | <ANY>)*)* z",
    ];
    let rules = expressions.iter().enumerate();
    let rules =
        rules.map(|(n, expression)| rule(&format!("r{n}"), &format!("match = '{expression}'")));
    rules.collect::<String>().replace("first", "second")
}

#[test]
fn work_grows_no_faster_than_the_text() {
    for unit in [
        "a ",
        "« ",
        "a b c d e f g ",
        "a b a a , . ",
        "aaaa",
        "z a z ",
    ] {
        let rules = hostile();
        let (small, large) = (work(&rules, unit, 5_000), work(&rules, unit, 20_000));
        assert!(large <= small * 5, "`{unit}`: {small} steps, then {large}");
    }
}

#[test]
fn quotes_that_never_close_are_read() {
    let rules = rule("r", "match = '« <ANY>+ »'");
    let steps = |n: usize| {
        let pack = pack(Lang::Fr, &rules);
        let source = format!("{} fin", "« ".repeat(n));
        sift(&pack, Lang::Fr, "first", &Text::new(&source, Lang::Fr), &[]).work
    };
    assert!(steps(40_000) <= 5 * steps(10_000));
}

#[test]
fn a_sentence_of_five_megabytes_is_read() {
    let text = "un accord de jumelage entre ".repeat(180_000);
    let pack = pack(Lang::Fr, &rule("r", "match = '@word ..30 nulle_part'"));
    let text = Text::new(&text, Lang::Fr);
    let sifted = sift(&pack, Lang::Fr, "first", &text, &[]);
    assert!(sifted.won.is_empty());
    assert!(
        sifted.work < 200 * text.tokens.len() as u64,
        "{} steps",
        sifted.work
    );
}

#[test]
fn guards_cost_the_same_wherever_they_look() {
    let rules = rule(
        "r",
        "match = 'a'\nunless_after = ['<ANY>* y']\nunless_inside = ['a <ANY>* y']",
    );
    let steps = |n: usize| {
        let pack = pack(Lang::Fr, &rules);
        let source = "a ".repeat(n);
        sift(&pack, Lang::Fr, "first", &Text::new(&source, Lang::Fr), &[]).work
    };
    assert!(steps(20_000) <= 5 * steps(5_000));
}
