//! Brings the schema of a store up to what this version of the program knows.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::fault::{fault, refusal};
use crate::error::Result;

/// The schema's steps, oldest first; a step that was released never changes.
const STEPS: [&str; 7] = [
    include_str!("migrations/1-queue.sql"),
    include_str!("migrations/2-library.sql"),
    include_str!("migrations/3-linked.sql"),
    include_str!("migrations/4-near.sql"),
    include_str!("migrations/5-alert.sql"),
    include_str!("migrations/6-count.sql"),
    include_str!("migrations/7-likeness.sql"),
];

/// Marks the file as ours: "siha" in ASCII.
const APPLICATION: i32 = 0x7369_6861;

/// Applies the steps that the store does not have yet, all or none.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<()> {
    let said = |error| fault(path, &error);
    if version(connection).map_err(said)? == STEPS.len() {
        return Ok(());
    }
    let transaction =
        Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(said)?;
    // another program may have been faster
    let version = version(&transaction).map_err(said)?;
    if version > STEPS.len() {
        let message = format!(
            "its schema is version {version}, and this program knows up to {}",
            STEPS.len()
        );
        return Err(refusal(
            path,
            message,
            "use the newer `sihafa` that wrote it",
        ));
    }
    if version == 0 && is_foreign(&transaction).map_err(said)? {
        return Err(refusal(
            path,
            "it is a database of another program",
            "name another folder with `--data`",
        ));
    }
    for step in &STEPS[version..] {
        transaction.execute_batch(step).map_err(said)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION)
        .and_then(|()| transaction.pragma_update(None, "user_version", STEPS.len().cast_signed()))
        .and_then(|()| transaction.commit())
        .map_err(said)
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    // a negative version is none of ours: too new to know
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn is_foreign(connection: &Connection) -> rusqlite::Result<bool> {
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(tables > 0)
}
