//! Settings that a detector declares in its own file.

use std::fmt::Debug;

use super::Settings;

/// A limit that a detector judges by. [`Settings::threshold`] reads it.
#[derive(Debug)]
pub struct Threshold<T> {
    pub setting: &'static str,
    pub default: &'static str,
    pub about: &'static str,
    /// Parses a value, or says what was expected without repeating it.
    pub accepts: fn(&str) -> Result<T, String>,
}

/// A threshold, whatever the type of its value.
pub trait Declared: Debug + Sync {
    fn setting(&self) -> &'static str;
    fn default(&self) -> &'static str;
    fn about(&self) -> &'static str;
    fn check(&self, text: &str) -> Result<(), String>;
}

impl<T: Debug> Declared for Threshold<T> {
    fn setting(&self) -> &'static str {
        self.setting
    }

    fn default(&self) -> &'static str {
        self.default
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn check(&self, text: &str) -> Result<(), String> {
        (self.accepts)(text).map(drop)
    }
}

impl Settings {
    /// The threshold's value: its default if none is set.
    pub fn threshold<T>(&self, threshold: &Threshold<T>) -> T {
        let given = self.thresholds.get(threshold.setting);
        let text = given.map_or(threshold.default, String::as_str);
        (threshold.accepts)(text).expect("a value is checked before it is kept")
    }
}
