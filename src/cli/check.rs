//! `sovani-ops check`: one sweep, on the terminal.

use std::process::ExitCode;

use super::{COULD_NOT, explain::explain, one_off_settings};
use crate::{
    clock::Clock,
    db,
    detectors::{self, Scene},
    domain::{Check, Status, one_line},
    facts::Facts,
    web::Web,
};

pub async fn check(name: Option<&str>, explained: bool) -> anyhow::Result<ExitCode> {
    let settings = one_off_settings()?;
    let registry = detectors::defined(&settings)?;
    let which = match name {
        Some(name) => vec![registry.find(name)?.clone()],
        None => registry.runnable(),
    };
    let db = db::reach(&settings.database_url).await?;
    if explained && let [entry] = &which[..] {
        explain(entry, &settings).await?;
    }
    let web = Web::new()?;
    let facts = Facts::of(db.clone());
    let scene = Scene::new(&facts, &settings, &web, Clock::system().now());
    let checks = detectors::run(&which, scene).await;
    print!("{}", table(&checks));
    let could_look = all_measured(&checks) || db.ping().await.is_ok();
    db.close().await;
    Ok(if could_look {
        exit_code(&checks)
    } else {
        ExitCode::from(COULD_NOT)
    })
}

fn table(checks: &[Check]) -> String {
    let name_width = checks
        .iter()
        .map(|check| check.source.len())
        .max()
        .unwrap_or(0);
    checks
        .iter()
        .map(|check| {
            let status = match check.status {
                Status::Pass => "pass".to_owned(),
                Status::Fail => check.severity.to_string(),
                Status::NotMeasured => "-".to_owned(),
            };
            let message = one_line(&check.message);
            format!("{:name_width$}  {status:8}  {message}\n", check.source)
        })
        .collect()
}

fn all_measured(checks: &[Check]) -> bool {
    let measured = |check: &Check| check.status != Status::NotMeasured;
    checks.iter().all(measured)
}

fn exit_code(checks: &[Check]) -> ExitCode {
    let could_not_look = |check: &Check| check.failed() && check.standing.is_none();
    if checks.iter().any(could_not_look) {
        ExitCode::from(COULD_NOT)
    } else {
        ExitCode::from(u8::from(checks.iter().any(Check::failed)))
    }
}
