//! Builds an index of articles recombined from the corpus, asks it 500 mixed queries on one thread, and says
//! what both cost.
//!
//! `cargo bench --bench search -- 200000 FOLDER`: articles, and where the index and the files that
//! `peers/lucene` reads are written (a folder of the system's temporary one otherwise). Sentences, titles and
//! names are drawn from the bundled press and our own cases, so words are as frequent as in the press.

#![allow(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::collections::BTreeMap;
use std::fs::{File, read, read_to_string};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use sihafa::article::{self, Page};
use sihafa::index::{Index, Query, Request, Vocabulary};
use sihafa::record::fact::Facts;
use sihafa::record::{Article, Record};

/// Queries that are asked.
const QUERIES: usize = 500;

/// Words of the longest query.
const WORDS: usize = 5;

/// Sentences of the shortest and of the longest article.
const SENTENCES: std::ops::Range<u64> = 6..24;

/// The program's.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let count: usize = arguments.next().map_or(Ok(20_000), |word| word.parse())?;
    let folder = arguments.next().map_or_else(
        || std::env::temp_dir().join("sihafa-search-bench"),
        PathBuf::from,
    );
    std::fs::create_dir_all(&folder)?;
    let mut press = Press::read()?;
    let articles: Vec<Record> = (0..count).map(|at| press.article(at)).collect();
    let queries: Vec<String> = (0..QUERIES).map(|at| press.query(at)).collect();
    write_tables(&folder, &articles, &queries)?;
    let bytes: usize = articles.iter().map(|record| record.text.len()).sum();

    let index = Index::create(&folder.join("index"), Arc::new(Vocabulary::built_in()))?;
    let (begun, cpu) = (Instant::now(), cpu_seconds()?);
    let mut writer = index.writer()?;
    for record in &articles {
        writer.add(record)?;
    }
    writer.commit(0)?;
    writer.close()?;
    let cpu = cpu_seconds()? - cpu;
    println!(
        "build: {count} articles, {:.0} MB of text: {:.1} s, {cpu:.1} CPU-s, {:.0} articles and {:.2} MB per CPU-second, {:.0} MB on disk",
        mega(bytes),
        begun.elapsed().as_secs_f64(),
        count as f64 / cpu,
        mega(bytes) / cpu,
        mega(size(&folder.join("index"))?),
    );
    drop(articles);
    index.reload()?;
    // The first round fills the caches.
    time(&index, &queries)?;
    let times = time(&index, &queries)?;
    println!(
        "ask: {QUERIES} queries on one thread: {}, peak {} MB",
        quantiles(times.clone()),
        status("VmHWM:")? / 1024
    );
    for words in 1..=WORDS {
        let asked = queries.iter().zip(&times);
        let asked = asked.filter(|(query, _)| query.split(' ').count() == words);
        let times = asked.map(|(_, time)| *time).collect();
        println!("  of {words} words: {}", quantiles(times));
    }
    Ok(())
}

/// What half of these milliseconds and 99 of 100 stay below.
fn quantiles(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let at = |per_cent: usize| times.get(times.len() * per_cent / 100).unwrap_or(&0.0);
    format!("p50 {:.2} ms, p99 {:.2} ms", at(50), at(99))
}

/// Milliseconds that each query takes, its ten hits read from the index.
fn time(index: &Index, queries: &[String]) -> Result<Vec<f64>> {
    let ask = |query: &String| {
        let request = Request {
            explain: false,
            ..Request::new(Query::words(query))
        };
        let begun = Instant::now();
        let found = index.search(&request)?;
        std::hint::black_box(found.hits.len());
        Ok(begun.elapsed().as_secs_f64() * 1000.0)
    };
    queries.iter().map(ask).collect()
}

/// What articles are made of, by language.
#[derive(Default)]
struct Source {
    titles: Vec<String>,
    sentences: Vec<String>,
    words: Vec<String>,
}

struct Press {
    seed: u64,
    sources: BTreeMap<String, Source>,
}

impl Press {
    fn read() -> Result<Self> {
        let mut press = Self {
            seed: 7,
            sources: BTreeMap::new(),
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        for entry in std::fs::read_dir(root.join("sites"))? {
            let folder = entry?.path();
            let site: toml::Table = read_to_string(folder.join("site.toml"))?.parse()?;
            let pages = site["page"].as_array().context("no pages")?;
            for page in pages.iter().filter(|page| page.get("article").is_some()) {
                let text = |key: &str| page.get(key).and_then(|value| value.as_str());
                let bytes = read(folder.join(text("file").context("no file")?))?;
                let article = article::read(&Page {
                    bytes: &bytes,
                    content_type: text("type"),
                    ..Page::default()
                });
                press.add(&article.lang, article.title.as_deref(), &article.text);
            }
        }
        for file in ["facts/articles-fr.jsonl", "facts/articles-ar.jsonl"] {
            for line in read_to_string(root.join(file))?.lines() {
                let article: serde_json::Value = serde_json::from_str(line)?;
                let text = |key: &str| article[key].as_str();
                let (lang, body) = (text("lang").unwrap_or("fr"), text("text"));
                press.add(lang, text("title"), body.unwrap_or_default());
            }
        }
        Ok(press)
    }

    fn add(&mut self, lang: &str, title: Option<&str>, text: &str) {
        let source = self.sources.entry(lang.to_owned()).or_default();
        source.titles.extend(title.map(str::to_owned));
        for line in text.lines() {
            let sentences = line.split_inclusive(['.', '!', '؟']);
            source
                .sentences
                .extend(sentences.map(|sentence| sentence.trim().to_owned()));
        }
        let words = text.split(|c: char| !c.is_alphanumeric());
        source.words.extend(
            words
                .filter(|word| word.chars().count() > 3)
                .map(str::to_owned),
        );
    }

    fn below(&mut self, end: usize) -> usize {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) as usize % end.max(1)
    }

    fn draw(&mut self, lang: &str, of: fn(&Source) -> &Vec<String>) -> String {
        let len = of(&self.sources[lang]).len();
        let at = self.below(len);
        of(&self.sources[lang])[at].clone()
    }

    fn article(&mut self, at: usize) -> Record {
        let lang = ["fr", "ar"][at % 2];
        let length =
            SENTENCES.start as usize + self.below((SENTENCES.end - SENTENCES.start) as usize);
        let sentences: Vec<String> = (0..length)
            .map(|_| self.draw(lang, |source| &source.sentences))
            .collect();
        let (year, month, day) = (
            2010 + self.below(15),
            1 + self.below(12),
            1 + self.below(28),
        );
        let article = Article {
            id: format!("a{at}"),
            url: Some(format!("https://paper.example/{at}")),
            source: Some(format!("paper-{}", self.below(200))),
            publisher: None,
            country: Some(["dz", "ma", "tn"][self.below(3)].to_owned()),
            lang: lang.to_owned(),
            title: Some(self.draw(lang, |source| &source.titles)),
            published: Some(format!("{year}-{month:02}-{day:02}")),
            text: sentences.join(" "),
            ..Article::default()
        };
        Record::new(article, Facts::default(), "bench")
    }

    /// One to five words as they stand in articles; rare and frequent ones as the press has them.
    fn query(&mut self, at: usize) -> String {
        let lang = ["fr", "ar"][at % 2];
        let words: Vec<String> = (0..=self.below(WORDS))
            .map(|_| self.draw(lang, |source| &source.words))
            .collect();
        words.join(" ")
    }
}

/// Articles and queries as the peer reads them: without tabs and line ends, a line each.
fn write_tables(folder: &Path, articles: &[Record], queries: &[String]) -> Result<()> {
    let plain = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    let mut out = BufWriter::new(File::create(folder.join("articles.tsv"))?);
    for record in articles {
        let title = record.title.as_deref().unwrap_or_default();
        let (title, text) = (plain(title), plain(&record.text));
        writeln!(out, "{}\t{}\t{title}\t{text}", record.id, record.lang)?;
    }
    let mut out = BufWriter::new(File::create(folder.join("queries.tsv"))?);
    for (at, query) in queries.iter().enumerate() {
        writeln!(out, "{}\t{}", ["fr", "ar"][at % 2], plain(query))?;
    }
    Ok(())
}

fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

fn size(folder: &Path) -> Result<usize> {
    let files = std::fs::read_dir(folder)?;
    let sizes: std::io::Result<Vec<u64>> = files.map(|file| Ok(file?.metadata()?.len())).collect();
    Ok(sizes?.into_iter().sum::<u64>() as usize)
}

/// Seconds of processor that all threads have used, in ticks of a hundredth.
fn cpu_seconds() -> Result<f64> {
    let stat = read_to_string("/proc/self/stat")?;
    let after = stat.rsplit_once(')').context("no name in stat")?.1;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
    Ok(ticks / 100.0)
}

/// A number of kilobytes that the system tells of this process.
fn status(name: &str) -> Result<u64> {
    let status = read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("not told")?.parse()?)
}
