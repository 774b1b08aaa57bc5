//! Marketplaces, independent of the spelling of their names.

use std::collections::BTreeMap;

use super::one_line;

/// Capital letters that look alike, Cyrillic and Latin.
const LOOKALIKES: [(char, char); 12] = [
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
];
/// The name for rows without a readable one.
const NAMELESS: &str = "?";
/// Reserved by messages for all marketplaces together.
const ALL: &str = "total";

/// The form in which two spellings of a marketplace are equal: case, blanks and Cyrillic look-alikes in a Latin word do
/// not count.
pub(crate) fn key(spelling: &str) -> String {
    let words: Vec<&str> = spelling.split_whitespace().collect();
    let upper = words.join(" ").to_uppercase();
    let latin: String = upper.chars().map(latin).collect();
    // A word that is wholly Cyrillic stays as it is.
    if latin.is_ascii() { latin } else { upper }
}

fn latin(letter: char) -> char {
    let alike = LOOKALIKES.iter().find(|(cyrillic, _)| *cyrillic == letter);
    alike.map_or(letter, |(_, latin)| *latin)
}

/// Tells if that can be a name: not empty, and text.
fn is_name(spelling: &str) -> bool {
    let broken =
        |c: char| c == char::REPLACEMENT_CHARACTER || (c.is_control() && !c.is_whitespace());
    !spelling.trim().is_empty() && !spelling.chars().any(broken)
}

/// Merges the entries of each marketplace under one name, whatever the spelling.
pub fn by_marketplace<T>(known: impl IntoIterator<Item = (String, T)>) -> BTreeMap<String, Vec<T>> {
    let mut by_key: BTreeMap<String, (String, Vec<T>)> = BTreeMap::new();
    for (spelling, value) in known {
        let (key, name) = if is_name(&spelling) {
            let key = key(&spelling);
            let name = name(&spelling, &key);
            (key, name)
        } else {
            (NAMELESS.to_owned(), NAMELESS.to_owned())
        };
        let (shown, values) = by_key
            .entry(key)
            .or_insert_with(|| (name.clone(), Vec::new()));
        // The displayed name does not depend on the order of the rows.
        if name < *shown {
            *shown = name;
        }
        values.push(value);
    }
    by_key.into_values().collect()
}

fn name(spelling: &str, key: &str) -> String {
    let words: Vec<&str> = spelling.split_whitespace().collect();
    match one_line(&words.join(" ")) {
        name if name == ALL => key.to_owned(),
        name => name,
    }
}

/// The marketplaces that are written in more than one way, each with its spellings.
pub fn spelt_differently(spellings: impl IntoIterator<Item = String>) -> Vec<Vec<String>> {
    let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for spelling in spellings.into_iter().filter(|spelling| is_name(spelling)) {
        let known = by_key.entry(key(&spelling)).or_default();
        if !known.contains(&spelling) {
            known.push(spelling);
        }
    }
    let mut several: Vec<_> = by_key
        .into_values()
        .filter(|known| known.len() > 1)
        .collect();
    for spellings in &mut several {
        spellings.sort();
    }
    several
}
