//! What happens to incidents, taken in all at once or not at all.

use super::board::Board;
use crate::{
    db::{Db, NewAudit, NewSilence, tx::Tx},
    domain::{
        Act, ActOutcome, Audience, Check, Decision, Event, Incident, Mark, Origin, Scope, Silence,
        SilencePhase, Timestamp, Who, decide,
    },
};

pub enum Happening<'a> {
    Check(&'a Check),
    /// Somebody's deed on the incident with this id, and whence it came.
    Deed(i64, Event, Origin),
    /// Time went by.
    Tick,
}

/// What became of an incident.
#[derive(Clone, Debug)]
pub struct Played {
    /// The position of the happening that it came from.
    pub cause: usize,
    /// As it stands after everything.
    pub incident: Incident,
    pub decision: Decision,
    /// Whether a silence covered it at that moment.
    pub silenced: bool,
    /// The row of `ops_alerts_history`, when the chats are told.
    pub alert_id: Option<i64>,
}

/// What became of a silence that was asked for.
pub enum Begun {
    New(Silence, Vec<Played>),
    /// Somebody was faster.
    Already(Silence),
}

impl Db {
    /// Plays what happened, one thing after the other. A deed on an incident that is not there plays nothing.
    pub async fn play(
        &self,
        happenings: &[Happening<'_>],
        audience: &Audience,
        now: Timestamp,
    ) -> sqlx::Result<Vec<Played>> {
        if self.is_quiet(happenings).await? {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let mut board = Board::load(&mut tx, now).await?;
        for (cause, happening) in happenings.iter().enumerate() {
            match happening {
                Happening::Check(check) => board.check(&mut tx, cause, check, audience).await?,
                Happening::Deed(id, event, origin) => {
                    if let Some(slot) = board.find(&mut tx, *id).await? {
                        board.apply(cause, slot, event, audience);
                        board.audit(&mut tx, *id, event, origin).await?;
                    }
                }
                Happening::Tick => board.tick(cause, audience),
            }
        }
        finish(tx, board, audience).await
    }

    /// Nearly always all checks pass and nothing is open, and then nobody is made to wait for the write lock.
    async fn is_quiet(&self, happenings: &[Happening<'_>]) -> sqlx::Result<bool> {
        let passing = |happening: &Happening<'_>| matches!(happening, Happening::Check(check) if !check.failed());
        Ok(happenings.iter().all(passing) && !self.anything_is_open().await?)
    }

    /// Begins a silence, or plans one; `only_first` not where one with the same scope is active already.
    pub async fn silence(
        &self,
        new: &NewSilence,
        only_first: bool,
        audience: &Audience,
        now: Timestamp,
    ) -> sqlx::Result<Begun> {
        let mut tx = self.begin().await?;
        let mut board = Board::load(&mut tx, now).await?;
        if only_first && let Some(active) = board.active_with(&new.scope) {
            return Ok(Begun::Already(active));
        }
        let id = tx.insert_silence(new, now).await?;
        let silence = tx.silence(id).await?.ok_or(sqlx::Error::RowNotFound)?;
        board.silences.push(silence.clone());
        board.tick(0, audience);
        board.show(&silence);
        let until = format!("until {}", new.ends_at);
        let audit = NewAudit {
            who: &new.who,
            act: Act::Silence,
            subject: &format!("silence {id}: {}", new.scope),
            outcome: ActOutcome::Done,
            detail: &until,
        };
        tx.insert_audit(&audit, now).await?;
        let played = finish(tx, board, audience).await?;
        Ok(Begun::New(silence, played))
    }

    /// Ends a silence before its time. What was there of it before, and what came of that; `None` when there is no such
    /// silence.
    pub async fn end_silence(
        &self,
        id: i64,
        who: &Who,
        audience: &Audience,
        now: Timestamp,
    ) -> sqlx::Result<Option<(Silence, Vec<Played>)>> {
        let mut tx = self.begin().await?;
        let Some(silence) = tx.silence(id).await? else {
            return Ok(None);
        };
        let mut played = Vec::new();
        if silence.phase(now) != SilencePhase::Over {
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
            let mut board = Board::load(&mut tx, now).await?;
            board.tick(0, audience);
            board.show(&silence);
            played = finish(tx, board, audience).await?;
        }
        Ok(Some((silence, played)))
    }

    /// Whether a tick would change anything. Asked without the write lock, which nearly every look would take in vain.
    pub async fn tick_is_due(
        &self,
        audience: &Audience,
        silences: &[Silence],
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let open = self.open_incidents().await?;
        Ok(open.iter().any(|incident| {
            let until = Silence::of(silences, incident, now).map(|silence| silence.ends_at);
            let (next, _) = decide(&incident.life, &Event::Tick, now, until, &audience.policy);
            next != incident.life
        }))
    }
}

async fn finish(mut tx: Tx, mut board: Board, audience: &Audience) -> sqlx::Result<Vec<Played>> {
    board.group(&mut tx, audience).await?;
    board.store(&mut tx).await?;
    board.record_alerts(&mut tx).await?;
    board.announce(&mut tx, audience).await?;
    tx.commit().await?;
    Ok(board.into_played())
}

impl Board {
    /// Writes down the deed that was applied last.
    async fn audit(
        &self,
        tx: &mut Tx,
        id: i64,
        event: &Event,
        origin: &Origin,
    ) -> sqlx::Result<()> {
        let (act, by) = match event {
            Event::Acknowledged(by) => (Act::Acknowledge, by),
            Event::Resolved(by) => (Act::Resolve, by),
            Event::Failed(_) | Event::Stood | Event::Passed | Event::Tick => return Ok(()),
        };
        let refused = self
            .moves
            .last()
            .is_some_and(|last| matches!(last.decision, Decision::Refuse(_)));
        let (outcome, detail) = if refused {
            (ActOutcome::Refused, "done already")
        } else {
            (ActOutcome::Done, "")
        };
        let who = Who {
            by: by.clone(),
            origin: origin.clone(),
        };
        let audit = NewAudit {
            who: &who,
            act,
            subject: &format!("incident {id}"),
            outcome,
            detail,
        };
        tx.insert_audit(&audit, self.now).await
    }

    async fn find(&mut self, tx: &mut Tx, id: i64) -> sqlx::Result<Option<usize>> {
        let found = self.slots.iter().position(|slot| slot.incident.id == id);
        Ok(match found {
            Some(slot) => Some(slot),
            None => tx.incident(id).await?.map(|incident| self.add(incident)),
        })
    }

    fn active_with(&self, scope: &Scope) -> Option<Silence> {
        let active = |silence: &&Silence| {
            silence.scope == *scope && silence.phase(self.now) == SilencePhase::Active
        };
        self.silences.iter().find(active).cloned()
    }

    /// Has the standing messages of all that a silence covers shown anew.
    fn show(&mut self, silence: &Silence) {
        for slot in &mut self.slots {
            let Incident {
                source,
                fingerprint,
                life,
                ..
            } = &slot.incident;
            slot.changed |= silence.covers(source, fingerprint, life.severity);
        }
    }
}
