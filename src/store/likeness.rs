//! Finds articles like another by their `SimHash`, and blocks that stand on many pages of a host.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::error::Result;

/// An article that may be near another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Key of the article.
    pub id: String,
    /// Its `SimHash`.
    pub simhash: u64,
    /// EDTF date or RFC 3339 time of publication; empty where unknown.
    pub published: String,
}

/// How many articles a source has in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Articles {
    /// All of them.
    pub all: u64,
    /// Those that repeat another.
    pub duplicates: u64,
}

impl Store {
    /// The articles whose hash differs in at most `most` bits and that repeat no other, by id: all of
    /// them up to three bits, of those with more the ones that share a 16-bit quarter.
    ///
    /// # Errors
    /// The store refuses.
    pub fn near(&self, simhash: u64, most: u32) -> Result<Vec<Near>> {
        let mut hashes = BTreeSet::new();
        for quarter in quarters(simhash) {
            let alike = self.hashes_of(quarter)?;
            let (alike, _) = alike.as_chunks();
            let alike = alike.iter().map(|hash| u64::from_be_bytes(*hash));
            hashes.extend(alike.filter(|hash| (hash ^ simhash).count_ones() <= most));
        }
        let mut near = Vec::new();
        self.ask(|connection| {
            let mut find = connection.prepare_cached(
                "SELECT id, published FROM article WHERE simhash = ?1 AND duplicate_of IS NULL",
            )?;
            for simhash in hashes {
                let found = find.query_map([simhash.cast_signed()], |row| {
                    Ok(Near {
                        id: row.get(0)?,
                        simhash,
                        published: row.get(1)?,
                    })
                })?;
                for article in found {
                    near.push(article?);
                }
            }
            Ok(())
        })?;
        near.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(near)
    }

    /// Puts a hash where [`Store::near`] looks for it.
    pub(super) fn note_hash(&self, simhash: u64) -> Result<()> {
        for quarter in quarters(simhash) {
            let mut hashes = self.hashes_of(quarter)?;
            let own = simhash.to_be_bytes();
            if hashes.as_chunks().0.contains(&own) {
                continue;
            }
            hashes.extend(own);
            self.ask(|connection| {
                connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO quarter (quarter, hashes) VALUES (?1, ?2)",
                    )?
                    .execute(params![quarter, hashes])
            })?;
        }
        Ok(())
    }

    fn hashes_of(&self, quarter: i64) -> Result<Vec<u8>> {
        let hashes = self.ask(|connection| {
            connection
                .prepare_cached("SELECT hashes FROM quarter WHERE quarter = ?1")?
                .query_row([quarter], |row| row.get(0))
                .optional()
        })?;
        Ok(hashes.unwrap_or_default())
    }

    /// Articles that repeat another, the first `most` by id.
    ///
    /// # Errors
    /// The store refuses.
    pub fn repeats_of(&self, id: &str, most: u32) -> Result<Vec<String>> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT id FROM article WHERE duplicate_of = ?1 ORDER BY id LIMIT ?2",
                )?
                .query_map(params![id, most], |row| row.get(0))?
                .collect()
        })
    }

    /// How many articles there are, by source and language; those without a source under "".
    ///
    /// # Errors
    /// The store refuses.
    pub fn articles_by_source(&self) -> Result<BTreeMap<(String, String), Articles>> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT coalesce(source, ''), lang, count(*), count(duplicate_of)
                     FROM article GROUP BY source, lang",
                )?
                .query_map([], |row| {
                    let articles = Articles {
                        all: row.get::<_, i64>(2)?.cast_unsigned(),
                        duplicates: row.get::<_, i64>(3)?.cast_unsigned(),
                    };
                    Ok(((row.get(0)?, row.get(1)?), articles))
                })?
                .collect()
        })
    }

    /// Counts the blocks of a page of a host. A page that is read again counts as it is now.
    ///
    /// # Errors
    /// The store refuses.
    pub fn note_blocks(&self, host: &str, page: &str, hashes: &[u64]) -> Result<()> {
        let mut hashes = hashes.to_vec();
        hashes.sort_unstable();
        hashes.dedup();
        let packed: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        self.commit(|| {
            let before = self.blocks_of(page)?;
            if before.as_ref().is_some_and(|(old_host, old)| old_host == host && *old == packed) {
                return Ok(());
            }
            if let Some((old_host, old)) = before {
                self.count_blocks(&old_host, &unpack(&old), -1)?;
            }
            self.count_blocks(host, &hashes, 1)?;
            self.ask(|connection| {
                connection
                    .prepare_cached("INSERT OR REPLACE INTO page_blocks (page, host, hashes) VALUES (?1, ?2, ?3)")?
                    .execute(params![page, host, packed])
            })?;
            Ok(())
        })
    }

    fn blocks_of(&self, page: &str) -> Result<Option<(String, Vec<u8>)>> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT host, hashes FROM page_blocks WHERE page = ?1")?
                .query_row([page], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
    }

    fn count_blocks(&self, host: &str, hashes: &[u64], by: i64) -> Result<()> {
        self.ask(|connection| {
            let mut count = connection.prepare_cached(
                "INSERT INTO block (host, hash, pages) VALUES (?1, ?2, ?3)
                 ON CONFLICT (host, hash) DO UPDATE SET pages = pages + ?3",
            )?;
            for hash in hashes {
                count.execute(params![host, hash.cast_signed(), by])?;
            }
            Ok(())
        })
    }

    /// On how many pages of a host each of these blocks stands, in their order.
    ///
    /// # Errors
    /// The store refuses.
    pub fn block_pages(&self, host: &str, hashes: &[u64]) -> Result<Vec<u32>> {
        self.ask(|connection| {
            let mut pages = connection
                .prepare_cached("SELECT pages FROM block WHERE host = ?1 AND hash = ?2")?;
            hashes
                .iter()
                .map(|hash| {
                    let found = pages
                        .query_row(params![host, hash.cast_signed()], |row| row.get(0))
                        .optional()?;
                    Ok(found.unwrap_or(0))
                })
                .collect()
        })
    }
}

/// The quarters of a hash, each with its place, the lowest first.
fn quarters(simhash: u64) -> [i64; 4] {
    [0, 1, 2, 3].map(|at| (at << 16 | simhash >> (16 * at) & 0xFFFF).cast_signed())
}

fn unpack(hashes: &[u8]) -> Vec<u64> {
    let (hashes, _) = hashes.as_chunks();
    hashes
        .iter()
        .map(|bytes| u64::from_le_bytes(*bytes))
        .collect()
}
