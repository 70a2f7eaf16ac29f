//! Kills commands at random moments and starts them again: they end as if they had not been disturbed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sihafa::run::Places;
use tempfile::TempDir;

use super::{DEMO, State, UNDISTURBED, copied, copy, dumped, state};
use crate::cli::sihafa;
use crate::support::Dice;

/// Kills of a command, of which all together take more than 200; the most of them that one folder takes before
/// the command may end.
const KILLS: u64 = 36;
const PER_FOLDER: u64 = 10;

/// A moment is one of so many of a command's duration.
const MOMENTS: u64 = 1_000;

fn start(folder: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_sihafa"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("SIHAFA_DATA")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A command that is killed.
struct Trial<'a> {
    arguments: &'a [&'a str],
    dice: Dice,
    /// How long it takes undisturbed.
    whole: Duration,
}

impl<'a> Trial<'a> {
    /// Runs the command undisturbed in a folder, to know how long it takes.
    fn new(folder: &Path, arguments: &'a [&'a str], seed: u64) -> Self {
        let began = Instant::now();
        assert!(start(folder, arguments).wait().unwrap().success());
        Self {
            arguments,
            dice: Dice::new(seed),
            whole: began.elapsed(),
        }
    }

    /// Starts the command and kills it somewhere in its duration; true where it had not ended before.
    fn kill(&mut self, folder: &Path) -> bool {
        let moment = self
            .whole
            .mul_f64(self.dice.below(MOMENTS) as f64 / MOMENTS as f64);
        let mut child = start(folder, self.arguments);
        // nothing is waited for here: the span is what was drawn
        std::thread::sleep(moment);
        child.kill().unwrap();
        !child.wait().unwrap().success()
    }

    /// Kills the command again and again, up to [`PER_FOLDER`] times in a folder, then has it end and looks.
    fn run(mut self, kills: u64, fresh: impl Fn() -> TempDir, look: impl Fn(&Path)) {
        let mut killed = 0;
        while killed < kills {
            let folder = fresh();
            let rounds = 1 + self.dice.below(PER_FOLDER);
            killed += (0..rounds)
                .map(|_| u64::from(self.kill(folder.path())))
                .sum::<u64>();
            sihafa(folder.path(), self.arguments).exits(0);
            look(folder.path());
        }
    }
}

fn empty() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_batch_that_is_killed_again_and_again_ends_as_if_it_had_not_been() {
    Trial::new(empty().path(), &["demo"], 0x0001_de30).run(56, empty, |folder| {
        assert_eq!(state(folder), *UNDISTURBED);
    });
}

/// Articles of the demo as lines to import: some repeat one another, some tell one agreement.
static LINES: LazyLock<String> = LazyLock::new(|| {
    let keys = ["id", "url", "lang", "title", "published", "text"];
    let records = UNDISTURBED
        .iter()
        .filter(|(key, _)| key.starts_with("records.jsonl"));
    let lines = records.take(24).map(|(_, record)| {
        let given: BTreeMap<&str, &Value> =
            keys.into_iter().map(|key| (key, &record[key])).collect();
        json!(given).to_string() + "\n"
    });
    lines.collect()
});

/// A folder in which nothing but these lines stands.
pub(super) fn handed() -> TempDir {
    let folder = empty();
    fs::write(folder.path().join("lines.jsonl"), LINES.as_str()).unwrap();
    folder
}

/// A folder into which the lines were imported.
pub(super) static IMPORTED: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = handed();
    sihafa(folder.path(), &["import", "lines.jsonl"]).exits(0);
    folder
});

pub(super) static AS_IMPORTED: LazyLock<State> =
    LazyLock::new(|| state(copied(IMPORTED.path()).path()));

#[test]
fn an_import_that_is_killed_again_and_again_ends_as_if_it_had_not_been() {
    let arguments = ["import", "lines.jsonl"];
    Trial::new(handed().path(), &arguments, 0x0002_de30).run(KILLS, handed, |folder| {
        assert_eq!(state(folder), *AS_IMPORTED);
    });
}

/// The imported folder, as other patterns read it: to them a "jumelage" is a partnership.
pub(super) static OTHERWISE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = copied(IMPORTED.path());
    crate::cli::reprocess::edited(&folder.path().join("mine"));
    sihafa(folder.path(), &["reprocess", "--patterns", "mine"]).exits(0);
    folder
});

#[test]
fn a_reprocessing_that_is_killed_again_and_again_ends_as_if_it_had_not_been() {
    let fresh = || copied(OTHERWISE.path());
    // there is something to do: what stands there was read otherwise
    let told = |folder: TempDir| {
        dumped(
            &Places::new(&folder.path().join("data"))
                .open_store()
                .unwrap(),
        )
    };
    assert_ne!(told(fresh()), told(copied(IMPORTED.path())));
    Trial::new(fresh().path(), &["reprocess"], 0x0003_de30).run(KILLS / 2, fresh, |folder| {
        assert_eq!(state(folder), *AS_IMPORTED);
    });
}

/// Removes the store of a folder, and what SQLite keeps beside it.
pub(super) fn lose_store(folder: &Path) {
    for file in fs::read_dir(folder.join("data")).unwrap() {
        let path = file.unwrap().path();
        if path.to_string_lossy().contains(".sqlite") {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn a_store_that_is_made_again_under_kills_is_the_one_that_was_lost() {
    let fresh = || {
        let folder = copied(IMPORTED.path());
        lose_store(folder.path());
        folder
    };
    Trial::new(fresh().path(), &["reprocess"], 0x0004_de30).run(KILLS / 2, fresh, |folder| {
        assert_eq!(state(folder), *AS_IMPORTED);
    });
}

#[test]
fn an_index_whose_writer_is_killed_again_and_again_is_whole_in_the_end() {
    // made anew: a search finds none
    let lost = || {
        let folder = copied(IMPORTED.path());
        fs::remove_dir_all(folder.path().join("data/index")).unwrap();
        folder
    };
    Trial::new(lost().path(), &["search", "jumelage"], 0x0005_de30).run(
        KILLS / 2,
        lost,
        |folder| {
            assert_eq!(state(folder), *AS_IMPORTED);
        },
    );
    // brought up to a store that went on without it
    let first = empty();
    let few: String = LINES.split_inclusive('\n').take(9).collect();
    fs::write(first.path().join("lines.jsonl"), few).unwrap();
    sihafa(first.path(), &["import", "lines.jsonl"]).exits(0);
    let behind = || {
        let folder = copied(IMPORTED.path());
        copy(
            &first.path().join("data/index"),
            &folder.path().join("data/index"),
        );
        folder
    };
    Trial::new(behind().path(), &["import", "lines.jsonl"], 0x0006_de30).run(
        KILLS / 2,
        behind,
        |folder| {
            assert_eq!(state(folder), *AS_IMPORTED);
        },
    );
}

/// Every file of a folder, and those in its folders, by their paths.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            let inside = files(&path).into_iter();
            found.extend(inside.map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

/// The dump of a format under its final name, where it is there.
fn dump_in(folder: &Path) -> Option<BTreeMap<String, Vec<u8>>> {
    let place = folder.join("dump");
    place.exists().then(|| files(&place))
}

#[test]
fn a_dump_that_is_killed_is_whole_or_not_there() {
    for (format, seed) in [("jsonl", 7), ("parquet", 8), ("csv", 9)] {
        let demo = copied(DEMO.path());
        let data = demo.path().join("data");
        let data = data.to_str().unwrap();
        let arguments = [
            "--data", data, "dump", "--format", format, "-o", "dump", "--force",
        ];
        let older = [&arguments[..], &["--lang", "fr"]].concat();
        let (old, new) = (empty(), empty());
        sihafa(old.path(), &older).exits(0);
        let mut trial = Trial::new(new.path(), &arguments, seed);
        let (old, new) = (dump_in(old.path()), dump_in(new.path()));
        assert!(new.is_some() && old != new);
        let mut killed = 0;
        while killed < KILLS / 2 {
            let folder = empty();
            let replaces = trial.dice.below(2) == 1;
            if replaces {
                sihafa(folder.path(), &older).exits(0);
            }
            killed += u64::from(trial.kill(folder.path()));
            let found = dump_in(folder.path());
            assert!(
                found.is_none() || found == new || (replaces && found == old),
                "half a dump"
            );
            sihafa(folder.path(), &arguments).exits(0);
            assert_eq!(dump_in(folder.path()), new);
            // and nothing else is left
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }
}
