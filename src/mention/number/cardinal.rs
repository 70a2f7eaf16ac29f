//! Composes number words and digits into one cardinal, by one grammar for both languages: units, tens and
//! hundreds add up to a group, scales multiply it, collectives and fractions close it.

use crate::mention::marks::Kinds;
use crate::mention::meaning::{Class, Link, Meaning, Numeral};
use crate::mention::number::{Form, figures};
use crate::mention::reader::{Hit, Reader};
use crate::record::Lang;
use crate::rules::lexicon::Clitics;
use crate::text::clitic;
use crate::text::token::Shape;

/// A cardinal and the tokens that say it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::mention) struct Cardinal<'a> {
    pub value: f64,
    pub first: usize,
    pub end: usize,
    pub form: Form,
    /// The last scale that it was multiplied by; 1 where there is none.
    pub scale: f64,
    /// Letters on digits that are no multiplier: "3e", "11h".
    pub suffix: Option<&'a str>,
}

/// The cardinal that begins at a token.
pub(in crate::mention) fn read<'a>(reader: &Reader<'a>, at: usize) -> Option<Cardinal<'a>> {
    if !may_begin(reader, at) {
        return None;
    }
    let read = || compose(reader, at, Decimals::Allowed);
    reader.last.at(at, read)
}

/// Whether a number or its minus may stand at a token.
fn may_begin(reader: &Reader<'_>, at: usize) -> bool {
    reader.marks.number(at) || at < reader.len() && reader.folded(at) == "-"
}

/// Whether "virgule" may go on: not inside decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decimals {
    Refused,
    Allowed,
}

fn compose<'a>(reader: &Reader<'a>, at: usize, decimals: Decimals) -> Option<Cardinal<'a>> {
    if !may_begin(reader, at) {
        return None;
    }
    let minus = minus(reader, at);
    let start = minus.unwrap_or(at);
    let mut group = Composer::new(reader, start, decimals);
    let mut next = start;
    while next < group.limit
        && let Some(after) = group.take(next)
    {
        next = after;
        if group.closed {
            break;
        }
    }
    let mut cardinal = group.finish(at, next)?;
    if minus.is_some() {
        cardinal.value = -cardinal.value;
    }
    Some(cardinal)
}

/// The token after a minus that begins here.
fn minus(reader: &Reader<'_>, at: usize) -> Option<usize> {
    let sign = reader.folded(at) == "-"
        && reader.has(at + 1, Shape::GLUED)
        && !reader.has(at, Shape::GLUED);
    if sign {
        return reader.has(at + 1, Shape::DIGITS).then_some(at + 1);
    }
    let word = reader.numeral(at)?;
    // "au moins 20" is no minus.
    let bound = reader.before(word.end, Kinds::BOUND, |meaning| {
        matches!(meaning, Meaning::Bound(_))
    });
    (word.of.class == Class::Minus && !bound && reader.digits(word.end).is_some())
        .then_some(word.end)
}

/// Whether a value is this small whole number.
fn is(value: f64, whole: u8) -> bool {
    (value - f64::from(whole)).abs() < 1e-9
}

const UNITS: u8 = 1;
const TENS: u8 = 2;
const HUNDREDS: u8 = 4;

/// The number composed so far.
struct Composer<'r, 'a> {
    reader: &'r Reader<'a>,
    limit: usize,
    decimals: Decimals,
    total: f64,
    group: f64,
    /// Which places of the group are taken.
    places: u8,
    /// The last word's value within the group.
    last: f64,
    scale: f64,
    words: usize,
    form: Form,
    suffix: Option<&'a str>,
    closed: bool,
}

impl<'r, 'a> Composer<'r, 'a> {
    fn new(reader: &'r Reader<'a>, at: usize, decimals: Decimals) -> Self {
        Self {
            decimals,
            reader,
            limit: reader.sentence_end(at),
            total: 0.0,
            group: 0.0,
            places: 0,
            last: 0.0,
            scale: 0.0,
            words: 0,
            form: Form::Words,
            suffix: None,
            closed: false,
        }
    }

    /// Takes the word at a token into the number; gives the token after it.
    fn take(&mut self, at: usize) -> Option<usize> {
        if self.words > 0
            && let Some(end) = self.half(at)
        {
            return Some(end);
        }
        if let Some(end) = self.again(at) {
            return Some(end);
        }
        // "12 ألف و 500": a space after the و.
        let lone = self.words > 0 && self.reader.is_and(at);
        let digits = at + usize::from(lone);
        if self.reader.digits(digits).is_some() {
            return self.digits(digits);
        }
        if self.words > 0
            && self.reader.text.lang == Lang::Fr
            && self.reader.link(at, Link::Of).is_some()
        {
            return self.of_scale(at);
        }
        let (hit, linked) = self.word(at)?;
        self.compose(&hit, linked).then(|| {
            self.words += 1;
            hit.end
        })
    }

    /// "سبعة (7) آلاف", "vingt (20)": the same number in digits again.
    fn again(&self, at: usize) -> Option<usize> {
        let reader = self.reader;
        let marks = reader.folded(at) == "(" && reader.folded(at + 2) == ")";
        let told = marks.then(|| reader.digits(at + 1)).flatten()?;
        let value: f64 = told.number.parse().ok()?;
        let same = (value - self.total - self.group).abs() < 1e-9 && told.suffix.is_empty();
        (same && self.words > 0 && self.form != Form::Digits).then_some(at + 3)
    }

    /// The number word here, and whether "and" joins it to the one before.
    fn word(&self, at: usize) -> Option<(Hit<Numeral>, bool)> {
        let hit = self.reader.numeral(at)?;
        if hit.of.class == Class::And {
            let next = self.reader.numeral(hit.end)?;
            return (self.words > 0 && next.of.linked).then_some((next, true));
        }
        // "مائة بالألف": a preposition ends the number.
        if self.words > 0 && (hit.clitics.has(Clitics::IN) || hit.clitics.has(Clitics::TO)) {
            return None;
        }
        let plural = hit.clitics.has(Clitics::PLURAL);
        // "cinqs" is no five, "vingts" and "millions" are what they are.
        let bends = matches!(
            hit.of.class,
            Class::Collective | Class::Scale | Class::Hundred
        ) || is(hit.of.value, 20);
        (!plural || bends).then(|| {
            (
                hit,
                hit.clitics.has(Clitics::AND) || self.is_hidden_and(&hit, at),
            )
        })
    }

    /// وأحد عشر: folded, its first word is واحد.
    fn is_hidden_and(&self, hit: &Hit<Numeral>, at: usize) -> bool {
        self.words > 0
            && is(hit.of.value, 1)
            && self.reader.folded(at).starts_with(clitic::AND)
            && self.opens_teen(hit.end)
    }

    fn digits(&mut self, at: usize) -> Option<usize> {
        let digits = self.reader.digits(at)?;
        let linked = digits.clitic.starts_with(clitic::AND) || at > 0 && self.reader.is_and(at - 1);
        let figures = figures::read(self.reader, at)?;
        if self.words > 0
            && !(self.group == 0.0
                && self.scale > figures.value
                && (linked || self.reader.text.lang == Lang::Fr)
                && (figures.value >= 1000.0 || self.scale_follows(figures.end)))
        {
            return None;
        }
        self.group = figures.value;
        self.places = UNITS | TENS | HUNDREDS;
        self.last = figures.value;
        self.words += 1;
        if self.words == 1 {
            self.form = Form::Digits;
        }
        if !figures.suffix.is_empty() {
            self.closed = true;
            match self.reader.vocabulary.multiplier(figures.suffix) {
                Some(scale) => self.multiply(scale),
                None => self.suffix = Some(figures.suffix),
            }
        }
        Some(figures.end)
    }

    /// "3 ملايين و200 ألف": digits go on a number of words only when a smaller scale follows, or none can.
    fn scale_follows(&self, at: usize) -> bool {
        self.scale <= 1000.0
            || self
                .reader
                .numeral(at)
                .is_some_and(|hit| hit.of.class == Class::Scale && hit.of.value < self.scale)
    }

    /// "dizaine de milliers", "centaine de millions".
    fn of_scale(&mut self, at: usize) -> Option<usize> {
        let end = self.reader.link(at, Link::Of)?;
        let hit = self.reader.numeral(end)?;
        let scales = hit.of.class == Class::Scale
            || (hit.of.class == Class::Collective && hit.of.value >= 1000.0);
        (self.form == Form::Collective && scales && hit.clitics.has(Clitics::PLURAL)).then(|| {
            self.total *= hit.of.value;
            self.scale = hit.of.value;
            hit.end
        })
    }

    /// "et demi", "ونصف", "إلا ربع": a fraction of the last scale.
    fn half(&mut self, at: usize) -> Option<usize> {
        if self.reader.link(at, Link::Half).is_some() {
            let end = self.reader.link(at, Link::Half)?;
            return self.fraction(0.5).then_some(end);
        }
        let hit = self.reader.numeral(at)?;
        match hit.of.class {
            Class::Fraction if hit.clitics.has(Clitics::AND) => {
                self.fraction(hit.of.value).then_some(hit.end)
            }
            Class::Less => {
                let part = self.reader.numeral(hit.end)?;
                (part.of.class == Class::Fraction && self.fraction(-part.of.value))
                    .then_some(part.end)
            }
            Class::Decimal if self.decimals == Decimals::Allowed => self.decimal(hit.end),
            _ => None,
        }
    }

    fn fraction(&mut self, part: f64) -> bool {
        let base = if is(self.group, 100) {
            100.0
        } else {
            self.scale
        };
        if base < 100.0 || (self.group > 0.0 && !is(base, 100)) {
            return false;
        }
        self.total += part * base;
        self.closed = true;
        true
    }

    /// The digits after "virgule" or فاصلة, told as a number of their own.
    fn decimal(&mut self, at: usize) -> Option<usize> {
        let part = compose(self.reader, at, Decimals::Refused)?;
        // The first power of ten over it: two digits go behind the comma for 25, one for 5.
        let mut over = 10.0;
        while over <= part.value {
            over *= 10.0;
        }
        (part.value >= 0.0 && part.value.fract() == 0.0).then(|| {
            self.total += self.group + part.value / over;
            self.group = 0.0;
            self.closed = true;
            part.end
        })
    }

    fn compose(&mut self, hit: &Hit<Numeral>, linked: bool) -> bool {
        let word = hit.of;
        let starts = self.words == 0;
        match word.class {
            Class::Zero => starts,
            Class::Part => self.opens_teen(hit.end) && self.unit(word, linked),
            Class::Unit => {
                if starts && word.article {
                    self.form = Form::Article;
                } else {
                    self.form = Form::Words;
                }
                self.unit(word, linked)
            }
            Class::Teen => self.teen(word.value, linked),
            Class::Ten => self.ten(word.value, linked),
            Class::Hundred => self.hundred(word, linked),
            Class::Hundreds => {
                self.fits(HUNDREDS | TENS | UNITS, linked) && self.add(word.value, HUNDREDS)
            }
            Class::Scale => self.scale(word, linked),
            Class::Scales => {
                let smaller = self.scale == 0.0 || word.value < self.scale;
                (smaller && self.group == 0.0 && (starts || linked)) && {
                    self.total += 2.0 * word.value;
                    self.scale = word.value;
                    true
                }
            }
            Class::Collective => self.collective(word, linked),
            Class::Fraction => {
                starts && self.opens_scale(hit.end) && {
                    self.group = word.value;
                    self.places = UNITS | TENS | HUNDREDS;
                    true
                }
            }
            Class::Ordinal
            | Class::Decimal
            | Class::And
            | Class::Minus
            | Class::Less
            | Class::None => false,
        }
    }

    /// Whether a word may be added now: its places are free, and it is joined as the language joins numbers.
    fn fits(&self, places: u8, linked: bool) -> bool {
        let joined = self.words == 0 || linked || self.reader.text.lang == Lang::Fr;
        joined && self.places & places == 0
    }

    fn add(&mut self, value: f64, places: u8) -> bool {
        self.group += value;
        self.places |= places;
        self.last = value;
        if self.words > 0 && self.form == Form::Article {
            self.form = Form::Words;
        }
        true
    }

    fn unit(&mut self, word: Numeral, linked: bool) -> bool {
        // dix-sept: in French ten takes the units from seven.
        let teen =
            is(self.last, 10) && word.value >= 7.0 && !linked && self.reader.text.lang == Lang::Fr;
        let free = self.places & UNITS == 0 || teen;
        let joined = self.words == 0 || linked || self.reader.text.lang == Lang::Fr;
        free && joined && self.add(word.value, UNITS)
    }

    fn teen(&mut self, value: f64, linked: bool) -> bool {
        // ثلاثة عشر: a unit takes ten without و.
        if is(value, 10)
            && !linked
            && self.places & (UNITS | TENS) == UNITS
            && self.last < 10.0
            && self.last >= 1.0
            && self.reader.text.lang == Lang::Ar
        {
            return self.add(value, TENS) && {
                self.last = 0.0;
                true
            };
        }
        let over_ten = (is(self.last, 60) || is(self.last, 80))
            && self.reader.text.lang == Lang::Fr
            && self.places & UNITS == 0;
        (over_ten || self.fits(UNITS | TENS, linked)) && self.add(value, UNITS | TENS)
    }

    fn ten(&mut self, value: f64, linked: bool) -> bool {
        // quatre-vingts
        if is(value, 20) && is(self.last, 4) && !linked && self.reader.text.lang == Lang::Fr {
            self.group += 76.0;
            self.places = self.places & !UNITS | TENS;
            self.last = 80.0;
            return true;
        }
        let after_unit = linked && self.reader.text.lang == Lang::Ar;
        let places = if after_unit { TENS } else { TENS | UNITS };
        self.fits(places, linked) && self.add(value, TENS)
    }

    fn hundred(&mut self, word: Numeral, linked: bool) -> bool {
        if !linked && self.group > 0.0 && self.group < 100.0 && self.places != 0 {
            self.group *= word.value;
            self.places = HUNDREDS;
            self.last = self.group;
            self.form = if self.form == Form::Article {
                Form::Words
            } else {
                self.form
            };
            return true;
        }
        self.fits(HUNDREDS | TENS | UNITS, linked) && self.add(word.value, HUNDREDS)
    }

    fn scale(&mut self, word: Numeral, linked: bool) -> bool {
        if self.scale > 0.0 && word.value >= self.scale {
            return false;
        }
        if self.form == Form::Article {
            self.form = Form::Words;
        }
        if self.group > 0.0 {
            if linked {
                return false;
            }
            self.multiply(word.value);
            return true;
        }
        let joined = self.words == 0 || linked || self.reader.text.lang == Lang::Fr;
        joined && {
            self.total += if self.words == 0 && word.alone > 0.0 {
                word.alone
            } else {
                word.value
            };
            self.scale = word.value;
            true
        }
    }

    fn multiply(&mut self, scale: f64) {
        self.total += self.group * scale;
        self.group = 0.0;
        self.places = 0;
        self.last = 0.0;
        self.scale = scale;
    }

    fn collective(&mut self, word: Numeral, linked: bool) -> bool {
        if linked || self.total > 0.0 {
            return false;
        }
        self.total = if self.group > 0.0 {
            self.group * word.value
        } else {
            word.value
        };
        self.group = 0.0;
        self.form = Form::Collective;
        true
    }

    fn opens_teen(&self, at: usize) -> bool {
        self.reader.numeral(at).is_some_and(|hit| {
            (hit.of.class == Class::Teen && is(hit.of.value, 10) && !hit.clitics.has(Clitics::AND))
                || (hit.of.class == Class::Ten && hit.clitics.has(Clitics::AND))
        })
    }

    fn opens_scale(&self, at: usize) -> bool {
        self.reader.numeral(at).is_some_and(|hit| {
            matches!(
                hit.of.class,
                Class::Hundred | Class::Scale | Class::Collective
            ) && !hit.clitics.has(Clitics::AND)
        })
    }

    fn finish(self, first: usize, end: usize) -> Option<Cardinal<'a>> {
        (self.words > 0).then_some(Cardinal {
            value: self.total + self.group,
            first,
            end,
            form: self.form,
            scale: self.scale.max(1.0),
            suffix: self.suffix,
        })
    }
}
