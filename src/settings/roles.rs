use super::Settings;
use crate::domain::{Role, stands_for_anybody};

impl Settings {
    /// The rights of a user. Ids that stand for several people have none.
    pub fn role(&self, user: i64) -> Role {
        if stands_for_anybody(user).is_some() {
            Role::Stranger
        } else if self.admins.contains(&user) {
            Role::Admin
        } else if self.viewers.contains(&user) || self.is_manager(user) {
            Role::Viewer
        } else {
            Role::Stranger
        }
    }

    /// Tells if the manager's chat is the private chat with this user, whose id it then has. Incidents are escalated to
    /// them, so they may read what there is about those.
    fn is_manager(&self, user: i64) -> bool {
        self.manager_chat.is_some_and(|chat| chat.chat_id == user)
    }
}
