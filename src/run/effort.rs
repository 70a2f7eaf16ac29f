//! Measures what a batch cost: time by step, memory, disk.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Places;

/// What a batch cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Effort {
    /// Milliseconds of each step: `crawl`, `read`, `link`, `index`.
    pub milliseconds: BTreeMap<String, u64>,
    /// The most memory that the process ever held, in bytes; none where the system does not tell.
    pub peak_memory: Option<u64>,
    /// What lies on the disk after the batch.
    pub disk: Disk,
}

/// Bytes on the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// WARC files.
    pub archive: u64,
    /// The SQLite file and its logs.
    pub store: u64,
    /// The search index.
    pub index: u64,
}

impl Effort {
    /// Writes down how long a step took.
    pub(super) fn took(&mut self, step: &str, span: SignedDuration) {
        let milliseconds = u64::try_from(span.as_millis()).unwrap_or(0);
        *self.milliseconds.entry(step.to_owned()).or_default() += milliseconds;
    }

    /// Looks at memory and disk as they are now.
    pub(super) fn measure(&mut self, places: &Places) {
        self.peak_memory = peak_memory();
        self.disk = Disk {
            archive: size(&places.archive),
            store: ["", "-wal", "-shm"]
                .iter()
                .map(|ending| {
                    let mut path = places.store.clone().into_os_string();
                    path.push(ending);
                    size(Path::new(&path))
                })
                .sum(),
            index: size(&places.index),
        };
    }
}

impl fmt::Display for Effort {
    /// A line: `3.2 s (crawl 2.1, read 0.7, …), 81 MB of memory; on the disk 12 MB of archive, …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |milliseconds: u64| milliseconds as f64 / 1000.0;
        let steps: Vec<String> = self
            .milliseconds
            .iter()
            .map(|(step, span)| format!("{step} {:.1}", seconds(*span)))
            .collect();
        let total = seconds(self.milliseconds.values().sum());
        write!(f, "{total:.1} s ({})", steps.join(", "))?;
        if let Some(memory) = self.peak_memory {
            write!(f, ", {} of memory", megabytes(memory))?;
        }
        let Disk {
            archive,
            store,
            index,
        } = self.disk;
        writeln!(
            f,
            "; on the disk {} of archive, {} of store, {} of index",
            megabytes(archive),
            megabytes(store),
            megabytes(index)
        )
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// The time between two readings of a clock; one that was set back took no time.
pub(super) fn between(from: Timestamp, to: Timestamp) -> SignedDuration {
    to.duration_since(from).max(SignedDuration::ZERO)
}

/// Bytes of a file, or of the files of a folder; what is not there has none.
fn size(path: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(path) else {
        return std::fs::metadata(path).map_or(0, |file| file.len());
    };
    entries.flatten().map(|entry| size(&entry.path())).sum()
}

/// What Linux says of this process.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
