//! Keeps two programs from working on one data folder: a locked file that names its owner.
//!
//! The lock is the system's, on an open file: it goes with the program, however that ends, so that
//! none is ever left behind. What stands in the file only tells who has it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Name of the file under the data folder.
pub const FILE: &str = "lock";

/// Who works on a data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Number of its process.
    pub process: u32,
    /// What it does: the command.
    pub work: String,
    /// Since when.
    pub since: Timestamp,
}

/// The right to write to a data folder, until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, and writes down who has it.
    ///
    /// # Errors
    /// Another program has it: the error names that program and since when; or the file cannot be
    /// made, locked or written.
    pub fn take(folder: &Path, work: &str, now: Timestamp) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))?;
        let path = folder.join(FILE);
        let file = open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&path, now)),
            Err(TryLockError::Error(source)) => return Err(Error::io("lock", path, source)),
        }
        let owner = Owner {
            process: std::process::id(),
            work: work.to_owned(),
            since: now,
        };
        let mut lock = Self { file };
        lock.write(&serde_json::to_vec(&owner).unwrap_or_default())
            .map_err(|source| Error::io("write", path, source))?;
        Ok(lock)
    }

    fn write(&mut self, owner: &[u8]) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all(owner)
    }
}

impl Drop for Lock {
    /// Leaves the file empty: nobody works here. A reader that finds it locked goes by the lock.
    fn drop(&mut self) {
        if let Err(error) = self.file.set_len(0) {
            tracing::debug!("the lock file keeps its last owner: {error}");
        }
        // told, not left to the end of the file: a process that was just forked may still have it open
        let _ = self.file.unlock();
    }
}

/// Who works on a data folder now, as far as the file tells.
pub fn owner(folder: &Path) -> Option<Owner> {
    let path = folder.join(FILE);
    let file = File::open(&path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => read(&path),
        _ => None,
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|source| Error::io("open", path, source))
}

fn read(path: &PathBuf) -> Option<Owner> {
    let mut text = String::new();
    File::open(path).ok()?.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn held(path: &PathBuf, now: Timestamp) -> Error {
    let message = read(path).map_or_else(
        || "another program works on this folder".to_owned(),
        |owner| {
            let age = now.duration_since(owner.since).as_secs().max(0);
            format!(
                "`{}` works on this folder since {} ({age} s), as process {}",
                owner.work, owner.since, owner.process
            )
        },
    );
    Error::input(path.display().to_string(), message)
        .hint("wait for its end, or stop that process: the lock goes with it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_was_first() {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-03-01T06:00:00Z".parse().unwrap();
        let lock = Lock::take(folder.path(), "sihafa run", now).unwrap();
        let later = "2026-03-01T06:01:30Z".parse().unwrap();
        let error = Lock::take(folder.path(), "sihafa import", later).unwrap_err();
        let told = error.to_string();
        assert!(
            told.contains("`sihafa run`")
                && told.contains("(90 s)")
                && told.contains(&format!("process {}", std::process::id()))
                && told.contains("hint: "),
            "{told}"
        );
        assert_eq!(owner(folder.path()).unwrap().work, "sihafa run");
        drop(lock);
        assert_eq!(owner(folder.path()), None);
        Lock::take(folder.path(), "sihafa import", later).unwrap();
    }
}
