//! Holds searches that pass over what cannot be among the best against those that look at every match.

use sihafa::index::{Index, Query, Request, Response};
use sihafa::record::Record;

use super::{indexed, record};

/// Words, names and concepts in both scripts: some mean the same, so that one way of several counts.
const WORDS: [[&str; 24]; 2] = [
    [
        "hôpital",
        "convention",
        "jumelage",
        "Oran",
        "chirurgie",
        "cancer",
        "urgences",
        "patients",
        "accord",
        "formation",
        "Alger",
        "conventions",
        "jumelages",
        "partenariat",
        "CHU d'Oran",
        "greffe",
        "enfants",
        "dialyse",
        "maternité",
        "campagne de vaccination",
        "Adrar",
        "caravane médicale",
        "université",
        "coopération",
    ],
    [
        "مستشفى",
        "اتفاقية",
        "توأمة",
        "وهران",
        "الجراحة",
        "السرطان",
        "الاستعجالات",
        "المرضى",
        "اتفاق",
        "تكوين",
        "الجزائر",
        "الاتفاقيات",
        "التوأمة",
        "شراكة",
        "المستشفى الجامعي بوهران",
        "زرع",
        "الأطفال",
        "غسيل الكلى",
        "الأمومة",
        "حملة تلقيح",
        "أدرار",
        "قافلة طبية",
        "جامعة",
        "تعاون",
    ],
];

/// What is asked beside queries that are drawn.
const ASKED: [&str; 6] = [
    "jumelage",
    "convention lang:fr",
    "accord Oran -dialyse",
    "\"caravane médicale\" hôpital",
    "اتفاقية توأمة country:dz",
    "chirurg* cancer~1",
];

/// Numbers that look drawn, the same each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// So many words; some stand in most texts, some in few.
    fn words(&mut self, lang: usize, count: usize) -> String {
        let words = (0..count).map(|_| WORDS[lang][self.below(24) * self.below(24) / 24]);
        words.collect::<Vec<_>>().join(" ")
    }

    fn article(&mut self, at: usize) -> Record {
        let lang = self.below(2);
        // A few texts say one thing again and again.
        let repeated = if self.below(40) == 0 { 30 } else { 1 };
        let length = 3 + self.below(40);
        let text = format!(
            "{} {}",
            self.words(lang, length),
            self.words(lang, 1).repeat(repeated)
        );
        let title = self.words(lang, 2);
        let mut article = record(&format!("a{at}"), ["fr", "ar"][lang], &title, &text);
        article.published = Some(format!("20{:02}-03-14", 10 + self.below(15)));
        article.country = Some(["dz", "ma", "tn"][self.below(3)].to_owned());
        article.duplicate_of = (self.below(10) == 0).then(|| format!("a{}", self.below(at + 1)));
        article
    }
}

/// An index in several segments, of whose articles some are deleted and some replaced.
fn broken_up(home: &std::path::Path, draw: &mut Draw) -> Index {
    let index = indexed(home, (0..900).map(|at| draw.article(at)));
    for part in 1..4 {
        let mut writer = index.writer().unwrap();
        for at in 0..900 {
            writer.add(&draw.article(900 * part + at)).unwrap();
        }
        for _ in 0..60 {
            let id = format!("a{}", draw.below(900 * part));
            writer.delete(sihafa::index::Shelf::Articles, &id);
            writer.add(&draw.article(900 * part)).unwrap();
        }
        writer.commit(i64::try_from(part).unwrap()).unwrap();
        writer.close().unwrap();
    }
    index.reload().unwrap();
    index
}

fn shown(response: &Response) -> Vec<(String, u32)> {
    let hits = response.hits.iter();
    let shown = hits.map(|hit| (hit.id.clone(), hit.score.to_bits()));
    shown.collect()
}

#[test]
fn what_is_passed_over_is_not_among_the_best() {
    let mut draw = Draw(11);
    let home = tempfile::tempdir().unwrap();
    let index = broken_up(home.path(), &mut draw);
    let drawn = (0..60).map(|at| {
        let count = 1 + draw.below(5);
        draw.words(at % 2, count)
    });
    let drawn: Vec<Query> = drawn.map(|words| Query::words(&words)).collect();
    let asked = ASKED.map(|query| Query::parse(query).unwrap());
    for query in drawn.into_iter().chain(asked) {
        for limit in [1, 10, 150] {
            // Facets make search look at every match.
            let of = |facets| Request {
                facets,
                limit,
                ..Request::new(query.clone())
            };
            let swept = index.search(&of(false)).unwrap();
            let whole = index.search(&of(true)).unwrap();
            assert_eq!(shown(&swept), shown(&whole), "{query:?} {limit}");
            // Deleted articles and repetitions are among the thousand that are counted.
            let fits = if swept.exact {
                swept.total == whole.total
            } else {
                (500..=whole.total).contains(&swept.total)
            };
            assert!(fits, "{query:?}: {} of {}", swept.total, whole.total);
            assert_eq!(swept.cursor, whole.cursor, "{query:?} {limit}");
        }
    }
}

#[test]
fn pages_are_those_of_a_look_at_every_match() {
    let mut draw = Draw(5);
    let home = tempfile::tempdir().unwrap();
    let index = broken_up(home.path(), &mut draw);
    for words in ["convention hôpital Oran", "اتفاقية مستشفى"] {
        let page = |limit, cursor| Request {
            limit,
            cursor,
            ..Request::new(Query::words(words))
        };
        let whole = Request {
            facets: true,
            ..page(80, None)
        };
        let expect = shown(&index.search(&whole).unwrap());
        let (mut found, mut cursor) = (Vec::new(), None);
        while found.len() < expect.len() {
            let response = index.search(&page(8, cursor)).unwrap();
            found.extend(shown(&response));
            cursor = response.cursor;
            assert!(cursor.is_some());
        }
        assert_eq!(found, expect, "{words}");
    }
}
