//! Digests: many incidents in one message.

use super::{
    Html, Message, Voice,
    alert::emoji,
    buttons, clip, finding,
    incident::{BY_HAND, UNWATCHED, end_mark},
    say,
};
use crate::{
    db::Digest,
    domain::{Incident, Reason},
};

/// The number of lines that fit on a phone.
pub const LINES: i64 = 10;
const LINE_UNITS: usize = 80;
/// All are closed, so leaving some out hides nothing urgent.
const ENDED_LINES: usize = 25;

/// The message of a digest: most severe first, each with the command that shows it.
pub fn digest(voice: &Voice, digest: &Digest) -> Message {
    let (mark, title) = match digest.ended_at {
        Some(_) => closed(voice, digest)
            .unwrap_or_else(|| ("✅", say!(voice, "digest-over", count = digest.incidents))),
        None => (
            emoji(digest.loudest),
            say!(voice, "digest", count = digest.incidents),
        ),
    };
    let html = Html::new()
        .text(mark)
        .text(" ")
        .bold(&title)
        .line()
        .italic(&state(voice, digest))
        .line();
    let shown = i64::try_from(digest.first.len()).unwrap_or(i64::MAX);
    let html = digest.first.iter().fold(html, |html, incident| {
        html.line().then(&line(voice, incident))
    });
    let html = match digest.incidents - shown {
        0 => html,
        more => html.line().line().italic(&rest(voice, digest, more)),
    };
    let mut message = Message::from(html);
    if digest.open > 0 {
        message.buttons = buttons::below_digest(voice, digest);
    }
    message
}

/// The title of a digest that has ended although nobody knows if every fault is over. `None` if all checks passed.
fn closed(voice: &Voice, digest: &Digest) -> Option<(&'static str, String)> {
    let Digest {
        incidents: count,
        unwatched,
        by_hand,
        ..
    } = *digest;
    Some(match (unwatched, by_hand) {
        (0, 0) => return None,
        (0, _) => (
            BY_HAND,
            say!(voice, "digest-by-hand", count = count, by_hand = by_hand),
        ),
        (_, 0) => (
            UNWATCHED,
            say!(voice, "digest-closed", count = count, unwatched = unwatched),
        ),
        (_, _) => (
            UNWATCHED,
            say!(
                voice,
                "digest-closed-both-ways",
                count = count,
                unwatched = unwatched,
                by_hand = by_hand
            ),
        ),
    })
}

/// Closed incidents are listed only in the history.
fn rest(voice: &Voice, digest: &Digest, count: i64) -> String {
    let how = match digest.ended_at {
        Some(_) => "/alerts",
        None => "/incident",
    };
    say!(voice, "and-more", count = count, how = how)
}

/// Incidents that ended before the chat was notified, one per line. Any that do not fit are in the history.
pub fn ended_unseen(voice: &Voice, ended: &[Incident]) -> Message {
    let title = say!(voice, "ended-unseen", count = ended.len());
    let marks = ended
        .iter()
        .filter_map(|incident| incident.life.end.as_ref());
    let mark = marks.map(end_mark).find(|mark| *mark != "✅");
    let html = Html::new().text(mark.unwrap_or("✅")).text(" ");
    let html = html.bold(&title).line();
    let html = ended.iter().take(ENDED_LINES).fold(html, |html, incident| {
        let lasted = voice.duration(incident.life.lasted(voice.now));
        html.line()
            .then(&line(voice, incident))
            .italic(&format!(" · {lasted}"))
    });
    let html = match ended.len().saturating_sub(ENDED_LINES) {
        0 => html,
        more => html
            .line()
            .line()
            .italic(&say!(voice, "and-more", count = more, how = "/alerts")),
    };
    html.into()
}

/// A notice that replies to a digest; `None` if it is outdated.
pub fn notice(voice: &Voice, digest: &Digest, reason: Reason) -> Option<Message> {
    let waiting = digest.open - digest.acknowledged;
    let (mark, title) = match reason {
        Reason::Resolved => {
            let duration = voice.duration(digest.ended_at?.since(digest.opened_at));
            let count = digest.incidents;
            closed(voice, digest).unwrap_or_else(|| {
                let title = say!(voice, "digest-resolved", count = count, duration = duration);
                ("✅", title)
            })
        }
        _ if waiting == 0 => return None,
        Reason::Reminder { .. } => (
            emoji(digest.loudest),
            say!(
                voice,
                "digest-reminder",
                waiting = waiting,
                count = digest.incidents
            ),
        ),
        Reason::Escalated => ("⏫", say!(voice, "digest-escalation", count = waiting)),
        Reason::Opened | Reason::Worsened { .. } | Reason::SilenceOver => (
            emoji(digest.loudest),
            say!(
                voice,
                "digest-grew",
                count = digest.open,
                loudest = voice.severity(digest.loudest)
            ),
        ),
    };
    Some(Html::new().text(mark).text(" ").bold(&title).into())
}

fn state(voice: &Voice, digest: &Digest) -> String {
    match digest.ended_at {
        Some(at) => say!(
            voice,
            "lasted",
            duration = voice.duration(at.since(digest.opened_at))
        ),
        None => say!(
            voice,
            "digest-state",
            since = voice.moment(digest.opened_at),
            open = digest.open,
            acknowledged = digest.acknowledged
        ),
    }
}

fn line(voice: &Voice, incident: &Incident) -> Html {
    let life = &incident.life;
    let mark = match (&life.end, &life.acknowledged) {
        (Some(end), _) => end_mark(end),
        (None, Some(_)) => "👀",
        (None, None) => emoji(life.severity),
    };
    let found = finding(voice, incident.finding.as_ref(), &incident.message);
    Html::new()
        .text(&format!("{mark} "))
        .text(&clip(&found, LINE_UNITS))
        .text(&format!(" /incident_{}", incident.id))
}
