//! `sovani-ops doctor`.

use std::process::ExitCode;

use super::log_if_asked;
use crate::{
    actions,
    clock::Clock,
    doctor::{self, Installation, Status},
    settings::Source,
};

pub async fn doctor(json: bool) -> anyhow::Result<ExitCode> {
    let source = Source::from_environment(&actions::known())?;
    log_if_asked(&source);
    let installation = Installation::new(source, Clock::system()).await?;
    let report = doctor::examine(&installation).await;
    if json {
        println!("{:#}", report.json());
    } else {
        print!("{}", report.text());
    }
    if let Ok(db) = &installation.db {
        db.close().await;
    }
    Ok(ExitCode::from(u8::from(report.count(Status::Error) > 0)))
}
