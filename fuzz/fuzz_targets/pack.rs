//! Fuzzes the reader `pack` of `tests/it/readers.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sihafa_fuzz::read("pack", bytes));
