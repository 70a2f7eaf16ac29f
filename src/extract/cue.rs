//! Names the cues of agreements: what happens to one, or what a name has to do with it.

use crate::rules::lexicon::Entry;

/// What happens to an agreement, or what a name has to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Cue {
    Sign,
    Renew,
    End,
    Plan,
    Force,
    None,
    Between,
    With,
    By,
    Patron,
    Source,
    Site,
    Body,
    /// Work is done under it, said after its noun: "en vigueur", سارية.
    Active,
    /// Bounds a span of time: the date after it is no signature.
    Span,
    /// What follows is what the agreement is about.
    Subject,
    /// The two hospitals named before: "les deux établissements", المستشفيين.
    Hospitals,
    /// Binds the one named before to those named after: "qui le lie à", تربطه.
    Tie,
    /// The ceremony told before: its day is this one's, too.
    Same,
    /// Asked for, with no agreement behind it.
    Wish,
    /// A council says yes to it: it is still to be signed.
    Vote,
    /// "avec lequel": the one named right before is bound.
    Which,
    /// Names follow, those of several bodies spoken of before: "à savoir", "il s'agit de".
    List,
    /// Makes a plan of the signing right after it: "sera, en principe,", "convenu de".
    Will,
    /// What makes a tie an agreement: تعاون تحكمه اتفاقية.
    Means,
    /// Says what the parties are to do by it: "بموجب الاتفاقية تلتزم".
    Terms,
    /// Work under it has begun: "est entrée en vigueur", دخلت حيز التنفيذ.
    Start,
    /// What follows is the agreement that this one stands for: تحل محل.
    Replace,
    /// Those who work, as one side of a dispute: "syndicat", "intersyndicale".
    Union,
    /// What such a dispute is about: "grève", "primes".
    Labour,
    /// The body named behind it acts for the one before: "ممثلة في".
    Stand,
    /// Signs, and with the body behind "à": "s'est alliée à".
    Ally,
    /// Signs, and those behind it are bound: "a réuni".
    Bond,
    /// Nothing: "renouvelable", "représenté par".
    Idle,
}

impl Cue {
    pub(super) fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "sign" => Self::Sign,
            "renew" => Self::Renew,
            "end" => Self::End,
            "plan" => Self::Plan,
            "force" => Self::Force,
            "none" => Self::None,
            "between" => Self::Between,
            "with" => Self::With,
            "by" => Self::By,
            "patron" => Self::Patron,
            "source" => Self::Source,
            "site" => Self::Site,
            "body" => Self::Body,
            "active" => Self::Active,
            "span" => Self::Span,
            "subject" => Self::Subject,
            "hospitals" => Self::Hospitals,
            "tie" => Self::Tie,
            "same" => Self::Same,
            "wish" => Self::Wish,
            "vote" => Self::Vote,
            "list" => Self::List,
            "which" => Self::Which,
            "will" => Self::Will,
            "means" => Self::Means,
            "terms" => Self::Terms,
            "start" => Self::Start,
            "replace" => Self::Replace,
            "union" => Self::Union,
            "labour" => Self::Labour,
            "stand" => Self::Stand,
            "ally" => Self::Ally,
            "bond" => Self::Bond,
            "idle" => Self::Idle,
            _ => return None,
        })
    }
}

/// Where a cue stands to its date or its agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Side {
    /// Near it, on whatever side.
    #[default]
    Near,
    /// Its date follows: "signée", الموقعة.
    After,
    /// The agreement follows: "dénoncer", إلغاء.
    Leads,
    /// It names the agreement by a pronoun, however far: انتهت صلاحيتها.
    Far,
}

impl Side {
    pub(super) fn of(entry: &Entry) -> Self {
        let has = |feature| entry.feature(feature).is_some();
        match () {
            () if has("after") => Self::After,
            () if has("leads") => Self::Leads,
            () if has("far") => Self::Far,
            () => Self::Near,
        }
    }
}
