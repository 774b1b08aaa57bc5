//! Finds `PostgreSQL`'s own programs, of a version that matches the server's.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::bail;
use tokio::process::Command;

/// Where packages install the programs of each version, besides `PATH`: Debian's, and `PostgreSQL`'s own for Red Hat's
/// systems.
const BESIDE_PATH: [(&str, &str, &str); 2] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
];

/// Variables by which these programs find a password that is not in the address, and each other.
const INHERITED: [&str; 5] = [
    "PATH",
    "HOME",
    "PGPASSFILE",
    "PGPASSWORD",
    "LD_LIBRARY_PATH",
];

/// The program, of the server's version or a newer one: an older one cannot dump it.
pub async fn find(name: &str, server: u32) -> anyhow::Result<PathBuf> {
    let mut newest = None;
    for program in candidates(name) {
        let Some(version) = version_of(&program).await else {
            continue;
        };
        if version >= server {
            return Ok(program);
        }
        newest = newest.max(Some(version));
    }
    let what = match newest {
        None => format!("{name} is not installed"),
        Some(version) => {
            format!(
                "{name} is of version {version}, which cannot read a server of version {server}"
            )
        }
    };
    bail!(
        "{what}; install it with `apt-get install postgresql-client-{server}` (Debian, Ubuntu) or `dnf install \
         postgresql{server}` (Fedora, Red Hat)"
    )
}

/// Output is captured, and none of this program's secrets is passed on.
pub fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("LC_ALL", "C")
        .envs(
            INHERITED
                .iter()
                .filter_map(|name| Some((name, env::var_os(name)?))),
        )
        .stdin(Stdio::null())
        // It must not go on writing after the caller gave up.
        .kill_on_drop(true);
    command
}

fn candidates(name: &str) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    for (root, prefix, bin) in BESIDE_PATH {
        let mut versions: Vec<u32> = fs::read_dir(root)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                entry
                    .file_name()
                    .to_str()?
                    .strip_prefix(prefix)?
                    .parse()
                    .ok()
            })
            .collect();
        versions.sort_unstable_by(|one, other| other.cmp(one));
        folders.extend(
            versions
                .iter()
                .map(|version| Path::new(root).join(format!("{prefix}{version}")).join(bin)),
        );
    }
    let programs = folders.into_iter().map(|folder| folder.join(name));
    programs.filter(|program| program.is_file()).collect()
}

/// 15 of `pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
async fn version_of(program: &Path) -> Option<u32> {
    let output = command(program).arg("--version").output().await.ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let (_, version) = said.split_once("(PostgreSQL) ")?;
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}
