//! Finds articles like another by their `SimHash`, and blocks that stand on many pages of a host.

use std::collections::BTreeMap;

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
    /// The article that it repeats.
    pub duplicate_of: Option<String>,
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
    /// The articles whose hash shares one of its four 16-bit quarters: every one that differs in
    /// at most three bits is among them. By id.
    ///
    /// # Errors
    /// The store refuses.
    pub fn near(&self, simhash: u64) -> Result<Vec<Near>> {
        let hash = simhash.cast_signed();
        let mut near: Vec<Near> = self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT id, simhash, published, duplicate_of FROM article
                     WHERE simhash IS NOT NULL AND (simhash & 65535 = ?1 & 65535
                        OR simhash >> 16 & 65535 = ?1 >> 16 & 65535
                        OR simhash >> 32 & 65535 = ?1 >> 32 & 65535
                        OR simhash >> 48 & 65535 = ?1 >> 48 & 65535)",
                )?
                .query_map([hash], |row| {
                    Ok(Near {
                        id: row.get(0)?,
                        simhash: row.get::<_, i64>(1)?.cast_unsigned(),
                        published: row.get(2)?,
                        duplicate_of: row.get(3)?,
                    })
                })?
                .collect()
        })?;
        near.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(near)
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

fn unpack(hashes: &[u8]) -> Vec<u64> {
    let (hashes, _) = hashes.as_chunks();
    hashes
        .iter()
        .map(|bytes| u64::from_le_bytes(*bytes))
        .collect()
}
