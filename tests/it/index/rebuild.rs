//! Damages an index in every file, and opens it again: what the store holds is found, whatever happened.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sihafa::index::{Index, Query, Request, Shelf};
use sihafa::run::Places;

use super::{VOCABULARY, press, record};

/// How many articles of the small press are no repetition.
const ARTICLES: usize = 19;

/// A data folder whose store holds the small press.
fn places(home: &Path) -> Places {
    let places = Places::new(home);
    let store = places.open_store().unwrap();
    for record in press::records() {
        store.set_record(&record).unwrap();
    }
    places
}

fn total(index: &Index, query: &str) -> usize {
    let request = Request::new(Query::parse(query).unwrap());
    index.search(&request).unwrap().total
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A way in which a file goes bad.
type Damage = (&'static str, fn(&Path));

const DAMAGES: [Damage; 4] = [
    ("emptied", |file| fs::write(file, "").unwrap()),
    ("cut in half", |file| {
        let whole = fs::read(file).unwrap();
        fs::write(file, &whole[..whole.len() / 2]).unwrap();
    }),
    ("garbled", |file| {
        let mut whole = fs::read(file).unwrap();
        let middle = whole.len() / 2;
        for byte in whole.iter_mut().skip(middle).take(8) {
            *byte ^= 0xA5;
        }
        fs::write(file, whole).unwrap();
    }),
    ("deleted", |file| fs::remove_file(file).unwrap()),
];

#[test]
fn an_index_bad_in_any_file_is_refused() {
    let home = tempfile::tempdir().unwrap();
    drop(super::indexed(home.path(), press::records()));
    let open = || Index::open(home.path(), Arc::clone(&VOCABULARY));
    let (mut tried, mut accepted) = (0, Vec::new());
    for file in files(home.path()) {
        // Locks and the list of files to clean away say nothing of the content.
        let name = file.file_name().unwrap().to_str().unwrap();
        if name.starts_with('.') {
            continue;
        }
        let whole = fs::read(&file).unwrap();
        for (how, damage) in DAMAGES {
            damage(&file);
            tried += 1;
            if open().is_ok() {
                accepted.push(format!("{how}: {name}"));
            }
            fs::write(&file, &whole).unwrap();
        }
    }
    assert!(tried > 20 && accepted.is_empty(), "{tried}: {accepted:?}");
    assert_eq!(total(&open().unwrap(), ""), ARTICLES);
}

#[test]
fn a_damaged_index_is_made_anew_from_the_store() {
    let home = tempfile::tempdir().unwrap();
    let places = places(home.path());
    drop(places.open_index(None, &|_| ()).unwrap());
    for name in ["meta.json", ".managed.json"] {
        for (how, damage) in DAMAGES {
            damage(&places.index.join(name));
            let index = places.open_index(None, &|_| ()).unwrap();
            assert_eq!(total(&index, ""), ARTICLES, "{how}: {name}");
        }
    }
    fs::remove_dir_all(&places.index).unwrap();
    assert_eq!(
        total(&places.open_index(None, &|_| ()).unwrap(), "gafsa"),
        1
    );
}

#[test]
fn an_index_of_another_version_or_other_words_is_made_anew() {
    let home = tempfile::tempdir().unwrap();
    let places = places(home.path());
    drop(places.open_index(None, &|_| ()).unwrap());
    fs::write(places.index.join("sihafa-index"), "sihafa-index/1 abc\n").unwrap();
    assert_eq!(
        total(&places.open_index(None, &|_| ()).unwrap(), ""),
        ARTICLES
    );
    let patterns = home.path().join("patterns");
    let shared = patterns.join("lexicons/shared");
    fs::create_dir_all(&shared).unwrap();
    let thesaurus = "id\tname_fr\tname_ar\taliases_fr\taliases_ar\nhat\tchapeau\tقبعة\tgafsa\t\n";
    fs::write(shared.join("thesaurus.tsv"), thesaurus).unwrap();
    // A word of the other language, by a thesaurus that no binary carries.
    assert_eq!(total(&places.open_index(None, &|_| ()).unwrap(), "قبعة"), 0);
    assert_eq!(
        total(
            &places.open_index(Some(&patterns), &|_| ()).unwrap(),
            "قبعة"
        ),
        1
    );
    assert_eq!(total(&places.open_index(None, &|_| ()).unwrap(), "قبعة"), 0);
}

#[test]
fn without_a_store_a_bad_index_is_told() {
    let home = tempfile::tempdir().unwrap();
    let Err(error) = Places::new(home.path()).open_index(None, &|_| ()) else {
        panic!("opened nothing");
    };
    assert!(
        error.to_string().contains("nothing to search here yet"),
        "{error}"
    );
}

#[test]
fn what_was_not_committed_is_as_if_never_written() {
    let (home, killed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let index = super::indexed(home.path(), press::records());
    let mut writer = index.writer().unwrap();
    for n in 0..2000 {
        let text = "Un jumelage sans fin. ".repeat(40);
        writer
            .add(&record(&format!("late{n}"), "fr", "Tardif", &text))
            .unwrap();
    }
    writer.delete(Shelf::Articles, "fr-budget");
    // The folder as a power cut would leave it; what is written under a temporary name may be renamed
    // meanwhile.
    for file in files(home.path()) {
        match fs::copy(&file, killed.path().join(file.file_name().unwrap())) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            copied => assert!(copied.is_ok(), "{}: {copied:?}", file.display()),
        }
    }
    let found = Index::open(killed.path(), Arc::clone(&VOCABULARY)).unwrap();
    assert_eq!(total(&found, ""), ARTICLES);
    assert_eq!(total(&index, ""), ARTICLES);
    writer.commit(7).unwrap();
    // A reader keeps the state that it has until it asks for the new one.
    assert_eq!(total(&index, ""), ARTICLES);
    index.reload().unwrap();
    assert_eq!(total(&index, ""), ARTICLES + 1999);
    assert_eq!(index.revision().unwrap(), 7);
}

#[test]
fn what_a_writer_left_that_died_in_its_commit_is_in_nobodys_way() {
    let home = tempfile::tempdir().unwrap();
    drop(super::indexed(home.path(), press::records()));
    let whole: Vec<(PathBuf, Vec<u8>)> = files(home.path())
        .into_iter()
        .filter(|file| !file.ends_with(".managed.json"))
        .map(|file| (file.clone(), fs::read(file).unwrap()))
        .collect();
    let delete = || {
        let index = Index::open(home.path(), Arc::clone(&VOCABULARY)).unwrap();
        let mut writer = index.writer().unwrap();
        writer.delete(Shelf::Articles, "fr-budget");
        writer.commit(1)?;
        index.reload().unwrap();
        sihafa::error::Result::Ok(total(&index, ""))
    };
    assert_eq!(delete().unwrap(), ARTICLES - 1);
    let list = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "del");
    let left = files(home.path()).into_iter().find(list).unwrap();
    // as it stood before the commit, but for the list of what was deleted
    for (file, bytes) in &whole {
        fs::write(file, bytes).unwrap();
    }
    assert!(left.exists());
    assert_eq!(delete().unwrap(), ARTICLES - 1);
}
