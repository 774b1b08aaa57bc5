//! Whether a webhook takes the updates away.

use super::{Check, Finding, Scene, telegram};

pub const CHECK: Check = Check {
    name: "webhook",
    needs: telegram::CHECK.needs,
    run: |scene| Box::pin(look(scene)),
};

async fn look(scene: &Scene) -> Vec<Finding> {
    let telegram = match scene.bot().await {
        Ok((telegram, _)) => telegram,
        Err(finding) => return vec![finding],
    };
    let finding = match telegram.webhook().await {
        Ok(info) => match info.url {
            // The path is often a secret.
            Some(url) => Finding::error(
                format!(
                    "a webhook is set: {} gets the commands and presses",
                    url.host_str().unwrap_or("somebody else")
                ),
                "the start of sovani-ops removes it; give the program behind it a bot of its own",
            ),
            None => Finding::ok("none is set"),
        },
        Err(failure) => Finding::error(
            failure.to_string(),
            telegram::advice(&failure, &scene.settings),
        ),
    };
    vec![finding]
}
