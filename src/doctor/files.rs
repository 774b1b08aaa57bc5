//! Checks which other accounts can read the secrets or change what is run.

use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

use super::{Check, Finding, Installation};
use crate::settings::{ENV_FILE, Exposure};

pub const CHECK: Check = Check {
    name: "files",
    needs: &[],
    run: |installation| Box::pin(async { look(installation) }),
};

fn look(installation: &Installation) -> Vec<Finding> {
    let secrets = [Some(ENV_FILE), installation.source.get("API_TOKENS")];
    let secrets = secrets
        .into_iter()
        .flatten()
        .filter(|path| !path.is_empty());
    let secrets = secrets.map(|path| (Path::new(path), true));
    let findings: Vec<_> = secrets
        .chain([(installation.settings.ops_config.as_path(), false)])
        .filter_map(|(path, secret)| match fs::metadata(path) {
            Ok(file) => Some(judge(path, file.permissions().mode(), secret)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => Some(Finding::error(
                format!("{} cannot be looked at: {}", path.display(), error.kind()),
                "run this as the account that runs the bot, and check the rights on the folder",
            )),
        })
        .collect();
    if findings.is_empty() {
        return vec![Finding::ok(
            "there are none; all settings come from the environment",
        )];
    }
    findings
}

/// Judges a file by its mode, and by its folder's.
pub fn judge(path: &Path, mode: u32, secret: bool) -> Finding {
    match Exposure::of(path, mode, secret) {
        Some(exposure) => Finding::error(exposure.problem, exposure.advice),
        None => Finding::ok(format!("{} has mode {:04o}", path.display(), mode & 0o7777)),
    }
}
