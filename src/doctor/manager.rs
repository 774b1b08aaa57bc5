//! Checks that critical alerts which nobody acknowledges are escalated to somebody.

use super::{Check, Finding, Installation};

pub const CHECK: Check = Check {
    name: "manager",
    needs: &["MANAGER_CHAT_ID", "ESCALATE_AFTER_SEC"],
    run: |installation| Box::pin(async { vec![judge(installation)] }),
};

/// The check of the chats finds out if the bot can write there.
fn judge(installation: &Installation) -> Finding {
    let settings = &installation.settings;
    let minutes = settings.escalate_after.as_secs().div_ceil(60);
    match settings.manager_chat {
        _ if settings.escalate_after.is_zero() => {
            Finding::ok("ESCALATE_AFTER_SEC is 0: nothing is escalated".to_owned())
        }
        Some(chat) => Finding::ok(format!(
            "critical alerts that nobody acknowledges within {minutes} minutes go to {chat}"
        )),
        None => Finding::warning(
            "MANAGER_CHAT_ID is empty: critical alerts that nobody acknowledges are escalated to nobody",
            "run: sovani-ops init, which asks for the manager; ESCALATE_AFTER_SEC=0 if there is none",
        ),
    }
}
