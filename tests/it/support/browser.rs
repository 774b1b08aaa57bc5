//! A real Chromium without a window, driven over the `WebDriver` protocol by Debian's chromedriver.

use std::{net::SocketAddr, process::Stdio, time::Duration};

use reqwest::{Client, Method};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The path of a chromedriver, which `scripts/test` finds.
const DRIVER: &str = "TEST_CHROMEDRIVER";
/// Long enough for a busy machine; nothing waits for it to pass.
const SOON: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How the protocol spells that a value is an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub struct Browser {
    client: Client,
    session: String,
    _driver: Driver,
    _profile: TempDir,
}

/// Leads a group of processes, in which its browsers are. They go with it, however a test ends.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let id = self.0.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(group) = id {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Tells if there is a browser to test with.
pub fn is_there() -> bool {
    let there = std::env::var_os(DRIVER).is_some();
    assert!(
        there || std::env::var_os("CI").is_none(),
        "{DRIVER} is not set; scripts/test sets it"
    );
    there
}

impl Browser {
    pub async fn start(width: u32, height: u32, dark: bool) -> Self {
        let profile = TempDir::new().unwrap();
        let (driver, address) = driver().await;
        let client = Client::builder().no_proxy().build().unwrap();
        let mut arguments: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let made = call(
            &client,
            Method::POST,
            &format!("http://{address}/session"),
            &capabilities,
        )
        .await
        .expect("chromedriver opens no browser");
        let session = format!(
            "http://{address}/session/{}",
            made["sessionId"].as_str().unwrap()
        );
        let browser = Self {
            client,
            session,
            _driver: driver,
            _profile: profile,
        };
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        browser
            .cdp("Emulation.setDeviceMetricsOverride", size)
            .await;
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.cdp("Emulation.setEmulatedMedia", media).await;
        browser
    }

    pub async fn opens(&self, address: &str) {
        self.command("url", &json!({"url": address})).await;
    }

    /// The result of a function's body in the page.
    pub async fn runs(&self, script: &str) -> Value {
        self.command("execute/sync", &json!({"script": script, "args": []}))
            .await
    }

    /// Waits until the expression is true in the page.
    pub async fn sees(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        let seen = tokio::time::timeout(SOON, async {
            while self.runs(&script).await != true {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        });
        let seen = seen.await;
        let shown = self.runs("return document.body.innerText").await;
        assert!(seen.is_ok(), "never seen: {expression}\n{shown}");
    }

    /// Waits until the page says so.
    pub async fn reads(&self, words: &str) {
        self.sees(&format!(
            "document.body.innerText.includes({})",
            json!(words)
        ))
        .await;
    }

    /// Clicks the element of the expression, like a pointer would. An element that a live page has replaced meanwhile
    /// is looked up again.
    pub async fn clicks(&self, expression: &str) {
        loop {
            self.sees(expression).await;
            let found = self
                .runs(&format!(
                    "const one = {expression}; one?.scrollIntoView({{block: 'center'}}); return one"
                ))
                .await;
            let Some(element) = found[ELEMENT].as_str() else {
                continue;
            };
            match self
                .attempt(&format!("element/{element}/click"), &json!({}))
                .await
            {
                Ok(_) => return,
                Err(answer) if answer["error"] == "stale element reference" => {}
                Err(answer) => panic!("{expression}: {answer}"),
            }
        }
    }

    /// Types into the element that the expression gives.
    pub async fn types(&self, expression: &str, text: &str) {
        let found = self.runs(&format!("return {expression}")).await;
        let element = found[ELEMENT].as_str().unwrap().to_owned();
        self.command(&format!("element/{element}/value"), &json!({"text": text}))
            .await;
    }

    /// The errors on the console since the last look.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.command("se/log", &json!({"type": "browser"})).await;
        let severe = log
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["level"] == "SEVERE");
        severe.map(ToString::to_string).collect()
    }

    /// The page as it is seen, as a PNG in base64.
    pub async fn looks(&self) -> String {
        let shot = self
            .cdp("Page.captureScreenshot", json!({"format": "png"}))
            .await;
        shot["data"].as_str().unwrap().to_owned()
    }

    pub async fn closes(self) {
        call(&self.client, Method::DELETE, &self.session, &json!({}))
            .await
            .unwrap();
    }

    async fn cdp(&self, command: &str, parameters: Value) -> Value {
        self.command(
            "goog/cdp/execute",
            &json!({"cmd": command, "params": parameters}),
        )
        .await
    }

    async fn command(&self, name: &str, parameters: &Value) -> Value {
        let answer = self.attempt(name, parameters).await;
        answer.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    async fn attempt(&self, name: &str, parameters: &Value) -> Result<Value, Value> {
        call(
            &self.client,
            Method::POST,
            &format!("{}/{name}", self.session),
            parameters,
        )
        .await
    }
}

async fn driver() -> (Driver, SocketAddr) {
    let mut child = Command::new(std::env::var(DRIVER).unwrap())
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let driver = Driver(child);
    let port = tokio::time::timeout(SOON, async {
        loop {
            let line = lines
                .next_line()
                .await
                .unwrap()
                .expect("chromedriver has ended");
            let port = line.split("started successfully on port ").nth(1);
            if let Some(port) = port {
                return port.trim_end_matches('.').parse().unwrap();
            }
        }
    });
    let port: u16 = port.await.expect("chromedriver does not start");
    (driver, SocketAddr::from(([127, 0, 0, 1], port)))
}

/// The answer's value, which is an error's as well.
async fn call(
    client: &Client,
    method: Method,
    address: &str,
    body: &Value,
) -> Result<Value, Value> {
    let answer = client
        .request(method, address)
        .json(body)
        .send()
        .await
        .unwrap();
    let worked = answer.status().is_success();
    let mut answer: Value = answer.json().await.unwrap();
    let value = answer["value"].take();
    if worked { Ok(value) } else { Err(value) }
}
