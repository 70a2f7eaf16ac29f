//! Turns a file, packed record by record, packed whole or plain, into the bytes of its records.
//!
//! Memory is bounded: a window of raw bytes to go back over after damage, and a window of
//! unpacked bytes to look ahead in.

use std::io::{BufRead, ErrorKind, Read, Result};

use flate2::bufread::GzDecoder;

/// Bytes asked for at a time.
const STEP: usize = 64 * 1024;
/// Raw bytes kept behind the reading position, to look for the next member in after damage.
const WINDOW: usize = 4 * 1024 * 1024;
/// How a gzip member begins.
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];
/// Raw bytes that hold the beginning of a member, whatever its tables and the names in its header.
const BEGINNING: usize = 4 * 1024;

/// A stream of record bytes, in units: the members of a packed file, or the whole of a plain one.
pub(super) struct Stream<R> {
    unit: Unit<R>,
    /// Unpacked bytes of this unit; those before `at` are read.
    ahead: Vec<u8>,
    at: usize,
    /// The unit has no bytes beyond `ahead`.
    ended: bool,
    /// The first bytes of the file, unpacked.
    beginning: Vec<u8>,
}

enum Unit<R> {
    Plain(Raw<R>),
    /// A member, and where it begins in the file.
    Member(Box<GzDecoder<Raw<R>>>, u64),
    /// Only while one unit gives way to the next.
    Changing,
}

impl<R: Read> Stream<R> {
    pub(super) fn new(input: R) -> Result<Self> {
        let mut raw = Raw {
            input,
            kept: Vec::new(),
            at: 0,
            base: 0,
        };
        let packed = raw.fill_buf()?.starts_with(&GZIP[..2]);
        let beginning = raw.beginning()?;
        let unit = if packed {
            Unit::Member(Box::new(GzDecoder::new(raw)), 0)
        } else {
            Unit::Plain(raw)
        };
        Ok(Self {
            unit,
            ahead: Vec::new(),
            at: 0,
            ended: false,
            beginning,
        })
    }

    /// Whether the file is of the format before WARC.
    pub(super) fn is_arc(&self) -> bool {
        self.beginning.starts_with(b"filedesc:")
    }

    /// Whether records are found by unpacking members.
    pub(super) fn is_packed(&self) -> bool {
        !matches!(self.unit, Unit::Plain(_))
    }

    /// Where the unread bytes begin in a plain file; where the present member begins in a packed one.
    pub(super) fn offset(&self) -> u64 {
        match &self.unit {
            Unit::Plain(raw) => raw.position() - (self.ahead.len() - self.at) as u64,
            Unit::Member(_, start) => *start,
            Unit::Changing => 0,
        }
    }

    /// Where the next member begins in a packed file, once this one is read to its end.
    pub(super) fn end_of_member(&self) -> u64 {
        match &self.unit {
            Unit::Member(decoder, _) => decoder.get_ref().position(),
            Unit::Plain(_) | Unit::Changing => self.offset(),
        }
    }

    /// The unread bytes of this unit, at least `least` of them unless it ends before.
    pub(super) fn peek(&mut self, least: usize) -> Result<&[u8]> {
        while self.ahead.len() - self.at < least && !self.ended {
            self.ahead.drain(..self.at);
            self.at = 0;
            let have = self.ahead.len();
            self.ahead.resize(have + STEP, 0);
            let read = self.read_unit(have);
            self.ahead.truncate(have + *read.as_ref().unwrap_or(&0));
            self.ended = read? == 0;
        }
        Ok(&self.ahead[self.at..])
    }

    fn read_unit(&mut self, from: usize) -> Result<usize> {
        loop {
            let read = match &mut self.unit {
                Unit::Plain(raw) => raw.read(&mut self.ahead[from..]),
                Unit::Member(decoder, _) => decoder.read(&mut self.ahead[from..]),
                Unit::Changing => Ok(0),
            };
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }

    /// Marks `count` of the peeked bytes as read.
    pub(super) fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.ahead.len());
    }

    /// Puts bytes back before the unread ones.
    pub(super) fn unread(&mut self, bytes: &[u8]) {
        self.ahead.splice(..self.at, bytes.iter().copied());
        self.at = 0;
    }

    /// Goes to the next member after a whole one; false at the end of the file.
    pub(super) fn next_unit(&mut self) -> Result<bool> {
        self.change_unit(Raw::seek_member)
    }

    /// Goes to the next member after a damaged one, looking from just behind its start where
    /// that is still kept; false at the end of the file.
    pub(super) fn skip_unit(&mut self) -> Result<bool> {
        let start = self.offset();
        self.change_unit(|raw| {
            raw.back_to(start + 1);
            raw.seek_member()
        })
    }

    /// Goes on in the next member as a part of this unit, whose end is reached amid a record: some pack
    /// a file in pieces of equal size. False where the next member begins with a record of its own.
    pub(super) fn go_on(&mut self) -> Result<bool> {
        let Unit::Member(decoder, _) = &mut self.unit else {
            return Ok(false);
        };
        let raw = decoder.get_mut();
        let packed = raw.fill_at_least(GZIP.len())?.starts_with(&GZIP);
        let begins = raw.beginning()?;
        if !packed || begins.is_empty() || is_version(&begins) {
            return Ok(false);
        }
        let unread = self.ahead.split_off(self.at);
        let went = self.change_unit(Raw::seek_member)?;
        self.ahead = unread;
        Ok(went)
    }

    fn change_unit(&mut self, go: impl FnOnce(&mut Raw<R>) -> Result<bool>) -> Result<bool> {
        let mut raw = match std::mem::replace(&mut self.unit, Unit::Changing) {
            Unit::Member(decoder, _) => decoder.into_inner(),
            other => {
                self.unit = other;
                return Ok(false);
            }
        };
        self.ahead.clear();
        self.at = 0;
        let found = go(&mut raw);
        self.ended = !matches!(found, Ok(true));
        let start = raw.position();
        self.unit = Unit::Member(Box::new(GzDecoder::new(raw)), start);
        found
    }
}

/// Whether bytes begin with a line such as `WARC/1.0`.
pub(super) fn is_version(bytes: &[u8]) -> bool {
    matches!(bytes, [b'W', b'A', b'R', b'C', b'/', major, b'.', minor, ..]
        if major.is_ascii_digit() && minor.is_ascii_digit())
}

/// Whether an error tells of damaged bytes, and not of a disk or a connection.
pub(super) fn is_damage(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof
    )
}

/// The raw bytes, with a window to go back in.
struct Raw<R> {
    input: R,
    /// Bytes of the file from `base` on; those before `at` are read.
    kept: Vec<u8>,
    at: usize,
    base: u64,
}

impl<R: Read> Raw<R> {
    fn position(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Goes back to a place in the file, or as near as the window reaches; never forward.
    fn back_to(&mut self, place: u64) {
        let at = place.saturating_sub(self.base) as usize;
        self.at = self.at.min(at);
    }

    /// The first bytes, unpacked where they are packed, of what stands here; nothing is read by that.
    fn beginning(&mut self) -> Result<Vec<u8>> {
        const WORD: u64 = 16;
        let raw = self.fill_at_least(BEGINNING)?;
        let mut first = Vec::new();
        if raw.starts_with(&GZIP[..2]) {
            // what is damaged here is found so when it is read
            let _ = GzDecoder::new(raw).take(WORD).read_to_end(&mut first);
        } else {
            first.extend(raw.iter().take(WORD as usize));
        }
        Ok(first)
    }

    /// Reads on to where a gzip member may begin; false at the end of the file.
    fn seek_member(&mut self) -> Result<bool> {
        loop {
            let unread = self.fill_at_least(GZIP.len())?;
            if unread.len() < GZIP.len() {
                self.consume_all();
                return Ok(false);
            }
            if let Some(found) = memchr::memmem::find(unread, &GZIP) {
                self.at += found;
                return Ok(true);
            }
            // a beginning cut by the edge of what is read is met again
            self.at = self.kept.len() - (GZIP.len() - 1);
        }
    }

    fn consume_all(&mut self) {
        self.at = self.kept.len();
    }

    fn fill_at_least(&mut self, least: usize) -> Result<&[u8]> {
        while self.kept.len() - self.at < least && self.extend()? > 0 {}
        Ok(&self.kept[self.at..])
    }

    /// Reads more behind what is kept, and lets go what lies outside the window.
    fn extend(&mut self) -> Result<usize> {
        if self.at > WINDOW + STEP * 16 {
            let gone = self.at - WINDOW;
            self.kept.drain(..gone);
            self.at -= gone;
            self.base += gone as u64;
        }
        let have = self.kept.len();
        self.kept.resize(have + STEP, 0);
        let read = self.input.read(&mut self.kept[have..]);
        self.kept.truncate(have + *read.as_ref().unwrap_or(&0));
        read
    }
}

impl<R: Read> Read for Raw<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Raw<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.fill_at_least(1)
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
    }
}
