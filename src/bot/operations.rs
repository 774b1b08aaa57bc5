//! Operations on incidents, by a button or a command.

use super::{
    button::{Press, PressError},
    command::{CommandError, CommandRequest, Reply},
    naming,
};
use crate::{
    db::Subject,
    ops::incidents::{IncidentError, Operation, perform},
    views::{Voice, incident as said, say},
};

/// From the button below the incident's message.
pub async fn press(press: Press<'_>, operation: Operation) -> Result<(), PressError> {
    let id = press.payload.parse().map_err(|_| PressError::Stale)?;
    let who = press.who();
    let voice = press.cx.voice();
    let told = match perform(press.cx, id, operation, who).await {
        Ok(_) => done(&voice, operation),
        Err(IncidentError::Unknown(_)) => return Err(PressError::Stale),
        Err(error) => refused(&voice, error)?,
    };
    press.end_spinner(&told).await;
    press.keep_true(Subject::Card(id)).await
}

/// By a command that names the incident.
pub async fn command(
    request: CommandRequest<'_>,
    operation: Operation,
) -> Result<Reply, CommandError> {
    let id = naming::incident(request).await?;
    let who = request.who();
    let voice = request.cx.voice();
    match perform(request.cx, id, operation, who).await {
        Ok(_) => Ok(Reply::Say(said::answer(id, &done(&voice, operation)))),
        Err(error) => Err(CommandError::Refused(refused(&voice, error)?)),
    }
}

fn done(voice: &Voice, operation: Operation) -> String {
    match operation {
        Operation::Acknowledge => say!(voice, "acknowledged"),
        Operation::Resolve => say!(voice, "resolve-done"),
    }
}

/// The reason why it is no longer possible, and who was first.
fn refused(voice: &Voice, error: IncidentError) -> sqlx::Result<String> {
    Ok(match error {
        IncidentError::Unknown(id) => say!(voice, "no-such-incident", id = id.to_string()),
        IncidentError::Acknowledged { mark, .. } => said::taken_on_already(voice, &mark),
        IncidentError::Closed { end, .. } => said::closed_already(voice, &end),
        IncidentError::Database(error) => return Err(error),
    })
}
