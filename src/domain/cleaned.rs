/// A text from outside as one line that commands no terminal, and does not turn what stands beside it around.
pub fn one_line(text: &str) -> String {
    let commands = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars()
        .map(|c| if commands(c) { ' ' } else { c })
        .collect()
}
