//! Turns what stands in a tag after its name into keys and values, as written.

/// Reads `key=value` pairs as HTML does: quoted, bare or without value.
pub(super) struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Attributes<'a> {
    /// Reads what stands between a tag's name and its end.
    pub(super) fn new(rest: &'a str) -> Self {
        Self { rest }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self
            .rest
            .trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/' || c == '"');
        let end = rest
            .find(|c: char| c == '=' || c == '/' || c.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let (key, rest) = rest.split_at(end);
        let value = rest.trim_ascii_start().strip_prefix('=');
        let (value, rest) = match value {
            None => ("", rest),
            Some(value) => split_value(value.trim_ascii_start()),
        };
        let stuck = rest.is_empty() || rest.len() == self.rest.len();
        self.rest = rest;
        (!key.is_empty() || !stuck).then_some((key, value))
    }
}

fn split_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return match inside.find(quote) {
                Some(end) => (&inside[..end], &inside[end + 1..]),
                None => (inside, ""),
            };
        }
    }
    let end = text
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(text.len());
    text.split_at(end)
}
