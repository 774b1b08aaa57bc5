//! A real `PgBouncer` of the test's own, before the server of the tests.

use std::{env, fs, net::TcpListener, os::unix::fs::PermissionsExt, process::Stdio};

use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
};
use url::Url;

use super::deadline::eventually;

const PROGRAM: &str = "TEST_PGBOUNCER";

pub struct PgBouncer {
    _child: Child,
    _folder: TempDir,
    url: Url,
}

impl PgBouncer {
    /// Before the server of this address, with these lines in its `pgbouncer.ini`.
    pub async fn before(server: &str, lines: &str) -> Self {
        let program = env::var_os(PROGRAM).expect("scripts/test says where pgbouncer is");
        let server: Url = server.parse().unwrap();
        let folder = TempDir::new().unwrap();
        // It gives up being root, and reads its file before and after that.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let port = {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={} user={} password={}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             default_pool_size = 4\nmax_client_conn = 200\n{lines}\n",
            server.port().unwrap(),
            server.username(),
            server.password().unwrap(),
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, text).unwrap();
        let mut command = Command::new(program);
        if rustix::process::geteuid().is_root() {
            command.args(["-u", "nobody"]);
        }
        let child = command
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        eventually("pgbouncer listens", || async {
            TcpStream::connect(("127.0.0.1", port)).await.is_ok()
        })
        .await;
        let mut url = server;
        url.set_port(Some(port)).unwrap();
        Self {
            _child: child,
            _folder: folder,
            url,
        }
    }

    pub fn url(&self) -> &str {
        self.url.as_str()
    }
}
