//! Packs a short word into two numbers, so that it is hashed and compared without a walk over its letters.

/// A folded word of few bytes, and whether a mark was folded away that tells two words apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Spelling {
    /// The bytes, and zeros behind them.
    bytes: (u64, u64),
    /// How many they are, or as many below zero where the word is marked.
    length: i8,
}

impl Spelling {
    /// The bytes of the longest word.
    const LONGEST: usize = 16;

    /// The first `length` bytes of a text; nothing for a longer word. What follows them is read along and put out, as
    /// words of all lengths in turn would have the processor guess wrong at each.
    pub(super) fn new(text: &[u8], length: usize, marked: bool) -> Option<Self> {
        let bytes = match text.first_chunk() {
            _ if length > Self::LONGEST => return None,
            Some(&bytes) => u128::from_le_bytes(bytes),
            None => {
                let mut bytes = [0; Self::LONGEST];
                bytes[..text.len()].copy_from_slice(text);
                u128::from_le_bytes(bytes)
            }
        };
        let behind = 8 * (Self::LONGEST - length);
        let bytes = bytes & u128::MAX.checked_shr(behind as u32).unwrap_or(0);
        Some(Self {
            bytes: (bytes as u64, (bytes >> 64) as u64),
            length: if marked {
                -(length as i8)
            } else {
                length as i8
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_differ_in_any_byte_in_length_and_by_their_mark() {
        let whole = |word: &str, marked| Spelling::new(word.as_bytes(), word.len(), marked);
        let mut spellings = vec![whole("a", true)];
        for length in 0..=Spelling::LONGEST {
            let word = "a".repeat(length);
            spellings.push(whole(&word, false));
            for at in 0..length {
                let mut other = word.clone();
                other.replace_range(at..=at, "b");
                spellings.push(whole(&other, false));
            }
        }
        let all = spellings.len();
        let once: rustc_hash::FxHashSet<_> = spellings.into_iter().flatten().collect();
        assert_eq!(once.len(), all);
        assert_eq!(whole(&"a".repeat(17), false), None);
    }

    #[test]
    fn what_follows_a_word_is_no_part_of_it() {
        let words = "aucunaccorddepuislors".as_bytes();
        let ends = [words.len(), 16, 7, 5];
        let spellings = ends.map(|end| Spelling::new(&words[..end], 5, false));
        assert!(spellings.iter().all(|spelling| *spelling == spellings[0]));
    }
}
