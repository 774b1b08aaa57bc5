//! What is allowed and still not as it should be.

use super::{Settings, Source};

impl Settings {
    /// Writes to the log what is doubtful about the settings and their files.
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
