//! Holds the queue to its promise: no link lost, none fetched twice, whatever dies when.

use jiff::SignedDuration;
use sihafa::archive::Location;
use sihafa::archive::capture::Capture;
use sihafa::error::Error;
use sihafa::store::Store;
use sihafa::store::host::{HostState, Robots};
use sihafa::store::lease::{Answer, Lease, Outcome};
use sihafa::store::queue::{Kind, Lane, Link, host_of};
use sihafa::store::tally::State;

use super::{at, open};

const HOST: &str = "aps.dz";

fn link(path: &str) -> Link {
    Link {
        url: format!("https://{HOST}/{path}").parse().unwrap(),
        source: "aps-fr".to_owned(),
        kind: Kind::Page,
        discovered_from: None,
        priority: 1,
        published: None,
        title: None,
    }
}

fn lease(store: &Store, now: i64) -> Option<Lease> {
    store.lease("aps-fr", HOST, at(now), at(now + 60)).unwrap()
}

fn path(lease: &Lease) -> &str {
    &lease.link.url.path()[1..]
}

fn done() -> Outcome {
    Outcome::Done(Answer::default())
}

#[test]
fn a_link_is_queued_once_and_takes_over_what_it_lacked() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    assert!(store.enqueue(&link("a"), at(0)).unwrap());
    let better = Link {
        priority: 5,
        title: Some("توأمة".to_owned()),
        discovered_from: Some("https://aps.dz/feed".to_owned()),
        ..link("a")
    };
    assert!(!store.enqueue(&better, at(1)).unwrap());
    assert!(!store.enqueue(&link("a"), at(2)).unwrap());
    assert!(store.knows(&link("a").url).unwrap());
    assert!(!store.knows(&link("b").url).unwrap());
    let leased = lease(&store, 3).unwrap();
    assert_eq!(
        (leased.link.priority, leased.link.title.as_deref()),
        (5, Some("توأمة"))
    );
    assert!(lease(&store, 3).is_none());
    assert!(store.complete(&leased, &done(), at(4)).unwrap());
    assert!(!store.enqueue(&better, at(5)).unwrap());
    assert!(lease(&store, 5).is_none(), "a done link does not come back");
}

#[test]
fn the_most_urgent_link_that_is_due_goes_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    for (name, priority, due) in [
        ("low", 1, 0),
        ("later", 9, 50),
        ("high", 5, 1),
        ("older", 5, 0),
    ] {
        store
            .enqueue(
                &Link {
                    priority,
                    ..link(name)
                },
                at(due),
            )
            .unwrap();
    }
    let order: Vec<String> = std::iter::from_fn(|| lease(&store, 10))
        .map(|lease| path(&lease).to_owned())
        .collect();
    assert_eq!(order, ["older", "high", "low"]);
    assert_eq!(path(&lease(&store, 50).unwrap()), "later");
}

#[test]
fn what_a_dead_program_had_leased_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.enqueue(&link("a"), at(0)).unwrap();
    let lost = lease(&store, 0).unwrap();
    drop(store);
    let store = open(&folder);
    assert!(lease(&store, 59).is_none());
    let again = lease(&store, 60).unwrap();
    assert_eq!((path(&again), again.attempts), ("a", 2));
    assert!(
        !store.complete(&lost, &done(), at(61)).unwrap(),
        "the lease was lost"
    );
    assert!(store.complete(&again, &done(), at(61)).unwrap());
    assert!(
        !store.complete(&again, &done(), at(61)).unwrap(),
        "and a lease ends once"
    );
}

#[test]
fn a_released_link_is_due_at_once_and_untried() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.enqueue(&link("a"), at(0)).unwrap();
    store.release(&lease(&store, 0).unwrap(), at(1)).unwrap();
    assert_eq!(lease(&store, 1).unwrap().attempts, 1);
}

#[test]
fn what_recurs_keeps_its_validators_and_comes_back_when_due() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let feed = Link {
        kind: Kind::Feed,
        ..link("feed")
    };
    store.enqueue(&feed, at(0)).unwrap();
    let answer = Answer {
        etag: Some("\"abc\"".to_owned()),
        last_modified: Some("Thu, 30 May 2024 10:24:00 GMT".to_owned()),
        digest: Some("D".to_owned()),
        next: Some(at(600)),
        interval: Some(SignedDuration::from_secs(600)),
    };
    store
        .complete(
            &lease(&store, 0).unwrap(),
            &Outcome::Done(answer.clone()),
            at(1),
        )
        .unwrap();
    assert!(lease(&store, 599).is_none());
    let second = lease(&store, 600).unwrap();
    assert_eq!(
        (&second.etag, &second.last_modified, &second.digest),
        (&answer.etag, &answer.last_modified, &answer.digest)
    );
    assert_eq!(
        (second.interval, second.fetched, second.attempts),
        (answer.interval, Some(at(1)), 1)
    );
    let interval = Some(SignedDuration::from_secs(1200));
    let unchanged = Outcome::Unchanged {
        next: Some(at(1800)),
        interval,
    };
    store.complete(&second, &unchanged, at(601)).unwrap();
    let third = lease(&store, 1800).unwrap();
    assert_eq!(
        (third.etag, third.interval, third.fetched),
        (answer.etag, interval, Some(at(601)))
    );
}

#[test]
fn failures_are_told_by_cause_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    for name in ["a", "b", "c"] {
        store.enqueue(&link(name), at(0)).unwrap();
    }
    let failed = |retry| Outcome::Failed {
        cause: "timeout".to_owned(),
        retry,
    };
    store
        .complete(&lease(&store, 0).unwrap(), &failed(Some(at(100))), at(1))
        .unwrap();
    store
        .complete(&lease(&store, 0).unwrap(), &failed(None), at(1))
        .unwrap();
    let blocked = Outcome::Blocked {
        cause: "robots".to_owned(),
        retry: None,
    };
    store
        .complete(&lease(&store, 0).unwrap(), &blocked, at(1))
        .unwrap();
    assert!(lease(&store, 99).is_none());
    let progress = &store.progress().unwrap()["aps-fr"];
    assert_eq!(progress.states[&(Kind::Page, State::Failed)], 2);
    assert_eq!(progress.states[&(Kind::Page, State::Blocked)], 1);
    assert_eq!(
        progress.causes,
        [("robots".to_owned(), 1), ("timeout".to_owned(), 2)].into()
    );
    assert_eq!(progress.last_success, None);
    let again = lease(&store, 100).unwrap();
    assert_eq!((path(&again), again.attempts), ("a", 2));
    store.complete(&again, &done(), at(101)).unwrap();
    let progress = &store.progress().unwrap()["aps-fr"];
    assert_eq!(progress.last_success, Some(at(101)));
    assert_eq!(progress.causes["timeout"], 1);
    assert!(lease(&store, 10_000).is_none());
}

#[test]
fn a_page_that_is_configured_as_a_section_becomes_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.enqueue(&link("sante"), at(0)).unwrap();
    store
        .complete(&lease(&store, 0).unwrap(), &done(), at(1))
        .unwrap();
    let section = Link {
        kind: Kind::Section,
        ..link("sante")
    };
    store.enqueue(&section, at(2)).unwrap();
    store.enqueue(&link("sante"), at(3)).unwrap();
    let leased = lease(&store, 4).unwrap();
    assert_eq!(leased.link.kind, Kind::Section);
    store.complete(&leased, &done(), at(5)).unwrap();
    store.enqueue(&section, at(6)).unwrap();
    assert!(lease(&store, 7).is_none());
}

#[test]
fn a_page_reached_under_another_url_is_not_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.enqueue(&link("queued"), at(0)).unwrap();
    assert!(!store.settle(&link("queued"), at(1)).unwrap());
    assert!(store.settle(&link("unknown"), at(1)).unwrap());
    assert!(!store.enqueue(&link("unknown"), at(2)).unwrap());
    assert!(lease(&store, 3).is_none());
}

#[test]
fn lanes_tell_who_has_work_and_when() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let other = Link {
        source: "aps-ar".to_owned(),
        ..link("ar/a")
    };
    let far = Link {
        url: "http://localhost:8080/x".parse().unwrap(),
        ..link("x")
    };
    for (link, due) in [
        (link("a"), 5),
        (link("b"), 3),
        (other, 7),
        (far, 9),
        (link("done"), 0),
    ] {
        store.enqueue(&link, at(due)).unwrap();
    }
    store
        .complete(&lease(&store, 0).unwrap(), &done(), at(0))
        .unwrap();
    let next_allowed = Some(at(100));
    store
        .set_host(
            "localhost:8080",
            &HostState {
                next_allowed,
                ..HostState::default()
            },
        )
        .unwrap();
    let lanes = store.lanes().unwrap();
    let lane = |source: &str, host: &str, due| Lane {
        source: source.to_owned(),
        host: host.to_owned(),
        due: at(due),
    };
    assert_eq!(
        lanes,
        [
            lane("aps-ar", HOST, 7),
            lane("aps-fr", HOST, 3),
            lane("aps-fr", "localhost:8080", 100)
        ]
    );
    let waiting: Vec<_> = store
        .waiting(&lanes[1], at(6))
        .map(|link| link.unwrap().url.path().to_owned())
        .collect();
    assert_eq!(waiting, ["/b", "/a"], "what is due first");
    assert_eq!(host_of(&"https://aps.dz:443/".parse().unwrap()), HOST);
}

#[test]
fn many_links_wait_without_being_walked() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store
        .commit(|| {
            for number in 0..1000 {
                store.enqueue(&link(&format!("{number}")), at(0))?;
            }
            Ok(())
        })
        .unwrap();
    let lane = store.lanes().unwrap().remove(0);
    assert_eq!(store.waiting(&lane, at(0)).count(), 1000);
    let mut seen = std::collections::BTreeSet::new();
    while let Some(leased) = lease(&store, 1) {
        assert!(seen.insert(path(&leased).to_owned()));
        if seen.len() == 500 {
            break;
        }
    }
    assert_eq!(store.waiting(&lane, at(1)).count(), 500);
    assert_eq!(store.lanes().unwrap().len(), 1);
}

#[test]
fn a_fetch_its_capture_and_its_links_are_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.enqueue(&link("a"), at(0)).unwrap();
    let leased = lease(&store, 0).unwrap();
    let (capture, location) = captured("a", 1, "D1");
    let work = |fail: bool| {
        store.commit(|| {
            store.insert_capture(&capture, "aps-fr", &location)?;
            store.enqueue(&link("found"), at(1))?;
            assert!(store.complete(&leased, &done(), at(1))?);
            if fail {
                Err(Error::input("test", "wanted"))
            } else {
                Ok(())
            }
        })
    };
    assert!(work(true).is_err());
    assert_eq!(
        (
            store.captures_after(0).count(),
            store.knows(&link("found").url).unwrap()
        ),
        (0, false)
    );
    work(false).unwrap();
    assert_eq!(
        (
            store.captures_after(0).count(),
            store.knows(&link("found").url).unwrap()
        ),
        (1, true)
    );
}

fn captured(path: &str, second: i64, digest: &str) -> (Capture, Location) {
    let capture = Capture {
        url: link(path).url.into(),
        fetched: at(second),
        status: 200,
        headers: Vec::new(),
        request_headers: Vec::new(),
        body: Vec::new(),
        truncated: false,
        address: None,
    };
    let offset = second.cast_unsigned();
    let location = Location {
        file: "f".to_owned(),
        offset,
        length: 1,
        digest: digest.to_owned(),
    };
    (capture, location)
}

#[test]
fn captures_are_found_by_url_by_body_and_by_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let add = |path, second, digest| {
        let (capture, location) = captured(path, second, digest);
        store.insert_capture(&capture, "aps-fr", &location).unwrap()
    };
    let first = add("a", 1, "D1");
    let second = add("a", 3, "D2");
    let back = add("a", 4, "D1");
    let copy = add("b", 5, "D1");
    assert!(first < second && second < back && back < copy);
    let latest = store.capture("https://aps.dz/a").unwrap().unwrap();
    assert_eq!(
        (latest.id, latest.fetched, latest.location.offset),
        (back, at(4), 4)
    );
    assert_eq!(store.capture_by_digest("D1").unwrap().unwrap().id, first);
    assert_eq!(store.capture_by_digest("D3").unwrap(), None);
    let after: Vec<i64> = store
        .captures_after(second)
        .map(|stored| stored.unwrap().id)
        .collect();
    assert_eq!(after, [back, copy]);
}

#[test]
fn a_host_is_kept_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    assert_eq!(store.host(HOST).unwrap(), HostState::default());
    let state = HostState {
        robots: Some(Robots {
            file: Some((b"User-agent: *\nDisallow: /\xff".to_vec(), at(1))),
            status: Some(200),
            checked: at(2),
        }),
        backoff: SignedDuration::from_millis(1500),
        latency: SignedDuration::from_millis(320),
        failures: 2,
        next_allowed: Some(at(30)),
    };
    store.set_host(HOST, &state).unwrap();
    assert_eq!(store.host(HOST).unwrap(), state);
    let slower = HostState {
        latency: SignedDuration::from_millis(900),
        next_allowed: None,
        ..state
    };
    let no_robots = HostState {
        robots: None,
        ..slower.clone()
    };
    store.set_pace(HOST, &no_robots).unwrap();
    assert_eq!(store.host(HOST).unwrap(), slower);
    store.set_pace("other.dz", &no_robots).unwrap();
    assert_eq!(store.host("other.dz").unwrap(), no_robots);
    let silent = Robots {
        file: None,
        status: None,
        checked: at(3),
    };
    let state = HostState {
        robots: Some(silent),
        ..HostState::default()
    };
    store.set_host(HOST, &state).unwrap();
    assert_eq!(store.host(HOST).unwrap(), state);
}

#[test]
fn what_was_not_tried_is_no_attempt() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.enqueue(&link("a"), at(0)).unwrap();
    for second in 0..9 {
        let leased = lease(&store, second * 10).unwrap();
        assert_eq!(leased.attempts, 1);
        let postponed = Outcome::Postponed {
            cause: "later".to_owned(),
            until: at(second * 10 + 10),
        };
        assert!(
            store
                .complete(&leased, &postponed, at(second * 10))
                .unwrap()
        );
        assert!(lease(&store, second * 10 + 9).is_none());
    }
    let known = store.known(&link("a").url).unwrap().unwrap();
    assert_eq!(
        (known.state, known.cause.as_deref()),
        (State::New, Some("later"))
    );
}

#[test]
fn what_was_passed_over_is_taken_once_it_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    assert!(store.pass_over(&link("a"), "other_subject").unwrap());
    assert!(!store.pass_over(&link("a"), "other_subject").unwrap());
    assert!(lease(&store, 1).is_none());
    let states = || store.progress().unwrap()["aps-fr"].states.clone();
    assert_eq!(states(), [((Kind::Page, State::Passed), 1)].into());
    assert!(!store.enqueue(&link("a"), at(2)).unwrap());
    assert_eq!(states(), [((Kind::Page, State::New), 1)].into());
    assert_eq!(path(&lease(&store, 3).unwrap()), "a");
    // What was fetched is not passed over afterwards.
    assert!(!store.pass_over(&link("a"), "other_subject").unwrap());
    assert_eq!(states(), [((Kind::Page, State::New), 1)].into());
}
