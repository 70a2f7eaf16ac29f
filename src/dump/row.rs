//! Turns records and dossiers into rows of the tables.

use std::collections::BTreeSet;

use jiff::civil;

use super::table::Cell;
use crate::record::dossier::{Dossier, Member, Named};
use crate::record::fact::{Convention, Date, Evidence, Field, Operation, Partner, Place, Span};
use crate::record::{Record, word};

/// The row of an article; without its text where that may not be shared.
pub(super) fn article(record: &Record) -> Vec<Cell> {
    let length = |length: usize| Cell::Integer(length as i64);
    vec![
        text(&record.id),
        said(record.url.as_ref()),
        said(record.source.as_ref()),
        said(record.publisher.as_ref()),
        said(record.country.as_ref()),
        text(&record.lang),
        said(record.title.as_ref()),
        said(record.byline.as_ref()),
        said(record.published.as_ref()),
        day(record.published.as_deref()),
        moment(record.fetched.as_deref()),
        said(Some(&record.text).filter(|text| !text.is_empty())),
        said(record.duplicate_of.as_ref()),
        Cell::Number(record.health),
        length(record.conventions.len()),
        length(record.operations.len()),
        length(record.dates.len()),
        text(&record.patterns),
        text(&record.code),
    ]
}

/// The row of an agreement that an article tells.
pub(super) fn convention(record: &Record, at: usize, convention: &Convention) -> Vec<Cell> {
    let mut row = vec![
        text(&record.id),
        Cell::Integer(at as i64),
        spelled(&convention.kind),
        spelled(&convention.status),
        count(convention.number),
        convention.bound.as_ref().map_or(Cell::Null, spelled),
    ];
    let date = convention.date.as_ref();
    row.extend(dated(date));
    row.push(said(date.map(|date| &date.text)));
    row.extend(named(convention.place.as_ref()));
    row.push(said(convention.subject.as_ref()));
    row.push(said(convention.dossier.as_ref()));
    row.extend(evidence(&convention.evidence));
    row
}

/// The row of a party or patron.
pub(super) fn partner(
    record: &Record,
    (convention, at): (usize, usize),
    partner: &Partner,
) -> Vec<Cell> {
    let mut row = vec![
        text(&record.id),
        Cell::Integer(convention as i64),
        Cell::Integer(at as i64),
        text(&partner.name),
        said(partner.id.as_ref()),
        said(partner.class.as_ref()),
        spelled(&partner.role),
        Cell::Texts(partner.aliases.clone()),
    ];
    row.extend(span(partner.span));
    row
}

/// The row of a count of acts.
pub(super) fn operation(record: &Record, at: usize, operation: &Operation) -> Vec<Cell> {
    let mut row = vec![
        text(&record.id),
        Cell::Integer(at as i64),
        count(Some(operation.count)),
        count(operation.max),
        spelled(&operation.bound),
        spelled(&operation.procedure),
        said(operation.specialty.as_ref()),
        spelled(&operation.status),
    ];
    row.extend(named(operation.facility.as_ref()));
    row.extend(named(operation.team.as_ref()));
    row.extend(dated(operation.date.as_ref()));
    row.extend(evidence(&operation.evidence));
    row
}

/// The row of a date.
pub(super) fn date(record: &Record, at: usize, date: &Date) -> Vec<Cell> {
    let mut row = vec![text(&record.id), Cell::Integer(at as i64)];
    row.extend(dated(Some(date)));
    row.push(text(&date.text));
    row.extend(span(date.span));
    row
}

/// The row of a dossier.
pub(super) fn dossier(dossier: &Dossier) -> Vec<Cell> {
    let place = |lang: &str| {
        let name = |place: &Named| place.name.get(lang).cloned();
        dossier.place.as_ref().and_then(name)
    };
    let ids =
        |members: &[Member]| Cell::Texts(members.iter().map(|member| member.id.clone()).collect());
    let names = |lang: &str| {
        let name = |member: &Member| member.name.get(lang).cloned().unwrap_or_default();
        Cell::Texts(dossier.partners.iter().map(name).collect())
    };
    let each = |of: fn(&crate::record::dossier::Mention) -> &String| {
        let all: BTreeSet<&String> = dossier.articles.iter().map(of).collect();
        Cell::Texts(all.into_iter().cloned().collect())
    };
    let events = dossier.timeline.iter();
    let events = events.map(|moment| format!("{} {}", moment.date, word(&moment.event)));
    vec![
        text(&dossier.id),
        spelled(&dossier.kind),
        spelled(&dossier.status),
        count(dossier.number),
        dossier.bound.as_ref().map_or(Cell::Null, spelled),
        said(dossier.date.as_ref()),
        day(dossier.date.as_deref()),
        said(dossier.place.as_ref().and_then(|place| place.id.as_ref())),
        said(place("fr").as_ref()),
        said(place("ar").as_ref()),
        ids(&dossier.partners),
        names("fr"),
        names("ar"),
        ids(&dossier.patrons),
        each(|article| &article.id),
        each(|article| &article.lang),
        Cell::Texts(events.collect()),
        Cell::Number(dossier.confidence),
    ]
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn said(text: Option<&String>) -> Cell {
    text.map_or(Cell::Null, |text| Cell::Text(text.clone()))
}

fn spelled(value: &impl serde::Serialize) -> Cell {
    Cell::Text(word(value))
}

/// A count; what no 64-bit integer holds is no count.
fn count(count: Option<u64>) -> Cell {
    let count = count.and_then(|count| i64::try_from(count).ok());
    count.map_or(Cell::Null, Cell::Integer)
}

/// A value and its day.
fn dated(date: Option<&Date>) -> [Cell; 2] {
    let value = date.and_then(|date| date.value.as_ref());
    [said(value), day(value.map(String::as_str))]
}

fn named(place: Option<&Place>) -> [Cell; 2] {
    [
        said(place.map(|place| &place.name)),
        said(place.and_then(|place| place.id.as_ref())),
    ]
}

/// The rules, and where the first of them fired.
fn evidence(evidence: &[Evidence]) -> Vec<Cell> {
    let rules = evidence.iter().map(|evidence| evidence.rule.clone());
    let mut cells = vec![Cell::Texts(rules.collect())];
    match evidence.first() {
        Some(first) => cells.extend(span(first.span)),
        None => cells.extend([Cell::Null, Cell::Null, Cell::Null]),
    }
    cells
}

fn span(span: Span) -> [Cell; 3] {
    let title = matches!(span.field, Some(Field::Title)).then(|| text("title"));
    [
        Cell::Integer(span.start as i64),
        Cell::Integer(span.end as i64),
        title.unwrap_or(Cell::Null),
    ]
}

/// The day of an EDTF date or RFC 3339 time that is known to the day; an interval has none.
fn day(value: Option<&str>) -> Cell {
    let day = |value: &str| {
        let rest = value.get(10..)?;
        let whole = rest.is_empty() || rest.starts_with('T');
        let day: civil::Date = value.get(..10).filter(|_| whole)?.parse().ok()?;
        let epoch = civil::date(1970, 1, 1);
        Some(Cell::Day(day.since(epoch).ok()?.get_days()))
    };
    value.and_then(day).unwrap_or(Cell::Null)
}

/// A moment; what is no RFC 3339 time is none.
fn moment(value: Option<&str>) -> Cell {
    let parse = |value: &str| value.parse::<jiff::Timestamp>().ok();
    let moment = value.and_then(parse);
    moment.map_or(Cell::Null, |moment| Cell::Moment(moment.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dump::table::{self, Column, Table, Type};
    use crate::record::Article;
    use crate::record::fact::{
        Bound, ConventionStatus, Facts, Kind, OperationStatus, Procedure, Role,
    };

    fn may_hold(column: &Column, cell: &Cell) -> bool {
        match cell {
            Cell::Null => !column.required && column.kind != Type::Texts,
            Cell::Text(_) => column.kind == Type::Text,
            Cell::Integer(_) => column.kind == Type::Integer,
            Cell::Number(_) => column.kind == Type::Number,
            Cell::Day(_) => column.kind == Type::Day,
            Cell::Moment(_) => column.kind == Type::Moment,
            Cell::Texts(_) => column.kind == Type::Texts,
        }
    }

    #[track_caller]
    fn fits(table: &Table, row: &[Cell]) {
        assert_eq!(row.len(), table.columns.len(), "{}", table.name);
        for (cell, column) in row.iter().zip(table.columns) {
            assert!(
                may_hold(column, cell),
                "{}.{}: {cell:?}",
                table.name,
                column.name
            );
        }
    }

    #[test]
    fn every_row_fits_its_table_full_or_bare() {
        let bare = Convention {
            kind: Kind::Convention,
            status: ConventionStatus::Signed,
            number: None,
            bound: None,
            partners: Vec::new(),
            date: None,
            place: None,
            subject: None,
            dossier: None,
            evidence: Vec::new(),
        };
        let act = Operation {
            count: 3,
            max: None,
            bound: Bound::Exact,
            procedure: Procedure::Surgery,
            specialty: None,
            status: OperationStatus::Performed,
            facility: None,
            team: None,
            date: None,
            evidence: vec![Evidence {
                rule: "fr.operation.performed".to_owned(),
                span: Span::title(1, 2),
            }],
        };
        let when = Date {
            value: Some("2024-05-20".to_owned()),
            text: "le 20 mai".to_owned(),
            span: Span::body(0, 9),
        };
        let who = Partner {
            name: "CNAS".to_owned(),
            id: None,
            class: None,
            role: Role::Party,
            aliases: Vec::new(),
            span: Span::body(0, 4),
        };
        let record = Record::new(Article::default(), Facts::default(), "2026.1");
        fits(&table::ARTICLES, &article(&record));
        fits(&table::CONVENTIONS, &convention(&record, 0, &bare));
        let full = Convention {
            date: Some(when.clone()),
            evidence: act.evidence.clone(),
            ..bare
        };
        fits(&table::CONVENTIONS, &convention(&record, 0, &full));
        fits(&table::OPERATIONS, &operation(&record, 0, &act));
        fits(&table::DATES, &date(&record, 0, &when));
        fits(&table::PARTNERS, &partner(&record, (0, 0), &who));
    }

    #[test]
    fn only_what_is_known_to_the_day_is_a_day() {
        let check = |value: &str, expect: Cell| assert_eq!(day(Some(value)), expect, "{value}");
        check("1970-01-02", Cell::Day(1));
        check("2024-05-30T23:30:00+01:00", Cell::Day(19873));
        check("1969-12-31", Cell::Day(-1));
        check("2024-05", Cell::Null);
        check("2024-05-26/2024-05-30", Cell::Null);
        check("P5D", Cell::Null);
        check("2024-02-30", Cell::Null);
    }
}
