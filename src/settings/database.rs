//! The database's address, completed from the environment.

use super::{InvalidSetting, Settings, Source};
use crate::db::DatabaseUrl;

const DATABASE_URL: &str = "DATABASE_URL";

impl Settings {
    /// Fills gaps in the address from libpq's variables, in the environment and in `.env`: the platform loads all of
    /// `.env` into the environment, where libpq finds it. Without such variables the address stays as it is.
    pub(super) fn complete_database(
        &mut self,
        source: &Source,
        faults: &[InvalidSetting],
    ) -> Option<InvalidSetting> {
        let text = source.get(DATABASE_URL).map(str::trim)?;
        if text.is_empty() || faults.iter().any(|fault| fault.name == DATABASE_URL) {
            return None;
        }
        let variable = |name: &str| source.get(name).map(str::to_owned);
        match DatabaseUrl::read(text, &variable) {
            Ok(url) => {
                self.database_url = url;
                None
            }
            Err(error) => Some(InvalidSetting {
                name: DATABASE_URL,
                problem: error.to_string(),
            }),
        }
    }
}
