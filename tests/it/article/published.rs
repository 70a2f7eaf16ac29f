//! Puts date lines of our own where pages print them: each gives its day, and what says none gives none.

use jiff::Timestamp;
use sihafa::article::{self, Page};

use crate::support::here;

/// Where pages print the day: `LINE` is the line.
const PLACES: [&str; 7] = [
    "<p>LINE</p>",
    "<div class=\"entry-meta\"><span class=\"posted-on\">LINE</span></div>",
    "<span class=\"date\">LINE</span>",
    "<time>LINE</time>",
    "<table><tr><td>LINE</td></tr></table>",
    "<ul class=\"article-info\"><li>LINE</li><li>Santé</li></ul>",
    "<div><i class=\"fa fa-clock-o\"></i> LINE</div>",
];

fn page(line: &str, place: &str, arabic: bool) -> String {
    let (title, body) = if arabic {
        (
            "افتتاح مصلحة جديدة بالمستشفى الجامعي",
            "<p>افتتح وزير الصحة مصلحة جديدة لجراحة القلب بالمستشفى الجامعي بحضور السلطات المحلية.</p>
             <p>وأوضح مدير المستشفى أن المصلحة تضم ثلاثين سريرا وأربع قاعات للعمليات الجراحية.</p>",
        )
    } else {
        (
            "Un nouveau service au centre hospitalier",
            "<p>Le ministre de la Santé a inauguré un service de chirurgie cardiaque au centre hospitalier.</p>
             <p>Le directeur a précisé que ce service compte trente lits et quatre salles d'opération.</p>",
        )
    };
    let place = place.replace("LINE", line);
    format!(
        "<title>{title}</title><div><h1>{title}</h1>{place}<div class=\"entry\">{body}</div></div>"
    )
}

#[test]
fn lines_of_the_table_date_a_page_wherever_they_stand() {
    let content = std::fs::read_to_string(here("corpus/phrases/date_line.tsv")).unwrap();
    let rows = content
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1);
    let mut wrong = Vec::new();
    for row in rows {
        let [published, updated, seen, line] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        // A page that tells only its last change was there on that day.
        let wanted = [published, updated].into_iter().find(|day| !day.is_empty());
        let arabic = line.chars().any(|c| ('\u{621}'..='\u{64A}').contains(&c));
        // One hour behind the clock of the table.
        let fetched =
            (!seen.is_empty()).then(|| "2024-05-30T14:00:00Z".parse::<Timestamp>().unwrap());
        for place in PLACES {
            let page = page(line, place, arabic);
            let article = article::read(&Page {
                bytes: page.as_bytes(),
                fetched,
                ..Page::default()
            });
            let found = article.published.as_deref().and_then(|day| day.get(..10));
            if found != wanted.and_then(|day| day.get(..10)) {
                wrong.push(format!("{line} in {place}: {found:?}, not {wanted:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}
