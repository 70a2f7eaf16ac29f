//! Reads a page with and without the blocks that its host repeats.

use sihafa::article::{self, Page};

const PAGE: &str = "<title>Batna : un bloc neuf</title><h1>Batna : un bloc neuf</h1>
    <p>Le bloc opératoire de l'hôpital de Batna a rouvert lundi après deux ans de travaux.</p>
    <p>Votre journal est aussi dans tous les kiosques de la région.</p>
    <p>Il compte quatre salles, a dit le directeur de l'établissement.</p>";

#[test]
fn blocks_that_the_host_repeats_go() {
    let repeated = |block: &str| block.contains("kiosques");
    let page = Page {
        bytes: PAGE.as_bytes(),
        ..Page::default()
    };
    assert!(article::read(&page).text.contains("kiosques"));
    let learnt = article::read(&Page {
        boilerplate: Some(&repeated),
        ..page
    });
    assert_eq!(learnt.text.lines().count(), 2);
    assert_eq!(learnt.id, article::id(None, &learnt.text));
}
