//! Holds the matcher to a regex engine: the same expression over letters finds the same places and parts.

use proptest::prelude::*;
use sihafa::record::Lang;
use sihafa::rules::pack::Pack;
use sihafa::text::Text;

use super::{HEAD, rule, sift};

/// An expression, and the regex over one letter a word that means the same.
fn expression() -> impl Strategy<Value = (String, String)> {
    let leaf = prop_oneof![
        4 => "[abc]".prop_map(|word| (word.clone(), word)),
        1 => Just(("<ANY>".to_owned(), ".".to_owned())),
        1 => (1..4).prop_map(|n| (format!("..{n}"), format!(".{{0,{n}}}?"))),
        2 => Just(("@pair".to_owned(), "(?:abc|ab|b)".to_owned())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| join(&parts, " ", "")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| join(&parts, " | ", "|")),
            (inner.clone(), "[?*+]|\\{2\\}|\\{1,2\\}|\\{2,\\}").prop_map(
                |((own, regex), times)| (format!("({own}){times}"), format!("(?:{regex}){times}"))
            ),
            inner.prop_map(|(own, regex)| (format!("{{#: {own}}}"), format!("(?<#>{regex})"))),
        ]
    })
}

/// Names captures by their order, as both engines number them.
fn named(expression: &str) -> String {
    let mut parts = expression.split('#');
    let first = parts.next().unwrap_or_default().to_owned();
    let parts = parts.enumerate();
    parts.fold(first, |named, (n, part)| format!("{named}c{n}{part}"))
}

fn join(parts: &[(String, String)], own: &str, regex: &str) -> (String, String) {
    let one: Vec<_> = parts.iter().map(|(own, _)| own.as_str()).collect();
    let other: Vec<_> = parts.iter().map(|(_, regex)| regex.as_str()).collect();
    (
        format!("({})", one.join(own)),
        format!("(?:{})", other.join(regex)),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_places_are_found((own, regex) in expression(), letters in "[abc]{0,24}") {
        let (own, regex) = (named(&own), regex::Regex::new(&named(&regex)).unwrap());
        let rules = rule("r", &format!("match = '{own}'"));
        let pack = Pack::from_files([
            ("pack.toml", HEAD),
            ("lexicons/fr/pair.tsv", "form\tid\na b\t1\na b c\t1\nb\t1\n"),
            ("rules/fr/a.toml", &rules),
        ]);
        prop_assert_eq!(pack.is_err(), regex.is_match(""), "{}", own);
        let Ok(pack) = pack else { return Ok(()) };
        let source: String = letters.chars().flat_map(|letter| [letter, ' ']).collect();
        let text = Text::new(&source, Lang::Fr);
        let hits = sift(&pack, Lang::Fr, "first", &text, &[]).won;
        let found: Vec<_> = hits.iter().map(|hit| hit.tokens.clone()).collect();
        let expect: Vec<_> = regex.find_iter(&letters).map(|found| found.range()).collect();
        prop_assert_eq!(found, expect, "{} over {}", own, letters);
        for (hit, expect) in hits.iter().zip(regex.captures_iter(&letters)) {
            for name in regex.capture_names().flatten() {
                // A regex keeps the last part of a list.
                let part = hit.captures(name).last();
                let expect = expect.name(name).map(|part| part.range());
                prop_assert_eq!(part, expect, "{} of {} over {}", name, own, letters);
            }
        }
    }

    #[test]
    fn no_expression_and_no_pack_panics(expression in "[ab @<>(){}|?*+.%:\"0-9A-Z~é-]{0,40}", junk in "\\PC{0,60}") {
        let rules = rule("r", &format!("match = '''{expression}'''"));
        let _ = Pack::from_files([("pack.toml", HEAD), ("rules/fr/a.toml", &rules), ("lexicons/fr/x.tsv", &junk)]);
        let _ = Pack::from_files([("pack.toml", HEAD), ("rules/fr/a.toml", &junk)]);
        let _ = Pack::from_files([("pack.toml", junk.as_str())]);
    }
}
