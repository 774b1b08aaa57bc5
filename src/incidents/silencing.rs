//! Starts and ends silences, and updates the incidents that they cover.

use super::{board::Board, happening::Played, play::finish};
use crate::{
    db::{Db, NewAudit, NewSilence, Tx},
    domain::{Act, ActOutcome, Audience, Mark, Silence, SilencePhase, Timestamp, Who},
};

/// The outcome of asking for a silence.
pub enum Begun {
    New(Silence, Vec<Played>),
    /// Another person was faster.
    Already(Silence),
}

/// Starts or plans a silence; with `only_first`, not if one with the same scope is active.
pub async fn begin_silence(
    db: &Db,
    new: &NewSilence,
    only_first: bool,
    audience: &Audience,
    now: Timestamp,
) -> sqlx::Result<Begun> {
    let mut tx = db.begin().await?;
    let mut board = Board::load(&mut tx, now).await?;
    if only_first && let Some(active) = board.active_with(&new.scope) {
        return Ok(Begun::Already(active));
    }
    let id = tx.insert_silence(new, now).await?;
    let silence = tx.silence(id).await?.ok_or(sqlx::Error::RowNotFound)?;
    board.silences.push(silence.clone());
    let audit = NewAudit {
        who: &new.who,
        act: Act::Silence,
        subject: &format!("silence {id}: {}", new.scope),
        outcome: ActOutcome::Done,
        detail: &format!("until {}", new.ends_at),
    };
    tx.insert_audit(&audit, now).await?;
    let played = play_change(tx, board, &silence, audience).await?;
    Ok(Begun::New(silence, played))
}

/// Ends a silence early. Returns its previous state and the changed incidents; `None` if there is no such silence.
pub async fn end_silence(
    db: &Db,
    id: i64,
    who: &Who,
    audience: &Audience,
    now: Timestamp,
) -> sqlx::Result<Option<(Silence, Vec<Played>)>> {
    let mut tx = db.begin().await?;
    let Some(silence) = tx.silence(id).await? else {
        return Ok(None);
    };
    if silence.phase(now) == SilencePhase::Over {
        return Ok(Some((silence, Vec::new())));
    }
    let end = Mark {
        at: now,
        by: who.by.clone(),
    };
    tx.end_silence(id, &end).await?;
    let audit = NewAudit {
        who,
        act: Act::EndSilence,
        subject: &format!("silence {id}: {}", silence.scope),
        outcome: ActOutcome::Done,
        detail: "",
    };
    tx.insert_audit(&audit, now).await?;
    let board = Board::load(&mut tx, now).await?;
    let played = play_change(tx, board, &silence, audience).await?;
    Ok(Some((silence, played)))
}

/// Plays a tick under the changed silences, and has the messages of the incidents that `silence` covers updated.
async fn play_change(
    tx: Tx,
    mut board: Board,
    silence: &Silence,
    audience: &Audience,
) -> sqlx::Result<Vec<Played>> {
    board.tick(audience);
    board.show(silence);
    finish(tx, board, audience).await
}
