//! Unpacks the documents of a term from the blocks in which tantivy packs them.
//!
//! A list is its full blocks, packed by bits, and the rest of its documents, byte by byte. Before them stands
//! an entry for every full block: its last document, the bits of a document and of a frequency, and the
//! length and frequency of the document that BM25 as tantivy has it puts first. tantivy's own reader unpacks a
//! block wherever it stops; here a list is opened without, and frequencies are unpacked where they are asked for.

use bitpacking::{BitPacker, BitPacker4x};
use tantivy::directory::OwnedBytes;
use tantivy::error::DataCorruption;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, Score, TERMINATED};

use super::rank::{Curve, Points, READY};
use super::window::Marks;

/// Documents of a full block.
const BLOCK: usize = BitPacker4x::BLOCK_LEN;

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
    fn last(&self, block: usize) -> Option<DocId> {
        let last = self.entry(block)?.first_chunk()?;
        Some(DocId::from_le_bytes(*last))
    }

    /// What is packed from the beginning of a block on, or of the rest.
    fn packed(&self, block: usize) -> Option<&[u8]> {
        let start = self.starts.get(block)?;
        self.bytes.get(self.packed + *start as usize..)
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
    by_length: Box<[Score; 256]>,
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

/// A place in a list, which is unpacked a block at a time.
pub(super) struct Cursor {
    /// The block that is unpacked.
    block: Option<usize>,
    len: usize,
    at: usize,
    docs: [DocId; BLOCK],
    /// Frequencies less one, where they are unpacked.
    times: [u32; BLOCK],
    timed: bool,
    /// Whether all of them are ready in [`Shares`].
    few: bool,
}

impl Cursor {
    /// A place before the first document.
    pub(super) fn new() -> Box<Self> {
        Box::new(Self {
            block: None,
            len: 0,
            at: 0,
            docs: [0; BLOCK],
            times: [0; BLOCK],
            timed: false,
            few: false,
        })
    }

    /// The share that no document of the block from the present one on exceeds.
    pub(super) fn top(&mut self, list: &List, curve: &Curve) -> Score {
        if !self.timed {
            self.unpack_times(list);
        }
        let range = self.at..self.len;
        let postings = self.docs[range.clone()].iter().zip(&self.times[range]);
        let shares = postings.map(|(&doc, &time)| curve.share(doc, time));
        shares.fold(0.0, Score::max)
    }

    /// The present document, [`TERMINATED`] after the last; asked for after [`Cursor::seek`].
    pub(super) fn doc(&self) -> DocId {
        self.left().first().copied().unwrap_or(TERMINATED)
    }

    /// The documents of the block from the present one on.
    pub(super) fn left(&self) -> &[DocId] {
        self.docs.get(self.at..self.len).unwrap_or_default()
    }

    /// The frequencies, less one, of the documents of the block from the present one on.
    fn times(&mut self, list: &List) -> &[u32] {
        if !self.timed {
            self.unpack_times(list);
        }
        self.times.get(self.at..self.len).unwrap_or_default()
    }

    /// Tells so many documents, with their scores.
    pub(super) fn tell(
        &mut self,
        list: &List,
        documents: usize,
        curve: &Curve,
        mut add: impl FnMut(DocId, Points),
    ) {
        if !self.timed {
            self.unpack_times(list);
        }
        let range = self.at..self.at + documents;
        let (Some(docs), Some(times)) = (self.docs.get(range.clone()), self.times.get(range))
        else {
            return;
        };
        let (lengths, shares) = (&*curve.lengths, &*curve.shares);
        let postings = docs.iter().zip(times);
        let length = |doc: DocId| lengths.get(doc as usize).copied().unwrap_or_default();
        if self.few {
            for (&doc, &time) in postings {
                add(doc, curve.points(shares.ready(length(doc), time)));
            }
        } else {
            for (&doc, &time) in postings {
                add(doc, curve.points(shares.of(length(doc), time)));
            }
        }
    }

    /// Tells those of so many documents, of a window, that are marked there, with their scores.
    pub(super) fn tell_marked(
        &mut self,
        list: &List,
        documents: usize,
        curve: &Curve,
        marks: &Marks,
        mut add: impl FnMut(DocId, Points),
    ) {
        let mut found = [0_u8; BLOCK];
        let mut count = 0;
        let docs = self.left().get(..documents).unwrap_or_default();
        for (at, &doc) in (0..).zip(docs) {
            found[count % BLOCK] = at;
            count += usize::from(marks.has(doc));
        }
        if count > 0 && !self.timed {
            self.unpack_times(list);
        }
        for &at in &found[..count] {
            let at = (self.at + usize::from(at)) % BLOCK;
            add(self.docs[at], curve.score(self.docs[at], self.times[at]));
        }
    }

    /// How often the term stands in the present document, less one.
    pub(super) fn time(&mut self, list: &List) -> u32 {
        self.times(list).first().copied().unwrap_or(0)
    }

    /// Leaves so many documents of the block behind, and the block after the last of them.
    pub(super) fn skip(&mut self, list: &List, documents: usize) {
        self.at += documents;
        if self.at >= self.len {
            self.unpack(list, self.block.map_or(0, |block| block + 1));
        }
    }

    /// Goes on to a document or the next one after it.
    pub(super) fn seek(&mut self, list: &List, target: DocId) {
        let within = self.len.checked_sub(1).map(|last| self.docs[last]);
        if within.is_none_or(|last| last < target) {
            let mut block = match self.block {
                None => 0,
                // The rest and what is after it are the end.
                Some(block) => (block + 1).min(list.full() + 1),
            };
            while list.last(block).is_some_and(|last| last < target) {
                block += 1;
            }
            if self.block != Some(block) {
                self.unpack(list, block);
            }
        }
        self.at += self.left().partition_point(|&doc| doc < target);
    }

    /// Unpacks the documents of a block.
    fn unpack(&mut self, list: &List, block: usize) {
        (self.block, self.at, self.len, self.timed) = (Some(block), 0, 0, false);
        let before = block.checked_sub(1).and_then(|block| list.last(block));
        let Some(packed) = list.packed(block) else {
            return;
        };
        if let Some(entry) = list.entry(block) {
            let before = before.filter(|before| *before > 0);
            let width = entry[4] & WIDTH;
            BitPacker4x::new().decompress_strictly_sorted(before, packed, &mut self.docs, width);
            self.len = BLOCK;
        } else {
            self.unpack_rest(packed, before.unwrap_or(0), list.documents as usize % BLOCK);
        }
    }

    fn unpack_rest(&mut self, packed: &[u8], before: DocId, documents: usize) {
        let (mut at, mut doc) = (0, before);
        for place in &mut self.docs[..documents] {
            let Some(delta) = varint(packed, &mut at) else {
                return;
            };
            doc = doc.wrapping_add(delta);
            *place = doc;
        }
        for place in &mut self.times[..documents] {
            *place = varint(packed, &mut at).map_or(0, |times| times.saturating_sub(1));
        }
        (self.len, self.timed, self.few) = (documents, true, false);
    }

    fn unpack_times(&mut self, list: &List) {
        self.timed = true;
        self.few = false;
        let block = self.block.unwrap_or(0);
        let Some(entry) = list.entry(block) else {
            return;
        };
        let width = entry[5] & WIDTH;
        self.few = 1 << width <= READY;
        if width == 0 {
            self.times = [0; BLOCK];
            return;
        }
        let docs = usize::from(entry[4] & WIDTH) * PACKED as usize;
        if let Some(packed) = list.packed(block).and_then(|packed| packed.get(docs..)) {
            BitPacker4x::new().decompress(packed, &mut self.times, width);
        }
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
    use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
    use tantivy::{Index, Term};

    use super::*;
    use crate::index::opened::Text;

    /// Texts in which a word stands so often beside so many others.
    fn texts() -> impl Iterator<Item = (usize, usize)> {
        let mut seed = 3_u64;
        let mut below = move |end: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) % end) as usize
        };
        (0..3000).map(move |_| {
            let often = [0, 0, 0, 1, 1, 1, 2, 3, 5, 40][below(10)];
            (often, 1 + below(30) * below(30))
        })
    }

    #[track_caller]
    fn check(option: IndexRecordOption, documents: usize) {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(option);
        let field = schema.add_text_field(
            "text",
            TextOptions::default().set_indexing_options(indexing),
        );
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 20_000_000).unwrap();
        for (often, others) in texts().take(documents) {
            let text = "word ".repeat(often) + &"other ".repeat(others);
            writer.add_document(tantivy::doc!(field => text)).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let reader = searcher.segment_reader(0);
        let text = Text::open(reader, field).unwrap().unwrap();
        let term = Term::from_field_text(field, "word");
        let info = text.info(&term).unwrap().unwrap();
        let list = text.list(&info).unwrap();

        // As tantivy reads them.
        let inverted = reader.inverted_index(field).unwrap();
        let freqs = IndexRecordOption::WithFreqs;
        let mut expect = Vec::new();
        let mut blocks = inverted.read_block_postings(&term, freqs).unwrap().unwrap();
        while !blocks.docs().is_empty() {
            let times = blocks.freqs().iter().copied();
            expect.extend(blocks.docs().iter().copied().zip(times));
            blocks.advance();
        }
        for step in [1, 7, 300] {
            let mut cursor = Cursor::new();
            for &(doc, times) in expect.iter().step_by(step) {
                cursor.seek(&list, doc);
                assert_eq!((cursor.doc(), cursor.time(&list) + 1), (doc, times));
            }
            cursor.seek(&list, TERMINATED - 1);
            assert_eq!(cursor.doc(), TERMINATED);
        }

        // No document is beyond the peaks of its list.
        let peaks: Vec<Peak> = list.peaks(&text.tells).collect();
        let full = list.full() * BLOCK;
        for (at, &(doc, times)) in expect.iter().enumerate() {
            let tells = text.tells.by_length[usize::from(text.lengths[doc as usize])];
            let below =
                |peak: &Peak| times <= peak.times && times as Score * tells <= peak.steep * 1.0001;
            let holds = if at < full {
                peaks.iter().any(below)
            } else {
                below(&list.rest())
            };
            assert!(holds, "{times} times in {doc}");
        }
    }

    #[test]
    fn documents_are_those_that_tantivy_reads() {
        for option in [
            IndexRecordOption::WithFreqs,
            IndexRecordOption::WithFreqsAndPositions,
        ] {
            for documents in [20, 300, 3000] {
                check(option, documents);
            }
        }
    }

    #[test]
    fn a_list_that_is_cut_off_is_refused_or_ends() {
        let bytes = |bytes: &[u8]| OwnedBytes::new(bytes.to_vec());
        assert!(List::open(bytes(&[]), 128, false).is_err());
        assert!(List::open(bytes(&[0x88, 1, 0, 0, 0, STRICT | 9, 3]), 128, false).is_err());
        let list = List::open(bytes(&[0x85]), 3, false).unwrap();
        let mut cursor = Cursor::new();
        cursor.seek(&list, 0);
        assert_eq!(cursor.doc(), TERMINATED);
    }
}
