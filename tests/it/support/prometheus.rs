//! A real Prometheus of the test's own.

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
};

use reqwest::{Client, Response};
use serde_json::Value;
use sovani_ops::domain::Timestamp;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use url::Url;

use super::deadline::eventually;

const PROGRAM: &str = "TEST_PROMETHEUS";
const SKIP: &str = "SOVANI_TEST_SKIP_PROMETHEUS";
/// Characters that an address must escape.
const PASSWORD: &str = "s3cret:/@ word";
/// Its hash, as cheap as bcrypt goes.
const PASSWORD_HASH: &str = "$2b$04$VW1ENR6S9AOgbkxxZzrSVeh/7jGfHyvbK5e9JikG3ckbKhABKT5Uy";
/// User and password as a header has them.
const ENCODED: &str = "b3BzOnMzY3JldDovQCB3b3Jk";
const PREFIX: &str = "/behind/a/proxy";
/// A port that is free one moment may be taken the next.
const ATTEMPTS: usize = 5;

/// The program's path, or `None` if the tests are run without it.
pub fn program() -> Option<PathBuf> {
    if env::var_os(SKIP).is_some_and(|value| value == "1") {
        return None;
    }
    let path = env::var_os(PROGRAM).unwrap_or_else(|| {
        panic!("{PROGRAM} is not set: start it with scripts/test, or set {SKIP}=1 to do without Prometheus")
    });
    Some(path.into())
}

/// Below a path of its own, and behind a password. It ends with the test.
pub struct Prometheus {
    _child: Child,
    url: Url,
    client: Client,
    _folder: TempDir,
}

impl Prometheus {
    /// One that scrapes this `host:port` five times a second. `None` when the tests are to do without.
    pub async fn scraping(target: &str) -> Option<Self> {
        let config = format!(
            "global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}\n\
             scrape_configs: [{{job_name: platform, static_configs: [{{targets: ['{target}']}}]}}]\n"
        );
        Self::start(&config, "").await
    }

    /// One that knows these samples, which are in the `OpenMetrics` format with times.
    pub async fn knowing(samples: &str) -> Option<Self> {
        Self::start("", samples).await
    }

    async fn start(config: &str, samples: &str) -> Option<Self> {
        let program = program()?;
        let folder = TempDir::new().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("prometheus.yml", config);
        write(
            "web.yml",
            &format!("basic_auth_users: {{ops: '{PASSWORD_HASH}'}}\n"),
        );
        if !samples.is_empty() {
            write("samples.txt", samples);
            let filled = Command::new(program.with_file_name("promtool"))
                .current_dir(folder.path())
                .args([
                    "tsdb",
                    "create-blocks-from",
                    "openmetrics",
                    "samples.txt",
                    "data",
                ])
                .output()
                .await
                .unwrap();
            assert!(filled.status.success(), "{filled:?}");
        }
        let client = Client::builder().no_proxy().build().unwrap();
        for _ in 0..ATTEMPTS {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap().to_string();
            drop(listener);
            let mut url: Url = format!("http://{address}{PREFIX}").parse().unwrap();
            url.set_username("ops").unwrap();
            url.set_password(Some(PASSWORD)).unwrap();
            let mut child = launch(&program, folder.path(), &address);
            if is_up(&mut child, &client, &url).await {
                return Some(Self {
                    _child: child,
                    url,
                    client,
                    _folder: folder,
                });
            }
        }
        let log = fs::read_to_string(folder.path().join("log")).unwrap();
        panic!("Prometheus does not start: {log}");
    }

    /// With user and password.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Without them, and the header that has them.
    pub fn url_and_header(&self) -> (Url, String) {
        let mut url = self.url.clone();
        url.set_username("").unwrap();
        url.set_password(None).unwrap();
        (url, format!("Authorization: Basic {ENCODED}"))
    }

    /// The series that a query gives at that moment: labels and value.
    pub async fn ask(&self, query: &str, at: Timestamp) -> Vec<(Value, f64)> {
        let mut url = self.url.clone();
        url.set_path(&format!("{PREFIX}/api/v1/query"));
        let time = at.utc().to_rfc3339();
        url.query_pairs_mut()
            .append_pair("query", query)
            .append_pair("time", &time);
        let answer: Value = get(&self.client, &url).await.unwrap().json().await.unwrap();
        let series = answer["data"]["result"].as_array();
        series
            .unwrap_or_else(|| panic!("{answer}"))
            .iter()
            .map(|series| {
                let value = series["value"][1].as_str().unwrap().parse().unwrap();
                (series["metric"].clone(), value)
            })
            .collect()
    }
}

fn launch(program: &Path, folder: &Path, address: &str) -> Child {
    let log = fs::File::create(folder.join("log")).unwrap();
    Command::new(program)
        .current_dir(folder)
        .arg("--config.file=prometheus.yml")
        .arg("--web.config.file=web.yml")
        .arg(format!("--web.listen-address={address}"))
        .arg(format!("--web.external-url=http://{address}{PREFIX}"))
        .arg("--storage.tsdb.path=data")
        // The samples may be of any year.
        .arg("--storage.tsdb.retention.time=100y")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// False when it ends instead.
async fn is_up(child: &mut Child, client: &Client, url: &Url) -> bool {
    let mut url = url.clone();
    url.set_path(&format!("{PREFIX}/-/ready"));
    let mut ended = false;
    eventually("Prometheus is ready", async || {
        ended = child.try_wait().unwrap().is_some();
        let ready = get(client, &url).await;
        ended || ready.is_ok_and(|answer| answer.status().is_success())
    })
    .await;
    !ended
}

async fn get(client: &Client, url: &Url) -> reqwest::Result<Response> {
    client.get(url.clone()).send().await
}
