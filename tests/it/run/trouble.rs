//! Takes room, files and order away from a batch: it says what to do, and the next one ends as if nothing had been.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{UNDISTURBED, state};
use crate::cli::sihafa;

/// A folder of its own in which the demo ran once.
fn done() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    sihafa(folder.path(), &["demo"]).exits(0);
    folder
}

fn only_file(folder: &Path) -> PathBuf {
    let mut files = fs::read_dir(folder).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    file
}

fn cut(path: &Path, bytes: u64) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() - bytes)
        .unwrap();
}

#[test]
fn without_room_it_says_so_and_goes_on_when_there_is_some() {
    for blocks in [20, 200, 600, 1200, 2400] {
        let folder = tempfile::tempdir().unwrap();
        // a limit on the size of files stands in for a full disk
        let limited = Command::new("sh")
            .args([
                "-c",
                &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" demo"),
            ])
            .arg(env!("CARGO_BIN_EXE_sihafa"))
            .current_dir(folder.path())
            .env_remove("SIHAFA_DATA")
            .output()
            .unwrap();
        let told = String::from_utf8(limited.stderr).unwrap();
        if limited.status.success() {
            assert!(blocks > 600, "nothing was limited");
        } else {
            assert_eq!(limited.status.code(), Some(2), "{blocks}: {told}");
            assert!(
                told.starts_with("error: ") && told.contains("data"),
                "{blocks}: {told}"
            );
        }
        sihafa(folder.path(), &["demo"]).exits(0);
        assert_eq!(state(folder.path()), *UNDISTURBED, "{blocks}");
    }
}

#[test]
fn an_index_that_is_damaged_or_lost_is_made_again() {
    let folder = done();
    let index = folder.path().join("data/index");
    for entry in fs::read_dir(&index).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let middle = fs::metadata(&path).unwrap().len() / 2;
            let mut bytes = fs::read(&path).unwrap();
            bytes.truncate(usize::try_from(middle).unwrap());
            fs::write(&path, bytes).unwrap();
        }
    }
    let told = sihafa(folder.path(), &["status", "--check"]).exits(1).out;
    assert!(
        told.contains("index") && told.contains("hint: `sihafa run`"),
        "{told}"
    );
    sihafa(folder.path(), &["demo"]).exits(0);
    assert_eq!(state(folder.path()), *UNDISTURBED);
    fs::remove_dir_all(&index).unwrap();
    sihafa(folder.path(), &["demo"]).exits(0);
    assert_eq!(state(folder.path()), *UNDISTURBED);
}

#[test]
fn a_torn_end_of_the_archive_is_mended_and_told() {
    let folder = done();
    let file = only_file(&folder.path().join("data/archive"));
    cut(&file, 40);
    let told = sihafa(folder.path(), &["status", "--check"]).exits(1).out;
    assert!(told.contains("1 records are broken"), "{told}");
    sihafa(folder.path(), &["demo"]).exits(0);
    let told = sihafa(folder.path(), &["status", "--check"]);
    assert!(!told.out.contains("broken"), "{}", told.out);
}

#[test]
fn a_store_that_is_none_is_told_with_the_way_out() {
    let folder = done();
    let store = folder.path().join("data/sihafa.sqlite");
    fs::write(&store, "this is no store".repeat(400)).unwrap();
    for arguments in [&["demo"][..], &["status"], &["search", "jumelage"]] {
        let told = sihafa(folder.path(), arguments);
        if told.code != 0 {
            assert_eq!(told.code, 2, "{}", told.err);
            assert!(
                told.err.contains("sihafa.sqlite") && told.err.contains("hint: "),
                "{}",
                told.err
            );
        }
    }
    assert_eq!(sihafa(folder.path(), &["demo"]).code, 2);
}

#[test]
fn a_data_folder_that_is_a_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data"), "").unwrap();
    let told = sihafa(folder.path(), &["demo"]).exits(2);
    assert!(told.err.contains("cannot create `data`"), "{}", told.err);
}

#[cfg(unix)]
#[test]
fn what_is_written_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    fn look(path: &Path) {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
        for entry in fs::read_dir(path).into_iter().flatten() {
            look(&entry.unwrap().path());
        }
    }
    let folder = done();
    let folder = folder.path();
    look(&folder.join("data"));
    // an index that a search made again, a dump, a configuration
    fs::remove_dir_all(folder.join("data/index")).unwrap();
    sihafa(folder, &["search", "jumelage"]).exits(0);
    look(&folder.join("data"));
    sihafa(folder, &["dump", "--format", "csv", "-o", "dump"]).exits(0);
    look(&folder.join("dump"));
    sihafa(folder, &["init"]).exits(0);
    look(&folder.join("sihafa.toml"));
}
