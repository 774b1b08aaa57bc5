//! A `PostgreSQL` server of the test's own, which speaks TLS.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

const PROGRAMS: &str = "TEST_POSTGRES_PROGRAMS";
/// A port that is free one moment may be taken the next.
const ATTEMPTS: usize = 5;

pub struct PostgresServer {
    programs: PathBuf,
    folder: TempDir,
    account: Option<(u32, u32)>,
    port: u16,
}

impl PostgresServer {
    /// Not started yet. `None` when the tests are to do without `PostgreSQL`.
    pub fn new() -> Option<Self> {
        let programs = PathBuf::from(env::var_os(PROGRAMS)?);
        // Not below $TMPDIR, which another account may be unable to enter.
        let folder = tempfile::Builder::new()
            .prefix("sovani-ops-tls.")
            .tempdir_in("/tmp")
            .unwrap();
        let server = Self {
            programs,
            account: account(),
            folder,
            port: 0,
        };
        if let Some((user, group)) = server.account {
            chown(server.folder.path(), Some(user), Some(group)).unwrap();
        }
        server.run(
            "initdb",
            &[
                "--pgdata=data",
                "--username=postgres",
                "--auth=trust",
                "--no-sync",
                "--locale=C.UTF-8",
            ],
        );
        let conf = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\nssl = on\n\
                    ssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\nssl_ca_file = 'clients.crt'\n";
        server.write("postgresql.conf", conf.as_bytes());
        server.write(
            "pg_hba.conf",
            b"hostssl all shown 127.0.0.1/32 cert\nhostssl all all 127.0.0.1/32 trust\n",
        );
        Some(server)
    }

    /// Starts or restarts with this certificate; clients' certificates are verified against `clients`.
    pub fn serve(&mut self, certificate: &Path, key: &Path, clients: &Path) {
        for (from, to) in [
            (certificate, "server.crt"),
            (key, "server.key"),
            (clients, "clients.crt"),
        ] {
            self.write(to, &fs::read(from).unwrap());
        }
        self.stop();
        for _ in 0..ATTEMPTS {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            self.port = free.local_addr().unwrap().port();
            drop(free);
            let options = format!("-p {}", self.port);
            if self.control(&["-l", "log", "-o", &options, "start"]) {
                return;
            }
        }
        panic!(
            "{}",
            fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
        );
    }

    /// An address of it with these parameters.
    pub fn url(&self, user: &str, host: &str, parameters: &str) -> String {
        format!(
            "postgresql://{user}@{host}:{}/postgres?{parameters}",
            self.port
        )
    }

    fn write(&self, name: &str, text: &[u8]) {
        let file = self.folder.path().join("data").join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        if let Some((user, group)) = self.account {
            chown(&file, Some(user), Some(group)).unwrap();
        }
    }

    fn stop(&self) {
        if self.port != 0 {
            self.control(&["-m", "immediate", "stop"]);
        }
    }

    fn control(&self, arguments: &[&str]) -> bool {
        let all: Vec<_> = ["-D", "data", "-s", "-w"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        self.command("pg_ctl", &all).status().unwrap().success()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = self.command(program, arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// `PostgreSQL` refuses to run as root.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let program = self.programs.join(program);
        let mut command = match self.account {
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command
                    .args([
                        "--reuid",
                        &user.to_string(),
                        "--regid",
                        &group.to_string(),
                        "--clear-groups",
                    ])
                    .arg(program);
                command
            }
            None => Command::new(program),
        };
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null());
        command
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The account that it is to run as, where this is root.
fn account() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap();
    let account = |name: &str| {
        let line = accounts
            .lines()
            .find(|line| line.starts_with(&format!("{name}:")))?;
        let mut fields = line.split(':').skip(2).map(|field| field.parse().unwrap());
        Some((fields.next()?, fields.next()?))
    };
    account("postgres").or_else(|| account("nobody"))
}
