//! A hundred hosts, each with a delay of its own, under a clock that moves on when every host waits.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sihafa::archive::writer::WarcWriter;
use sihafa::config::source::Source;
use sihafa::config::{Config, Crawl};
use sihafa::crawl::Crawler;
use sihafa::crawl::clock::Clock;
use sihafa::crawl::discover::Period;
use sihafa::crawl::focus::Promise;
use sihafa::store::Store;

use super::site::{Request, Site, feed, page, reply};

const HOSTS: usize = 100;
const PAGES: usize = 15;
const FLOOR: i64 = 10;

/// Time that stands still while any host is at work.
struct Turns {
    now: Mutex<Timestamp>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Hosts that do not wait.
    awake: usize,
    /// A host has had its last page: the next wait is its last.
    leaving: usize,
    sleepers: Vec<Sleeper>,
}

struct Sleeper {
    until: Timestamp,
    waker: Option<Waker>,
    returns: bool,
}

impl Turns {
    fn new() -> Self {
        Self {
            now: Mutex::new(Timestamp::from_second(1_760_000_000).unwrap()),
            state: Mutex::new(State {
                awake: HOSTS,
                ..State::default()
            }),
        }
    }

    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn fall_asleep(&self, until: Timestamp) {
        let mut state = self.state.lock().unwrap();
        let last = state.leaving > 0;
        state.leaving -= usize::from(last);
        state.awake -= 1;
        state.sleepers.push(Sleeper {
            until,
            waker: None,
            returns: !last,
        });
        if state.awake == 0 {
            self.move_on(&mut state);
        }
    }

    /// Moves to where the first of those who wait wakes.
    fn move_on(&self, state: &mut State) {
        while state.awake == 0
            && let Some(next) = state.sleepers.iter().map(|sleeper| sleeper.until).min()
        {
            *self.now.lock().unwrap() = next;
            let (due, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut state.sleepers)
                .into_iter()
                .partition(|sleeper| sleeper.until <= next);
            state.sleepers = rest;
            state.awake += due.iter().filter(|sleeper| sleeper.returns).count();
            due.into_iter()
                .filter_map(|sleeper| sleeper.waker)
                .for_each(Waker::wake);
        }
    }
}

impl Clock for Turns {
    fn now(&self) -> Timestamp {
        self.now()
    }

    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        let until = self.now() + SignedDuration::try_from(span).unwrap();
        self.fall_asleep(until);
        Box::pin(poll_fn(move |context| {
            if self.now() >= until {
                return Poll::Ready(());
            }
            let mut state = self.state.lock().unwrap();
            let unheard =
                |sleeper: &&mut Sleeper| sleeper.until == until && sleeper.waker.is_none();
            if let Some(sleeper) = state.sleepers.iter_mut().find(unheard) {
                sleeper.waker = Some(context.waker().clone());
            }
            Poll::Pending
        }))
    }
}

/// The delay of a host in seconds: its own, or our floor where it asks for less.
fn delay(host: usize) -> i64 {
    [0, 10, 15, 30, 120][host % 5].max(FLOOR)
}

fn answer(request: &Request) -> super::site::Reply {
    let number: usize = request.host[4..]
        .split('.')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    match request.path.as_str() {
        "/robots.txt" if number.is_multiple_of(5) => super::site::missing(),
        "/robots.txt" => {
            let rules = format!("User-agent: *\nCrawl-delay: {}\n", delay(number));
            reply("200 OK", &[], rules)
        }
        "/feed" => {
            let pages: Vec<String> = (0..PAGES).map(|page| format!("/{page}")).collect();
            page(feed(&pages.iter().map(String::as_str).collect::<Vec<_>>()))
        }
        path => page(format!("{number} {path}")),
    }
}

#[test]
fn a_hundred_hosts_are_each_asked_in_their_own_pace_and_none_waits_for_another() {
    let clock = Arc::new(Turns::new());
    let time = clock.clone();
    let site = Site::serve_at(move || time.now(), answer);
    let name = |host: usize| format!("host{host}.example");
    let sources = (0..HOSTS).map(|host| Source {
        id: format!("s{host}"),
        feeds: vec![format!("http://{}/feed", name(host))],
        ..Source::default()
    });
    let config = Config {
        crawl: Crawl {
            delay: SignedDuration::from_secs(FLOOR),
            hosts_at_once: 16,
            resolve: (0..HOSTS).map(|host| (name(host), site.address)).collect(),
            ..Crawl::default()
        },
        sources: sources.collect(),
        ..Config::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.sqlite")).unwrap();
    let mut archive = WarcWriter::open(folder.path(), 1 << 30, clock.now()).unwrap();
    let crawler = Crawler {
        config: &config,
        sources: &[],
        shard: None,
        period: Period::default(),
        clock: &*clock,
        judge: &|_| Promise::Possible,
        watch: &|_, seen| {
            if seen.fetched as usize == PAGES + 1 {
                clock.state.lock().unwrap().leaving += 1;
            }
        },
    };
    let seen = crawler.run(&store, &mut archive).unwrap();
    assert!(
        seen.values().all(|seen| seen.new as usize == PAGES),
        "{seen:?}"
    );

    let mut times: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
    for request in site.requests() {
        times.entry(request.host).or_default().push(request.at);
    }
    assert_eq!(times.len(), HOSTS);
    let (mut allowed, mut taken) = (0.0, 0.0);
    for host in 0..HOSTS {
        let times = &times[&name(host)];
        assert_eq!(times.len(), PAGES + 2);
        for pair in times.windows(2) {
            let gap = pair[1].duration_since(pair[0]).as_secs();
            assert!(gap >= delay(host), "host {host}: {gap} s");
        }
        taken += times[PAGES + 1].duration_since(times[0]).as_secs_f64();
        allowed += (PAGES + 1) as f64 * delay(host) as f64;
    }
    assert!(
        allowed >= taken * 0.95,
        "{:.3} of what the delays allow",
        allowed / taken
    );
}
