//! Links the records of the store into dossiers, and tells each convention its dossier.

use std::collections::BTreeSet;

use crate::crawl::stop::Stop;
use crate::error::Result;
use crate::link::table::Tables;
use crate::link::{Convention, Linker};
use crate::store::Store;

use super::Step;
use super::report::Report;

/// Links everything; only what changed is written. Where a stop is asked for, all is left to the next batch.
pub(super) fn run(
    store: &Store,
    tables: &Tables,
    report: &mut Report,
    watch: &dyn Fn(Step<'_>),
    stop: &Stop,
) -> Result<()> {
    let mut linker = Linker::new(tables);
    let mut done = 0;
    for record in store.records() {
        if stop.is_requested() {
            return Ok(());
        }
        linker.insert(&record?);
        done += 1;
        watch(Step::Linked(done));
    }
    store.commit(|| {
        let mut kept = BTreeSet::new();
        for dossier in linker.dossiers() {
            let known = store.dossier(&dossier.id)?.is_some();
            let changed = store.set_dossier(dossier)?;
            report.dossiers.new += u64::from(!known);
            report.dossiers.changed += u64::from(known && changed);
            kept.insert(dossier.id.clone());
        }
        let gone = store.dossiers().filter(|dossier| {
            dossier
                .as_ref()
                .is_ok_and(|dossier| !kept.contains(&dossier.id))
        });
        for dossier in gone.collect::<Result<Vec<_>>>()? {
            store.withdraw_dossier(&dossier.id)?;
        }
        report.dossiers.total = kept.len() as u64;
        tell(store, &mut linker)
    })
}

/// Writes the dossier of each convention into its record.
fn tell(store: &Store, linker: &mut Linker) -> Result<()> {
    for record in store.records() {
        let mut record = record?;
        let mut changed = false;
        for (position, convention) in record.conventions.iter_mut().enumerate() {
            let key = Convention {
                article: record.id.clone(),
                position,
            };
            let dossier = linker.dossier_of(&key).map(str::to_owned);
            changed |= convention.dossier != dossier;
            convention.dossier = dossier;
        }
        if changed {
            store.set_record(&record)?;
        }
    }
    Ok(())
}
