//! Reads the documents of a term from the blocks in which tantivy packs them.
//!
//! A list is its full blocks, packed by bits, and the rest of its documents, byte by byte. Before them stands
//! an entry for every full block: its last document, the bits of a document and of a frequency, and the
//! length and frequency of the document that BM25 as tantivy has it puts first. tantivy's own reader unpacks a
//! block wherever it stops; here a list is opened without, and frequencies are unpacked where they are asked for.

use bitpacking::{BitPacker, BitPacker4x};
use tantivy::directory::OwnedBytes;
use tantivy::error::DataCorruption;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, Score};

/// Documents of a full block.
pub(super) const BLOCK: usize = BitPacker4x::BLOCK_LEN;

/// Bytes of a full block, by the bits of a number.
const PACKED: u32 = BLOCK as u32 / 8;

/// The mark of the last byte of a number.
const MARK: u8 = 0x80;

/// The bits of a width, and the mark of documents that are packed less one.
const WIDTH: u8 = 0x1f;
const STRICT: u8 = 0x40;

/// A frequency that stands for any as high.
const MANY: u8 = u8::MAX;

/// `k1` and `b` by which tantivy chooses the document that an entry names.
const K1: Score = 1.2;
const B: Score = 0.75;

/// The documents of a term in one segment.
pub(super) struct List {
    bytes: OwnedBytes,
    /// Where the entries begin, and the full blocks after them.
    entries: usize,
    packed: usize,
    /// Bytes of an entry.
    stride: usize,
    /// Where each full block and the rest begin, after `packed`.
    starts: Vec<u32>,
    pub(super) documents: u32,
}

/// What no document of a list exceeds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Peak {
    /// The frequency, by what tantivy holds against it for the length.
    pub(super) steep: Score,
    /// The frequency.
    pub(super) times: u32,
}

impl List {
    /// Opens the postings of a term; entries of `placed` fields say how many places a block has.
    pub(super) fn open(
        bytes: OwnedBytes,
        documents: u32,
        placed: bool,
    ) -> Result<Self, DataCorruption> {
        let cut_off = || DataCorruption::comment_only("a list of documents is cut off");
        let stride = if placed { 12 } else { 8 };
        let blocks = documents as usize / BLOCK;
        let (mut entries, mut packed) = (0, 0);
        if blocks > 0 {
            let length = varint(&bytes, &mut entries).ok_or_else(cut_off)? as usize;
            packed = entries + length;
            if length != blocks * stride {
                return Err(cut_off());
            }
        }
        let mut starts = Vec::with_capacity(blocks + 1);
        let (mut start, mut strict) = (0, STRICT);
        let heads = bytes.get(entries..packed).ok_or_else(cut_off)?;
        for entry in heads.chunks_exact(stride) {
            starts.push(start);
            strict &= entry[4];
            start += (u32::from(entry[4] & WIDTH) + u32::from(entry[5] & WIDTH)) * PACKED;
        }
        starts.push(start);
        if strict == 0 || packed + start as usize > bytes.len() {
            return Err(cut_off());
        }
        Ok(Self {
            bytes,
            entries,
            packed,
            stride,
            starts,
            documents,
        })
    }

    /// How many full blocks there are.
    pub(super) fn full(&self) -> usize {
        self.starts.len() - 1
    }

    fn entry(&self, block: usize) -> Option<&[u8]> {
        let from = self.entries + block * self.stride;
        let entry = self.bytes.get(from..from + self.stride);
        entry.filter(|_| block < self.full())
    }

    /// The last document of a block; nothing after the full ones.
    pub(super) fn last(&self, block: usize) -> Option<DocId> {
        let last = self.entry(block)?.first_chunk()?;
        Some(DocId::from_le_bytes(*last))
    }

    /// What is packed from the beginning of a block on, or of the rest.
    fn packed(&self, block: usize) -> Option<&[u8]> {
        let start = self.starts.get(block)?;
        self.bytes.get(self.packed + *start as usize..)
    }

    /// Unpacks the documents of a full block; false where it is none.
    pub(super) fn unpack_documents(&self, block: usize, docs: &mut [DocId; BLOCK]) -> bool {
        let Some((entry, packed)) = self.entry(block).zip(self.packed(block)) else {
            return false;
        };
        let before = block.checked_sub(1).and_then(|block| self.last(block));
        let before = before.filter(|before| *before > 0);
        BitPacker4x::new().decompress_strictly_sorted(before, packed, docs, entry[4] & WIDTH);
        true
    }

    /// Unpacks the frequencies of a full block, less one, and says how high they are at most, that one added.
    pub(super) fn unpack_times(&self, block: usize, times: &mut [u32; BLOCK]) -> Option<u32> {
        let entry = self.entry(block)?;
        let docs = usize::from(entry[4] & WIDTH) * PACKED as usize;
        let width = entry[5] & WIDTH;
        if width == 0 {
            *times = [0; BLOCK];
        } else {
            let packed = self.packed(block)?.get(docs..)?;
            BitPacker4x::new().decompress(packed, times, width);
        }
        Some(1 << width)
    }

    /// Unpacks the documents that are in no full block and their frequencies, less one, and says how many there
    /// are.
    pub(super) fn unpack_rest(&self, docs: &mut [DocId; BLOCK], times: &mut [u32; BLOCK]) -> usize {
        let packed = self.packed(self.full()).unwrap_or_default();
        let last = self
            .full()
            .checked_sub(1)
            .and_then(|block| self.last(block));
        let (mut at, mut doc) = (0, last.unwrap_or(0));
        let rest = self.documents as usize % BLOCK;
        for place in &mut docs[..rest] {
            let Some(delta) = varint(packed, &mut at) else {
                return 0;
            };
            doc = doc.wrapping_add(delta);
            *place = doc;
        }
        for place in &mut times[..rest] {
            *place = varint(packed, &mut at).map_or(0, |times| times.saturating_sub(1));
        }
        rest
    }

    /// The peaks of the full blocks of a field whose texts tell so much by their length: one for the blocks whose
    /// frequencies take as many bits.
    pub(super) fn peaks(&self, tells: &Tells) -> impl Iterator<Item = Peak> {
        let mut steepest = [0.0; u32::BITS as usize];
        let entries = self.bytes.get(self.entries..self.packed);
        for entry in entries.unwrap_or_default().chunks_exact(self.stride) {
            let (length, times) = (entry[self.stride - 2], entry[self.stride - 1]);
            let steep = match times {
                0 | MANY => Score::INFINITY,
                _ => Score::from(times) * tells.by_length[usize::from(length)],
            };
            let known = &mut steepest[usize::from(entry[5] & WIDTH)];
            *known = steep.max(*known);
        }
        let peaks = (0..).zip(steepest);
        let peaks = peaks.map(|(width, steep)| Peak {
            steep,
            times: 1 << width,
        });
        peaks.filter(|peak| peak.steep > 0.0)
    }

    /// The peak of the rest, whatever the lengths: its frequencies stand last, most often a byte each.
    pub(super) fn rest(&self) -> Peak {
        let rest = self.documents as usize % BLOCK;
        let last = self.bytes.len().saturating_sub(rest);
        let times = self.bytes.get(last..).unwrap_or_default().iter();
        let (all, most) = times.fold((u8::MAX, 0), |(all, most), byte| {
            (all & byte, most.max(*byte))
        });
        Peak {
            steep: Score::INFINITY,
            times: if all & MARK == 0 {
                u32::MAX
            } else {
                u32::from(most & !MARK)
            },
        }
    }
}

impl Peak {
    /// The length above which the frequency alone is the limit.
    pub(super) fn length(self, tells: &Tells) -> Score {
        let share = self.times as Score / (self.steep * K1);
        ((share - (1.0 - B)) / B * tells.mean).max(0.0)
    }

    /// The frequency that a text without length may have.
    pub(super) fn times_at_zero(self) -> Score {
        (self.steep * K1 * (1.0 - B)).min(self.times as Score)
    }
}

/// What a single word tells in the texts of a field, as tantivy counts it.
pub(super) struct Tells {
    /// By the byte that stands for the length of a text.
    pub(super) by_length: Box<[Score; 256]>,
    /// The length of a text on average.
    mean: Score,
}

impl Tells {
    /// In texts that are so long on average.
    pub(super) fn new(mean: Score) -> Self {
        let mut by_length = Box::new([0.0; 256]);
        for (length, tells) in (0..=u8::MAX).zip(by_length.iter_mut()) {
            let length = FieldNormReader::id_to_fieldnorm(length) as Score;
            *tells = 1.0 / (K1 * (1.0 - B + B * length / mean));
        }
        Self { by_length, mean }
    }
}

/// A number of seven bits a byte, the lowest first; the last byte is marked.
fn varint(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let mut number = 0u32;
    for shift in (0..u32::BITS).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number |= u32::from(byte & !MARK) << shift;
        if byte & MARK != 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_cut_off_is_refused_or_empty() {
        let bytes = |bytes: &[u8]| OwnedBytes::new(bytes.to_vec());
        assert!(List::open(bytes(&[]), 128, false).is_err());
        assert!(List::open(bytes(&[0x88, 1, 0, 0, 0, STRICT | 9, 3]), 128, false).is_err());
        let list = List::open(bytes(&[0x85]), 3, false).unwrap();
        assert_eq!(list.unpack_rest(&mut [0; BLOCK], &mut [0; BLOCK]), 0);
        assert!(!list.unpack_documents(0, &mut [0; BLOCK]));
    }
}
