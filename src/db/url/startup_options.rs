//! `-c name=value -c name=value`, as libpq's parameter `options` has it.

use super::UrlError;

/// The settings of a session that these options make.
pub fn read(text: &str) -> Result<Vec<(String, String)>, UrlError> {
    let mut options = Vec::new();
    let mut words = words(text).into_iter();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("--") {
            Some(setting) => setting.to_owned(),
            None => match word.strip_prefix("-c").ok_or(UrlError::Options)? {
                "" => words.next().ok_or(UrlError::Options)?,
                setting => setting.to_owned(),
            },
        };
        let (name, value) = setting.split_once('=').ok_or(UrlError::Options)?;
        // Like the server: a dash in a name means an underscore.
        options.push((name.replace('-', "_"), value.to_owned()));
    }
    Ok(options)
}

/// Words separated by blanks; a backslash escapes the next character.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => word.get_or_insert_default().extend(characters.next()),
            c if c.is_ascii_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
