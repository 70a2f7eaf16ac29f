//! Measures in MB/s what it costs to split, annotate and match a text, beside one `aho-corasick` pass over it.
//!
//! The text is made of the sentences of the rules' own examples, recombined at random but always alike.

use std::time::Instant;

use sihafa::record::Lang;
use sihafa::rules::matcher::Rules;
use sihafa::rules::pack::Pack;
use sihafa::text::Text;

/// The length of the text in bytes.
const LENGTH: usize = 5_000_000;

/// Sentences of one article.
const ARTICLE: usize = 20;

fn main() -> anyhow::Result<()> {
    let begin = Instant::now();
    let pack = Pack::builtin()?;
    eprintln!("load      {:>8.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    for lang in [Lang::Fr, Lang::Ar] {
        let rules = pack.rules(lang);
        let articles = articles(rules);
        if articles.is_empty() {
            eprintln!("{}: no rule has an example yet", lang.code());
        } else {
            measure(lang, rules, &articles)?;
        }
    }
    Ok(())
}

fn measure(lang: Lang, rules: &Rules, articles: &[String]) -> anyhow::Result<()> {
    let bytes: usize = articles.iter().map(String::len).sum();
    let report = |what: &str, begin: Instant| {
        let speed = bytes as f64 / 1e6 / begin.elapsed().as_secs_f64();
        eprintln!("{}  {what:<12} {speed:>8.1} MB/s", lang.code());
    };
    let forms = rules.lexicons().entries().iter().map(|entry| &*entry.form);
    let words = aho_corasick::AhoCorasick::new(forms)?;
    let begin = Instant::now();
    let found: usize = articles.iter().map(|a| words.find_iter(a).count()).sum();
    report("aho-corasick", begin);
    let begin = Instant::now();
    let texts: Vec<Text<'_>> = articles.iter().map(|a| Text::new(a, lang)).collect();
    report("split", begin);
    let begin = Instant::now();
    let annotated = texts
        .iter()
        .map(|text| (text, rules.lexicons().annotate(text)));
    let annotated: Vec<_> = annotated.collect();
    report("annotate", begin);
    let mut stages: Vec<&str> = rules.all().iter().map(|rule| &*rule.stage).collect();
    stages.dedup();
    let mut hits = 0;
    for stage in stages {
        let begin = Instant::now();
        for (text, annotations) in &annotated {
            hits += rules.run(stage, text, annotations, &[]).len();
        }
        report(stage, begin);
    }
    eprintln!("{}  {found} words, {hits} hits", lang.code());
    Ok(())
}

/// Articles of example sentences, [`LENGTH`] bytes in all.
fn articles(rules: &Rules) -> Vec<String> {
    let examples = rules.all().iter().flat_map(|rule| &rule.examples);
    let sentences: Vec<&str> = examples.map(|example| &*example.text).collect();
    let mut articles = Vec::new();
    let mut bytes = 0;
    // Numerical Recipes' linear congruential generator.
    let mut random = 1_u32;
    while bytes < LENGTH && !sentences.is_empty() {
        let article: Vec<&str> = (0..ARTICLE)
            .map(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sentences[(random >> 8) as usize % sentences.len()]
            })
            .collect();
        articles.push(article.join("\n"));
        bytes += articles.last().map_or(0, String::len);
    }
    articles
}
