//! The databases' addresses, completed from the environment.

use super::{InvalidSetting, Settings, Source};
use crate::db::DatabaseUrl;

const DATABASE_URL: &str = "DATABASE_URL";
const CHECKS_DATABASE_URL: &str = "CHECKS_DATABASE_URL";

impl Settings {
    /// Fills gaps in the addresses from libpq's variables, in the environment and in `.env`: the platform loads all of
    /// `.env` into the environment, where libpq finds it. Without such variables they stay as they are.
    pub(super) fn complete_databases(
        &mut self,
        source: &Source,
        faults: &[InvalidSetting],
    ) -> Vec<InvalidSetting> {
        let mut problems = Vec::new();
        let mut complete = |name: &'static str| {
            let text = source.get(name).map(str::trim)?;
            if text.is_empty() || faults.iter().any(|fault| fault.name == name) {
                return None;
            }
            let variable = |name: &str| source.get(name).map(str::to_owned);
            DatabaseUrl::read(text, &variable)
                .map_err(|error| {
                    let problem = error.to_string();
                    problems.push(InvalidSetting { name, problem });
                })
                .ok()
        };
        if let Some(url) = complete(DATABASE_URL) {
            self.database_url = url;
        }
        if let Some(url) = complete(CHECKS_DATABASE_URL) {
            self.checks_database_url = Some(url);
        }
        problems
    }
}
