//! Links the records of the store into dossiers, and tells each convention its dossier.
//!
//! Only what a batch can touch is read: the records that changed, those that shared a dossier with
//! them, those that share a key, and whatever is tied to any of these. The store keeps the keys. Where the
//! tables or the way of linking are others than last time, everything is linked anew.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::link::table::Tables;
use crate::link::{Convention, Linker};
use crate::record::Record;
use crate::record::dossier::Dossier;
use crate::store::Store;

use super::Step;

/// The revision of the store up to which records are linked.
const LINKED: &str = "linked";

/// The digest of the tables that they were linked with.
const TABLES: &str = "linked with";

/// How the dossiers of a store changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Records that were read.
    pub read: u64,
    /// Dossiers that were not there before.
    pub new: u64,
    /// Dossiers that hold something else than before.
    pub changed: u64,
    /// Dossiers that there are.
    pub total: u64,
}

/// Brings the dossiers of a store up to its records.
///
/// # Errors
/// The store refuses.
pub fn run(store: &Store, tables: &Tables, watch: &dyn Fn(Step<'_>)) -> Result<Counts> {
    let upto = store.revision()?;
    let digest = tables.digest();
    let anew = store.meta(TABLES)?.as_deref() != Some(digest.as_str());
    let mut neighbourhood = Neighbourhood {
        store,
        linker: Linker::new(tables),
        read: BTreeSet::new(),
        settled: BTreeSet::new(),
        watch,
    };
    if anew {
        neighbourhood.load_all()?;
    } else {
        let since = store.meta(LINKED)?;
        let since = since.and_then(|revision| revision.parse().ok());
        neighbourhood.load_changed(since.unwrap_or(0))?;
    }
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
}

/// The records that a batch can touch.
struct Neighbourhood<'a> {
    store: &'a Store,
    linker: Linker,
    /// Every record that was read, by id.
    read: BTreeSet<String>,
    /// Those that were read with everything that is tied to them, so that their dossiers are whole, and
    /// those that are gone.
    settled: BTreeSet<String>,
    watch: &'a dyn Fn(Step<'_>),
}

impl Neighbourhood<'_> {
    fn load(&mut self, record: &Record) {
        if self.read.insert(record.id.clone()) {
            self.linker.insert(record);
            (self.watch)(Step::Linked(self.read.len() as u64));
        }
    }

    fn load_by_id(&mut self, id: &str) -> Result<()> {
        if !self.read.contains(id)
            && let Some(record) = self.store.record(id)?
        {
            self.load(&record);
        }
        Ok(())
    }

    fn load_all(&mut self) -> Result<()> {
        for record in self.store.records() {
            self.load(&record?);
        }
        self.settled = self.read.clone();
        Ok(())
    }

    /// Reads what changed after a revision, and all that it touches.
    fn load_changed(&mut self, since: i64) -> Result<()> {
        let mut open = BTreeSet::new();
        for change in self.store.records_since(since) {
            let change = change?;
            for dossier in self.store.linked_dossiers(&change.id)? {
                let dossier = self.store.dossier(&dossier)?;
                let mentions = dossier.into_iter().flat_map(|dossier| dossier.articles);
                open.extend(mentions.map(|mention| mention.id));
            }
            open.insert(change.id);
            if let Some(record) = change.value {
                self.load(&record);
            }
        }
        while let Some(id) = open.pop_first() {
            if !self.settled.insert(id.clone()) {
                continue;
            }
            self.load_by_id(&id)?;
            for other in self.store.records_with(&self.linker.keys(&id))? {
                self.load_by_id(&other)?;
            }
            open.extend(self.linker.tied(&id));
        }
        Ok(())
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
            read: self.read.len() as u64,
            ..Counts::default()
        };
        let is_whole = |dossier: &&Dossier| {
            let mut articles = dossier.articles.iter();
            articles.all(|mention| self.settled.contains(&mention.id))
        };
        for dossier in self.linker.dossiers().filter(is_whole) {
            gone.remove(&dossier.id);
            let known = self.store.dossier(&dossier.id)?.is_some();
            let changed = self.store.set_dossier(dossier)?;
            counts.new += u64::from(!known);
            counts.changed += u64::from(known && changed);
        }
        let mut writes = (counts.new + counts.changed).cast_signed();
        for id in gone {
            writes += i64::from(self.store.withdraw_dossier(&id)?);
        }
        for id in self.settled.clone() {
            writes += i64::from(self.tell(&id)?);
        }
        counts.total = self.store.count_dossiers()?;
        Ok((counts, writes))
    }

    /// Writes the dossier of each convention into its record, and by which keys the record was linked.
    fn tell(&mut self, id: &str) -> Result<bool> {
        let keys = self.linker.keys(id);
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
        self.store.note_linked(id, &keys, &dossiers)?;
        self.store.restate_record(&record)
    }
}
