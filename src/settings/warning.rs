//! Warnings about settings that are valid but unwise.

use super::{Settings, Source};

impl Settings {
    /// Logs warnings about the settings and their files.
    pub fn warn(&self, source: &Source) {
        for exposure in self.exposures(source) {
            tracing::warn!("{exposure}");
        }
        for doubt in source.doubts() {
            tracing::warn!("{doubt}");
        }
        for (given, meant) in source.misspelt() {
            tracing::warn!("{given} in .env is no setting of this program; is {meant} meant?");
        }
    }
}
