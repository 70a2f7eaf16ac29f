//! Kills a batch at random moments and starts it again: it ends as if it had not been disturbed.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{UNDISTURBED, state};

/// Kills in all, and the most of them that one folder takes before its batch may end.
const KILLS: u64 = 60;
const PER_FOLDER: u64 = 6;

fn demo(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_sihafa"))
        .arg("demo")
        .current_dir(folder)
        .env_remove("SIHAFA_DATA")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_batch_that_is_killed_again_and_again_ends_as_if_it_had_not_been() {
    let began = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    assert!(demo(folder.path()).wait().unwrap().success());
    let whole = u64::try_from(began.elapsed().as_micros()).unwrap();
    for seed in 0..KILLS / PER_FOLDER {
        let folder = tempfile::tempdir().unwrap();
        for round in 0..PER_FOLDER {
            let mut child = demo(folder.path());
            // Spread evenly over a batch, out of step with the rounds.
            let point = (seed * PER_FOLDER + round) * 7919 % KILLS;
            let moment = Instant::now() + Duration::from_micros(whole * point / KILLS);
            while Instant::now() < moment && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(demo(folder.path()).wait().unwrap().success());
        assert_eq!(state(folder.path()), *UNDISTURBED, "seed {seed}");
    }
}
