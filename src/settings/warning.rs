//! Warnings about settings that are valid but unwise.

use super::{Settings, Source};

impl Settings {
    /// Logs warnings about the settings and their files.
    pub fn warn(&self, source: &Source) {
        for exposure in self.exposures(source) {
            tracing::warn!("{exposure}");
        }
        for warning in source.warnings() {
            tracing::warn!("{warning}");
        }
        for (given, meant) in source.misspelt() {
            tracing::warn!("{given} in .env is no setting of this program; is {meant} meant?");
        }
    }
}
