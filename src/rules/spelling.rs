//! Packs a short word into two numbers, so that it is hashed and compared without a walk over its letters.

/// A folded word of few bytes, and whether a mark was folded away that tells two words apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Spelling {
    /// The first bytes and the last; of most words some are in both.
    ends: (u64, u64),
    /// The bytes of the word, or as many below zero where it is marked.
    length: i8,
}

impl Spelling {
    /// The bytes of the longest word that both ends cover.
    const LONGEST: usize = 16;

    /// Nothing for a longer word.
    pub(super) fn new(word: &str, marked: bool) -> Option<Self> {
        let bytes = word.as_bytes();
        if bytes.len() > Self::LONGEST {
            return None;
        }
        let ends = match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(&first), Some(&last)) => (u64::from_le_bytes(first), u64::from_le_bytes(last)),
            _ => short(bytes),
        };
        let length = bytes.len() as i8;
        Some(Self {
            ends,
            length: if marked { -length } else { length },
        })
    }
}

/// The ends of a word that one of them has room for.
fn short(bytes: &[u8]) -> (u64, u64) {
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(&first), Some(&last)) => (
            u32::from_le_bytes(first).into(),
            u32::from_le_bytes(last).into(),
        ),
        _ => {
            let bytes = bytes.iter().copied().map(u64::from);
            (bytes.fold(0, |all, byte| all << 8 | byte), 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_differ_in_any_byte_in_length_and_by_their_mark() {
        let mut spellings = vec![Spelling::new("a", true)];
        for length in 0..=Spelling::LONGEST {
            let word = "a".repeat(length);
            spellings.push(Spelling::new(&word, false));
            for at in 0..length {
                let mut other = word.clone();
                other.replace_range(at..=at, "b");
                spellings.push(Spelling::new(&other, false));
            }
        }
        let all = spellings.len();
        let once: rustc_hash::FxHashSet<_> = spellings.into_iter().flatten().collect();
        assert_eq!(once.len(), all);
        assert_eq!(Spelling::new(&"a".repeat(17), false), None);
    }
}
