//! Takes in what others hand over: WARC, pages, texts, JSON Lines become captures in the archive, which
//! are then read as fetched ones are.
//!
//! What is there already is known by its key (the id given, else the URL, else the text) and its bytes:
//! taken in again it changes nothing, and a start after a stop goes on where that was.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::BuildHasher;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::archive::capture::Capture;
use crate::archive::writer::WarcWriter;
use crate::archive::{self, METADATA};
use crate::article;
use crate::config::source::Source;
use crate::crawl::canonical::canonical;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::capture::Stored;

use super::input::given::{Fault, Given, Handed};
use super::input::{self, Piece};
use super::report::Report;
use super::step::Step;
use super::{Batch, Places};

/// The source of what no source is known of.
pub(super) const IMPORT: &str = "import";

/// Pieces worked on at once: enough for all cores, few enough to hold.
const BATCH: usize = 256;
/// Bytes held at once.
const BATCH_BYTES: usize = 16 << 20;
/// Longest description of a piece in bytes: with it the head of its WARC record is read whole.
const LONGEST_DESCRIPTION: usize = 64 << 10;

/// What is to be taken in.
#[derive(Debug, Clone)]
pub struct Import<'a> {
    /// Files, folders, `-` for standard input.
    pub inputs: &'a [PathBuf],
    /// Also what is not about health, or in another language.
    pub all: bool,
}

/// What became of the pieces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Not known before.
    pub new: u64,
    /// Known with other bytes or another description.
    pub changed: u64,
    /// Known as they are.
    pub known: u64,
    /// Pages of which a later capture is known.
    pub older: u64,
    /// Lines, files and records that could not be read.
    pub faulty: u64,
    /// Inputs that could not be opened, or hold nothing.
    pub missing: u64,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            new,
            changed,
            known,
            older,
            faulty,
            missing,
        } = self;
        write!(
            f,
            "taken in: {new} new, {changed} changed, {known} known, {older} older than what is known, {faulty} faulty, {missing} missing"
        )
    }
}

impl Batch<'_> {
    /// Takes in what is handed over, then reads, extracts, links and indexes it.
    ///
    /// # Errors
    /// As [`Batch::run`]; what is wrong with one piece is warned about and counted.
    pub fn import(&self, import: &Import<'_>) -> Result<Report> {
        self.recorded(|places, store, report| {
            self.restore(places, store, report)?;
            self.begin_alerts(store)?;
            self.timed("import", report, |report| {
                report.import = Some(self.take_in(import, places, store)?);
                Ok(())
            })?;
            self.digest(places, store, report)
        })
    }

    fn take_in(&self, import: &Import<'_>, places: &Places, store: &Store) -> Result<Taken> {
        let mut intake = Intake {
            batch: self,
            all: import.all,
            places,
            store,
            hosts: Hosts::new(&self.config.sources),
            archive: self.open_archive(places, store)?,
            seen: FxHashMap::default(),
            taken: Taken::default(),
            done: 0,
        };
        let (mut pieces, mut bytes) = (Vec::with_capacity(BATCH), 0);
        let mut stopped = false;
        let all = input::read(import.inputs, &mut |piece| {
            bytes += weight(&piece);
            pieces.push(piece);
            if pieces.len() < BATCH && bytes < BATCH_BYTES {
                return Ok(());
            }
            bytes = 0;
            intake.keep(std::mem::take(&mut pieces))?;
            stopped = self.stop.is_requested();
            if stopped {
                return Err(Error::input("import", "a stop was asked for"));
            }
            Ok(())
        });
        // what was kept stays, and the next import finds it
        if !stopped {
            all?;
        }
        intake.keep(pieces)?;
        intake.archive.sync()?;
        Ok(intake.taken)
    }
}

/// Bytes that a piece holds.
fn weight(piece: &Piece) -> usize {
    match piece {
        Piece::Line(_, bytes) | Piece::Bytes(bytes) => bytes.len(),
        Piece::Page(_, record) => record.body.len(),
        // of a file not yet opened nothing is held, but will be
        Piece::File(path, _) => std::fs::metadata(path).map_or(0, |file| file.len() as usize),
        Piece::Fault(_) | Piece::Missing(_) => 0,
    }
}

/// A piece as it will stand in the archive.
struct Parcel {
    at: String,
    capture: Capture,
    digest: String,
    /// A page that a server sent, not a file.
    fetched: bool,
    source: String,
}

/// What the store knows of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    New,
    Changed,
    Known,
    Older,
}

/// The work of one import.
struct Intake<'a> {
    batch: &'a Batch<'a>,
    all: bool,
    places: &'a Places,
    store: &'a Store,
    hosts: Hosts<'a>,
    archive: WarcWriter,
    /// By the hash of its key: the hash of what was taken in under it.
    seen: FxHashMap<u64, u64>,
    taken: Taken,
    done: u64,
}

impl Intake<'_> {
    /// Puts pieces into the archive and then into the store, unless they are there already.
    fn keep(&mut self, pieces: Vec<Piece>) -> Result<()> {
        self.done += pieces.len() as u64;
        let absent = |piece: &Piece| u64::from(matches!(piece, Piece::Missing(_)));
        let missing: u64 = pieces.iter().map(absent).sum();
        self.taken.missing += missing;
        let (now, all, hosts) = (self.batch.clock.now(), self.all, &self.hosts);
        let parcels: Vec<std::result::Result<Parcel, Fault>> = pieces
            .into_par_iter()
            .map(|piece| Parcel::of(piece, now, all, hosts))
            .collect();
        let mut fresh = Vec::new();
        for parcel in parcels {
            match parcel.and_then(|parcel| self.once(parcel)) {
                Ok(parcel) => fresh.extend(parcel),
                Err(fault) => {
                    tracing::warn!("{}", fault.message);
                    self.taken.faulty += 1;
                }
            }
        }
        // what is missing was told as a fault, and is counted once
        self.taken.faulty -= missing;
        let fresh = self.unknown(fresh)?;
        self.write(fresh)?;
        (self.batch.watch)(Step::Imported(self.done));
        Ok(())
    }

    /// Lets a key pass once: the same again is known, and a page may change; of two texts under one id
    /// the first is kept, so that a second import finds everything as it was.
    fn once(&mut self, parcel: Parcel) -> std::result::Result<Option<Parcel>, Fault> {
        let key = FxBuildHasher.hash_one(&parcel.capture.url);
        let content = parcel.content();
        match self.seen.insert(key, content) {
            Some(before) if before == content => {
                self.taken.known += 1;
                Ok(None)
            }
            Some(before) if !parcel.fetched => {
                self.seen.insert(key, before);
                Err(Fault {
                    id: None,
                    message: format!(
                        "{}: the same key as an article before, `{}`, with another text; the first is kept",
                        parcel.at, parcel.capture.url
                    ),
                })
            }
            _ => Ok(Some(parcel)),
        }
    }

    /// Leaves out what the store knows.
    fn unknown(&mut self, parcels: Vec<Parcel>) -> Result<Vec<Parcel>> {
        let known = self.store.snapshot(|| {
            let known = parcels
                .iter()
                .map(|parcel| self.store.capture(&parcel.capture.url));
            known.collect::<Result<Vec<Option<Stored>>>>()
        })?;
        let archive = &self.places.archive;
        let standings: Vec<Standing> = parcels
            .par_iter()
            .zip(&known)
            .map(|(parcel, known)| parcel.standing(known.as_ref(), archive))
            .collect();
        let mut fresh = Vec::new();
        for ((mut parcel, known), standing) in parcels.into_iter().zip(known).zip(standings) {
            match standing {
                Standing::New => self.taken.new += 1,
                Standing::Changed => self.taken.changed += 1,
                Standing::Known => self.taken.known += 1,
                Standing::Older => self.taken.older += 1,
            }
            if matches!(standing, Standing::New | Standing::Changed) {
                parcel.follow(known.as_ref());
                fresh.push(parcel);
            }
        }
        Ok(fresh)
    }

    /// The archive first: what is only there is found again, what is only in the store is lost.
    fn write(&mut self, parcels: Vec<Parcel>) -> Result<()> {
        let mut written = Vec::with_capacity(parcels.len());
        for parcel in parcels {
            let location = if parcel.fetched {
                self.archive.append(&parcel.capture)?
            } else {
                self.archive.append_resource(&parcel.capture)?
            };
            written.push((parcel, location));
        }
        self.store.commit(|| {
            written.iter().try_for_each(|(parcel, location)| {
                let Parcel {
                    capture, source, ..
                } = parcel;
                self.store
                    .insert_capture(capture, source, location)
                    .map(drop)
            })
        })
    }
}

impl Parcel {
    fn of(
        piece: Piece,
        now: Timestamp,
        all: bool,
        hosts: &Hosts<'_>,
    ) -> std::result::Result<Self, Fault> {
        let mut handed = Handed::of(piece)?;
        handed.check()?;
        let url = handed.given.url.as_deref().or(handed.url.as_deref());
        let source = handed.given.source.clone();
        let source = source
            .or_else(|| hosts.source(url?).map(|source| source.id.clone()))
            .unwrap_or_else(|| IMPORT.to_owned());
        // what is wanted in any case has to say so beside its text
        let capture = match handed.capture.take().filter(|_| !all) {
            Some(capture) => Capture {
                url: canonical(&capture.url, None).map_or(capture.url, String::from),
                body: std::mem::take(&mut handed.body),
                ..*capture
            },
            None => {
                return Self::resource(handed, now, all, source);
            }
        };
        Ok(Self {
            at: handed.at,
            digest: capture.digest(),
            capture,
            fetched: true,
            source,
        })
    }

    /// A file, with what is said of it.
    fn resource(
        handed: Handed,
        now: Timestamp,
        all: bool,
        source: String,
    ) -> std::result::Result<Self, Fault> {
        let given = Given {
            all,
            ..handed.given
        };
        let fault = |message: String| Fault {
            id: given.id.clone(),
            message: format!("{}: {message}", handed.at),
        };
        let description =
            serde_json::to_string(&given).map_err(|error| fault(error.to_string()))?;
        if description.len() > LONGEST_DESCRIPTION {
            return Err(fault(format!(
                "{} bytes beside the text, more than {LONGEST_DESCRIPTION}",
                description.len()
            )));
        }
        let kind = handed.content_type.unwrap_or_default();
        let capture = Capture {
            url: key(&given, handed.url.as_deref(), &handed.body),
            fetched: now,
            status: 200,
            headers: vec![
                ("Content-Type".to_owned(), kind),
                (METADATA.to_owned(), description),
            ],
            request_headers: Vec::new(),
            body: handed.body,
            truncated: false,
            address: None,
        };
        Ok(Self {
            at: handed.at,
            digest: capture.digest(),
            capture,
            fetched: false,
            source,
        })
    }

    /// A hash of all that makes it another article when it changes.
    fn content(&self) -> u64 {
        FxBuildHasher.hash_one((&self.digest, self.capture.header(METADATA)))
    }

    fn standing(&self, known: Option<&Stored>, archive: &std::path::Path) -> Standing {
        let Some(known) = known else {
            return Standing::New;
        };
        if known.location.digest == self.digest {
            let described = self.capture.header(METADATA);
            let before = described.and_then(|_| archive::read_at(archive, &known.location).ok());
            let before = before.as_ref().and_then(|before| before.header(METADATA));
            if described == before {
                return Standing::Known;
            }
        }
        if self.fetched && known.fetched >= self.capture.fetched {
            return Standing::Older;
        }
        Standing::Changed
    }

    /// Puts a file behind the one that it replaces, whatever the clock says.
    fn follow(&mut self, known: Option<&Stored>) {
        let least = known.filter(|_| !self.fetched).and_then(|known| {
            known
                .fetched
                .checked_add(SignedDuration::from_micros(1))
                .ok()
        });
        self.capture.fetched = self.capture.fetched.max(least.unwrap_or(Timestamp::MIN));
    }
}

/// What an article counts as in the archive: its id where one is given, else its URL, else its text.
fn key(given: &Given, url: Option<&str>, body: &[u8]) -> String {
    let urn = |id: &str| {
        format!(
            "urn:sihafa:article:{}",
            utf8_percent_encode(id, NON_ALPHANUMERIC)
        )
    };
    match (&given.id, given.url.as_deref().or(url)) {
        (Some(id), _) => urn(id),
        (None, Some(url)) => canonical(url, None).map_or_else(|| urn(url), String::from),
        (None, None) => urn(&article::id(None, &String::from_utf8_lossy(body))),
    }
}

/// The sources by the host of their home, to know whose a URL is.
pub(super) struct Hosts<'s> {
    of: BTreeMap<String, Vec<&'s Source>>,
}

impl<'s> Hosts<'s> {
    pub(super) fn new(sources: &'s [Source]) -> Self {
        let mut of: BTreeMap<String, Vec<&Source>> = BTreeMap::new();
        for source in sources {
            of.entry(host(&source.home).unwrap_or_default())
                .or_default()
                .push(source);
        }
        Self { of }
    }

    /// The source of a URL: where papers share a host, the one whose home the URL lies furthest under.
    pub(super) fn source(&self, url: &str) -> Option<&'s Source> {
        let sources = self.of.get(&host(url)?)?;
        let under = |source: &Source| {
            let home = source.home.trim_end_matches('/');
            url.strip_prefix(home).map_or(0, |_| home.len())
        };
        // the last of equals wins a `max`, and the first is wanted
        sources
            .iter()
            .rev()
            .max_by_key(|source| under(source))
            .copied()
    }
}

/// The host of a URL, without `www.`.
fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}
