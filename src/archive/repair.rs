//! Finds where the whole records of a file end, after a crash cut the last one short.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Result, Seek, SeekFrom};

use flate2::bufread::GzDecoder;

use super::warc;

/// The end of the last whole member. Nothing where whole members follow a damaged one: such a
/// file is not torn at its end, and cutting it would lose what can still be read.
pub(super) fn whole_end(file: &File) -> Result<Option<u64>> {
    let size = file.metadata()?.len();
    let (mut starts, mut end) = walk(file, size)?;
    while let Some(last) = starts.pop() {
        if member_end(file, last)? == Some(end) {
            break;
        }
        end = last;
    }
    Ok((!holds_member(file, end)?).then_some(end))
}

/// The starts of the members, hopping from length to length, and where the last one says to end.
fn walk(file: &File, size: u64) -> Result<(Vec<u64>, u64)> {
    let mut starts = Vec::new();
    let mut at = 0;
    while at < size {
        let end = match declared_length(file, at)? {
            Some(length) => Some(at + length),
            None => member_end(file, at)?,
        };
        match end.filter(|&end| end <= size) {
            Some(end) => {
                starts.push(at);
                at = end;
            }
            None => break,
        }
    }
    Ok((starts, at))
}

fn declared_length(mut file: &File, at: u64) -> Result<Option<u64>> {
    let mut head = Vec::with_capacity(warc::HEAD);
    file.seek(SeekFrom::Start(at))?;
    file.take(warc::HEAD as u64).read_to_end(&mut head)?;
    Ok(warc::packed_length(&head))
}

/// Unpacks the member at `at` to its end; nothing where it is not whole.
fn member_end(mut file: &File, at: u64) -> Result<Option<u64>> {
    file.seek(SeekFrom::Start(at))?;
    let mut decoder = GzDecoder::new(BufReader::new(file));
    match std::io::copy(&mut decoder, &mut std::io::sink()) {
        Ok(_) => {}
        Err(error) if super::stream::is_damage(&error) => return Ok(None),
        Err(error) => return Err(error),
    }
    let unread = decoder.get_ref().buffer().len() as u64;
    Ok(Some(file.stream_position()? - unread))
}

/// Whether a whole member of ours begins anywhere behind `from`.
fn holds_member(mut file: &File, from: u64) -> Result<bool> {
    let mut window = Vec::new();
    let mut base = from + 1;
    loop {
        file.seek(SeekFrom::Start(base + window.len() as u64))?;
        let read = match file.take(1 << 20).read_to_end(&mut window) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            other => other?,
        };
        for found in memchr::memmem::find_iter(&window, &warc::MAGIC) {
            if member_end(file, base + found as u64)?.is_some() {
                return Ok(true);
            }
        }
        if read == 0 {
            return Ok(false);
        }
        // a beginning cut by the edge of the window is met again
        let passed = window.len().saturating_sub(warc::MAGIC.len() - 1);
        window.drain(..passed);
        base += passed as u64;
    }
}
