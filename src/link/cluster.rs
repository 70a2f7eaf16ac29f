//! Joins conventions into agreements: the surest pair first, and never two that exclude each other.

use std::collections::{BTreeMap, BTreeSet};

/// Beyond this many members a group is compared by its first ones only.
const COMPARED: usize = 24;

/// A pair to be joined. Positions are those of the component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// One position.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// How sure, 0 to 1; more where an analyst said so.
    pub score: f64,
}

/// One agreement: its members, and the weakest of the pairs that tie it.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Positions, sorted.
    pub members: Vec<usize>,
    /// 0 to 1; 1 where there is nothing to tie.
    pub weakest: f64,
}

/// Splits a component of `size` conventions, whose positions are in a stable order, into groups.
/// `excludes` says whether two can never be one.
pub fn split(
    size: usize,
    mut edges: Vec<Edge>,
    excludes: impl Fn(usize, usize) -> bool,
) -> Vec<Group> {
    edges.sort_by(|x, y| {
        y.score
            .total_cmp(&x.score)
            .then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    let mut group_of: Vec<usize> = (0..size).collect();
    // Groups that were found to exclude each other, both ways: asked once, however many pairs tie them.
    let mut apart: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut groups: BTreeMap<usize, Group> = (0..size)
        .map(|at| {
            let members = vec![at];
            (
                at,
                Group {
                    members,
                    weakest: 1.0,
                },
            )
        })
        .collect();
    for edge in edges {
        let (into, from) = (group_of[edge.a], group_of[edge.b]);
        let (into, from) = (into.min(from), into.max(from));
        if into == from
            || apart
                .get(&into)
                .is_some_and(|others| others.contains(&from))
        {
            continue;
        }
        if clash(&groups[&into].members, &groups[&from].members, &excludes) {
            apart.entry(into).or_default().insert(from);
            apart.entry(from).or_default().insert(into);
            continue;
        }
        let Some(joined) = groups.remove(&from) else {
            continue;
        };
        for &member in &joined.members {
            group_of[member] = into;
        }
        for other in apart.remove(&from).unwrap_or_default() {
            if let Some(others) = apart.get_mut(&other) {
                others.remove(&from);
                others.insert(into);
            }
            apart.entry(into).or_default().insert(other);
        }
        if let Some(group) = groups.get_mut(&into) {
            merge(&mut group.members, joined.members);
            group.weakest = group.weakest.min(joined.weakest).min(edge.score);
        }
    }
    groups.into_values().collect()
}

/// Puts members into others; both are sorted.
#[expect(
    clippy::stable_sort_primitive,
    reason = "it merges two runs that are in order, and does not sort them anew"
)]
fn merge(into: &mut Vec<usize>, members: Vec<usize>) {
    into.extend(members);
    into.sort();
}

fn clash(one: &[usize], other: &[usize], excludes: impl Fn(usize, usize) -> bool) -> bool {
    let firsts = |group: &[usize]| group.iter().copied().take(COMPARED).collect::<Vec<_>>();
    let others = firsts(other);
    firsts(one)
        .into_iter()
        .any(|a| others.iter().any(|&b| excludes(a, b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surest_pair_wins_where_one_excludes_the_other() {
        let edge = |a, b, score| Edge { a, b, score };
        let edges = vec![edge(0, 1, 0.7), edge(1, 2, 0.9)];
        let groups = split(4, edges, |a, b| (a, b) == (0, 2));
        let members: Vec<_> = groups.iter().map(|group| group.members.clone()).collect();
        assert_eq!(members, [vec![0], vec![1, 2], vec![3]]);
    }
}
