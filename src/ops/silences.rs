//! Creates, plans and ends silences.

use std::sync::Arc;

use super::{incidents::remedy, noting::note};
use crate::{
    context::Context,
    db::NewSilence,
    domain::{Mark, Scope, Silence, SilencePhase, Who},
    incidents::{Begun, Played, begin_silence, end_silence},
    views::silences::Known,
};

#[derive(Debug, thiserror::Error)]
pub enum SilenceError {
    #[error("there is no silence {0}")]
    Unknown(i64),
    #[error("silence {} was over already", .0.id)]
    Over(Box<Silence>),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

pub async fn begin(cx: &Arc<Context>, new: &NewSilence) -> sqlx::Result<Known> {
    match ask_for(cx, new, false).await? {
        Begun::New(silence, _) | Begun::Already(silence) => known(cx, silence).await,
    }
}

/// Starts a silence, unless one with the same scope is active, which is then returned.
pub async fn begin_first(
    cx: &Arc<Context>,
    new: &NewSilence,
) -> sqlx::Result<Result<Silence, Silence>> {
    Ok(match ask_for(cx, new, true).await? {
        Begun::New(silence, _) => Ok(silence),
        Begun::Already(silence) => Err(silence),
    })
}

async fn ask_for(cx: &Arc<Context>, new: &NewSilence, only_first: bool) -> sqlx::Result<Begun> {
    let audience = cx.settings.get().audience();
    let now = cx.clock.now();
    let begun = begin_silence(&cx.db, new, only_first, &audience, now).await?;
    if let Begun::New(silence, played) = &begun {
        tracing::info!(scope = %silence.scope, by = %silence.by.actor, until = %silence.ends_at, "silenced");
        changed(cx, played).await?;
    }
    Ok(begun)
}

/// Ends a silence early, and returns its new state.
pub async fn end(cx: &Arc<Context>, id: i64, who: &Who) -> Result<Silence, SilenceError> {
    let audience = cx.settings.get().audience();
    let now = cx.clock.now();
    let before = end_silence(&cx.db, id, who, &audience, now).await?;
    let (before, played) = before.ok_or(SilenceError::Unknown(id))?;
    if before.phase(now) == SilencePhase::Over {
        return Err(SilenceError::Over(Box::new(before)));
    }
    tracing::info!(scope = %before.scope, by = %who.by.actor, "a silence was ended");
    changed(cx, &played).await?;
    let end = Mark {
        at: now,
        by: who.by.clone(),
    };
    Ok(Silence {
        ended: Some(end),
        ..before
    })
}

/// Ends all active silences with this scope, and returns their number.
pub async fn end_all(cx: &Arc<Context>, scope: &Scope, who: &Who) -> sqlx::Result<usize> {
    let now = cx.clock.now();
    let mut ended = 0;
    for silence in cx.db.standing_silences(now).await? {
        if silence.scope != *scope || silence.phase(now) != SilencePhase::Active {
            continue;
        }
        match end(cx, silence.id, who).await {
            Ok(_) => ended += 1,
            Err(SilenceError::Database(error)) => return Err(error),
            Err(SilenceError::Unknown(_) | SilenceError::Over(_)) => {}
        }
    }
    Ok(ended)
}

/// Follows up a changed silence outside the database.
async fn changed(cx: &Arc<Context>, played: &[Played]) -> sqlx::Result<()> {
    for played in played {
        note(cx, played);
    }
    remedy(cx, played);
    let standing = cx.db.standing_silences(cx.clock.now()).await?;
    cx.memory.learn_silences(standing);
    cx.delivery.mail.notify_one();
    Ok(())
}

/// Active and planned silences.
pub async fn standing(cx: &Context) -> sqlx::Result<Vec<Known>> {
    let mut all = Vec::new();
    for silence in cx.db.standing_silences(cx.clock.now()).await? {
        all.push(known(cx, silence).await?);
    }
    Ok(all)
}

async fn known(cx: &Context, silence: Silence) -> sqlx::Result<Known> {
    let fault = match &silence.scope {
        Scope::Fault(fingerprint) => cx.db.newest_incident(fingerprint).await?,
        Scope::All | Scope::Detector(_) => None,
    };
    Ok((silence, fault))
}
