//! Texts of others without what only a machine reads. It is taken out where they come in: what is stored stands beside
//! texts of others, in chats, logs and terminals.

use serde_json::Value;

/// Such a character turns what stands beside it around, or is seen by nobody. What joins the parts of an emoji or of a
/// letter stays.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

/// As one line that commands no terminal, and does not turn what stands beside it around.
pub fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if breaks(c) { ' ' } else { c })
        .collect()
}

/// The same, with its lines and tabs.
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

/// The same of every text in a value.
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
