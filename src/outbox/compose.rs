//! Composes a message of the outbox at the moment of its delivery.

use crate::{
    actions,
    context::Context,
    db::{MessageKind, OutboxMessage, Subject, TopicLost},
    domain::{Incident, Reason, Role, Silence},
    trends,
    views::{
        self, Message, Voice,
        incident::{Card, Reader},
    },
};

/// `None` when there is nothing left to tell.
pub async fn compose(cx: &Context, message: &OutboxMessage) -> sqlx::Result<Option<Message>> {
    let said = match message.subject() {
        None if message.kind == MessageKind::Post => Some(fixed(message)),
        None => None,
        Some(Subject::Card(incident)) => match cx.db.incident(incident).await? {
            Some(incident) => on_incident(cx, message, &incident).await?,
            None => None,
        },
        Some(Subject::Digest(digest)) => on_digest(cx, message, digest).await?,
    };
    Ok(said.map(|said| dressed(&cx.voice(), message, said)))
}

/// The current message of an incident, for those who may do everything with it.
pub async fn card(cx: &Context, incident: &Incident) -> sqlx::Result<Message> {
    card_for(cx, incident, Reader::default()).await
}

async fn reader(cx: &Context, message: &OutboxMessage) -> sqlx::Result<Reader> {
    let settings = cx.settings.get();
    let Some(manager) = settings.manager_chat else {
        return Ok(Reader::default());
    };
    let chat = message.chat_id;
    if cx.db.current_chat(manager.chat_id).await? != chat {
        return Ok(Reader::default());
    }
    let mut alerts = settings.alert_chats.iter();
    Ok(Reader {
        is_informed: !alerts.any(|alerts| alerts.chat_id == manager.chat_id),
        // A private chat has the id of its user.
        only_acknowledges: chat > 0 && settings.role(chat) < Role::Admin,
    })
}

async fn card_for(cx: &Context, incident: &Incident, reader: Reader) -> sqlx::Result<Message> {
    let now = cx.clock.now();
    let silences = cx.db.standing_silences(now).await?;
    let remedy = cx.db.remediation_of(incident.id).await?;
    let registry = cx.settings.registry();
    let card = Card {
        incident,
        remedy: remedy.as_ref(),
        silence: Silence::of(&silences, incident, now),
        can_remediate: actions::is_offered(&cx.settings.get(), &registry, incident),
        has_runbook: registry.runbook(&incident.source).is_some(),
        trend: trends::of(&incident.source).map(|trend| trend.name),
        calm_passes: cx
            .settings
            .get()
            .audience()
            .policy
            .calm_passes(incident.life.returns),
        reader,
    };
    Ok(views::incident::card(&cx.voice(), card))
}

async fn on_incident(
    cx: &Context,
    message: &OutboxMessage,
    incident: &Incident,
) -> sqlx::Result<Option<Message>> {
    let reason = message.reason();
    let is_end =
        reason.is_none() || (reason == Some(Reason::Resolved) && message.waited_through_outage());
    if is_end && !incident.life.is_open() {
        let ended = cx.db.gather_ended(message, cx.clock.now()).await?;
        if ended.len() > 1 {
            return Ok(Some(views::digest::ended_unseen(&cx.voice(), &ended)));
        }
    }
    if let Some(reason) = reason {
        return Ok(views::incident::notice(&cx.voice(), incident, reason));
    }
    let reader = reader(cx, message).await?;
    card_for(cx, incident, reader).await.map(Some)
}

async fn on_digest(
    cx: &Context,
    message: &OutboxMessage,
    digest: i64,
) -> sqlx::Result<Option<Message>> {
    let Some(digest) = cx.db.digest(digest, views::digest::LINES).await? else {
        return Ok(None);
    };
    let voice = cx.voice();
    Ok(match message.reason() {
        Some(reason) => views::digest::notice(&voice, &digest, reason),
        None => Some(views::digest::digest(&voice, &digest)),
    })
}

fn fixed(message: &OutboxMessage) -> Message {
    Message {
        html: message.html.clone(),
        // Unreadable buttons of an earlier version must not lose the message.
        buttons: serde_json::from_str(&message.buttons).unwrap_or_default(),
        silent: message.silent,
    }
}

/// Adds the parts that are only known at delivery.
fn dressed(voice: &Voice, message: &OutboxMessage, said: Message) -> Message {
    let html = match message.topic_lost {
        None => said.html,
        Some(TopicLost::Closed) => views::closed_thread(voice, &said.html),
        Some(TopicLost::Gone) => views::lost_thread(voice, &said.html),
    };
    Message {
        html,
        silent: message.silent,
        ..said
    }
}
