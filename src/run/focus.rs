//! Judges links before they are fetched, with the cues by which articles are judged when they are read.
//!
//! A headline without a cue is of another subject more often than not, for a general paper prints a
//! hundred articles for one on health; what is found in a place that speaks of health is taken as it is.

use percent_encoding::percent_decode_str;
use url::Url;

use crate::crawl::focus::{Hints, Promise};
use crate::extract::Extractor;
use crate::extract::glimpse::Glimpse;
use crate::record::Lang;

/// Fewer words than this say nothing: "lire la suite".
const WORDS: usize = 4;

/// What the hints of a link promise, where an article is wanted from a `health` on.
pub fn promise(extractor: &Extractor, health: f64, hints: &Hints<'_>) -> Promise {
    let look = |words: &str| extractor.glimpse(words, script(words));
    let (folders, name) = address(hints.url);
    let folders = look(&spaced(&folders));
    // A section shows headlines of others at its margin.
    let at_home = folders.health >= folders.neutral;
    let mut places = hints.places.iter().map(|words| look(&spaced(words)).health);
    if folders.health >= health || (at_home && places.any(|place| place >= health)) {
        return Promise::Wanted;
    }
    // Arabic headlines in Latin letters are no words that a cue could be among.
    let legible = hints.lang != Some(Lang::Ar) || script(&name) == Lang::Ar;
    let name = if legible {
        spaced(&name)
    } else {
        String::new()
    };
    let told = [hints.title.unwrap_or_default(), &name].map(look);
    weigh(&told, health)
}

fn weigh(told: &[Glimpse], health: f64) -> Promise {
    let speaks = |glimpse: &&Glimpse| glimpse.words >= WORDS;
    let hints = |glimpse: &Glimpse| glimpse.health > glimpse.neutral;
    let other = |glimpse: &Glimpse| glimpse.health < glimpse.neutral;
    if told.iter().any(|glimpse| glimpse.health >= health) {
        Promise::Wanted
    } else if told.iter().filter(speaks).count() == 0 || told.iter().any(hints) {
        Promise::Possible
    } else if told.iter().any(|glimpse| glimpse.agreement) && !told.iter().any(other) {
        // An agreement is what is looked for; who made it may stand in the article only.
        Promise::Possible
    } else {
        Promise::Other
    }
}

/// The language by the letters that words are written in.
fn script(words: &str) -> Lang {
    let arabic = |c: char| ('\u{600}'..='\u{6ff}').contains(&c);
    if words.contains(arabic) {
        Lang::Ar
    } else {
        Lang::Fr
    }
}

/// The host with the folders of an address, and its last segment, as they read.
fn address(url: &Url) -> (String, String) {
    let path = percent_decode_str(url.path()).decode_utf8_lossy();
    let (folders, name) = path
        .trim_end_matches('/')
        .rsplit_once('/')
        .unwrap_or(("", &path));
    let host = url.host_str().unwrap_or_default();
    (format!("{host} {folders}"), name.to_owned())
}

/// Words that an address joins.
fn spaced(words: &str) -> String {
    let words = percent_decode_str(words).decode_utf8_lossy();
    words.replace(['-', '_', '.', '/', '+', '?', '=', '&'], " ")
}
