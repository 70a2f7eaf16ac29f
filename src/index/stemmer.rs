//! Turns a folded word into the stem that search compares, by a table of endings and beginnings per script.

/// The cuts of one script, step by step.
#[derive(Debug, Clone)]
pub(super) struct Stemmer {
    steps: Vec<Vec<Cut>>,
}

/// One line of a table: what is taken off, what takes its place, and how many letters must remain.
#[derive(Debug, Clone)]
struct Cut {
    side: Side,
    off: String,
    put: String,
    keep: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    End,
}

impl Stemmer {
    /// The French table: number, gender and the commonest derivations.
    pub(super) fn french() -> Self {
        Self::parse(include_str!("stem_fr.tsv"))
    }

    /// The Arabic table: conjunction, article, single prepositions, then endings one by one.
    pub(super) fn arabic() -> Self {
        Self::parse(include_str!("stem_ar.tsv"))
    }

    fn parse(table: &str) -> Self {
        let mut steps: Vec<Vec<Cut>> = Vec::new();
        let mut open = "";
        for line in table.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().unwrap_or_default();
            let step = cell();
            if step != open {
                steps.push(Vec::new());
                open = step;
            }
            let cut = Cut {
                side: if cell() == "start" {
                    Side::Start
                } else {
                    Side::End
                },
                off: cell().to_owned(),
                put: cell().trim_start_matches('-').to_owned(),
                keep: cell().parse().unwrap_or(usize::MAX),
            };
            if let Some(cuts) = steps.last_mut() {
                cuts.push(cut);
            }
        }
        Self { steps }
    }

    /// Appends the stem of `word` to `out`. Words of one or two letters, and those that begin with a
    /// digit, are their own stem.
    pub(super) fn push(&self, word: &str, out: &mut String) {
        let from = out.len();
        out.push_str(word);
        if word.chars().nth(2).is_none() || word.starts_with(|c: char| c.is_ascii_digit()) {
            return;
        }
        for step in &self.steps {
            if let Some(cut) = step.iter().find(|cut| cut.fits(&out[from..])) {
                cut.apply(out, from);
            }
        }
    }
}

impl Cut {
    fn fits(&self, word: &str) -> bool {
        let rest = match self.side {
            Side::Start => word.strip_prefix(self.off.as_str()),
            Side::End => word.strip_suffix(self.off.as_str()),
        };
        rest.is_some_and(|rest| rest.chars().take(self.keep).count() >= self.keep)
    }

    fn apply(&self, out: &mut String, from: usize) {
        match self.side {
            Side::Start => out.replace_range(from..from + self.off.len(), &self.put),
            Side::End => {
                out.truncate(out.len() - self.off.len());
                out.push_str(&self.put);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stemmer: &Stemmer, words: &[&str]) {
        let stems: Vec<String> = words
            .iter()
            .map(|word| {
                let mut out = String::from("before ");
                stemmer.push(&crate::text::fold::fold(word), &mut out);
                out["before ".len()..].to_owned()
            })
            .collect();
        assert!(stems.iter().all(|stem| *stem == stems[0]), "{stems:?}");
    }

    #[test]
    fn french_words_of_one_kind_share_a_stem() {
        let french = Stemmer::french();
        check(&french, &["hôpital", "hôpitaux", "HOPITAL"]);
        check(&french, &["convention", "conventions"]);
        check(&french, &["jumelage", "jumelages"]);
        check(&french, &["régional", "régionaux"]);
        check(&french, &["opération", "opérations"]);
    }

    #[test]
    fn arabic_words_lose_clitics_and_endings() {
        let arabic = Stemmer::arabic();
        check(
            &arabic,
            &["توأمة", "التوأمة", "والتوأمة", "بالتوأمة", "بتوأمة"],
        );
        check(&arabic, &["اتفاقية", "اتفاقيات", "الاتفاقية", "للاتفاقية"]);
        check(&arabic, &["مستشفى", "المستشفى", "مستشفيات"]);
    }
}
