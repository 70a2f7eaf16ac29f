//! Keeps by which keys each record can meet others, what tells whether they need to be compared, and in which dossiers
//! its conventions are.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::error::Result;

/// How a record was linked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linked {
    /// Its keys, sorted.
    pub keys: Vec<u64>,
    /// What linking wrote down of it, to be read by linking alone.
    pub sketch: Vec<u8>,
    /// The dossiers of its conventions.
    pub dossiers: BTreeSet<String>,
}

impl Store {
    /// Keeps how a record was linked; what was kept of it before gives way. Where its keys are others than before,
    /// gives the number under which [`Store::add_keys`] is to keep them, in the same commit.
    ///
    /// # Errors
    /// The store refuses.
    pub fn note_linked(&self, record: &str, linked: &Linked) -> Result<Option<i64>> {
        let keys = linked.keys.iter();
        let packed: Vec<u8> = keys.flat_map(|key| key.to_le_bytes()).collect();
        let ids: Vec<&str> = linked.dossiers.iter().map(String::as_str).collect();
        let (sketch, ids) = (&linked.sketch, ids.join(" "));
        self.commit(|| {
            if let Some((slot, before)) = self.slot_of(record)? {
                if before == packed {
                    return self.ask(|connection| {
                        connection
                            .prepare_cached(
                                "UPDATE linked SET sketch = ?2, dossiers = ?3 WHERE slot = ?1",
                            )?
                            .execute(params![slot, sketch, ids])?;
                        Ok(None)
                    });
                }
                self.drop_keys(slot, &before)?;
            }
            self.ask(|connection| {
                connection
                    .prepare_cached(
                        "INSERT INTO linked (record, keys, sketch, dossiers) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT (record) DO UPDATE SET keys = ?2, sketch = ?3, dossiers = ?4
                         RETURNING slot",
                    )?
                    .query_row(params![record, packed, sketch, ids], |row| row.get(0))
                    .map(Some)
            })
        })
    }

    /// Keeps keys with the numbers of their records. Keys fall anywhere in the file: in their order, those of many
    /// records write each of its pages once, one record after the other they write it again and again.
    ///
    /// # Errors
    /// The store refuses.
    pub fn add_keys(&self, mut keys: Vec<(u64, i64)>) -> Result<()> {
        keys.sort_unstable_by_key(|(key, slot)| (key.cast_signed(), *slot));
        self.commit(|| {
            self.ask(|connection| {
                let mut insert = connection
                    .prepare_cached("INSERT OR IGNORE INTO link_key (key, slot) VALUES (?1, ?2)")?;
                for (key, slot) in keys {
                    insert.execute(params![key.cast_signed(), slot])?;
                }
                Ok(())
            })
        })
    }

    /// Forgets how a record was linked.
    ///
    /// # Errors
    /// The store refuses.
    pub fn forget_linked(&self, record: &str) -> Result<()> {
        self.commit(|| {
            let Some((slot, keys)) = self.slot_of(record)? else {
                return Ok(());
            };
            self.drop_keys(slot, &keys)?;
            self.ask(|connection| {
                connection
                    .prepare_cached("DELETE FROM linked WHERE slot = ?1")?
                    .execute([slot])?;
                Ok(())
            })
        })
    }

    /// Forgets how every record was linked, so that all are linked anew.
    ///
    /// # Errors
    /// The store refuses.
    pub fn forget_all_linked(&self) -> Result<()> {
        self.batch("DELETE FROM link_key; DELETE FROM linked")
    }

    /// The dossiers that the conventions of a record were in; none where it was not linked.
    ///
    /// # Errors
    /// The store refuses.
    pub fn linked_dossiers(&self, record: &str) -> Result<BTreeSet<String>> {
        let ids: Option<String> = self.ask(|connection| {
            connection
                .prepare_cached("SELECT dossiers FROM linked WHERE record = ?1")?
                .query_row([record], |row| row.get(0))
                .optional()
        })?;
        let ids = ids.unwrap_or_default();
        Ok(ids.split_whitespace().map(str::to_owned).collect())
    }

    /// The numbers of the linked records that have a key between two bounds, these included, which is one that is
    /// wanted.
    ///
    /// # Errors
    /// The store refuses.
    pub fn linked_within(
        &self,
        (first, last): (u64, u64),
        wanted: impl Fn(u64) -> bool,
        found: &mut BTreeSet<i64>,
    ) -> Result<()> {
        self.ask(|connection| {
            let mut find = connection
                .prepare_cached("SELECT key, slot FROM link_key WHERE key BETWEEN ?1 AND ?2")?;
            let mut rows = find.query([first.cast_signed(), last.cast_signed()])?;
            while let Some(row) = rows.next()? {
                if wanted(row.get::<_, i64>(0)?.cast_unsigned()) {
                    found.insert(row.get(1)?);
                }
            }
            Ok(())
        })
    }

    /// The id of a linked record by its number, and what linking wrote down of it.
    ///
    /// # Errors
    /// The store refuses.
    pub fn sketch(&self, slot: i64) -> Result<Option<(String, Vec<u8>)>> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT record, sketch FROM linked WHERE slot = ?1")?
                .query_row([slot], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
    }

    fn slot_of(&self, record: &str) -> Result<Option<(i64, Vec<u8>)>> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT slot, keys FROM linked WHERE record = ?1")?
                .query_row([record], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
    }

    fn drop_keys(&self, slot: i64, packed: &[u8]) -> Result<()> {
        let (keys, _) = packed.as_chunks();
        self.ask(|connection| {
            let mut drop =
                connection.prepare_cached("DELETE FROM link_key WHERE key = ?1 AND slot = ?2")?;
            for key in keys {
                drop.execute(params![u64::from_le_bytes(*key).cast_signed(), slot])?;
            }
            Ok(())
        })
    }
}
