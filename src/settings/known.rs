/// The names that `sovani-ops.toml` may use. Their tables are in modules above the settings, so the loader passes them
/// in.
#[derive(Clone, Debug)]
pub struct KnownNames {
    pub detectors: Vec<String>,
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
    pub(super) fn action(&self, name: &str) -> Option<KnownAction> {
        let mut actions = self.actions.iter().copied();
        actions.find(|action| action.name == name)
    }
}
