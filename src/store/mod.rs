//! Turns the queue, the articles, the facts and the runs into one SQLite file.
//!
//! A [`Store`] is one connection: `Send`, not `Sync`; each thread opens its own, readers do not
//! wait for writers. Every method is atomic by itself; [`Store::commit`] makes several of them
//! one. No clock is read here: times are arguments.
//!
//! ```text
//! Store::open(path) -> Result<Store>
//! .commit(|| { …; Ok(value) }) -> Result<value>    all or nothing; may nest
//! .snapshot(|| { …; Ok(value) }) -> Result<value>  one state, only read
//! .meta(key) -> Result<Option<String>>             .set_meta(key, value)
//! .damage() -> Result<Vec<String>>                 what is wrong with the file
//! .lot() -> Result<String>                         a word that no other store has
//!
//! queue    Link { url, source, kind, discovered_from, priority, published, title }, Kind
//!   .enqueue(&Link, now) -> Result<bool>           true: not known before
//!   .settle(&Link, now) -> Result<bool>            known and done without a fetch of its own
//!   .pass_over(&Link, cause) -> Result<bool>       known and not worth a request
//!   .knows(&Url) -> Result<bool>                   .known(&Url) -> Result<Option<Known>>   as it stands
//!   .lanes() -> Result<Vec<Lane>>                  Lane { source, host, due }: who has work, and when
//!   .waiting(&Lane, now) -> impl Iterator<Item = Result<Link>>    what would be fetched, without leasing
//! lease    Lease, Outcome, Answer
//!   .lease(source, host, now, until) -> Result<Option<Lease>>
//!       Lease { id, link, attempts, until, etag, last_modified, digest, fetched, interval }
//!   .complete(&Lease, &Outcome, now) -> Result<bool>   false: the lease was lost, undo
//!       Outcome::{Done(Answer), Unchanged { next, interval }, Postponed { cause, until }, Blocked { cause, retry },
//!                Failed { cause, retry }}
//!       Answer { etag, last_modified, digest, next, interval }
//!   .release(&Lease, now)                          given back untried
//!   .release_all(now)                              what dead programs had
//!   .forget_the_future(latest, now)                what a clock that was ahead put off
//! tally    State, Progress
//!   .progress() -> Result<BTreeMap<source, Progress>>
//!       Progress { states: {(Kind, State): n}, causes: {cause: n}, last_success }
//! host     HostState { robots: Option<Robots>, backoff, latency, failures, next_allowed }
//!   .host(name) -> Result<HostState>               .set_host(name, &HostState)
//!   .set_pace(name, &HostState)                    without its robots.txt
//! capture  Stored { id, url, source, fetched, status, location }
//!   .insert_capture(&Capture, source, &Location) -> Result<i64>    whatever was before
//!   .capture(url) -> Result<Option<Stored>>        the latest
//!   .capture_by_digest(digest) -> Result<Option<Stored>>       the first with this body
//!   .captures_after(id) -> impl Iterator<Item = Result<Stored>>      .count_captures_after(id) -> Result<u64>
//!   .is_latest(&Stored) -> Result<bool>            of its URL
//!   .known_of_archive() -> Result<BTreeMap<file, u64>>         up to which byte
//!   .lose_captures(file, end, now) -> Result<u64>              what lay behind this byte is fetched again
//!
//! library  Change<T> { revision, id, value: Option<T> }     none: withdrawn
//!   .revision() -> Result<i64>                     of the latest change, of whatever table
//!   .set_article(&Article, capture: Option<i64>, simhash: Option<u64>) -> Result<bool>   true: changed
//!   .capture_of(article) -> Result<Option<i64>>    .articles_of(capture) -> Result<Vec<id>>   .drop_article(id)
//!   .article(id) -> Result<Option<Article>>        .articles_since(revision) -> Iterator<Result<Change<Article>>>
//!   .set_record(&Record) -> Result<bool>           .restate_record(&Record): no news   .record(id)   .withdraw_record(id) -> Result<bool>
//!   .records() -> Iterator<Result<Record>>         by (published, id)   .records_since(revision)
//!   .set_dossier(&Dossier) -> Result<bool>         .dossier(id)  .withdraw_dossier(id) -> Result<bool>
//!   .dossiers() -> Iterator<Result<Dossier>>       by id         .dossiers_since(revision)
//!   .count_changes_since(revision) -> Result<u64>  of records and dossiers
//! likeness Near { id, simhash, published }, Articles { all, duplicates }
//!   .near(simhash, bits) -> Result<Vec<Near>>      of those that repeat no other   .repeats_of(id, most)
//!   .articles_by_source() -> Result<BTreeMap<(source, lang), Articles>>
//!   .note_blocks(host, page, &[hash])              .block_pages(host, &[hash]) -> Result<Vec<u32>>
//! linked   Linked { keys, sketch, dossiers }
//!   .note_linked(record, &Linked) -> Result<Option<slot>>   .add_keys([(key, slot)])   .forget_linked(record)   .forget_all_linked()
//!   .linked_dossiers(record) -> Result<BTreeSet<id>>   .linked_within((first, last), wanted, &mut slots)   .sketch(slot)
//! count    FactCounts { articles, conventions, partners, operations, dates }, Dossiers { all, bilingual }
//!   .count_facts() -> Result<BTreeMap<lang, FactCounts>>       .count_dossiers() -> Result<Dossiers>      .count_records() -> Result<u64>
//! alert    AlertState { id, tag, begun, seen, told, waiting, cause }, Told { hit, at }, Delivery { id, key, body, made, attempts }
//!   .begin_alert(id, tag, seen, now) -> Result<bool>   .alerts()   .alert(id)   .set_seen(alert, revision)
//!   .news_since(kind, revision, most) -> Result<Vec<(revision, id)>>   what came to say something new
//!   .is_told(alert, (kind, id)) -> Result<bool>   .tell(alert, (kind, id), hit, run)   .tell_silently(…)
//!   .told(alert) -> Result<Vec<Told>>              .trim_told(alert, most)
//!   .add_delivery(alert, key, body, now)           .delivery_behind(alert, id, now, most) -> Result<Option<Delivery>>
//!   .drop_delivery(id)                             .postpone_delivery(id, cause, due)
//! run      Run { id, started, ended, outcome, report }
//!   .begin_run(started) -> Result<i64>   .end_run(id, ended, outcome, &Value)   .runs(most) -> Result<Vec<Run>>   .run(id)
//! ```

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};

use crate::error::{Error, Result};

pub mod alert;
pub mod capture;
pub mod count;
mod fault;
pub mod host;
pub mod lease;
pub mod library;
pub mod likeness;
pub mod linked;
mod migrate;
mod pages;
pub mod queue;
pub mod run;
pub mod tally;

/// How long a statement waits for another program's.
const PATIENCE: Duration = Duration::from_secs(10);

/// Kibibytes of the file that a widened connection holds: the inner pages of the indexes of a million articles.
const CACHE: i64 = 32 << 10;

/// A connection to the store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Opens the store, makes it where it is not there yet, and brings its schema up to date. One in a place that
    /// may only be read is read, as long as nothing waits in its log.
    ///
    /// # Errors
    /// The file cannot be opened, is no store, is damaged, or was written by a newer version.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))?;
        }
        let connection = connect(path).map_err(|error| fault::fault(path, &error))?;
        migrate::migrate(&connection, path)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
        })
    }

    /// A store in memory, which goes with the program: for looking where there is none yet.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn fleeting() -> Result<Self> {
        Self::open(Path::new(":memory:"))
    }

    /// Makes every change that `work` makes on this store one: all of them are kept, or, where it
    /// fails, none. A commit inside another is kept or undone with it.
    ///
    /// # Errors
    /// What `work` says, or that the store refuses.
    pub fn commit<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if !self.connection.is_autocommit() {
            return self.commit_inside(work);
        }
        let behavior = TransactionBehavior::Immediate;
        let transaction = Transaction::new_unchecked(&self.connection, behavior)
            .map_err(|error| self.fault(&error))?;
        // dropped without a commit, on an error or a panic, it is undone
        let value = work()?;
        transaction.commit().map_err(|error| self.fault(&error))?;
        Ok(value)
    }

    /// Holds more of the file in memory from now on, for whoever looks up many things in no order.
    ///
    /// # Errors
    /// The store refuses.
    pub fn widen(&self) -> Result<()> {
        self.ask(|connection| connection.pragma_update(None, "cache_size", -CACHE))
    }

    /// Reads one state of the store, whatever others write meanwhile.
    ///
    /// # Errors
    /// What `work` says, or that the store refuses.
    pub fn snapshot<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let transaction =
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred)
                .map_err(|error| self.fault(&error))?;
        let value = work()?;
        transaction.finish().map_err(|error| self.fault(&error))?;
        Ok(value)
    }

    fn commit_inside<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.batch("SAVEPOINT inner_work")?;
        let value = work();
        if value.is_err() {
            self.batch("ROLLBACK TO inner_work")?;
        }
        self.batch("RELEASE inner_work")?;
        value
    }

    /// Makes changes that all succeed or whose error ends the commit around them: inside one they are a
    /// part of it, without the price of a commit of their own.
    fn join<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.connection.is_autocommit() {
            self.commit(work)
        } else {
            work()
        }
    }

    /// A value kept under a key: versions and marks of the stages.
    ///
    /// # Errors
    /// The store refuses.
    pub fn meta(&self, key: &str) -> Result<Option<String>> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()
        })
    }

    /// Keeps a value under a key.
    ///
    /// # Errors
    /// The store refuses.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?
                .execute([key, value])
        })?;
        Ok(())
    }

    /// A word drawn by lot, which no other store has.
    ///
    /// # Errors
    /// The store refuses.
    pub fn lot(&self) -> Result<String> {
        self.ask(|connection| {
            connection.query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))
        })
    }

    /// What SQLite finds wrong with the file, a message each; nothing where it is whole.
    ///
    /// # Errors
    /// It cannot be read at all.
    pub fn damage(&self) -> Result<Vec<String>> {
        self.ask(|connection| {
            let mut found = Vec::new();
            for pragma in ["integrity_check", "foreign_key_check"] {
                connection.pragma_query(None, pragma, |row| {
                    let message: String = row.get(0)?;
                    if message != "ok" {
                        found.push(format!("{pragma}: {message}"));
                    }
                    Ok(())
                })?;
            }
            Ok(found)
        })
    }

    /// Runs statements, and tells an error with the store's path and the way out.
    fn ask<T>(&self, statements: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        statements(&self.connection).map_err(|error| self.fault(&error))
    }

    fn batch(&self, statements: &str) -> Result<()> {
        self.ask(|connection| connection.execute_batch(statements))
    }

    fn fault(&self, error: &rusqlite::Error) -> Error {
        fault::fault(&self.path, error)
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let opened = Connection::open(path).and_then(|connection| {
        prepare(&connection)?;
        Ok(connection)
    });
    match opened {
        Err(error) if may_only_be_read(&error) && is_settled(path) => look(path).map_err(|_| error),
        opened => opened,
    }
}

/// Whether this is what SQLite says where it may not make the files that stand beside a store at work.
fn may_only_be_read(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, PermissionDenied, ReadOnly};
    let code = error.sqlite_error_code();
    matches!(code, Some(CannotOpen | PermissionDenied | ReadOnly))
}

/// Whether a store stands in its file alone: what waits in a log beside it would be passed over.
fn is_settled(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    path.is_file() && std::fs::metadata(log).map_or(true, |log| log.len() == 0)
}

/// Opens a store that nobody can write to: it needs no locks, and nothing is made beside it.
fn look(path: &Path) -> rusqlite::Result<Connection> {
    let path = path.to_string_lossy();
    let escaped = utf8_percent_encode(&path, IN_ADDRESS);
    let connection = Connection::open_with_flags(
        format!("file:{escaped}?immutable=1"),
        OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    Ok(connection)
}

/// What means something else in the address of a file.
const IN_ADDRESS: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    // otherwise a statement is planned anew for each value that it is given
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // with a write-ahead log nothing committed is lost when the program dies, and a commit waits for no disk
    connection.pragma_update(None, "synchronous", "normal")?;
    // each checkpoint waits for the disk twice: one every 16 MB
    connection.pragma_update(None, "wal_autocheckpoint", 4096)?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// A time as it is stored.
fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// A stored time; what is out of range is the nearest that there is.
fn time(micros: i64) -> Timestamp {
    let bound = if micros < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_microsecond(micros).unwrap_or(bound)
}

/// A duration as it is stored, in microseconds.
fn span(duration: SignedDuration) -> i64 {
    duration.as_micros().try_into().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &tempfile::TempDir) -> Store {
        Store::open(&folder.path().join("sihafa.sqlite")).unwrap()
    }

    #[test]
    fn a_full_disk_is_told_and_leaves_the_store_whole() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        // a limit on pages stands in for a disk without room
        store.batch("PRAGMA max_page_count = 60").unwrap();
        let error = store.commit(|| {
            store.set_meta("small", "value")?;
            store.set_meta("big", &"x".repeat(1 << 20))
        });
        let message = error.unwrap_err().to_string();
        assert!(
            message.contains("full") && message.contains("hint: free some space"),
            "{message}"
        );
        assert_eq!(store.meta("small").unwrap(), None);
        store.set_meta("small", "value").unwrap();
    }

    #[test]
    fn a_store_that_another_program_writes_to_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (store, other) = (open(&folder), open(&folder));
        other.connection.busy_timeout(Duration::ZERO).unwrap();
        store
            .commit(|| {
                let message = other.set_meta("key", "value").unwrap_err().to_string();
                assert!(
                    message.contains("locked") && message.contains("hint: another program"),
                    "{message}"
                );
                Ok(())
            })
            .unwrap();
        other.set_meta("key", "value").unwrap();
    }
}
