//! The two catalogues say the same things.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;

const ENGLISH: &str = include_str!("../../../locales/en.ftl");
const RUSSIAN: &str = include_str!("../../../locales/ru.ftl");

/// Texts that are the same in both languages because there is nothing to translate in them.
const WITHOUT_WORDS: [&str; 8] = [
    "ago-and-when",
    "day",
    "day-of-a-year",
    "door-rest",
    "finding-scheduler-troubles",
    // The operator's own text, in each language.
    "finding-sql-fault",
    "moment",
    "remedied",
];

/// Each text with its key.
fn texts(catalogue: &str) -> BTreeMap<&str, String> {
    let mut texts = BTreeMap::<&str, String>::new();
    let mut key = "";
    for line in catalogue.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, text)) = line.split_once(" =")
            && line.starts_with(|c: char| c.is_ascii_lowercase())
        {
            key = name;
            assert!(
                texts.insert(key, text.trim().to_owned()).is_none(),
                "{key} twice"
            );
        } else if !line.trim().is_empty() {
            *texts.get_mut(key).unwrap() += line;
        }
    }
    texts
}

fn places(text: &str) -> BTreeSet<&str> {
    let name = |rest: &'_ str| rest.find(|c: char| c != '-' && c != '_' && !c.is_alphanumeric());
    text.split('$')
        .skip(1)
        .map(|rest| &rest[..name(rest).unwrap_or(rest.len())])
        .collect()
}

#[test]
fn both_catalogues_can_be_read() {
    for catalogue in [ENGLISH, RUSSIAN] {
        let errors = FluentResource::try_new(catalogue.to_owned()).err();
        assert!(errors.is_none(), "{:?}", errors.map(|(_, errors)| errors));
    }
}

#[test]
fn each_text_is_there_in_both_languages_with_the_same_places() {
    let (english, russian) = (texts(ENGLISH), texts(RUSSIAN));
    let keys = |texts: &BTreeMap<&str, String>| {
        texts
            .keys()
            .map(|key| (*key).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&english), keys(&russian));
    for (key, text) in &english {
        assert_eq!(places(text), places(&russian[key]), "{key}");
    }
}

#[test]
fn no_text_is_left_untranslated() {
    let (english, russian) = (texts(ENGLISH), texts(RUSSIAN));
    for (key, text) in &english {
        assert_eq!(
            *text == russian[key],
            WITHOUT_WORDS.contains(key),
            "{key}: {text}"
        );
    }
}
