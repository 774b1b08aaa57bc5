//! The name that was probably meant.

/// How many letters may differ for each four of the name.
const LETTERS: usize = 4;

/// `; the nearest is …`, or nothing if none of the names is near.
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names = names.into_iter();
    let distances = names.map(|name| (strsim::damerau_levenshtein(given, name), name));
    let near = distances.min().filter(|(distance, name)| {
        *distance > 0 && *distance <= 1 + name.chars().count() / LETTERS
    });
    near.map_or_else(String::new, |(_, name)| format!("; the nearest is {name}"))
}
