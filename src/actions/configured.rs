//! The actions configured in `sovani-ops.toml`.

use super::{
    ActionError, Task,
    command::{self, Job},
    http_call, systemd,
};
use crate::{
    domain::Plan,
    settings::{CustomAction, CustomKind},
};

pub async fn run(
    Task { cx, settings, .. }: Task<'_>,
    custom: &CustomAction,
) -> Result<String, ActionError> {
    match &custom.kind {
        CustomKind::Command(call) => {
            let environment: Vec<&str> = call.environment.iter().map(String::as_str).collect();
            command::run(Job {
                program: &call.program,
                arguments: &call.arguments,
                environment: &environment,
                folder: call.folder.as_deref(),
            })
            .await
        }
        CustomKind::Systemd { unit } => {
            systemd::restart(settings.system_bus.as_deref(), unit).await
        }
        CustomKind::Http(call) => http_call::run(cx, call, custom.timeout).await,
    }
}

pub fn plan(custom: &CustomAction) -> Plan {
    match &custom.kind {
        CustomKind::Command(call) => {
            let mut words = vec![call.program.clone()];
            words.extend(call.arguments.iter().cloned());
            Plan::Command(words)
        }
        CustomKind::Systemd { unit } => Plan::RestartUnit { unit: unit.clone() },
        CustomKind::Http(call) => Plan::Call {
            method: call.method.clone(),
            address: call.address(),
        },
    }
}
