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
    /// A state: "les deux pays".
    State,
}

impl Small {
    pub(super) fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "portfolio" => Self::Portfolio,
            "task" => Self::Task,
            "side" => Self::Side,
            "state" => Self::State,
            _ => return None,
        })
    }
}
