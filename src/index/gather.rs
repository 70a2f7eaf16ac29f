//! Collects what a query matches: the best in a stable order, repetitions folded, counts by facet.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::facets::Facets;
use super::opened::Segments;
use super::pruned::COUNTED;
use super::search::Sort;
use super::writer::group_of;

/// Where a hit stands in its order: the greater is shown first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Score or moment, as bits whose order is theirs.
    pub(super) key: u64,
    pub(super) published: u64,
    /// The stored id; the smaller is shown first.
    pub(super) id: Reverse<String>,
}

/// A match that is kept. Its id is not: reading one costs more than scoring hundreds of documents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    /// Score or moment, as in [`Rank`].
    pub(super) key: u64,
    pub(super) published: u64,
    /// Whose place in the order it has.
    pub(super) place: DocAddress,
    /// What is shown there: the original where that answers as well as its repetition.
    pub(super) address: DocAddress,
    pub(super) group: u64,
}

impl Kept {
    /// Where it stands in the order, by the id that the index stores.
    pub(super) const fn rank(self, id: String) -> Rank {
        Rank {
            key: self.key,
            published: self.published,
            id: Reverse(id),
        }
    }

    const fn order(self) -> Reverse<(u64, u64)> {
        Reverse((self.key, self.published))
    }
}

/// What is collected of an index.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The best, one of each group, in order: the original where it answers as well as its repetition.
    pub(super) best: Vec<Kept>,
    /// How many groups match, whatever the page; at least so many where not every match was looked at.
    pub(super) total: usize,
    /// Whether every match was looked at.
    pub(super) exact: bool,
    /// Whether there may be more than was kept.
    pub(super) cut: bool,
    /// Counts by facet and value.
    pub(super) facets: BTreeMap<String, BTreeMap<String, u64>>,
}

/// Collects up to `keep` matches that stand after `after`.
pub(super) struct Gather {
    pub(super) segments: Segments,
    pub(super) keep: usize,
    pub(super) sort: Sort,
    pub(super) after: Option<Rank>,
    pub(super) facets: bool,
    /// Whether articles that repeat one another are one hit.
    pub(super) fold: bool,
    /// Whether the query tells its first matches whatever they score.
    pub(super) tells: bool,
    pub(super) before: Mutex<Before>,
}

/// What the segments that were gathered before yielded.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// The keys of their best matches: what is worse than all of them is not among the best.
    best: BinaryHeap<Reverse<u64>>,
    /// Groups counted in them.
    counted: usize,
    /// Documents told of them.
    told: usize,
}

impl Before {
    fn add(&mut self, keep: usize, fruit: &Fruit) {
        for kept in &fruit.kept {
            push(&mut self.best, keep, kept.key);
        }
        self.counted += fruit.groups.len();
        self.told += fruit.told;
    }
}

/// Keeps a key that is among the best.
fn push(best: &mut BinaryHeap<Reverse<u64>>, keep: usize, key: u64) {
    best.push(Reverse(key));
    if best.len() > keep {
        best.pop();
    }
}

/// Key, moment, ordinal of the id, and the document they are of.
type Entry = (u64, u64, Reverse<u64>, DocId);

pub(super) struct Part {
    keep: usize,
    sort: Sort,
    after: Option<Rank>,
    segment: SegmentOrdinal,
    ids: Option<StrColumn>,
    published: Column<u64>,
    group: Column<u64>,
    /// The worst on top.
    heap: BinaryHeap<Reverse<Entry>>,
    groups: FxHashSet<u64>,
    before: FxHashSet<u64>,
    facets: Option<Facets>,
    cut: bool,
    exact: bool,
    /// Documents told to it, deleted ones included, and those told of the segments before.
    told: usize,
    told_before: usize,
    tells: bool,
    /// The keys of the best matches, those of the segments before among them.
    best: BinaryHeap<Reverse<u64>>,
    /// Groups counted in the segments before.
    counted: usize,
    /// Whether matches that tell themselves are passed over by now.
    passes_over: bool,
}

/// What one segment yields.
pub(super) struct Fruit {
    kept: Vec<Kept>,
    segment: SegmentOrdinal,
    ids: Option<StrColumn>,
    groups: FxHashSet<u64>,
    before: FxHashSet<u64>,
    facets: BTreeMap<String, BTreeMap<String, u64>>,
    cut: bool,
    exact: bool,
    told: usize,
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = Part;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Part> {
        let opened = &self.segments[segment as usize];
        let facets = self.facets.then(|| Facets::open(reader)).transpose()?;
        let before = self.before();
        Ok(Part {
            keep: self.keep,
            sort: self.sort,
            after: self.after.clone(),
            segment,
            ids: opened.ids.clone(),
            published: opened.published.clone(),
            group: opened.group.clone(),
            heap: BinaryHeap::new(),
            groups: FxHashSet::with_capacity_and_hasher(COUNTED, FxBuildHasher),
            before: FxHashSet::default(),
            facets,
            cut: false,
            exact: true,
            told: 0,
            told_before: before.told,
            tells: self.tells,
            best: before.best.clone(),
            counted: before.counted,
            passes_over: false,
        })
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Fruit> {
        let mut part = self.for_segment(segment, reader)?;
        let alive = reader.alive_bitset();
        let is_alive = |doc| alive.is_none_or(|alive| alive.is_alive(doc));
        if self.requires_scoring() && !self.facets {
            let threshold = part.threshold();
            weight.for_each_pruning(threshold, reader, &mut |doc, score| {
                part.told += 1;
                if is_alive(doc) {
                    part.collect(doc, score);
                }
                part.threshold()
            })?;
        } else if self.requires_scoring() {
            weight.for_each(reader, &mut |doc, score| {
                if is_alive(doc) {
                    part.collect(doc, score);
                }
            })?;
        } else {
            weight.for_each_no_score(reader, &mut |docs| {
                for &doc in docs.iter().filter(|&&doc| is_alive(doc)) {
                    part.collect(doc, 0.0);
                }
            })?;
        }
        let fruit = part.harvest();
        self.before().add(self.keep, &fruit);
        Ok(fruit)
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance
    }

    fn merge_fruits(&self, fruits: Vec<Fruit>) -> tantivy::Result<Gathered> {
        let mut gathered = Gathered {
            exact: fruits.iter().all(|fruit| fruit.exact),
            ..Gathered::default()
        };
        let (mut groups, mut shown) = (FxHashSet::default(), FxHashSet::default());
        (gathered.best, gathered.cut) = self.best(&fruits);
        let originals = if self.fold {
            originals(&gathered.best, &fruits)
        } else {
            FxHashMap::default()
        };
        for fruit in fruits {
            groups.extend(fruit.groups);
            shown.extend(fruit.before);
            for (facet, values) in fruit.facets {
                let sum = gathered.facets.entry(facet).or_default();
                for (value, count) in values {
                    *sum.entry(value).or_default() += count;
                }
            }
        }
        gathered.total = groups.len();
        if !self.fold {
            return Ok(gathered);
        }
        gathered.best.retain(|kept| shown.insert(kept.group));
        for kept in &mut gathered.best {
            if let Some((key, address)) = originals.get(&kept.group)
                && *key == kept.key
            {
                kept.address = *address;
            }
        }
        Ok(gathered)
    }
}

impl SegmentCollector for Part {
    type Fruit = Fruit;

    fn collect(&mut self, doc: DocId, score: Score) {
        let published = self.published.first(doc).unwrap_or(0);
        let group = self.group.first(doc).unwrap_or(0);
        if let Some(facets) = &mut self.facets {
            facets.count(doc, published);
        }
        if self.passes_over && self.counted + self.groups.len() >= COUNTED {
            self.exact = false;
        } else {
            self.groups.insert(group);
        }
        let key = match self.sort {
            // Scores are never negative, so their bits are in their order.
            Sort::Relevance => u64::from(score.max(0.0).to_bits()),
            Sort::Newest => published,
            Sort::Oldest if published == 0 => 0,
            Sort::Oldest => u64::MAX - published,
        };
        if self.is_before(key, published, doc) {
            self.before.insert(group);
            return;
        }
        let full = self.heap.len() >= self.keep;
        self.cut |= full;
        let worst = self.heap.peek().filter(|_| full);
        if worst.is_some_and(|Reverse(worst)| (key, published) < (worst.0, worst.1)) {
            return;
        }
        push(&mut self.best, self.keep, key);
        // Only what may be kept is worth looking up its id.
        let ids = self.ids.as_ref();
        let id = ids.and_then(|ids| ids.term_ords(doc).next()).unwrap_or(0);
        let entry = Reverse((key, published, Reverse(id), doc));
        if !full {
            self.heap.push(entry);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && entry < *worst
        {
            *worst = entry;
        }
    }

    fn harvest(self) -> Fruit {
        let kept = self.heap.iter().map(|Reverse(entry)| {
            let (key, published, _, doc) = *entry;
            let address = DocAddress::new(self.segment, doc);
            Kept {
                key,
                published,
                place: address,
                address,
                group: self.group.first(doc).unwrap_or(0),
            }
        });
        let all_told = self.told_before + self.told;
        Fruit {
            kept: kept.collect(),
            facets: self.facets.map(|facets| facets.named()).unwrap_or_default(),
            segment: self.segment,
            exact: self.exact && !(self.tells && self.cut && all_told >= COUNTED),
            told: self.told,
            ids: self.ids,
            groups: self.groups,
            before: self.before,
            cut: self.cut,
        }
    }
}

impl Gather {
    fn before(&self) -> MutexGuard<'_, Before> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The best matches of all segments in order, and whether others were left.
    fn best(&self, fruits: &[Fruit]) -> (Vec<Kept>, bool) {
        let mut best: Vec<Kept> = fruits
            .iter()
            .flat_map(|fruit| &fruit.kept)
            .copied()
            .collect();
        best.sort_by_key(|kept| kept.order());
        let cut = best.len() > self.keep || fruits.iter().any(|fruit| fruit.cut);
        if let Some(last) = self.keep.checked_sub(1).and_then(|last| best.get(last)) {
            let last = last.order();
            best.truncate(best.partition_point(|kept| kept.order() <= last));
        }
        for tied in best.chunk_by_mut(|one, other| one.order() == other.order()) {
            if tied.len() > 1 {
                tied.sort_by_cached_key(|kept| id_of(kept, fruits));
            }
        }
        best.truncate(self.keep);
        (best, cut)
    }
}

/// The key and place of the article that others repeat, by group, where more than one of a group is kept.
fn originals(best: &[Kept], fruits: &[Fruit]) -> FxHashMap<u64, (u64, DocAddress)> {
    let mut groups = FxHashSet::default();
    let repeated: FxHashSet<u64> = best
        .iter()
        .map(|kept| kept.group)
        .filter(|group| !groups.insert(*group))
        .collect();
    let is_original = |kept: &&Kept| {
        let id = id_of(kept, fruits);
        let id = id.split_once(':').map(|(_, id)| id);
        id.is_some_and(|id| group_of(id) == kept.group)
    };
    best.iter()
        .filter(|kept| repeated.contains(&kept.group))
        .filter(is_original)
        .map(|kept| (kept.group, (kept.key, kept.address)))
        .collect()
}

/// The stored id of a match.
fn id_of(kept: &Kept, fruits: &[Fruit]) -> String {
    let segment = kept.address.segment_ord;
    let fruit = fruits.iter().find(|fruit| fruit.segment == segment);
    id_in(
        fruit.and_then(|fruit| fruit.ids.as_ref()),
        kept.address.doc_id,
    )
}

/// The stored id of a document. A column that cannot be read leaves it empty: the order is then that of the
/// segment.
fn id_in(ids: Option<&StrColumn>, doc: DocId) -> String {
    let mut id = String::new();
    if let Some(ids) = ids
        && let Some(ord) = ids.term_ords(doc).next()
    {
        ids.ord_to_str(ord, &mut id).unwrap_or_default();
    }
    id
}

impl Part {
    /// The score from which on a match is still looked at: everything is until enough are kept, and, where the
    /// query does not tell its first matches by itself, until enough are counted. What scores as much as the
    /// worst that is kept always is looked at, since its date or id may be before.
    fn threshold(&mut self) -> Score {
        if !self.tells && self.groups.len() < COUNTED {
            return Score::MIN;
        }
        let full = self.best.len() >= self.keep;
        let worst = self.best.peek().filter(|_| full);
        let worst = worst.map_or(0, |Reverse(key)| *key);
        if worst == 0 {
            return Score::MIN;
        }
        self.cut = true;
        self.passes_over = self.tells;
        self.exact &= self.tells;
        Score::from_bits(worst as u32).next_down()
    }

    /// Whether a match was shown on a page before this one.
    fn is_before(&self, key: u64, published: u64, doc: DocId) -> bool {
        let Some(after) = &self.after else {
            return false;
        };
        match (key, published).cmp(&(after.key, after.published)) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => id_in(self.ids.as_ref(), doc) <= after.id.0,
        }
    }
}
