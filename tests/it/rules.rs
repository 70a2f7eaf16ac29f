//! Holds the stage `rules` to its contract from outside.

mod bench;
mod equivalence;
mod fault;
mod growth;
mod language;
mod pack;
mod sentences;

use sihafa::record::Lang;
use sihafa::rules::Mention;
use sihafa::rules::matcher::{Hit, Sifted};
use sihafa::rules::pack::Pack;
use sihafa::text::Text;

/// A head with two stages, the second of which lets hits of different kinds stand side by side.
const HEAD: &str = r#"
version = "1"
[limits]
rules = 100
gap = 30
steps = 4000
[[stage]]
name = "first"
emits = ["thing", "other"]
types = ["NUM", "ORG"]
[[stage]]
name = "second"
emits = ["thing", "other"]
types = []
compete = "emit"
[spelling.fr]
de = ["d'", "du"]
"#;

const LEXICON: &str = "form\tid\tfeatures
accord\tagreement\thead
convention\tagreement\thead strong=yes
convention cadre\tframework\t
jumelage\ttwinning\tkind
";

const ARABIC: &str = "form\tid\tfeatures
اتفاقية\tagreement\t
توأمة\ttwinning\t
";

/// A rule around its `match` and whatever stands behind it.
fn rule(id: &str, rest: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\nstage = \"first\"\nemit = \"thing\"\n{rest}\n\
         [[rule.yes]]\ntext = \"x\"\n[[rule.no]]\ntext = \"y\"\n"
    )
}

fn pack(lang: Lang, rules: &str) -> Pack {
    let code = lang.code();
    let lexicon = if lang == Lang::Fr { LEXICON } else { ARABIC };
    let files = [
        ("pack.toml".to_owned(), HEAD),
        (format!("lexicons/{code}/word.tsv"), lexicon),
        (format!("rules/{code}/a.toml"), rules),
    ];
    Pack::from_files(
        files
            .iter()
            .map(|(path, content)| (path.as_str(), *content)),
    )
    .unwrap_or_else(|error| panic!("{error}"))
}

/// What a stage says of a text; mentions are given by kind and words.
fn sift<'p>(
    pack: &'p Pack,
    lang: Lang,
    stage: &str,
    text: &Text<'_>,
    mentions: &[Mention<'_>],
) -> Sifted<'p> {
    let rules = pack.rules(lang);
    let annotations = rules.lexicons().annotate(text);
    rules.sift(stage, text, &annotations, mentions)
}

fn show(text: &Text<'_>, hits: &[Hit<'_>]) -> Vec<String> {
    hits.iter()
        .map(|hit| format!("{}: {}", hit.rule.id, text.slice(hit.tokens.clone())))
        .collect()
}
