//! Runs the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    sihafa::cli::main()
}
