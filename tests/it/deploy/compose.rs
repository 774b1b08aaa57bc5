//! The containers, as far as they can be judged without an engine that runs them.

use std::{
    collections::HashSet,
    fs,
    os::unix::fs::{MetadataExt, symlink},
    path::Path,
    process::Command,
};

use serde_json::Value;
use sovani_ops::actions;
use tempfile::TempDir;

use super::{file, text};

fn yaml(path: &str) -> Value {
    serde_yaml_ng::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn services() -> Vec<(String, Value)> {
    let services = yaml("deploy/compose.yaml")["services"].clone();
    services.as_object().unwrap().clone().into_iter().collect()
}

fn strings<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    let list = value[key].as_array().into_iter().flatten();
    list.map(|entry| entry.as_str().unwrap()).collect()
}

#[test]
fn every_service_is_watched_restarted_and_of_a_fixed_version() {
    for (name, service) in services() {
        assert!(service["healthcheck"]["test"].is_array(), "{name}");
        assert_eq!(service["restart"], "unless-stopped", "{name}");
        let image = service["image"].as_str().unwrap();
        assert!(service["build"].is_object() || is_fixed(image), "{image}");
    }
}

/// By a version for people, and by a digest, which always means the same image.
fn is_fixed(image: &str) -> bool {
    let Some((name, digest)) = image.split_once("@sha256:") else {
        return false;
    };
    let version = name.rsplit_once(':').map(|(_, version)| version);
    digest.len() == 64
        && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
        && version.is_some_and(|version| version != "latest")
}

#[test]
fn the_image_is_made_from_fixed_ones() {
    let file = text("deploy/Containerfile");
    let from: Vec<_> = file
        .lines()
        .filter_map(|line| line.strip_prefix("FROM "))
        .collect();
    assert_eq!(from.len(), 2);
    for line in from {
        let image = line.split(' ').next().unwrap();
        assert!(is_fixed(image), "{line}");
    }
}

#[test]
fn the_bot_leaves_memory_to_others_and_no_core_file() {
    let services = services();
    let (_, bot) = services
        .iter()
        .find(|(name, _)| name == "sovani-ops")
        .unwrap();
    assert_eq!(
        (&bot["mem_limit"], &bot["ulimits"]["core"]),
        (&"1g".into(), &0.into())
    );
}

#[test]
fn ports_are_published_to_this_machine_only() {
    for (name, service) in services() {
        for port in strings(&service, "ports") {
            assert!(port.starts_with("127.0.0.1:"), "{name}: {port}");
        }
    }
}

#[test]
fn each_name_in_the_environment_is_a_setting() {
    let services = services();
    let (_, bot) = services
        .iter()
        .find(|(name, _)| name == "sovani-ops")
        .unwrap();
    let environment = bot["environment"].as_object().unwrap();
    assert!(!environment.is_empty());
    for name in environment.keys() {
        assert!(
            actions::known()
                .settings()
                .iter()
                .any(|setting| setting.name == name),
            "{name}"
        );
    }
}

#[test]
fn the_file_contains_no_secret() {
    for (name, service) in services() {
        for (variable, _) in service["environment"].as_object().into_iter().flatten() {
            let secret = ["PASSWORD", "TOKEN", "DATABASE_URL"]
                .iter()
                .any(|word| variable.contains(word));
            assert!(!secret || variable.ends_with("_FILE"), "{name}: {variable}");
        }
    }
}

/// The commands at the head of the file, run by an operator whose account makes files like this.
fn installed_with(umask: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in ["deploy", "bin"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    fs::copy(file(".env.example"), folder.path().join(".env.example")).unwrap();
    let programs = folder.path().join("bin");
    symlink("/bin/true", programs.join("docker")).unwrap();
    symlink("/bin/echo", programs.join("openssl")).unwrap();
    let head = text("deploy/compose.yaml");
    let commands: Vec<_> = head
        .lines()
        .filter_map(|line| line.strip_prefix("#   "))
        .collect();
    let output = Command::new("sh")
        .args(["-euc", &format!("umask {umask}\n{}", commands.join("\n"))])
        .current_dir(folder.path())
        .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.is_empty(), "{told}");
    folder
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn the_commands_at_its_head_let_containers_read_their_secrets_and_nobody_else() {
    for umask in ["022", "077"] {
        let folder = installed_with(umask);
        let at = |path: &str| folder.path().join(path);
        assert_eq!(mode(&at(".env")), 0o600);
        assert_eq!(mode(&at("deploy/secrets")), 0o700);
        let compose = yaml("deploy/compose.yaml");
        for (name, secret) in compose["secrets"].as_object().unwrap() {
            let secret = at("deploy").join(secret["file"].as_str().unwrap());
            assert_eq!(mode(&secret), 0o644, "{name} with umask {umask}");
        }
        assert_eq!(mode(&at("deploy/secrets/database.env")), 0o600);
        assert_eq!(
            fs::read_to_string(at("deploy/secrets/database.env")).unwrap(),
            "DATABASE_URL=postgresql://sovani:rand -hex 24@postgres/sovani\n"
        );
    }
}

#[test]
fn what_it_refers_to_is_there() {
    let compose = yaml("deploy/compose.yaml");
    let made_by_the_operator = ["../.env", "secrets/"];
    let declared = |kind: &str| -> HashSet<String> {
        compose[kind].as_object().unwrap().keys().cloned().collect()
    };
    for (name, service) in services() {
        for volume in strings(&service, "volumes") {
            let (source, _) = volume.split_once(':').unwrap();
            let there = if source.starts_with('.') {
                file("deploy").join(source).exists()
            } else {
                declared("volumes").contains(source)
            };
            assert!(there, "{name}: {volume}");
        }
        for secret in strings(&service, "secrets") {
            assert!(declared("secrets").contains(secret), "{name}: {secret}");
        }
        for path in strings(&service, "env_file") {
            assert!(
                made_by_the_operator
                    .iter()
                    .any(|made| path.starts_with(made)),
                "{name}: {path}"
            );
        }
        if let Some(build) = service["build"].as_object() {
            assert!(
                file("deploy")
                    .join(build["context"].as_str().unwrap())
                    .join(build["dockerfile"].as_str().unwrap())
                    .exists()
            );
        }
        for other in service["depends_on"]
            .as_object()
            .into_iter()
            .flat_map(|others| others.keys())
        {
            assert!(
                services().iter().any(|(name, _)| name == other),
                "{name}: {other}"
            );
        }
    }
}

#[test]
fn grafana_finds_its_source_and_its_dashboard() {
    let source = yaml("deploy/grafana/provisioning/datasources/prometheus.yml");
    assert_eq!(source["datasources"][0]["url"], "http://prometheus:9090");
    let provider = yaml("deploy/grafana/provisioning/dashboards/sovani-ops.yml");
    let folder = provider["providers"][0]["options"]["path"]
        .as_str()
        .unwrap();
    let compose = text("deploy/compose.yaml");
    assert!(
        compose.contains(&format!("./grafana/dashboard.json:{folder}/")),
        "{folder}"
    );
}

#[test]
fn the_image_is_of_fixed_versions_and_runs_as_nobody_in_particular() {
    let image = text("deploy/Containerfile");
    let from: Vec<_> = image
        .lines()
        .filter(|line| line.starts_with("FROM "))
        .collect();
    assert_eq!(from.len(), 2);
    assert!(
        from.iter()
            .all(|line| line.contains(':') && !line.contains(":latest")),
        "{from:?}"
    );
    let user = image.lines().rfind(|line| line.starts_with("USER "));
    assert_eq!(user, Some("USER 10001:10001"));
}

#[test]
fn the_image_can_back_up_the_server_beside_it() {
    let compose = yaml("deploy/compose.yaml");
    let server = compose["services"]["postgres"]["image"].as_str().unwrap();
    let (name, _) = server.split_once('@').unwrap();
    let (_, version) = name.rsplit_once(':').unwrap();
    let (major, _) = version.split_once('.').unwrap();
    let image = text("deploy/Containerfile");
    let (_, last_stage) = image.rsplit_once("\nFROM ").unwrap();
    assert!(
        last_stage.contains(&format!("postgresql-client-{major} ")),
        "{server}"
    );
}

#[test]
fn the_list_of_jobs_is_where_the_program_looks_for_it() {
    let services = services();
    let (_, bot) = services
        .iter()
        .find(|(name, _)| name == "sovani-ops")
        .unwrap();
    assert!(strings(bot, "volumes").contains(&"./config:/etc/sovani-ops:ro"));
    assert_eq!(
        bot["environment"]["OPS_CONFIG"],
        "/etc/sovani-ops/sovani-ops.toml"
    );
}

#[test]
fn the_image_is_made_of_all_that_the_build_reads() {
    let ignore = text("deploy/Containerfile.dockerignore");
    let sent: Vec<_> = ignore
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    for path in &sent {
        assert!(file(path).exists(), "{path}");
    }
    for needed in [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "crates",
        "assets",
        "locales",
        "migrations",
        "runbooks",
    ] {
        assert!(sent.contains(&needed), "{needed}");
    }
}
