//! Turns an alert of the configuration into a query of the index, and its faults into places of the file.

use crate::config::Config;
use crate::config::alert::Alert;
use crate::error::{Error, Result};
use crate::index::{Field, Index, Query, Request, Shelf, Sort};
use crate::store::alert::Kind;

use super::hit::Hit;

/// An alert that can be asked.
#[derive(Debug)]
pub struct Watch<'a> {
    /// As it is configured.
    pub alert: &'a Alert,
    query: Query,
}

impl<'a> Watch<'a> {
    /// Every alert of a configuration.
    ///
    /// # Errors
    /// The query or a filter of one cannot be read: the error names file, line and key.
    pub fn all(config: &'a Config) -> Result<Vec<Self>> {
        config.alerts.iter().map(Self::new).collect()
    }

    /// One alert.
    ///
    /// # Errors
    /// As [`Watch::all`].
    pub fn new(alert: &'a Alert) -> Result<Self> {
        let mut query =
            Query::parse(&alert.query).map_err(|error| placed(alert, "query", error))?;
        for (key, values) in alert.filters() {
            if let Some(field) = Field::named(key) {
                query = query
                    .with(field, values)
                    .map_err(|error| placed(alert, key, error))?;
            }
        }
        let (since, until) = (alert.since.as_deref(), alert.until.as_deref());
        let key = if since.is_some() { "since" } else { "until" };
        let query = query
            .between(Field::Published, since, until)
            .map_err(|error| placed(alert, key, error))?;
        Ok(Self { alert, query })
    }

    /// What its hits are.
    pub fn kind(&self) -> Kind {
        if self.alert.dossiers {
            Kind::Dossier
        } else {
            Kind::Article
        }
    }

    /// What answers it now, the newest first.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn newest(&self, index: &Index, most: usize) -> Result<Vec<Hit>> {
        let request = Request {
            sort: Sort::Newest,
            ..self.request(index, self.query.clone(), most)?
        };
        self.ask(index, &request)
    }

    /// Which of these ids answer it, by publication and id.
    pub(super) fn among(&self, index: &Index, ids: Vec<String>) -> Result<Vec<Hit>> {
        let most = ids.len();
        let request = self.request(index, self.query.clone().among(ids), most)?;
        let mut hits = self.ask(index, &request)?;
        hits.sort_by(|one, other| (&one.published, &one.id).cmp(&(&other.published, &other.id)));
        Ok(hits)
    }

    fn ask(&self, index: &Index, request: &Request) -> Result<Vec<Hit>> {
        let hits = index.search(request)?.hits;
        hits.into_iter()
            .map(|hit| Hit::new(self.kind(), hit))
            .collect()
    }

    fn request(&self, index: &Index, query: Query, limit: usize) -> Result<Request> {
        let query = match &self.alert.partner {
            Some(entity) => query.and(index.concerning(entity)?),
            None => query,
        };
        Ok(Request {
            shelf: match self.kind() {
                Kind::Article => Shelf::Articles,
                Kind::Dossier => Shelf::Dossiers,
            },
            limit,
            ..Request::new(query)
        })
    }
}

/// A fault of a query or filter at its place in the file.
fn placed(alert: &Alert, key: &str, error: Error) -> Error {
    let Error::Input { at, message, hint } = error else {
        return error;
    };
    let fault = match at.strip_prefix("query:") {
        Some(column) => alert.fault(key, format!("at character {column}: {message}")),
        None => alert.fault(key, format!("is not right: {message}")),
    };
    match hint {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}
