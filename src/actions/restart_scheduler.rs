//! Runs the command that restarts the platform's scheduler.

use std::{path::Path, time::Duration};

use anyhow::Context as _;

use super::{
    Action, ActionError, Task,
    command::{self, Job},
    systemd::{LOOK_EVERY, LOOKS, SETTLES, UnitState},
};
use crate::{
    context::Context,
    detectors::scheduler,
    domain::{Mode, Plan},
};

/// The environment of the command: enough to find programs and the service manager, no secrets.
const ENVIRONMENT: [&str; 6] = [
    "PATH",
    "HOME",
    "LANG",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "DBUS_SYSTEM_BUS_ADDRESS",
];
/// The verbs of `systemctl` that leave a unit running.
const RESTARTS: [&str; 5] = [
    "restart",
    "start",
    "try-restart",
    "reload-or-restart",
    "try-reload-or-restart",
];
const NO_COMMAND: &str =
    "SCHEDULER_RESTART_CMD is not set: there is no command to restart the scheduler";

pub const ACTION: Action = Action {
    name: "remediate_restart_scheduler",
    mapped_to: &[scheduler::DETECTOR.name],
    mode: Mode::Auto,
    postgres_only: false,
    has_limit: false,
    timeout: Duration::from_secs(60),
    run: |task| Box::pin(run(task)),
    rests_on: |settings| settings.scheduler_restart_cmd.clone().unwrap_or_default(),
    lacks: |settings| {
        let command = settings.scheduler_restart_cmd.as_deref();
        command
            .is_none_or(<[String]>::is_empty)
            .then_some(NO_COMMAND)
    },
    plan: |cx| Box::pin(plan(cx)),
};

async fn run(Task { settings, .. }: Task<'_>) -> Result<String, ActionError> {
    let Some((program, arguments)) = settings
        .scheduler_restart_cmd
        .as_deref()
        .and_then(<[String]>::split_first)
    else {
        return Err(ActionError::Final(NO_COMMAND.to_owned()));
    };
    let done = command::run(Job {
        program,
        arguments,
        environment: &ENVIRONMENT,
        folder: None,
    })
    .await?;
    let words = settings
        .scheduler_restart_cmd
        .as_deref()
        .unwrap_or_default();
    match question(words) {
        Some(question) => stays_up(done, &question).await,
        None => Ok(done),
    }
}

/// The command that asks for the unit's state; `None` if the command is not `systemctl`. `systemctl restart` succeeds
/// as soon as the unit was started, so its state is checked afterwards.
fn question(words: &[String]) -> Option<Vec<String>> {
    let is_systemctl = |word: &String| Path::new(word).file_name() == Some("systemctl".as_ref());
    // Asking needs no privileges, so a prefix such as sudo is dropped.
    let (systemctl, rest) = words[words.iter().position(is_systemctl)?..].split_first()?;
    let verb = rest
        .iter()
        .position(|word| RESTARTS.contains(&word.as_str()))?;
    let units: Vec<&String> = rest[verb + 1..]
        .iter()
        .filter(|word| !word.starts_with('-'))
        .collect();
    let [unit] = units[..] else { return None };
    let is_users = rest.iter().any(|word| word == "--user");
    let mut question = vec![systemctl.clone()];
    question.extend(is_users.then(|| "--user".to_owned()));
    question.extend(["show", "--property=ActiveState,Type,Result", "--", unit].map(str::to_owned));
    Some(question)
}

async fn stays_up(done: String, question: &[String]) -> Result<String, ActionError> {
    tokio::time::sleep(SETTLES).await;
    let mut state = UnitState::default();
    for _ in 0..LOOKS {
        state = look(question).await?;
        match state.is_up() {
            Some(true) => return Ok(done),
            Some(false) => break,
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
    let unit = question.last().map_or("", String::as_str);
    let told = state.told();
    Err(anyhow::anyhow!("{done}, and then {unit} is {told}").into())
}

async fn look(question: &[String]) -> Result<UnitState, ActionError> {
    let (program, arguments) = question.split_first().context("no question")?;
    let said = command::output(Job {
        program,
        arguments,
        environment: &ENVIRONMENT,
        folder: None,
    })
    .await?;
    let value = |name: &str| {
        let mut values = said.lines().filter_map(|line| line.strip_prefix(name));
        values.next().unwrap_or_default().to_owned()
    };
    Ok(UnitState {
        active: value("ActiveState="),
        kind: value("Type="),
        result: value("Result="),
    })
}

async fn plan(cx: &Context) -> anyhow::Result<Plan> {
    Ok(match &cx.settings.get().scheduler_restart_cmd {
        Some(words) => Plan::Command(words.clone()),
        None => Plan::InVain(NO_COMMAND.to_owned()),
    })
}
