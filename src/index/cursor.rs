//! Goes through a list of documents, unpacking a block at a time.

use tantivy::{DocId, Score, TERMINATED};

use super::blocks::{BLOCK, List};
use super::rank::{Curve, Points, READY};
use super::window::Marks;

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

    /// Unpacks the documents of a block; their frequencies only with those of the rest.
    fn unpack(&mut self, list: &List, block: usize) {
        (self.block, self.at, self.len, self.timed) = (Some(block), 0, 0, false);
        if list.unpack_documents(block, &mut self.docs) {
            self.len = BLOCK;
        } else if block == list.full() {
            self.len = list.unpack_rest(&mut self.docs, &mut self.times);
            (self.timed, self.few) = (true, false);
        }
    }

    fn unpack_times(&mut self, list: &List) {
        let block = self.block.unwrap_or(0);
        let most = list.unpack_times(block, &mut self.times);
        (self.timed, self.few) = (true, most.is_some_and(|most| most <= READY));
    }
}

#[cfg(test)]
mod tests {
    use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
    use tantivy::{Index, Term};

    use super::*;
    use crate::index::blocks::Peak;
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
}
