//! Removes control and invisible characters from texts of external origin. This happens on input, because stored texts
//! are shown beside others in chats, logs and terminals.

use serde_json::Value;

/// Characters that reverse the direction of the text around them or are invisible. Joiners within emoji and letters are
/// kept.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

/// One line without control characters, escape sequences and direction marks.
pub fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if breaks(c) { ' ' } else { c })
        .collect()
}

/// The same, but line breaks and tabs are kept.
pub fn cleaned(text: &str) -> String {
    let lines: Vec<_> = text
        .split('\n')
        .map(|line| {
            line.split('\t')
                .map(one_line)
                .collect::<Vec<_>>()
                .join("\t")
        })
        .collect();
    lines.join("\n")
}

/// Cleans every text in a JSON value.
pub fn cleaned_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(cleaned(&text)),
        Value::Array(values) => values.into_iter().map(cleaned_value).collect(),
        Value::Object(values) => values
            .into_iter()
            .map(|(name, value)| (one_line(&name), cleaned_value(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}
