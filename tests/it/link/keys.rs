//! Holds the keys that both scripts of a place's name share.

use sihafa::link::name_key::Alphabet;
use sihafa::link::table::Tables;
use sihafa::text::fold::fold;

#[test]
fn most_communes_have_one_key_in_both_scripts() {
    let tables = Tables::bundled();
    let alphabet = Alphabet::new(&tables.transliteration);
    let key = |name: &str| {
        let folded = fold(name);
        let words = folded.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty() && !alphabet.is_article(word));
        words.map(|word| alphabet.key(word)).collect::<String>()
    };
    let places: Vec<(&str, &str)> = tables
        .places
        .lines()
        .filter(|line| line.starts_with("dz/") || line.starts_with("ma/"))
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|row| row[2] == "commune" && !row[5].is_empty())
        .map(|row| (row[4], row[5]))
        .collect();
    let equal = places.iter().filter(|(fr, ar)| key(fr) == key(ar)).count();
    let recall = equal as f64 / places.len() as f64;
    assert!(recall >= 0.94, "{recall:.3} of {}", places.len());
}
