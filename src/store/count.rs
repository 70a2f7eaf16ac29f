//! Tells how much the store holds. It is counted as it changes, so that nothing is read for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Store;
use crate::error::Result;

/// How many facts there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactCounts {
    /// Articles with a record.
    pub articles: u64,
    /// Agreements told.
    pub conventions: u64,
    /// Parties of them.
    pub partners: u64,
    /// Counts of medical acts.
    pub operations: u64,
    /// Dates.
    pub dates: u64,
}

/// How many dossiers there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dossiers {
    /// All of them.
    pub all: u64,
    /// Those told in both languages.
    pub bilingual: u64,
}

impl Store {
    /// How many articles have a record.
    ///
    /// # Errors
    /// The store refuses.
    pub fn count_records(&self) -> Result<u64> {
        let facts = self.count_facts()?;
        Ok(facts.values().map(|counts| counts.articles).sum())
    }

    /// The facts of all records, by language.
    ///
    /// # Errors
    /// The store refuses.
    pub fn count_facts(&self) -> Result<BTreeMap<String, FactCounts>> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT lang, articles, conventions, partners, operations, dates FROM fact_count
                     WHERE articles > 0",
                )?
                .query_map([], |row| {
                    let count = |at| row.get::<_, i64>(at).map(i64::cast_unsigned);
                    let counts = FactCounts {
                        articles: count(1)?,
                        conventions: count(2)?,
                        partners: count(3)?,
                        operations: count(4)?,
                        dates: count(5)?,
                    };
                    Ok((row.get(0)?, counts))
                })?
                .collect()
        })
    }

    /// The dossiers.
    ///
    /// # Errors
    /// The store refuses.
    pub fn count_dossiers(&self) -> Result<Dossiers> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT coalesce(sum(dossiers), 0), coalesce(sum(dossiers * bilingual), 0)
                     FROM dossier_count",
                )?
                .query_row([], |row| {
                    Ok(Dossiers {
                        all: row.get::<_, i64>(0)?.cast_unsigned(),
                        bilingual: row.get::<_, i64>(1)?.cast_unsigned(),
                    })
                })
        })
    }
}
