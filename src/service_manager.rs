//! What the service manager that started the program is told, over the socket that systemd names in `NOTIFY_SOCKET`.
//! Without one nothing is said.

use std::time::Duration;

use sd_notify::NotifyState;

/// Everything runs and listens.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The settings are being read anew; [`ready`] follows. The time is what `Type=notify-reload` asks for.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => tracing::warn!(%error, "the service manager is not told of a reload"),
    }
}

pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// One line for `systemctl status`.
pub fn status(line: &str) {
    tell(&[NotifyState::Status(line)]);
}

/// The program is alive. To be said only when it is.
pub fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How long it may be silent before it is killed, if that is watched at all.
pub fn patience() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

fn tell(what: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(what) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}
