//! Serves made-up sites on loopback over real sockets, and crawls them under a clock that leaps.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sihafa::archive::writer::WarcWriter;
use sihafa::config::source::Source;
use sihafa::config::{Config, Crawl};
use sihafa::crawl::cause::Cause;
use sihafa::crawl::clock::Clock;
use sihafa::crawl::discover::Period;
use sihafa::crawl::seen::Seen;
use sihafa::crawl::stop::Stop;
use sihafa::crawl::{Crawler, Explanation};
use sihafa::error::Result;
use sihafa::store::Store;
use sihafa::store::queue::Link;
use url::Url;

/// A clock that is at the end of a wait at once.
#[derive(Default)]
pub(super) struct Leap(AtomicI64);

const START: i64 = 1_760_000_000_000;

impl Leap {
    pub(super) fn advance(&self, span: Duration) {
        let span = i64::try_from(span.as_millis()).unwrap();
        self.0.fetch_add(span, Ordering::SeqCst);
    }
}

impl Clock for Leap {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(START + self.0.load(Ordering::SeqCst)).unwrap()
    }

    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        self.advance(span + Duration::from_millis(1));
        Box::pin(tokio::task::yield_now())
    }
}

/// A request as a site sees it.
pub(super) struct Request {
    pub(super) host: String,
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) at: Timestamp,
}

/// What a site sends: bytes as they are, status line and all.
pub(super) enum Reply {
    Bytes(Vec<u8>),
    /// Bytes, then silence until the other side leaves.
    Drip(Vec<u8>),
    /// Bytes, then zeros until the other side leaves.
    Endless(Vec<u8>),
}

/// A served site with what was asked of it.
pub(super) struct Site {
    pub(super) address: SocketAddr,
    clock: Arc<Leap>,
    log: Arc<Mutex<Vec<Request>>>,
}

impl Site {
    pub(super) fn serve(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (clock, log) = (
            Arc::<Leap>::default(),
            Arc::<Mutex<Vec<Request>>>::default(),
        );
        let (time, answer, told) = (clock.clone(), Arc::new(answer), log.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(std::result::Result::ok) {
                let (time, answer, told) = (time.clone(), answer.clone(), told.clone());
                std::thread::spawn(move || {
                    let _ = converse(stream, &time, &*answer, &told);
                });
            }
        });
        Self {
            address,
            clock,
            log,
        }
    }

    /// The paths asked for since the last call, in order; `robots.txt` is left out.
    pub(super) fn asked(&self) -> Vec<String> {
        let log = std::mem::take(&mut *self.log.lock().unwrap());
        log.into_iter()
            .map(|request| request.path)
            .filter(|path| path != "/robots.txt")
            .collect()
    }

    /// Every request since the last call.
    pub(super) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }
}

fn converse(
    stream: TcpStream,
    clock: &Leap,
    answer: &(impl Fn(&Request) -> Reply + ?Sized),
    log: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    let mut input = BufReader::new(stream.try_clone()?);
    let mut output = stream;
    let mut line = String::new();
    input.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        input.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let host = headers.get("host").cloned().unwrap_or_default();
    let request = Request {
        host,
        path,
        headers,
        at: clock.now(),
    };
    let reply = answer(&request);
    log.lock().unwrap().push(request);
    match reply {
        Reply::Bytes(bytes) => output.write_all(&bytes),
        Reply::Endless(bytes) => {
            output.write_all(&bytes)?;
            while output.write_all(&[0; 4096]).is_ok() {}
            Ok(())
        }
        Reply::Drip(bytes) => {
            output.write_all(&bytes)?;
            // Ends when the crawler gives up: the read returns then.
            let mut rest = Vec::new();
            input.read_to_end(&mut rest).map(drop)
        }
    }
}

/// A whole answer, after which the connection closes.
pub(super) fn reply(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut lines = vec![format!("HTTP/1.1 {status}"), "Connection: close".to_owned()];
    lines.extend(headers.iter().map(|header| (*header).to_owned()));
    if !headers
        .iter()
        .any(|header| header.starts_with("Content-Length"))
    {
        lines.push(format!("Content-Length: {}", body.len()));
    }
    let head = lines.join("\r\n") + "\r\n";
    Reply::Bytes([head.as_bytes(), b"\r\n", body].concat())
}

pub(super) fn page(body: impl AsRef<[u8]>) -> Reply {
    reply("200 OK", &["Content-Type: text/html"], body)
}

pub(super) fn missing() -> Reply {
    reply("404 Not Found", &[], "")
}

/// An RSS feed of these addresses.
pub(super) fn feed(addresses: &[&str]) -> String {
    let entry = |address: &&str| format!("<item><title>t</title><link>{address}</link></item>");
    let entries = addresses.iter().map(entry).collect::<Vec<_>>().concat();
    format!("<rss version='2.0'><channel><title>c</title>{entries}</channel></rss>")
}

/// A crawl in a folder, against one site that stands for several hosts.
pub(super) struct Bench {
    pub(super) clock: Arc<Leap>,
    pub(super) config: Config,
    pub(super) store: Store,
    pub(super) stop: Stop,
    folder: PathBuf,
}

impl Bench {
    /// A source `press` with one feed at `http://www.press.example/feed`, served at `address`.
    pub(super) fn at(address: SocketAddr, folder: &Path) -> Self {
        let hosts = ["www.press.example", "other.example"];
        let crawl = Crawl {
            delay: SignedDuration::ZERO,
            timeout: SignedDuration::from_millis(400),
            deadline: SignedDuration::from_millis(800),
            body_limit: 1024 * 1024,
            resolve: hosts.map(|host| (host.to_owned(), address)).into(),
            ..Crawl::default()
        };
        let source = Source {
            id: "press".to_owned(),
            feeds: vec!["http://www.press.example/feed".to_owned()],
            ..Source::default()
        };
        Self {
            clock: Arc::default(),
            config: Config {
                crawl,
                sources: vec![source],
                ..Config::default()
            },
            store: Store::open(&folder.join("store.sqlite")).unwrap(),
            stop: Stop::default(),
            folder: folder.to_owned(),
        }
    }

    pub(super) fn try_crawl(&self, period: Period) -> Result<Seen> {
        let clock = &*self.clock;
        let archive = self.folder.join("archive");
        let mut archive = WarcWriter::open(&archive, 1 << 30, clock.now())?;
        let crawler = self.crawler(period);
        let mut seen = crawler.run(&self.store, &mut archive)?;
        Ok(seen.remove("press").unwrap_or_default())
    }

    fn crawler(&self, period: Period) -> Crawler<'_> {
        Crawler {
            config: &self.config,
            sources: &[],
            shard: None,
            period,
            clock: &*self.clock,
            watch: &|_, _| {},
            stop: &self.stop,
        }
    }

    /// The paths that would be fetched.
    pub(super) fn preview(&self) -> Vec<String> {
        let mut paths = Vec::new();
        let each = |link: &Link, obstacle: Option<&Cause>| {
            if obstacle.is_none() {
                paths.push(link.url.path().to_owned());
            }
        };
        self.crawler(Period::default())
            .preview(&self.store, each)
            .unwrap();
        paths
    }

    pub(super) fn explain(&self, url: &Url) -> Explanation {
        let crawler = self.crawler(Period::default());
        crawler.explain(&self.store, url).unwrap()
    }

    pub(super) fn crawl(&self) -> Seen {
        self.try_crawl(Period::default()).unwrap()
    }

    /// URLs of all captured articles, sorted.
    pub(super) fn captured(&self) -> Vec<String> {
        let mut urls: Vec<_> = self
            .store
            .captures_after(0)
            .map(|stored| stored.unwrap().url)
            .collect();
        urls.sort();
        urls
    }
}

/// A site with a crawl of its own in a folder that goes with it.
pub(super) struct Press {
    pub(super) site: Site,
    pub(super) bench: Bench,
    _folder: tempfile::TempDir,
}

impl Press {
    pub(super) fn new(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let site = Site::serve(answer);
        let folder = tempfile::tempdir().unwrap();
        let mut bench = Bench::at(site.address, folder.path());
        bench.clock = site.clock.clone();
        Self {
            site,
            bench,
            _folder: folder,
        }
    }
}

impl std::ops::Deref for Press {
    type Target = Bench;

    fn deref(&self) -> &Bench {
        &self.bench
    }
}

impl std::ops::DerefMut for Press {
    fn deref_mut(&mut self) -> &mut Bench {
        &mut self.bench
    }
}
