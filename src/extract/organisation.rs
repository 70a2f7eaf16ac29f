//! Turns tokens into names of organisations: head words with their complements, and the gazetteer.

use std::ops::Range;
use std::sync::Arc;

use crate::record::Lang;
use crate::rules::lexicon::{Clitics, Found, Lexicons};
use crate::text::clitic;
use crate::text::token::Shape;

use super::apposition::{
    absorb, is_apposed, is_covered, is_pointed, is_pronoun, read_peer, read_pronoun, rename,
};
use super::bare::{heads_body, is_capital, is_described, is_some_body, is_titled};
use super::gazetteer::{
    country_at, gazetteer_id, is_abbreviation, listed_at, push_country, push_listed,
};
use super::kinds::Kinds;
use super::passage::Passage;
use super::plural_fr::{is_of, with_of};
use super::small::Small;
use super::vocabulary::{Head, Meaning, Vocabulary};
use super::{foreign, name_ar, name_fr, office, plural_ar, unlisted};

/// A name of an organisation as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Organisation {
    /// Its tokens, head word first.
    pub(super) tokens: Range<usize>,
    /// First byte of the name: after the clitics of the first token.
    pub(super) start: usize,
    /// The name without clitics; for a part of a plural ("de Mila") with its head restored.
    pub(super) name: String,
    /// Another name that the text gives it here: the abbreviation in parentheses, "ceux du Nord".
    pub(super) sigle: Option<String>,
    /// The head word as its lexicon lists it, in the singular.
    pub(super) form: Box<str>,
    /// Type of organisation.
    pub(super) class: Arc<str>,
    /// Tokens of the head word, from `tokens.start`.
    pub(super) head: usize,
    /// Nothing but a head: "l'hôpital", الجمعية.
    pub(super) bare: bool,
    /// A place as well as a body: "la wilaya d'Adrar".
    pub(super) weak: bool,
    /// An office and not a body: "le ministre de la Santé".
    pub(super) office: bool,
    /// The head is an abbreviation.
    pub(super) short: bool,
    /// The head says no type.
    pub(super) generic: bool,
    /// What stands before the first word: و, ب, ل.
    pub(super) clitics: Clitics,
    /// One of several after a plural head: "les EPH de Jijel et de Mila".
    pub(super) part: bool,
    /// Several bodies under one plural head, none named by itself: "trois hôpitaux du Sud".
    pub(super) several: bool,
    /// Id in the gazetteer, where one entry alone fits.
    pub(super) id: Option<Arc<str>>,
}

impl Organisation {
    /// A name that no head word begins: a listed, a foreign, an unlisted one. It begins at the byte `start`.
    pub(super) fn headless(tokens: Range<usize>, start: usize, name: String, class: &str) -> Self {
        Self {
            tokens,
            start,
            name,
            sigle: None,
            form: Box::default(),
            class: class.into(),
            head: 1,
            bare: false,
            weak: false,
            office: false,
            short: false,
            generic: false,
            clitics: Clitics::default(),
            part: false,
            several: false,
            id: None,
        }
    }

    /// A name as it stands in a text, with the abbreviation behind it.
    pub(super) fn written(passage: &Passage<'_>, tokens: Range<usize>, class: &str) -> Self {
        let start = passage.text.bytes(tokens.clone()).0;
        let name = passage.text.slice(tokens.clone()).replace('\n', " ");
        Self {
            sigle: sigle_after(passage, tokens.end)
                .map(|sigle| passage.text.slice(sigle).to_owned()),
            ..Self::headless(tokens, start, name, class)
        }
    }
}

/// What the grammar of a language makes of a head word.
#[derive(Debug, Clone, Default)]
pub(super) struct Name {
    /// Token after the name.
    pub(super) end: usize,
    /// Whether anything beyond the head was taken.
    pub(super) full: bool,
    /// Several bodies named by what they are: "les cliniques privées".
    pub(super) collective: bool,
    /// The head is a plural.
    pub(super) several: bool,
    /// Tokens of an abbreviation in parentheses.
    pub(super) sigle: Option<Range<usize>>,
    /// The parts of a plural, where there are several: each a range of tokens after the head.
    pub(super) parts: Vec<Range<usize>>,
    /// The complement that all parts share: "de la Santé" of "les ministères tunisien et mauritanien de la Santé".
    pub(super) shared: Option<Range<usize>>,
    /// The complement before the parts, theirs as well: "de la Santé" of "les ministères de la Santé de Tunisie et d'Algérie".
    pub(super) lead: Option<Range<usize>>,
}

impl Name {
    /// The whole name of one part of a plural, from its head and what all parts share.
    pub(super) fn of_part(&self, passage: &Passage<'_>, head: &str, part: &str) -> String {
        let common = |tokens: &Option<Range<usize>>| {
            let tokens = tokens.clone()?;
            Some(passage.text.slice(tokens))
        };
        let lead = common(&self.lead);
        let shared = common(&self.shared);
        let words = [Some(head), lead, Some(part), shared];
        on_one_line(&words.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// Finds every name in a passage, in order, none inside another.
pub(super) fn find(
    passage: &Passage<'_>,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
) -> Vec<Organisation> {
    let mut organisations: Vec<Organisation> = Vec::new();
    for sentence in &passage.text.sentences {
        let mut at = sentence.tokens.start;
        while at < sentence.tokens.end {
            let before = organisations.len();
            let next = read_at(
                passage,
                lexicons,
                vocabulary,
                at,
                sentence.tokens.end,
                &mut organisations,
            );
            debug_assert!(next > at || organisations.len() == before);
            at = next.max(at + 1);
        }
    }
    organisations
}

/// Reads what begins at a token; returns the token after it, or `at` where nothing begins.
fn read_at(
    passage: &Passage<'_>,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
    at: usize,
    end: usize,
    out: &mut Vec<Organisation>,
) -> usize {
    const NAMES: Kinds = Kinds::HEAD
        .with(Kinds::OFFICE)
        .with(Kinds::INSTITUTION)
        .with(Kinds::PLACE);
    // A name in another language may begin with any capital.
    let foreign = passage.has(at, Shape::CAP);
    let begins = foreign || passage.may(at, NAMES) || is_pronoun(passage, at);
    if !begins || is_covered(passage, vocabulary, at) {
        return at;
    }
    let pronoun = read_pronoun(passage, vocabulary, at, end, out)
        .max(read_peer(passage, vocabulary, at, out));
    if pronoun > at {
        return pronoun;
    }
    if passage.text.lang == Lang::Ar
        && let Some(next) = plural_ar::read(passage, lexicons, vocabulary, at, end, out)
    {
        return next;
    }
    let mut heads = vocabulary.of(passage, at, Kinds::HEAD);
    let head = heads.find_map(|(found, meaning)| match meaning {
        Meaning::Head(head) if head.bound && !unlisted::is_bound(passage, vocabulary, at, out) => {
            None
        }
        Meaning::Head(head) if !head.parted && !(head.last && head.needs) => Some((found, head)),
        _ => None,
    });
    let mut offices = vocabulary.of(passage, at, Kinds::OFFICE);
    let office = offices.find_map(|(found, meaning)| match meaning {
        Meaning::Office {
            signs,
            body,
            counterpart,
            seat,
        } => Some((found, (*signs, *counterpart), (body.as_deref(), seat))),
        _ => None,
    });
    let listed = listed_at(passage, lexicons, vocabulary, at);
    if let Some((found, (signs, counterpart), of)) =
        office.filter(|(found, ..)| head.as_ref().is_none_or(|(h, _)| h.end <= found.end))
    {
        return match () {
            () if signs && found.end as usize > at + 1 => found.end as usize,
            () if signs => at,
            () if counterpart => office::read_counterpart(passage, vocabulary, found, end, out),
            () => office::read(passage, vocabulary, (found, of), end, out),
        };
    }
    let Some((found, head)) = head.filter(|(found, head)| is_head(passage, *found, head)) else {
        if listed.is_none()
            && let Some(next) = foreign::read(passage, vocabulary, at, end, out)
        {
            return next;
        }
        let country = out
            .last()
            .filter(|last| &*last.class == "country")
            .map(|last| last.tokens.end);
        let country = || country_at(passage, lexicons, vocabulary, at, country);
        return match listed {
            Some(found) => push_listed(passage, lexicons, vocabulary, found, out),
            None => match country() {
                Some(found) => push_country(passage, found, out),
                None => unlisted::read(passage, vocabulary, at, end, out).unwrap_or(at),
            },
        };
    };
    let name = name_after(passage, vocabulary, found, head, end);
    if let Some(listed) = listed.filter(|listed| listed.end as usize > name.end) {
        let next = push_listed(passage, lexicons, vocabulary, listed, out);
        absorb(passage, out);
        return next;
    }
    if matches!(&*head.class, "other" | "company")
        && !is_named(passage, found.end as usize..name.end)
        && (name.full || !is_definite(passage, found))
        && !is_capital(passage, found, &name)
    {
        return at;
    }
    if head.needs && !name.full && found.end - found.first == 1 && !is_definite(passage, found) {
        return at;
    }
    // "la direction générale du CHU": of the body named behind it.
    if passage.text.lang == Lang::Fr
        && &*head.class == "directorate"
        && !name.full
        && heads_body(passage, vocabulary, name.end)
    {
        return name.end;
    }
    if is_apposed(passage, found.first as usize, out) {
        return name.end;
    }
    push_named(passage, lexicons, vocabulary, (found, head), &name, out);
    rename(passage, out);
    absorb(passage, out);
    name.sigle
        .map_or(name.end, |sigle| name.end.max(sigle.end + 1))
}

/// Classes whose head alone, however long, only takes up one named before: "le centre hospitalier".
const CARE: [&str; 4] = [
    "hospital",
    "university_hospital",
    "specialised_hospital",
    "clinic",
];

/// Whether a proper name stands among the words after a head; Arabic has no capitals to tell it.
fn is_named(passage: &Passage<'_>, tokens: Range<usize>) -> bool {
    passage.text.lang == Lang::Ar && !tokens.is_empty()
        || tokens.into_iter().any(|at| passage.has(at, Shape::CAP))
}

pub(super) fn name_after(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    found: Found,
    head: &Head,
    end: usize,
) -> Name {
    match passage.text.lang {
        Lang::Fr => name_fr::read(passage, vocabulary, found, head, end),
        Lang::Ar => name_ar::read(passage, vocabulary, found, head, end),
    }
}

/// An abbreviation is a head only in capitals: "cac" and "far" are words as well.
fn is_head(passage: &Passage<'_>, found: Found, head: &Head) -> bool {
    let sigle = !head.sigle
        || is_abbreviation(passage, found.first as usize)
        || passage.text.lang == Lang::Ar;
    sigle && !found.clitics.has(Clitics::PRONOUN)
}

/// Whether a lone head takes up an organisation named before: "l'association", "le ministère", الجمعية.
pub(super) fn is_definite(passage: &Passage<'_>, found: Found) -> bool {
    let first = found.first as usize;
    const DEFINITE: [Small; 4] = [Small::Article, Small::This, Small::Contracted, Small::Own];
    match passage.text.lang {
        Lang::Ar => found.clitics.has(Clitics::THE),
        Lang::Fr => {
            let mut definite = DEFINITE.into_iter();
            first > 0 && definite.any(|class| passage.is_small(first - 1, class))
        }
    }
}

fn push_named(
    passage: &Passage<'_>,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
    (found, head): (Found, &Head),
    name: &Name,
    out: &mut Vec<Organisation>,
) {
    let first = found.first as usize;
    let (start, own) = bare_name(passage, found, first..name.end);
    let some = is_some_body(passage, first..name.end);
    let id = gazetteer_id(passage, lexicons, vocabulary, first, name.end);
    let whole = Organisation {
        tokens: first..name.end,
        start,
        name: own,
        sigle: name
            .sigle
            .clone()
            .map(|sigle| passage.text.slice(sigle).to_owned()),
        form: singular(
            &lexicons.entries()[found.entry as usize].form,
            passage.word(first),
        )
        .into(),
        class: head.class.clone(),
        head: (found.end - found.first) as usize,
        // "la CNAS" is a name by itself, even where several countries have one.
        bare: is_pointed(passage, first)
            || is_described(passage, found, head, name)
            || id.is_none()
                && !some
                && !is_titled(passage, found, head)
                && !(head.sigle && matches!(&*head.class, "insurer" | "international"))
                && !name.full
                && (!name.collective || head.generic)
                && (found.end - found.first == 1 || CARE.contains(&&*head.class)),
        weak: head.weak || some,
        office: false,
        short: head.sigle,
        generic: head.generic,
        clitics: found.clitics,
        part: false,
        several: name.several,
        id,
    };
    if name.parts.len() < 2 {
        out.push(whole);
        return;
    }
    let form = whole.form.clone();
    for (position, part) in name.parts.iter().enumerate() {
        let tokens = if position == 0 {
            first..part.end
        } else {
            part.clone()
        };
        let complement = passage.text.slice(part.clone());
        let complement = complement
            .strip_prefix(clitic::AND)
            .map_or(complement, str::trim_start);
        let begin = if position == 0 {
            start
        } else {
            passage.text.bytes(tokens.clone()).0
        };
        let of = passage.text.lang == Lang::Fr && is_of(passage, name.parts[0].start);
        let own = name.of_part(passage, &form, &with_of(passage, complement, of));
        out.push(Organisation {
            tokens,
            start: begin,
            name: own,
            id: None,
            part: true,
            several: false,
            ..whole.clone()
        });
    }
}

/// The head of one part of a plural: the entry's own form, in the capitals of an abbreviation.
fn singular(form: &str, word: &str) -> String {
    if word.chars().all(|c| !c.is_lowercase()) && word.is_ascii() {
        word.to_owned()
    } else {
        form.to_owned()
    }
}

/// A name on one line: the hyphen of a broken word goes, a line break is a space.
pub(super) fn on_one_line(name: &str) -> String {
    if !name.contains('\n') {
        return name.trim().to_owned();
    }
    let mut lines = name.lines().map(str::trim);
    let mut whole = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let broken =
            whole.ends_with('-') && !whole.ends_with("o-") && line.starts_with(char::is_lowercase);
        if broken {
            whole.pop();
        } else if !whole.ends_with('-') {
            whole.push(' ');
        }
        whole.push_str(line);
    }
    whole
}

/// The name without the clitics of its first word, and the byte where it begins. لل gives back ال.
pub(super) fn bare_name(
    passage: &Passage<'_>,
    found: Found,
    tokens: Range<usize>,
) -> (usize, String) {
    let (from, to) = passage.text.bytes(tokens.clone());
    let source = passage.text.source;
    let mut start = from;
    let mut left = found.peeled;
    for (offset, c) in passage.word(tokens.start).char_indices() {
        if left == 0 {
            break;
        }
        start = from + offset + c.len_utf8();
        left = left.saturating_sub(if c.is_whitespace() || c == clitic::TATWEEL {
            0
        } else {
            2
        });
    }
    let name = source[start..to].trim_start_matches([' ', clitic::TATWEEL]);
    start = to - name.len();
    let name = match name.strip_prefix(clitic::TO) {
        Some(rest)
            if found.clitics.has(Clitics::TO)
                && found.clitics.has(Clitics::THE)
                && !name.starts_with(clitic::THE) =>
        {
            on_one_line(&format!("{}{rest}", clitic::THE))
        }
        _ => on_one_line(name),
    };
    (start, name)
}

/// An abbreviation in parentheses that follows a name: its token.
pub(super) fn sigle_after(passage: &Passage<'_>, at: usize) -> Option<Range<usize>> {
    if passage.folded(at) != "(" {
        return None;
    }
    let close = (at + 2..at + 5).find(|&close| passage.folded(close) == ")")?;
    let capital = (at + 1..close)
        .all(|token| passage.has(token, Shape::CAPS) || passage.has(token, Shape::HYPHEN));
    capital.then_some(at + 1..close)
}
