//! Checks that an external monitor is told when this program stops.

use super::{Check, Finding, Installation};

pub const CHECK: Check = Check {
    name: "deadman",
    needs: &["DEADMAN_PING_URL"],
    run: |installation| Box::pin(async { vec![judge(installation)] }),
};

fn judge(installation: &Installation) -> Finding {
    match &installation.settings.deadman_ping_url {
        Some(url) => Finding::ok(format!("each good sweep is told to {url:?}")),
        None => Finding::warning(
            "DEADMAN_PING_URL is not set: nobody is told when this program stops",
            "make a check at healthchecks.io or the like, and set its address",
        ),
    }
}
