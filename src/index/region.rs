//! Finds the wilaya, region or governorate that a place or an institution of the gazetteers lies in.

use rustc_hash::FxHashMap;

use crate::text::fold::fold;

/// Columns of `places.tsv` and `institutions.tsv`: id, country, level or type, parent or town, French name.
const NAME: usize = 4;

/// How many times a place is looked up in what holds it.
const DEPTH: usize = 5;

/// Regions by the id of what lies in them.
#[derive(Debug, Default)]
pub(super) struct Regions(FxHashMap<Box<str>, Box<str>>);

impl Regions {
    /// Reads the lines of both gazetteers.
    pub(super) fn new(places: &str, institutions: &str) -> Self {
        let rows: Vec<Vec<&str>> = split(places).collect();
        let parents: FxHashMap<&str, &str> = rows.iter().map(|row| (row[0], row[3])).collect();
        let mut regions = FxHashMap::default();
        let mut towns: FxHashMap<(&str, String), Option<&str>> = FxHashMap::default();
        for row in &rows {
            let Some(region) = climb(row[0], &parents) else {
                continue;
            };
            regions.insert(row[0].into(), region.into());
            // A name that two regions share tells of neither.
            towns
                .entry((row[1], fold(row[NAME])))
                .and_modify(|known| *known = known.filter(|known| *known == region))
                .or_insert(Some(region));
        }
        for row in split(institutions) {
            if let Some(Some(region)) = towns.get(&(row[1], fold(row[3]))) {
                regions.insert(row[0].into(), (*region).into());
            }
        }
        Self(regions)
    }

    /// The id of the region of an id; a region's own is itself.
    pub(super) fn of(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(|region| &**region)
    }
}

/// The last place below the country.
fn climb<'a>(id: &'a str, parents: &FxHashMap<&'a str, &'a str>) -> Option<&'a str> {
    let mut at = id;
    for _ in 0..DEPTH {
        let parent = parents.get(at).copied().filter(|up| !up.is_empty())?;
        if parents.get(parent).is_none_or(|up| up.is_empty()) {
            return Some(at);
        }
        at = parent;
    }
    None
}

/// The cells of each line that has all that is asked for.
fn split(table: &str) -> impl Iterator<Item = Vec<&str>> {
    super::vocabulary::rows(table)
        .map(|row| row.split('\t').collect::<Vec<_>>())
        .filter(|row| row.len() > NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn communes_and_institutions_lie_in_regions() {
        let tables = crate::link::table::Tables::bundled();
        let regions = Regions::new(&tables.places, &tables.institutions);
        for (id, region) in [
            ("dz/31", Some("dz/31")),
            ("dz/chu-oran", Some("dz/31")),
            ("ma/agadir-ida-ou-tanane/agadir", Some("ma/souss-massa")),
            ("ma/souss-massa", Some("ma/souss-massa")),
            ("dz", None),
            ("dz/nowhere", None),
        ] {
            assert_eq!(regions.of(id), region, "{id}");
        }
    }
}
