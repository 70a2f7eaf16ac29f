//! Turns the WARC files of anyone into records, one after the other, in bounded memory.
//!
//! Read: WARC 0.17 to 1.1; a gzip member a record, one gzip for all, in pieces, or none; line ends of either
//! kind; wrong or missing lengths; chunked and packed payloads. What cannot be read is left out
//! and counted, and reading goes on behind it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::capture::find;
use super::http;
use super::record::WarcRecord;
use super::stream::{Stream, is_damage, is_version};
use crate::error::{Error, Result};

/// Longest line of a record's head, and most bytes of the whole of it.
const HEAD_LIMIT: usize = 256 * 1024;

/// Reads records in the order of the file.
pub struct WarcReader<R> {
    stream: Stream<R>,
    name: String,
    body_limit: usize,
    broken: u64,
    /// The next record is the first of its member.
    fresh: bool,
    /// Since a broken record, none was read.
    lost: bool,
    over: bool,
}

impl WarcReader<File> {
    /// Opens a `.warc` or `.warc.gz` file; bodies are cut off at `body_limit` bytes.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn open(path: &Path, body_limit: usize) -> Result<Self> {
        let file = File::open(path).map_err(|error| Error::io("open", path, error))?;
        Self::new(file, &path.display().to_string(), body_limit)
    }
}

/// Why a record was not read.
enum Flaw {
    /// No record begins here, or its head does not end.
    Head,
    /// The file ends inside the record.
    Torn,
    /// Its packing is damaged.
    Packing,
    /// The system refused.
    System(std::io::Error),
}

type Step<T> = std::result::Result<T, Flaw>;

impl From<std::io::Error> for Flaw {
    fn from(error: std::io::Error) -> Self {
        if is_damage(&error) {
            Self::Packing
        } else {
            Self::System(error)
        }
    }
}

impl<R: Read> Iterator for WarcReader<R> {
    type Item = Result<WarcRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.over {
            match self.step() {
                Ok(Some(record)) => return Some(Ok(record)),
                Ok(None) => {}
                Err(Flaw::System(error)) => return Some(Err(self.stop(error))),
                Err(flaw) => {
                    if let Err(error) = self.recover(&flaw) {
                        return Some(Err(self.stop(error)));
                    }
                }
            }
        }
        None
    }
}

impl<R: Read> WarcReader<R> {
    /// Reads from any input; `name` stands in messages, bodies are cut off at `body_limit` bytes.
    ///
    /// # Errors
    /// The input cannot be read, or is an ARC file.
    pub fn new(input: R, name: &str, body_limit: usize) -> Result<Self> {
        let stream = Stream::new(input).map_err(|error| Error::io("read", name, error))?;
        if stream.is_arc() {
            return Err(
                Error::input(name, "an ARC file, of the format before WARC, is not read")
                    .hint("`warcio recompress old.arc.gz new.warc.gz` makes a WARC file of it"),
            );
        }
        Ok(Self {
            stream,
            name: name.to_owned(),
            body_limit,
            broken: 0,
            fresh: true,
            lost: false,
            over: false,
        })
    }

    /// How many records could not be read so far.
    pub fn broken(&self) -> u64 {
        self.broken
    }

    fn stop(&mut self, error: std::io::Error) -> Error {
        self.over = true;
        Error::io("read", &self.name, error)
    }

    /// Counts what could not be read, once for each place where the thread is lost, and goes on behind it.
    fn recover(&mut self, flaw: &Flaw) -> std::io::Result<()> {
        self.broken += u64::from(!self.lost);
        self.lost = true;
        if matches!(flaw, Flaw::Head) {
            match self.skip_to_head() {
                Err(Flaw::System(error)) => return Err(error),
                Err(_) => {}
                Ok(()) => return Ok(()),
            }
        }
        self.fresh = true;
        self.over = !self.stream.skip_unit()?;
        Ok(())
    }

    /// One record, or nothing where only the end of a unit was passed.
    fn step(&mut self) -> Step<Option<WarcRecord>> {
        self.skip_line_ends()?;
        if self.stream.peek(1)?.is_empty() {
            self.over = !self.stream.next_unit()?;
            self.fresh = true;
            return Ok(None);
        }
        let start = self.stream.offset();
        let alone = std::mem::replace(&mut self.fresh, false);
        let fields = self.head()?;
        let (block, cut) = self.block(&fields)?;
        self.skip_line_ends()?;
        let end = if !self.stream.is_packed() {
            Some(self.stream.offset())
        } else if self.stream.peek(1)?.is_empty() && alone {
            Some(self.stream.end_of_member())
        } else {
            None
        };
        self.lost = false;
        let mut record = WarcRecord::of_head(&fields);
        record.fill(&block, self.body_limit);
        record.truncated |= cut;
        record.extent = end.map(|end| (start, end - start));
        Ok(Some(record))
    }

    fn head(&mut self) -> Step<Vec<(String, String)>> {
        let first = self.line()?;
        if !is_version(&first) {
            self.stream.unread(&first);
            return Err(Flaw::Head);
        }
        let mut lines = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() || lines.len() + line.len() > HEAD_LIMIT {
                return Err(Flaw::Head);
            }
            if is_blank(&line) {
                return Ok(http::headers(&lines).0);
            }
            lines.extend_from_slice(&line);
        }
    }

    /// The record's block and whether the limit cut it, with a wrong length put right by where the next record begins.
    fn block(&mut self, fields: &[(String, String)]) -> Step<(Vec<u8>, bool)> {
        let declared: Option<u64> =
            find(fields, "Content-Length").and_then(|length| length.trim().parse().ok());
        let mut block = Vec::new();
        let Some(declared) = declared else {
            let cut = self.read_to_head(&mut block, true)?;
            return Ok((block, cut));
        };
        let mut read = self.copy(declared, &mut block)?;
        while read < declared && self.stream.go_on()? {
            read += self.copy(declared - read, &mut block)?;
        }
        let cut = read > block.len() as u64;
        let early = read < declared;
        if !early && self.is_at_boundary()? {
            if !cut {
                self.give_back_separator(&mut block)?;
            }
            return Ok((block, cut));
        }
        if let Some(head) = inner_head(&block).filter(|_| !cut) {
            self.stream.unread(&block[head..]);
            block.truncate(head);
            trim_separator(&mut block);
        } else if !early {
            let longer = self.read_to_head(&mut block, false)?;
            return Ok((block, cut | longer));
        } else if self.stream.is_packed() {
            // the packing was whole, so only the length is wrong
            trim_separator(&mut block);
        } else {
            return Err(Flaw::Torn);
        }
        Ok((block, cut))
    }

    /// Copies up to `count` bytes, drops those beyond the limit, and says how many there were.
    fn copy(&mut self, count: u64, block: &mut Vec<u8>) -> Step<u64> {
        let limit = self.block_limit();
        let mut read = 0;
        while read < count {
            let ahead = self.stream.peek(1)?;
            if ahead.is_empty() {
                break;
            }
            let taken =
                usize::try_from(count - read).map_or(ahead.len(), |left| left.min(ahead.len()));
            let kept = taken.min(limit - block.len());
            block.extend_from_slice(&ahead[..kept]);
            self.stream.consume(taken);
            read += taken as u64;
        }
        Ok(read)
    }

    /// Reads lines up to the head of the next record; says whether the limit cut them.
    fn read_to_head(&mut self, block: &mut Vec<u8>, mut after_blank: bool) -> Step<bool> {
        let limit = self.block_limit();
        let mut cut = false;
        loop {
            let line = self.line()?;
            if after_blank && is_version(&line) {
                self.stream.unread(&line);
                break;
            }
            if line.is_empty() {
                break;
            }
            after_blank = is_blank(&line);
            let kept = line.len().min(limit - block.len());
            cut |= kept < line.len();
            block.extend_from_slice(&line[..kept]);
        }
        if !cut {
            trim_separator(block);
        }
        Ok(cut)
    }

    fn block_limit(&self) -> usize {
        self.body_limit.saturating_add(HEAD_LIMIT)
    }

    /// Whether a record may end here: its two line ends, the next head, or the end of the unit.
    fn is_at_boundary(&mut self) -> Step<bool> {
        let ahead = self.stream.peek(16)?;
        let rest = after_line_end(ahead);
        Ok(rest.is_empty()
            || is_version(rest)
            || (rest.len() < ahead.len() && after_line_end(rest).len() < rest.len()))
    }

    /// Takes off the block what a length a few bytes too long swallowed of the two line ends behind it.
    fn give_back_separator(&mut self, block: &mut Vec<u8>) -> Step<()> {
        let ahead = self.stream.peek(16)?;
        for separator in [b"\r\n\r\n".as_slice(), b"\n\n"] {
            for swallowed in 1..=separator.len() {
                let (inside, outside) = separator.split_at(swallowed);
                let rest = ahead.strip_prefix(outside);
                if rest.is_some_and(|rest| rest.is_empty() || is_version(rest))
                    && block.ends_with(inside)
                {
                    block.truncate(block.len() - swallowed);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn skip_line_ends(&mut self) -> Step<()> {
        loop {
            let ahead = self.stream.peek(1)?;
            let count = ahead
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            if count == 0 {
                return Ok(());
            }
            self.stream.consume(count);
        }
    }

    fn skip_to_head(&mut self) -> Step<()> {
        // the line that was no head
        self.line()?;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                return Ok(());
            }
            if is_version(&line) {
                self.stream.unread(&line);
                return Ok(());
            }
        }
    }

    /// The next line with its end, or a piece of an overlong one; empty at the end of the unit.
    fn line(&mut self) -> Step<Vec<u8>> {
        let mut least = 1;
        loop {
            let ahead = self.stream.peek(least)?;
            let end = memchr::memchr(b'\n', &ahead[least - 1..]).map(|at| at + least);
            let (ended, over) = (ahead.len() < least, ahead.len() > HEAD_LIMIT);
            least = ahead.len() + 1;
            if end.is_none() && ended && self.stream.go_on()? {
                continue;
            }
            if end.is_some() || ended || over {
                let ahead = self.stream.peek(1)?;
                let line = ahead[..end.unwrap_or(ahead.len())].to_vec();
                self.stream.consume(line.len());
                return Ok(line);
            }
        }
    }
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

fn after_line_end(bytes: &[u8]) -> &[u8] {
    bytes
        .strip_prefix(b"\r\n")
        .or_else(|| bytes.strip_prefix(b"\n"))
        .unwrap_or(bytes)
}

/// Where inside a block the head of another record stands behind a blank line.
fn inner_head(block: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(block, b"WARC/").find(|&at| {
        let before = &block[..at];
        is_version(&block[at..]) && (before.ends_with(b"\n\r\n") || before.ends_with(b"\n\n"))
    })
}

/// Takes the two line ends behind a record off its block.
fn trim_separator(block: &mut Vec<u8>) {
    for _ in 0..2 {
        if block.ends_with(b"\n") {
            block.pop();
            if block.ends_with(b"\r") {
                block.pop();
            }
        }
    }
}
