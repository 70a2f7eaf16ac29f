//! Writes values as the gold's own scorer does, in Python's notation, so that both outputs can be compared.

use std::fmt::Write as _;

use serde_json::Value;

/// A number with three decimals, the nearest to its exact value, ties to even.
pub(super) fn three_decimals(value: f64) -> f64 {
    format!("{value:.3}").parse().unwrap_or(value)
}

/// A value in a sentence: text without quotes.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => literal(other),
    }
}

/// A value as it would stand in a program.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// Text in quotes: single ones unless it holds such and no double ones; what does not print is escaped.
pub(super) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c if prints(c) => out.push(c),
            c => {
                let code = u32::from(c);
                let _ = match code {
                    0..=0xFF => write!(out, "\\x{code:02x}"),
                    0x100..=0xFFFF => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
    out
}

/// Whether a character leaves ink, or is the space.
fn prints(c: char) -> bool {
    // Format characters and the like: those that texts of the two languages carry.
    let hidden = matches!(c, '\u{AD}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{8E2}'
        | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}');
    c == ' ' || !(c.is_control() || c.is_whitespace() || hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_even_digit() {
        let rows = [
            (0.0625, 0.062),
            (0.1875, 0.188),
            (0.3125, 0.312),
            (0.4375, 0.438),
            (2.0 / 3.0, 0.667),
        ];
        for (value, expect) in rows {
            assert!((three_decimals(value) - expect).abs() < 1e-12, "{value}");
        }
    }

    #[test]
    fn text_is_quoted_as_in_a_program() {
        assert_eq!(quoted("l'hôpital"), "\"l'hôpital\"");
        assert_eq!(quoted("l'« x \"y\""), "'l\\'« x \"y\"'");
        assert_eq!(quoted("a\u{A0}b\u{200F}\n"), "'a\\xa0b\\u200f\\n'");
    }
}
