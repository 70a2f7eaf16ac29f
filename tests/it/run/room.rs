//! Takes room and rights away from every command that writes: it says what to do, and the next one ends whole.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::kill::{AS_IMPORTED, IMPORTED, OTHERWISE, handed};
use super::{copied, state};
use crate::cli::{Ran, sihafa};

/// Runs the binary where no file may grow beyond so many blocks of 512 bytes: as on a full disk.
fn limited(folder: &Path, blocks: u32, arguments: &[&str]) -> Ran {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_sihafa")]);
    ran(command.args(arguments).current_dir(folder))
}

fn ran(command: &mut Command) -> Ran {
    let output = command.env_remove("SIHAFA_DATA").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs a command with less and less room. Where there is too little, it says so and the way out; with
/// enough it ends as if there had always been.
#[track_caller]
fn check(arguments: &[&str], blocks: &[u32], fresh: impl Fn() -> TempDir, whole: impl Fn(&Path)) {
    let mut failed = 0;
    for &blocks in blocks {
        let folder = fresh();
        let told = limited(folder.path(), blocks, arguments);
        if told.code != 0 {
            failed += 1;
            assert_eq!(told.code, 2, "{blocks}: {}", told.err);
            let error = told.err.split("error: ").nth(1).unwrap_or_default();
            assert!(
                (error.contains("data") || error.contains("dump")) && error.contains("hint: "),
                "{blocks}: {}",
                told.err
            );
        }
        sihafa(folder.path(), arguments).exits(0);
        whole(folder.path());
    }
    assert!(failed >= 2, "room was wanting {failed} times only");
}

#[test]
fn an_import_without_room_goes_on_when_there_is_some() {
    let blocks = [8, 100, 500, 1000, 1600];
    check(&["import", "lines.jsonl"], &blocks, handed, |folder| {
        assert_eq!(state(folder), *AS_IMPORTED);
    });
}

#[test]
fn a_reprocessing_without_room_goes_on_when_there_is_some() {
    let blocks = [8, 60, 300, 900];
    let fresh = || copied(OTHERWISE.path());
    check(&["reprocess"], &blocks, fresh, |folder| {
        assert_eq!(state(folder), *AS_IMPORTED);
    });
}

#[test]
fn an_index_without_room_is_made_when_there_is_some() {
    let fresh = || {
        let folder = copied(IMPORTED.path());
        fs::remove_dir_all(folder.path().join("data/index")).unwrap();
        folder
    };
    check(&["search", "jumelage"], &[1, 8, 40, 100], fresh, |folder| {
        assert_eq!(state(folder), *AS_IMPORTED);
    });
}

#[test]
fn a_dump_without_room_leaves_nothing_under_its_name() {
    for (format, blocks) in [("jsonl", 100), ("parquet", 100), ("csv", 70), ("csv", 1)] {
        let arguments = ["dump", "--format", format, "-o", "dump"];
        let folder = copied(IMPORTED.path());
        let told = limited(folder.path(), blocks, &arguments);
        // the small files of tables may have room
        let whole = told.code == 0 && format == "parquet";
        assert!(whole || told.code == 2, "{format}: {}", told.err);
        assert_eq!(folder.path().join("dump").exists(), whole);
        if !whole {
            let way_out = if blocks == 1 { "hint: " } else { "hint: free" };
            assert!(told.err.contains(way_out), "{format}: {}", told.err);
            sihafa(folder.path(), &arguments).exits(0);
        }
    }
}

/// The user who owns nothing, on every system.
const NOBODY: u32 = 65534;

/// Takes the right to write from a folder and all in it, and lets everyone read it.
fn freeze(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            freeze(&path);
        } else {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        }
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
}

fn thaw(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            thaw(&path);
        } else {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        }
    }
}

/// Runs the binary as one whom modes bind: root runs it as nobody. Nothing where that cannot be done.
fn bound(folder: &Path, arguments: &[&str]) -> Option<Ran> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sihafa"));
    command.args(arguments).current_dir(folder);
    if fs::metadata(folder).unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    let reached = command.env_remove("SIHAFA_DATA").output();
    if reached.is_err() {
        eprintln!("skipped: whom modes bind does not reach the binary");
        return None;
    }
    Some(ran(&mut command))
}

#[test]
fn a_folder_that_may_only_be_read_is_told_with_the_way_out() {
    let folder = copied(IMPORTED.path());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    freeze(&folder.path().join("data"));
    for arguments in [
        &["import", "lines.jsonl"][..],
        &["reprocess"],
        &["run"],
        &["crawl"],
        &["demo"],
    ] {
        let Some(told) = bound(folder.path(), arguments) else {
            return;
        };
        assert!(
            told.code == 2 && told.err.contains("data") && told.err.contains("hint: "),
            "{arguments:?}: {}",
            told.err
        );
    }
    // who only reads is answered, as long as the records stand in the file alone
    let out = tempfile::tempdir().unwrap();
    fs::set_permissions(out.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let dump = out.path().join("dump").display().to_string();
    for arguments in [
        &["status"][..],
        &["dump", "--format", "csv", "--force", "-o", &dump],
        &["reprocess", "--dry-run"],
        &["search", "jumelage"],
    ] {
        bound(folder.path(), arguments).unwrap().exits(0);
    }
    let log = folder.path().join("data/sihafa.sqlite-wal");
    fs::write(&log, "something").unwrap();
    let told = bound(folder.path(), &["status"]).unwrap().exits(2).err;
    assert!(told.contains("hint: the folder and the file"), "{told}");
    fs::remove_file(&log).unwrap();
    thaw(&folder.path().join("data"));
    assert_eq!(state(folder.path()), *AS_IMPORTED);
}

#[test]
fn a_store_that_another_program_writes_to_is_told_with_the_way_out() {
    let folder = copied(IMPORTED.path());
    let other = rusqlite::Connection::open(folder.path().join("data/sihafa.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // who only reads does not wait
    sihafa(folder.path(), &["status"]).exits(0);
    sihafa(folder.path(), &["dump", "--format", "jsonl", "-o", "dump"]).exits(0);
    sihafa(folder.path(), &["search", "jumelage"]).exits(0);
    let told = sihafa(folder.path(), &["import", "lines.jsonl"])
        .exits(2)
        .err;
    assert!(
        told.contains("sihafa.sqlite")
            && told.contains("locked")
            && told.contains("hint: another program"),
        "{told}"
    );
    other.execute_batch("ROLLBACK").unwrap();
    sihafa(folder.path(), &["import", "lines.jsonl"]).exits(0);
    assert_eq!(state(folder.path()), *AS_IMPORTED);
}
