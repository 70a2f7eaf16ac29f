//! Holds the built-in pack, and folders in its place, to loading whole or not at all.

use sihafa::record::Lang;
use sihafa::rules::pack::Pack;

use crate::support::here;

#[test]
fn the_built_in_pack_is_the_folder() {
    let builtin = Pack::builtin().unwrap_or_else(|error| panic!("{error}"));
    let folder = Pack::load(&here("patterns")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(builtin.version(), folder.version());
    for lang in [Lang::Fr, Lang::Ar] {
        let (one, other) = (builtin.rules(lang), folder.rules(lang));
        assert_eq!(one.all().len(), other.all().len());
        assert_eq!(
            one.lexicons().entries().len(),
            other.lexicons().entries().len()
        );
    }
}

#[test]
fn a_pack_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Pack>();
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let told = Pack::load(&here("no-such-folder")).unwrap_err().to_string();
    assert!(told.contains("no-such-folder"), "{told}");
}

#[test]
fn bytes_that_are_no_text_are_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pack.toml"), super::HEAD).unwrap();
    std::fs::create_dir_all(folder.path().join("lexicons/fr")).unwrap();
    std::fs::write(
        folder.path().join("lexicons/fr/a.tsv"),
        b"form\tid\n\xE9\tx\n",
    )
    .unwrap();
    let told = Pack::load(folder.path()).unwrap_err().to_string();
    assert_eq!(told, "lexicons/fr/a.tsv:2:1: not UTF-8 from here on");
}
