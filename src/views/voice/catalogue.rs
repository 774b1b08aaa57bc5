//! The texts of `locales/`, read once.

use std::{
    collections::BTreeSet,
    sync::{LazyLock, Mutex, PoisonError},
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use super::{Arguments, figures};
use crate::domain::Lang;

pub const ENGLISH: &str = include_str!("../../../locales/en.ftl");
pub const RUSSIAN: &str = include_str!("../../../locales/ru.ftl");

type Bundle = FluentBundle<FluentResource>;

static IN_ENGLISH: LazyLock<Bundle> = LazyLock::new(|| {
    let mut bundle = bundle(Lang::En, ENGLISH);
    bundle.set_formatter(Some(|value, _| number(Lang::En, value)));
    bundle
});
static IN_RUSSIAN: LazyLock<Bundle> = LazyLock::new(|| {
    let mut bundle = bundle(Lang::Ru, RUSSIAN);
    bundle.set_formatter(Some(|value, _| number(Lang::Ru, value)));
    bundle
});
/// Problems that were logged before: a text may be needed a thousand times a day.
static TOLD: Mutex<BTreeSet<(&str, String)>> = Mutex::new(BTreeSet::new());

/// The text with its places filled in; `None` if the language has no such text.
pub fn find(lang: Lang, key: &str, arguments: &Arguments<'_>) -> Option<String> {
    let bundle: &Bundle = match lang {
        Lang::En => &IN_ENGLISH,
        Lang::Ru => &IN_RUSSIAN,
    };
    let pattern = bundle.get_message(key)?.value()?;
    let arguments: FluentArgs<'_> = arguments.iter().cloned().collect();
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors);
    if !errors.is_empty() {
        miss(lang, key);
    }
    Some(text.into_owned())
}

/// Notes that a text is not there, or not whole.
pub fn miss(lang: Lang, key: &str) {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.insert((lang.as_str(), key.to_owned())) {
        tracing::error!(%lang, key, "a text is missing or cannot be filled in");
    }
}

fn bundle(lang: Lang, source: &str) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![lang.as_str().parse().unwrap_or_default()]);
    // Telegram shows the marks that would go around each value where text is monospaced.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(rest, errors)| {
        tracing::error!(%lang, ?errors, "texts cannot be read");
        rest
    });
    if let Err(errors) = bundle.add_resource(resource) {
        tracing::error!(%lang, ?errors, "texts are there twice");
    }
    bundle
}

fn number(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.options.use_grouping => {
            Some(figures::grouped(lang, &number.as_string()))
        }
        _ => None,
    }
}
