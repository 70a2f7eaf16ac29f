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
use sihafa::archive::read_at;
use sihafa::archive::writer::WarcWriter;
use sihafa::config::source::Source;
use sihafa::config::{Config, Crawl};
use sihafa::crawl::Crawler;
use sihafa::crawl::clock::Clock;
use sihafa::crawl::discover::Period;
use sihafa::crawl::focus::{Hints, Promise};
use sihafa::crawl::preview::{Explanation, Prospect};
use sihafa::crawl::seen::Seen;
use sihafa::crawl::stop::Stop;
use sihafa::error::Result;
use sihafa::store::Store;
use sihafa::store::queue::Link;
use url::Url;

/// A clock that is at the end of a wait at once.
#[derive(Default)]
pub(crate) struct Leap(AtomicI64);

const START: i64 = 1_760_000_000_000;

impl Leap {
    pub(crate) fn advance(&self, span: Duration) {
        let span = i64::try_from(span.as_millis()).unwrap();
        self.0.fetch_add(span, Ordering::SeqCst);
    }

    /// Sets it forward by so many seconds, or back.
    pub(crate) fn set_forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
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
pub(crate) struct Request {
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) at: Timestamp,
}

/// What a site sends: bytes as they are, status line and all.
#[derive(Clone)]
pub(crate) enum Reply {
    Bytes(Vec<u8>),
    /// Bytes, then silence until the other side leaves.
    Drip(Vec<u8>),
    /// Bytes, then zeros until the other side leaves.
    Endless(Vec<u8>),
    /// Bytes, then a letter now and then until the other side leaves.
    Trickle(Vec<u8>),
    /// Bytes, then the connection is torn down.
    Reset(Vec<u8>),
}

/// A served site with what was asked of it.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    clock: Arc<Leap>,
    log: Arc<Mutex<Vec<Request>>>,
}

impl Site {
    pub(crate) fn serve(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let clock = Arc::<Leap>::default();
        let time = clock.clone();
        Self {
            clock,
            ..Self::serve_at(move || time.now(), answer)
        }
    }

    /// Serves under a clock of the test's own.
    pub(crate) fn serve_at(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::<Mutex<Vec<Request>>>::default();
        let (now, answer, told) = (Arc::new(now), Arc::new(answer), log.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(std::result::Result::ok) {
                let (now, answer, told) = (now.clone(), answer.clone(), told.clone());
                std::thread::spawn(move || {
                    let _ = converse(stream, &*now, &*answer, &told);
                });
            }
        });
        Self {
            address,
            clock: Arc::default(),
            log,
        }
    }

    /// The paths asked for since the last call, in order; `robots.txt` is left out.
    pub(crate) fn asked(&self) -> Vec<String> {
        let log = std::mem::take(&mut *self.log.lock().unwrap());
        log.into_iter()
            .map(|request| request.path)
            .filter(|path| path != "/robots.txt")
            .collect()
    }

    /// Every request since the last call.
    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }
}

fn converse(
    stream: TcpStream,
    now: &impl Fn() -> Timestamp,
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
        at: now(),
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
        Reply::Trickle(bytes) => {
            output.write_all(&bytes)?;
            output.set_read_timeout(Some(Duration::from_millis(40)))?;
            // Whoever reads nothing within its time has not left yet.
            while input.read(&mut [0]).is_err() {
                output.write_all(b"x")?;
            }
            Ok(())
        }
        Reply::Reset(bytes) => {
            output.write_all(&bytes)?;
            drop(input);
            tokio::net::TcpSocket::from_std_stream(output).set_zero_linger()
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
pub(crate) fn reply(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Reply {
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

pub(crate) fn page(body: impl AsRef<[u8]>) -> Reply {
    reply("200 OK", &["Content-Type: text/html"], body)
}

pub(crate) fn missing() -> Reply {
    reply("404 Not Found", &[], "")
}

/// An RSS feed of these addresses.
pub(crate) fn feed(addresses: &[&str]) -> String {
    let entry = |address: &&str| format!("<item><title>t</title><link>{address}</link></item>");
    let entries = addresses.iter().map(entry).collect::<Vec<_>>().concat();
    format!("<rss version='2.0'><channel><title>c</title>{entries}</channel></rss>")
}

/// A crawl in a folder, against one site that stands for several hosts.
pub(crate) struct Bench {
    pub(crate) clock: Arc<Leap>,
    pub(crate) config: Config,
    pub(crate) store: Store,
    /// Which links are worth a request: all, where nothing else is said.
    pub(crate) judge: fn(&Hints<'_>) -> Promise,
    pub(crate) stop: Stop,
    folder: PathBuf,
}

impl Bench {
    /// A source `press` with one feed at `http://www.press.example/feed`, served at `address`.
    pub(crate) fn at(address: SocketAddr, folder: &Path) -> Self {
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
            judge: |_| Promise::Possible,
            stop: Stop::default(),
            folder: folder.to_owned(),
        }
    }

    pub(crate) fn try_crawl(&self, period: Period) -> Result<Seen> {
        let clock = &*self.clock;
        let mut archive = WarcWriter::open(&self.archive(), 1 << 30, clock.now())?;
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
            judge: &self.judge,
            watch: &|_, _| {},
            stop: &self.stop,
        }
    }

    /// The paths that would be fetched.
    pub(crate) fn preview(&self) -> Vec<String> {
        let mut paths = Vec::new();
        let each = |link: &Link, prospect: &Prospect| {
            if *prospect == Prospect::Fetched {
                paths.push(link.url.path().to_owned());
            }
        };
        self.crawler(Period::default())
            .preview(&self.store, each)
            .unwrap();
        paths
    }

    pub(crate) fn explain(&self, url: &Url) -> Explanation {
        let crawler = self.crawler(Period::default());
        crawler.explain(&self.store, url).unwrap()
    }

    pub(crate) fn crawl(&self) -> Seen {
        self.try_crawl(Period::default()).unwrap()
    }

    /// The folder of its WARC files.
    pub(crate) fn archive(&self) -> PathBuf {
        self.folder.join("archive")
    }

    /// Bodies of all captured articles, in the order of their coming.
    pub(crate) fn bodies(&self) -> Vec<Vec<u8>> {
        let archive = self.archive();
        let stored = self.store.captures_after(0);
        stored
            .map(|stored| read_at(&archive, &stored.unwrap().location).unwrap().body)
            .collect()
    }

    /// URLs of all captured articles, sorted.
    pub(crate) fn captured(&self) -> Vec<String> {
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
pub(crate) struct Press {
    pub(crate) site: Site,
    pub(crate) bench: Bench,
    _folder: tempfile::TempDir,
}

impl Press {
    pub(crate) fn new(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
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
