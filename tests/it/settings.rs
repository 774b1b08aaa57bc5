//! Valid and invalid settings.

mod actions;
mod documents;
mod dotenv;
mod env_file;
mod exposure;
mod file;
mod jobs;
mod reload;
mod tables;
mod tokens;
mod urls;
mod values;

use sovani_ops::settings::{Settings, SettingsError, Source};

/// The settings that come of these values and no others.
fn load<const N: usize>(values: [(&str, &str); N]) -> Result<Settings, SettingsError> {
    Settings::load(&Source::fixed(values), &sovani_ops::actions::known())
}

/// The names that are complained about.
fn blamed(error: &SettingsError) -> Vec<&'static str> {
    error.0.iter().map(|fault| fault.name).collect()
}
