//! Builds a folder beside its place and puts it there in one stroke.

use std::fs;
use std::path::{Path, PathBuf};

use super::package::DESCRIPTOR;
use crate::error::{Error, Result};

/// A folder under a temporary name; dropped without [`Staging::finish`], it is removed.
pub(super) struct Staging {
    place: PathBuf,
    part: PathBuf,
    old: PathBuf,
}

impl Staging {
    /// Begins a folder for `place`; what a dump that was cut off left there is removed.
    ///
    /// # Errors
    /// There is something that may not be replaced, or no folder can be made beside it.
    pub(super) fn new(place: &Path, replace: bool) -> Result<Self> {
        let shown = || place.display().to_string();
        let name = place.file_name().ok_or_else(|| {
            Error::input(shown(), "no name for a folder")
                .hint("name a folder that is not there yet")
        })?;
        let beside = |ending: &str| {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(ending);
            place.with_file_name(hidden)
        };
        let staging = Self {
            place: place.to_owned(),
            part: beside(".part"),
            old: beside(".old"),
        };
        // cut off between the two renamings of a replacement, the older dump is put back
        if !place.exists() && staging.old.exists() {
            rename(&staging.old, place)?;
        }
        if place.exists() && !is_empty(place)? {
            let ours = place.join(DESCRIPTOR).is_file();
            if !replace {
                let hint = "`--force` replaces an older dump; or name another folder";
                return Err(Error::input(shown(), "already there").hint(hint));
            }
            if !ours {
                let message = "holds something else than a dump, which is not replaced";
                return Err(Error::input(shown(), message).hint("name another folder"));
            }
        }
        remove(&staging.part)?;
        fs::create_dir_all(&staging.part)
            .map_err(|error| Error::io("create", &staging.part, error))?;
        Ok(staging)
    }

    /// The path of a file in it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.part.join(name)
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// The folder cannot be renamed.
    pub(super) fn finish(self) -> Result<()> {
        sync(&self.part)?;
        if self.place.exists() {
            if is_empty(&self.place)? {
                remove(&self.place)?;
            } else {
                remove(&self.old)?;
                rename(&self.place, &self.old)?;
            }
        }
        rename(&self.part, &self.place)?;
        remove(&self.old)?;
        match self
            .place
            .parent()
            .filter(|parent| *parent != Path::new(""))
        {
            Some(parent) => sync(parent),
            None => sync(Path::new(".")),
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // after a whole dump it is gone already; after an error the next dump removes what stays
        let _ = fs::remove_dir_all(&self.part);
    }
}

fn is_empty(folder: &Path) -> Result<bool> {
    let mut entries = fs::read_dir(folder).map_err(|error| Error::io("read", folder, error))?;
    Ok(entries.next().is_none())
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("remove", folder, error))
        }
        _ => Ok(()),
    }
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(|error| Error::io("rename", from, error))
}

/// Waits until the names in a folder are on the disk.
fn sync(folder: &Path) -> Result<()> {
    let opened = fs::File::open(folder).and_then(|folder| folder.sync_all());
    opened.map_err(|error| Error::io("write", folder, error))
}
