//! Turns arguments into one command and its exit code.
