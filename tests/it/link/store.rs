//! Links a store batch by batch, and holds it to what linking everything at once makes.

use std::collections::BTreeSet;

use sihafa::crawl::stop::Stop;
use sihafa::link::Linker;
use sihafa::link::table::Tables;
use sihafa::record::Record;
use sihafa::record::dossier::Dossier;
use sihafa::run::link::{Counts, run};
use sihafa::store::Store;

use super::linker::{all, dossiers, shuffle};

struct Shop {
    store: Store,
    _folder: tempfile::TempDir,
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            store: Store::open(&folder.path().join("sihafa.sqlite")).unwrap(),
            _folder: folder,
        }
    }

    fn link(&self, tables: &Tables) -> Counts {
        run(&self.store, tables, &|_| (), &Stop::default())
            .unwrap()
            .unwrap()
    }

    fn dossiers(&self) -> Vec<Dossier> {
        self.store.dossiers().map(Result::unwrap).collect()
    }

    /// Fails unless the store holds what linking all its records at once makes, and each convention
    /// knows its dossier.
    fn check(&self, tables: &Tables, when: &str) {
        let mut linker = Linker::new(tables);
        let records: Vec<Record> = self.store.records().map(Result::unwrap).collect();
        for record in &records {
            linker.insert(record);
        }
        let (found, expect) = (self.dossiers(), dossiers(&mut linker));
        let ids = |dossiers: &[Dossier]| -> BTreeSet<String> {
            dossiers.iter().map(|dossier| dossier.id.clone()).collect()
        };
        assert_eq!(ids(&found), ids(&expect), "{when}");
        assert!(found == expect, "{when}");
        for dossier in found {
            for mention in dossier.articles {
                let record = self.store.record(&mention.id).unwrap().unwrap();
                let own = record.conventions[mention.convention].dossier.as_deref();
                assert_eq!(own, Some(dossier.id.as_str()), "{when}: {}", mention.id);
            }
        }
    }
}

fn records() -> Vec<Record> {
    all().iter().map(super::case::Article::record).collect()
}

#[test]
fn batches_of_any_size_and_order_make_what_all_at_once_makes() {
    let tables = Tables::bundled();
    let mut records = records();
    for (seed, size) in [(3, 110), (8, 700)] {
        shuffle(&mut records, seed);
        let shop = Shop::open();
        for batch in records.chunks(size) {
            for record in batch {
                shop.store.set_record(record).unwrap();
            }
            shop.link(&tables);
        }
        shop.check(&tables, &format!("batches of {size}"));
    }
}

#[test]
fn what_is_taken_out_changed_and_put_back_leaves_no_trace() {
    let tables = Tables::bundled();
    let records = records();
    let shop = Shop::open();
    for record in &records {
        shop.store.set_record(record).unwrap();
    }
    shop.link(&tables);
    let whole = shop.dossiers();
    let mut some: Vec<&Record> = records.iter().collect();
    shuffle(&mut some, 21);
    let (out, changed) = (&some[..60], &some[60..120]);
    for record in out {
        shop.store.withdraw_record(&record.id).unwrap();
    }
    shop.link(&tables);
    shop.check(&tables, "taken out");
    for record in changed {
        let mut record = (*record).clone();
        for convention in &mut record.conventions {
            convention.date = None;
            convention.partners.truncate(2);
        }
        shop.store.set_record(&record).unwrap();
    }
    shop.link(&tables);
    shop.check(&tables, "changed");
    for record in out.iter().chain(changed) {
        shop.store.set_record(record).unwrap();
    }
    shop.link(&tables);
    shop.check(&tables, "put back");
    assert!(shop.dossiers() == whole);
}

#[test]
fn one_article_touches_only_its_dossiers() {
    let tables = Tables::bundled();
    let mut records = records();
    shuffle(&mut records, 4);
    let (last, rest) = records.split_last().unwrap();
    let shop = Shop::open();
    for record in rest {
        shop.store.set_record(record).unwrap();
    }
    shop.link(&tables);
    let before = shop.store.revision().unwrap();
    let idle = shop.link(&tables);
    assert_eq!((idle.read, idle.new, idle.changed), (0, 0, 0));
    assert_eq!(
        shop.store.revision().unwrap(),
        before,
        "nothing was written"
    );
    shop.store.set_record(last).unwrap();
    let counts = shop.link(&tables);
    let share = counts.read as f64 / records.len() as f64;
    assert!(
        share < 0.1,
        "{} of {} were read",
        counts.read,
        records.len()
    );
    let touched = shop.store.dossiers_since(before).map(Result::unwrap);
    for dossier in touched.filter_map(|change| change.value) {
        let mut articles = dossier.articles.iter();
        assert!(
            articles.any(|mention| mention.id == last.id),
            "{} does not hold {}",
            dossier.id,
            last.id
        );
    }
    shop.check(&tables, "one more");
}

#[test]
fn other_tables_link_everything_anew() {
    let tables = Tables::bundled();
    let shop = Shop::open();
    let records = records();
    for record in &records {
        shop.store.set_record(record).unwrap();
    }
    shop.link(&tables);
    let two = shop
        .dossiers()
        .into_iter()
        .find(|dossier| dossier.articles.len() == 2);
    let [one, other] = [0, 1].map(|at| two.as_ref().unwrap().articles[at].id.clone());
    let corrections =
        format!("action\twhat\ta\tb\tnote\ndifferent\tconvention\t{one}#0\t{other}#0\t\n");
    let corrected = Tables {
        corrections: corrections.into(),
        ..Tables::bundled()
    };
    let counts = shop.link(&corrected);
    assert_eq!(counts.read, records.len() as u64);
    shop.check(&corrected, "corrected");
    shop.link(&tables);
    shop.check(&tables, "as before");
}
