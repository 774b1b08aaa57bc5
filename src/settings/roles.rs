use super::Settings;
use crate::domain::{Role, stands_for_anybody};

impl Settings {
    /// The rights of a user. Ids that stand for several people have none.
    pub fn role(&self, user: i64) -> Role {
        if stands_for_anybody(user).is_some() {
            Role::Stranger
        } else if self.admins.contains(&user) {
            Role::Admin
        } else if self.viewers.contains(&user) {
            Role::Viewer
        } else {
            Role::Stranger
        }
    }
}
