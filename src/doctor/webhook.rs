//! Checks whether a webhook takes the updates away.

use super::{Check, Finding, Installation, telegram};

pub const CHECK: Check = Check {
    name: "webhook",
    needs: telegram::CHECK.needs,
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let telegram = match installation.bot().await {
        Ok((telegram, _)) => telegram,
        Err(finding) => return vec![finding],
    };
    let finding = match telegram.webhook().await {
        Ok(Some(host)) => Finding::error(
            format!("a webhook is set: {host} gets the commands and presses"),
            "sovani-ops removes it when it starts or runs; give the program behind it a bot of its own",
        ),
        Ok(None) => Finding::ok("none is set"),
        Err(failure) => Finding::error(
            failure.to_string(),
            telegram::advice(&failure, &installation.settings),
        ),
    };
    vec![finding]
}
