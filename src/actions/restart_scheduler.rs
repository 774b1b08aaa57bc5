//! Runs the command that restarts the platform's scheduler.

use std::time::Duration;

use super::{
    Action, ActionError, Task,
    command::{self, Job},
};
use crate::{
    context::Context,
    domain::{Mode, Plan},
};

/// What of the environment the command gets: enough to find programs and the service manager, no secrets.
const ENVIRONMENT: [&str; 6] = [
    "PATH",
    "HOME",
    "LANG",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "DBUS_SYSTEM_BUS_ADDRESS",
];
const NO_COMMAND: &str =
    "SCHEDULER_RESTART_CMD is not set: there is no command to restart the scheduler";

pub const ACTION: Action = Action {
    name: "remediate_restart_scheduler",
    mapped_to: &["check_scheduler_on_time"],
    mode: Mode::Auto,
    postgres_only: false,
    has_limit: false,
    timeout: Duration::from_secs(60),
    run: |task| Box::pin(run(task)),
    plan: |cx| Box::pin(plan(cx)),
};

async fn run(Task { cx, .. }: Task<'_>) -> Result<String, ActionError> {
    let settings = cx.settings.get();
    let Some((program, arguments)) = settings
        .scheduler_restart_cmd
        .as_deref()
        .and_then(<[String]>::split_first)
    else {
        return Err(ActionError::Final(NO_COMMAND.to_owned()));
    };
    command::run(Job {
        program,
        arguments,
        environment: &ENVIRONMENT,
        folder: None,
    })
    .await
}

async fn plan(cx: &Context) -> anyhow::Result<Plan> {
    Ok(match &cx.settings.get().scheduler_restart_cmd {
        Some(words) => Plan::Command(words.clone()),
        None => Plan::InVain(NO_COMMAND.to_owned()),
    })
}
