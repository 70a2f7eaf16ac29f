//! Unpacks gzip and zstd while a stream is read, known by their first bytes and not by a name.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The stream as it was before it was packed.
pub(super) fn open(input: impl Read + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let first = input.fill_buf()?;
    Ok(if first.starts_with(&GZIP) {
        Box::new(BufReader::new(MultiGzDecoder::new(input)))
    } else if first.starts_with(&ZSTD) {
        Box::new(BufReader::new(zstd::stream::read::Decoder::with_buffer(
            input,
        )?))
    } else {
        Box::new(input)
    })
}
