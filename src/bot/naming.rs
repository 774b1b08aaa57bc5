//! Finds the incident that a command is about.

use super::command::{CommandError, CommandRequest};
use crate::{db::Subject, views::say};

/// The one that is named by its number, the one whose message is replied to, or the only one that is open.
pub async fn incident(request: CommandRequest<'_>) -> Result<i64, CommandError> {
    let CommandRequest {
        cx, args, address, ..
    } = request;
    match args {
        [number] => number
            .trim_start_matches('#')
            .parse()
            .map_err(|_| CommandError::Usage(None)),
        [] => {
            if let Some(message) = address.replied_to
                && let Some(Subject::Card(incident)) = cx
                    .db
                    .subject_of(address.chat.chat_id, i64::from(message))
                    .await?
            {
                return Ok(incident);
            }
            if let [only] = &cx.db.open_page(0, 2).await?.0[..] {
                return Ok(only.id);
            }
            let command = request.command.name;
            let text = say!(cx.voice(), "which-incident", command = command);
            Err(CommandError::Usage(Some(text)))
        }
        _ => Err(CommandError::Usage(None)),
    }
}
