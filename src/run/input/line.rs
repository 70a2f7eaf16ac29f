//! Cuts a stream into lines of JSON that are never longer than can be held.

use std::io::{self, BufRead};

use super::given::Fault;
use super::{Piece, Take};
use crate::error::{Error, Result};

/// Longest line of JSON Lines in bytes; a longer one is a fault, and is skipped without being held.
const LONGEST: usize = 16 << 20;

/// Every line that is not blank, numbered from 1.
pub(super) fn read(name: &str, mut input: impl BufRead, take: Take<'_>) -> Result<()> {
    for number in 1_u64.. {
        let mut line = Vec::new();
        let at = format!("{name}:{number}");
        let whole =
            bounded(&mut input, &mut line).map_err(|source| Error::io("read", &at, source))?;
        match whole {
            None => return Ok(()),
            Some(length) if length > LONGEST => {
                let message = format!("{at}: a line of {length} bytes, longer than {LONGEST}");
                take(Piece::Fault(Fault { id: None, message }))?;
            }
            Some(_) if line.iter().all(u8::is_ascii_whitespace) => {}
            Some(_) => take(Piece::Line(at, line))?,
        }
    }
    Ok(())
}

/// Reads a line without its end; of a line that is too long, only its length.
fn bounded(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<usize>> {
    let mut length = 0;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok((length > 0).then_some(length));
        }
        let end = memchr::memchr(b'\n', buffer);
        let part = &buffer[..end.unwrap_or(buffer.len())];
        length += part.len();
        if length <= LONGEST {
            line.extend_from_slice(part);
        } else {
            line.clear();
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Some(length));
        }
    }
}

/// The first character that is no space, which stays in the input; the spaces do not.
pub(super) fn first_character(input: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(None);
        }
        let skipped = buffer
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || matches!(byte, 0xEF | 0xBB | 0xBF))
            .count();
        if let Some(&first) = buffer.get(skipped) {
            // Line ends are kept for the count of lines only when nothing else stands before.
            return Ok(Some(first));
        }
        input.consume(skipped);
    }
}
