//! Pairs what was wanted with what was found, one to one: as many pairs as can be, the closest first.

use std::collections::{BTreeMap, BTreeSet};

/// An edge between a wanted and a found thing.
type Edge = (usize, usize);

/// The pairs of positions, in the order of what was wanted.
pub(super) fn pair_up<T>(
    gold: &[T],
    found: &[T],
    same: impl Fn(&T, &T) -> bool,
    closeness: impl Fn(&T, &T) -> usize,
) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (i, wanted) in gold.iter().enumerate() {
        for (j, got) in found.iter().enumerate() {
            if same(wanted, got) {
                edges.push((std::cmp::Reverse(closeness(wanted, got)), i, j));
            }
        }
    }
    edges.sort_unstable();
    let edges: Vec<Edge> = edges.into_iter().map(|(_, i, j)| (i, j)).collect();
    let mut owner = BTreeMap::new();
    let mut placed = BTreeSet::new();
    for &(i, j) in &edges {
        if !placed.contains(&i) && !owner.contains_key(&j) {
            owner.insert(j, i);
            placed.insert(i);
        }
    }
    for i in (0..gold.len()).filter(|i| !placed.contains(i)) {
        place(i, &edges, &mut owner, &mut BTreeSet::new());
    }
    let mut pairs: Vec<Edge> = owner.into_iter().map(|(j, i)| (i, j)).collect();
    pairs.sort_unstable();
    pairs
}

/// Finds a place for `i`, moving those already placed where that makes room (Kuhn's augmenting paths).
fn place(
    i: usize,
    edges: &[Edge],
    owner: &mut BTreeMap<usize, usize>,
    seen: &mut BTreeSet<usize>,
) -> bool {
    for &(_, j) in edges.iter().filter(|edge| edge.0 == i) {
        if !seen.insert(j) {
            continue;
        }
        let free = match owner.get(&j).copied() {
            None => true,
            Some(other) => place(other, edges, owner, seen),
        };
        if free {
            owner.insert(j, i);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_can_be_are_paired() {
        let same = |a: &i32, b: &i32| (a - b).abs() <= 1;
        assert_eq!(pair_up(&[2, 1], &[1, 3], same, |_, _| 0), [(0, 1), (1, 0)]);
    }

    #[test]
    fn the_closest_come_first() {
        let near = |a: &usize, b: &usize| 10 - a.abs_diff(*b);
        assert_eq!(pair_up(&[4, 7], &[7], |_, _| true, near), [(1, 0)]);
    }
}
