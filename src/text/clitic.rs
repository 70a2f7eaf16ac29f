//! Names the letters that Arabic writes as one with a word, and that say nothing of which word it is: ال, conjunctions,
//! prepositions of one letter, the endings of gender and relation.
//!
//! They are facts of the writing, as capitals are of the Latin one: whoever asks whether a word "begins with ال" asks
//! for its shape. Words and endings that carry a meaning of their own stand in the lexicons.

/// ال, the article.
pub const THE: &str = "ال";
/// و, and.
pub const AND: char = 'و';
/// ف, so.
pub const SO: char = 'ف';
/// ب, in or by.
pub const IN: char = 'ب';
/// ل, to or for.
pub const TO: char = 'ل';
/// ك, as.
pub const AS: char = 'ك';
/// ب and the article.
pub const IN_THE: &str = "بال";
/// ل and the article.
pub const TO_THE: &str = "لل";
/// و and the article.
pub const AND_THE: &str = "وال";
/// و and ل.
pub const AND_TO: &str = "ول";
/// و, ل and the article.
pub const AND_TO_THE: &str = "ولل";
/// ف and the article.
pub const SO_THE: &str = "فال";
/// ك and the article.
pub const AS_THE: &str = "كال";
/// ة, the ending of the feminine.
pub const FEMININE: char = 'ة';
/// The same as folded.
pub const FEMININE_FOLDED: char = 'ه';
/// ي, the ending of relation.
pub const RELATION: char = 'ي';
/// The line that stretches a letter.
pub const TATWEEL: char = 'ـ';
/// ات, the ending of the feminine of several.
pub const PLURAL: &str = "ات";
/// ا, which broken plurals begin with.
pub const ALIF: char = 'ا';
/// ال where its hamza is written: the first letters of a root, as of a thousand.
pub const ROOT: &str = "أل";
/// The letters that may stand before a word or a number as one with it, ال apart.
pub const LEADING: [char; 5] = [AND, SO, IN, AS, TO];
