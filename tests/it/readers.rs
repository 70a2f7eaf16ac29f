//! Hands foreign bytes to each reader, and holds what comes out to what it promises: a value or an error.
//!
//! The tests call these functions with mutated seeds, the fuzz targets of `fuzz/` with what they come upon.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use sihafa::archive::payload;
use sihafa::archive::reader::WarcReader;
use sihafa::article::{self, Page};
use sihafa::config::Config;
use sihafa::crawl::canonical::{canonical, key};
use sihafa::crawl::discover::moment::Moment;
use sihafa::crawl::discover::{feed, section, sitemap};
use sihafa::crawl::robots::Robots;
use sihafa::extract::Extractor;
use sihafa::index::{Index, Query, Request, Vocabulary};
use sihafa::link::edtf::Days;
use sihafa::link::table::Tables;
use sihafa::link::{Linker, correction};
use sihafa::record::fact::Span;
use sihafa::record::{Article, Record};
use sihafa::rules::pack::Pack;
use sihafa::run::input::Piece;
use sihafa::run::input::given::{self, Handed, Said};
use sihafa::run::schedule::Schedule;
use url::Url;

/// A reader's name, which is that of its seeds and of its fuzz target, and the reader.
pub(crate) type Reader = (&'static str, fn(&[u8]));

/// Every reader of foreign bytes.
pub(crate) const READERS: [Reader; 20] = [
    ("address", address),
    ("configuration", configuration),
    ("corrections", corrections),
    ("edtf", edtf),
    ("feed", feed),
    ("lexicon", lexicon),
    ("line", line),
    ("link", link),
    ("pack", pack),
    ("packed", packed),
    ("page", page),
    ("query", query),
    ("robots", robots),
    ("rule", rule),
    ("schedule", schedule),
    ("section", section),
    ("sitemap", sitemap),
    ("table", table),
    ("text", text),
    ("warc", warc),
];

/// Most bytes of a body: small, so that the limit is met.
const LIMIT: usize = 64 << 10;

/// The files beside which a pattern file is read.
const HEAD: &str = r#"version = "1"
[limits]
rules = 100
gap = 30
steps = 4000
[[stage]]
name = "event"
emits = ["thing", "none"]
types = ["NUM", "ORG"]
[spelling.fr]
de = ["d'", "du"]
"#;
const WORDS: &str =
    "form\tid\tfeatures\naccord\tagreement\thead strong=yes\nconvention cadre\tframework\tkind\n";
const RULES: &str = "[[rule]]\nid = 'fr.a'\nstage = 'event'\nemit = 'thing'\nmatch = '@word'\n\
    [[rule.yes]]\ntext = 'Un accord.'\n[[rule.no]]\ntext = 'Rien.'\nwhy = 'nothing'\n";

fn base() -> Url {
    Url::parse("http://www.a.dz/sante/").expect("an address")
}

/// A URL, as a page or a file names it.
fn address(bytes: &[u8]) {
    if let Some(once) = canonical(&String::from_utf8_lossy(bytes), Some(&base())) {
        assert_eq!(canonical(once.as_str(), None).as_ref(), Some(&once));
        key(&once);
        section::is_article(&once, &[]);
    }
}

/// `sihafa.toml`.
fn configuration(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = Config::parse(&text, "sihafa.toml") {
        assert!(error.to_string().contains("sihafa.toml"), "{error}");
    }
}

/// What analysts decided.
fn corrections(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().count();
    for fault in correction::faults(&text) {
        assert!(
            fault.line >= 1 && fault.line <= lines && fault.column >= 1,
            "{fault}"
        );
    }
    Linker::new(&Tables {
        corrections: Cow::Owned(text.into_owned()),
        // the binary's, which are read once
        ..Tables::bundled()
    });
}

/// A date of a record.
fn edtf(bytes: &[u8]) {
    if let Some(days) = Days::read(&String::from_utf8_lossy(bytes)) {
        assert!(days.from <= days.to && days.length() >= 1, "{days:?}");
    }
}

/// RSS, Atom or JSON Feed.
fn feed(bytes: &[u8]) {
    for declared in [None, Some("text/xml; charset=windows-1256")] {
        let entries = feed::entries(bytes, declared, &base());
        let found = feed::read(bytes, declared, &base());
        assert_eq!(entries.is_some(), found.is_some());
        assert!(found.unwrap_or_default().len() <= entries.unwrap_or_default().len());
    }
    Moment::read(&String::from_utf8_lossy(bytes));
}

/// A word list of the patterns.
fn lexicon(bytes: &[u8]) {
    patterns("lexicons/fr/word.tsv", bytes);
}

/// A rule file.
fn rule(bytes: &[u8]) {
    patterns("rules/fr/a.toml", bytes);
}

/// `pack.toml`.
fn pack(bytes: &[u8]) {
    patterns("pack.toml", bytes);
}

fn patterns(path: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let others = [
        ("pack.toml", HEAD),
        ("lexicons/fr/word.tsv", WORDS),
        ("rules/fr/a.toml", RULES),
    ];
    let others = others.into_iter().filter(|(name, _)| *name != path);
    match Pack::from_files(others.chain([(path, text.as_ref())])) {
        Ok(pack) => drop(Extractor::new(Arc::new(pack))),
        Err(error) => {
            let told = error.to_string();
            assert!(
                told.contains(".toml") || told.contains(".tsv"),
                "no file is named: {told}"
            );
        }
    }
}

/// A line of JSON Lines, and its article's record.
fn line(bytes: &[u8]) {
    let piece = Piece::Line("lines.jsonl:7".to_owned(), bytes.to_vec());
    match given::article(piece, &Said::default()) {
        Ok(article) => recorded(article),
        Err(fault) => assert!(
            fault.message.starts_with("lines.jsonl:7: "),
            "{}",
            fault.message
        ),
    }
}

/// Lines of records, as other programs may write them for `link`.
fn link(bytes: &[u8]) {
    let mut linker = Linker::new(&Tables::bundled());
    let text = String::from_utf8_lossy(bytes);
    let records: Vec<Record> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    for record in &records {
        linker.insert(record);
    }
    for dossier in linker.dossiers() {
        assert!(
            dossier
                .articles
                .iter()
                .all(|article| records.iter().any(|record| record.id == article.id))
        );
    }
}

/// A body as servers pack it; the first byte says how.
fn packed(bytes: &[u8]) {
    let Some((first, body)) = bytes.split_first() else {
        return;
    };
    let codings = ["gzip", "deflate", "br", "zstd", "gzip, br", "identity"];
    let coding = codings[usize::from(*first) % codings.len()];
    let (unpacked, _) = payload::unpacked(coding, body.to_vec(), LIMIT);
    assert!(unpacked.len() <= body.len().max(LIMIT + 1));
}

/// A page of HTML.
fn page(bytes: &[u8]) {
    let article = article::read(&Page {
        bytes,
        url: Some("https://a.example/b"),
        ..Page::default()
    });
    let lines = article
        .text
        .split('\n')
        .map(str::trim)
        .filter(|line| !line.is_empty());
    assert_eq!(article.text, lines.collect::<Vec<_>>().join("\n"));
    let published = article.published.as_deref();
    assert!(published.is_none_or(|day| day.len() >= 10), "{published:?}");
    assert_eq!(article.id.len(), 16);
}

/// What an analyst searches for.
fn query(bytes: &[u8]) {
    static INDEX: LazyLock<Index> = LazyLock::new(|| {
        let index = Index::in_memory(Arc::new(Vocabulary::built_in())).expect("memory");
        let mut writer = index.writer().expect("the only writer");
        let record: Record = serde_json::from_str(RECORD).expect("a record");
        writer
            .add(&record)
            .and_then(|()| writer.commit(1))
            .expect("memory");
        index.reload().expect("what was committed");
        index
    });
    let text = String::from_utf8_lossy(bytes);
    match Query::parse(&text) {
        Ok(query) => {
            let response = INDEX.search(&Request {
                facets: true,
                ..Request::new(query)
            });
            assert!(response.expect("a whole index").hits.len() <= 1);
        }
        Err(error) => assert!(error.to_string().starts_with("query:"), "{error}"),
    }
}

const RECORD: &str = r#"{"schema":"sihafa/1","id":"a","url":"http://a.dz/1","source":"a","publisher":"A","country":"dz","lang":"fr","title":"Jumelage","byline":null,"published":"2024-05-30","fetched":null,"text":"Le CHU d'Oran a signé une convention.","duplicate_of":null,"health":0.97,"conventions":[],"operations":[],"dates":[],"patterns":"1"}"#;

/// robots.txt.
fn robots(bytes: &[u8]) {
    let robots = Robots::parse(bytes);
    let text = String::from_utf8_lossy(bytes);
    for url in ["http://a.dz/", "/sante/1?p=2"]
        .into_iter()
        .chain(text.lines())
    {
        let decision = robots.decide("sihafa/1", url);
        assert!(decision.line.is_none_or(|line| line >= 1));
    }
    robots.crawl_delay("sihafa");
    assert!(robots.sitemaps().count() <= bytes.len());
}

/// A line of crontab.
fn schedule(bytes: &[u8]) {
    let after = jiff::Timestamp::UNIX_EPOCH;
    if let Ok(schedule) = String::from_utf8_lossy(bytes).parse::<Schedule>() {
        let next = schedule.next(after, &jiff::tz::TimeZone::UTC);
        assert!(next.is_some_and(|next| next > after));
    }
}

/// A page of headlines.
fn section(bytes: &[u8]) {
    let section = section::read(bytes, None, &base(), &[]);
    assert!(
        section
            .articles
            .iter()
            .all(|found| section::same_site(&found.url, &base()))
    );
}

/// A sitemap, packed or not.
fn sitemap(bytes: &[u8]) {
    sitemap::read(bytes, Some("text/xml; charset=utf-8"), &base());
}

/// A list of institutions, places, name words and letters: each of the tables that linking reads.
fn table(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let own = || Cow::Owned(text.clone().into_owned());
    let mut linker = Linker::new(&Tables {
        institutions: own(),
        places: own(),
        head_class: own(),
        name_word: own(),
        transliteration: own(),
        ..Tables::bundled()
    });
    linker.insert(&serde_json::from_str(RECORD).expect("a record"));
}

/// The text of an article, in both languages.
fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for lang in ["fr", "ar"] {
        recorded(Article {
            lang: lang.to_owned(),
            text: text.clone().into_owned(),
            published: Some("2024-05-30".to_owned()),
            ..Article::default()
        });
    }
}

/// Extracts from an article; every span of the record lies in its text.
fn recorded(article: Article) {
    static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| {
        let pack = Pack::builtin().expect("the pack is whole");
        Extractor::new(pack).expect("the pack is whole")
    });
    let mut record = EXTRACTOR.record(article);
    let mut spans: Vec<Span> = Vec::new();
    record.each_span(|span| spans.push(*span));
    for span in spans {
        assert!(
            record.slice(span).is_some(),
            "{span:?} of {:?}",
            record.text
        );
    }
}

/// A WARC file, packed or not, with the articles of its pages.
fn warc(bytes: &[u8]) {
    let mut reader = WarcReader::new(bytes, "a.warc", LIMIT).expect("memory");
    for record in &mut reader {
        let record = record.expect("memory");
        assert!(record.body.len() <= LIMIT, "{}", record.body.len());
        let extent = record.extent.unwrap_or_default();
        assert!(extent.0 + extent.1 <= bytes.len() as u64, "{extent:?}");
        let handed = Handed::of(Piece::Page("a.warc".to_owned(), Box::new(record)));
        if let Ok(handed) = handed {
            drop(handed.article(&Said::default()));
        }
    }
    assert!(reader.broken() <= bytes.len() as u64);
}
