//! Turns what came of a source's addresses into a verdict, and into what to change in its configuration.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::archive::capture::Capture;
use crate::article::{self, Page};
use crate::config::source::Source;
use crate::crawl::cause::Cause;
use crate::crawl::probe::{List, Probe};
use crate::record::{Lang, PageKind};
use crate::store::queue::Kind;

/// What was found when a source was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Id of the source.
    pub source: String,
    /// RFC 3339 time of the trial.
    pub at: String,
    /// Whether something can be read from it as it is configured.
    pub ok: bool,
    /// Whether its host answered at all.
    pub reachable: bool,
    /// `open`, `no file`, or why it is closed.
    pub robots: String,
    /// Seconds between two requests that its robots.txt asks for.
    pub crawl_delay: Option<u64>,
    /// Every address that was tried.
    pub lists: Vec<ListCheck>,
    /// The latest date that any list gives: RFC 3339, or the day.
    pub newest: Option<String>,
    /// The charset of the article, else of the lists.
    pub charset: Option<String>,
    /// The article that was tried; none where no list names one.
    pub article: Option<ArticleCheck>,
    /// What to change in the configuration, most urgent first.
    pub advice: Vec<String>,
}

/// What came of one feed, sitemap or section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListCheck {
    /// As configured.
    pub url: String,
    /// `feed`, `sitemap`, `section`, or `home` for the first page.
    pub kind: String,
    /// Where it is now.
    pub moved: Option<String>,
    /// How many articles or sitemaps it names.
    pub entries: Option<usize>,
    /// The latest date among them.
    pub newest: Option<String>,
    /// Why nothing came.
    pub error: Option<String>,
}

/// What came of one article.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ArticleCheck {
    /// Where it is.
    pub url: String,
    /// Whether title and text were found.
    pub read: bool,
    /// Its title.
    pub title: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// Its language.
    pub lang: Option<String>,
    /// Characters of its text.
    pub characters: usize,
    /// Why nothing came.
    pub error: Option<String>,
}

/// A source whose newest article is older has moved or fallen silent.
const SILENT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Fewer characters are a caption, not an article.
const SHORT: usize = 200;

impl Check {
    /// Weighs a probe.
    pub fn new(probe: &Probe<'_>, now: Timestamp) -> Self {
        let lists: Vec<ListCheck> = probe.lists.iter().map(ListCheck::new).collect();
        let article = probe
            .article
            .as_ref()
            .map(|(url, came)| ArticleCheck::new(url, came, probe.source));
        let (robots, crawl_delay) = match &probe.robots {
            Err(cause) => (cause.to_string(), None),
            Ok(rules) => {
                let state = match (&rules.closed, rules.file) {
                    (Some(cause), _) => cause.to_string(),
                    (None, true) => "open".to_owned(),
                    (None, false) => "no file".to_owned(),
                };
                (state, rules.delay.map(|delay| delay.as_secs()))
            }
        };
        let held = || {
            probe
                .lists
                .iter()
                .filter_map(|list| list.seen.as_ref().ok())
        };
        let newest = held()
            .filter_map(|held| held.newest.clone())
            .max_by_key(|moment| moment.at);
        let answered = |list: &List| !list.seen.as_ref().is_err_and(is_silence);
        let reachable = probe.lists.iter().any(answered);
        let named =
            probe.lists.iter().zip(&lists).any(|(list, told)| {
                list.configured && told.entries.is_some_and(|entries| entries > 0)
            });
        let silent = newest
            .as_ref()
            .is_some_and(|moment| now.duration_since(moment.at) > SILENT);
        let advice = Advice {
            probe,
            article: article.as_ref(),
            silent: newest
                .as_ref()
                .filter(|_| silent)
                .map(|moment| moment.written.as_str()),
        };
        Self {
            source: probe.source.id.clone(),
            at: now.to_string(),
            ok: named && article.as_ref().is_some_and(|article| article.read),
            reachable,
            robots,
            crawl_delay,
            newest: newest.as_ref().map(|moment| moment.written.clone()),
            charset: held().find_map(|held| held.charset).map(str::to_owned),
            advice: advice.all(),
            lists,
            article,
        }
    }
}

/// Whether no answer of the host's came at all.
fn is_silence(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::Dns
            | Cause::Connect
            | Cause::Timeout
            | Cause::Deadline
            | Cause::Private(_)
            | Cause::Protocol
    )
}

impl ListCheck {
    fn new(list: &List) -> Self {
        let held = list.seen.as_ref().ok();
        let kind = if list.configured {
            list.kind.name()
        } else {
            "home"
        };
        Self {
            url: list.url.to_string(),
            kind: kind.to_owned(),
            moved: list.moved.as_ref().map(Url::to_string),
            entries: held.map(|held| held.entries),
            newest: held.and_then(|held| Some(held.newest.as_ref()?.written.clone())),
            error: list.seen.as_ref().err().map(Cause::to_string),
        }
    }
}

impl ArticleCheck {
    fn new(url: &Url, came: &Result<Capture, Cause>, source: &Source) -> Self {
        let tried = Self {
            url: url.to_string(),
            ..Self::default()
        };
        let capture = match came {
            Ok(capture) => capture,
            Err(cause) => {
                return Self {
                    error: Some(cause.to_string()),
                    ..tried
                };
            }
        };
        let article = article::read(&Page {
            bytes: &capture.body,
            url: Some(&capture.url),
            content_type: capture.header("content-type"),
            lang_hint: source.language(),
            fetched: Some(capture.fetched),
            boilerplate: None,
        });
        let characters = article.text.chars().count();
        Self {
            read: article.kind == PageKind::Article
                && article.title.is_some()
                && characters >= SHORT,
            title: article.title,
            published: article.published,
            lang: Some(article.lang),
            characters,
            ..tried
        }
    }
}

/// What advice is drawn from.
struct Advice<'a> {
    probe: &'a Probe<'a>,
    article: Option<&'a ArticleCheck>,
    /// The newest date, where it is old.
    silent: Option<&'a str>,
}

impl Advice<'_> {
    fn all(&self) -> Vec<String> {
        let lists = self.probe.lists.iter();
        let silent = self.silent.map(|day| {
            format!("nothing newer than {day}: look whether the paper has moved or closed")
        });
        lists
            .filter_map(of_list)
            .chain(self.of_feeds())
            .chain(self.of_sitemaps())
            .chain(silent)
            .chain(self.of_article())
            .collect()
    }

    /// Feeds that pages declare and nobody configured.
    fn of_feeds(&self) -> Option<String> {
        let lists = || self.probe.lists.iter();
        let reads = |list: &List| {
            list.kind == Kind::Feed && list.seen.as_ref().is_ok_and(|held| held.entries > 0)
        };
        if lists().any(reads) {
            return None;
        }
        let known = |url: &Url| lists().any(|list| list.kind == Kind::Feed && list.url == *url);
        let mut declared: Vec<&Url> = Vec::new();
        for url in lists()
            .filter_map(|list| list.seen.as_ref().ok())
            .flat_map(|held| &held.feeds)
        {
            if !known(url) && !declared.contains(&url) {
                declared.push(url);
            }
        }
        (!declared.is_empty()).then(|| {
            format!(
                "its pages declare feeds: add `feeds = {}`",
                quoted(&declared)
            )
        })
    }

    fn of_sitemaps(&self) -> Option<String> {
        let rules = self.probe.robots.as_ref().ok()?;
        let none = self.probe.source.sitemaps.is_empty();
        let named: Vec<&Url> = rules.sitemaps.iter().collect();
        (none && !named.is_empty()).then(|| {
            format!(
                "for its archive, robots.txt names sitemaps: add `sitemaps = {}`",
                quoted(&named)
            )
        })
    }

    fn of_article(&self) -> Option<String> {
        let Some(article) = self.article else {
            let any = self.probe.lists.iter().any(|list| list.seen.is_ok());
            return any.then(|| {
                "no link looks like an article: say in `articles` what their paths hold".to_owned()
            });
        };
        if let Some(error) = &article.error {
            return Some(format!("{}: {error}", article.url));
        }
        let lang = article.lang.as_deref().unwrap_or_default();
        let other = Lang::from_code(lang).is_none() || self.probe.source.lang != lang;
        if !article.read {
            Some(format!(
                "{}: no article was found in the page: look whether its text is made by scripts or behind a paywall",
                article.url
            ))
        } else if other {
            Some(format!(
                "`lang` is `{}`, and the article is in `{lang}`",
                self.probe.source.lang
            ))
        } else {
            None
        }
    }
}

/// What to do about one list.
fn of_list(list: &List) -> Option<String> {
    let (url, key) = (&list.url, key(list));
    Some(match &list.seen {
        Ok(held) if held.entries == 0 && list.configured => {
            format!(
                "{url}: it names no article: remove it from `{key}`, or say in `articles` what their paths hold"
            )
        }
        Ok(_) => format!(
            "{url}: it is at {} now: write that in `{key}`",
            list.moved.as_ref()?
        ),
        Err(Cause::Unread) => format!(
            "{url}: it is no {}: look for another, or remove it from `{key}`",
            list.kind.name()
        ),
        Err(Cause::Dns) => {
            format!("{url}: the name does not resolve: look for the new address of the paper")
        }
        Err(cause @ Cause::Robots { line: Some(_), .. }) => {
            format!("{url}: {cause}: remove it from `{key}`")
        }
        Err(cause) if cause.forbids() => {
            format!("{url}: {cause}: ask the paper for access, or remove it from `{key}`")
        }
        Err(Cause::Status(404 | 410)) => format!("{url}: it is gone: remove it from `{key}`"),
        Err(cause) if cause.passes() => format!("{url}: {cause}: try again later"),
        Err(cause) => format!("{url}: {cause}"),
    })
}

/// The key of the configuration that names a list.
fn key(list: &List) -> &'static str {
    match (list.configured, list.kind) {
        (false, _) => "home",
        (true, Kind::Feed) => "feeds",
        (true, Kind::Sitemap) => "sitemaps",
        (true, Kind::Section | Kind::Page) => "sections",
    }
}

fn quoted(urls: &[&Url]) -> String {
    let urls: Vec<&str> = urls.iter().map(|url| url.as_str()).collect();
    format!("{urls:?}")
}
