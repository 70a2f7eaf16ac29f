//! Notices pages of a source that read almost word for word like one that came shortly before.
//!
//! An error page that is served as found, a wall before every article, one article under addresses
//! without end: their bytes differ in a date, a counter or an incident's number, so no digest tells
//! them. Nothing is dropped for that, for a short notice in a long frame looks like it too; who reads
//! `status` sees that a source gives one page over and over. Which article tells another's story is
//! judged later, by their texts alone.

use std::collections::VecDeque;

use crate::text::simhash::SimHash;

/// Two pages are alike when at most this many of 64 bits differ: about one shingle in twenty.
const BITS: u32 = 6;
/// Pages of fewer shingles say too little for a fingerprint to mean anything.
const SHINGLES: u32 = 25;
/// With how many of the last pages of a source one is compared.
const PAGES: usize = 256;

/// The last pages of a source.
#[derive(Debug, Default)]
pub(super) struct Recent(VecDeque<u64>);

impl Recent {
    /// Whether a page reads like one of the last; it is one of them from now on.
    pub(super) fn repeats(&mut self, body: &[u8]) -> bool {
        let Some(print) = fingerprint(body) else {
            return false;
        };
        let alike = |other: &u64| (other ^ print).count_ones() <= BITS;
        let repeats = self.0.iter().any(alike);
        if self.0.len() == PAGES {
            self.0.pop_front();
        }
        self.0.push_back(print);
        repeats
    }
}

/// What belongs to words in every charset that grows out of ASCII: letters, digits, all bytes beyond it.
const WORD: [bool; 256] = {
    let mut words = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        words[byte] = byte >= 0x80 || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    words
};

/// A `SimHash` of each three words that follow one another outside tags, scripts and styles; none of a page
/// with few. Bytes are compared as they were sent: pages of one source are written alike.
fn fingerprint(page: &[u8]) -> Option<u64> {
    let mut print = SimHash::default();
    let mut before = [0_u64; 2];
    let mut rest = page;
    loop {
        let mut word = 0_u64;
        let mut end = rest.len();
        for (at, &byte) in rest.iter().enumerate() {
            if !WORD[usize::from(byte)] {
                end = at;
                break;
            }
            word = word.rotate_left(7) ^ u64::from(byte);
        }
        if end > 0 {
            print.add(word ^ before[1].rotate_left(11) ^ before[0].rotate_left(23));
            before = [before[1], word];
        }
        rest = match rest.get(end) {
            Some(b'<') => behind_tag(&rest[end..]),
            Some(_) => &rest[end + 1..],
            None => break,
        };
    }
    (print.shingles() >= SHINGLES).then(|| print.bits())
}

/// What follows a tag, and a comment, script or style as a whole.
fn behind_tag(tag: &[u8]) -> &[u8] {
    let begins = |name: &str| {
        tag.get(1..=name.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()))
    };
    let end: &[u8] = match tag.get(1) {
        Some(b'!') if begins("!--") => b"-->",
        Some(b's' | b'S') if begins("script") => b"</script",
        Some(b's' | b'S') if begins("style") => b"</style",
        _ => return memchr::memchr(b'>', tag).map_or(&[], |end| &tag[end + 1..]),
    };
    memchr::memmem::find(tag, end).map_or(&[], |at| &tag[at + end.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of 200 words in a frame, all numbered from `first`.
    fn page(first: usize, counter: usize) -> String {
        let words: Vec<String> = (first..first + 200)
            .map(|number| format!("<b class='c{counter}'>mot{number}</b>"))
            .collect();
        format!(
            "<html><script>var id = {counter} < 9;</script><!-- {counter} > 1 --><p>{}</p><i>vu {counter} fois</i>",
            words.join(" ")
        )
    }

    #[test]
    fn a_page_that_differs_in_a_counter_is_alike_and_another_article_is_not() {
        let mut recent = Recent::default();
        assert!(!recent.repeats(page(0, 1).as_bytes()));
        assert!(recent.repeats(page(0, 2).as_bytes()));
        assert!(!recent.repeats(page(1_000, 1).as_bytes()));
        assert!(recent.repeats(page(1_000, 77).as_bytes()));
        // a fifth of the words is another
        assert!(!recent.repeats(page(40, 3).as_bytes()));
    }

    #[test]
    fn what_is_long_ago_is_forgotten() {
        let mut recent = Recent::default();
        for number in 0..=PAGES {
            assert!(!recent.repeats(page(number * 1_000, 1).as_bytes()));
        }
        assert!(!recent.repeats(page(0, 1).as_bytes()));
        assert!(recent.repeats(page(PAGES * 1_000, 1).as_bytes()));
    }

    #[test]
    fn a_page_of_few_words_or_none_is_like_no_other() {
        let mut recent = Recent::default();
        for page in [
            "",
            "<",
            "<!--",
            "<script>",
            "Page introuvable",
            "</s",
            "\u{feff}",
        ] {
            assert!(!recent.repeats(page.as_bytes()));
            assert!(!recent.repeats(page.as_bytes()));
        }
    }
}
