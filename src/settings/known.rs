use super::{
    Declared, SETTINGS, Setting,
    table::{Apply, CHECKS},
};

/// Names and thresholds that detectors and actions add to the settings. Their tables are in modules above the settings, so the loader passes
/// them in.
#[derive(Clone, Debug)]
pub struct KnownNames {
    pub detectors: Vec<String>,
    pub thresholds: Vec<&'static dyn Declared>,
    pub actions: Vec<KnownAction>,
}

/// A built-in action.
#[derive(Clone, Copy, Debug)]
pub struct KnownAction {
    pub name: &'static str,
    /// Tells if the file may set its `limit`.
    pub has_limit: bool,
}

impl KnownNames {
    /// Every setting, the thresholds among those of the checks.
    pub fn settings(&self) -> Vec<Setting> {
        let mut settings = SETTINGS.to_vec();
        let last = settings.iter().rposition(|own| own.section == CHECKS);
        let end = last.map_or(settings.len(), |last| last + 1);
        let thresholds = self.thresholds.iter().map(|threshold| Setting {
            name: threshold.setting(),
            default: threshold.default(),
            section: CHECKS,
            about: threshold.about(),
            apply: Apply::Threshold(*threshold),
        });
        settings.splice(end..end, thresholds);
        settings
    }

    pub(super) fn setting_names(&self) -> Vec<&'static str> {
        let settings = self.settings().into_iter();
        settings.map(|setting| setting.name).collect()
    }

    pub(super) fn action(&self, name: &str) -> Option<KnownAction> {
        let mut actions = self.actions.iter().copied();
        actions.find(|action| action.name == name)
    }
}
