//! The platform's metrics page, as the test wants it.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};

/// The platform's buckets, in seconds.
pub const BOUNDS: [&str; 9] = [
    "0.01", "0.05", "0.1", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf",
];

/// How a request is answered.
#[derive(Clone, Debug)]
pub enum Manner {
    Page(String),
    Error(u16, String),
    /// A page of fast requests, with this many more on each read.
    Growing(u64),
    /// One page after the other, a request each, and from the beginning again.
    InTurn(Vec<String>),
    /// A redirect with this status to this address, and the page at every address that ends with a slash.
    Moved(u16, String, String),
    /// Half of the page that was promised.
    HangUp(String),
    /// Half of a page whose end only the end of the connection would tell.
    CutShort(String),
    /// A page, once the test says so.
    Held(Arc<Notify>, String),
    /// Not at all.
    Silence,
}

pub struct MetricsPage {
    address: String,
    manner: Arc<Mutex<Manner>>,
    asked: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl MetricsPage {
    pub async fn start(page: impl Into<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let manner = Arc::new(Mutex::new(Manner::Page(page.into())));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (manners, heads) = (Arc::clone(&manner), Arc::clone(&asked));
        let server = tokio::spawn(async move {
            // Those that are never answered stay open until the server is gone.
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = head(&mut stream).await;
                let address = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let at_its_place = address
                    .split('?')
                    .next()
                    .is_some_and(|path| path.ends_with('/'));
                let times = {
                    let mut heads = heads.lock().unwrap();
                    heads.push(head);
                    heads.len()
                };
                let mut manner = manners.lock().unwrap().clone();
                if let Manner::Growing(step) = manner {
                    manner = Manner::Page(fast_and_slow(step * u64::try_from(times).unwrap(), 0));
                }
                if let Manner::InTurn(pages) = &manner {
                    manner = Manner::Page(pages[times % pages.len()].clone());
                }
                if let Manner::Moved(_, _, page) = &manner
                    && at_its_place
                {
                    manner = Manner::Page(page.clone());
                }
                if let Manner::Held(go, page) = manner {
                    go.notified().await;
                    manner = Manner::Page(page);
                }
                if let Manner::Silence = manner {
                    open.push(stream);
                } else {
                    let _ = stream.write_all(answer(&manner).as_bytes()).await;
                }
            }
        });
        Self {
            address,
            manner,
            asked,
            server,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/metrics", self.address)
    }

    /// `host:port`
    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn shows(&self, page: impl Into<String>) {
        self.behaves(Manner::Page(page.into()));
    }

    pub fn behaves(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The heads of all requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for MetricsPage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte).await {
            Ok(1) => head.extend(byte),
            _ => break,
        }
    }
    String::from_utf8(head).unwrap()
}

fn answer(manner: &Manner) -> String {
    let whole = |status: u16, body: &str, length: usize| {
        format!(
            "HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
    };
    match manner {
        Manner::Page(page) => whole(200, page, page.len()),
        Manner::Error(status, body) => whole(*status, body, body.len()),
        Manner::HangUp(page) => whole(200, &page[..page.len() / 2], page.len()),
        Manner::CutShort(page) => {
            format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}",
                &page[..page.len() / 2]
            )
        }
        Manner::Moved(status, to, _) => format!(
            "HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
        Manner::Growing(_) | Manner::InTurn(_) | Manner::Held(..) | Manner::Silence => {
            String::new()
        }
    }
}

/// A page on which each endpoint has these counts in the platform's buckets.
pub fn page_of(endpoints: &[(&str, [u64; 9])]) -> String {
    let mut page = "# HELP http_request_duration_seconds HTTP request duration\n\
                    # TYPE http_request_duration_seconds histogram\n"
        .to_owned();
    for (endpoint, counts) in endpoints {
        let mut below = 0;
        for (bound, count) in BOUNDS.into_iter().zip(counts) {
            below += count;
            let labels = format!("endpoint=\"{endpoint}\",le=\"{bound}\",method=\"GET\"");
            writeln!(
                page,
                "http_request_duration_seconds_bucket{{{labels}}} {below}.0"
            )
            .unwrap();
        }
        writeln!(page, "http_request_duration_seconds_count{{endpoint=\"{endpoint}\",method=\"GET\"}} {below}.0").unwrap();
    }
    page
}

/// A page with one endpoint whose requests took less than 0.1 s or between 1 s and 2.5 s.
pub fn fast_and_slow(fast: u64, slow: u64) -> String {
    page_of(&[("/orders", [0, 0, fast, 0, 0, slow, 0, 0, 0])])
}
