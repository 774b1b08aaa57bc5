/// What `sovani-ops.toml` may name. The tables that have it stand above the settings, so whoever loads them passes it in.
#[derive(Clone, Debug)]
pub struct KnownNames {
    pub detectors: Vec<&'static str>,
    pub actions: Vec<KnownAction>,
}

/// An action that the program brings along.
#[derive(Clone, Copy, Debug)]
pub struct KnownAction {
    pub name: &'static str,
    /// Whether the file may give it a `limit`.
    pub has_limit: bool,
}

impl KnownNames {
    pub(super) fn action(&self, name: &str) -> Option<KnownAction> {
        let mut actions = self.actions.iter().copied();
        actions.find(|action| action.name == name)
    }
}
