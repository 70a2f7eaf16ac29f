//! Finds the files that tests share.

use std::path::{Path, PathBuf};

/// A path inside the package.
pub(crate) fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A path inside `../shared`, or nothing on a machine that has none; the test then says so and ends.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let found = here("../shared").join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: `../shared/{path}` is not here");
    None
}
