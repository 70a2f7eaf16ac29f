//! Serves the bundled press on loopback: every host of `corpus/sites` on one address, told apart by the
//! `Host` header, with validators so that a second visit finds nothing changed.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, Uri, header};
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::article::{self, Page};
use crate::config::source::Source;
use crate::config::{Config, Crawl};
use crate::error::{Error, Result};
use crate::record::{Article, Lang};

static SITES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/corpus/sites");

/// `site.toml`: what a host serves, and how it is found.
#[derive(Debug, Deserialize)]
struct Site {
    id: String,
    name: String,
    country: String,
    lang: String,
    kind: String,
    home: String,
    feeds: Vec<String>,
    sitemaps: Vec<String>,
    sections: Vec<String>,
    #[serde(default)]
    articles: Vec<String>,
    #[serde(rename = "page")]
    pages: Vec<SitePage>,
}

#[derive(Debug, Deserialize)]
struct SitePage {
    path: String,
    file: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    status: Option<u16>,
    location: Option<String>,
    /// Whether it is an article, and then its language and day.
    #[serde(default)]
    article: bool,
    lang: Option<String>,
    published: Option<String>,
}

/// What is answered to one path of one host.
#[derive(Debug, Clone)]
struct Answer {
    status: u16,
    kind: Option<String>,
    location: Option<String>,
    body: &'static [u8],
    etag: String,
}

type Answers = HashMap<(String, String), Answer>;

/// The bundled press while it is served; dropping it stops the server.
pub(super) struct Press {
    address: SocketAddr,
    sources: Vec<Source>,
    hosts: Vec<String>,
    _runtime: Runtime,
}

impl Press {
    /// Starts to serve on a free port of the loopback.
    ///
    /// # Errors
    /// No port can be opened, or a `site.toml` of the bundle is broken.
    pub(super) fn start() -> Result<Self> {
        let (sources, hosts, answers) = read()?;
        let failed = |source| Error::io("serve", "the bundled press", source);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(failed)?;
        let listener = runtime
            .block_on(TcpListener::bind(("127.0.0.1", 0)))
            .map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let router = Router::new().fallback(answer).with_state(Arc::new(answers));
        runtime.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!("the bundled press: {error}");
            }
        });
        Ok(Self {
            address,
            sources,
            hosts,
            _runtime: runtime,
        })
    }

    /// The configuration that reads it: its sources, no waiting, its hosts on loopback.
    pub(super) fn config(&self, base: Config) -> Config {
        let crawl = Crawl {
            contact: Some("https://example.org/sihafa-demo".to_owned()),
            delay: jiff::SignedDuration::ZERO,
            // it is small, and is there to be read whole
            sample: 1.0,
            resolve: self
                .hosts
                .iter()
                .map(|host| (host.clone(), self.address))
                .collect::<BTreeMap<_, _>>(),
            ..base.crawl
        };
        Config {
            crawl,
            sources: self.sources.clone(),
            ..base
        }
    }
}

/// Every article of the bundled press, read from its page; the id is its address, the path decoded.
///
/// # Errors
/// A `site.toml` of the bundle is broken.
pub(super) fn articles() -> Result<Vec<Article>> {
    let mut articles = Vec::new();
    for folder in SITES.dirs() {
        let (host, site) = site(folder)?;
        for page in site.pages.iter().filter(|page| page.article) {
            let mut article = article::read(&Page {
                bytes: page.body(folder),
                content_type: page.kind.as_deref(),
                lang_hint: page.lang.as_deref().and_then(Lang::from_code),
                ..Page::default()
            });
            let path = percent_encoding::percent_decode_str(&page.path).decode_utf8_lossy();
            article.id = format!("{host}{path}");
            article.published.clone_from(&page.published);
            articles.push(article);
        }
    }
    Ok(articles)
}

/// The host of a folder, and what it serves.
fn site(folder: &Dir<'_>) -> Result<(String, Site)> {
    let file = folder.path().join("site.toml");
    let at = || format!("corpus/sites/{}", file.display());
    let text = SITES
        .get_file(&file)
        .and_then(include_dir::File::contents_utf8);
    let text = text.ok_or_else(|| Error::input(at(), "not there, or not UTF-8"))?;
    let site =
        toml::from_str(text).map_err(|error| Error::input(at(), error.message().to_owned()))?;
    Ok((folder.path().display().to_string(), site))
}

fn read() -> Result<(Vec<Source>, Vec<String>, Answers)> {
    let (mut sources, mut hosts, mut answers) = (Vec::new(), Vec::new(), Answers::new());
    for folder in SITES.dirs() {
        let (host, site) = site(folder)?;
        for page in &site.pages {
            let body = page.body(folder);
            let answer = Answer {
                status: page.status.unwrap_or(200),
                kind: page.kind.clone(),
                location: page.location.clone(),
                body,
                etag: format!(
                    "\"{}\"",
                    data_encoding::HEXLOWER.encode(&Sha256::digest(body)[..8])
                ),
            };
            answers.insert((host.clone(), page.path.clone()), answer);
        }
        sources.push(site.source());
        hosts.push(host);
    }
    Ok((sources, hosts, answers))
}

impl SitePage {
    /// What its file holds; nothing where it has none.
    fn body(&self, folder: &Dir<'_>) -> &'static [u8] {
        let file = self.file.as_ref();
        file.and_then(|name| SITES.get_file(folder.path().join(name)))
            .map_or(&[][..], include_dir::File::contents)
    }
}

impl Site {
    fn source(self) -> Source {
        Source {
            id: self.id,
            name: self.name,
            country: self.country,
            lang: self.lang,
            kind: self.kind,
            home: self.home,
            feeds: self.feeds,
            sitemaps: self.sitemaps,
            sections: self.sections,
            articles: self.articles,
        }
    }
}

async fn answer(
    State(answers): State<Arc<Answers>>,
    headers: HeaderMap,
    uri: Uri,
) -> Response<Body> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let host = text(header::HOST)
        .split(':')
        .next()
        .unwrap_or_default()
        .to_owned();
    let path = uri
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    let Some(found) = answers.get(&(host, path)) else {
        return response(
            Response::builder().status(StatusCode::NOT_FOUND),
            "not found".into(),
        );
    };
    let mut builder = Response::builder().header(header::ETAG, &found.etag);
    if found.status == 200 && text(header::IF_NONE_MATCH) == found.etag {
        return response(builder.status(StatusCode::NOT_MODIFIED), Body::empty());
    }
    if let Some(kind) = &found.kind {
        builder = builder.header(header::CONTENT_TYPE, kind);
    }
    if let Some(location) = &found.location {
        builder = builder.header(header::LOCATION, location);
    }
    response(builder.status(found.status), Body::from(found.body))
}

/// A header that HTTP cannot carry is a fault of the bundle: the server says so.
fn response(builder: axum::http::response::Builder, body: Body) -> Response<Body> {
    builder.body(body).unwrap_or_else(|_| {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}
