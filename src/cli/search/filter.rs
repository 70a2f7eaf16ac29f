//! Turns the filters of `sihafa search` into conditions of a query.

use clap::Args;

use crate::error::Result;
use crate::index::{Field, Query};

/// What hits are narrowed to. Several values of one filter are alternatives; several filters all hold.
#[derive(Debug, Args)]
#[command(next_help_heading = "Filters")]
pub(super) struct Filters {
    /// Language: fr, ar
    #[arg(long, value_name = "LANG", value_parser = ["fr", "ar"], value_delimiter = ',')]
    lang: Vec<String>,
    /// Id of a source
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    source: Vec<String>,
    /// Country of the source, or of a dossier's partners: dz, ma, tn
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    country: Vec<String>,
    /// Wilaya, region or governorate of a partner or place, by id or name
    #[arg(long, value_name = "REGION")]
    region: Vec<String>,
    /// Published, or for dossiers signed, then or later: 2024, 2024-05, 2024-05-20
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Published, or for dossiers signed, then or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Kind of agreement: twinning, partnership, cooperation, framework, memorandum, convention
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kind: Vec<String>,
    /// Status of an agreement or act: planned, signed, `in_force`, renewed, ended, performed
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    status: Vec<String>,
    /// Class of acts: surgery, consultation, examination, treatment
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    procedure: Vec<String>,
    /// Type of partner: `university_hospital`, ministry, insurer …
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    partner_type: Vec<String>,
}

impl Filters {
    /// The query with every filter.
    ///
    /// # Errors
    /// A filter does not take its value.
    pub(super) fn narrow(&self, query: Query) -> Result<Query> {
        let said = [
            (Field::Lang, &self.lang),
            (Field::Source, &self.source),
            (Field::Country, &self.country),
            (Field::Region, &self.region),
            (Field::Kind, &self.kind),
            (Field::Status, &self.status),
            (Field::Procedure, &self.procedure),
            (Field::PartnerType, &self.partner_type),
        ];
        let (since, until) = (self.since.as_deref(), self.until.as_deref());
        let within = query.between(Field::Published, since, until)?;
        said.into_iter()
            .try_fold(within, |query, (field, values)| query.with(field, values))
    }
}
