//! Plays events against the incidents, all of them or none.

use super::{
    board::Board,
    happening::{Happening, Played},
};
use crate::{
    db::{Db, NewAudit, Tx},
    domain::{
        Act, ActOutcome, Audience, By, Decision, Event, Origin, Silence, Timestamp, Who, decide,
    },
};

/// Plays the events, one after the other. An act on an incident that is not there plays nothing.
pub async fn play(
    db: &Db,
    happenings: &[Happening<'_>],
    audience: &Audience,
    now: Timestamp,
) -> sqlx::Result<Vec<Played>> {
    if is_quiet(db, happenings).await? {
        return Ok(Vec::new());
    }
    let mut tx = db.begin().await?;
    let mut board = Board::load(&mut tx, now).await?;
    for happening in happenings {
        match happening {
            Happening::Check(check) => board.check(&mut tx, check, audience).await?,
            Happening::Operation(id, event, origin) => {
                if let Some(slot) = board.find(&mut tx, *id).await? {
                    board.apply(slot, event, audience);
                    audit(&board, &mut tx, *id, event, origin).await?;
                }
            }
            Happening::Tick => board.tick(audience),
            Happening::Removed(sources) => {
                let origin = Who::scheduler().origin;
                for slot in board.of(sources) {
                    let id = board.slots[slot].incident.id;
                    board.apply(slot, &Event::Unwatched, audience);
                    audit(&board, &mut tx, id, &Event::Unwatched, &origin).await?;
                }
            }
        }
    }
    finish(tx, board, audience).await
}

/// Nearly always all checks pass and nothing is open; then the write lock is not needed.
async fn is_quiet(db: &Db, happenings: &[Happening<'_>]) -> sqlx::Result<bool> {
    let passing =
        |happening: &Happening<'_>| matches!(happening, Happening::Check(check) if !check.failed());
    Ok(happenings.iter().all(passing) && !db.anything_is_open().await?)
}

/// Tells if a tick would change anything, without taking the write lock.
pub async fn tick_is_due(
    db: &Db,
    audience: &Audience,
    silences: &[Silence],
    now: Timestamp,
) -> sqlx::Result<bool> {
    let open = db.open_incidents().await?;
    Ok(open.iter().any(|incident| {
        let until = Silence::of(silences, incident, now).map(|silence| silence.ends_at);
        let (next, _) = decide(&incident.life, &Event::Tick, now, until, &audience.policy);
        next != incident.life
    }))
}

/// Writes down the incidents, and the messages for the chats.
pub(super) async fn finish(
    mut tx: Tx,
    mut board: Board,
    audience: &Audience,
) -> sqlx::Result<Vec<Played>> {
    board.group(&mut tx, audience).await?;
    board.store(&mut tx).await?;
    board.record_alerts(&mut tx).await?;
    board.announce(&mut tx, audience).await?;
    tx.commit().await?;
    Ok(board.into_played())
}

/// Records the last applied operation in the audit.
async fn audit(
    board: &Board,
    tx: &mut Tx,
    id: i64,
    event: &Event,
    origin: &Origin,
) -> sqlx::Result<()> {
    let (act, by, done) = match event {
        Event::Acknowledged(by) => (Act::Acknowledge, by.clone(), ""),
        Event::Resolved(by) => (Act::Resolve, by.clone(), ""),
        Event::Unwatched => (Act::Resolve, By::scheduler(), "its check was removed"),
        Event::Failed(_) | Event::Stood | Event::Passed | Event::Tick => return Ok(()),
    };
    let refused = board
        .moves
        .last()
        .is_some_and(|last| matches!(last.decision, Decision::Refuse(_)));
    let (outcome, detail) = if refused {
        (ActOutcome::Refused, "done already")
    } else {
        (ActOutcome::Done, done)
    };
    let who = Who {
        by,
        origin: origin.clone(),
    };
    let audit = NewAudit {
        who: &who,
        act,
        subject: &format!("incident {id}"),
        outcome,
        detail,
    };
    tx.insert_audit(&audit, board.now).await
}
