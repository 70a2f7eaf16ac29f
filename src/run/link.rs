//! Links the records of the store into dossiers, and tells each convention its dossier.
//!
//! Only what a batch can touch is read: the records that changed, those that shared a dossier with
//! them, those that share a key, and whatever is tied to any of these. The store keeps the keys. Where the
//! tables or the way of linking are others than last time, everything is linked anew.

use std::collections::BTreeSet;

use crate::crawl::stop::Stop;
use crate::error::{Error, Result};
use crate::link::sketch::Sketch;
use crate::link::table::Tables;
use crate::link::{Convention, Linker};
use crate::record::Record;
use crate::record::dossier::Dossier;
use crate::store::Store;
use crate::store::linked::Linked;

use super::step::{Part, Step};

/// The revision of the store up to which records are linked.
const LINKED: &str = "linked";

/// The digest of the tables that they were linked with.
const TABLES: &str = "linked with";

/// Records that are held only to be compared: when they are more, they are let go of, to be read again where
/// another needs them. So what has a thousand neighbours is linked in no more memory than what has one.
const BESIDE: usize = 10_000;

/// Keys of records that are written at once.
const KEYS: usize = 1 << 20;

/// How the dossiers of a store changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Records that were read.
    pub read: u64,
    /// Dossiers that were not there before.
    pub new: u64,
    /// Dossiers that hold something else than before.
    pub changed: u64,
}

/// Brings the dossiers of a store up to its records, or, where a stop is asked for, leaves them as they were.
///
/// # Errors
/// The store refuses.
pub fn run(
    store: &Store,
    tables: &Tables,
    watch: &dyn Fn(Step<'_>),
    stop: &Stop,
) -> Result<Option<Counts>> {
    store.widen()?;
    let upto = store.revision()?;
    let digest = tables.digest();
    let anew = store.meta(TABLES)?.as_deref() != Some(digest.as_str());
    let mut neighbourhood = Neighbourhood {
        store,
        linker: Linker::new(tables),
        read: BTreeSet::new(),
        settled: BTreeSet::new(),
        watch,
        count: 0,
        all: None,
        stop,
        stopped: false,
    };
    let since = store.meta(LINKED)?;
    let since = since.and_then(|revision| revision.parse().ok());
    let mut link = || {
        // one state, and no lock is asked for with each of many small questions
        store.snapshot(|| {
            if anew {
                neighbourhood.load_all()
            } else {
                neighbourhood.load_changed(since.unwrap_or(0))
            }
        })?;
        store.commit(|| {
            let before = store.revision()?;
            let (counts, writes) = neighbourhood.write(anew)?;
            // What another program wrote meanwhile is linked next time.
            let seen = if before == upto {
                before + writes
            } else {
                upto
            };
            store.set_meta(LINKED, &seen.to_string())?;
            store.set_meta(TABLES, &digest)?;
            Ok(counts)
        })
    };
    let written = link();
    match written {
        // undone with the rest of its commit
        Err(_) if neighbourhood.stopped => Ok(None),
        written => written.map(Some),
    }
}

/// The records that a batch can touch.
struct Neighbourhood<'a> {
    store: &'a Store,
    linker: Linker,
    /// Every record that was read, by id, where not all are.
    read: BTreeSet<String>,
    /// Those that were read with everything that is tied to them, so that their dossiers are whole, and
    /// those that are gone. Where all are read, only those that tell a convention: the others are many.
    settled: BTreeSet<String>,
    /// How many were read, and how many are to be where that is known before.
    count: u64,
    all: Option<u64>,
    watch: &'a dyn Fn(Step<'_>),
    stop: &'a Stop,
    /// The work was given up, for a stop was asked for.
    stopped: bool,
}

impl Neighbourhood<'_> {
    /// Gives up where a stop is asked for.
    fn go_on(&mut self) -> Result<()> {
        self.stopped = self.stop.is_requested();
        if self.stopped {
            return Err(Error::input("link", "a stop was asked for"));
        }
        Ok(())
    }

    fn load(&mut self, record: &Record) {
        self.linker.insert(record);
        self.count += 1;
        (self.watch)(Step::Linked(Part {
            done: self.count,
            of: self.all,
        }));
    }

    fn load_once(&mut self, record: &Record) {
        if self.read.insert(record.id.clone()) {
            self.load(record);
        }
    }

    fn load_by_id(&mut self, id: &str) -> Result<()> {
        if !self.read.contains(id)
            && let Some(record) = self.store.record(id)?
        {
            self.load_once(&record);
        }
        Ok(())
    }

    fn load_all(&mut self) -> Result<()> {
        self.all = Some(self.store.count_records()?);
        for record in self.store.records() {
            self.go_on()?;
            let record = record?;
            self.load(&record);
            if !record.conventions.is_empty() {
                self.settled.insert(record.id);
            }
        }
        Ok(())
    }

    /// Reads what changed after a revision, and all that it touches.
    fn load_changed(&mut self, since: i64) -> Result<()> {
        let mut open = BTreeSet::new();
        for change in self.store.records_since(since) {
            self.go_on()?;
            let change = change?;
            for dossier in self.store.linked_dossiers(&change.id)? {
                let dossier = self.store.dossier(&dossier)?;
                let mentions = dossier.into_iter().flat_map(|dossier| dossier.articles);
                open.extend(mentions.map(|mention| mention.id));
            }
            open.insert(change.id);
            if let Some(record) = change.value {
                self.load_once(&record);
            }
        }
        while let Some(id) = open.pop_first() {
            self.go_on()?;
            if !self.settled.insert(id.clone()) {
                continue;
            }
            self.load_by_id(&id)?;
            self.load_neighbours(&id)?;
            open.extend(self.linker.tied(&id));
            if self.read.len() > self.settled.len() + open.len() + BESIDE {
                self.let_go(&open);
            }
        }
        // a dossier of theirs is not touched
        self.let_go(&open);
        Ok(())
    }

    /// Reads what a record may be one with, as far as its keys and what is kept of the others tell.
    fn load_neighbours(&mut self, id: &str) -> Result<()> {
        let mut slots = BTreeSet::new();
        for sought in self.linker.keys(id).looks_for {
            let wanted = |key| sought.finds(key);
            self.store
                .linked_within(sought.bounds(), wanted, &mut slots)?;
        }
        let own = self.linker.sketch(id);
        for slot in slots {
            let Some((other, sketch)) = self.store.sketch(slot)? else {
                continue;
            };
            // one that cannot be read says nothing
            let sketch: Option<Sketch> = serde_json::from_slice(&sketch).ok();
            let may_join =
                sketch.is_none_or(|sketch| self.linker.may_join((id, &own), (&other, &sketch)));
            if may_join {
                self.load_by_id(&other)?;
            }
        }
        Ok(())
    }

    /// Lets go of what was read to be compared, and neither is nor will be linked itself.
    fn let_go(&mut self, open: &BTreeSet<String>) {
        let beside = |id: &String| !self.settled.contains(id) && !open.contains(id);
        let beside: Vec<String> = self.read.iter().filter(|id| beside(id)).cloned().collect();
        for id in beside {
            self.linker.remove(&id);
            self.read.remove(&id);
        }
    }

    /// Writes the dossiers that are whole, the dossier of each of their conventions, and how their
    /// records were linked; says how many rows that changed.
    fn write(&mut self, anew: bool) -> Result<(Counts, i64)> {
        let mut gone = BTreeSet::new();
        if anew {
            for dossier in self.store.dossiers() {
                gone.insert(dossier?.id);
            }
            self.store.forget_all_linked()?;
        }
        for id in &self.settled {
            gone.extend(self.store.linked_dossiers(id)?);
        }
        let mut counts = Counts {
            read: self.count,
            ..Counts::default()
        };
        while self.linker.settle_one() {
            self.go_on()?;
        }
        let is_whole = |dossier: &&Dossier| {
            let mut articles = dossier.articles.iter();
            articles.all(|mention| self.settled.contains(&mention.id))
        };
        for dossier in self.linker.dossiers().filter(is_whole) {
            if self.stop.is_requested() {
                break;
            }
            gone.remove(&dossier.id);
            let known = self.store.dossier(&dossier.id)?.is_some();
            let changed = self.store.set_dossier(dossier)?;
            counts.new += u64::from(!known);
            counts.changed += u64::from(known && changed);
        }
        self.go_on()?;
        let mut writes = (counts.new + counts.changed).cast_signed();
        for id in gone {
            self.go_on()?;
            writes += i64::from(self.store.withdraw_dossier(&id)?);
        }
        let mut keys = Vec::new();
        for id in std::mem::take(&mut self.settled) {
            self.go_on()?;
            writes += i64::from(self.tell(&id, &mut keys)?);
            if keys.len() > KEYS {
                self.store.add_keys(std::mem::take(&mut keys))?;
            }
        }
        self.store.add_keys(keys)?;
        Ok((counts, writes))
    }

    /// Writes the dossier of each convention into its record, and by which keys the record was linked.
    fn tell(&mut self, id: &str, added: &mut Vec<(u64, i64)>) -> Result<bool> {
        let keys = self.linker.keys(id).found_by;
        let sketch = serde_json::to_vec(&self.linker.sketch(id))
            .map_err(|error| Error::input("link", error.to_string()))?;
        let record = self.store.record(id)?;
        let Some(mut record) = record.filter(|record| !record.conventions.is_empty()) else {
            self.store.forget_linked(id)?;
            return Ok(false);
        };
        let mut dossiers = BTreeSet::new();
        for (position, convention) in record.conventions.iter_mut().enumerate() {
            let key = Convention {
                article: id.to_owned(),
                position,
            };
            convention.dossier = self.linker.dossier_of(&key).map(str::to_owned);
            dossiers.extend(convention.dossier.clone());
        }
        let linked = Linked {
            keys,
            sketch,
            dossiers,
        };
        if let Some(slot) = self.store.note_linked(id, &linked)? {
            added.extend(linked.keys.into_iter().map(|key| (key, slot)));
        }
        self.store.restate_record(&record)
    }
}
