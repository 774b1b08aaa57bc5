//! The people whom an incident was escalated to may acknowledge it, even if they are no administrators.

use crate::{context::Context, db::Subject};

/// Tells if the incident or digest was escalated to this chat, or was shown to the manager, whose chat it is.
pub async fn was_escalated_to(cx: &Context, chat_id: i64, subject: Subject) -> sqlx::Result<bool> {
    let settings = cx.settings.get();
    // Where the manager reads the alerts in a group, only an escalation is addressed to the manager.
    let manager = settings.manager_chat.filter(|manager| {
        let mut alerts = settings.alert_chats.iter();
        manager.chat_id > 0 || !alerts.any(|chat| chat.chat_id == manager.chat_id)
    });
    let manager = manager.map(|manager| manager.chat_id);
    cx.db.was_escalated_to(subject, chat_id, manager).await
}
