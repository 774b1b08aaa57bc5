//! Warnings about settings' files that others can access.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use sovani_ops::settings::{Settings, Source};
use tempfile::TempDir;

const TOKENS: &str =
    "grafana viewer sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n";
const PLAIN: &str = "[[job]]\nname = \"collect\"\ncron = \"0 2 * * *\"\n";
const WITH_SECRET: &str = "[[action]]\nname = \"call\"\nkind = \"http\"\ndetectors = [\"check_api_latency_p95\"]\n\
    url = \"http://127.0.0.1:9/\"\nheaders = { Authorization = \"Bearer x\" }\n";
const WITHOUT_SECRET: &str = "[[action]]\nname = \"call\"\nkind = \"http\"\ndetectors = [\"check_api_latency_p95\"]\n\
    url = \"http://127.0.0.1:9/\"\nheaders = { Authorization = \"$HOME\", Accept = \"text/plain\" }\n";

fn file(folder: &TempDir, name: &str, text: &str, mode: u32) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    set_mode(&path, mode);
    path
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The warnings about these files with these modes.
fn told(env: u32, tokens: u32, (toml, mode): (&str, u32), folder_mode: u32) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let tokens = file(&folder, "tokens", TOKENS, tokens);
    let toml = file(&folder, "ops.toml", toml, mode);
    let text = format!(
        "API_TOKENS={}\nOPS_CONFIG={}\n",
        tokens.display(),
        toml.display()
    );
    let env = file(&folder, "env", &text, env);
    set_mode(folder.path(), folder_mode);
    let source = Source::from_file(env, &sovani_ops::actions::known()).unwrap();
    let settings = Settings::load(&source, &sovani_ops::actions::known()).unwrap();
    let told = settings.exposures(&source).map(ToString::to_string);
    let place = format!("{}/", folder.path().display());
    told.map(|told| told.replace(&place, "")).collect()
}

#[test]
fn files_that_others_can_read_or_change_are_told() {
    let none: [&str; 0] = [];
    assert_eq!(told(0o600, 0o600, (WITH_SECRET, 0o600), 0o755), none);
    assert_eq!(told(0o640, 0o400, (PLAIN, 0o644), 0o1777), none);
    assert_eq!(told(0o600, 0o600, (WITHOUT_SECRET, 0o644), 0o755), none);
    assert_eq!(
        told(0o604, 0o620, (WITH_SECRET, 0o644), 0o755),
        [
            "env can be read by everybody on this machine (mode 0604); chmod 600 env",
            "tokens can be changed by others (mode 0620); chmod 600 tokens",
            "ops.toml can be read by everybody on this machine (mode 0644); chmod 600 ops.toml",
        ]
    );
    assert_eq!(
        told(0o602, 0o600, (PLAIN, 0o646), 0o755),
        [
            "env can be changed by others (mode 0602); chmod 600 env",
            "ops.toml can be changed, and with it what the bot runs, by others (mode 0646); chmod go-w ops.toml",
        ]
    );
    let open = told(0o600, 0o600, (PLAIN, 0o600), 0o777);
    assert_eq!(open.len(), 3);
    assert!(
        open[0].starts_with("env can be replaced by everybody"),
        "{open:?}"
    );
}
