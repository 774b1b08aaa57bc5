//! Compares this machine's clock with those of Telegram and the database.

use chrono::Duration;

use super::{Check, Finding, Installation};
use crate::{domain::Timestamp, settings::PrivateUrl, telegram};

/// Telegram tells whole seconds, and an answer may take some.
const CLOSE: Duration = Duration::seconds(5);
/// Beyond this, instances take each other's leases away.
const FAR: Duration = Duration::seconds(30);

pub const CHECK: Check = Check {
    name: "clock",
    needs: &["TELEGRAM_API_URL", "TELEGRAM_PROXY", "APP_TIMEZONE"],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let mut findings = vec![by_telegram(installation).await];
    if let Ok(db) = installation.db()
        && let Ok(Some(time)) = db.shared_time().await
    {
        findings.push(judge(
            "the database's server",
            installation.clock.now(),
            time,
        ));
    }
    let zone = installation.settings.timezone;
    let now = installation.clock.now().utc().with_timezone(&zone);
    findings.push(Finding::ok(format!(
        "in APP_TIMEZONE={zone} it is {}",
        now.format("%Y-%m-%d %H:%M")
    )));
    findings
}

async fn by_telegram(installation: &Installation) -> Finding {
    let settings = &installation.settings;
    let proxy = settings.telegram_proxy.as_ref().map(PrivateUrl::url);
    match telegram::server_time(&settings.telegram_api_url, proxy).await {
        Ok(Some(time)) => judge("Telegram", installation.clock.now(), Timestamp::new(time)),
        Ok(None) => Finding::not_checked(
            "Telegram does not tell the time",
            "compare the clock by hand: timedatectl",
        ),
        Err(_) => Finding::not_checked(
            "Telegram, whose time is asked, cannot be reached",
            "see the check telegram",
        ),
    }
}

/// Judges what time it is here by what time it is there.
pub fn judge(whose: &str, here: Timestamp, there: Timestamp) -> Finding {
    let (off, how) = if here > there {
        (here.since(there), "ahead of")
    } else {
        (there.since(here), "behind")
    };
    if off <= CLOSE {
        return Finding::ok(format!("this machine's clock agrees with {whose}"));
    }
    let said = format!(
        "this machine's clock is {}s {how} {whose}",
        off.num_seconds()
    );
    let advice = "let the clock be set by the network: timedatectl set-ntp true";
    if off > FAR {
        Finding::error(said, advice)
    } else {
        Finding::warning(said, advice)
    }
}
