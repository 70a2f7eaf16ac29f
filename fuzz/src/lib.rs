//! Hands the bytes of a fuzzer to the readers that the property tests of `sihafa` call.

#[path = "../../tests/it/readers.rs"]
mod readers;

/// Hands bytes to the reader of a name.
///
/// # Panics
/// There is no such reader, or it breaks what it promises: that is a finding.
pub fn read(reader: &str, bytes: &[u8]) {
    let mut readers = readers::READERS.iter();
    let (_, read) = readers
        .find(|(name, _)| *name == reader)
        .expect("a reader of this name");
    read(bytes);
}
