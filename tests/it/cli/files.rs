//! SQLite files that cannot be used, or must not be, and what is said of them.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
};

use sovani_ops::db;
use tokio::process::Command;

use super::{BOUND, Said, Shell};

/// An account that owns nothing.
const NOBODY: u32 = 65_534;
const COMMANDS: [&[&str]; 4] = [&["migrate"], &["check"], &["backup", "copy.db"], &["run"]];
const TOKEN: &str = "4242:AAE-files-under-test";

/// A working directory in which `data/x.db` is an installation's database.
struct Installation {
    shell: Shell,
}

impl Installation {
    async fn new() -> Self {
        let installation = Self::without_file();
        let url = format!("sqlite:///{}", installation.file().display());
        let db = db::open(&url.parse().unwrap()).await.unwrap();
        db.close().await;
        installation
    }

    fn without_file() -> Self {
        let shell = Shell::new()
            .with("DATABASE_URL", "sqlite:///data/x.db")
            .with("TELEGRAM_TOKEN", TOKEN)
            .with("TELEGRAM_API_URL", "http://127.0.0.1:1")
            .with("HTTP_LISTEN", "127.0.0.1:0");
        fs::create_dir(shell.folder.path().join("data")).unwrap();
        Self { shell }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.shell.folder.path().join(name)
    }

    fn file(&self) -> PathBuf {
        self.path("data/x.db")
    }

    /// Belongs to nobody from here on, who runs the program: root may write anywhere.
    fn given_away(self) -> Self {
        if rustix::process::getuid().is_root() {
            let mut all = vec![self.path(""), self.path("data")];
            all.extend(
                fs::read_dir(self.path("data"))
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            for path in all {
                chown(path, Some(NOBODY), None).unwrap();
            }
        }
        self
    }

    fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    async fn runs(&self, arguments: &[&str]) -> Said {
        let mut command = self.shell.command(arguments);
        if rustix::process::getuid().is_root() {
            command.uid(NOBODY);
        }
        Said::within(BOUND, command).await
    }

    async fn every_command_says(&self, parts: &[&str]) {
        for arguments in COMMANDS {
            says(&self.runs(arguments).await, arguments, parts);
        }
        self.doctor_says(parts).await;
    }

    async fn doctor_says(&self, parts: &[&str]) {
        let said = self.runs(&["doctor"]).await;
        assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
        for part in parts {
            assert!(said.out.contains(part), "doctor: {part}: {}", said.out);
        }
    }
}

fn says(said: &Said, arguments: &[&str], parts: &[&str]) {
    let told = said.fails_with(2);
    for part in parts {
        assert!(told.contains(part), "{arguments:?}: {part}: {told}");
    }
    assert!(!told.contains("its permissions"), "{told}");
}

/// The length of the file, and whether there is a journal beside it.
fn traces(file: &Path) -> (u64, bool) {
    let journal = file.with_file_name("x.db-wal");
    (fs::metadata(file).unwrap().len(), journal.exists())
}

#[tokio::test]
async fn a_file_with_two_names_is_refused_by_either_and_left_alone() {
    let installation = Installation::new().await;
    fs::create_dir(installation.path("other")).unwrap();
    fs::hard_link(installation.file(), installation.path("other/y.db")).unwrap();
    let before = traces(&installation.file());
    let installation = installation.given_away();

    let parts = ["x.db has 2 names (hard links)", "leave it one name"];
    installation.every_command_says(&parts).await;
    assert_eq!(traces(&installation.file()), before);

    fs::remove_file(installation.path("other/y.db")).unwrap();
    installation.runs(&["migrate"]).await.succeeds();
}

/// Runs the program in a view of its own, in which the first of these files is mounted over the second. `None` where
/// this account may mount nothing, and user namespaces are closed to it.
async fn with_mounted(shell: &Shell, from: &str, at: &str, arguments: &[&str]) -> Option<Said> {
    let program = shell.command(arguments);
    let program = program.as_std();
    let mut command = Command::new("unshare");
    let script = format!("mount --bind {from} {at} || exit 77; shift 0; exec \"$@\"");
    command
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            &script,
            "sh",
        ])
        .arg(program.get_program())
        .args(arguments)
        .current_dir(shell.folder.path())
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .envs(shell.environment.iter().map(|(name, value)| (name, value)));
    let said = Said::within(BOUND, command).await;
    let refused = said.code == Some(77) || said.err.contains("unshare:");
    if refused {
        eprintln!(
            "nothing can be mounted here, so that is not tested: {}",
            said.err
        );
    }
    (!refused).then_some(said)
}

#[tokio::test]
async fn a_file_that_is_mounted_alone_is_refused_and_its_folder_is_not() {
    let installation = Installation::new().await;
    fs::create_dir(installation.path("platform")).unwrap();
    fs::rename(installation.file(), installation.path("platform/x.db")).unwrap();
    fs::write(installation.file(), b"").unwrap();
    let parts = ["x.db is mounted as a single file at", "mount the folder"];
    for arguments in COMMANDS {
        let Some(said) =
            with_mounted(&installation.shell, "platform/x.db", "data/x.db", arguments).await
        else {
            return;
        };
        says(&said, arguments, &parts);
    }
    let doctor = with_mounted(
        &installation.shell,
        "platform/x.db",
        "data/x.db",
        &["doctor"],
    )
    .await;
    let doctor = doctor.unwrap();
    for part in parts {
        assert!(doctor.out.contains(part), "{part}: {}", doctor.out);
    }
    // The other side of the same mount.
    let other = Shell {
        environment: vec![(
            "DATABASE_URL".to_owned(),
            "sqlite:///platform/x.db".to_owned(),
        )],
        ..installation.shell
    };
    let said = with_mounted(&other, "platform/x.db", "data/x.db", &["migrate"]).await;
    says(&said.unwrap(), &["migrate"], &parts);
    let said = with_mounted(&other, "platform", "data", &["migrate"]).await;
    said.unwrap().succeeds();
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_told_with_the_right_that_is_missing() {
    let installation = Installation::new().await.given_away();
    installation.mode("data/x.db", 0o444);
    let parts = [
        "may not write to",
        "data/x.db",
        "give the account the right",
    ];
    says(&installation.runs(&["run"]).await, &["run"], &parts);
    let said = installation.runs(&["doctor"]).await;
    assert!(
        said.out.contains("this account cannot write to"),
        "{}",
        said.out
    );
}

#[tokio::test]
async fn a_folder_that_may_only_be_read_is_told_with_the_right_that_is_missing() {
    let installation = Installation::new().await.given_away();
    installation.mode("data", 0o555);
    let parts = ["may not write to", "/data", "give the account the right"];
    installation.every_command_says(&parts).await;
    installation.mode("data", 0o755);
    installation.runs(&["migrate"]).await.succeeds();
}

#[tokio::test]
async fn a_journal_of_another_account_is_told() {
    let installation = Installation::new().await.given_away();
    fs::write(installation.path("data/x.db-wal"), b"").unwrap();
    installation.mode("data/x.db-wal", 0o000);
    let parts = ["may not write to", "data/x.db-wal"];
    installation.every_command_says(&parts).await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told_and_left_alone() {
    let installation = Installation::without_file();
    let bytes = b"version https://git-lfs.github.com/spec/v1\n".repeat(200);
    fs::write(installation.file(), &bytes).unwrap();
    let installation = installation.given_away();
    let parts = [
        "x.db is not an SQLite database",
        "check that DATABASE_URL leads to",
    ];
    installation.every_command_says(&parts).await;
    assert_eq!(fs::read(installation.file()).unwrap(), bytes);
}

#[tokio::test]
async fn a_damaged_file_is_told_with_what_saves_it() {
    let installation = Installation::new().await;
    let mut bytes = fs::read(installation.file()).unwrap();
    // All but the page that says what tables there are.
    bytes[4096..].fill(0xA7);
    fs::write(installation.file(), &bytes).unwrap();
    let installation = installation.given_away();
    let parts = ["x.db is damaged", "keep a copy of", ".recover"];
    for arguments in [&["migrate"][..], &["check"], &["run"]] {
        says(&installation.runs(arguments).await, arguments, &parts);
    }
    installation.doctor_says(&parts).await;
}

/// A shell limits the size of files, which SQLite reports only as "disk I/O error"; the kernel would kill a process
/// that does not ignore the signal.
#[tokio::test]
async fn a_disk_that_takes_no_more_is_told() {
    let installation = Installation::without_file().given_away();
    let program = installation.shell.command(&["migrate"]);
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$@\"", "sh"])
        .arg(program.as_std().get_program())
        .arg("migrate")
        .current_dir(installation.path(""))
        .env_clear()
        .envs(
            installation
                .shell
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        );
    let said = Said::within(BOUND, command).await;
    says(
        &said,
        &["migrate"],
        &["x.db is full", "a limit of file sizes is reached"],
    );
}

/// A disk of half a megabyte, for the program alone.
#[tokio::test]
async fn a_full_disk_is_told_with_the_room_that_is_left() {
    let installation = Installation::without_file();
    let script = "mount -t tmpfs -o size=256k tmpfs data || exit 77; head -c 240000 /dev/zero > data/filler; exec \"$@\"";
    let program = installation.shell.command(&["migrate"]);
    let mut command = Command::new("unshare");
    command
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            script,
            "sh",
        ])
        .arg(program.as_std().get_program())
        .arg("migrate")
        .current_dir(installation.path(""))
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .envs(
            installation
                .shell
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        );
    let said = Said::within(BOUND, command).await;
    if said.code == Some(77) || said.err.contains("unshare:") {
        eprintln!(
            "nothing can be mounted here, so that is not tested: {}",
            said.err
        );
        return;
    }
    says(&said, &["migrate"], &["x.db is full", "make room there"]);
}
