//! Names the closed classes of small words that the grammar of names and of parties asks for.

/// A class of the lexicon `small_word`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Small {
    /// A matter that a ministry has beside another: "de la Santé et de la Population" is one.
    Portfolio,
    /// What is to be done, after a name: "l'association Amal pour la gestion d'un centre".
    Task,
    /// Who signs, whatever he stands for: "les deux parties", "les deux responsables".
    Side,
    /// A house where one is cared for or taught: "les deux établissements".
    House,
    /// A state: "les deux pays".
    State,
    /// "celui", "celle": takes up the noun before.
    That,
    /// "ceux", "celles".
    Those,
    /// Opens what is said of the noun before: "que", "qui".
    Which,
    /// Stands before the name of a person: "Dr", "M.".
    Title,
    /// "le", "la", "l'": before a noun, or the one that a verb is done to.
    Article,
    /// "les".
    Articles,
    /// "lui", "elle".
    Pronoun,
    /// "il", "elle": before its verb.
    Subject,
    /// "tous".
    All,
    /// "leur", "leurs".
    Their,
    /// "ce", "cette".
    This,
    /// "similaire", "même".
    Like,
    /// "depuis".
    Since,
    /// The auxiliary of what had been: كانت.
    Had,
    /// Says behind it that it was over by then: قد.
    Already,
    /// Opens a clause that tells of something else: بينما.
    Turn,
    /// "date", "jour": takes up the day named right before.
    Day,
    /// A verb of a wish or of a doubt: "soit", "puisse".
    May,
    /// "son", "sa", "ses".
    Own,
    /// "du", "au": an article inside a preposition.
    Contracted,
    /// "nouveau", "premier": before an agreement that is known.
    Anew,
    /// "a", "ont": an auxiliary of what is told.
    Have,
    /// "ce dernier", "celle-ci": the one named last.
    Latter,
    /// "vient de", "s'apprête": a verb right behind who does it.
    Acts,
    /// "en a fait autant": did what was told before.
    Echo,
    /// "la plus ancienne", "la dernière": one of those told before.
    Ranked,
    /// "en": of those told before.
    Thereof,
    /// على: before what one agrees or votes on.
    Onto,
}

/// A set of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Smalls(u64);

impl Smalls {
    pub(super) const fn of(class: Small) -> Self {
        Self(1 << class as u64)
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn has(self, class: Small) -> bool {
        self.0 & Self::of(class).0 != 0
    }
}

impl Small {
    pub(super) fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "portfolio" => Self::Portfolio,
            "task" => Self::Task,
            "side" => Self::Side,
            "house" => Self::House,
            "state" => Self::State,
            "that" => Self::That,
            "those" => Self::Those,
            "which" => Self::Which,
            "title" => Self::Title,
            "article" => Self::Article,
            "articles" => Self::Articles,
            "pronoun" => Self::Pronoun,
            "subject" => Self::Subject,
            "all" => Self::All,
            "their" => Self::Their,
            "this" => Self::This,
            "like" => Self::Like,
            "since" => Self::Since,
            "had" => Self::Had,
            "already" => Self::Already,
            "turn" => Self::Turn,
            "day" => Self::Day,
            "may" => Self::May,
            "own" => Self::Own,
            "contracted" => Self::Contracted,
            "anew" => Self::Anew,
            "have" => Self::Have,
            "latter" => Self::Latter,
            "acts" => Self::Acts,
            "echo" => Self::Echo,
            "ranked" => Self::Ranked,
            "thereof" => Self::Thereof,
            "onto" => Self::Onto,
            _ => return None,
        })
    }
}
