//! An HTTPS server of the test's own: `openssl` serves the files of a folder.

use std::{net::TcpListener, path::Path, process::Stdio};

use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

use super::deadline::eventually;

pub struct Https {
    _child: Child,
    port: u16,
}

impl Https {
    pub async fn serving(folder: &Path, certificate: &Path, key: &Path) -> Self {
        let port = {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
        let child = Command::new("openssl")
            .args([
                "s_server",
                "-quiet",
                "-WWW",
                "-accept",
                &format!("127.0.0.1:{port}"),
                "-cert",
            ])
            .arg(certificate)
            .arg("-key")
            .arg(key)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        eventually("openssl listens", || async {
            TcpStream::connect(("127.0.0.1", port)).await.is_ok()
        })
        .await;
        Self {
            _child: child,
            port,
        }
    }

    pub fn url(&self, host: &str, file: &str) -> String {
        format!("https://{host}:{}/{file}", self.port)
    }
}
