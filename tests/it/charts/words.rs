//! Every character of the pictures can be written.

use sovani_ops::{
    charts::{covers, readable},
    domain::{Lang, Money},
    views::FluentValue,
};

use super::samples::voice;

const ENGLISH: &str = include_str!("../../../locales/en.ftl");
const RUSSIAN: &str = include_str!("../../../locales/ru.ftl");

/// The beginnings of the charts' texts.
const SAID: [&str; 10] = [
    "chart-",
    "unit-",
    "trend",
    "slo-",
    "month",
    "day",
    "percent",
    "milliseconds",
    "money",
    "size",
];

/// Each text that a picture may say, with everything that may follow in its branches.
fn texts(catalogue: &'static str) -> impl Iterator<Item = &'static str> {
    let mut is_said = false;
    catalogue.lines().filter(move |line| {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            is_said = SAID.iter().any(|key| line.starts_with(key));
        }
        is_said && !line.starts_with('#')
    })
}

#[test]
fn the_typeface_has_every_character_of_the_texts() {
    for catalogue in [ENGLISH, RUSSIAN] {
        let texts: Vec<&str> = texts(catalogue).collect();
        assert!(texts.len() > 50, "{texts:?}");
        for text in texts {
            let missing: String = text.chars().filter(|c| !covers(*c)).collect();
            assert!(missing.is_empty(), "{text}: {missing:?}");
        }
    }
}

#[test]
fn the_typeface_has_every_character_of_the_figures() {
    for lang in [Lang::En, Lang::Ru] {
        let voice = voice(lang);
        let mut written = vec![
            voice.money(Money::from_roubles(-1_234_567)),
            voice.percent(-12.345),
            voice.size(1_234_567.8),
            voice.milliseconds(1234.5),
            "≥ ≤ …".to_owned(),
        ];
        written.extend(
            (1..=12_u32).map(|month| voice.text("month", &[("number", FluentValue::from(month))])),
        );
        for text in written {
            assert!(text.chars().all(covers), "{text}");
        }
    }
}

#[test]
fn what_cannot_be_written_has_a_sign_in_its_place() {
    assert_eq!(readable("WB 😀 Ёлка\n\u{7}"), "WB □ Ёлка");
    assert!(!covers('😀') && covers('□'));
}
