//! Fuzzes the reader `line` of `tests/it/readers.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sihafa_fuzz::read("line", bytes));
