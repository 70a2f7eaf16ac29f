//! Runs the built binary as its users do, in folders of its own, and holds it to the contract of the command line.

mod crawling;
mod demo;
mod dump;
mod import;
mod input;
mod patterns;
pub(crate) mod reprocess;
mod score;
mod search;
mod small;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run of the binary left.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// Standard output as JSON Lines.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Fails unless it exited with this code; then gives itself.
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }
}

/// Runs the binary in a folder.
pub(crate) fn sihafa(folder: &Path, arguments: &[&str]) -> Ran {
    sihafa_on(folder, arguments, b"")
}

/// Runs the binary in a folder, with bytes on its standard input.
pub(crate) fn sihafa_on(folder: &Path, arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sihafa"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("SIHAFA_DATA")
        .env_remove("SIHAFA_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A command that reads no input may be gone before all is written.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
