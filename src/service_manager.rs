//! Notifications to the service manager, over the socket that systemd names in `NOTIFY_SOCKET`. Without that variable
//! nothing is sent.

use std::time::Duration;

use sd_notify::NotifyState;

/// Every task runs and the server listens.
pub fn ready() {
    notify(&[NotifyState::Ready]);
}

/// The settings are being reloaded; [`ready`] follows. `Type=notify-reload` requires the timestamp.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => notify(&[NotifyState::Reloading, now]),
        Err(error) => tracing::warn!(%error, "the service manager is not told of a reload"),
    }
}

pub fn stopping() {
    notify(&[NotifyState::Stopping]);
}

/// One line for `systemctl status`.
pub fn status(line: &str) {
    notify(&[NotifyState::Status(line)]);
}

/// Resets the service manager's watchdog timer. Call it only while every task is healthy.
pub fn alive() {
    notify(&[NotifyState::Watchdog]);
}

/// The service manager's watchdog timeout (`WatchdogSec`), if it has one.
pub fn watchdog_timeout() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}
