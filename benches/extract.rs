//! Measures in MB/s what extraction costs by stage and as a whole on one core, beside one `aho-corasick` pass over the same bytes.
//!
//! The text of each language is made of the sentences of `corpus/`, recombined at random but always
//! alike into articles of the usual length. `cargo bench --bench extract -- DIR` writes it to `DIR`
//! as `fr.txt` and `ar.txt`, an article a paragraph, for `benches/peers/`.

use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::civil::Date;
use sihafa::extract::Extractor;
use sihafa::mention::{self, vocabulary::Vocabulary};
use sihafa::record::{Article, Lang};
use sihafa::rules::lexicon::Lexicons;
use sihafa::rules::pack::Pack;
use sihafa::text::Text;

/// Bytes of each language's text.
const LENGTH: usize = 6_000_000;

/// Bytes of an article.
const ARTICLE: usize = 5_000;

/// Files of articles inside `corpus/`, each a line of JSON with `lang` or named by it.
const FILES: [&str; 5] = [
    "facts/articles-fr.jsonl",
    "facts/articles-ar.jsonl",
    "facts/operations.jsonl",
    "topic/fr.jsonl",
    "topic/ar.jsonl",
];

/// The program's.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().skip(1).find(|word| word != "--bench");
    let begin = Instant::now();
    let pack = Pack::builtin()?;
    let extractor = Extractor::new(pack.clone())?;
    let mut out = std::io::stdout().lock();
    let milliseconds = begin.elapsed().as_secs_f64() * 1e3;
    writeln!(out, "loading the pack   {milliseconds:>8.1} ms")?;
    for lang in [Lang::Fr, Lang::Ar] {
        let articles = articles(lang)?;
        if let Some(folder) = &folder {
            let texts: Vec<_> = articles.iter().map(|article| &*article.text).collect();
            let path = Path::new(folder).join(lang.code()).with_extension("txt");
            std::fs::write(path, texts.join("\n\n"))?;
        }
        measure(lang, &pack, &extractor, &articles, &mut out)?;
    }
    Ok(())
}

fn measure(
    lang: Lang,
    pack: &Pack,
    extractor: &Extractor,
    articles: &[Article],
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let bytes: usize = articles.iter().map(|article| article.text.len()).sum();
    let lexicons = pack.rules(lang).lexicons();
    let vocabulary = Vocabulary::new(lexicons, lang).map_err(sihafa::error::Error::Pattern)?;
    let forms = lexicons.entries().iter().map(|entry| &*entry.form);
    let words = aho_corasick::AhoCorasick::new(forms)?;
    let mut row = |what: &str, each: &mut dyn FnMut(&Article)| {
        let seconds = seconds(articles, each);
        let (speed, one) = (
            bytes as f64 / 1e6 / seconds,
            seconds * 1e3 / articles.len() as f64,
        );
        let code = lang.code();
        writeln!(
            out,
            "{code} {what:<24} {speed:>8.1} MB/s {one:>8.3} ms an article"
        )
    };
    row("aho-corasick", &mut |article| {
        black_box(words.find_iter(&article.text).count());
    })?;
    row("tokens", &mut |article| {
        black_box(Text::new(&article.text, lang));
    })?;
    row("tokens, entries", &mut |article| {
        black_box(lexicons.annotate(&Text::new(&article.text, lang)));
    })?;
    row("tokens, numbers, dates", &mut |article| {
        black_box(mentions(article, lang, lexicons, &vocabulary));
    })?;
    row("facts", &mut |article| {
        black_box(extractor.facts(article));
    })?;
    row("record", &mut |article| {
        black_box(extractor.record(article.clone()));
    })?;
    Ok(())
}

fn mentions(
    article: &Article,
    lang: Lang,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
) -> mention::Mentions {
    let text = Text::new(&article.text, lang);
    let found = lexicons.annotate(&text);
    let published: Option<Date> = article.published_day().and_then(|day| day.parse().ok());
    mention::read(&text, &found, vocabulary, published)
}

/// The seconds of the faster of two passes: the first fills the caches that a running program has full.
fn seconds(articles: &[Article], each: &mut dyn FnMut(&Article)) -> f64 {
    let mut pass = || {
        let begin = Instant::now();
        articles.iter().for_each(&mut *each);
        begin.elapsed().as_secs_f64()
    };
    pass().min(pass())
}

/// Articles of shuffled sentences, [`LENGTH`] bytes in all; a paragraph holds three of them.
fn articles(lang: Lang) -> anyhow::Result<Vec<Article>> {
    let (titles, sentences) = sentences(lang)?;
    let mut articles = Vec::new();
    let mut bytes = 0;
    // Numerical Recipes' linear congruential generator.
    let mut random = 1_u32;
    let mut below = |end: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize % end
    };
    while bytes < LENGTH {
        let mut text = String::with_capacity(ARTICLE + 1000);
        let mut told = 0;
        while text.len() < ARTICLE {
            let part = match told % 3 {
                _ if told == 0 => "",
                0 => "\n\n",
                _ => " ",
            };
            text.push_str(part);
            text.push_str(&sentences[below(sentences.len())]);
            told += 1;
        }
        bytes += text.len();
        articles.push(Article {
            lang: lang.code().to_owned(),
            title: Some(titles[below(titles.len())].clone()),
            published: Some("2024-03-14".to_owned()),
            text,
            ..Article::default()
        });
    }
    Ok(articles)
}

/// The headlines and the different sentences of a language in the corpus.
fn sentences(lang: Lang) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let (mut titles, mut sentences) = (Vec::new(), Vec::new());
    let corpus = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus"));
    for file in FILES {
        for line in std::fs::read_to_string(corpus.join(file))?.lines() {
            let article: serde_json::Value = serde_json::from_str(line)?;
            let stem = file.trim_end_matches(".jsonl");
            if article["lang"]
                .as_str()
                .unwrap_or(stem.rsplit('/').next().unwrap_or(""))
                != lang.code()
            {
                continue;
            }
            titles.extend(article["title"].as_str().map(str::to_owned));
            let text = Text::new(article["text"].as_str().unwrap_or_default(), lang);
            let split = text.sentences.iter();
            sentences.extend(split.map(|s| text.slice(s.tokens.clone()).to_owned()));
        }
    }
    sentences.sort();
    sentences.dedup();
    Ok((titles, sentences))
}
