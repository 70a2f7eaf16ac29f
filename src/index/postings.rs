//! Puts what documents hold in the order of an inverted index, by counting.

use tantivy::DocId;
use tantivy::fieldnorm::FieldNormReader;

/// Distinct names in order, and the rank of each one that was given.
pub(super) struct Ranked<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) of: Vec<u32>,
}

/// Ranks names, of which some may be the same.
pub(super) fn rank<'a>(given: impl Iterator<Item = &'a str>) -> Ranked<'a> {
    let mut order: Vec<(&str, u32)> = given.zip(0..).collect();
    order.sort_unstable();
    let mut ranked = Ranked {
        names: Vec::new(),
        of: vec![0; order.len()],
    };
    for (name, at) in order {
        if ranked.names.last() != Some(&name) {
            ranked.names.push(name);
        }
        ranked.of[at as usize] = ranked.names.len() as u32 - 1;
    }
    ranked
}

/// Occurrences by term; those of one term in the order in which they were told.
pub(super) struct Sorted {
    /// Where the occurrences of each term end.
    ends: Vec<usize>,
    /// The document and the place of each.
    pub(super) occurrences: Vec<(DocId, u32)>,
    /// How many each document holds, as the byte that stands for its length.
    pub(super) lengths: Vec<u8>,
}

impl Sorted {
    /// Sorts what `tell` gives, twice the same: ranks of terms, documents from the first to the last, places.
    pub(super) fn new<I>(tell: impl Fn() -> I, terms: &Ranked, docs: DocId) -> Self
    where
        I: Iterator<Item = (u32, DocId, u32)>,
    {
        let mut ends = vec![0; terms.names.len() + 1];
        let mut lengths = vec![0; docs as usize];
        for (term, doc, _) in tell() {
            ends[term as usize + 1] += 1;
            lengths[doc as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        // What is the beginning of a term now is its end once it is filled.
        let mut occurrences = vec![(0, 0); sum];
        for (term, doc, place) in tell() {
            let at = &mut ends[term as usize];
            occurrences[*at] = (doc, place);
            *at += 1;
        }
        let lengths = lengths.into_iter().map(FieldNormReader::fieldnorm_to_id);
        Self {
            ends,
            occurrences,
            lengths: lengths.collect(),
        }
    }

    /// The occurrences of each term that has any, by rank.
    pub(super) fn terms(&self) -> impl Iterator<Item = (usize, &[(DocId, u32)])> {
        let mut from = 0;
        let terms = self.ends.iter().enumerate().map(move |(term, &end)| {
            let occurrences = &self.occurrences[from..end];
            from = end;
            (term, occurrences)
        });
        terms.filter(|(_, occurrences)| !occurrences.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ranked_once_each() {
        let ranked = rank(["oran", "accord", "oran"].into_iter());
        assert_eq!(ranked.names, ["accord", "oran"]);
        assert_eq!(ranked.of, [1, 0, 1]);
    }

    #[test]
    fn occurrences_are_put_together_by_term() {
        let ranked = rank(["a", "b", "c"].into_iter());
        let told = [(2, 0, 4), (0, 0, 5), (2, 1, 0), (2, 1, 9)];
        let sorted = Sorted::new(|| told.into_iter(), &ranked, 3);
        let terms: Vec<_> = sorted.terms().collect();
        let expected: [(usize, &[(DocId, u32)]); 2] =
            [(0, &[(0, 5)]), (2, &[(0, 4), (1, 0), (1, 9)])];
        assert_eq!(terms, expected);
        assert_eq!(sorted.lengths, [2, 2, 0]);
    }
}
